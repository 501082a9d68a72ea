import t from 'tap'
import { toExactDecimal } from '../../src/domain/decimal.js'
import { constituentsOf, restate, type Body, type Lineage } from '../../src/domain/restate.js'
import type { RawFigure } from '../../src/domain/rollup.js'
import type { Succession } from '../../src/domain/succession.js'
import type { Aggregation, ValueKind } from '../../src/domain/words.js'

/** The second quarter; S goes on, and takes things over around it. */
const Q2 = { from: '2025-04-01', to: '2025-06-30' }
const passage = (from: string, to: string, effectiveOn: string, more: Partial<Succession> = {}): Succession =>
  ({ from, to, share: 'whole', effectiveOn, reorganisation: effectiveOn, ...more })
const part = { share: 'part' as const }

/** First day, last day, who stands above. */
type Life = readonly [from: string, to?: string, above?: readonly string[]]
interface Case {
  name: string
  successions: readonly Succession[]
  bodies: Readonly<Record<string, Life>>
  /** A figure each: a number, or a numerator over a denominator. */
  figures: Readonly<Record<string, string>>
  of?: string
  on?: string
  kind?: readonly [Aggregation, ValueKind]
  /** The value, or the obstacle and whose it is. */
  expected: string
}

const S: Life = ['2020-01-01']
const until = (day: string): Life => ['2020-01-01', day]

const CASES: readonly Case[] = [
  { name: 'nothing happened', successions: [], bodies: { S }, figures: { S: '5' }, expected: '5' },
  { name: 'taken over after the period', successions: [passage('C', 'S', '2025-08-01')], bodies: { S, C: until('2025-07-31') }, figures: { S: '5', C: '2' }, expected: '7' },
  { name: 'taken over on the day after its last', successions: [passage('C', 'S', '2025-07-01')], bodies: { S, C: until('2025-06-30') }, figures: { S: '5', C: '2' }, expected: '7' },
  { name: 'taken over on its last day', successions: [passage('C', 'S', '2025-06-30')], bodies: { S, C: until('2025-06-29') }, figures: { S: '5', C: '2' }, expected: 'merged_within_period C' },
  { name: 'taken over within it, both with a figure', successions: [passage('C', 'S', '2025-05-15')], bodies: { S, C: until('2025-05-14') }, figures: { S: '5', C: '2' }, expected: 'merged_within_period C' },
  { name: 'taken over within it, without a figure of its own: the successor reported for all', successions: [passage('C', 'S', '2025-05-15')], bodies: { S, C: until('2025-05-14') }, figures: { S: '5' }, expected: '5' },
  { name: 'taken over within it, and the successor has none', successions: [passage('C', 'S', '2025-05-15')], bodies: { S, C: until('2025-05-14') }, figures: { C: '2' }, expected: 'merged_within_period C' },
  { name: 'taken over on its second day', successions: [passage('C', 'S', '2025-04-02')], bodies: { S, C: until('2025-04-01') }, figures: { S: '5', C: '2' }, expected: 'merged_within_period C' },
  { name: 'taken over on its first day: it was no part of the period', successions: [passage('C', 'S', '2025-04-01')], bodies: { S, C: until('2025-03-31') }, figures: { S: '5', C: '2' }, expected: '5' },
  { name: 'taken over before it', successions: [passage('C', 'S', '2025-02-01')], bodies: { S, C: until('2025-01-31') }, figures: { S: '5', C: '2' }, expected: '5' },
  { name: 'two within it', successions: [passage('D', 'S', '2025-06-01'), passage('C', 'S', '2025-05-15')], bodies: { S, C: until('2025-05-14'), D: until('2025-05-31') }, figures: { S: '5', C: '2', D: '1' }, expected: 'merged_within_period C, D' },
  { name: 'one within it and one after it', successions: [passage('C', 'S', '2025-05-15'), passage('D', 'S', '2025-08-01')], bodies: { S, C: until('2025-05-14'), D: until('2025-07-31') }, figures: { S: '5', C: '2', D: '1' }, expected: 'merged_within_period C' },
  { name: 'into a predecessor, within it', successions: [passage('C', 'D', '2025-05-15'), passage('D', 'S', '2025-08-01')], bodies: { S, C: until('2025-05-14'), D: until('2025-07-31') }, figures: { S: '5', C: '2', D: '1' }, expected: 'merged_within_period C' },
  { name: 'a part within it, of a body that goes on', successions: [passage('C', 'S', '2025-05-15', part)], bodies: { S, C: S }, figures: { S: '5', C: '2' }, expected: 'merged_within_period C' },
  { name: 'a function within it that is another', successions: [passage('C', 'S', '2025-05-15', { ...part, indicators: ['J'] })], bodies: { S, C: S }, figures: { S: '5', C: '2' }, expected: '5' },
  { name: 'founded within it, out of two', successions: [passage('A', 'N', '2025-05-15'), passage('C', 'N', '2025-05-15')], bodies: { N: ['2025-05-15'], A: until('2025-05-14'), C: until('2025-05-14') }, of: 'N', figures: { N: '5', A: '2', C: '1' }, expected: 'merged_within_period A, C' },
  { name: 'founded within it, and alone with a figure', successions: [passage('A', 'N', '2025-05-15')], bodies: { N: ['2025-05-15'], A: until('2025-05-14') }, of: 'N', figures: { N: '5' }, expected: '5' },
  { name: 'a merger that is not known on the day', successions: [passage('C', 'S', '2025-08-01')], bodies: { S, C: until('2025-07-31') }, on: '2025-07-31', figures: { S: '5', C: '2' }, expected: '5' },
  { name: 'a part after it', successions: [passage('C', 'S', '2025-08-01', part)], bodies: { S, C: until('2025-07-31') }, figures: { S: '5', C: '2' }, expected: 'passed_on_in_part C' },
  { name: 'a part given away after it', successions: [passage('S', 'C', '2025-08-01', part)], bodies: { S, C: S }, figures: { S: '5', C: '2' }, expected: 'gave_away_part S' },
  { name: 'a predecessor without a figure', successions: [passage('C', 'S', '2025-08-01')], bodies: { S, C: until('2025-07-31') }, figures: { S: '5' }, expected: 'predecessor_without_figure C' },
  { name: 'what stood below another is in its figure', successions: [passage('C', 'N', '2025-08-01'), passage('B', 'N', '2025-08-01')], bodies: { N: ['2025-08-01'], C: until('2025-07-31'), B: ['2020-01-01', '2025-07-31', ['C']] }, of: 'N', figures: { C: '2', B: '1' }, expected: '2' },
  { name: 'what cannot be added', successions: [passage('C', 'S', '2025-08-01')], bodies: { S, C: until('2025-07-31') }, figures: { S: '5', C: '2' }, kind: ['direct', 'number'], expected: 'not_additive ' },
  { name: 'one body by another name can be anything', successions: [passage('C', 'N', '2025-08-01')], bodies: { N: ['2025-08-01'], C: until('2025-07-31') }, of: 'N', figures: { C: '2' }, kind: ['direct', 'number'], expected: '2' },
  { name: 'sums of numerators and denominators', successions: [passage('C', 'S', '2025-08-01')], bodies: { S, C: until('2025-07-31') }, figures: { S: '30/100', C: '50/300' }, kind: ['ratio_of_sums', 'ratio'], expected: '20' },
  { name: 'a ratio without them', successions: [passage('C', 'S', '2025-08-01')], bodies: { S, C: until('2025-07-31') }, figures: { S: '30/100', C: '16' }, kind: ['ratio_of_sums', 'ratio'], expected: 'without_parts C' },
  { name: 'a ratio without them, of one body', successions: [passage('C', 'N', '2025-08-01')], bodies: { N: ['2025-08-01'], C: until('2025-07-31') }, of: 'N', figures: { C: '16' }, kind: ['ratio_of_sums', 'ratio'], expected: '16' }
]

