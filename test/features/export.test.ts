import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import Papa from 'papaparse'
import type pg from 'pg'
import { pino } from 'pino'
import { test, type Test } from 'tap'
import { build, client, database, owner, pushKey, type BuildOptions } from '../helper.js'
import { faults, type Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'
const CSV = { accept: 'text/csv' }
const NDJSON = { accept: 'application/x-ndjson' }
const XLSX = { accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }
type Headers = Record<string, string>

function caller (app: FastifyInstance, headers: Headers) {
  return {
    get: (url: string, more: Headers = {}) => app.inject({ url, headers: { ...headers, ...more } }),
    async push (rows: object[], mode = 'partial'): Promise<Body> {
      return (await app.inject({ method: 'POST', url: `/v1/submissions?mode=${mode}`, headers: { ...headers, ...pushKey('/v1/submissions') }, payload: { rows } })).json()
    },
    async pushText (type: string, payload: string | Buffer, query = ''): Promise<Body> {
      return (await app.inject({ method: 'POST', url: `/v1/submissions?mode=partial${query}`, headers: { ...headers, ...pushKey('/v1/submissions'), 'content-type': type }, payload })).json()
    },
    async post (url: string, payload: object): Promise<Body> {
      return (await app.inject({ method: 'POST', url, headers, payload })).json()
    }
  }
}

/** By another reader than ours. */
function parse (text: string, delimiter = ','): Record<string, string>[] {
  const { data, errors } = Papa.parse<Record<string, string>>(text, { header: true, delimiter, newline: '\r\n', skipEmptyLines: true })
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return data
}
const lines = (text: string): Body[] => text.trimEnd().split('\n').map(line => JSON.parse(line) as Body)

const NASTY = [
  '=HYPERLINK("http://x.vn";"bấm")', '+84 252', '-5 %', '@SUM(A1:A2)', "'=1+1", "'", '\tthụt', '"trích dẫn", rồi; hết',
  'dòng một\ndòng hai\r\ndòng ba', ' trước và sau ', 'Ủy ban nhân dân tỉnh Bình Thuận: “đạt”', '=a;b,c"d\ne', '\ufeffBOM'
]

/** The demonstration and what makes an export hard: corrections, texts, ratios without an end, break-downs, figures without a value, withdrawn and returned ones. */
async function world (t: Test, options: BuildOptions = {}) {
  const app = await build(t, { seed: 'demo', ...options })
  const own = caller(app, (await client(app)).headers)
  const reviewer = caller(app, (await client(app)).headers)
  await app.pool.query('insert into dimensions (code, name) values (\'sex\', \'{"vi":"giới"}\'), (\'case\', \'{"vi":"trường hợp"}\')')
  await app.pool.query('insert into dimension_members (dimension_code, code, name) select \'case\', \'c\' || i, \'{"vi":"ô"}\' from generate_series(1, 40) i')
  await app.pool.query('insert into dimension_members (dimension_code, code, name) values (\'sex\', \'nu\', \'{"vi":"nữ"}\'), (\'sex\', \'nam\', \'{"vi":"nam"}\')')
  const kts = { indicator: 'KTS-05', agency: PROVINCE, period: '2025' }
  const first = await own.push([
    ...NASTY.map((note, i) => ({ ...kts, itemId: `=${i}`, breakdown: { case: `c${i + 1}` }, value: `${i}.50`, note, quality: 'provisional', observedAt: '2025-12-20T08:00:00.123+07:00' })),
    { ...kts, indicator: 'KTS-03', breakdown: { case: 'c20', sex: 'nu' }, value: '-0.5' },
    { ...kts, breakdown: { case: 'c21' }, value: '1' },
    { ...kts, breakdown: { case: 'c22' }, value: '2', evidence: 'https://example.org/a?b=c,d;e' },
    { ...kts, breakdown: { case: 'c23' }, value: '3' }
  ])
  t.equal(first['counts'].created, NASTY.length + 4, JSON.stringify(first['exceptions']))
  const corrected = await own.push([{ ...kts, breakdown: { case: 'c22' }, value: '2.25', reason: '=đếm lại; "hai" lần\nvà nữa' }])
  t.equal(corrected['counts'].revised, 1)
  const periods = (await app.pool.query("select period from measurements where indicator_code = 'CQS-02' order by 1 limit 1")).rows[0].period as string
  const ratio = await own.push([
    { indicator: 'CQS-02', agency: 'UBND-PHAN-THIET', period: periods, numerator: '1', denominator: '3', reason: 'không dứt', note: 'một phần ba' },
    { indicator: 'CQS-02', agency: 'UBND-LA-GI', period: periods, numerator: '2', denominator: '7', reason: 'không dứt' },
    { indicator: 'CQS-02', agency: 'UBND-TUY-PHONG', period: periods, numerator: '0', denominator: '0', reason: 'không có' }
  ])
  t.equal(ratio['counts'].rejected, 0, JSON.stringify(ratio['exceptions']))
  const idOf = async (name: string) => (await app.pool.query('select id from measurements where breakdown_key = $1', [`case=${name}`])).rows[0].id as string
  const withdrawn = await own.post(`/v1/measurements/${await idOf('c21')}/withdrawal`, { reason: 'nhầm', revision: 1 })
  t.equal(withdrawn['state'], 'withdrawn')
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  t.equal((await own.push([{ ...kts, breakdown: { case: 'c23' }, value: '3.5', reason: 'chờ duyệt' }, { ...kts, breakdown: { case: 'c24' }, value: '4' }]))['counts'].rejected, 0)
  t.equal((await reviewer.post(`/v1/measurements/${await idOf('c24')}/review`, { decision: 'return', comment: 'thiếu', revision: 1 }))['state'], 'returned')
  const written = async () => (await app.pool.query('select count(*)::int as rows, max(recorded_xid)::text as xid from measurements')).rows[0]
  return { app, own, written }
}

test('an export pushed back is all unchanged', async t => {
  const { app, own, written } = await world(t)
  const before = await written()
  const count = (await app.pool.query('select count(distinct id)::int as count from measurements')).rows[0].count as number
  const gone = 2 + (await app.pool.query("select from measurement_events e join measurements m on m.id = e.measurement_id where m.provenance = 'illustrative' and e.kind = 'returned'")).rowCount!
  const forms = [
    { accept: CSV, query: '', type: 'text/csv', back: '' },
    { accept: CSV, query: '?delimiter=;&bom=true', type: 'text/csv; charset=utf-8', back: '&delimiter=;' },
    { accept: CSV, query: '?delimiter=;&bom=true&decimalComma=true', type: 'text/csv', back: '&delimiter=;&decimalComma=true' },
    { accept: CSV, query: '?decimalComma=true', type: 'text/csv', back: '&decimalComma=true' },
    { accept: NDJSON, query: '', type: 'application/x-ndjson', back: '' },
    { accept: XLSX, query: '', type: XLSX.accept, back: '' }
  ]
  for (const { accept, query, type, back } of forms) {
    const exported = await own.get(`/v1/measurements${query}`, accept)
    t.equal(exported.statusCode, 200)
    const receipt = await own.pushText(type, exported.rawPayload, back)
    t.match(receipt, { state: 'completed' })
    t.same(receipt['exceptions'], [], `${type} ${query}`)
    t.same(receipt['counts'], { received: count - gone, created: 0, revised: 0, unchanged: count - gone, rejected: 0, warned: 0, withdrawn: 0, leftEmpty: 0 }, `${type} ${query}`)
  }
  t.same(await written(), before, 'not a row was written')

  const csv = await own.get('/v1/measurements', CSV)
  const rows = parse(csv.body)
  const byCase = new Map(rows.map(row => [row['breakdown.case'], row]))
  t.match(byCase.get('c1'), { note: `'${NASTY[0]}`, value: '0.50', numerator: '', quality: 'provisional', observedAt: '2025-12-20T01:00:00.123000Z', externalId: "'=0", state: 'accepted', revision: '1' })
  t.match(byCase.get('c5'), { note: "''=1+1" }, 'what looks guarded is guarded again')
  t.match(byCase.get('c9'), { note: NASTY[8] }, 'line endings within a cell stay as they are')
  t.match(byCase.get('c20'), { value: '-0.5', 'breakdown.sex': 'nu' }, 'a number is never guarded')
  t.match(byCase.get('c22'), { value: '2.25', revision: '2', revisionReason: '\'=đếm lại; "hai" lần\nvà nữa' })
  t.notOk(byCase.has('c21'), 'withdrawn')
  t.match(byCase.get('c23'), { value: '3.5', state: 'submitted' }, 'what awaits review is there')
  t.notOk(byCase.has('c24'), 'returned')
  const third = rows.find(row => row['note'] === 'một phần ba')
  t.match(third, { value: '33.333333333333', numerator: '1', denominator: '3' })
  t.ok(rows.some(row => row['denominator'] === '0' && row['value'] === ''), 'not applicable is an empty cell')
  t.notOk(csv.body.startsWith('\ufeff'))
  t.ok(csv.body.endsWith('\r\n') && csv.body.startsWith('id,indicator,agency,period,breakdown.case,breakdown.sector,breakdown.sex,value,numerator,denominator,quality,note,evidence,observedAt,state,revision,revisionReason,late,client,submission,externalId,recordedAt,warnings,provenance\r\n'))
  t.ok((await own.get('/v1/measurements?bom=true&delimiter=;', CSV)).body.startsWith('\ufeffid;indicator;'))

  const commas = parse((await own.get('/v1/measurements?bom=true&delimiter=;&decimalComma=true', CSV)).body.slice(1), ';')
  const decimals = ['value', 'numerator', 'denominator']
  const withComma = (row: Record<string, string>) => ({ ...row, ...Object.fromEntries(decimals.map(name => [name, row[name]!.replace('.', ',')])) })
  t.same(commas, rows.map(withComma), 'only figures have the comma')
  t.equal(commas.find(row => row['note'] === 'một phần ba')!['value'], '33,333333333333')

  const list = lines((await own.get('/v1/measurements', NDJSON)).body)
  t.same(list.map(({ id }) => id), rows.map(({ id }) => id), 'both in the order of first recording')
  t.same(list.map(({ id }) => id), [...list.map(({ id }) => id)].sort())
  t.match(list.find(row => row['breakdown'].case === 'c20'), { breakdown: { case: 'c20', sex: 'nu' }, value: '-0.5', revision: 1, late: true, warnings: [] })
  t.notOk('value' in list.find(row => row['denominator'] === '0')!)

  // what was asked for by its state is there, and pushed back it is reported anew
  t.match(parse((await own.get('/v1/measurements?state=withdrawn', CSV)).body), [{ 'breakdown.case': 'c21', state: 'withdrawn' }])
  const returned = (await own.get('/v1/measurements?state=returned&indicator=KTS-05', NDJSON)).body
  t.same((await own.pushText('application/x-ndjson', returned))['counts'].revised, 1)

  // a figure that is changed in the file needs a reason of its own
  const changed = { ...list.find(row => row['breakdown'].case === 'c22')!, value: '2.5' }
  t.match((await own.pushText('application/x-ndjson', JSON.stringify(changed)))['exceptions'], [{ outcome: 'rejected', problems: [{ code: 'reason_required' }] }])
  t.match((await own.pushText('application/x-ndjson', JSON.stringify({ ...changed, note: 'x', colour: 'x' })))['exceptions'], [{ problems: [{ code: 'unknown_field', pointer: '/colour' }] }], 'other fields are refused as ever')
  t.match((await own.push([{ ...changed, reason: 'x' }]))['code'], 'invalid_request', 'and in JSON all of them')

  // with more dimensions than a file may have other columns
  await app.pool.query(`insert into dimensions (code, name) select 'dim-' || i, '{"vi":"phân tổ"}' from generate_series(1, 1000) i;
    insert into dimension_members (dimension_code, code, name) select 'dim-' || i, 'm', '{"vi":"thành viên"}' from generate_series(1, 1000) i`)
  const figure = { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '1' }
  t.equal((await own.push([{ ...figure, breakdown: { 'dim-1': 'm' } }, { ...figure, breakdown: { 'dim-1': 'm', 'dim-500': 'm', 'dim-1000': 'm' } }]))['counts'].created, 2)
  const wide = (await own.get('/v1/measurements', CSV)).body
  t.equal(wide.split('\r\n')[0]!.split(',').filter(name => name.startsWith('breakdown.')).length, 1003)
  const received = parse(wide).length
  t.match(await own.pushText('text/csv', wide), { state: 'completed', exceptions: [], counts: { received, unchanged: received } })
})

test('filters, what does not go together, HEAD, ETag, the same again', async t => {
  const { app, own } = await world(t)
  const refused = async (url: string, headers: Headers = {}) => {
    const answer = await own.get(url, headers)
    return [answer.statusCode, ...faults(answer.json())]
  }
  t.same(await refused('/v1/measurements?bom=true&delimiter=;'), [400, ['bom', 'csv_only'], ['delimiter', 'csv_only']])
  t.same(await refused('/v1/measurements?bom=false', NDJSON), [400, ['bom', 'csv_only']])
  t.same(await refused('/v1/measurements?decimalComma=true'), [400, ['decimalComma', 'csv_only']])
  t.same(await refused('/v1/measurements?limit=5&sort=id&count=exact', CSV), [400, ['limit', 'json_only'], ['count', 'json_only'], ['sort', 'json_only']])
  t.same(await refused('/v1/measurements?delimiter=|', CSV), [400, ['delimiter', 'not_one_of']])
  t.same(await refused('/v1/measurements?indicator=NONE&agency=NOBODY', CSV), [400, ['indicator', 'unknown_code'], ['agency', 'unknown_code']])
  t.same(await refused('/v1/measurements?withSubtree=true', NDJSON), [400, ['withSubtree', 'agency_required']])
  t.same(await refused('/v1/measurements?asOf=2999-01-01T00:00:00Z', NDJSON), [400, ['asOf', 'as_of_in_future']])
  t.same(await refused('/v1/measurements', { accept: 'application/xml' }), [406])
  t.match((await own.get('/v1/measurements', { accept: 'text/html, */*' })).headers['content-type'], /^application\/json/)
  t.equal(app.lanes.lane('dear').running, 0, 'what was refused holds nothing')

  const url = `/v1/measurements?indicator=CQS-02&agency=${PROVINCE}&withSubtree=true&year=2025&state=accepted&provenance=illustrative`
  const json: Body[] = []
  for (let next: string | undefined = url; next !== undefined;) {
    const page: Body = (await own.get(next.replace('http://registry.test', ''))).json<Body>()
    json.push(...page['data'])
    next = page['next']
  }
  t.ok(json.length > 20)
  const rows = parse((await own.get(url, { accept: 'text/csv;header=present;charset=utf-8' })).body)
  t.same(rows.map(({ id }) => id), json.map(({ id }) => id))
  t.equal(parse((await own.get('/v1/measurements?period=1999', CSV)).body).length, 0, 'none: the header alone')
  t.equal((await own.get('/v1/measurements?period=1999', CSV)).body.split('\r\n').length, 2)
  t.equal((await own.get('/v1/measurements?period=1999', NDJSON)).body, '')

  const got = await own.get(url, CSV)
  const { etag = '', 'content-location': location = '' } = got.headers as Headers
  t.match(got.headers, { 'content-type': 'text/csv; charset=utf-8; header=present', 'content-disposition': 'attachment; filename="measurements.csv"', vary: 'Accept, Accept-Language, Authorization', 'cache-control': 'private, no-cache', etag: /^"[\w-]{22}"$/ })
  const head = await app.inject({ method: 'HEAD', url, headers: { ...CSV, ...(await client(app)).headers } })
  t.match([head.statusCode, head.body, head.headers.etag, head.headers['content-type']], [200, '', etag, got.headers['content-type']])
  t.equal(head.headers['content-length'], undefined)
  const known = await own.get(url, { ...CSV, 'if-none-match': etag })
  t.match([known.statusCode, known.body, known.headers.etag], [304, '', etag])
  t.equal((await own.get(url, { ...NDJSON, 'if-none-match': etag })).statusCode, 200, 'another form, another tag')
  t.equal((await own.get(`${url}&bom=true`, { ...CSV, 'if-none-match': etag })).statusCode, 200)

  const other = await own.push([{ indicator: 'KTS-05', agency: PROVINCE, period: '2025', breakdown: { case: 'c30' }, value: '7' }])
  t.equal(other['counts'].created, 1)
  t.equal((await own.get(url, { ...CSV, 'if-none-match': etag })).statusCode, 304, 'what was pushed elsewhere is no change')
  const [row] = rows
  const more = await own.push([{ indicator: 'CQS-02', agency: row!['agency']!, period: row!['period']!, numerator: '1', denominator: '9', reason: 'sửa' }])
  t.equal(more['counts'].revised, 1, JSON.stringify(more['exceptions']))
  const now = await own.get(url, { ...CSV, 'if-none-match': etag })
  t.equal(now.statusCode, 200)
  t.not(now.headers.etag, etag)
  t.not(now.body, got.body)
  t.match(location, /^http:\/\/registry\.test\/v1\/measurements\?.*asOf=/)
  const again = await own.get(location.replace('http://registry.test', ''), CSV)
  t.equal(again.body, got.body, 'as of its instant it is what it was')
  t.equal(again.headers.etag, etag)
})

test('the outcome of every row', async t => {
  const { app, own } = await world(t)
  const kts = { indicator: 'KTS-05', agency: PROVINCE, period: '2025' }
  const rows = [
    { ...kts, itemId: '=1', breakdown: { case: 'c31' }, value: '1' },
    { ...kts, itemId: 'a "b"', indicator: '=NONE', agency: 'NOBODY', value: '1' },
    { ...kts, breakdown: { case: 'c32' }, value: '1.234', note: 'x' },
    { ...kts, itemId: 'c', breakdown: { case: 'c1' }, value: '0.5', note: NASTY[0], quality: 'provisional' }
  ]
  const pushed = await own.pushText('application/x-ndjson', `${rows.map(row => JSON.stringify(row)).join('\n\n')}\n{"broken`)
  t.same(pushed['counts'], { received: 5, created: 1, revised: 0, unchanged: 1, rejected: 3, warned: 0, withdrawn: 0, leftEmpty: 0 })
  const url = `/v1/submissions/${pushed['id']}/rows`
  const csv = await own.get(`${url}?bom=true&delimiter=;`, { ...CSV, 'accept-language': 'en' })
  t.match(csv.headers, { 'content-type': 'text/csv; charset=utf-8; header=present', 'content-language': 'en', 'content-disposition': `attachment; filename="submission-${pushed['id']}.csv"` })
  t.ok(csv.body.startsWith('\ufeffposition;line;itemId;outcome;indicator;agency;period;measurementId;revision;problems;warnings;action\r\n'))
  const read = parse(csv.body.slice(1), ';')
  t.match(read, [
    { position: '0', line: '1', itemId: "'=1", outcome: 'created', indicator: 'KTS-05', revision: '1', measurementId: /^[0-9a-f-]{36}$/, problems: '', warnings: '' },
    { position: '1', line: '3', itemId: 'a "b"', outcome: 'rejected', indicator: "'=NONE", agency: 'NOBODY', measurementId: '', revision: '', problems: 'unknown_indicator /indicator: There is no indicator "=NONE". | unknown_agency /agency: There is no agency "NOBODY".' },
    { position: '2', line: '5', outcome: 'rejected', problems: /^too_many_decimals \/value: / },
    { position: '3', line: '7', itemId: 'c', outcome: 'unchanged' },
    { position: '4', line: '8', outcome: 'rejected', indicator: '', problems: /^not_json: / }
  ])
  t.same(parse((await own.get(`${url}?outcome=rejected`, CSV)).body).map(row => row['position']), ['1', '2', '4'])
  t.same(parse((await own.get(`${url}?warned=true`, CSV)).body), [])
  const ndjson = await own.get(`${url}?outcome=rejected`, NDJSON)
  t.same(lines(ndjson.body), (await own.get(`${url}?outcome=rejected`)).json<Body>()['data'], 'NDJSON: as in the list')
  const etag = String(ndjson.headers.etag)
  t.equal((await own.get(`${url}?outcome=rejected`, { ...NDJSON, 'if-none-match': etag })).statusCode, 304)
  t.equal((await own.get(`${url}?outcome=rejected`, { ...NDJSON, 'if-none-match': etag, 'accept-language': 'en' })).statusCode, 200)
  const head = await app.inject({ method: 'HEAD', url, headers: { ...CSV, ...(await client(app)).headers } })
  t.match([head.statusCode, head.body], [200, ''])
  t.same(faults((await own.get(`${url}?limit=1`, CSV)).json()), [['limit', 'json_only']])
  t.same(faults((await own.get(`${url}?bom=true`)).json()), [['bom', 'csv_only']])
  const stranger = await client(app, { scopes: ['measurements:write'] })
  t.equal((await app.inject({ url, headers: { ...CSV, ...stranger.headers } })).statusCode, 404)
  t.equal((await app.inject({ url, headers: CSV })).statusCode, 401)
  t.equal(app.lanes.lane('dear').running, 0)
})

const MANY = 100_000
const PATIENT = { stallMs: 240_000 }
const ALL = '/v1/measurements'

/** So many figures, each of some 340 bytes as CSV; sockets hold about 15,000. */
async function many (t: Test, count: number, options: Partial<BuildOptions> = {}) {
  const given = await database(t, { seed: 'plan', max: 6 })
  // counted where they leave for the database
  const fetched = { batches: 0 }
  given.pool.on('connect', (connection: pg.PoolClient) => {
    const query = connection.query.bind(connection) as (...args: unknown[]) => unknown
    connection.query = ((...args: unknown[]) => {
      const text = (args[0] as { text?: string }).text ?? args[0]
      if (typeof text === 'string' && text.startsWith('fetch forward')) fetched.batches++
      return query(...args)
    }) as typeof connection.query
  })
  const log: Body[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => { log.push(JSON.parse(line) as Body) } })
  const app = await build(t, { database: given, logger, ...options })
  const { id, headers } = await client(app)
  await app.pool.query(`insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
    values ('0197c2f4-6bff-7c3d-8a51-0f6f4f2f9b11', $1, 'partial', 'completed', ${count}, ${count}, 0, 0, 0, 0, now())`, [id])
  await app.pool.query('insert into dimensions (code, name) values (\'cell\', \'{"vi":"ô"}\')')
  await app.pool.query(`insert into dimension_members (dimension_code, code, name) select 'cell', 'c' || i, '{"vi":"ô"}' from generate_series(${count - 10}, ${count + 10}) i`)
  await owner(app.pool).query(`insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality, initial_state, note, client_id, submission_id)
    select 'KTS-05', ('0197c2f4-6c0e-7b1c-9f57-' || lpad(to_hex(i), 12, '0'))::uuid, '2025', '${PROVINCE}', 'cell=c' || i, jsonb_build_object('cell', 'c' || i), 1, i % 90, 'official', 'accepted',
      'Ghi chú của ô số ' || i || ', để một dòng dài như ngoài đời thật', $1, '0197c2f4-6bff-7c3d-8a51-0f6f4f2f9b11' from generate_series(1, ${count}) i`, [id])
  await owner(app.pool).query('analyze measurements')
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const freed = async () => {
    const open = async () => (await owner(app.pool).query('select from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()')).rowCount
    while (await open() !== 0 || app.lanes.lane('dear').running !== 0) await sleep(20)
  }
  const cutOff = () => log.filter(line => line['msg'] === 'an export was cut off').map(line => line['err'].type as string)
  return { app, given, logger, url, headers, own: caller(app, headers), fetched, freed, cutOff }
}

