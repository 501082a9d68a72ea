import type { StoredText } from '../../db/schema/index.js'
import { windowOf, type CalendarRule } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { comparePeriods, parsePeriod, type Period } from '../../domain/period.js'
import {
  adjacentPeriod, CHILDREN, isGrowing, judgeAddend, judgeChange, judgeIncrement, judgeMonotone, judgeParts, judgeRange,
  judgeRatio, periodBefore,
  type Neighbour, type QualityCheck, type QualityVerdict, type Sentence
} from '../../domain/quality.js'
import type { RawFigure } from '../../domain/rollup.js'
import { keyOf } from './row.js'
import { breakdownKeyOf } from '../../domain/breakdown.js'
import type { Aggregation, Level, RuleSeverity, TimeBasis, ValueKind } from '../../domain/words.js'

/** A rule beside the indicators it applies to, of those that are judged. */
export interface Rule {
  code: string
  version: number
  name: StoredText
  severity: RuleSeverity
  level: Level | null
  check: QualityCheck
  aggregations: ReadonlyMap<string, Aggregation>
}

/** A figure under its natural key. */
export interface Subject extends RawFigure {
  key: string
  indicator: string
  agency: string
  period: string
  breakdown: Record<string, string>
}

export interface FigureKey { key: string, indicator: string, agency: string, period: string, breakdownKey: string }

/** While a committee stood directly below another agency; both days inclusive. */
export interface Kinship { child: string, parent: string, parentLevel: Level, from: CivilDate, to: CivilDate | null }

export interface Surroundings {
  indicators: ReadonlyMap<string, { valueKind: ValueKind, timeBasis: TimeBasis, calendar: CalendarRule }>
  agencies: ReadonlyMap<string, { level: Level, depth: number }>
  kinships: readonly Kinship[]
  members: ReadonlyMap<string, readonly string[]>
  today: CivilDate
}

interface Total extends FigureKey { parts: readonly FigureKey[] }

/** One rule on one figure, and the other figures it needs. */
export interface Check {
  rule: Rule
  subject: Subject
  period: Period
  stage: number
  depth: number
  previous?: FigureKey | undefined
  following?: FigureKey | undefined
  /** Of a total that runs over the year, whose increments are compared: where that of the previous period begins. */
  base?: FigureKey | 'year_start' | undefined
  /** The figure's own parts. */
  parts?: readonly FigureKey[]
  /** The total of which the figure is a part. */
  total?: Total
}

export interface Finding { rule: Rule, sentence: Sentence }

/** In which order the rules are run: what a figure is judged beside must have been judged before it. */
const ALONE = 0
const IN_TIME = 1
const AS_TOTAL = 2
const AS_PART = 3

