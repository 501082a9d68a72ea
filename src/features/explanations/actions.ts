import { sql } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import type { Transaction } from '../../db/client.js'
import { explanations, explanationVersions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { badRequest, Problem, unprocessable } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { listObligations } from '../obligations/load.js'
import { WHOLE } from '../../world/sight.js'
import { findExplanation } from './queries.js'
import type { ExplanationRow } from '../../world/explanations.js'
import { checkDueDate, checkKind, checkObject, checkReported } from './rules.js'
import type { ExplanationInput, ExplanationPatch } from './schemas.js'
import { findAnswering, findOwed, mayExplain, type Writer } from './subjects.js'

/** Reads all that has been recorded, what this transaction recorded too. */
const EVERYTHING = 'infinity'

export async function createExplanation (unit: Transactor, input: ExplanationInput, writer: Writer) {
  const form = checkObject(input)
  if (form.length > 0) throw badRequest(form)
  const { obligation: wanted, target, agency, kind, cause, remedy, dueDate = null, provenance = 'operational' } = input
  const day = today()
  return withTransaction(unit, async tx => {
    const subject = wanted === undefined
      ? await findAnswering(tx, { target: target!, agency }, day)
      : await findOwed(tx, wanted, day)
    const { obligation } = subject
    const errors = [
      ...checkKind(kind, obligation === undefined ? 'target' : 'obligation'),
      ...obligation === undefined ? [] : checkReported(kind, obligation),
      ...checkDueDate(dueDate, day)
    ]
    if (errors.length > 0) throw unprocessable(errors)
    if (!await mayExplain(tx, writer, { ...subject, period: obligation?.period.code ?? null }, day)) throw notAllowed()
    const key = {
      indicatorCode: subject.indicator,
      period: obligation?.period.code ?? null,
      subjectAgency: obligation?.subject ?? null,
      targetId: subject.target ?? null,
      agencyCode: subject.agency
    }
    const id = uuid()
    await tx.insert(explanations).values({ id, ...key, series: await nextSeries(tx, key) })
    return addVersion(tx, { id, version: 1, kind, cause, remedy, dueDate, provenance, withdrawalReason: null }, writer)
  })
}

function notAllowed (): Problem {
  return new Problem('not_allowed', {
    detail: {
      vi: 'Client này không được cấp quyền báo cáo cho cơ quan đó.',
      en: 'This client may not report for that agency.'
    }
  })
}

type Key = Omit<typeof explanations.$inferSelect, 'id' | 'series' | 'recordedAt'>

/**
 * The number of withdrawn ones, plus one. While an explanation stands it has that number, so that the key refuses a
 * second.
 */
async function nextSeries (tx: Transaction, key: Key): Promise<number> {
  const { indicatorCode, period, subjectAgency, targetId, agencyCode } = key
  const { rows: [row] } = await tx.execute<{ series: number }>(sql`
    select count(*)::integer + 1 as series from explanations e
    where ${targetId === null
      ? sql`e.indicator_code = ${indicatorCode} and e.period = ${period} and e.subject_agency = ${subjectAgency}`
      : sql`e.target_id = ${targetId}`} and e.agency_code = ${agencyCode} and exists (
        select from explanation_versions v where v.explanation_id = e.id and v.withdrawal_reason is not null
      )`)
  return row!.series
}

/** Undefined when there is no such explanation. What changes nothing writes nothing. */
export async function changeExplanation (
  unit: Transactor, id: string, patch: ExplanationPatch, writer: Writer, expected: Precondition
): Promise<ExplanationRow | undefined> {
  const day = today()
  return withTransaction(unit, async tx => {
    const row = await holdExplanation(tx, id, writer)
    if (row === undefined) return undefined
    if (!admits(expected, row.version)) throw stale()
    if (row.withdrawalReason !== null) throw new Problem('explanation_withdrawn')
    const next = { ...row, ...patch }
    const errors = [
      ...checkKind(next.kind, row.target === null ? 'obligation' : 'target'),
      ...next.kind === row.kind ? [] : await checkStill(tx, next),
      ...next.dueDate === row.dueDate ? [] : checkDueDate(next.dueDate, day)
    ]
    if (errors.length > 0) throw unprocessable(errors)
    if (SAID.every(field => next[field] === row[field])) return row
    return addVersion(tx, { ...next, version: row.version + 1 }, writer)
  })
}

const SAID = ['kind', 'cause', 'remedy', 'dueDate', 'provenance'] as const

/** A figure that nobody owes any more is not checked. */
async function checkStill (tx: Transaction, { indicator, period, subject, kind }: ExplanationRow) {
  if (period === null) return []
  const owed = await listObligations(tx, EVERYTHING, { on: today(), indicator, period, subject: subject! }, WHOLE)
  return owed[0] === undefined ? [] : checkReported(kind, owed[0])
}

/** Undefined when there is no such explanation. */
export async function withdrawExplanation (
  unit: Transactor, id: string, reason: string, writer: Writer
): Promise<ExplanationRow | undefined> {
  return withTransaction(unit, async tx => {
    const row = await holdExplanation(tx, id, writer)
    if (row === undefined) return undefined
    if (row.withdrawalReason !== null) throw new Problem('explanation_withdrawn')
    return addVersion(tx, { ...row, version: row.version + 1, withdrawalReason: reason }, writer)
  })
}

/** Locks the explanation and reads it as it stands; a client that may not change it is refused. */
async function holdExplanation (tx: Transaction, id: string, writer: Writer): Promise<ExplanationRow | undefined> {
  // the row itself is immutable, and the service may not lock what it may not change
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('explanation ' || ${id}, 4677))`)
  const row = await findExplanation(tx, id, EVERYTHING)
  if (row === undefined) return undefined
  const { indicator, agency, subject, period } = row
  const bodies = subject === null ? [agency] : [agency, subject]
  if (!await mayExplain(tx, writer, { indicator, bodies, period }, today())) throw notAllowed()
  return row
}

type Version = Pick<ExplanationRow, 'id' | 'version' | typeof SAID[number] | 'withdrawalReason'>

async function addVersion (tx: Transaction, said: Version, { clientId }: Writer): Promise<ExplanationRow> {
  const { id, version, kind, cause, remedy, dueDate, provenance, withdrawalReason } = said
  await tx.insert(explanationVersions)
    .values({ explanationId: id, version, kind, cause, remedy, dueDate, provenance, withdrawalReason, clientId })
  return (await findExplanation(tx, id, EVERYTHING))!
}
