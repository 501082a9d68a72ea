import { v7 as uuid } from 'uuid'
import type { Queryable } from '../../db/client.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { judgePush, toProblem, type Finding, type Rule } from './quality.js'
import { heedContradictions } from './contradictions.js'
import type { Figure } from './figure.js'
import { heedMagnitudes } from './magnitudes.js'
import { decide, type StoredRevision } from './outcome.js'
import type { NamedRevision } from './review-actions.js'
import type { PusherOf } from './pusher.js'
import { problem, warn } from './row-problem.js'
import type { FigureName, PushFacts, PushRow, Resolved, ResolvedRow, SoundPart } from './row.js'
import { findNewestRevisions } from './store.js'
import { decideWithdrawals, type WithdrawalDecision, type Withdrawer, type WithdrawingRow } from './withdrawing.js'
import type { JudgedRow, Unstored } from './judged-row.js'

/**
 * A row at its place in the push, from 0. With faults of form it is rejected, and judged as far as its `sound` part
 * goes.
 */
export interface Candidate {
  position: number
  /** In a file of lines, from 1. */
  line?: number | undefined
  row: PushRow
  faults?: StoredProblem[] | undefined
  sound?: SoundPart | undefined
}

/**
 * The keys that a push has named so far: the position of the first row that named this one, or undefined if it is this
 * row.
 */
export interface SeenKeys {
  first (figure: FigureName, position: number): number | undefined
  /** In a file of lines: where the row at a position began. */
  lineOf? (position: number): number
}

const NONE: readonly StoredProblem[] = []

/** What of the rows can be judged: facts are needed of that. */
export function judgeable (candidates: readonly Candidate[]): PushRow[] {
  return candidates.flatMap(({ row, faults, sound }) => faults === undefined ? row : sound?.row ?? [])
}

/** Whether the row takes its figure back; its indicator must then be held exclusively. */
export const withdraws = ({ row }: Candidate): boolean => row.action === 'withdraw'

type JudgeRow = (row: PushRow, faulty: SoundPart['faulty'] | undefined, index: number) => Resolved

const NOBODY: Withdrawer = { grants: [], reviews: false }

/**
 * What becomes of each row, beside the catalogue, the calendar, the grants, what is stored and the other rows. Nothing
 * is written. `withdrawer`: needed where a row withdraws. `beside`: what earlier rows have come to that are not
 * committed yet.
 */
export async function judgeRows (
  db: Queryable, candidates: readonly Candidate[], rules: readonly Rule[], facts: PushFacts, judgeRow: JudgeRow,
  pusherOf: PusherOf, seen: SeenKeys, withdrawer = NOBODY, beside: readonly JudgedRow[] = []
): Promise<JudgedRow[]> {
  const rows = await judgeEach(db, candidates, judgeRow, seen, withdrawer)
  await compareFigures(db, rows, rules, facts, pusherOf, { beside })
  return rows
}

/** Rows that are judged at a stretch: a few hundredths of a second, and then others have their turn. */
const STRETCH = 2_500

async function inStretches<T, U> (list: readonly T[], of: (one: T, index: number) => U): Promise<U[]> {
  const found: U[] = []
  for (const [i, one] of list.entries()) {
    if (i > 0 && i % STRETCH === 0) await new Promise<void>(resolve => { setImmediate(resolve) })
    found.push(of(one, i))
  }
  return found
}

/** The same, before its figure is compared with others. */
export async function judgeEach (
  db: Queryable, candidates: readonly Candidate[], judgeRow: JudgeRow, seen: SeenKeys, withdrawer = NOBODY
): Promise<JudgedRow[]> {
  const own = await inStretches(candidates, ({ row, faults, sound }, i): Resolved => {
    if (faults === undefined) return judgeRow(row, undefined, i)
    return { problems: sound === undefined ? faults : [...faults, ...judgeRow(sound.row, sound.faulty, i).problems] }
  })
  const stored = await findNewestRevisions(db, own.flatMap(({ resolved }, i) =>
    resolved === undefined || withdraws(candidates[i]!) ? [] : resolved))
  const withdrawing: WithdrawingRow[] = []
  candidates.forEach((candidate, i) => {
    const figure = own[i]!.resolved
    if (figure !== undefined && withdraws(candidate)) withdrawing.push({ row: candidate.row, figure })
  })
  const decisions = await decideWithdrawals(db, withdrawing, withdrawer)
  const withdrawals = new Map(withdrawing.map(({ row }, i) => [row, decisions[i]!]))
  return await inStretches(candidates, (candidate, i): JudgedRow => {
    const { problems, resolved } = own[i]!
    if (resolved === undefined) return rejected(candidate, undefined, problems)
    const first = seen.first(resolved, candidate.position)
    if (first !== undefined) return rejected(candidate, undefined, [duplicateOf(first, seen.lineOf?.(first))])
    const withdrawal = withdrawals.get(candidate.row)
    if (withdrawal !== undefined) return judgeWithdrawal(candidate, resolved, withdrawal)
    return judgeFigure(candidate, resolved, stored.get(resolved.key))
  })
}

/**
 * Adds to the rows what speaks against them beside other figures, which may change their outcome. `gone`: keys of
 * stored figures that the push withdraws beside those of its rows; `beside` as of `judgeRows`.
 */
