import t from 'tap'
import { gzipSync } from 'node:zlib'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { CSV, JSON_BODY, NDJSON, PROVINCE, cells, problems, world, written, type PushedRow } from './pushing.js'
import type { Body } from './registry.js'

/** Small, to be quick; the tests at the end have chunks as large as they are. */
const CHUNK = 250
const limits = { stream: { ...STREAM_LIMITS, chunkRows: CHUNK } }
const FULL = STREAM_LIMITS.chunkRows

t.test('pushes of several chunks', async t => {
  const { app, push, fresh, rowsOf, get, one, stored } = await world(t, { limits })
  const figures = async () => (await app.pool.query('select (select count(*) from measurements) as measurements, (select count(*) from measurement_events) as events, (select max(recorded_at) from measurements) as last')).rows[0]

  for (const [name, type] of [['NDJSON', NDJSON], ['CSV', CSV], ['JSON', JSON_BODY]] as const) {
    await t.test(`${name}: every row has its outcome, in order, and the second time nothing is written`, async t => {
      const indicator = await fresh()
      const rows = cells(indicator, 2 * CHUNK + 100)
      const twice = [[CHUNK + 101, 6], [2 * CHUNK + 2, 6], [2 * CHUNK + 98, CHUNK - 1], [CHUNK + 1, CHUNK - 1]] as const
      // what the row at a position is refused for; the rest is created
      const refused = new Map<number, string>()
      for (let i = 0; i < rows.length; i += 5) {
        rows[i]!.agency = 'NONE'
        refused.set(i, '/agency unknown_agency')
      }
      for (const [position, first] of twice) {
        rows[position]!.breakdown = rows[first]!.breakdown!
        refused.set(position, 'duplicate_row')
      }
      // a row that is refused for itself stands in nobody's way
      rows[CHUNK + 102]!.breakdown = rows[0]!.breakdown!
      const lines = written(rows, type).split('\n')
      const header = type === CSV ? 2 : 1
      if (type !== JSON_BODY) {
        for (const position of [3, CHUNK + 2, 2 * CHUNK + 99]) {
          lines[position + header - 1] = type === CSV ? '"' + 'x' + '"y,,\r' : '{"indicator":'
          refused.set(position, type === CSV ? 'text_after_quote' : 'not_json')
        }
      }
      const file = lines.join('\n')
      const created = rows.length - refused.size

      const first = await push(file, { type })
      t.equal(first.status, 200)
      t.match(first.body, { state: 'completed', mode: 'partial', counts: { received: rows.length, created, revised: 0, unchanged: 0, rejected: refused.size, warned: 0 } })
      t.equal(first.headers['location'], `/v1/submissions/${first.body['id']}`)
      t.equal(await stored(indicator), created)
      const positions = [...refused.keys()].sort((a, b) => a - b)
      t.same((first.body['exceptions'] as Body[]).map(row => row['position']), positions.slice(0, 1000))
      const receipt = await get(`/v1/submissions/${first.body['id']}`)
      t.same({ ...receipt, exceptions: null }, { ...first.body, exceptions: null }, 'the receipt that was answered is the one that is kept')
      t.same(receipt['exceptions'], first.body['exceptions'])

      const all = await rowsOf(first.body)
      t.same(all.map(row => row['position']), rows.map((_, i) => i))
      t.same(all.filter(row => problems(row) !== (refused.get(row['position']) ?? '')).map(row => [row['position'], problems(row)]), [])
      t.same(all.filter(row => row['outcome'] !== (refused.has(row['position']) ? 'rejected' : 'created')), [])
      t.same(all.filter(row => row['line'] !== (type === JSON_BODY ? undefined : row['position'] + header)), [], 'lines')
      for (const [position, first] of twice) t.match(all[position]!['problems'][0].detail, type === JSON_BODY ? `row ${first} ` : `line ${first + header} (position ${first},`)
      t.equal(new Set(all.flatMap(row => row['measurement']?.id ?? [])).size, created)

      t.same((await rowsOf(first.body, '&sort=-position', 499)).map(row => row['position']), rows.map((_, i) => rows.length - 1 - i), 'and back')
      t.same((await rowsOf(first.body, '&outcome=rejected')).map(row => row['position']), positions)
      t.same((await rowsOf(first.body, '&outcome=rejected&sort=-position', 7 * 71)).map(row => row['position']), positions.toReversed())
      t.same(await rowsOf(first.body, '&outcome=revised'), [])
      t.same(await rowsOf(first.body, '&warned=true'), [])
      for (const [query, count] of [['', rows.length], ['&outcome=created', created], ['&outcome=rejected', refused.size], ['&outcome=not_written', 0], ['&warned=false', rows.length], ['&warned=true', 0], ['&outcome=rejected&warned=false', refused.size], ['&outcome=rejected&warned=true', 0]] as const) {
        t.equal((await get(`${first.body['rows']}?limit=1&count=exact${query}`))['count'], count, query)
      }

      const before = await figures()
      const second = await push(file, { type })
      t.match(second.body, { state: 'completed', counts: { received: rows.length, created: 0, revised: 0, unchanged: created, rejected: refused.size, warned: 0 } })
      t.same(await figures(), before, 'nothing was written')
      t.same((await rowsOf(second.body)).map(row => row['measurement']), all.map(row => row['measurement']), 'the same revisions')
    })
  }

  await t.test('pages that end where chunks do', async t => {
    const indicator = await fresh()
    const { body } = await push(cells(indicator, 2 * CHUNK))
    t.equal(Number(await one('select count(*) from submission_chunks where submission_id = $1', [body['id']])), 2)
    for (const [query, limit] of [['', 50], ['', 49], ['&sort=-position', 50], ['&outcome=created', 25], ['&outcome=created&sort=-position', 50]] as const) {
      const found = (await rowsOf(body, query, limit)).map(row => row['position'])
      const expected = Array.from({ length: 2 * CHUNK }, (_, i) => i)
      t.same(found, query.includes('-position') ? expected.toReversed() : expected, `${query} ${limit}`)
    }
    const full = await get(`${body['rows']}?limit=50&sort=-position`)
    t.equal(full['data'].length, 50)
    t.equal((await get(`${full['next'].replace(/cursor=[^&]*/, '')}&cursor=${'x'.repeat(20)}`))['status'], 400)
  })

  await t.test('corrections: revised beside unchanged, and reasons asked for', async t => {
    const indicator = await fresh()
    const rows = cells(indicator, 2 * CHUNK + 1)
    await push(rows)
    const { body } = await push(rows.map((row, i) => i % 2 === 0 ? row : { ...row, value: '7.5', ...i % 4 === 1 ? { reason: 'đếm lại' } : {} }))
    t.match(body['counts'], { received: 501, created: 0, revised: 125, unchanged: 251, rejected: 125, warned: 0 })
    t.equal(problems(body['exceptions'][0]), '/reason reason_required')
    t.equal(await stored(indicator), 501 + 125)
    t.same((await rowsOf(body, '&outcome=revised')).map(row => row['measurement'].revision).filter(revision => revision !== 2), [])
  })

  await t.test('a dry run of several chunks says the same and writes nothing', async t => {
    const indicator = await fresh()
    const rows: PushedRow[] = cells(indicator, 2 * CHUNK + 10)
    for (const i of [0, CHUNK + 10, 2 * CHUNK + 9]) rows[i]!.value = '1.23'
    rows[2 * CHUNK + 5]!.breakdown = rows[1]!.breakdown!
    const tables = async () => (await app.pool.query('select (select count(*) from submissions) as s, (select count(*) from submission_chunks) as c, (select count(*) from measurements) as m, (select count(*) from idempotency_keys) as k')).rows[0]
    const before = await tables()
    const tried = await push(rows, { query: '&dryRun=true', key: 'tried' })
    t.equal(tried.status, 200)
    t.match(tried.body, { id: null, rows: null, recordedAt: null, dryRun: true, state: 'completed', counts: { received: 510, created: 506, revised: 0, unchanged: 0, rejected: 4, warned: 0 } })
    t.same(tried.body['exceptions'].map((row: Body) => [row['position'], problems(row)]), [[0, '/value too_many_decimals'], [CHUNK + 10, '/value too_many_decimals'], [2 * CHUNK + 5, 'duplicate_row'], [2 * CHUNK + 9, '/value too_many_decimals']])
    t.equal(tried.headers['location'], undefined)
    t.same(await tables(), before)
    const real = await push(rows, { key: 'tried' })
    t.same([real.replayed, real.body['counts'], real.body['exceptions']], [false, tried.body['counts'], tried.body['exceptions']])
  })

  await t.test('one key: replayed, and never for another file', async t => {
    const indicator = await fresh()
    const rows = cells(indicator, 2 * CHUNK + 1)
    rows[2 * CHUNK]!.agency = 'NONE'
    const file = written(rows, NDJSON)
    const first = await push(file, { key: 'once' })
    t.match([first.status, first.body['counts'].created], [200, 2 * CHUNK])
    const before = await figures()
    for (const [what, body, headers] of [['the same', file, {}], ['gzip', gzipSync(file), { 'content-encoding': 'gzip' }], ['gzip at another level', gzipSync(file, { level: 1 }), { 'content-encoding': 'x-gzip' }], ['a charset', file, { 'content-type': `${NDJSON}; charset=utf-8` }]] as const) {
      const again = await push(body, { key: 'once', headers })
      t.same([again.status, again.replayed, again.body, again.headers['location']], [200, true, first.body, first.headers['location']], what)
    }
    const others: [string, Promise<{ status: number, body: Body }>][] = [
      ['another file', push(`${file}\n`, { key: 'once' })],
      ['a short one', push(rows.slice(0, 1), { key: 'once' })],
      ['another mode', push(rows.slice(0, 1), { key: 'once', mode: 'atomic' })],
      ['another type', push(file, { key: 'once', type: CSV, headers: {} })]
    ]
    for (const [what, sent] of others) {
      const { status, body } = await sent
      if (what === 'another type') t.equal(status, 400, what)
      else t.same([status, body['code']], [422, 'idempotency_key_reused'], what)
    }
    t.same(await figures(), before)
    t.equal(Number(await one('select count(*) from submissions where id = $1', [first.body['id']])), 1)
  })
})

