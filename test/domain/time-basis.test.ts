import t from 'tap'
import { evaluateStatus, type Figure, type Member, type Status, type StatusInput, type StatusScope } from '../../src/domain/status/index.js'
import { communes, figure, inputOf, WHOLE, type Case } from './status-case.js'

/* Every expected value below was reckoned by hand. Days from 31/12/2024: 90 to 31/03, 181 to 30/06, 273 to 30/09, 365 to 31/12. */

const FIRMS: Case['indicator'] = { timeBasis: 'during_period', valueKind: 'count', unit: 'doanh nghiệp', decimals: 0, aggregation: 'sum' }
const THOUSAND = { operator: 'gte', value: '1000', unit: 'doanh nghiệp' } as const
const FILES: Case['indicator'] = { timeBasis: 'during_period', aggregation: 'ratio_of_sums' }

/** `A 300 250 - 280`: the figures of an agency for the quarters one after the other. */
const quarters = (line: string): Figure[] => {
  const [who = '', ...amounts] = line.split(' ')
  return amounts.flatMap((amount, i) => amount === '-' ? [] : [figure(amount, { agency: who, period: `2025-Q${i + 1}` })])
}
const of = (period: string, amount: string, who = WHOLE, more: Partial<Figure> = {}) => figure(amount, { agency: who, period, ...more })

const read = (given: Case, more: Partial<StatusInput> = {}): Status => evaluateStatus({ ...inputOf(given), ...more })
const short = ({ value, period, performance, provisional, gap, accumulation }: Status) =>
  [value, period, performance, provisional, gap, accumulation?.terms.map(term => `${term.period} ${term.numerator === null ? term.value : `${term.numerator}/${term.denominator}`}`).join(', ') ?? '-',
    accumulation?.missing.map(({ period, agencies }) => `${period} ${agencies.join('+')}`).join(', ') ?? '-']
const members = ({ members }: Status) => members?.map(({ code, outcome, value }) => `${code} ${outcome} ${value}`)