export async function compareFigures (
  db: Queryable, rows: readonly JudgedRow[], rules: readonly Rule[], facts: PushFacts, pusherOf: PusherOf,
  { gone = [], beside = [] }: { gone?: readonly string[], beside?: readonly JudgedRow[] }
): Promise<void> {
  const left = new Map<string, Figure | undefined>(gone.map(key => [key, undefined]))
  for (const list of [beside, rows]) {
    for (const { figure, withdrawal } of list) if (withdrawal !== undefined) left.set(figure!.key, withdrawal.left)
  }
  await heedRules(db, rows, rules, facts, pusherOf, left)
  await heedContradictions(db, rows, facts, pusherOf, { left, beside })
  await heedMagnitudes(db, rows, rules, facts, pusherOf, { left, beside })
}

async function heedRules (
  db: Queryable, rows: readonly JudgedRow[], rules: readonly Rule[], facts: PushFacts, pusherOf: PusherOf,
  left: Unstored['left']
): Promise<void> {
  if (rules.length === 0) return
  const pushed = rows.filter(isNews)
  if (pushed.length === 0) return
  const figures = pushed.map(({ figure, outcome }) => ({ figure, counts: outcome !== 'rejected' }))
  const found = await judgePush(db, rules, figures, facts, pusherOf(pushed[0]!.row), left)
  for (const row of pushed) {
    const said = found.get(row.figure.key)
    if (said !== undefined) heed(row, said)
  }
}

/** A row that withdraws says nothing that a rule could be held against. */
const isNews = (row: JudgedRow): row is JudgedRow & { figure: ResolvedRow } =>
  row.figure !== undefined && row.outcome !== 'unchanged' && row.row.action === undefined

function judgeWithdrawal (candidate: Candidate, figure: ResolvedRow, decision: WithdrawalDecision): JudgedRow {
  if (decision.outcome === 'rejected') return rejected(candidate, figure, decision.problems)
  if (decision.outcome === 'unchanged') {
    return judged(candidate, 'unchanged', figure, decision.id, decision.revision, undefined, NONE)
  }
  const [{ id, revision }] = decision.withdrawal.revisions as [NamedRevision]
  const row = judged(candidate, 'withdrawn', figure, id, revision, undefined, NONE)
  row.withdrawal = decision.withdrawal
  return row
}

function judgeFigure (candidate: Candidate, figure: ResolvedRow, stored: Parameters<typeof decide>[2]): JudgedRow {
  const decision = decide(candidate.row, figure, stored)
  if (decision.outcome === 'unchanged') {
    return judged(candidate, 'unchanged', figure, decision.previous.id, decision.previous.revision, undefined, NONE)
  }
  if (decision.outcome === 'rejected' || figure.locked !== undefined) {
    return rejected(candidate, figure, [
      ...figure.locked === undefined ? [] : [figure.locked], ...decision.outcome === 'rejected' ? decision.problems : []
    ])
  }
  return decision.outcome === 'created'
    ? judged(candidate, 'created', figure, uuid(), 1, figure.initialState, NONE, figure.warnings)
    : judged(candidate, 'revised', figure, decision.previous.id, decision.previous.newest + 1,
      decision.forReview ? 'submitted' : figure.initialState, NONE, figure.warnings, standingOf(decision.previous))
}

function rejected (
  candidate: Candidate, figure: ResolvedRow | undefined, problems: readonly StoredProblem[]
): JudgedRow {
  return judged(candidate, 'rejected', figure, undefined, undefined, undefined, problems)
}

/** Thousands a chunk: one object each, of one shape. */
export function judged (
  { position, line, row }: Candidate, outcome: JudgedRow['outcome'], figure: ResolvedRow | undefined,
  measurementId: string | undefined, revision: number | undefined, initialState: JudgedRow['initialState'],
  problems: readonly StoredProblem[],
  warnings: readonly StoredProblem[] = NONE, replaces?: Figure
): JudgedRow {
  return {
    position, line, row, outcome, figure, measurementId, revision, replaces, withdrawal: undefined, initialState,
    problems, warnings,
    found: undefined
  }
}

function standingOf (stored: StoredRevision): Figure | undefined {
  return stored.state === 'accepted' || stored.state === 'submitted' ? stored : undefined
}

/** A rule that blocks rejects the row; one that warns lets it in, to be reviewed whatever the policy. */
function heed (row: JudgedRow & { figure: ResolvedRow }, found: readonly Finding[]): void {
  const said = (severity: Rule['severity']) =>
    found.filter(({ rule }) => rule.severity === severity).map(finding => toProblem(finding, row.figure))
  const [faults, warnings] = [said('block'), said('warn')]
  row.found = found
  if (faults.length > 0 || row.outcome === 'rejected') {
    row.outcome = 'rejected'
    row.warnings = warnings
    row.problems = [...row.problems, ...faults]
    row.measurementId = row.revision = row.initialState = undefined
  } else {
    warn(row, warnings)
  }
}

function duplicateOf (position: number, line: number | undefined): StoredProblem {
  const first = line === undefined
    ? { vi: `dòng ${position} (đếm từ 0)`, en: `row ${position} (counted from 0)` }
    : {
        vi: `dòng ${line} của tệp (vị trí ${position}, đếm từ 0)`,
        en: `line ${line} (position ${position}, counted from 0)`
      }
  return problem('', 'duplicate_row',
    `Trùng chỉ tiêu, kỳ, cơ quan và phân tổ với ${first.vi}; chỉ dòng đầu được xét.`,
    `The same indicator, period, agency and breakdown as ${first.en}; only the first is considered.`)
}
