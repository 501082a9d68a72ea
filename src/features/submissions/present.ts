import type { StoredProblem } from '../../db/schema/index.js'
import { MAX_ERRORS } from '../../http/problem.js'
import type { JudgedRow } from '../pushes/judged-row.js'
import { optional, presentProblems } from '../measurements/present.js'
import type { RowCode, RowWarningCode, ScopeCode } from '../pushes/row-codes.js'
import type { Receipt } from '../pushes/actions.js'
import { shownExceptions } from '../pushes/exceptions.js'
import type { SubmissionRecord } from './queries.js'
import type { RowOutcome } from '../pushes/row-outcomes.js'
import type { SubmissionFault } from './schemas.js'
import type { Counts } from '../pushes/receipts.js'
import type { Language } from '../../domain/text.js'

export function presentSubmissionRow ({ row, ...judged }: JudgedRow | RowOutcome, language: Language) {
  return {
    position: judged.position,
    ...optional('line', judged.line),
    ...optional('itemId', row.itemId),
    ...row.action === undefined ? {} : { action: row.action },
    outcome: judged.outcome,
    indicator: row.indicator,
    agency: row.agency,
    period: row.period,
    ...judged.measurementId === undefined || judged.revision === undefined
      ? {}
      : { measurement: { id: judged.measurementId, revision: judged.revision } },
    ...'standing' in judged ? optional('standing', judged.standing) : {},
    problems: presentProblems<RowCode>(judged.problems, language),
    warnings: presentProblems<RowWarningCode>(judged.warnings, language)
  }
}

/** Of a push that replaced a scope. */
export function presentReplaced (
  { replacedScope }: Pick<Receipt, 'replacedScope'> | SubmissionRecord, language: Language
) {
  if (replacedScope === undefined || replacedScope === null) return {}
  const { withdrawn, problems, ...scope } = replacedScope
  return {
    replacedScope: scope, withdrawn, problems: presentProblems<ScopeCode>(problems.slice(0, MAX_ERRORS), language)
  }
}

/** Why a push ended before its last row. */
function presentFault ({ fault }: { fault?: StoredProblem | null | undefined }, language: Language) {
  return fault === null || fault === undefined
    ? {}
    : { fault: { code: fault.code as SubmissionFault, detail: fault.detail[language] ?? fault.detail.vi } }
}

/** `rows`: all of the push, or its first exceptions with one more than is shown. */
export function presentExceptions (rows: Iterable<JudgedRow | RowOutcome>, language: Language) {
  const { shown, truncated } = shownExceptions(rows)
  return { exceptions: shown.map(row => presentSubmissionRow(row, language)), ...truncated ? { truncated } : {} }
}

function presentCounts ({ received, created, revised, unchanged, rejected, warned, withdrawn, leftEmpty }: Counts) {
  return { received, created, revised, unchanged, rejected, warned, withdrawn, leftEmpty }
}

export function presentSubmission (row: SubmissionRecord, publicUrl: string, language: Language) {
  return {
    id: row.id as string | null,
    client: row.clientId,
    mode: row.mode,
    dryRun: false,
    state: row.state,
    counts: presentCounts(row),
    recordedAt: row.recordedAt as string | null,
    rows: rowsUrl(publicUrl, row.id) as string | null,
    ...presentFault(row, language)
  }
}

export function presentReceipt (receipt: Receipt, publicUrl: string, language: Language) {
  const { id, clientId, mode, dryRun, state, counts, recordedAt, rows } = receipt
  return {
    id: id ?? null,
    client: clientId,
    mode,
    dryRun,
    state,
    counts: presentCounts(counts),
    recordedAt: recordedAt ?? null,
    rows: id === undefined ? null : rowsUrl(publicUrl, id),
    ...presentFault(receipt, language),
    ...presentReplaced(receipt, language),
    ...presentExceptions(rows, language)
  }
}

/** Of the receipt. */
export function submissionUrl (publicUrl: string, id: string): string {
  return `${publicUrl}/v1/submissions/${id}`
}

function rowsUrl (publicUrl: string, id: string): string {
  return `${submissionUrl(publicUrl, id)}/rows`
}
