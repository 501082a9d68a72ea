import fc from 'fast-check'
import Papa from 'papaparse'
import { test } from 'tap'
import { judgeFigure } from '../../src/features/pushes/figure-rules.js'
import type { IndicatorFacts } from '../../src/features/pushes/row.js'
import { build, client, pushKey } from '../helper.js'

const ratio = (decimals: number, bounds: Partial<IndicatorFacts> = { minimum: '0', maximum: '100' }): IndicatorFacts => ({
  code: 'I',
  valueKind: 'ratio',
  decimals,
  minimum: null,
  maximum: null,
  numerator: null,
  denominator: null,
  timeBasis: 'end_of_period',
  frequencies: ['quarterly'],
  reviewPolicy: 'automatic',
  calendar: { code: 'statistical', startDay: 1, monthOffset: 0, deadlines: {} } as never,
  scopes: [],
  ...bounds
})
const codesOf = (indicator: IndicatorFacts, value: string, numerator: string, denominator: string) =>
  judgeFigure({ value, numerator, denominator }, indicator).map(({ code }) => code)

const OK: string[] = []
/** With the indicator's decimals or fewer, and with more. */
const WRONG = ['ratio_mismatch']
const LONG_AND_WRONG = ['too_many_decimals', 'ratio_mismatch']

test('the value beside its parts: their ratio, rounded to its own last place', async t => {
  interface Case { parts: string, right: string, wrong?: string, long?: string, indicator?: IndicatorFacts }
  const cases: Case[] = [
    {
      parts: '1/3',
      right: '33.33 33.333 33.33333333 33.333333333333 33.33333333333333',
      wrong: '33.3 33 33.34',
      long: '33.334 33.333333333334'
    },
    // what is cut off instead of rounded is refused
    { parts: '2/3', right: '66.67 66.667 66.66666667', wrong: '66.7 66.66', long: '66.666 66.66666666' },
    { parts: '1799/2000', right: '89.95 89.950 89.9500000000', wrong: '90 89.9', long: '89.951' },
    { parts: '1/8', right: '12.5 12.50 12.500', wrong: '12 13' },
    // 0.125: a half goes up or to the even neighbour, as programs differ
    { parts: '1/800', right: '0.13 0.12 0.125 0.1250', wrong: '0.1 0.14 0.11', long: '0.124' },
    // 70.270270270270…: shown with 13 decimals, for the twelfth is a 0, which a spreadsheet leaves out
    {
      parts: '26/37',
      right: '70.2702702702703 70.270270270270 70.27027027027 70.27027027 70.27',
      wrong: '70.3 70.28'
    },
    {
      parts: '899999999999999/1000000000000000',
      right: '89.9999999999999 90.00000000000 90.00 90',
      wrong: '89.99',
      long: '90.0000000000000'
    },
    // 48.184019370460048…: shown with 14 decimals, which LibreOffice rounds once more, to the 15 digits that it keeps
    {
      parts: '79600/165200',
      right: '48.18401937046005 48.1840193704601 48.1840193704600 48.184019370460 48.18401937046 48.184019370',
      wrong: '48.19',
      long: '48.1840193704602 48.1840193704599 48.18401937046006'
    },
    // formatted with more decimals than are shown
    { parts: '100/300', right: '33.3333333333330 33.33333333333300', long: '33.3333333333331 33.3333333333329' },
    { parts: '0/5', right: '0 0.00 0.0000', wrong: '0.01', long: '0.001' },
    { parts: '0/0', right: '', wrong: '0 0.00' },
    { parts: '1/3', right: '33 33.3 33.33', wrong: '34', long: '33.4', indicator: ratio(0) },
    { parts: '-1/3', right: '-33.33 -33.3333', wrong: '-33.34 33.33', long: '-33.3334', indicator: ratio(2, {}) },
    { parts: '4000/3', right: '133333.33 133333.333333', wrong: '133333.3', indicator: ratio(2, {}) }
  ]
  for (const { parts, right, wrong = '', long = '', indicator = ratio(2) } of cases) {
    const [numerator, denominator] = parts.split('/') as [string, string]
    for (const [values, expected] of [[right, OK], [wrong, WRONG], [long, LONG_AND_WRONG]] as const) {
      for (const value of values.split(' ').filter(one => one !== '')) {
        t.same(codesOf(indicator, value, numerator, denominator), expected, `${value} beside ${parts}, ${indicator.decimals} decimals`)
      }
    }
  }
  t.same(judgeFigure({ value: '33.333' }, ratio(2)).map(({ code }) => code), ['too_many_decimals'], 'alone it is not rounded')
})

