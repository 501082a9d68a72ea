import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import type { Queryable } from '../../db/client.js'
import { explainDatabaseError } from '../../db/errors.js'
import { withTransaction } from '../../db/transaction.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { listGrants } from '../clients/queries.js'
import { insertOutcomes, judgePush, judgesTogether, listActiveRules, toProblem, type Finding, type Rule } from '../quality/push.js'
import { loadPushContext } from './context.js'
import { decide } from './outcome.js'
import { problem, resolveRow, type PushContext, type PushRow, type ResolvedRow } from './row.js'
import { findNewestRevisions, insertRevisions, insertSubmission, lockIndicators, type NewRevision, type NewSubmissionRow } from './store.js'

export interface Pusher { readonly clientId: string }
export interface PushOptions {
  mode: 'atomic' | 'partial'
  dryRun: boolean
  /** `when_written`: a push that writes no figure leaves no receipt either. */
  receipt: 'always' | 'when_written'
}

/** What became of a push. `id` and `recordedAt` are absent where nothing was written. */
export interface Receipt {
  id?: string
  recordedAt?: string
  clientId: string
  mode: PushOptions['mode']
  dryRun: boolean
  state: 'completed' | 'rejected'
  counts: { received: number, created: number, revised: number, unchanged: number, rejected: number, warned: number }
  rows: NewSubmissionRow[]
}

/** Carries a dry run's receipt out of the transaction that it rolls back. */
class DryRun extends Error {
  constructor (readonly receipt: Receipt) { super('dry run') }
}

/** The second attempt has the indicators to itself (see `lockIndicators`) and cannot meet another push. */
const ATTEMPTS = 2
/** What refuses a revision that another push has just written: by the figure's key, and by its id. */
const REVISION_KEYS = new Set(['measurements_revision_key', 'measurements_pkey'])

/**
 * Judges every row against the catalogue, the calendar, the grants and what is stored, and writes what may be written
 * with its receipt in one transaction. A dry run is the same code with a ROLLBACK at its end.
 */
export async function push (pool: pg.Pool, pusher: Pusher, rows: readonly PushRow[], options: PushOptions): Promise<Receipt> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withTransaction(pool, async tx => {
        const codes = rows.map(row => row.indicator)
        const rules = await listActiveRules(tx, codes)
        await lockIndicators(tx, codes, attempt > 1 || judgesTogether(rules) ? 'exclusive' : 'shared')
        const receipt = await pushWithin(tx, pusher, rows, rules, options)
        if (options.dryRun) throw new DryRun(receipt)
        return receipt
      })
    } catch (error) {
      if (error instanceof DryRun) return error.receipt
      if (attempt >= ATTEMPTS || !REVISION_KEYS.has(explainDatabaseError(error)?.constraint ?? '')) throw error
    }
  }
}

