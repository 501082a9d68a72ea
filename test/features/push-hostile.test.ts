import t from 'tap'
import { gzipSync } from 'node:zlib'
import { CSV, JSON_BODY, NDJSON, PROVINCE, cells, problems, world, written } from './pushing.js'
import type { Body } from './registry.js'

const HEADER = 'indicator,agency,period,value,note'
const LINE = 64 * 1024

t.test('hostile files: refused or rejected, and nothing else', async t => {
  const { push, get, fresh, stored, one } = await world(t)
  const indicator = await fresh()
  const good = { indicator, agency: PROVINCE, period: '2025-Q1', value: '1' }
  const goodRecord = `${indicator},${PROVINCE},2025-Q1,1,`
  const told = ({ exceptions }: Body) => exceptions.map((row: Body) => [row['line'], problems(row)])

  await t.test('100 MB without a line feed', async t => {
    const endless = Buffer.alloc(100_000_000, 'x')
    t.match(await push(endless), { status: 413, body: { code: 'content_too_large', limit: LINE, line: 1 } }, 'as it is')
    // the others as 100 KB, which are refused for what they unpack to; where else there may be no end, test/http/stream-rows.test.ts asks the parsers
    const zipped = gzipSync(endless, { level: 1 })
    for (const [what, type, before] of [
      ['a cell', CSV, `${HEADER}\n${goodRecord}\n`], ['a quoted cell', CSV, `${HEADER}\n${goodRecord}\n"`],
      ['a text', JSON_BODY, `{"rows":[${JSON.stringify(good)},{"note":"`]
    ] as const) {
      const { status, body } = await push(Buffer.concat([gzipSync(before), zipped]), { type, headers: { 'content-encoding': 'gzip' } })
      t.match([status, body], [413, { code: 'compression_ratio_exceeded' }], what)
    }
  })

  await t.test('a million columns, fields, cells', async t => {
    const many = 1_000_000
    const fields = `{${Array.from({ length: many }, (_, i) => `"f${i}":1`).join(',')}}`
    const answers = [
      await push(`${'a,'.repeat(many)}a\n1`, { type: CSV }),
      await push(`${'breakdown.a,'.repeat(many)}indicator\n1`, { type: CSV }),
      await push(`${HEADER}\n${goodRecord}\n${','.repeat(many)}`, { type: CSV }),
      await push(`${JSON.stringify(good)}\n${fields}`),
      await push(`{"rows":[${fields}]}`, { type: JSON_BODY }),
      await push(`{"rows":[${JSON.stringify(good)}],${fields.slice(1)}`, { type: JSON_BODY })
    ]
    for (const [i, { status, body }] of answers.entries()) t.match([status, body], [413, { code: 'content_too_large', limit: LINE }], `${i}`)
    // as many as a line holds
    const header = `${HEADER},${Array.from({ length: 4000 }, (_, i) => `breakdown.d${i}`).join(',')}`
    const { status, body } = await push(`${header}\n${goodRecord}${',x'.repeat(4000)}\n${goodRecord}${',x'.repeat(30_000)}\n${goodRecord}${','.repeat(4000)}`, { type: CSV })
    t.match([status, body['counts']], [200, { received: 3, created: 1, rejected: 2 }])
    t.same(told(body), [[2, '/breakdown too_many'], [3, 'wrong_cell_count']])
  })

  await t.test('5,001 problems: in a row, in the rows of a file, in a document', async t => {
    const unknown = Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`f${i}`, 1]))
    const row = await push(JSON.stringify({ ...good, agency: 'NONE', ...unknown }))
    t.equal(row.status, 200)
    t.same(row.body['exceptions'][0].problems.map(({ code }: Body) => code), [...Array(100).fill('unknown_field'), 'unknown_agency'], 'of form a hundred')

    const rows = cells(indicator, 5001, { agency: 'NONE', value: '1.23456', reason: '' })
    for (const type of [NDJSON, CSV]) {
      const of = type === CSV ? '/agency unknown_agency, /value too_many_decimals' : '/reason too_short, /agency unknown_agency, /value too_many_decimals'
      for (const mode of ['partial', 'atomic']) {
        const { status, body } = await push(rows, { type, mode })
        t.equal(status, mode === 'atomic' ? 422 : 200)
        const receipt: Body = body['receipt'] ?? body
        t.match(receipt, { state: mode === 'atomic' ? 'rejected' : 'completed', truncated: true, counts: { received: 5001, rejected: 5001 } })
        t.same(told(receipt), Array.from({ length: 1000 }, (_, i) => [type === CSV ? i + 2 : i + 1, of]))
        t.equal((await get(`${receipt['rows']}?outcome=rejected&count=exact&limit=1`))['count'], 5001)
        if (mode === 'atomic') t.match([body['errors'].length, body['truncated']], [100, true])
      }
    }
    const document = await push(written(rows, JSON_BODY), { type: JSON_BODY })
    t.match([document.status, document.body], [400, { code: 'invalid_request', truncated: true }])
    t.equal(document.body['errors'].length, 100)
  })

  await t.test('NUL, halves of surrogate pairs and bytes that are no text, wherever they stand', async t => {
    const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map(part => Buffer.from(part as string)))
    const half = [0xed, 0xa0, 0x80]
    const lines = bytes('\0\n', half, '\n', '{"a\\u0000":1}\n', '{"\\ud800":1}\n', '{"indicator":"\\ud800\\u0000","agency":"NONE","period":"\\u0000"}\n', '{"indicator":"', half, '"}\n', '\0'.repeat(1000), '\n', JSON.stringify({ ...good, period: '2025-Q2' }), '\n')
    const missing = '/indicator required, /agency required, /period required'
    const { status, body } = await push(lines)
    t.match([status, body['counts']], [200, { received: 8, rejected: 7 }])
    t.same(told(body), [
      [1, 'not_json'], [2, 'invalid_utf8'], [3, `/a\ufffd nul_character, ${missing}`], [4, `/\ufffd lone_surrogate, ${missing}`],
      [5, '/indicator nul_character, /period nul_character, /agency unknown_agency'], [6, 'invalid_utf8'], [7, 'not_json']
    ])
    t.match(body['exceptions'][4], { indicator: '\ufffd\ufffd', agency: 'NONE', period: '\ufffd' }, 'what it names can be shown')
    t.same((await get(`/v1/submissions/${body['id']}`))['exceptions'], body['exceptions'], 'and stored')

    const records = await push(bytes(`${HEADER}\n`, '\0\n', half, '\n', `${indicator},\0,2025-Q1,1,\n`, 'NONE,', half, ',2025-Q1,1,\n', goodRecord.replace('Q1', 'Q3')), { type: CSV })
    t.same(told(records.body), [[2, 'wrong_cell_count'], [3, 'invalid_utf8'], [4, '/agency nul_character'], [5, 'invalid_utf8']])
    for (const [header, code] of [[bytes(`${HEADER},x\0`), '/x\ufffd unknown_column'], [bytes(`${HEADER},breakdown.\0`), '/breakdown.\ufffd unknown_column'], [bytes(`${HEADER},`, half), ' invalid_utf8']] as const) {
      const refused = await push(Buffer.concat([header, Buffer.from(`\n${goodRecord},`)]), { type: CSV })
      t.same([refused.status, ...refused.body['errors'].map((fault: Body) => `${fault['pointer']} ${fault['code']}`)], [400, code])
    }
  })

  t.equal(await stored(indicator), 3, 'what was right in them')
  t.equal(await one("select count(*) from submissions where state not in ('completed', 'rejected')"), '0')
})