const figureOf = (text: string): RawFigure => {
  const [numerator, denominator] = text.split('/')
  return denominator === undefined ? { value: text } : { numerator, denominator }
}

t.test('the figure that today\'s body would have had, or why that would be a guess', async t => {
  for (const { name, successions, bodies, figures, of = 'S', on = '2025-12-31', kind = ['sum', 'number'], expected } of CASES) {
    const [aggregation, valueKind] = kind as [Aggregation, ValueKind]
    const lineage: Lineage = {
      successions, on, indicator: 'I',
      bodies: new Map(Object.entries(bodies).map(([code, [from, to, above = []]]): [string, Body] => [code, { from, to, above: new Set(above) }]))
    }
    const found = restate(of, Q2, lineage, { aggregation, valueKind }, code => figures[code] === undefined ? undefined : figureOf(figures[code]))
    if (!found.possible) {
      t.equal(`${found.code} ${found.agencies.join(', ')}`, expected, name)
      t.ok(found.agencies.every(code => found.reason.vi.includes(code) && found.reason.en.includes(code)), `${name}: says whose`)
      continue
    }
    const { quantity } = found
    t.equal(quantity.kind === 'amount' ? toExactDecimal(quantity.value) : quantity.kind, expected, name)
  }
})

t.test('the order in which it is told changes nothing', async t => {
  const bodyUntil = (to?: string): Body => ({ from: '2020-01-01', to, above: new Set() })
  const bodies = new Map([['S', bodyUntil()], ['C', bodyUntil('2025-07-31')], ['D', bodyUntil('2025-08-31')]])
  const all = [passage('C', 'D', '2025-08-01'), passage('D', 'S', '2025-09-01')]
  for (const successions of [all, all.toReversed()]) {
    const found = constituentsOf('S', Q2.to, { successions, bodies, on: '2025-12-31', indicator: 'I' })
    t.same(found.map(({ code, path }) => [code, path.map(one => one.from).join('')]), [['C', 'DC'], ['D', 'D'], ['S', '']])
  }
})