t.test('what is counted in periods adds up over the year', async t => {
  const rows: [string, Case, ReturnType<typeof short>][] = [
    ['the whole year', { target: THOUSAND, figures: quarters('BT 300 250 280 260'), on: '2026-01-15' },
      ['1090', '2025-Q4', 'achieved', false, '-90', '2025-Q1 300, 2025-Q2 250, 2025-Q3 280, 2025-Q4 260', '']],
    ['a year that falls short', { target: THOUSAND, figures: quarters('BT 300 250 280 160'), on: '2026-01-15' },
      ['990', '2025-Q4', 'missed', false, '10', '2025-Q1 300, 2025-Q2 250, 2025-Q3 280, 2025-Q4 160', '']],
    // 1000 × 273 / 365 = 747.9; 830 / 747.9 = 1.11
    ['under way', { target: THOUSAND, figures: quarters('BT 300 250 280'), on: '2025-10-15' },
      ['830', '2025-Q3', 'on_track', false, '170', '2025-Q1 300, 2025-Q2 250, 2025-Q3 280', '']],
    ['met before the year is over', { target: THOUSAND, figures: quarters('BT 500 600'), on: '2025-07-15' },
      ['1100', '2025-Q2', 'achieved', false, '-100', '2025-Q1 500, 2025-Q2 600', '']],
    // 580 / 747.9 = 0.775
    ['a period missing in between', { target: THOUSAND, figures: quarters('BT 300 - 280'), on: '2025-10-15' },
      ['580', '2025-Q3', 'off_track', true, '420', '2025-Q1 300, 2025-Q3 280', '2025-Q2 BT']],
    ['one is no sum yet', { target: THOUSAND, figures: quarters('BT 300'), on: '2025-04-15' },
      ['300', '2025-Q1', 'on_track', false, '700', '2025-Q1 300', '']],
    // 1000 × 181 / 365 = 495.9; 410 / 495.9 = 0.827
    ['the second is not in yet and not overdue', { target: THOUSAND, figures: quarters('BT 210'), on: '2025-07-01' },
      ['210', '2025-Q1', 'at_risk', false, '790', '2025-Q1 210', '']],
    ['an earlier quarter corrected', {
      target: THOUSAND, figures: [...quarters('BT 300 250'), of('2025-Q1', '310', WHOLE, { revision: 2 })], on: '2025-07-15'
    }, ['560', '2025-Q2', 'on_track', false, '440', '2025-Q1 310, 2025-Q2 250', '']],
    ['in the middle of a period, from the day its figure was observed', {
      target: THOUSAND, figures: [...quarters('BT 300 250'), of('2025-Q3', '40', WHOLE, { observedAt: '2025-08-05T02:00:00Z' })], on: '2025-08-10'
    }, ['590', '2025-Q3', 'at_risk', false, '410', '2025-Q1 300, 2025-Q2 250, 2025-Q3 40', '']], // of 747.9: 0.789, see below
    ['one that awaits review is not counted', {
      target: THOUSAND, figures: [...quarters('BT 300'), of('2025-Q2', '250', WHOLE, { state: 'submitted' })], on: '2025-07-15'
    }, ['300', '2025-Q1', 'on_track', false, '700', '2025-Q1 300', '']],
    ['nor of the year before', { target: THOUSAND, figures: [...quarters('BT 300'), of('2024-Q4', '900')], on: '2025-04-15' },
      ['300', '2025-Q1', 'on_track', false, '700', '2025-Q1 300', '']],
    ['a plan of two years', { target: { ...THOUSAND, dueDate: '2026-12-31' }, figures: [...quarters('BT 300 250 280 260'), of('2026-Q1', '10')], on: '2026-04-15' },
      ['1100', '2026-Q1', 'achieved', false, '-100', '2025-Q1 300, 2025-Q2 250, 2025-Q3 280, 2025-Q4 260, 2026-Q1 10', '']]
  ]
  for (const [name, given, expected] of rows) {
    const got = short(read({ indicator: FIRMS, ...given }))
    if (name.startsWith('in the middle')) expected[2] = 'off_track' // 590 / 747.9 = 0.789, below 0.80
    t.same(got, expected, name)
  }
  const whole = read({ indicator: FIRMS, target: THOUSAND, figures: quarters('BT 300 250 280 260'), on: '2026-01-15' })
  t.equal(whole.explanation.comparison, '300 + 250 + 280 + 260 = 1090; 1090 ≥ 1000: yes')
  t.match(whole.explanation.text.vi, 'quý I năm 2025: 300 doanh nghiệp; quý II năm 2025: 250 doanh nghiệp; quý III năm 2025: 280 doanh nghiệp; quý IV năm 2025: 260 doanh nghiệp')
  t.match(whole.explanation.text.en, 'added up from the first period')
  const under = read({ indicator: FIRMS, target: { ...THOUSAND, baseline: { value: '900', date: '2024-12-31', claim: false } }, figures: quarters('BT 300 250 280'), on: '2025-10-15' })
  t.same([under.expectedValue, under.attainment], ['748', '1.1097'], 'from 0 at the beginning of the year, whatever the baseline')
  t.match(under.explanation.text.en, 'At an even pace from 0 at the beginning of the year')
  const lacking = read({ indicator: FIRMS, target: THOUSAND, figures: quarters('BT 300 - 280'), on: '2025-10-15' })
  t.match(lacking.explanation.text.vi, 'số liệu quý II năm 2025 còn thiếu của UBND tỉnh Bình Thuận')
  t.match(lacking.explanation.text.en, 'no figure for the second quarter of 2025 of Binh Thuan')
})