/** Begins to read, and stops. */
async function open (url: string, headers: Headers = CSV): Promise<IncomingMessage> {
  const sent = request(url, { headers, agent: false }).end()
  const [response] = await once(sent, 'response') as [IncomingMessage]
  sent.on('error', () => {})
  response.on('error', () => {})
  response.pause()
  return response
}

/** The rest of it; `whole`: ended as HTTP ends a body. */
async function finish (response: IncomingMessage): Promise<{ text: string, whole: boolean }> {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => { chunks.push(chunk) }).resume()
  if (!response.closed) await new Promise(resolve => { response.on('close', resolve) })
  return { text: Buffer.concat(chunks).toString(), whole: response.complete }
}

test('100,000 figures to a slow client: no connection is held for it, one snapshot, and whole', async t => {
  // on a machine that does other things it takes its time
  const { url, headers, own, fetched, freed } = await many(t, MANY, { limits: { exports: { ...PATIENT, sending: { atOnce: 2, each: 2 } } } })
  const slow = await open(`${url}${ALL}`)
  // it has taken next to nothing, and the registry has read all there is
  await freed()
  t.equal(fetched.batches, MANY / 1_000 + 1)

  const [last] = (await own.get(`${ALL}?sort=-id&limit=1`)).json<Body>()['data']
  const kts = { indicator: 'KTS-05', agency: PROVINCE, period: '2025' }
  const written = await own.push([
    { ...kts, breakdown: { cell: `c${MANY}` }, value: '99', reason: 'sửa' },
    { ...kts, breakdown: { cell: `c${MANY + 1}` }, value: '98' }
  ])
  t.same([written['counts'].revised, written['counts'].created], [1, 1], JSON.stringify(written['exceptions']))
  t.equal((await own.post(`/v1/measurements/${lpad(MANY - 1)}/withdrawal`, { reason: 'nhầm', revision: 1 }))['state'], 'withdrawn')

  const { text, whole } = await finish(slow)
  t.ok(whole)
  t.equal(Number(slow.headers['content-length']), Buffer.byteLength(text))
  const rows = parse(text)
  t.equal(rows.length, MANY)
  t.same(rows.slice(-2).map(row => [row['breakdown.cell'], row['value'], row['revision'], row['state']]),
    [[`c${MANY - 1}`, String((MANY - 1) % 90), '1', 'accepted'], [`c${MANY}`, last['value'], '1', 'accepted']], 'what was written since is not in it')
  t.equal(new Set(rows.map(row => row['id'])).size, MANY)

  const now = lines((await finish(await open(`${url}${ALL}?submission=${written['id']}`, { ...NDJSON, ...headers }))).text)
  t.match(now, [{ breakdown: { cell: `c${MANY}` }, value: '99', revision: 2 }, { breakdown: { cell: `c${MANY + 1}` }, value: '98', revision: 1 }])
  t.equal((await finish(await open(`${url}${ALL}?state=withdrawn`, { ...NDJSON, ...headers }))).text.split('\n').length, 2)
  const past = await finish(await open(String(slow.headers['content-location']).replace('http://registry.test', url)))
  t.ok(past.text === text, 'as of its instant it is the same, to the byte')
})