/** `stored`: the figures are all there is, so that each is looked at from one side only. */
export function planChecks (
  rules: readonly Rule[], subjects: readonly Subject[], around: Surroundings, stored = false
): Check[] {
  const family = familyOf(around.kinships)
  const totals = new Map<string, Total | undefined>()
  const totalOf = (
    of: string, key: FigureKey, breakdown: Record<string, string>, day: CivilDate
  ): Total | undefined => {
    const name = `${of} ${key.key}`
    if (!totals.has(name)) {
      const parts = of === CHILDREN
        ? family.childrenOn(key.agency, day).map(agency => at(key, { agency }))
        : partsByMember(of, key, breakdown, around.members)
      totals.set(name, parts.length === 0 ? undefined : { ...key, parts })
    }
    return totals.get(name)
  }
  const checks = subjects.flatMap(subject => {
    const period = parsePeriod(subject.period)!
    const own: FigureKey = { ...subject, breakdownKey: breakdownKeyOf(subject.breakdown) }
    const agency = around.agencies.get(subject.agency)
    const depth = Object.keys(subject.breakdown).length * 100 + (agency?.depth ?? 0)
    return rules.flatMap((rule): Check[] => {
      if (!rule.aggregations.has(subject.indicator)) return []
      const { check } = rule
      const base = { rule, subject, period, depth }
      if (check.kind === 'parts') {
        const { calendar } = around.indicators.get(subject.indicator)!
        const cutOff = windowOf(period, calendar).to
        const day = cutOff < around.today ? cutOff : around.today
        const asTotal = !suits(rule, agency?.level) ? undefined : totalOf(check.of, own, subject.breakdown, day)
        const found: Check[] = asTotal === undefined ? [] : [{ ...base, stage: AS_TOTAL, parts: asTotal.parts }]
        if (stored) return found
        const above = aboveOf(check.of, own, subject.breakdown, day)
        const total = above === undefined || !suits(rule, above.level)
          ? undefined
          : totalOf(check.of, above.key, above.breakdown, day)
        return total === undefined ? found : [...found, { ...base, stage: AS_PART, total }]
      }
      if (!suits(rule, agency?.level)) return []
      if (check.kind === 'range' || check.kind === 'ratio') return [{ ...base, stage: ALONE }]
      const { timeBasis, valueKind } = around.indicators.get(subject.indicator)!
      const figureOf = (other: Period | undefined) => other && at(own, { period: other.code })
      if (check.kind === 'change') {
        const previous = periodBefore(period, timeBasis)
        const grows = isGrowing(timeBasis, valueKind, check.part) && period.index > 1
        const from = !grows ? undefined : period.index === 2 ? 'year_start' : figureOf(adjacentPeriod(previous!, -1))
        return [{ ...base, stage: IN_TIME, previous: figureOf(previous), base: from }]
      }
      if (timeBasis === 'during_period') return [{ ...base, stage: ALONE }]
      const near = (step: -1 | 1) => {
        const other = adjacentPeriod(period, step)
        return other?.year === period.year ? figureOf(other) : undefined
      }
      return [{ ...base, stage: IN_TIME, previous: near(-1), following: stored ? undefined : near(1) }]
    })
  })
  return checks.sort((a, b) =>
    a.stage - b.stage || (a.stage === IN_TIME ? comparePeriods(a.period, b.period) : b.depth - a.depth))

  function aboveOf (of: string, own: FigureKey, breakdown: Record<string, string>, day: CivilDate) {
    if (of === CHILDREN) {
      const parent = family.parentOn(own.agency, day)
      return parent && { key: at(own, { agency: parent.parent }), level: parent.parentLevel, breakdown }
    }
    const { [of]: member, ...rest } = breakdown
    return member === undefined
      ? undefined
      : {
          key: at(own, { breakdownKey: breakdownKeyOf(rest) }), level: around.agencies.get(own.agency)?.level,
          breakdown: rest
        }
  }
}

/** Whatever else has to be read, each key once. */
export function keysOf (checks: readonly Check[]): FigureKey[] {
  const keys = new Map<string, FigureKey>()
  const seen = new Set<readonly FigureKey[]>()
  const want = (key: FigureKey | undefined) => { if (key !== undefined) keys.set(key.key, key) }
  const wantAll = (list: readonly FigureKey[] | undefined) => {
    if (list === undefined || seen.has(list)) return
    seen.add(list)
    list.forEach(want)
  }
  for (const { previous, following, base, parts, total } of checks) {
    want(previous)
    want(following)
    if (base !== 'year_start') want(base)
    want(total)
    wantAll(parts)
    wantAll(total?.parts)
  }
  return [...keys.values()].map(({ key, indicator, agency, period, breakdownKey }) =>
    ({ key, indicator, agency, period, breakdownKey }))
}

/**
 * Judges in the order of the checks. `pushed` are the figures that are about to be written: they count beside what is
 * stored, until a rule blocks one. A total that is pushed answers for its parts; a part that is pushed below a stored
 * total answers itself.
 */