t.test('as large as they are', async t => {
  const { push, fresh, rowsOf, get, post, one, stored } = await world(t)
  await t.test('a receipt shows the first thousand rows that are not plain successes, and says that there are more', async t => {
    const indicator = await fresh()
    /** So many wrong rows, one in three, from the second on. */
    const file = (count: number, wrong: number) => cells(indicator, count).map((row, i) => i % 3 === 1 && i / 3 < wrong ? { ...row, agency: 'NONE' } : row)
    const first = (count: number) => Array.from({ length: Math.min(count, 1000) }, (_, i) => 3 * i + 1)
    for (const [count, wrong] of [[2500, 800], [3003, 1000], [3006, 1001], [2 * FULL + 10, 1600]] as const) {
      const rows = file(count, wrong)
      const expected = [first(wrong), wrong > 1000 ? true : undefined]
      const shown = ({ exceptions, truncated }: Body) => [exceptions.map((row: Body) => row['position']), truncated]
      for (const mode of ['atomic', 'partial']) {
        const what = `${mode}, ${wrong} of ${count}`
        const tried = await push(rows, { mode, query: '&dryRun=true' })
        t.same(shown(tried.body['receipt'] ?? tried.body), expected, `${what}, tried`)
        const done = await push(rows, { mode })
        t.equal(done.status, mode === 'atomic' ? 422 : 200)
        const receipt: Body = done.body['receipt'] ?? done.body
        t.same(shown(receipt), expected, what)
        t.same(shown(await get(`/v1/submissions/${receipt['id']}`)), expected, `${what}, read`)
        if (mode === 'atomic') t.same([done.body['errors'].length, done.body['errors'][99].pointer, done.body['truncated']], [100, '/rows/298/agency', true])
        t.equal((await get(`${receipt['rows']}?outcome=rejected&count=exact&limit=1`))['count'], wrong)
      }
    }
    const one = await push(file(2400, 1), { mode: 'atomic' })
    t.same([one.body['receipt'].exceptions.length, one.body['receipt'].truncated, one.body['truncated']], [1, undefined, undefined], 'rows that were not written are none')
    const warned = await fresh()
    t.equal((await post('/v1/quality-rules', { code: 'NHAC-HET', name: { vi: 'x' }, kind: 'range', params: { maximum: '-1' }, severity: 'warn', state: 'active', indicators: [warned] })).status, 201)
    for (const query of ['&dryRun=true', '']) {
      const { body } = await push(cells(warned, 1001), { mode: 'atomic', query })
      t.same([body['counts'].warned, body['exceptions'].length, body['truncated']], [1001, 1000, true])
    }
  })

  await t.test('quality rules see the rows of earlier chunks', async t => {
    const [indicator, filler] = [await fresh(), await fresh()]
    for (const [code, severity, indicators] of [['TONG', 'block', [indicator]], ['NHAC', 'warn', [filler]]] as const) {
      const kind = severity === 'block' ? { kind: 'parts', params: { of: 'children', tolerance: '0' } } : { kind: 'range', params: { maximum: '500' } }
      t.equal((await post('/v1/quality-rules', { code, name: { vi: code }, ...kind, severity, state: 'active', indicators })).status, 201)
    }
    const rows = cells(filler, 2 * FULL + 100)
    const at = (position: number, agency: string, period: string, value: string) => { rows[position] = { indicator, agency, period, value } }
    for (const [position, period, total] of [[10, '2025-Q1', '31'], [11, '2025-Q2', '30']] as const) {
      at(position, 'H1', period, '10')
      at(FULL + position, 'H2', period, '20')
      at(2 * FULL + position, PROVINCE, period, total)
    }
    // the total first
    at(12, PROVINCE, '2025-Q3', '31')
    at(FULL + 12, 'H1', '2025-Q3', '10')
    at(2 * FULL + 12, 'H2', '2025-Q3', '20')
    const { body } = await push(rows)
    const high = rows.filter(row => row.indicator === filler && Number(row.value) > 500).length
    t.match(body['counts'], { received: 5100, created: 5098, rejected: 2, warned: high })
    t.same((await rowsOf(body, '&outcome=rejected')).map(row => [row['position'], row['agency'], row['period'], problems(row)]),
      [[2 * FULL + 10, PROVINCE, '2025-Q1', '/value quality_rule'], [2 * FULL + 12, 'H2', '2025-Q3', '/value quality_rule']])
    t.equal((await rowsOf(body, '&warned=true')).length, high)
    t.equal((await get(`${body['rows']}?warned=true&outcome=created&count=exact&limit=1`))['count'], high)
    t.equal((await get(`${body['rows']}?warned=false&count=exact&limit=1`))['count'], 5100 - high)
    t.equal(Number(await one('select count(*) from quality_outcomes where submission_id = $1', [body['id']])), high + 2)
    t.same([body['exceptions'].length, body['truncated']], [1000, true])
    t.same((await get(`/v1/submissions/${body['id']}`))['exceptions'], body['exceptions'], 'rejected and warned together, in order')
  })

  await t.test('atomic: all or nothing, however many chunks it would be', async t => {
    const indicator = await fresh()
    const rows = cells(indicator, 6000)
    const wrong = await push(rows.map((row, i) => i === 5990 ? { ...row, value: '-1' } : row), { mode: 'atomic' })
    t.equal(wrong.status, 422)
    t.match(wrong.body, { code: 'submission_rejected', receipt: { state: 'rejected', counts: { received: 6000, created: 0, revised: 0, unchanged: 0, rejected: 1, warned: 0 } } })
    t.same(wrong.body['errors'].map((one: Body) => [one['pointer'], one['code']]), [['/rows/5990/value', 'value_out_of_range']])
    t.equal(await stored(indicator), 0)
    t.same((await rowsOf(wrong.body['receipt'], '&outcome=rejected')).map(row => [row['position'], row['line']]), [[5990, 5991]])
    t.equal((await get(`${wrong.body['receipt'].rows}?outcome=not_written&count=exact&limit=1`))['count'], 5999)
    const right = await push(rows, { mode: 'atomic' })
    t.same([right.status, right.body['state'], right.body['counts'].created], [201, 'completed', 6000])
    t.equal(Number(await one('select count(distinct xmin::text) from measurements where indicator_code = $1', [indicator])), 1, 'one transaction')
    t.equal(Number(await one('select count(*) from submission_chunks where submission_id = $1', [right.body['id']])), 1)

    const many = await push('{}\n'.repeat(20_001), { mode: 'atomic' })
    t.same([many.status, many.body['limit']], [413, 20_000])
    t.match(many.body['detail'], /20000 rows.*partial/)
    t.equal((await push('{}\n'.repeat(20_001), { mode: 'atomic', query: '&dryRun=true' })).status, 413)
  })
})
