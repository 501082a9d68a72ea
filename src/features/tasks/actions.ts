import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { taskIndicators, taskNotes, tasks } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { bodyError, unprocessable } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { findUnknown, unknownReference } from '../references.js'
import { findTask, isBelow, listTaskLinks, type TaskLink, type TaskNoteRow, type TaskRow } from './queries.js'
import { checkTask, circle } from './rules.js'
import type { TaskInput, TaskNoteInput, TaskPatch } from './schemas.js'

interface Whole {
  code: string
  plan: string
  parent: string | null
  provenance: TaskRow['provenance']
  wording: string | null
  indicators: readonly TaskLink[]
}

const linksOf = (indicators: TaskInput['indicators']): TaskLink[] =>
  (indicators ?? []).map(({ indicator, provenance = 'operational' }) => ({ indicator, provenance }))

export async function createTask (unit: Transactor, input: TaskInput): Promise<TaskRow> {
  const {
    code, plan, kind, name, parent = null, wording = null, note = null, dueDate = null, provenance = 'operational'
  } = input
  const indicators = linksOf(input.indicators)
  return withTransaction(unit, async tx => {
    await judge(tx, { code, plan, parent, provenance, wording, indicators })
    const position = input.position ??
      sql`(select coalesce(max(${tasks.position}), 0) + 1 from ${tasks} where ${eq(tasks.planCode, plan)})`
    await tx.insert(tasks)
      .values({ code, planCode: plan, kind, name, position, parentCode: parent, wording, note, dueDate, provenance })
    await insertLinks(tx, code, indicators)
    return (await findTask(tx, code))!
  })
}

/** Undefined when there is no such task. */
export async function changeTask (
  unit: Transactor, code: string, patch: TaskPatch, expected: Precondition
): Promise<TaskRow | undefined> {
  const { indicators, parent, ...columns } = patch
  return withTransaction(unit, async tx => {
    // Two groups that are moved at once could close a circle that neither change sees.
    if (typeof parent === 'string') await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('tasks', 0))`)
    const [row] = await tx.select().from(tasks).where(eq(tasks.code, code)).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const parentCode = parent === undefined ? row.parentCode : parent
    const links = indicators === undefined ? (await listTaskLinks(tx, [code])).get(code)! : linksOf(indicators)
    await judge(tx, { ...row, ...columns, plan: row.planCode, parent: parentCode, indicators: links })
    if (indicators !== undefined) {
      await tx.delete(taskIndicators).where(eq(taskIndicators.taskCode, code))
      await insertLinks(tx, code, links)
    }
    await tx.update(tasks)
      .set({ ...columns, parentCode, rowVersion: sql`${tasks.rowVersion} + 1` }).where(eq(tasks.code, code))
    return findTask(tx, code)
  })
}

async function judge (tx: Transaction, whole: Whole): Promise<void> {
  const parent = whole.parent === null ? undefined : await findTask(tx, whole.parent)
  const errors = [
    ...checkTask(whole, parent),
    ...await findUnknown(tx, [
      { noun: 'plan', value: whole.plan, pointer: '/plan' },
      { noun: 'task', value: whole.parent, pointer: '/parent' },
      ...whole.indicators.map(({ indicator }, i) =>
        ({ noun: 'indicator' as const, value: indicator, pointer: `/indicators/${i}/indicator` }))
    ])
  ]
  if (parent !== undefined && await isBelow(tx, parent.code, whole.code)) errors.push(circle())
  if (errors.length > 0) throw unprocessable(errors)
}

async function insertLinks (tx: Transaction, code: string, links: readonly TaskLink[]): Promise<void> {
  if (links.length === 0) return
  await tx.insert(taskIndicators)
    .values(links.map(({ indicator, provenance }) => ({ taskCode: code, indicatorCode: indicator, provenance })))
}

/** Undefined when there is no such task. */
export async function createTaskNote (
  unit: Transactor, task: string, input: TaskNoteInput, clientId: string | undefined
): Promise<TaskNoteRow | undefined> {
  const { text, agency, progress = null, evidence = null, provenance = 'operational' } = input
  const day = today()
  const notedOn = input.date ?? day
  return withTransaction(unit, async tx => {
    if (await findTask(tx, task) === undefined) return undefined
    const errors = notedOn > day
      ? [bodyError('/date', 'date_in_future', `Không sau hôm nay (${day}).`, `Not later than today (${day}).`)]
      : []
    const agencyCode = agency === undefined ? null : (await resolveAgencies(tx, [agency], notedOn)).get(agency) ?? null
    if (agency !== undefined && agencyCode === null) {
      errors.push(unknownReference('agency', agency, { pointer: '/agency' }))
    }
    if (errors.length > 0) throw unprocessable(errors)
    const [row] = await tx.insert(taskNotes)
      .values({
        id: randomUUID(), taskCode: task, agencyCode, notedOn, text, progress, evidence, provenance,
        clientId: clientId ?? null
      })
      .returning()
    return row
  })
}