/** In units of the place it says: rounded to twelve decimals, or to as many more as it takes not to end in a zero. */
function shownOf (numerator: bigint, denominator: bigint): [units: bigint, places: number] {
  for (let places = 12; ; places++) {
    const scaled = numerator * 100n * 10n ** BigInt(places)
    const units = (2n * scaled + denominator) / (2n * denominator)
    if (units * denominator === scaled || units % 10n !== 0n) return [units, places]
  }
}

test('any value near a ratio, or what is shown of it, is accepted just where it errs by at most half a unit of its last place', async t => {
  const near = fc.record({
    denominator: fc.bigInt(1n, 10n ** 9n), share: fc.bigInt(0n, 10n ** 9n), decimals: fc.integer({ min: 0, max: 6 }),
    more: fc.integer({ min: 0, max: 8 }), off: fc.bigInt(-2n, 3n)
  })
  fc.assert(fc.property(near, ({ denominator, share, decimals, more, off }) => {
    const numerator = share % (denominator + 1n)
    const places = decimals + more
    const scaled = numerator * 100n * 10n ** BigInt(places)
    const units = scaled / denominator + off
    fc.pre(units >= 0n)
    const digits = units.toString().padStart(places + 1, '0')
    const value = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
    const error = units * denominator - scaled
    const [shown, p] = shownOf(numerator, denominator)
    const [wide, fine] = [10n ** BigInt(Math.max(0, p - places)), 10n ** BigInt(Math.max(0, places - p))]
    const fromShown = units * wide - shown * fine
    const isRight = (error < 0n ? -error : error) * 2n <= denominator || (fromShown < 0n ? -fromShown : fromShown) * 2n <= wide
    return codesOf(ratio(decimals), value, String(numerator), String(denominator)).length === 0 === isRight
  }), { numRuns: 3000 })
  t.pass()
})

/** To the nearest, a half away from zero; without the zeros at the end, as a spreadsheet has it in a column of no format. */
function asSaved (shown: string, places: number): string {
  const [whole = '', fraction = ''] = shown.split('.')
  if (fraction.length <= places) return shown
  const units = BigInt(whole + fraction.slice(0, places)) + (fraction[places]! >= '5' ? 1n : 0n)
  const digits = units.toString().padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '')
}

