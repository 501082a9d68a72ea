import { ONE, ZERO, HUNDRED } from '../../domain/decimal.js'
import { showAmong } from '../../domain/status/show.js'
import { decimal } from '../../domain/trajectory.js'
import type { Item, Ranked } from './contest.js'
import type { RankingRow } from './schemas.js'

const SCORE_PLACES = 2
const ATTAINMENT_PLACES = 4

const isIllustrative = ({ demand, figure }: Item) =>
  demand.target.provenance === 'illustrative' || figure?.provenance === 'illustrative'
const distinct = (items: readonly Item[]) => [...new Set(items.map(({ demand }) => demand.indicator.code))]

export function presentRow (
  {
    rank, tied, agency, score, scoreOfMeasured, expected, measured, met, notApplicable, excused, notDue, notComparable,
    items
  }: Ranked,
  withItems: boolean
): RankingRow {
  // what is not all is never shown as 100
  const show = (exact: typeof score) => exact === undefined ? null : showAmong(exact, SCORE_PLACES, [ZERO, HUNDRED])
  return {
    rank,
    tied,
    agency: { code: agency.code, name: agency.name },
    score: show(score),
    scoreOfMeasured: show(scoreOfMeasured),
    expected,
    measured,
    met,
    notApplicable,
    excused,
    notDue,
    notComparable,
    missing: distinct(items.filter(({ mark }) => mark.kind === 'missing')),
    illustrative: items.some(isIllustrative),
    ...withItems ? { items: items.map(presentItem) } : {}
  }
}

function presentItem (item: Item) {
  const { demand: { target, indicator }, own, slot, figure, quantity, mark } = item
  const measured = mark.kind === 'measured' ? mark : undefined
  return {
    indicator: indicator.code,
    ...target.scope.member === undefined ? {} : { member: target.scope.member },
    target: target.id,
    own,
    period: slot.period.code,
    operator: target.operator,
    demanded: target.value,
    state: mark.kind,
    value: quantity.kind === 'amount' ? showAmong(quantity.value, indicator.decimals, [decimal(target.value)]) : null,
    attainment: measured === undefined ? null : showAmong(measured.attainment, ATTAINMENT_PLACES, [ZERO, ONE]),
    met: measured?.met ?? null,
    measurement: figure === undefined ? null : { id: figure.id, revision: figure.revision },
    illustrative: isIllustrative(item)
  }
}

/** Of each indicator the period that was taken, how many owe a figure of it, and how many have one. */
export function presentIndicators (ranked: readonly Ranked[]) {
  const found = new Map<string, { indicator: string, period: string, expected: number, reported: number }>()
  for (const { demand, slot, mark, figure } of ranked.flatMap(({ items }) => items)) {
    const [indicator, period] = [demand.indicator.code, slot.period.code]
    const key = `${indicator} ${period}`
    const one = found.get(key) ?? { indicator, period, expected: 0, reported: 0 }
    found.set(key, {
      ...one, expected: one.expected + Number(mark.kind !== 'excused'),
      reported: one.reported + Number(figure !== undefined)
    })
  }
  return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one)
}