export function runChecks (
  checks: readonly Check[], stored: ReadonlyMap<string, RawFigure>, pushed: ReadonlyMap<string, RawFigure>,
  around: Surroundings
): { findings: Map<string, Finding[]>, judged: ReadonlySet<string> } {
  const own = new Map(pushed)
  const figureAt = (key: string) => own.get(key) ?? stored.get(key)
  const neighbour = (key: FigureKey | undefined): Neighbour | undefined => {
    const figure = key && figureAt(key.key)
    return figure && { period: key.period, figure }
  }
  const judge = (
    { rule: { check, aggregations }, subject, previous, following, base, parts, total }: Check
  ): QualityVerdict => {
    const { valueKind, timeBasis } = around.indicators.get(subject.indicator)!
    switch (check.kind) {
      case 'range': return judgeRange(check, subject, valueKind)
      case 'ratio': return judgeRatio(subject)
      case 'change': return base === undefined
        ? judgeChange(check, subject, neighbour(previous), valueKind)
        : judgeIncrement(check, subject, neighbour(previous), base === 'year_start' ? base : neighbour(base), valueKind)
      // a later figure of this push is judged itself
      case 'monotone': return timeBasis === 'during_period'
        ? judgeAddend(subject, valueKind, check.part)
        : judgeMonotone(
          subject, neighbour(previous), following && own.has(following.key) ? undefined : neighbour(following),
          valueKind, check.part
        )
      case 'parts': {
        const whole = parts === undefined ? stored.get(total!.key) : subject
        if (whole === undefined || (total !== undefined && own.has(total.key))) return { verdict: 'not_judged' }
        // the figure itself may not be written for another fault, and is judged as if it were
        const figures = (parts ?? total!.parts).map(({ key }) => key === subject.key ? subject : figureAt(key))
        return judgeParts(check.tolerance, whole, figures, aggregations.get(subject.indicator)!, valueKind)
      }
    }
  }
  const findings = new Map<string, Finding[]>()
  const judged = new Set<string>()
  for (const check of checks) {
    const result = judge(check)
    if (result.verdict === 'not_judged') continue
    judged.add(check.subject.key)
    if (result.verdict !== 'broken') continue
    const known = findings.get(check.subject.key) ?? []
    if (!known.some(({ rule }) => rule === check.rule)) {
      findings.set(check.subject.key, [...known, { rule: check.rule, sentence: result.sentence }])
    }
    if (check.rule.severity === 'block') own.delete(check.subject.key)
  }
  return { findings, judged }
}

function suits (rule: Rule, level: Level | undefined): boolean {
  return rule.level === null || rule.level === level
}

function at ({ indicator, agency, period, breakdownKey }: FigureKey, changes: Partial<FigureKey>): FigureKey {
  const named = { indicator, agency, period, breakdownKey, ...changes }
  return { ...named, key: keyOf(named) }
}

/** A figure that is already broken down by the dimension, or by three others, has no parts of it. */
function partsByMember (
  dimension: string, key: FigureKey, breakdown: Record<string, string>, members: Surroundings['members']
): FigureKey[] {
  if (dimension in breakdown || Object.keys(breakdown).length >= 3) return []
  return (members.get(dimension) ?? []).map(member =>
    at(key, { breakdownKey: breakdownKeyOf({ ...breakdown, [dimension]: member }) }))
}

function familyOf (kinships: readonly Kinship[]) {
  const children = groupBy(kinships, ({ parent }) => parent)
  const parents = groupBy(kinships, ({ child }) => child)
  const on = (day: CivilDate) => ({ from, to }: Kinship) => from <= day && (to === null || to >= day)
  return {
    childrenOn: (agency: string, day: CivilDate) =>
      [...new Set((children.get(agency) ?? []).filter(on(day)).map(({ child }) => child))],
    parentOn: (agency: string, day: CivilDate) => (parents.get(agency) ?? []).find(on(day))
  }
}

function groupBy<Item> (items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const name = nameOf(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}
