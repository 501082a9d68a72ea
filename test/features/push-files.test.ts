import t from 'tap'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { CSV, JSON_BODY, NDJSON, PROVINCE, cells, problems, world, written, type Sent } from './pushing.js'
import { indicator as indicatorOf, type Body } from './registry.js'
import { MANGLED } from './spreadsheet-files.js'

const codesOf = (body: Body): string[] => (body['errors'] as Body[] ?? []).map(({ pointer, parameter, code }) => `${pointer ?? parameter} ${code}`)

t.test('files as they come', async t => {
  const { app, push, fresh, rowsOf, stored, one, post } = await world(t)
  const indicator = await fresh()
  const row = (cell: number, more: object = {}) => ({ ...cells(indicator, cell + 1)[cell]!, ...more })
  const line = (cell: number, more: object = {}) => JSON.stringify(row(cell, more))
  const nothing = async () => [Number(await one('select count(*) from submissions')), Number(await one('select count(*) from measurements')), Number(await one('select count(*) from idempotency_keys'))]

  await t.test('broken lines: rejected rows, and in atomic none is written', async t => {
    const lines = [line(0), '{"indicator":', '', line(1, { value: 5 }), line(2, { extra: 'x' }), '[1]', `  ${line(3)}\r`, '{"indicator":"X","agency":"\\u0000","period":"2025"}', '{"note":"\\ud800"}', '   ', line(4, { breakdown: { cell: 'c4', cell2: 'x'.repeat(65) } }), '{}', line(5, { indicator: '  ' })]
    const expected = [
      [1, 2, ' not_json'], [2, 4, '/value wrong_type'], [3, 5, '/extra unknown_field'], [4, 6, ' not_an_object'], [6, 8, '/agency nul_character, /indicator unknown_indicator'], [7, 9, '/note lone_surrogate, /indicator required, /agency required, /period required'],
      [8, 11, '/breakdown/cell2 too_long'], [9, 12, '/indicator required, /agency required, /period required'], [10, 13, '/indicator unknown_indicator']
    ]
    const told = (rows: Body[]) => rows.map(row => [row['position'], row['line'], (row['problems'] as Body[]).map(({ pointer, code }) => `${pointer} ${code}`).join(', ')])
    const atomic = await push(lines.join('\n'), { mode: 'atomic' })
    t.equal(atomic.status, 422)
    t.match(atomic.body['receipt'], { state: 'rejected', counts: { received: 11, created: 0, rejected: 9 } })
    t.same(told(atomic.body['receipt'].exceptions), expected)
    t.equal(atomic.body['errors'][0].pointer, '/rows/1')
    t.equal(await stored(indicator), 0)
    t.same((await rowsOf(atomic.body['receipt'])).map(row => row['line']), [1, 2, 4, 5, 6, 7, 8, 9, 11, 12, 13])
    const partial = await push(lines.join('\n'))
    t.match([partial.status, partial.body['counts']], [200, { received: 11, created: 2, rejected: 9 }])
    t.same(told(partial.body['exceptions']), expected)
    // what can be said of the row although it cannot be read
    t.match(partial.body['exceptions'][1], { itemId: 'r1', indicator, agency: PROVINCE, period: '2025-Q1' })
    t.match((await push(lines.join('\r\n'))).body['counts'], { received: 11, unchanged: 2, rejected: 9 })
  })

  await t.test('a row that stands twice names the first, by its line where there are lines', async t => {
    const twice = async (file: string | Buffer, type: string, query = '') =>
      (await push(file, { type, query })).body['exceptions'].map((row: Body) => [row['position'], row['line'], problems(row), /as (.*);/.exec(row['problems'][0].detail)?.[1]])
    const as = (position: number, line: number) => `line ${line} (position ${position}, counted from 0)`
    const [a, b] = [line(200, { value: '1' }), line(201, { value: '2' })]
    t.same(await twice([a, b, a, b].join('\n'), NDJSON), [[2, 3, 'duplicate_row', as(0, 1)], [3, 4, 'duplicate_row', as(1, 2)]])
    t.same(await twice(['', a, '', '', b, a, '', b].join('\n'), NDJSON), [[2, 6, 'duplicate_row', as(0, 2)], [3, 8, 'duplicate_row', as(1, 5)]])
    t.same(await twice(written([row(200, { value: '1' }), row(201, { value: '2' }), row(201), row(200)], JSON_BODY), JSON_BODY), [[2, undefined, 'duplicate_row', 'row 1 (counted from 0)'], [3, undefined, 'duplicate_row', 'row 0 (counted from 0)']])
    const csv = written([row(200, { value: '1', note: '"a\nb"' }), row(201, { value: '2' }), row(200), row(201)], CSV)
    t.same(await twice(csv, CSV), [[2, 5, 'duplicate_row', as(0, 2)], [3, 6, 'duplicate_row', as(1, 4)]])
    // the first in one chunk, the second in another; and in a file whose rows follow each other line by line
    const many = cells(await fresh(), 2600).map(one => JSON.stringify(one))
    t.same(await twice([...many.slice(0, 10), '', ...many.slice(10), many[5], many[2590]].join('\n'), NDJSON), [[2600, 2602, 'duplicate_row', as(5, 6)], [2601, 2603, 'duplicate_row', as(2590, 2592)]])
    for (const query of ['', '&dryRun=true']) t.same(await twice([...many, many[2599]].join('\n'), NDJSON, query), [[2600, 2601, 'duplicate_row', as(2599, 2600)]])
  })

  await t.test('a receipt takes any text that a row may have', async t => {
    const itemId = '"\\{},\u00ad\u2028🙂đ\ufeff'
    const note = `NULL\n"a","b"\\N\t${'🙂'.repeat(900)}`
    const { status, body } = await push([row(30, { itemId, note, reason: '\\', evidence: 'https://example.vn/?a="b"&c=\\'.replaceAll('"', '%22').replaceAll('\\', '%5C') }), row(31, { itemId: 'null', note: 'null' }), row(32, { note: 'NULL' })])
    t.match([status, body['counts']], [200, { created: 3 }])
    t.same((await rowsOf(body)).map(found => found['itemId']), [itemId, 'null', 'r32'])
    t.same((await app.pool.query('select note from measurements where submission_id = $1 order by breakdown_key', [body['id']])).rows.map(found => found.note), [note, 'null', 'NULL'])
    t.match((await push([row(30, { note }), row(31, { note: 'null' })])).body['counts'], { revised: 0, unchanged: 2 }, 'without the evidence it says nothing of it')
  })

  await t.test('JSON is one document: a fault of form and nothing of it is taken', async t => {
    const before = await nothing()
    for (const mode of ['atomic', 'partial']) {
      const refused = async (payload: string, more: Partial<Sent> = {}) => {
        const { status, body } = await push(payload, { mode, type: JSON_BODY, ...more })
        return [status, ...codesOf(body)]
      }
      t.same(await refused(written([row(40), row(41, { value: 5 }), row(42, { x: 1, period: null })], JSON_BODY)), [400, '/rows/1/value wrong_type', '/rows/2/x unknown_field', '/rows/2/period wrong_type'])
      t.same(await refused(`{"rows":[${line(40)},]}`), [400, ' not_json'])
      t.same(await refused(`{"rows":[${line(40)}`), [400, ' not_json'])
      t.same(await refused('{"rows":[]}'), [400, '/rows too_few'])
      t.same(await refused('{"mode":"partial"}'), [400, '/rows required'])
      t.same(await refused(`{"rows":[${line(40)}],"dryRun":true}`), [400, '/dryRun unknown_field'])
      t.same(await refused(`{"rows":[${line(40)}],"mode":"all"}`), [400, '/mode not_one_of'])
      // the envelope and its rows together
      t.same(await refused(`{"rows":[${line(40)},{}],"mode":"all","dryRun":true}`), [400, '/dryRun unknown_field', '/mode not_one_of', '/rows/1/indicator required', '/rows/1/agency required', '/rows/1/period required'])
      t.same(await refused('{"rows":[],"mode":"all"}'), [400, '/mode not_one_of', '/rows too_few'])
      t.same(await refused('{"mode":"all"}'), [400, '/mode not_one_of', '/rows required'])
      t.match((await push('{"rows":[{}],"x":1}', { mode, type: JSON_BODY })).body['errors'][0].detail, /The fields are: mode, rows\.$/)
      t.same(await refused(`{"rows":[${line(40)}],"rows":[]}`), [400, '/rows duplicate_key'])
      t.same(await refused(`{"rows":[${line(40)},{"note":"\\u0000"}]}`), [400, '/rows/1/note nul_character', '/rows/1/indicator required', '/rows/1/agency required', '/rows/1/period required'])
      t.same(await refused(`\ufeff${written([row(40)], JSON_BODY)}`), [400, ' byte_order_mark'])
      t.same(await refused(''), [400, ' empty_body'])
      t.same(await refused(`{"rows":[${line(40)}],"mode":"${mode === 'atomic' ? 'partial' : 'atomic'}"}`), [400, 'mode contradiction'])
      t.equal((await push(written(Array.from({ length: 101 }, (_, i) => row(i, { value: i })), JSON_BODY), { mode, type: JSON_BODY })).body['truncated'], true)
      // past the first chunk, too
      t.same(await refused(written([...cells(indicator, 2600), row(1, { value: false })], JSON_BODY)), [400, '/rows/2600/value wrong_type'])
    }
    t.same(await nothing(), before)
  })

  await t.test('files that are refused whole', async t => {
    const before = await nothing()
    const csv = written([row(50)], CSV)
    const files: [what: string, type: string, file: string | Buffer, ...expected: (string | number)[]][] = [
      ['empty', NDJSON, '', 400, ' empty_body'],
      ['blank', NDJSON, '\n\n  \r\n', 400, ' no_rows'],
      ['marked', NDJSON, `\ufeff${line(50)}`, 400, ' byte_order_mark'],
      ['empty', CSV, '', 400, ' empty_body'],
      ['a byte order mark alone', CSV, '\ufeff', 400, ' empty_body'],
      ['only a header', CSV, csv.split('\r\n')[0]!, 400, ' no_rows'],
      ['only a header, and a line feed', CSV, `${csv.split('\r\n')[0]!}\r\n`, 400, ' no_rows'],
      ['an unknown column', CSV, csv.replace('note', 'notes'), 400, '/notes unknown_column'],
      ['__proto__', CSV, csv.replace('note', '__proto__'), 400, '/__proto__ unknown_column'],
      ['a break-down by __proto__', CSV, csv.replace('breakdown.cell', 'breakdown.__proto__'), 400, '/breakdown.__proto__ unknown_column'],
      ['a column twice', CSV, csv.replace('note', 'value'), 400, '/value duplicate_column'],
      ['without a column that must be', CSV, csv.replace('agency,', 'note,').replace(/,note\r/, ',reason\r'), 400, '/agency missing_column'],
      ['the other delimiter', CSV, csv.replaceAll(',', ';'), 400],
      ['a cell without an end', CSV, `${csv}\r\n"x`, 400, ' quote_not_closed'],
      ['no UTF-8 in the header', CSV, Buffer.concat([Buffer.from([0xff]), Buffer.from(csv)]), 400, ' invalid_utf8'],
      ['a line without an end', NDJSON, 'x'.repeat(70_000), 413],
      ['a line without an end', CSV, `${csv}\r\n${'x'.repeat(70_000)}`, 413],
      ['many columns', CSV, `${'a,'.repeat(65)}b\n1`, 413]
    ]
    for (const [what, type, file, status, ...codes] of files) {
      const answer = await push(file, { type })
      t.equal(answer.status, status, `${what}, ${type}`)
      t.match(answer.headers['content-type'], /^application\/problem\+json/)
      if (codes.length > 0) t.same(codesOf(answer.body), codes, `${what}, ${type}`)
      if (status === 413) t.type(answer.body['limit'], 'number', 'the limit is named')
    }
    t.same(await nothing(), before)
    t.equal(({} as Record<string, unknown>)['x'], undefined)
  })

  await t.test('CSV as it is written elsewhere', async t => {
    const head = 'note;value;period;agency;indicator;breakdown.cell;itemId'
    const body = [`"a ""b""; c\r\nd";1,5;2025-Q1;${PROVINCE};${indicator};c60;'=1+1`, `;2;2025-Q1;${PROVINCE};${indicator};c61;`, `;2.5;2025-Q1;${PROVINCE};${indicator};c62;p`, `x\0;1;2025-Q1;${PROVINCE};${indicator};c63;n`, `;1;2025-Q1;${PROVINCE};${indicator}`]
    const file = Buffer.concat([Buffer.from(`\ufeff${[head, ...body].join('\r\n')}\r\n`), Buffer.from([0xff]), Buffer.from(`;1;2025-Q1;${PROVINCE};${indicator};c64;l`)])
    const { status, body: receipt } = await push(file, { type: CSV, query: '&delimiter=%3B&decimalComma=true' })
    t.match([status, receipt['counts']], [200, { received: 6, created: 2, rejected: 4 }])
    t.same(receipt['exceptions'].map((row: Body) => [row['position'], row['line'], problems(row)]), [[2, 5, '/value not_a_decimal'], [3, 6, '/note nul_character'], [4, 7, 'wrong_cell_count'], [5, 8, 'invalid_utf8']])
    const rows = await rowsOf(receipt)
    t.same(rows.map(row => row['itemId']).slice(0, 2), ['=1+1', undefined])
    t.same((await app.pool.query('select note, value from measurements where submission_id = $1 order by breakdown_key', [receipt['id']])).rows, [{ note: 'a "b"; c\r\nd', value: '1.5' }, { note: null, value: '2' }])
    t.equal((await push(file, { type: CSV, query: '&delimiter=%3B&decimalComma=true', mode: 'atomic' })).status, 422)
  })

  await t.test('a point or a comma at the thousands of a count', async t => {
    const ratio = await fresh({ valueKind: 'ratio', aggregation: 'ratio_of_sums', decimals: 2, unit: '%', maximum: '100' })
    const table = (...rows: string[]) => ['indicator;agency;period;numerator;denominator', ...rows.map(row => `${ratio};${PROVINCE};2025-Q1;${row}`)].join('\n')
    const shapes: [string, string, string][] = [
      ['12,345;96010', '&decimalComma=true', '/numerator too_many_decimals'],
      ['88,450;96,010', '&decimalComma=true', '/numerator too_many_decimals, /denominator too_many_decimals'],
      ['88.450;96.010', '&decimalComma=true', '/numerator not_a_decimal, /denominator not_a_decimal'],
      ['88.450;96.010', '', '/numerator too_many_decimals, /denominator too_many_decimals'],
      ['88,450;96,010', '', '/numerator not_a_decimal, /denominator not_a_decimal'],
      ['1.088.450;1.096.010', '', '/numerator not_a_decimal, /denominator not_a_decimal'],
      ['88 450;96\u00a0010', '', '/numerator not_a_decimal, /denominator not_a_decimal']
    ]
    for (const [row, query, expected] of shapes) {
      const { body } = await push(table(row), { type: CSV, query: `&delimiter=%3B${query}` })
      t.same(body['exceptions'].map(problems), [expected], `${row} ${query}`)
    }
    const whole = { indicator: ratio, agency: PROVINCE, period: '2025-Q1', numerator: '88.450', denominator: '96.010' }
    for (const type of [JSON_BODY, NDJSON]) {
      const { body } = await push(written([whole], type), { type })
      t.same(body['exceptions'].map(problems), ['/numerator too_many_decimals, /denominator too_many_decimals'], type)
    }
    t.equal((await push(table('88450;96010'), { type: CSV, query: '&delimiter=%3B' })).body['counts'].created, 1)
  })

  await t.test('what spreadsheets make of a file', async t => {
    const indicator = await fresh()
    await post('/v1/indicators', indicatorOf('TY-LE', 'Tỷ lệ', { maximum: '99.5' }))
    const filled = (text: string) => text.replaceAll('{i}', indicator).replaceAll('{p}', PROVINCE).replaceAll('{i:\u2011}', indicator.replaceAll('-', '\u2011'))
    for (const { what, file, query = '', type = CSV, stored = [], refused, rejected = [] } of MANGLED) {
      const bytes = typeof file === 'string' ? filled(file) : Buffer.from(filled(file.toString('latin1')), 'latin1')
      const { status, body } = await push(bytes, { type, query })
      if (refused !== undefined) {
        t.same([status, codesOf(body)[0]], [refused.status, refused.code], what)
        t.match(body['errors'][0].detail, refused.says, what)
        continue
      }
      t.equal(status, 200, `${what} ${JSON.stringify(body['errors'])}`)
      const told = (body['exceptions'] as Body[]).flatMap(({ line, problems }) => problems.map(({ pointer, code, detail }: Body) => [`${line} ${pointer} ${code}`, detail]))
      t.same(told.map(([code]) => code), rejected.map(([code]) => code), what)
      rejected.forEach(([, says], i) => t.ok(told[i]?.[1].includes(says), `${what}: ${told[i]?.[1]}`))
      const { rows } = await app.pool.query('select value, note from measurements where submission_id = $1 order by breakdown_key', [body['id']])
      t.same(rows.map(({ value, note }) => [value, note]), stored.map(([value, note]) => [value, note ?? null]), what)
    }
    t.equal(await one('select observed_at::text from measurements where breakdown_key = $1 and indicator_code = $2', ['cell=c22', indicator]), '2025-04-01 08:30:00.123456+00', 'cut, not rounded')
  })

  await t.test('seven digits of a second in every format', async t => {
    const observedAt = '2025-04-01T15:30:00.1234567+07:00'
    const cut = async (cell: number) => await one('select observed_at::text from measurements where breakdown_key = $1 and indicator_code = $2', [`cell=c${cell}`, indicator])
    t.match((await push([row(120, { observedAt })])).body['counts'], { created: 1 })
    t.match((await push([row(121, { observedAt: '2025-04-01T08:30:00.999999999Z' })], { type: JSON_BODY })).body['counts'], { created: 1 })
    t.equal((await post('/v1/measurements', row(122, { observedAt }))).status, 201)
    t.same([await cut(120), await cut(121), await cut(122)], ['2025-04-01 08:30:00.123456+00', '2025-04-01 08:30:00.999999+00', '2025-04-01 08:30:00.123456+00'])
    t.match((await push([row(120, { observedAt: '2025-04-01T08:30:00.1234561Z', value: '9', reason: 'x' })])).body['counts'], { revised: 1 }, 'the same instant once it is cut')
  })

  await t.test('fields that are not ours, in JSON and its lines', async t => {
    const more = { stt: 5, 'Người nhập': 'An' }
    const query = `&ignoreColumns=stt&ignoreColumns=${encodeURIComponent('Người nhập')}`
    t.match((await push([row(130, more)], { query })).body['counts'], { created: 1 })
    t.match((await push([row(131, more)], { query, type: JSON_BODY })).body['counts'], { created: 1 })
    t.same(codesOf((await push([row(131, { ...more, other: 1 })], { query, type: JSON_BODY })).body), ['/rows/0/other unknown_field'])
    t.match((await push([row(132, more)])).body['counts'], { rejected: 1 })
  })

  await t.test('parameters', async t => {
    const refused = async (query: string, type: string) => {
      const { status, body } = await push(written([row(70)], type), { type, query })
      return [status, ...codesOf(body)]
    }
    for (const type of [JSON_BODY, NDJSON]) {
      t.same(await refused('&delimiter=%2C', type), [400, 'delimiter csv_only'])
      t.same(await refused('&decimalComma=false', type), [400, 'decimalComma csv_only'])
      t.same(await refused('&ignoreColumns=value', type), [400, 'ignoreColumns own_column'])
    }
    t.equal((await refused('&delimiter=%09', CSV))[0], 400)
    t.equal((await refused('&decimalComma=yes', CSV))[0], 400)
    t.same(await refused('&what=1', NDJSON), [400, 'what unknown_parameter'])
    t.equal((await refused('&dryRun=true&dryRun=true', NDJSON))[0], 400)
    t.equal((await refused('&mode=partial', NDJSON))[0], 400)
    t.equal((await push([row(70)], { mode: 'all' })).status, 400)
    t.equal((await push(line(70), { type: 'text/plain' })).status, 415)
  })

  await t.test('codings', async t => {
    const file = Buffer.from(line(80))
    for (const [coding, body, status] of [
      ['gzip', gzipSync(file), 200], ['x-gzip', gzipSync(file), 200], ['GZIP', gzipSync(file), 200], ['br', brotliCompressSync(file), 200], ['identity', file, 200],
      ['deflate', deflateSync(file), 415], ['gzip, br', gzipSync(file), 415], ['zstd', file, 415],
      ['gzip', file, 400], ['gzip', gzipSync(file).subarray(0, 30), 400], ['gzip', Buffer.concat([gzipSync(file), Buffer.from('x')]), 400], ['br', gzipSync(file), 400]
    ] as const) {
      const answer = await push(body, { headers: { 'content-encoding': coding } })
      t.equal(answer.status, status, `${coding} ${status}`)
      if (status === 415) t.equal(answer.headers['accept-encoding'], 'gzip, br')
      if (status === 400) t.same(codesOf(answer.body), ['Content-Encoding damaged_coding'])
    }
    t.equal(await one('select count(*) from measurements where breakdown_key = $1 and indicator_code = $2', ['cell=c80', indicator]), '1')
  })

  await t.test('without a key, and with one that is none', async t => {
    const before = await nothing()
    const without = await push([row(90)], { key: '' })
    t.same([without.status, without.body['code'], codesOf(without.body)], [400, 'idempotency_key_required', ['idempotency-key required']])
    t.equal((await push([row(90)], { key: '', query: '&dryRun=true' })).status, 400)
    t.equal((await push([row(90)], { key: 'x'.repeat(256) })).status, 400)
    t.equal((await push([row(90)], { key: 'é' })).status, 400)
    t.same(await nothing(), before)
    // what was refused for its form is not remembered: the key is free for the corrected file
    t.equal((await push('', { key: 'form' })).status, 400)
    const right = await push([row(90)], { key: 'form' })
    t.same([right.status, right.replayed], [200, false])
    const rejected = await push([row(91, { agency: 'NONE' })], { key: 'rejected', mode: 'atomic' })
    const again = await push([row(91, { agency: 'NONE' })], { key: 'rejected', mode: 'atomic' })
    t.same([rejected.status, again.status, again.replayed, again.body], [422, 422, true, rejected.body], 'a refusal with a receipt is')
  })
})