t.test('of several bodies', async t => {
  const scope = communes('AB')
  const sum = read({ indicator: FIRMS, target: { ...THOUSAND, value: '400' }, scope, figures: [...quarters('A 100 60'), ...quarters('B 50')], on: '2025-07-15' })
  // 400 × 181 / 365 = 198.4
  t.same(short(sum), ['210', '2025-Q2', 'on_track', true, '190', '2025-Q1 150, 2025-Q2 60', ''])
  t.same(members(sum), ['A reported 160', 'B missing 50'])
  t.match(sum.coverage, { expected: 2, reported: 1, missing: 1 })
  const gap = read({ indicator: FIRMS, target: { ...THOUSAND, value: '400' }, scope, figures: [...quarters('A 100 60'), ...quarters('B - 50')], on: '2025-07-15' })
  t.same(short(gap), ['210', '2025-Q2', 'on_track', true, '190', '2025-Q1 100, 2025-Q2 110', '2025-Q1 B'])
  const each = read({ indicator: FIRMS, target: { ...THOUSAND, value: '100', quantifier: 'each' }, scope, figures: [...quarters('A 60 50'), ...quarters('B 40 50')], on: '2025-07-15' })
  t.same(short(each), ['90', '2025-Q2', 'on_track', false, '10', '2025-Q1 40, 2025-Q2 50', ''])
  t.same(members(each), ['A passed 110', 'B failed 90'])
  t.match(each.explanation.comparison, 'B: 40 + 50 = 90; 90 ≥ 100: no; of 2: passed 1, failed 1, missing 0')
  const mean = read({ indicator: { ...FIRMS, aggregation: 'mean' }, target: { ...THOUSAND, value: '50' }, scope, figures: [...quarters('A 10 20'), ...quarters('B 30 40')], on: '2025-07-15' })
  t.same(short(mean), ['50', '2025-Q2', 'achieved', false, '0', '', ''], 'the mean of 30 and 70')
  t.equal(mean.explanation.comparison, '50 ≥ 50: yes')
  const ofWhole = read({ indicator: FIRMS, target: { ...THOUSAND, value: '400' }, scope, figures: [...quarters('A 100 60'), ...quarters('B 50 40'), ...quarters('BT 155 100')], on: '2025-07-15' })
  t.same([ofWhole.value, ofWhole.direct?.value, ofWhole.direct?.difference], ['250', '255', '5'])
  const mixed = read({ indicator: FIRMS, target: { ...THOUSAND, value: '400' }, scope, figures: [...quarters('BT 155'), ...quarters('A - 60'), ...quarters('B - 40')], on: '2025-07-15' })
  t.same(short(mixed), ['255', '2025-Q2', 'on_track', false, '145', '2025-Q1 155, 2025-Q2 100', ''], 'the first quarter was reported for the whole')
})

t.test('shares are added by their parts', async t => {
  const both = read({ indicator: FILES, scope: communes('AB'), figures: [...quarters('A 60/100 90/100'), ...quarters('B 70/100 30/300')] })
  t.same(short(both), ['41.67', '2025-Q2', 'in_progress', false, both.gap, '2025-Q1 130/200, 2025-Q2 120/400', ''])
  t.equal(both.explanation.comparison, '(130 + 120) / (200 + 400) × 100 ≈ 41.67; 41.67 ≥ 90: no')
  const nothing = read({ indicator: FILES, figures: quarters('BT 1/2 0/0') })
  t.same(short(nothing), ['50.00', '2025-Q2', 'in_progress', false, '40', '2025-Q1 1/2, 2025-Q2 0/0', ''], 'a quarter without any file changes nothing')
  const never = read({ indicator: FILES, figures: quarters('BT 0/0 0/0') })
  t.equal(never.performance, 'not_applicable')
  const first = read({ indicator: FILES, figures: quarters('BT 95'), on: '2025-04-15' })
  t.same(short(first).slice(0, 3), ['95.00', '2025-Q1', 'achieved'], 'alone it stands for the time')
  const bare = read({ indicator: FILES, figures: quarters('BT 60 1/2') })
  t.same(short(bare), ['50.00', '2025-Q2', 'in_progress', true, '40', '2025-Q2 1/2', '2025-Q1 BT'])
  t.match(bare.explanation.text.en, 'has no numerator and denominator that could be added')
  const then = read({ indicator: FILES, figures: quarters('BT 1/2 95') })
  t.same(short(then).slice(0, 2), ['50.00', '2025-Q1'], 'a bare share cannot go on with the sum')
  const eachBare = read({ indicator: FILES, target: { quantifier: 'each' }, scope: communes('AB'), figures: [...quarters('A 95/100 95/100'), ...quarters('B 95/100 95')] })
  t.same([eachBare.performance, members(eachBare)], ['in_progress', ['A passed 95.00', 'B without_parts 95.00']])
})

