import { v7 as uuid } from 'uuid'
import type { Queryable } from '../../db/client.js'
import type { OUTCOMES, StoredProblem } from '../../db/schema/index.js'
import { judgePush, toProblem, type Finding, type Rule } from '../quality/push.js'
import { decide } from './outcome.js'
import { createRowJudge, problem, type PushContext, type PushRow, type ResolvedRow } from './row.js'
import { findNewestRevisions, type NewRevision } from './store.js'

/** A row at its place in the push, from 0. What has faults of form is not judged any further. */
export interface Candidate {
  position: number
  /** In a file of lines, from 1. */
  line?: number | undefined
  row: PushRow
  faults?: StoredProblem[] | undefined
}

export interface JudgedRow extends Candidate {
  outcome: typeof OUTCOMES[number]
  measurementId?: string | undefined
  revision?: number | undefined
  problems: readonly StoredProblem[]
  warnings: readonly StoredProblem[]
  insert?: NewRevision | undefined
  findings?: { figure: ResolvedRow, found: readonly Finding[] } | undefined
}

/** The keys that a push has named so far: the position of the first row that named this one, or undefined if it is this row. */
export interface SeenKeys { first (key: string, position: number): number | undefined }

const NONE: readonly StoredProblem[] = []

/** What becomes of each row, beside the catalogue, the calendar, the grants, what is stored and the rows before it. Nothing is written. */
export async function judgeRows (db: Queryable, candidates: readonly Candidate[], rules: readonly Rule[], context: PushContext, seen: SeenKeys): Promise<JudgedRow[]> {
  const judgeRow = createRowJudge(context)
  const own = candidates.map(({ row, faults }) => faults === undefined ? judgeRow(row) : { problems: faults })
  const stored = await findNewestRevisions(db, own.flatMap(({ resolved }) => resolved ?? []))
  const pushed: { figure: ResolvedRow, judged: JudgedRow }[] = []
  const rows = candidates.map((candidate, i): JudgedRow => {
    const { problems, resolved } = own[i]!
    if (resolved === undefined) return rejected(candidate, problems)
    const first = seen.first(resolved.key, candidate.position)
    if (first !== undefined) return rejected(candidate, [duplicateOf(first)])
    const judged = judgeFigure(candidate, resolved, stored.get(resolved.key))
    if (judged.outcome !== 'unchanged') pushed.push({ figure: resolved, judged })
    return judged
  })
  if (rules.length === 0) return rows
  const found = await judgePush(db, rules, pushed.map(({ figure, judged }) => ({ figure, counts: judged.outcome !== 'rejected' })), context)
  for (const { figure, judged } of pushed) {
    const said = found.get(figure.key)
    if (said !== undefined) heed(judged, figure, said)
  }
  return rows
}

function judgeFigure (candidate: Candidate, figure: ResolvedRow, stored: Parameters<typeof decide>[2]): JudgedRow {
  const decision = decide(candidate.row, figure, stored)
  if (decision.outcome === 'unchanged') {
    const { id, revision } = decision.previous
    return { ...candidate, outcome: 'unchanged', measurementId: id, revision, problems: NONE, warnings: NONE }
  }
  if (decision.outcome === 'rejected' || figure.locked !== undefined) {
    return rejected(candidate, [...figure.locked === undefined ? [] : [figure.locked], ...decision.outcome === 'rejected' ? decision.problems : []])
  }
  return decision.outcome === 'created'
    ? written(candidate, figure, uuid(), 1)
    : written(candidate, figure, decision.previous.id, decision.previous.newest + 1)
}

/** A rule that blocks rejects the row; one that warns lets it in, to be reviewed whatever the policy. */
function heed (judged: JudgedRow, figure: ResolvedRow, found: readonly Finding[]): void {
  const said = (severity: Rule['severity']) => found.filter(({ rule }) => rule.severity === severity).map(finding => toProblem(finding, figure))
  const faults = said('block')
  judged.findings = { figure, found }
  judged.warnings = said('warn')
  if (faults.length > 0 || judged.insert === undefined) {
    judged.outcome = 'rejected'
    judged.problems = [...judged.problems, ...faults]
    judged.insert = judged.measurementId = judged.revision = undefined
  } else {
    judged.insert.initialState = 'submitted'
    judged.insert.warnings = judged.warnings
  }
}

function rejected (candidate: Candidate, problems: readonly StoredProblem[]): JudgedRow {
  return { ...candidate, outcome: 'rejected', problems, warnings: NONE }
}

function written (candidate: Candidate, figure: ResolvedRow, id: string, revision: number): JudgedRow {
  const { row } = candidate
  return {
    ...candidate,
    outcome: revision === 1 ? 'created' : 'revised',
    measurementId: id,
    revision,
    problems: NONE,
    warnings: NONE,
    insert: { ...figure, id, revision, note: row.note, evidence: row.evidence, observedAt: row.observedAt, reason: row.reason, externalId: row.itemId, warnings: NONE }
  }
}

function duplicateOf (first: number): StoredProblem {
  return problem('', 'duplicate_row',
    `Trùng chỉ tiêu, kỳ, cơ quan và phân tổ với dòng ${first} (đếm từ 0); chỉ dòng đầu được xét.`,
    `The same indicator, period, agency and breakdown as row ${first} (counted from 0); only the first is considered.`)
}
