import type { Window } from './calendar.js'
import type { CivilDate } from './date.js'
import { rollUp, type Quantity, type RawFigure } from './rollup.js'
import { carries, type Succession } from './succession.js'
import type { Aggregation, ValueKind } from './words.js'

/** A body and its days; `above`: whoever stood above it on its last day, or stands there now. */
export interface Body {
  readonly from: CivilDate, readonly to?: CivilDate | undefined, readonly above: ReadonlySet<string>
}

/** What the line of a body is read from. */
export interface Lineage {
  readonly successions: readonly Succession[]
  readonly bodies: ReadonlyMap<string, Body>
  /** Reorganisations after this day are not looked at. */
  readonly on: CivilDate
  readonly indicator: string
}

export interface Constituent { readonly code: string, readonly path: readonly Succession[] }

/**
 * The bodies that were, on a day, what the body is now: itself where it existed, and whoever it took over from after
 * that day, through any number of reorganisations. One that stood below another of them is part of it, and left out.
 */
export function constituentsOf (code: string, day: CivilDate, lineage: Lineage): Constituent[] {
  const found = new Map<string, Constituent>()
  const collect = (current: string, path: readonly Succession[], until: CivilDate): void => {
    const body = lineage.bodies.get(current)
    if (body !== undefined && body.from <= day && (body.to === undefined || day <= body.to) && !found.has(current)) {
      found.set(current, { code: current, path })
    }
    for (const one of lineage.successions) {
      if (one.to !== current || one.effectiveOn <= day || one.effectiveOn > until || path.includes(one)) continue
      if (carries(one, lineage.successions, lineage.indicator)) collect(one.from, [...path, one], one.effectiveOn)
    }
  }
  collect(code, [], lineage.on)
  return [...found.values()]
    .filter(one =>
      ![...found.keys()].some(other => other !== one.code && lineage.bodies.get(one.code)!.above.has(other)))
    .sort((a, b) => a.code < b.code ? -1 : 1)
}

export const OBSTACLES = [
  'merged_within_period', 'not_additive', 'passed_on_in_part', 'gave_away_part', 'predecessor_without_figure',
  'without_parts'
] as const
export type ObstacleCode = typeof OBSTACLES[number]
export interface Obstacle {
  readonly possible: false, readonly code: ObstacleCode, readonly agencies: readonly string[],
  readonly reason: { vi: string, en: string }
}
export interface Restated<F> { readonly possible: true, readonly quantity: Quantity, readonly figures: readonly F[] }

/**
 * The figure that today's body would have had in the window: the figures of those that it was made of, rolled up as
 * the indicator says; or why that would be a guess.
 */
export function restate<F extends RawFigure> (
  code: string, { from, to: day }: Window, lineage: Lineage, { aggregation, valueKind }: {
    aggregation: Aggregation, valueKind: ValueKind
  }, figureOf: (agency: string) => F | undefined
): Restated<F> | Obstacle {
  const constituents = constituentsOf(code, day, lineage)
  const merged = takenOverWithin(constituents, { from, to: day }, lineage).filter(one => figureOf(one) !== undefined)
  if (merged.length > 0) return obstacle('merged_within_period', merged)
  const partial = constituents.filter(({ path }) => path.some(one => one.share === 'part')).map(one => one.code)
  if (partial.length > 0) return obstacle('passed_on_in_part', partial)
  const smaller = constituents.filter(one => gaveAway(one, day, lineage)).map(one => one.code)
  if (smaller.length > 0) return obstacle('gave_away_part', smaller)
  const missing = constituents.filter(one => figureOf(one.code) === undefined).map(one => one.code)
  if (missing.length > 0) return obstacle('predecessor_without_figure', missing)
  const figures = constituents.map(one => figureOf(one.code)!)
  if (figures.length > 1 && aggregation !== 'sum' && aggregation !== 'ratio_of_sums') {
    return obstacle('not_additive', [])
  }
  // alone it is the same figure of a body by another name
  const { total, contributions } = rollUp(
    figures, figures.length === 1 && aggregation !== 'ratio_of_sums' ? 'sum' : aggregation, valueKind
  )
  if (figures.length === 1 && contributions[0] === 'without_parts') {
    return { possible: true, quantity: rollUp(figures, 'sum', valueKind).total, figures }
  }
  const bare = constituents.filter((_, i) => contributions[i] === 'without_parts').map(one => one.code)
  return bare.length > 0 ? obstacle('without_parts', bare) : { possible: true, quantity: total, figures }
}

function takenOverWithin (
  constituents: readonly Constituent[], { from, to }: Window, { successions, indicator, bodies }: Lineage
): string[] {
  const codes = new Set(constituents.map(({ code }) => code))
  return [...new Set(successions
    .filter(one => codes.has(one.to) && !codes.has(one.from) && bodies.has(one.from) && one.effectiveOn > from &&
      one.effectiveOn <= to && carries(one, successions, indicator))
    .map(one => one.from))].sort()
}

/** Something of it that is in its figure of then went to another body since, and is not in today's. */
function gaveAway ({ code, path }: Constituent, day: CivilDate, lineage: Lineage): boolean {
  return lineage.successions.some(one => one.from === code && one.share === 'part' && !path.includes(one) &&
    one.effectiveOn > day && one.effectiveOn <= lineage.on && carries(one, lineage.successions, lineage.indicator))
}

const REASONS: Readonly<Record<ObstacleCode, (agencies: string) => { vi: string, en: string }>> = {
  merged_within_period: agencies => ({
    vi: `${agencies} được sáp nhập trong kỳ này và có số liệu riêng của kỳ: không xác định được số liệu của cơ quan ` +
      'tiếp nhận đã gồm phần đó chưa.',
    en: `${agencies} was taken over within this period and has a figure of its own for it: nobody can tell whether ` +
      'the successor\'s holds it.'
  }),
  not_additive: () => ({
    vi: 'Số liệu của chỉ tiêu này không cộng gộp được từ nhiều cơ quan.',
    en: 'Figures of this indicator cannot be put together from several bodies.'
  }),
  passed_on_in_part: agencies => ({
    vi: `${agencies} chỉ chuyển một phần: số liệu cũ không tách được theo phần đó.`,
    en: `${agencies} passed on a part only: the old figure cannot be divided by it.`
  }),
  gave_away_part: agencies => ({
    vi: `${agencies} đã chuyển một phần cho cơ quan khác sau kỳ này: số liệu cũ gồm cả phần đó.`,
    en: `${agencies} gave a part away after this period: the old figure holds that part too.`
  }),
  predecessor_without_figure: agencies => ({
    vi: `${agencies} không có số liệu được chấp nhận của kỳ này.`,
    en: `${agencies} has no accepted figure of this period.`
  }),
  without_parts: agencies => ({
    vi: `${agencies} báo cáo tỷ lệ mà không có tử số và mẫu số.`,
    en: `${agencies} reported a ratio without numerator and denominator.`
  })
}

function obstacle (code: ObstacleCode, agencies: readonly string[]): Obstacle {
  return { possible: false, code, agencies, reason: REASONS[code](agencies.join(', ')) }
}
