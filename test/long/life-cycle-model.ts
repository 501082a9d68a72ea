import fc from 'fast-check'
import { FigureModel } from '../features/figure-model.js'

/** What can be asked of a small world: three bodies, one figure each of 2025-Q1, one target. */
export type Command =
  | { do: 'push', body: number, value: number, reason: boolean, observed: number | undefined }
  | { do: 'review', body: number, decision: 'accept' | 'return', own: boolean, stale: boolean }
  | { do: 'withdraw', body: number }
  | { do: 'amend', value: number, day: string, drop: boolean }
  | { do: 'lead', body: number, day: string }
  | { do: 'merge', from: number, to: number, day: string }
  | { do: 'rename', body: number, day: string }
  | { do: 'split', body: number, day: string }

const body = fc.integer({ min: 0, max: 2 })
/** Mostly the first: of many figures with one revision each not much can go wrong. */
const figured = fc.constantFrom(0, 0, 0, 1, 2)
const amount = fc.integer({ min: 0, max: 4 })
/** After the quarter's last day, 14/03/2025: whose figure it is does not change by what comes then. */
const day = fc.constantFrom('2025-04-01', '2025-05-01', '2025-07-01', '2025-10-01')

export const commands: fc.Arbitrary<Command[]> = fc.array(fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('push' as const), body: figured, value: amount, reason: fc.boolean(), observed: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 2 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('review' as const), body: figured, decision: fc.constantFrom('accept' as const, 'return' as const), own: fc.nat(5).map(n => n === 0), stale: fc.nat(5).map(n => n === 0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), body: figured }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), value: amount, day, drop: fc.nat(5).map(n => n === 0) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lead' as const), body, day }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), from: body, to: body, day }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), body, day }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('split' as const), body, day }) }
), { minLength: 6, maxLength: 16 })

/** Each of them once, and so that it can be done. */
export const EVERYTHING: Command[] = [
  { do: 'push', body: 0, value: 1, reason: false, observed: 1 },
  { do: 'review', body: 0, decision: 'return', own: false, stale: false },
  { do: 'push', body: 0, value: 2, reason: false, observed: 2 },
  { do: 'review', body: 0, decision: 'accept', own: false, stale: false },
  { do: 'push', body: 0, value: 3, reason: false, observed: undefined },
  { do: 'push', body: 0, value: 3, reason: true, observed: undefined },
  { do: 'withdraw', body: 0 },
  { do: 'withdraw', body: 0 },
  { do: 'lead', body: 1, day: '2025-04-01' },
  { do: 'amend', value: 4, day: '2025-05-01', drop: false },
  { do: 'rename', body: 1, day: '2025-05-01' },
  { do: 'split', body: 2, day: '2025-05-01' },
  { do: 'merge', from: 1, to: 2, day: '2025-07-01' },
  { do: 'push', body: 1, value: 4, reason: false, observed: undefined },
  { do: 'amend', value: 0, day: '2025-07-01', drop: true }
]

/** The life of a figure with what a push and a review are refused for, as the contract has it. */
export class Life extends FigureModel {
  /** Of each revision, by number. */
  readonly observed: (number | undefined)[] = []
  readonly withReason: boolean[] = []
  readonly steps: string[] = []

  constructor (readonly policy: 'automatic' | 'manual') { super() }

  /** What the registry must answer; a new revision is recorded here too. */
  pushed ({ value, reason, observed }: { value: string, reason: boolean, observed: number | undefined }): 'created' | 'revised' | 'unchanged' | 'rejected' {
    const { standing, revisions } = this
    const counts = standing?.state === 'returned' && standing.accepted
    const open = standing !== undefined && standing.state !== 'withdrawn' && (standing.state !== 'returned' || counts)
    const isSame = standing?.value === value
    // the reason is always the same text: it says something new only where the figure that stands came without one
    if (open && isSame && !(counts && reason && this.withReason[standing.number] !== true)) return 'unchanged'
    const newest = Math.max(0, ...revisions.filter(one => one.state !== 'withdrawn' || one.accepted).map(({ number }) => this.observed[number] ?? 0))
    if (observed !== undefined && observed < newest) return 'rejected'
    const accepted = revisions.findLast(one => one.accepted)
    const last = revisions.at(-1)
    const gone = [accepted?.state === 'withdrawn' ? [accepted] : [], last?.state === 'withdrawn' && !last.accepted ? [last] : []].flat().filter(one => one.value === value)
    if (observed !== undefined && gone.some(({ number }) => (this.observed[number] ?? -1) >= observed)) return 'rejected'
    if (!reason && (gone.length > 0 || (accepted !== undefined && accepted.value !== value))) return 'rejected'
    const state = this.policy === 'automatic' && !(standing?.state === 'returned' && isSame) ? 'accepted' : 'submitted'
    this.withReason[revisions.length + 1] = reason
    this.observed[this.push(value, state)] = observed
    this.steps.push(`${revisions.length} pushed ${state}`)
    return standing === undefined ? 'created' : 'revised'
  }

  happened (step: 'accepted' | 'returned' | 'withdrawn'): boolean {
    const { standing } = this
    if (standing === undefined || !this.happen(step, standing.number)) return false
    this.steps.push(`${standing.number} ${step} ${step}`)
    return true
  }
}

/** The versions of a target. */
export class Versions {
  readonly all = [{ value: 50, day: '2024-12-11', dropped: false }]

  /** The amendment whose place one of that day takes. */
  superseded (day: string): number | undefined {
    return this.all.length > 1 && this.all.at(-1)!.day === day ? this.all.length : undefined
  }

  amended (value: number, day: string, drop: boolean): boolean {
    const newest = this.all.at(-1)!
    if (newest.dropped || day < newest.day || (!drop && value === newest.value)) return false
    this.all.push({ value: drop ? newest.value : value, day, dropped: drop })
    return true
  }

  on (day: string) { return this.all.findLast(one => one.day <= day)! }
}
