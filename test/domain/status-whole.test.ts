import t from 'tap'
import fc from 'fast-check'
import type { Figure } from '../../src/domain/status/index.js'
import { agency, communes, figure, statusOf, WHOLE, type Case } from './status-case.js'

/*
 * The whole BT and its parts A and B, 50 or more; the figures are of 2025-Q2, seen on 15/07/2025, after its deadline.
 * A part with a denominator of 0 has nothing to measure: it must not take away what the whole has reported.
 */
const parts = { target: { value: '50' }, indicator: { aggregation: 'ratio_of_sums' }, scope: communes('AB', { whole: agency(WHOLE) }) } satisfies Case
const whole = figure('51/100')
const a = (amount: string): Figure => figure(amount, { agency: 'A' })
const b = (amount: string): Figure => figure(amount, { agency: 'B' })

t.test('a part with nothing to measure does not hide the figure of the whole', async t => {
  const rows: [string, Figure[], object][] = [
    ['the whole alone', [whole], { value: '51.00', performance: 'achieved', provisional: true, coverage: { missing: 2 } }],
    ['one part with 0/0, one missing', [whole, a('0/0')], { value: '51.00', performance: 'achieved', provisional: true, coverage: { expected: 2, reported: 1, missing: 1, notApplicable: 1 } }],
    ['one part with 0/0, one without parts', [whole, a('0/0'), b('40')], { value: '51.00', performance: 'achieved', provisional: true }],
    ['all parts with 0/0', [whole, a('0/0'), b('0/0')], { value: '51.00', performance: 'achieved', provisional: false, coverage: { reported: 2, missing: 0, notApplicable: 2 } }],
    ['all of them, and the whole too', [figure('0/0'), a('0/0'), b('0/0')], { value: null, performance: 'not_applicable', provisional: false }],
    ['all parts with 0/0, nothing of the whole', [a('0/0'), b('0/0')], { value: null, performance: 'not_applicable', provisional: false }],
    ['one part with 0/0, one missing, nothing of the whole', [a('0/0')], { value: null, performance: 'no_data' }],
    ['the whole with 0/0, one part missing', [figure('0/0'), a('0/0')], { value: null, performance: 'not_applicable', provisional: true }],
    ['one part that can be rolled up', [whole, a('0/0'), b('40/100')], { value: '40.00', performance: 'in_progress', direct: { value: '51', difference: '11' } }]
  ]
  for (const [what, figures, expected] of rows) t.match(statusOf({ ...parts, figures }), expected, what)
  const text = statusOf({ ...parts, figures: [whole, a('0/0'), b('0/0')] }).explanation.text
  t.match(text, { vi: /Không tính vì mẫu số bằng 0: Xã A, Xã B\./, en: /Left aside, with a denominator of 0: Commune A, Commune B\./ }, 'and it is said')
})

t.test('the same by the members of a dimension, which the whole reports', async t => {
  const sectors: Case = {
    target: { value: '50', scope: { dimension: 'sector' } },
    indicator: { aggregation: 'ratio_of_sums' },
    scope: { members: [agency('edu'), agency('health')] }
  }
  const edu = figure('0/0', { breakdown: { sector: 'edu' } })
  t.match(statusOf({ ...sectors, figures: [whole, edu] }), { value: '51.00', performance: 'achieved', provisional: true })
  t.match(statusOf({ ...sectors, figures: [whole, edu, figure('0/0', { breakdown: { sector: 'health' } })] }), { value: '51.00', performance: 'achieved' })
  t.match(statusOf({ ...sectors, target: { ...sectors.target, quantifier: 'each' }, figures: [whole, edu] }), { value: null, performance: 'no_data' }, 'each of them must pass: the whole passes for nobody')
})

t.test('whatever the parts with nothing to measure, and those without a figure: the whole speaks where no part can be rolled up', async () => {
  const kinds = fc.array(fc.constantFrom('missing', 'nothing_to_measure', 'without_parts'), { minLength: 1, maxLength: 8 })
  fc.assert(fc.property(kinds, kinds => {
    const codes = kinds.map((_, i) => String.fromCharCode(65 + i))
    const figures = kinds.flatMap((kind, i) => kind === 'missing' ? [] : [figure(kind === 'without_parts' ? '40' : '0/0', { agency: codes[i]! })])
    const { value, performance, provisional } = statusOf({ ...parts, scope: communes(codes.join(''), { whole: agency(WHOLE) }), figures: [whole, ...figures] })
    return value === '51.00' && performance === 'achieved' && provisional === kinds.some(kind => kind !== 'nothing_to_measure')
  }))
})
