import { gzipSync } from 'node:zlib'
import t from 'tap'
import { STYLES, book, type Held } from '../http/workbooks.js'
import { CSV, JSON_BODY, NDJSON, PROVINCE, XLSX, cells, problems, world, written } from './pushing.js'
import type { Body } from './registry.js'

const codesOf = (body: Body): string[] => (body['errors'] as Body[] ?? []).map(({ pointer, parameter, code }) => `${pointer ?? parameter} ${code}`)

t.test('workbooks as they come', async t => {
  const { app, push, get, fresh, rowsOf, stored, one } = await world(t)
  const nothing = async () => [Number(await one('select count(*) from submissions')), Number(await one('select count(*) from measurements')), Number(await one('select count(*) from idempotency_keys'))]

  await t.test('a workbook', async t => {
    const indicator = await fresh()
    const head = ['indicator', 'agency', 'period', 'breakdown.cell', 'value', 'note', '#tên']
    const line = (cell: string, value: Held, note: Held = null): Held[] => [indicator, PROVINCE, '2025-Q1', cell, value, note, { str: 'x', f: 'A1' }]
    const rows = [head, line('c1', { n: '82.5', s: STYLES.decimals }, 'Đủ'), [], line('c2', '7'), line('c3', { n: '1E+3' })]
    const file = book(rows)
    const created = await push(file, { type: XLSX, mode: 'atomic', key: 'workbook' })
    t.match([created.status, created.body['counts']], [201, { received: 3, created: 3, leftEmpty: 0 }])
    t.same((await app.pool.query('select breakdown_key, value, note from measurements where indicator_code = $1 order by 1', [indicator])).rows, [
      { breakdown_key: 'cell=c1', value: '82.5', note: 'Đủ' }, { breakdown_key: 'cell=c2', value: '7', note: null }, { breakdown_key: 'cell=c3', value: '1000', note: null }
    ])
    t.same((await rowsOf(created.body)).map(row => row['line']), [2, 4, 5])
    t.match(await push(file, { type: XLSX, mode: 'atomic', key: 'workbook' }), { status: 201, replayed: true, body: created.body })
    t.match((await push(file, { type: XLSX })).body['counts'], { received: 3, unchanged: 3 })
    t.match((await push(gzipSync(file), { type: XLSX, headers: { 'content-encoding': 'gzip' }, key: 'workbook', mode: 'atomic' })), { replayed: true }, 'what counts are the bytes before they are compressed')

    const wrong = [...rows, line('c4', { n: '0.5', s: STYLES.percent }), line('c5', '1'), line('c6', { n: '12.25' }), [indicator, PROVINCE, { n: '45658', s: STYLES.months }, 'c7', { n: '1' }]]
    const refused = await push(book({ sheets: [{ rows: wrong, hidden: [7] }] }), { type: XLSX, mode: 'atomic' })
    t.same([refused.status, codesOf(refused.body)], [422, ['/rows/3/value percent_cell', '/rows/4 hidden_row', '/rows/5/value too_many_decimals', '/rows/6/period date_cell']])
    t.match(refused.body['errors'][0].detail, /^Cell Sheet1!E6 holds 0\.5 and shows it as 50%/)
    t.match(refused.body['receipt'], { counts: { received: 7, rejected: 4 } })
    t.equal(await stored(indicator), 3)
    const partial = await push(book({ sheets: [{ rows: wrong, hidden: [7] }] }), { type: XLSX })
    t.match([partial.status, partial.body['counts']], [200, { received: 7, unchanged: 3, rejected: 4 }])
    t.same(partial.body['exceptions'].map((row: Body) => [row['line'], row['indicator'], problems(row)]), [
      [6, indicator, '/value percent_cell'], [7, indicator, 'hidden_row'], [8, indicator, '/value too_many_decimals'], [9, indicator, '/period date_cell']
    ])
    t.match((await push(book([head, line('c8', '1,5')]), { type: XLSX, query: '&decimalComma=true' })).body['counts'], { created: 1 })

    const before = await nothing()
    const whole: [what: string, file: Buffer, type: string, query: string, expected: string, says: string][] = [
      ['the delimiter', file, XLSX, '&delimiter=%3B', 'delimiter csv_only', 'text/csv alone'],
      ['as CSV', file, CSV, '', ' workbook_as_text', `send it with the Content-Type ${XLSX}.`],
      ['as lines', file, NDJSON, '', ' workbook_as_text', ''],
      ['as JSON', file, JSON_BODY, '', ' workbook_as_text', ''],
      ['.xls as CSV', Buffer.from('d0cf11e0a1b11ae1', 'hex'), CSV, '', ' workbook_as_text', 'This is an .xls'],
      ['CSV as a workbook', Buffer.from(written(cells(indicator, 1), CSV)), XLSX, '', ' not_a_workbook', 'it is a text'],
      ['a column of somebody', book([[...head, 'STT'], line('c1', '1')]), XLSX, '', '/STT unknown_column', 'There is no column "STT".'],
      ['a column that must be', book([['indicator', 'agency', 'value'], ['x', 'y', '1']]), XLSX, '', '/period missing_column', ''],
      ['no rows', book([head]), XLSX, '', ' no_rows', ''],
      ['merged cells', book({ sheets: [{ rows, after: '<mergeCells><mergeCell ref="A2:A4"/></mergeCells>' }] }), XLSX, '', ' merged_cells', 'Sheet1!A2:A4']
    ]
    for (const [what, bytes, type, query, expected, says] of whole) {
      const { status, body } = await push(bytes, { type, query })
      t.same([status, codesOf(body)[0]], [400, expected], what)
      t.ok(body['errors'][0].detail.includes(says), `${what}: ${body['errors'][0].detail}`)
    }
    t.same(await nothing(), before)
    t.match((await push(book([[...head, 'STT'], [...line('c1', { n: '82.5' }), '1']]), { type: XLSX, query: '&ignoreColumns=STT' })).body['counts'], { unchanged: 1 })
  })

  await t.test('a template: rows into which nothing was filled are no rows', async t => {
    const indicator = await fresh()
    const head = ['#obligation', 'indicator', 'agency', 'period', 'breakdown.cell', 'value', 'quality', 'note']
    const line = (cell: number, value: string | null, note: string | null = null) => [`o-${cell}`, indicator, PROVINCE, '2025-Q1', `c${cell}`, value, 'official', note]
    const forms = (rows: (string | null)[][]): [string, Buffer | string][] => [[XLSX, book([head, ...rows])], [CSV, [head, ...rows].map(cells => cells.map(cell => cell ?? '').join(',')).join('\n')]]
    for (const [type, file] of forms([line(1, '1'), line(2, null), line(3, null, 'chưa có'), line(4, '4'), line(5, null)])) {
      const { status, body } = await push(file, { type })
      t.match([status, body['counts']], [200, { received: 3, rejected: 1, leftEmpty: 2 }], type)
      t.same(body['exceptions'].map((row: Body) => [row['position'], row['line'], problems(row)]), [[1, 4, '/value value_required']], 'a note without its figure is not lost')
      t.match(await get(`/v1/submissions/${body['id']}`), { counts: { received: 3, leftEmpty: 2 } })
      t.match((await push(file, { type, query: '&dryRun=true' })).body['counts'], { unchanged: 2, leftEmpty: 2 })
    }
    for (const [type, file] of forms([line(2, null), line(3, null)])) {
      const { status, body } = await push(file, { type, mode: 'atomic' })
      t.match([status, body['state'], body['counts']], [201, 'completed', { received: 0, leftEmpty: 2 }], `as it was made, ${type}`)
      t.same(await rowsOf(body), [])
      const replaced = await push(file, { type, mode: 'atomic', query: '&replaceScope=true&reason=x' })
      t.same([replaced.status, codesOf(replaced.body)], [422, ['/rows/0/value value_required', '/rows/1/value value_required']], 'where what is not named is withdrawn, all must be said')
    }
    const many = Array.from({ length: 6000 }, (_, i) => line(10 + i, i % 1000 === 0 ? '1' : null))
    const [[, workbook], [, csv]] = forms(many) as [[string, Buffer], [string, string]]
    t.match((await push(workbook, { type: XLSX })).body['counts'], { received: 6, created: 6, leftEmpty: 5994 })
    t.match((await push(csv, { type: CSV, mode: 'atomic' })).body['counts'], { received: 6, unchanged: 6, leftEmpty: 5994 })
    const full = Array.from({ length: 5200 }, (_, i) => line(10 + i, i % 2 === 0 || i < 3000 ? '1' : null))
    const long = await push(forms(full)[0]![1], { type: XLSX })
    t.match(long.body['counts'], { received: 4100, unchanged: 6, created: 4094, leftEmpty: 1100 }, 'in several chunks')
    t.match((await get(`/v1/submissions/${long.body['id']}`))['counts'], { received: 4100, leftEmpty: 1100 })
  })
})
