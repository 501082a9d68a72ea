import Papa from 'papaparse'
import { test } from 'tap'
import { client } from '../helper.js'
import { world } from './pushing.js'
import { faults, type Body } from './registry.js'

const SDMX = 'application/vnd.sdmx.data+csv;version=2.0.0'
const HEADER = 'STRUCTURE,STRUCTURE_ID,ACTION,FREQ,INDICATOR,AGENCY,BREAKDOWN_NGANH,BREAKDOWN_cell,BREAKDOWN_nhom$tuoi,TIME_PERIOD,' +
  'OBS_VALUE,NUMERATOR,DENOMINATOR,UNIT_MEASURE,DECIMALS,TIME_PER_COLLECT,OBS_STATUS,COMMENT,PERIOD_START,PERIOD_END,STATE,' +
  'QUALITY,PROVENANCE,REVISION,MEASUREMENT_ID,UPDATED'

/** By another reader than ours. */
function parse (text: string): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, delimiter: ',', newline: '\r\n', skipEmptyLines: true })
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return data
}

test('measurements as SDMX-CSV 2.0', async t => {
  const { app, post, push, pusher } = await world(t)
  const reviewer = await client(app)
  await app.pool.query(`insert into dimensions (code, name) values ('nhom.tuoi', '{"vi":"tuổi"}');
    insert into dimension_members (dimension_code, code, name) values ('nhom.tuoi', '15-17', '{"vi":"15 đến 17"}')`)
  const all = { frequency: undefined, frequencies: ['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly'] }
  const make = async (code: string, more: object) => {
    const made = await post('/v1/indicators', {
      code, pillar: 'CQS', name: { vi: code }, unit: 'hồ sơ, vụ', valueKind: 'number', decimals: 3, direction: 'higher_is_better',
      aggregation: 'direct', calendar: 'statistical', reviewPolicy: 'automatic', ...all, ...more
    })
    t.equal(made.status, 201, JSON.stringify(made.body))
  }
  await make('SO', { timeBasis: 'year_to_date' })
  await make('DOT', { timeBasis: 'during_period', calendar: 'administrative', unit: '“lượt”', decimals: 0 })
  await make('TY-LE', { unit: '%', valueKind: 'ratio', aggregation: 'ratio_of_sums', timeBasis: 'end_of_period', decimals: 2, calendar: 'administrative' })
  await make('CHO', { reviewPolicy: 'manual', timeBasis: 'end_of_period', decimals: 1 })
  const rows = [
    { indicator: 'SO', period: '2025', value: '1234567890123456.5', quality: 'provisional', note: '=SUM(A1) "ước", sơ bộ\ndòng hai' },
    { indicator: 'SO', period: '2025-H1', value: '-0.50', quality: 'estimate', breakdown: { cell: 'c1' } },
    { indicator: 'SO', period: '2025-9M', value: '9', breakdown: { cell: 'c1', 'nhom.tuoi': '15-17' } },
    { indicator: 'DOT', period: '2025-9M', value: '0' },
    { indicator: 'DOT', period: '2025-06', value: '6' },
    { indicator: 'DOT', period: '2025-H2', value: '7' },
    { indicator: 'TY-LE', period: '2025-Q1', numerator: '600', denominator: '1800' },
    { indicator: 'TY-LE', period: '2025-Q2', numerator: '0', denominator: '0' },
    { indicator: 'TY-LE', period: '2024-Q4', numerator: '1799', denominator: '2000' },
    { indicator: 'CHO', period: '2025-Q1', value: '1.5' },
    { indicator: 'CHO', period: '2025-Q2', value: '2.5' },
    { indicator: 'SO', period: '2025-Q3', value: '3', breakdown: { NGANH: 'Y-TE' } }
  ]
  const pushed = await push(rows.map(row => ({ agency: 'UBND-TINH', ...row })))
  t.match(pushed.body['counts'], { created: rows.length }, JSON.stringify(pushed.body['exceptions']))
  const idOf = async (indicator: string, period: string) =>
    (await app.pool.query('select id from measurements where indicator_code = $1 and period = $2', [indicator, period])).rows[0].id as string
  const act = async (url: string, payload: object, state: string) => {
    const { body } = await app.inject({ method: 'POST', url, headers: reviewer.headers, payload })
    t.match(JSON.parse(body), { state }, body)
  }
  await act(`/v1/measurements/${await idOf('CHO', '2025-Q2')}/review`, { decision: 'return', comment: 'thiếu', revision: 1 }, 'returned')
  await act(`/v1/measurements/${await idOf('TY-LE', '2024-Q4')}/review`, { decision: 'return', comment: 'xem lại', revision: 1 }, 'returned')
  await act(`/v1/measurements/${await idOf('SO', '2025-Q3')}/withdrawal`, { reason: 'nhầm', revision: 1 }, 'withdrawn')

  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers: { ...pusher.headers, ...headers } })
  const exported = async (query = '') => {
    const response = await get(`/v1/measurements?format=sdmx-csv${query}`)
    t.equal(response.statusCode, 200, response.statusCode === 200 ? query : response.body)
    t.equal(response.body.split('\r\n')[0], HEADER)
    return parse(response.body).map(({ STRUCTURE, STRUCTURE_ID, MEASUREMENT_ID, UPDATED, ...row }) => {
      t.same([STRUCTURE, STRUCTURE_ID], ['dataflow', 'VN.REGISTRY:MEASUREMENTS(1.0)'])
      t.match([MEASUREMENT_ID, UPDATED], [/^[0-9a-f]{8}-[0-9a-f-]{27}$/, /^20\d\d-.*Z$/])
      return Object.values(row).join(' | ')
    }).sort()
  }

  await t.test('a row for each figure', async t => {
    // action, frequency, indicator, agency, the three dimensions, period | value, parts | unit, decimals, when, status, note | days | ours
    t.same(await exported(), [
      'I | A | SO | UBND-TINH | _T | _T | _T | 2025 | 1234567890123456.5 |  |  | hồ sơ, vụ | 3 | V | P | \'=SUM(A1) "ước", sơ bộ\ndòng hai | 2025-01-01 | 2025-12-31 | accepted | provisional | operational | 1',
      'I | S | SO | UBND-TINH | _T | c1 | _T | 2025-S1 | -0.50 |  |  | hồ sơ, vụ | 3 | V | E |  | 2025-01-01 | 2025-06-30 | accepted | estimate | operational | 1',
      'I | _O | SO | UBND-TINH | _T | c1 | 15-17 | 2025-01-01/P9M | 9 |  |  | hồ sơ, vụ | 3 | V | A |  | 2025-01-01 | 2025-09-30 | accepted | official | operational | 1',
      'I | _O | DOT | UBND-TINH | _T | _T | _T | 2024-12-15/P9M | 0 |  |  | “lượt” | 0 | S | A |  | 2024-12-15 | 2025-09-14 | accepted | official | operational | 1',
      'I | M | DOT | UBND-TINH | _T | _T | _T | 2025-06 | 6 |  |  | “lượt” | 0 | S | A |  | 2025-05-15 | 2025-06-14 | accepted | official | operational | 1',
      'I | S | DOT | UBND-TINH | _T | _T | _T | 2025-S2 | 7 |  |  | “lượt” | 0 | S | A |  | 2025-06-15 | 2025-12-14 | accepted | official | operational | 1',
      'I | Q | TY-LE | UBND-TINH | _T | _T | _T | 2025-Q1 | 33.333333333333 | 600 | 1800 | % | 2 | E | A |  | 2024-12-15 | 2025-03-14 | accepted | official | operational | 1',
      'I | Q | TY-LE | UBND-TINH | _T | _T | _T | 2025-Q2 |  | 0 | 0 | % | 2 | E | M |  | 2025-03-15 | 2025-06-14 | accepted | official | operational | 1',
      // returned for correction, but accepted before: it counts until there is another
      'I | Q | TY-LE | UBND-TINH | _T | _T | _T | 2024-Q4 | 89.95 | 1799 | 2000 | % | 2 | E | A |  | 2024-09-15 | 2024-12-14 | returned | official | operational | 1',
      'I | Q | CHO | UBND-TINH | _T | _T | _T | 2025-Q1 | 1.5 |  |  | hồ sơ, vụ | 1 | E | V |  | 2025-01-01 | 2025-03-31 | submitted | official | operational | 1'
    ].sort())
    t.same(await exported('&state=withdrawn'), [
      'D | Q | SO | UBND-TINH | Y-TE | _T | _T | 2025-Q3 | 3 |  |  | hồ sơ, vụ | 3 | V | A |  | 2025-07-01 | 2025-09-30 | withdrawn | official | operational | 1'
    ], 'a receiver lets go of what was withdrawn')
    t.same((await exported('&state=returned')).map(row => row.slice(0, 12)), ['D | Q | CHO ', 'I | Q | TY-L'])
    t.equal((await exported('&indicator=DOT&period=2025-06')).length, 1)
    t.same(await exported('&year=1999'), [], 'nothing but the header')
  })

  await t.test('asked for by Accept, with headers and tags as every export', async t => {
    const url = '/v1/measurements?indicator=DOT'
    for (const accept of [
      SDMX, 'application/vnd.sdmx.data+csv', 'application/vnd.sdmx.data+csv; version=2.0.0; labels=id; timeFormat=original; keys=none',
      'application/vnd.sdmx.data+csv;version=1.0.0, application/vnd.sdmx.data+csv;version="2.0.0";q=0.5', `${SDMX}, application/json;q=0.9`
    ]) {
      const got = await get(url, { accept })
      t.match([got.statusCode, got.headers], [200, {
        'content-type': 'application/vnd.sdmx.data+csv;version=2.0.0; charset=utf-8',
        'content-disposition': 'attachment; filename="measurements.sdmx.csv"',
        'content-location': /^http:\/\/registry\.test\/v1\/measurements\?indicator=DOT&asOf=20/,
        etag: /^"[\w-]{22}"$/,
        vary: /Accept/
      }], accept)
      t.ok(got.body.startsWith(`${HEADER}\r\n`), accept)
    }
    for (const accept of ['application/vnd.sdmx.data+csv;version=1.0.0', `${SDMX};labels=both`, `${SDMX};keys=obs`, `${SDMX};q=0`]) {
      const refused = await get(url, { accept })
      t.match([refused.statusCode, refused.json<Body>()], [406, { code: 'not_acceptable', produces: [/json/, 'text/csv', /ndjson/, /spreadsheetml/, SDMX] }], accept)
    }
    t.match((await get(url)).headers['content-type'], 'application/json', 'not without being asked for')
    const got = await get(`${url}&format=sdmx-csv`)
    const etag = String(got.headers.etag)
    t.match([(await get(`${url}&format=sdmx-csv`, { 'if-none-match': etag })).statusCode, (await get(`${url}&format=csv`)).headers.etag === etag], [304, false])
    const head = await app.inject({ method: 'HEAD', url: `${url}&format=sdmx-csv`, headers: pusher.headers })
    t.match([head.statusCode, head.body, head.headers.etag], [200, '', etag])
    const unit = await app.inject({
      method: 'PATCH',
      url: '/v1/indicators/DOT',
      headers: { ...pusher.headers, 'content-type': 'application/merge-patch+json', 'if-match': String((await get('/v1/indicators/DOT')).headers.etag) },
      payload: JSON.stringify({ decimals: 1 })
    })
    t.equal(unit.statusCode, 200, unit.body)
    const again = await get(`${url}&format=sdmx-csv`, { 'if-none-match': etag })
    t.same([again.statusCode, new Set(parse(again.body).map(({ DECIMALS }) => DECIMALS))], [200, new Set(['1'])], 'what it says of the indicator is in its tag')
    t.equal((await get(String(got.headers['content-location']).replace('http://registry.test', ''))).body, got.body, 'as of its instant it is what it was')
  })

  await t.test('what does not go with it', async t => {
    const refused: [string, [string, string][]][] = [
      ['/v1/measurements?format=sdmx-csv&limit=5&sort=id', [['limit', 'json_only'], ['sort', 'json_only']]],
      ['/v1/measurements?format=sdmx-csv&delimiter=%3B&decimalComma=true&bom=true', [['bom', 'csv_only'], ['delimiter', 'csv_only'], ['decimalComma', 'csv_only']]],
      ['/v1/measurements?format=sdmx', [['format', 'not_one_of']]],
      ['/v1/status?format=sdmx-csv', [['format', 'not_one_of']]],
      ['/v1/obligations?format=sdmx-csv', [['format', 'not_one_of']]]
    ]
    for (const [url, expected] of refused) {
      const response = await get(url)
      t.same([response.statusCode, faults(response.json())], [400, expected], url)
    }
    t.equal((await get('/v1/status', { accept: SDMX })).statusCode, 406)
    const pushedBack = await app.inject({
      method: 'POST', url: '/v1/submissions', headers: { ...pusher.headers, 'idempotency-key': 'x', 'content-type': SDMX }, payload: HEADER
    })
    t.equal(pushedBack.statusCode, 415)
  })
  t.equal(app.lanes.lane('dear').running, 0)
})
