import { sql } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import { arrayLiteral } from '../../db/array.js'
import type { Queryable, Transaction } from '../../db/client.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { windowOf } from '../../domain/calendar.js'
import { dayInProvince } from '../../domain/date.js'
import { parsePeriod } from '../../domain/period.js'
import { MAX_ERRORS, badRequest, parameterError, type FieldError } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { bearerIn, listBearings } from '../../world/bearers.js'
import { resolveAgencies } from '../../world/agencies.js'
import { listRules } from '../../world/calendars.js'
import { findLocked } from '../../world/locks.js'
import { mayReport, type Grant } from '../../world/grants.js'
import { contextOf, reporterOf } from './context.js'
import { compareFigures, judgeEach, judgeable, type Candidate, type SeenKeys } from './judge.js'
import type { JudgedRow } from './judged-row.js'
import { pusherOf } from './pusher.js'
import { listReaching } from './reach.js'
import { insertWithdrawals } from './review-actions.js'
import { stateOf } from '../../world/revision-state.js'
import type { ScopeCode } from './row-codes.js'
import { problem } from './row-problem.js'
import { agencyNamed, createRowJudge } from './row-judge.js'
import { keyOf, type PushContext, type PushRow, type ResolvedRow } from './row.js'
import { findUnknown, unknownReference } from '../references.js'
import {
  claimOnce, conclude, concluded, hold, indicatorsOf, notWritten, withdrawerOf, writeRows, type Held, type Push,
  type Receipt
} from './actions.js'
import { tellWithComma } from './comma-form.js'
import { MAX_EXCEPTIONS } from './exceptions.js'
import { countOutcomes, insertSubmission } from './receipts.js'
import type { Replacement } from './replacement.js'

/** Figures that one push may withdraw. */
export const MAX_WITHDRAWN = 20_000

/**
 * A figure with everything of it that has to be withdrawn so that nothing stands: what was accepted last, and what was
 * to correct it.
 */
export interface MissingFigure {
  id: string, indicator: string, agency: string, period: string, breakdownKey: string, revisions: number[]
}

interface Scope { indicators: readonly string[], agencies: readonly string[], periods: readonly string[] }
type Given = { [List in keyof Scope]: ReadonlySet<string> | undefined }

/**
 * All of a push in one transaction, as `pushRows`, that has the indicators of the scope to itself: whatever another
 * push writes into the scope was there before and is looked at, or comes afterwards and stays.
 */
export async function replaceRows (
  unit: Transactor, push: Push, asked: Replacement, candidates: readonly Candidate[], seen: SeenKeys
): Promise<Receipt> {
  return concluded(withTransaction(unit, async tx => {
    await claimOnce(tx, push)
    const given = await resolveScope(tx, asked)
    const held = await hold(tx, push.catalogue, [...indicatorsOf(candidates), ...given.indicators ?? []], true)
    return conclude(tx, push, await replaceWithin(tx, push, asked.reason, given, candidates, held, seen))
  }))
}

async function replaceWithin (
  tx: Transaction, push: Push, reason: string, given: Given, candidates: readonly Candidate[],
  { reading, rules }: Held, seen: SeenKeys
): Promise<Receipt> {
  const reporter = await reporterOf(reading, push.clientId)
  const { grants } = reporter
  const context = contextOf(await reading.facts(judgeable(candidates)), grants)
  const withdrawer = withdrawerOf(push, reporter)
  const rows = (await judgeEach(tx, candidates, createRowJudge(context), seen, withdrawer))
    .map((row, i) => heldTo(given, row, candidates[i]!.sound?.row ?? row.row, context))
  const figures = rows.flatMap(({ figure }) => figure ?? [])
  const scope = scopeOf(given, figures)
  // of a row that is rejected nobody knows which figure it means
  const missing = rows.some(isRejected) ? [] : await findMissing(tx, scope, figures)
  const pusher = pusherOf(tx, push.clientId, context)
  await compareFigures(tx, rows, rules, context, () => pusher, { gone: missing.map(keyOf) })
  if (push.decimalComma === true) tellWithComma(rows, candidates)
  const faults = await judgeMissing(tx, missing, grants, context)

  const stopped = faults.length > 0 || rows.some(isRejected)
  const outcomes = stopped ? rows.map(notWritten) : rows
  const withdrawn = stopped ? [] : missing
  const replacedScope = {
    indicators: [...scope.indicators],
    agencies: [...scope.agencies],
    periods: [...scope.periods],
    reason,
    withdrawn: withdrawn.slice(0, MAX_EXCEPTIONS).map(({ id }) => id),
    problems: faults
  }
  const counted = countOutcomes(outcomes)
  const all = { ...counted, withdrawn: counted.withdrawnByRows + withdrawn.length }
  const { notWritten: _, ...counts } = all
  const id = uuid()
  const { clientId, mode, dryRun } = push
  const head = { clientId, mode, state: stopped ? 'rejected' as const : 'completed' as const }
  const recordedAt = await insertSubmission(tx, {
    id, ...head, ...counts, replacedScope: { ...replacedScope, problems: faults.slice(0, MAX_ERRORS) }
  })
  await writeRows(tx, push, id, outcomes, all)
  await insertWithdrawals(tx, clientId, withdrawn.flatMap(({ revisions, indicator, id }) =>
    revisions.map(revision => ({ indicator, id, revision, reason }))))
  return { ...dryRun ? {} : { id, recordedAt }, ...head, dryRun, counts, rows: outcomes, replacedScope }
}