test('an export that a spreadsheet has rounded comes back unchanged, in every format', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const push = async (type: string, payload: string, query = '') => (await app.inject({
    method: 'POST',
    url: `/v1/submissions?${query}`,
    headers: { ...headers, ...pushKey('/v1/submissions'), 'content-type': type },
    payload
  })).json()
  const parts: Record<string, [string, string]> = {
    'UBND-PHAN-THIET': ['1', '3'], 'UBND-LA-GI': ['2', '7'], 'UBND-TUY-PHONG': ['26', '37'], 'UBND-PHU-QUI': ['5', '6'], 'UBND-DUC-LINH': ['1799', '2000']
  }
  const rows = Object.entries(parts).map(([agency, [numerator, denominator]]) =>
    ({ indicator: 'XHS-12', agency, period: '2025-Q1', numerator, denominator }))
  const made = await push('application/json', JSON.stringify({ rows }))
  t.equal(made.counts?.created, rows.length, JSON.stringify(made))
  const read = async () => (await app.inject({ url: '/v1/measurements?indicator=XHS-12', headers: { ...headers, accept: 'text/csv' } })).body
  const before = await read()
  const { data } = Papa.parse<Record<string, string>>(before, { header: true, skipEmptyLines: true })
  t.same(data.map(row => row['value']).sort(), ['28.571428571429', '33.333333333333', '70.2702702702703', '83.333333333333', '89.95'])
  const decimals = (await app.inject('/v1/indicators/XHS-12')).json().decimals as number
  for (let places = decimals; places <= 13; places++) {
    const saved = data.map(row => ({ ...row, value: asSaved(row['value']!, places) }))
    const commas = saved.map(row => ({ ...row, value: row.value.replace('.', ',') }))
    const figures = saved.map(({ indicator, agency, period, value, numerator, denominator }: Record<string, string>) =>
      ({ indicator, agency, period, value, numerator, denominator }))
    const sent: [what: string, type: string, payload: string, query?: string][] = [
      ['CSV', 'text/csv', Papa.unparse(saved)],
      ['CSV with commas', 'text/csv', Papa.unparse(commas, { delimiter: ';' }), 'delimiter=%3B&decimalComma=true'],
      ['NDJSON', 'application/x-ndjson', figures.map(row => JSON.stringify(row)).join('\n')],
      ['JSON', 'application/json', JSON.stringify({ rows: figures })]
    ]
    for (const [what, type, payload, query] of sent) {
      const receipt = await push(type, payload, query)
      t.equal(receipt.counts?.unchanged, rows.length, `${what}, ${places} decimals: ${JSON.stringify(receipt.exceptions ?? receipt)}`)
    }
  }
  t.equal(await read(), before, 'and nothing has changed')
  const revised = await push('application/json', JSON.stringify({ rows: [{ ...rows[0], numerator: '2', value: '66.6666666667', reason: 'đếm lại' }] }))
  t.equal(revised.counts?.revised, 1, JSON.stringify(revised))
  const { data: [one] } = (await app.inject({ url: '/v1/measurements?indicator=XHS-12&agency=UBND-PHAN-THIET', headers })).json()
  t.equal(one.value, '66.666666666667', 'the figure is computed from its parts')
  const refused = await push('text/csv', 'indicator;agency;period;value;numerator;denominator\nXHS-12;UBND-LA-GI;2025-Q1;28,5714285;2;7\n', 'mode=partial&delimiter=%3B&decimalComma=true')
  t.same(refused.exceptions?.[0]?.problems.map(({ code }: { code: string }) => code), LONG_AND_WRONG, 'cut off: rounded it is 28,5714286')
})

test('the demonstration, exported and pushed back in every format: all unchanged', async t => {
  const app = await build(t, { seed: 'demo' })
  const { headers } = await client(app)
  const push = async (type: string, payload: Buffer, query = '') => (await app.inject({
    method: 'POST',
    url: `/v1/submissions?mode=partial${query}`,
    headers: { ...headers, ...pushKey('/v1/submissions'), 'content-type': type },
    payload
  })).json()
  const exported = async (query: string) => (await app.inject({ url: `/v1/measurements?${query}`, headers })).rawPayload
  const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  const count = (await exported('format=ndjson')).toString().trimEnd().split('\n').length
  t.ok(count > 500, `${count} figures`)
  for (const [type, query, more = ''] of [
    ['text/csv', 'format=csv'], ['text/csv', 'format=csv&bom=true&delimiter=%3B&decimalComma=true', '&delimiter=%3B&decimalComma=true'],
    ['application/x-ndjson', 'format=ndjson'], [XLSX, 'format=xlsx']
  ] as const) {
    const receipt = await push(type, await exported(query), more)
    t.same([receipt.counts?.received, receipt.counts?.unchanged], [count, count], `${query}: ${JSON.stringify(receipt.exceptions?.slice(0, 2) ?? receipt)}`)
  }
  const { data } = Papa.parse<Record<string, string>>((await exported('format=csv')).toString(), { header: true, skipEmptyLines: true })
  const saved = data.map(row => ({ ...row, value: asSaved(row['value']!, 64).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') }))
  const trimmed = await push('text/csv', Buffer.from(Papa.unparse(saved)))
  t.equal(trimmed.counts?.unchanged, count, `without zeros at the end: ${JSON.stringify(trimmed.exceptions?.slice(0, 2))}`)
})
