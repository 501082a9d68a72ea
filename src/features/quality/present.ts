import { stated } from '../stated.js'
import type { QualityOutcomeRow, QualityRuleRow } from './queries.js'
import type { QualityOutcome, QualityRule, QualityTrial } from './schemas.js'
import { detailOf } from '../pushes/quality.js'
import type { TriedRule, TrialResult } from './trial.js'
import type { Language } from '../../domain/text.js'

export function presentRule (row: QualityRuleRow): QualityRule {
  const {
    code, rowVersion, name, kind, params, indicatorCodes, pillarCode, level, severity, state, note, provenance,
    knownFrom
  } = row
  return {
    code, version: rowVersion, name, kind, params, ...stated({ indicators: indicatorCodes, pillar: pillarCode, level }),
    severity, state, ...stated({ note }), provenance, recordedAt: knownFrom
  }
}

export function presentOutcome (row: QualityOutcomeRow, language: Language): QualityOutcome {
  return {
    id: String(row.id),
    rule: { code: row.ruleCode, version: row.ruleVersion },
    severity: row.severity,
    indicator: row.indicatorCode,
    agency: row.agencyCode,
    period: row.period,
    breakdown: row.breakdown,
    client: row.clientId,
    submission: row.submissionId,
    position: row.position,
    ...row.measurementId === null || row.revision === null
      ? {}
      : { measurement: { id: row.measurementId, revision: row.revision } },
    detail: row.detail[language] ?? row.detail.vi,
    recordedAt: row.recordedAt
  }
}

export function presentTrial (
  tried: TriedRule, { counts, complete, findings }: TrialResult, language: Language
): QualityTrial {
  return {
    rule: { code: tried.code, version: tried.rowVersion ?? null },
    counts,
    complete,
    findings: findings.map(({ subject: { indicator, agency, period, breakdown, id, revision }, finding }) => ({
      indicator, agency, period, breakdown, measurement: { id, revision }, detail: detailOf(finding)[language]
    }))
  }
}