const isRejected = ({ outcome }: JudgedRow) => outcome === 'rejected'

/** The lists that were given, agencies by their codes. @throws Problem for a name that means nothing */
async function resolveScope (tx: Queryable, { indicators, agencies, periods }: Replacement): Promise<Given> {
  const codes = await resolveAgencies(tx, agencies ?? [], today())
  const bearings = await listBearings(tx, agencies ?? [])
  const rules = bearings.size === 0 ? [] : await listRules(tx)
  const unknown: FieldError[] = []
  for (const [name, list] of bearings) {
    const windows = (periods ?? []).flatMap(code => rules.map(rule => windowOf(parsePeriod(code)!, rule)))
    const bearers = new Set(windows.length === 0
      ? list.map(one => one.agency)
      : windows.flatMap(window => bearerIn(list, window, today()) ?? []))
    if (bearers.size > 1) unknown.push(changedHands(name, bearers))
    else for (const code of bearers) codes.set(name, code)
  }
  unknown.push(
    ...await findUnknown(
      tx, (indicators ?? []).map(value => ({ noun: 'indicator', value, parameter: 'scopeIndicator' }))
    ),
    ...(agencies ?? []).flatMap(name =>
      codes.has(name) || bearings.has(name) ? [] : [unknownReference('agency', name, { parameter: 'scopeAgency' })])
  )
  if (unknown.length > 0) throw badRequest(unknown)
  return {
    indicators: indicators && new Set(indicators),
    agencies: agencies && new Set(agencies.map(name => codes.get(name)!)),
    periods: periods && new Set(periods)
  }
}

/** What one bearer did not report would else be withdrawn for the rows of another. */
function changedHands (name: string, bearers: ReadonlySet<string>): FieldError {
  const list = [...bearers].sort().join(', ')
  return parameterError('scopeAgency', 'identifier_changed_hands',
    `Mã “${name}” thuộc về nhiều cơ quan trong các kỳ ấy (${list}): hãy nêu mã cơ quan của hệ thống.`,
    `"${name}" was borne by several in these periods (${list}): name the agency by its code.`)
}

function scopeOf (given: Given, figures: readonly ResolvedRow[]): Scope {
  const sorted = (list: Iterable<string>) => [...new Set(list)].sort()
  return {
    indicators: sorted(given.indicators ?? figures.map(({ indicator }) => indicator)),
    agencies: sorted(given.agencies ?? figures.map(({ agency }) => agency)),
    periods: sorted(given.periods ?? figures.map(({ period }) => period))
  }
}

/** Not of a row: the pointer is that of the whole. */
function fault (code: ScopeCode, vi: string, en: string): StoredProblem {
  return { pointer: '', code, detail: { vi, en } }
}

/** Of the agency that a row names. */
function codeOf (context: PushContext, { indicator, agency, period }: PushRow): string | undefined {
  const [rule, parsed] = [context.indicators.get(indicator)?.calendar, parsePeriod(period)]
  const window = rule === undefined || parsed === undefined ? undefined : windowOf(parsed, rule)
  return agencyNamed(context, agency, window, dayInProvince(context.now))?.code
}

/** A row for what the scope does not hold is rejected. */
function heldTo (
  given: Given, judged: JudgedRow, { indicator, agency, period }: PushRow, context: PushContext
): JudgedRow {
  const outside = (
    list: ReadonlySet<string> | undefined, code: string | undefined
  ) => list !== undefined && code !== undefined && !list.has(code)
  const problems: StoredProblem[] = []
  if (outside(given.indicators, context.indicators.get(indicator)?.code)) {
    problems.push(problem(
      '/indicator', 'outside_scope', `${indicator} không nằm trong “scopeIndicator”.`,
      `${indicator} is not in \`scopeIndicator\`.`
    ))
  }
  if (outside(given.agencies, codeOf(context, { indicator, agency, period }))) {
    problems.push(problem(
      '/agency', 'outside_scope', `${agency} không nằm trong “scopeAgency”.`, `${agency} is not in \`scopeAgency\`.`
    ))
  }
  if (outside(given.periods, parsePeriod(period)?.code)) {
    problems.push(problem(
      '/period', 'outside_scope', `${period} không nằm trong “scopePeriod”.`, `${period} is not in \`scopePeriod\`.`
    ))
  }
  if (problems.length === 0) return judged
  return {
    ...judged, outcome: 'rejected', measurementId: undefined, revision: undefined, withdrawal: undefined,
    initialState: undefined, problems: [...judged.problems, ...problems]
  }
}