t.test('a bound from above is kept only once the year is over', async t => {
  const rows: [string, string, string, [string | null, Status['performance']]][] = [
    ['below the pace', 'BT 10 20', '2025-07-15', ['30', 'on_track']], // 100 × 181 / 365 = 49.6
    ['above the pace', 'BT 30 40', '2025-07-15', ['70', 'off_track']], // 49.6 / 70 = 0.71
    ['somewhat above', 'BT 30 25', '2025-07-15', ['55', 'at_risk']], // 49.6 / 55 = 0.90
    ['already broken', 'BT 60 50', '2025-07-15', ['110', 'off_track']],
    ['the whole year', 'BT 30 20 20 20', '2026-01-15', ['90', 'achieved']],
    ['broken in the end', 'BT 30 20 20 40', '2026-01-15', ['110', 'missed']],
    ['the last never came', 'BT 30 20 20', '2026-02-15', ['70', 'missed']],
    ['one in between never came', 'BT 30 - 20 20', '2026-02-15', ['70', 'missed']]
  ]
  for (const [name, line, on, expected] of rows) {
    const got = read({ indicator: { ...FIRMS, direction: 'lower_is_better' }, target: { operator: 'lte', value: '100', unit: '' }, figures: quarters(line), on })
    t.same([got.value, got.performance], expected, name)
  }
})

t.test('a body that merged in between', async t => {
  const until = communes('AB') as StatusScope
  const after = communes('B') as StatusScope
  const given: Case = {
    indicator: FIRMS, target: { ...THOUSAND, value: '150' }, scope: after,
    figures: [...quarters('A 10 30'), ...quarters('B 20 40 60')], on: '2025-10-15'
  }
  const whole = { code: WHOLE, name: { vi: 'T' } } as Member
  const merged: Partial<StatusInput> = {
    scopeOn: day => ({ ...(day < '2025-07-01' ? until : after), whole }),
    madeOf: (code, day) => code === 'B' && day < '2025-07-01' ? ['A', 'B'] : [code]
  }
  const sum = read(given, merged)
  t.same(short(sum), ['160', '2025-Q3', 'achieved', false, '-10', '2025-Q1 30, 2025-Q2 70, 2025-Q3 60', ''])
  t.same(members(sum), ['B reported 160'])
  const each = read({ ...given, target: { ...given.target, quantifier: 'each' } }, merged)
  t.same(members(each), ['B passed 160'])
  const founded = read({ ...given, target: { ...given.target, quantifier: 'each' }, scope: communes('BC'), figures: [...given.figures!, of('2025-Q3', '5', 'C')] }, {
    madeOf: (code, day) => code === 'C' && day < '2025-07-01' ? [] : [code]
  })
  t.same([members(founded), founded.accumulation?.missing], [['B failed 120', 'C failed 5'], []], 'one that was founded later owes nothing before')
})