const lpad = (i: number) => `0197c2f4-6c0e-7b1c-9f57-${i.toString(16).padStart(12, '0')}`

test('clients that leave, stall or are too many, and a database that is lost', async t => {
  const sending = { atOnce: 3, each: 2 }
  const { app, given, logger, url, own, fetched, freed, cutOff } = await many(t, 40_000, { limits: { exports: { ...PATIENT, sending } } })
  const free = async () => {
    await freed()
    while (app.lanes.sending !== 0) await sleep(20)
  }

  const leaving = await open(`${url}${ALL}`)
  const also = await open(`${url}${ALL}`)
  const third = await fetch(`${url}${ALL}`, { headers: CSV })
  const { code } = await third.json() as Body
  t.same([third.status, code, third.headers.get('retry-after')], [503, 'unavailable', '10'], 'no more than there may be to one reader')
  t.equal((await own.get(`${ALL}?limit=1`)).statusCode, 200, 'what is no export is served')
  t.equal((await own.get(`${ALL}?period=1999`, CSV)).statusCode, 200, 'and so is everybody else')
  leaving.destroy()
  also.destroy()
  await free()
  t.same(cutOff(), [], 'who leaves is no fault')

  fetched.batches = 0
  const abandoned = request(`${url}${ALL}`, { headers: CSV, agent: false }).on('error', () => {}).end()
  while (fetched.batches === 0) await sleep(1)
  abandoned.destroy()
  await free()
  t.ok(fetched.batches < 40, `${fetched.batches} of 41 batches were read of what nobody waits for`)

  const impatient = await build(t, { database: given, logger, limits: { exports: { stallMs: 1_000, sending } } })
  const hasty = await impatient.listen({ host: '127.0.0.1', port: 0 })
  const stalling = await open(`${hasty}${ALL}`)
  while (impatient.lanes.sending !== 0) await sleep(20)
  t.same(cutOff(), ['Stalled'])
  t.notOk((await finish(stalling)).whole, 'it was not the end of the file')

  fetched.batches = 0
  const losing = fetch(`${url}${ALL}`, { headers: CSV })
  while (fetched.batches === 0) await sleep(1)
  await owner(app.pool).query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()')
  const lost = await losing
  t.match([lost.status, lost.headers.get('content-disposition'), await lost.json()], [503, null, { code: 'unavailable' }])

  // HTTP/1.0, in which the end of the connection is the end of the file
  const { port } = new URL(hasty)
  const old = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
  const failed = new Promise<string | undefined>(resolve => {
    old.on('error', (error: NodeJS.ErrnoException) => { resolve(error.code) })
    // libuv takes a reset that comes with the last bytes for an end; but to a connection that was reset nothing can be written
    old.on('end', () => { old.write('x', error => { resolve((error as NodeJS.ErrnoException | null | undefined)?.code) }) })
  })
  old.write(`GET ${ALL} HTTP/1.0\r\nHost: x\r\nAccept: text/csv\r\n\r\n`)
  await once(old, 'readable')
  while (impatient.lanes.sending !== 0) await sleep(20)
  old.resume()
  t.match(await failed, /^(ECONNRESET|EPIPE)$/, 'a reset, not an end')
  old.destroy()
  t.equal((await finish(await open(`${url}${ALL}?period=1999`))).whole, true, 'and it still serves')
})
