import type { Queryable } from '../../db/client.js'
import type { CivilDate } from '../../domain/date.js'
import { keysOf, planChecks, runChecks, type Finding, type Rule, type Surroundings } from '../pushes/quality-rules.js'
import {
  findStanding, listJudgedIndicators, listStanding, type Place, type StoredSubject
} from '../pushes/evidence-queries.js'
import { loadRelations } from '../pushes/quality.js'
import { checkOf } from '../../domain/quality.js'
import type { QualityRuleRow } from './queries.js'

/** What a trial looks at: some seconds of work. */
const MAX_FIGURES = 100_000
const MAX_FINDINGS = 1_000
/** Figures judged at a time: memory stays flat, and a statement's arguments small. */
const CHUNK = 5_000

export type TriedRule = Pick<QualityRuleRow, 'code' | 'name' | 'kind' | 'params' | 'severity' | 'indicatorCodes'> &
  {
    rowVersion?: number | undefined, level?: QualityRuleRow['level'] | undefined, pillarCode?: string | null | undefined
  }

export interface TrialRange {
  indicator?: string | undefined, fromYear: number, toYear: number, today: CivilDate, acceptedAlone: boolean
}

export interface TrialResult {
  counts: { figures: number, judged: number, findings: number }
  complete: boolean
  findings: { subject: StoredSubject, finding: Finding }[]
}

/**
 * What the rule says of the figures that stand now, each from one side: the later of two periods, the total of its
 * parts.
 */
export async function tryRule (db: Queryable, tried: TriedRule, range: TrialRange): Promise<TrialResult> {
  const indicators = await listJudgedIndicators(
    db, { indicators: tried.indicatorCodes, pillar: tried.pillarCode ?? null }, range.indicator
  )
  const rule: Rule = {
    code: tried.code, version: tried.rowVersion ?? 1, name: tried.name, severity: tried.severity,
    level: tried.level ?? null,
    check: checkOf(tried.kind, tried.params), aggregations: new Map(indicators.map((
      { code, aggregation }
    ) => [code, aggregation]))
  }
  const facts = { indicators: new Map(indicators.map(indicator => [indicator.code, indicator])), today: range.today }
  const result: TrialResult = { counts: { figures: 0, judged: 0, findings: 0 }, complete: true, findings: [] }
  for (const { code } of indicators) {
    for (let after: Place | undefined, full = true; full;) {
      if (result.counts.figures >= MAX_FIGURES) return { ...result, complete: false }
      const chunk = await listStanding(db, { ...range, indicator: code }, after, CHUNK)
      await judgeChunk(db, rule, chunk.subjects, facts, range.acceptedAlone, result)
      after = chunk.last
      full = chunk.full
    }
  }
  return result
}

async function judgeChunk (
  db: Queryable, rule: Rule, subjects: StoredSubject[], facts: Pick<Surroundings, 'indicators' | 'today'>,
  acceptedAlone: boolean, result: TrialResult
): Promise<void> {
  result.counts.figures += subjects.length
  if (subjects.length === 0) return
  const around: Surroundings = {
    ...facts,
    ...await loadRelations(db, [rule], subjects.map(({ agency }) => agency)),
    agencies: new Map(subjects.map(({ agency, level }) => [agency, { level, depth: 0 }]))
  }
  const checks = planChecks([rule], subjects, around, true)
  const { findings, judged } = runChecks(
    checks, await findStanding(db, keysOf(checks), acceptedAlone), new Map(), around
  )
  result.counts.judged += judged.size
  result.counts.findings += findings.size
  for (const subject of subjects) {
    if (result.findings.length === MAX_FINDINGS) return
    for (const finding of findings.get(subject.key) ?? []) result.findings.push({ subject, finding })
  }
}
