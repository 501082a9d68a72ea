import { bodyError, type FieldError } from '../../http/problem.js'

/** rõ mục tiêu · rõ người · rõ việc · rõ trách nhiệm · rõ thời gian · rõ kết quả (GP1.4 of plan 4677/KH-UBND). */
export const CLEARS = ['objective', 'person', 'task', 'responsibility', 'time', 'result'] as const
export type Clear = typeof CLEARS[number]

export interface AssignmentFacts {
  target?: string | null | undefined
  task?: string | null | undefined
  role?: string | null | undefined
  position?: string | null | undefined
  duty?: string | null | undefined
  responsibility?: string | null | undefined
  startDate?: string | null | undefined
  dueDate?: string | null | undefined
  expectedResult?: string | null | undefined
}

export interface Completeness { clear: Record<Clear, boolean>, missing: Clear[] }

const stated = (text: string | null | undefined) => text !== null && text !== undefined && /\S/.test(text)

/** What each clear needs; `queries.ts` says the same in SQL for the filter, and a test holds them together. */
export function evaluateCompleteness (facts: AssignmentFacts): Completeness {
  const clear: Record<Clear, boolean> = {
    objective: stated(facts.target) || stated(facts.task),
    person: stated(facts.position),
    task: stated(facts.duty),
    responsibility: stated(facts.role) && stated(facts.responsibility),
    time: stated(facts.startDate) && stated(facts.dueDate),
    result: stated(facts.expectedResult)
  }
  return { clear, missing: CLEARS.filter(name => !clear[name]) }
}

export interface AssignmentDates {
  startDate?: string | null | undefined, dueDate?: string | null | undefined, validFrom: string,
  validTo?: string | null | undefined
}

export function checkDates ({ startDate, dueDate, validFrom, validTo }: AssignmentDates): FieldError[] {
  const errors: FieldError[] = []
  if (startDate && dueDate && dueDate < startDate) {
    errors.push(bodyError(
      '/dueDate', 'due_before_start', `Hạn trước ngày bắt đầu (${startDate}).`, `Due before it starts (${startDate}).`
    ))
  }
  if (validTo && validTo < validFrom) {
    errors.push(bodyError(
      '/validTo', 'ends_before_it_begins', `Hết hiệu lực trước ngày có hiệu lực (${validFrom}).`,
      `Ends before it is in force (${validFrom}).`
    ))
  }
  return errors
}

/** An assignment is of one thing: whoever is named twice cannot be held to either. */
export function checkObject ({ target, task }: Pick<AssignmentFacts, 'target' | 'task'>): FieldError[] {
  if (stated(target) !== stated(task)) return []
  return [bodyError(stated(target) ? '/task' : '/target', 'target_or_task',
    'Cần đúng một trong hai: “target” hoặc “task”.', 'Give one of `target` and `task`.')]
}

/** A name or a contact is somebody's in a position. */
export function checkPerson (
  person: {
    position?: string | null | undefined, name?: string | null | undefined, contact?: string | null | undefined
  }
): FieldError[] {
  if (stated(person.position) || (!stated(person.name) && !stated(person.contact))) return []
  return [
    bodyError(
      '/person/position', 'position_required', 'Cần chức vụ của người được giao.', 'Needs the position of the person.'
    )
  ]
}