t.test('several frequencies', async t => {
  const both = { ...FIRMS, frequencies: ['monthly', 'quarterly'] as const }
  const rows: [string, Case, ReturnType<typeof short>][] = [
    ['a quarter and two months', { figures: [of('2025-Q1', '300'), of('2025-04', '100'), of('2025-05', '110')], on: '2025-06-10' },
      ['510', '2025-05', 'on_track', false, '490', '2025-Q1 300, 2025-04 100, 2025-05 110', '']],
    ['a quarter and its months are counted once', {
      figures: [of('2025-Q1', '300'), of('2025-01', '100'), of('2025-02', '100'), of('2025-03', '90')], on: '2025-04-20'
    }, ['300', '2025-Q1', 'on_track', false, '700', '2025-Q1 300', '']],
    ['a quarter from its months', { figures: [of('2025-01', '100'), of('2025-02', '100'), of('2025-03', '90')], on: '2025-04-20' },
      ['290', '2025-03', 'on_track', false, '710', '2025-01 100, 2025-02 100, 2025-03 90', '']],
    ['a month missing', { figures: [of('2025-01', '100'), of('2025-03', '90')], on: '2025-04-20' },
      ['190', '2025-03', 'off_track', true, '810', '2025-01 100, 2025-03 90', '2025-02 BT']],
    ['a month missing, but the quarter is there', { figures: [of('2025-01', '100'), of('2025-Q1', '290'), of('2025-04', '20')], on: '2025-05-20' },
      ['310', '2025-04', 'at_risk', false, '690', '2025-Q1 290, 2025-04 20', '']] // 1000 × 120 / 365 = 328.8; 310 / 328.8 = 0.943
  ]
  for (const [name, given, expected] of rows) t.same(short(read({ indicator: both, target: THOUSAND, ...given })), expected, name)
  const two = read({
    indicator: both, target: { ...THOUSAND, value: '1200' }, scope: communes('AB'),
    figures: [of('2025-Q1', '150', 'A'), of('2025-01', '50', 'B'), of('2025-02', '40', 'B'), of('2025-03', '60', 'B')], on: '2025-04-20'
  })
  t.same([short(two).slice(0, 4), members(two)], [['300', '2025-Q1', 'on_track', false], ['A reported 150', 'B reported 150']], 'each by what it has reported')
  const stock = { frequencies: ['quarterly', 'yearly'] as const }
  t.same(short(read({ indicator: stock, figures: [of('2025-Q4', '90/100'), of('2025', '91/100')], on: '2026-01-15' })).slice(0, 3), ['91.00', '2025', 'achieved'], 'of those that end together the longest')
  t.same(short(read({ indicator: stock, figures: [of('2025-Q4', '90/100')], on: '2026-01-15' })).slice(0, 3), ['90.00', '2025-Q4', 'achieved'])
  t.same(short(read({ indicator: stock, target: { dueDate: '2025-06-30' }, figures: [of('2025-Q2', '90/100'), of('2025', '50/100')], on: '2026-01-15' })).slice(0, 3),
    ['90.00', '2025-Q2', 'achieved'], 'the year says nothing of a target due in June')
  const toDate = { ...FIRMS, timeBasis: 'year_to_date', frequencies: ['monthly', 'quarterly', 'half_yearly'] } as const
  const halfYear = read({ indicator: toDate, target: THOUSAND, figures: [of('2025-Q1', '300'), of('2025-Q2', '550'), of('2025-06', '551')], on: '2025-07-15' })
  t.same([...short(halfYear).slice(0, 3), halfYear.expectedValue, halfYear.accumulation], ['550', '2025-Q2', 'on_track', '496', null], 'a year to date stands by itself')
})

t.test('the reporting of several frequencies is the worst of them', async t => {
  const indicator = { ...FIRMS, frequencies: ['monthly', 'quarterly'] as const }
  const given = { indicator, target: THOUSAND, figures: [of('2025-04', '100')], on: '2025-05-15' }
  t.match(read(given).reporting, { state: 'overdue', period: '2025-Q1', counts: { overdue: 1, accepted: 0 } }, 'April is in, the first quarter is not')
  t.match(read({ ...given, figures: [...given.figures, of('2025-Q1', '300')] }).reporting, { state: 'accepted', period: '2025-04', counts: { accepted: 1 } })
})