async function pushWithin (db: Queryable, pusher: Pusher, rows: readonly PushRow[], rules: readonly Rule[], options: PushOptions): Promise<Receipt> {
  const id = uuid()
  const judged = await judge(db, rows, rules, await loadPushContext(db, rows, { grants: await listGrants(db, pusher.clientId) }))
  const rejected = judged.some(row => row.outcome === 'rejected')
  const stopped = options.mode === 'atomic' && rejected
  const written = judged.map(({ insert, findings, ...row }): NewSubmissionRow => stopped && row.outcome !== 'rejected' ? { ...row, outcome: 'not_written' as const, measurementId: undefined, revision: undefined } : row)
  const count = (outcome: NewSubmissionRow['outcome']) => written.filter(row => row.outcome === outcome).length
  const counts = {
    received: rows.length,
    created: count('created'),
    revised: count('revised'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    warned: written.filter(row => row.warnings.length > 0).length
  }
  const head = { clientId: pusher.clientId, mode: options.mode, state: stopped ? 'rejected' as const : 'completed' as const }
  const answer = { ...head, counts, dryRun: options.dryRun, rows: written }
  if (options.receipt === 'when_written' && counts.created + counts.revised === 0) return answer
  const recordedAt = await insertSubmission(db, { id, ...head, ...counts }, written)
  if (!stopped) await insertRevisions(db, pusher.clientId, id, judged.flatMap(row => row.insert ?? []))
  await insertOutcomes(db, pusher.clientId, id, judged.flatMap(({ position, findings }) => findings === undefined ? [] : [{ ...findings, ...written[position]! }]))
  return options.dryRun ? answer : { ...answer, id, recordedAt }
}

interface JudgedRow extends NewSubmissionRow { insert?: NewRevision, findings?: { figure: ResolvedRow, found: readonly Finding[] } }

async function judge (db: Queryable, rows: readonly PushRow[], rules: readonly Rule[], context: PushContext): Promise<JudgedRow[]> {
  const resolved = rows.map(row => resolveRow(row, context))
  const stored = await findNewestRevisions(db, resolved.flatMap(({ resolved }) => resolved ?? []))
  const positions = new Map<string, number>()
  const judged = rows.map((row, position): JudgedRow => {
    const { problems, resolved: own } = resolved[position]!
    if (own === undefined) return rejectedRow(row, position, problems)
    const first = positions.get(own.key)
    if (first !== undefined) return rejectedRow(row, position, [duplicateOf(first)])
    positions.set(own.key, position)

    const decision = decide(row, own, stored.get(own.key))
    const faults = decision.outcome === 'unchanged' ? [] : [...own.locked === undefined ? [] : [own.locked], ...decision.outcome === 'rejected' ? decision.problems : []]
    if (faults.length > 0) return rejectedRow(row, position, faults)
    if (decision.outcome === 'rejected') throw new TypeError('a row is rejected for a reason')
    if (decision.outcome === 'created') return writtenRow(row, position, own, uuid(), 1)
    const { id, revision } = decision.previous
    if (decision.outcome === 'revised') return writtenRow(row, position, own, id, decision.previous.newest + 1)
    return { ...named(row, position), outcome: 'unchanged', measurementId: id, revision, problems: [], warnings: [] }
  })
  const figures = judged.flatMap(({ position, outcome }) => {
    const figure = resolved[position]!.resolved
    return figure === undefined || positions.get(figure.key) !== position || outcome === 'unchanged' ? [] : [{ figure, counts: outcome !== 'rejected' }]
  })
  const found = await judgePush(db, rules, figures, context)
  if (found.size === 0) return judged
  return judged.map(row => {
    const figure = resolved[row.position]!.resolved
    const own = figure !== undefined && positions.get(figure.key) === row.position ? found.get(figure.key) : undefined
    return figure === undefined || own === undefined ? row : heed(row, figure, own)
  })
}

/** A rule that blocks rejects the row; one that warns lets it in, to be reviewed whatever the policy. */
function heed (row: JudgedRow, figure: ResolvedRow, found: readonly Finding[]): JudgedRow {
  const said = (severity: Rule['severity']) => found.filter(({ rule }) => rule.severity === severity).map(finding => toProblem(finding, figure))
  const findings = { figure, found }
  const warnings = said('warn')
  const faults = said('block')
  if (faults.length > 0 || row.insert === undefined) {
    const { insert, measurementId, revision, ...rest } = row
    return { ...rest, outcome: 'rejected', problems: [...row.problems, ...faults], warnings, findings }
  }
  return { ...row, warnings, findings, insert: { ...row.insert, initialState: 'submitted', warnings } }
}

function named (row: PushRow, position: number) {
  return { position, itemId: row.itemId, indicator: row.indicator, agency: row.agency, period: row.period }
}

function rejectedRow (row: PushRow, position: number, problems: StoredProblem[]): JudgedRow {
  return { ...named(row, position), outcome: 'rejected', problems, warnings: [] }
}

function writtenRow (row: PushRow, position: number, own: ResolvedRow, id: string, revision: number): JudgedRow {
  const { key, ...figure } = own
  return {
    ...named(row, position),
    outcome: revision === 1 ? 'created' : 'revised',
    measurementId: id,
    revision,
    problems: [],
    warnings: [],
    insert: { ...figure, id, revision, note: row.note, evidence: row.evidence, observedAt: row.observedAt, reason: row.reason, externalId: row.itemId, warnings: [] }
  }
}

function duplicateOf (first: number): StoredProblem {
  return problem('', 'duplicate_row',
    `Trùng chỉ tiêu, kỳ, cơ quan và phân tổ với dòng ${first} (đếm từ 0); chỉ dòng đầu được xét.`,
    `The same indicator, period, agency and breakdown as row ${first} (counted from 0); only the first is considered.`)
}
