import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { dayInProvince } from '../../domain/date.js'
import { CHILDREN } from '../../domain/quality.js'
import type { RawFigure } from '../../domain/rollup.js'
import type { AgencyFacts, IndicatorFacts } from './row.js'
import {
  keysOf, planChecks, runChecks, type Finding, type Rule, type Subject, type Surroundings
} from './quality-rules.js'
import { findSeen, listKinships, listMemberCodes } from './evidence-queries.js'
import type { Pusher } from './pusher.js'

export { listActiveRules } from './evidence-queries.js'
export type { Finding, Rule } from './quality-rules.js'

/** A figure of a push; `counts`: it is about to be written, and other figures of the push are judged beside it. */
export interface PushedFigure { figure: Subject, counts: boolean }

export interface PushFacts {
  now: string
  indicators: ReadonlyMap<string, IndicatorFacts>
  agencies: ReadonlyMap<string, AgencyFacts>
}

/**
 * Whether two pushes at once could together break what neither breaks alone: a rule that blocks looks at other figures
 * of the indicator. Such pushes then have the indicators to themselves; a warning may be missed instead.
 */
export function judgesTogether (rules: readonly Rule[]): boolean {
  return rules.some(({ severity, check }) => severity === 'block' && check.kind !== 'range' && check.kind !== 'ratio')
}

/**
 * What the rules say, by the figures' keys. At most three queries, and none where there is no rule; more where a figure
 * that awaits review is another client's: whoever pushes is not told of it, and not judged by it. `left`: what stands
 * after the push under keys of which it withdraws something.
 */
export async function judgePush (
  db: Queryable, rules: readonly Rule[], pushed: readonly PushedFigure[], facts: PushFacts, pusher: Pusher,
  left: ReadonlyMap<string, RawFigure | undefined> = new Map()
): Promise<Map<string, Finding[]>> {
  if (rules.length === 0 || pushed.length === 0) return new Map()
  const subjects = pushed.map(({ figure }) => figure)
  const around: Surroundings = {
    ...await loadRelations(db, rules, subjects.map(({ agency }) => agency)),
    indicators: facts.indicators,
    agencies: new Map([...facts.agencies.values()].map(({ code, level, ancestors }) =>
      [code, { level, depth: ancestors.size }])),
    today: dayInProvince(facts.now)
  }
  const checks = planChecks(rules, subjects, around)
  const seen = await findSeen(db, keysOf(checks).map(key => ({ pusher, key })))
  const stored = seen.get(pusher) ?? new Map<string, RawFigure>()
  for (const [key, figure] of left) {
    if (figure === undefined) stored.delete(key)
    else if (stored.has(key)) stored.set(key, figure)
  }
  const own = new Map(pushed.flatMap(({ figure, counts }) => counts ? [[figure.key, figure] as const] : []))
  return runChecks(checks, stored, own, around).findings
}

/** Who is part of whom, as far as the rules ask. */
export async function loadRelations (
  db: Queryable, rules: readonly Rule[], agencies: readonly string[]
): Promise<Pick<Surroundings, 'kinships' | 'members'>> {
  const wholes = rules.flatMap(({ check }) => check.kind === 'parts' ? [check.of] : [])
  const dimensions = wholes.filter(of => of !== CHILDREN)
  return {
    kinships: wholes.includes(CHILDREN) ? await listKinships(db, agencies) : [],
    members: dimensions.length === 0 ? new Map() : await listMemberCodes(db, dimensions)
  }
}

export interface JudgedFigure {
  figure: Subject, found: readonly Finding[], position: number, measurementId?: string | undefined,
  revision?: number | undefined
}

/** After the submission and the revisions they name. */
export async function insertOutcomes (
  db: Queryable, clientId: string, submissionId: string, rows: readonly JudgedFigure[]
): Promise<void> {
  if (rows.length === 0) return
  const outcomes = rows.flatMap(({ figure, found, position, measurementId, revision }) => found.map(finding => ({
    rule: finding.rule.code, version: finding.rule.version, severity: finding.rule.severity, detail: detailOf(finding),
    indicator: figure.indicator, agency: figure.agency, period: figure.period, breakdown: figure.breakdown, position,
    measurementId, revision
  })))
  await db.execute(sql`
    insert into quality_outcomes (rule_code, rule_version, severity, indicator_code, agency_code, period, breakdown,
      client_id, submission_id, position, measurement_id, revision, detail, recorded_at)
    select o.rule, o.version, o.severity, o.indicator, o.agency, o.period, o.breakdown, ${clientId},
      ${submissionId}::uuid, o.position, o."measurementId", o.revision, o.detail, (select recording_time())
    from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb) as o (rule text, version integer, severity text,
      indicator text, agency text, period text,
      breakdown jsonb, position integer, "measurementId" uuid, revision integer, detail jsonb)
    order by o.position`)
}

/** A finding as it stands on a row of a receipt, a warning or a fault. */
export function toProblem ({ rule, sentence }: Finding, figure: { numerator?: string | undefined }): StoredProblem {
  return {
    pointer: figure.numerator === undefined ? '/value' : `/${partOf(rule) ?? 'numerator'}`,
    code: 'quality_rule',
    detail: detailOf({ rule, sentence }),
    rule: { code: rule.code, version: rule.version }
  }
}

/** What of a figure the rule looks at, if not at its value. */
function partOf ({ check }: Rule): string | undefined {
  return 'part' in check ? check.part : undefined
}

export function detailOf ({ rule: { code, name }, sentence }: Finding): { vi: string, en: string } {
  return {
    vi: `Quy tắc chất lượng ${code} (${name.vi}): ${sentence.vi}`,
    en: `Quality rule ${code} (${name.en ?? name.vi}): ${sentence.en}`
  }
}
