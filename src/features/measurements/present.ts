import type { StoredProblem } from '../../db/schema/index.js'
import type { FaultCode } from '../../http/problem.js'
import { marked } from '../../http/sight.js'
import { presentValue } from '../pushes/figure.js'
import type { StepRow } from './history.js'
import type { MeasurementRow } from '../../world/measurements.js'
import type { ReviewResult } from '../pushes/review-actions.js'
import type { Measurement } from './schemas.js'
import type { ReviewCode, RowWarningCode } from '../pushes/row-codes.js'
import { figureOf } from '../pushes/store.js'
import type { Language } from '../../domain/text.js'

export const optional = <Key extends string, Value>(key: Key, value: Value | null | undefined) =>
  value === null || value === undefined ? {} : { [key]: value } as Record<Key, Value>

export function presentProblems<Code extends FaultCode | RowWarningCode> (
  problems: readonly StoredProblem[], language: Language
) {
  return problems.map(({ pointer, code, detail, rule }) =>
    ({ pointer, code: code as Code, detail: detail[language] ?? detail.vi, ...optional('rule', rule) }))
}

/** `isOwn`: whether it is of the reader's own agency, as that of whoever has just written it is. */
export function presentMeasurement (row: MeasurementRow, language: Language, isOwn = row.own === true): Measurement {
  const figure = figureOf(row.value, row.numerator, row.denominator)
  return marked({
    id: row.id,
    indicator: row.indicator,
    agency: row.agency,
    period: row.period,
    breakdown: row.breakdown,
    ...figure,
    value: presentValue(figure),
    quality: row.quality,
    ...optional('note', row.note),
    ...optional('evidence', row.evidence),
    ...optional('observedAt', row.observedAt),
    state: row.state,
    counts: row.state === 'accepted' || (row.state === 'returned' && row.decided === true),
    revision: row.revision,
    ...optional('reason', row.reason),
    late: row.late,
    source: { client: row.client, submission: row.submission, ...optional('externalId', row.externalId) },
    recordedAt: row.recordedAt,
    warnings: presentProblems<RowWarningCode>(row.warnings, language),
    provenance: row.provenance
  }, isOwn)
}

export function presentReviews ({ reviews, ...result }: ReviewResult, language: Language) {
  return {
    ...result,
    reviews: reviews.map(({ revision, problems, ...one }) =>
      ({ ...one, ...optional('revision', revision), problems: presentProblems<ReviewCode>(problems, language) }))
  }
}

export function presentStep (row: StepRow, language: Language) {
  const figure = figureOf(row.value, row.numerator, row.denominator)
  return marked({
    position: row.position,
    step: row.step,
    revision: row.revision,
    state: row.state,
    client: row.client,
    recordedAt: row.recordedAt,
    ...optional('comment', row.comment),
    ...optional('reason', row.reason),
    ...row.step === 'pushed' ? { ...figure, value: presentValue(figure) } : {},
    ...optional('quality', row.quality),
    ...optional('submission', row.submission),
    ...optional('externalId', row.externalId),
    ...optional('late', row.late),
    ...row.warnings === null ? {} : { warnings: presentProblems<RowWarningCode>(row.warnings, language) }
  }, row.own)
}