interface MissingRow extends Record<string, unknown>, MissingFigure {}

/**
 * The figures of the scope of which something stands and that no row names, one more than may be withdrawn at most. The
 * unique key leads to them. What was to correct the revision accepted last is withdrawn with it: else it, or what it
 * was to correct, would stand.
 */
async function findMissing (tx: Queryable, scope: Scope, named: readonly ResolvedRow[]): Promise<MissingFigure[]> {
  const { events, own, decided } = stateOf('m')
  // A push has sorts off (hold_push), and these must be sorted: PostgreSQL 15 would rather read every figure there is.
  await tx.execute(sql`set local enable_sort = on`)
  const list = (codes: readonly string[]) => sql`${sql.param(arrayLiteral(codes, code => code))}::text[]`
  const column = (of: (row: ResolvedRow) => string) => sql`${sql.param(arrayLiteral(named, of))}::text[]`
  const { rows } = await tx.execute<MissingRow>(sql`
    select id, indicator, agency, period, "breakdownKey", array_agg(revision order by revision desc) as revisions
    from (
      select m.id, m.indicator_code as indicator, m.agency_code as agency, m.period, m.breakdown_key as "breakdownKey",
        m.revision, ${own} as state,
        max(m.revision) filter (where ${decided}) over (partition by m.indicator_code, m.period, m.agency_code,
          m.breakdown_key) as accepted
      from measurements m ${events}
      where m.indicator_code = any(${list(scope.indicators)}) and m.period = any(${list(scope.periods)}) and
        m.agency_code = any(${list(scope.agencies)})
        and (m.indicator_code, m.period, m.agency_code, m.breakdown_key) not in (
          select * from unnest(${column(row => row.indicator)}, ${column(row => row.period)},
            ${column(row => row.agency)}, ${column(row => row.breakdownKey)}))
    ) m
    where revision >= coalesce(accepted, 0) and state <> 'withdrawn'
    group by id, indicator, agency, period, "breakdownKey"
    order by indicator, period, agency, "breakdownKey" limit ${MAX_WITHDRAWN + 1}`)
  await tx.execute(sql`set local enable_sort = off`)
  return rows
}

/** What speaks against withdrawing them, each fault under the name of its figure. */
async function judgeMissing (
  tx: Queryable, missing: readonly MissingFigure[], grants: readonly Grant[], { now }: PushContext
): Promise<StoredProblem[]> {
  if (missing.length > MAX_WITHDRAWN) {
    return [fault('too_many_withdrawals',
      `Tệp không nêu hơn ${MAX_WITHDRAWN} số liệu của phạm vi; một lần gửi rút nhiều nhất ${MAX_WITHDRAWN}. Hãy kiểm ` +
      'tra phạm vi, hoặc chia nhỏ.',
      `The file leaves out more than ${MAX_WITHDRAWN} figures of the scope; one push withdraws at most ` +
      `${MAX_WITHDRAWN}. Check the scope, or divide it.`)]
  }
  if (missing.length === 0) return []
  const day = dayInProvince(now)
  const reaching = await listReaching(tx, missing, day)
  const locked = await findLocked(tx, missing, day)
  return missing.flatMap((figure, i) => {
    const { id, indicator, agency, period, breakdownKey } = figure
    const name = `${[indicator, agency, period, ...breakdownKey === '' ? [] : [breakdownKey]].join(' ')} (${id})`
    const faults: StoredProblem[] = []
    if (!mayReport({ grants }, { agency, ancestors: () => reaching[i]!, indicator }, day)) {
      faults.push(fault('not_assigned',
        `Tệp không nêu ${name}, nhưng client này không được cấp quyền báo cáo, nên không rút được.`,
        `The file leaves out ${name}, but this client may not report it, and so cannot withdraw it.`))
    }
    const why = locked[i]
    if (why !== undefined) {
      faults.push(fault('period_locked', `Tệp không nêu ${name}. ${why.vi}`, `The file leaves out ${name}. ${why.en}`))
    }
    return faults
  })
}
