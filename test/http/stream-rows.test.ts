import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { parseJsonText } from '../../src/http/body.js'
import { STREAM_LIMITS, type StreamLimits } from '../../src/http/limits.js'
import { Problem } from '../../src/http/problem.js'
import { guard, openCsv, unguard, type CsvOptions } from '../../src/http/stream/csv.js'
import { openJsonRows } from '../../src/http/stream/json-rows.js'
import { openNdjson } from '../../src/http/stream/ndjson.js'
import type { Chunks, Row, RowFile } from '../../src/http/stream/rows.js'

/** Bytes in pieces of a size, each in the same block of memory, as a spool gives them; counts how far they were read. */
function pieces (bytes: Buffer | string, size = 65536): Chunks & { read: number } {
  const all = Buffer.from(bytes)
  return {
    read: 0,
    async * chunks () {
      const block = Buffer.alloc(size)
      for (let at = 0; at < all.length; at += size) {
        const length = all.copy(block, 0, at)
        this.read = at + length
        yield block.subarray(0, length)
        block.fill('?')
      }
    }
  }
}

type Seen = [line: number | undefined, value: unknown] | [line: number | undefined, value: undefined, faults: string[]]

async function seen (file: RowFile): Promise<Seen[]> {
  const rows: Row[] = []
  for await (const batch of file.batches()) {
    if (batch.length === 0 || batch.length > 1000) throw new Error(`a batch of ${batch.length}`)
    rows.push(...batch)
  }
  if (rows.length !== file.count) throw new Error(`${rows.length} rows, ${file.count} counted`)
  return rows.map(({ line, value, problems }) => problems === undefined ? [line, value] : [line, undefined, problems.map(({ pointer, code }) => `${pointer} ${code}`)])
}

/** What a file is refused for: its code, those of its errors, and the limit, the line or the offset that is named. */
async function refused (opening: Promise<RowFile>): Promise<unknown[]> {
  try {
    await opening
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { limit, line, offset } = error.extra
    return [error.code, ...error.errors.map(({ pointer, code }) => `${pointer} ${code}`), ...Object.entries({ limit, line, offset }).flatMap(([name, value]) => value === undefined ? [] : [`${name} ${value}`])]
  }
  return ['taken']
}

const limits: StreamLimits = { ...STREAM_LIMITS, lineBytes: 200, rows: 6, columns: 5 }
const columns = { id: 'text', value: 'decimal', note: 'text', at: 'plain' } as const
const csv: CsvOptions = { columns, required: ['id'], ignored: ['revision'], nested: { name: 'breakdown', accepts: key => key !== 'nothing' } }
const csvOf = (text: Buffer | string, options: Partial<CsvOptions> = {}, size?: number) => openCsv(pieces(text, size), { ...csv, ...options })

t.test('NDJSON', async t => {
  const lines = [
    '{"a":"1"}', ' {"b": [1, {"c": null}, true]} \r', '', '{"a":"Chuyển"}', '{"a":1,"a":2}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '   \t\r', '[1]', '"x"', 'null',
    '{"a":1}{"a":2}', '{"__proto__":{"x":1}}', '{"a":{"constructor":{"prototype":1}}}', '{"constructor":"c"}', `{"a":"${'ê'.normalize('NFD')}"}`, '{"a":"e\\u0302"}', '{"a":12345678901234567890}',
    `{"a":${'['.repeat(33)}${']'.repeat(33)}}`, `${'['.repeat(5000)}`, `{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`, '{"a":"x\\"y"}', '{"a/b":1,"a/b":2}', '{"a":1e400}', '{"a":NaN}', "{'a':1}", '{"a":1,}', '\ufeff{"a":1}', '{"last":"one"'
  ]
  const expected: Seen[] = [
    [1, { a: '1' }], [2, { b: [1, { c: null }, true] }], [4, { a: 'Chuyển' }], [5, undefined, ['/a duplicate_key']], [6, undefined, ['/a nul_character']], [7, undefined, ['/a lone_surrogate']],
    [9, undefined, [' not_an_object']], [10, undefined, [' not_an_object']], [11, undefined, [' not_an_object']], [12, undefined, [' not_json']], [13, undefined, ['/__proto__ forbidden_key']],
    [14, undefined, ['/a/constructor forbidden_key']], [15, { constructor: 'c' }], [16, { a: 'ê' }], [17, { a: 'ê' }], [18, undefined, ['/a number_out_of_range']], [19, undefined, [' too_deep']], [20, undefined, [' too_deep']],
    [21, undefined, [' too_deep']], [22, { a: 'x"y' }], [23, undefined, ['/a~1b duplicate_key']], [24, undefined, ['/a number_out_of_range']], [25, undefined, [' not_json']], [26, undefined, [' not_json']], [27, undefined, [' not_json']], [28, undefined, [' not_json']], [29, undefined, [' not_json']]
  ]
  const text = lines.join('\n')
  t.same(await seen(await openNdjson(pieces(text))), expected)
  t.same(await seen(await openNdjson(pieces(text, 10))), expected, 'in small pieces')
  t.same(await seen(await openNdjson(pieces(`${text}\n`))), expected, 'with a last line feed')

  const broken = Buffer.concat([Buffer.from('{"a":"1"}\n{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n\n{"a":"Chuyển"}\n{"a":"\\u0000"}')])
  t.same(await seen(await openNdjson(pieces(broken))), [[1, { a: '1' }], [2, undefined, [' invalid_utf8']], [4, { a: 'Chuyển' }], [5, undefined, ['/a nul_character']]], 'one line is no UTF-8')

  const files: [what: string, text: Buffer | string, ...expected: string[]][] = [
    ['empty', '', 'malformed_json', ' empty_body'],
    ['blank', '\n \r\n', 'invalid_request', ' no_rows'],
    ['marked', '\ufeff{}', 'malformed_json', ' byte_order_mark'],
    ['a long line', `{}\n\n{"a":"${'x'.repeat(200)}"}\n{}`, 'content_too_large', 'limit 200', 'line 3'],
    ['a long line of two-byte letters', `{"a":"${'đ'.repeat(97)}"}`, 'content_too_large', 'limit 200', 'line 1'],
    ['as long as may be', `{"a":"${'đ'.repeat(96)}"}\n{}`, 'taken'],
    ['a long last line', `{}\n${'x'.repeat(201)}`, 'content_too_large', 'limit 200', 'line 2'],
    ['as many rows as may be', '{}\n'.repeat(6), 'taken'],
    ['many rows', '{}\n'.repeat(7), 'content_too_large', 'limit 6']
  ]
  for (const [what, text, ...expected] of files) {
    for (const size of [1, 3, 65536]) t.same(await refused(openNdjson(pieces(text, size), limits)), expected, `${what} by ${size}`)
  }
  t.same(await seen(await openNdjson(pieces('{}\n'.repeat(2500)))), Array.from({ length: 2500 }, (_, i) => [i + 1, {}]), 'more than a batch')
})

t.test('CSV', async t => {
  const tables: [what: string, text: string, expected: Seen[], options?: Partial<CsvOptions>][] = [
    ['plain', 'id,value\n1,2\n3,4\n', [[2, { id: '1', value: '2' }], [3, { id: '3', value: '4' }]]],
    ['without a last line feed, and with CRLF', 'id,value\r\n1,2\r\n3,4', [[2, { id: '1', value: '2' }], [3, { id: '3', value: '4' }]]],
    ['both line endings', 'id,value\r\n1,2\n"3",4\r\n"5",6\n7,8', [[2, { id: '1', value: '2' }], [3, { id: '3', value: '4' }], [4, { id: '5', value: '6' }], [5, { id: '7', value: '8' }]]],
    ['any order, empty cells, what is passed over', 'note,revision,id\nx,7,1\n,,2\n"",8,""\n', [[2, { note: 'x', id: '1' }], [3, { id: '2' }], [4, {}]]],
    ['quoted', 'id,note\r\n"a ""b"", c","d\r\ne\nf"\r\n"""",","\r\nx,y\r\n', [[2, { id: 'a "b", c', note: 'd\r\ne\nf' }], [5, { id: '"', note: ',' }], [6, { id: 'x', note: 'y' }]]],
    ['a quoted header', '"id","note"\n1,2\n', [[2, { id: '1', note: '2' }]]],
    ['marked', '\ufeffid,note\n1,2\n', [[2, { id: '1', note: '2' }]]],
    ['marked and quoted', '\ufeff"id"\n1\n', [[2, { id: '1' }]]],
    ['a mark within is a letter', 'id,note\n\ufeff1,\ufeff\n', [[2, { id: '\ufeff1', note: '\ufeff' }]]],
    ['empty lines', '\n\r\nid,note\n\n1,2\n\n\r\n3,4\n\n', [[5, { id: '1', note: '2' }], [8, { id: '3', note: '4' }]]],
    ['short and long', 'id,note\n1\n1,2,3\n \n1,2\n', [[2, undefined, [' wrong_cell_count']], [3, undefined, [' wrong_cell_count']], [4, undefined, [' wrong_cell_count']], [5, { id: '1', note: '2' }]]],
    ['stray quotes end with their line', 'id,note\na"b,c\n1,"2"x\n3," 4\n5"\n6,7"\n"8" ,9\n10,11\n', [[2, undefined, [' stray_quote']], [3, undefined, [' text_after_quote']], [4, { id: '3', note: ' 4\n5' }], [6, undefined, [' stray_quote']], [7, undefined, [' text_after_quote']], [8, { id: '10', note: '11' }]]],
    ['a quote that is never closed swallows lines, and says so once', 'id,note\n1,"2\n3,"4"\n5,6\n', [[2, undefined, [' text_after_quote']], [4, { id: '5', note: '6' }]]],
    ['breakdowns', 'id,breakdown.sex,breakdown.age\n1,f,\n2,f,old\n3,,\n', [[2, { id: '1', breakdown: { sex: 'f' } }], [3, { id: '2', breakdown: { sex: 'f', age: 'old' } }], [4, { id: '3' }]]],
    ['semicolons', 'id;note\n1,5;"a;b"\n', [[2, { id: '1,5', note: 'a;b' }]], { delimiter: ';' }],
    ['decimal commas', 'id;value\n1,5;12,5\n2;-1000\n3;1.234\n4;1,234,567\n5;1.234,5\n', [[2, { id: '1,5', value: '12.5' }], [3, { id: '2', value: '-1000' }], [4, undefined, ['/value not_a_decimal']], [5, undefined, ['/value not_a_decimal']], [6, undefined, ['/value not_a_decimal']]], { delimiter: ';', decimalComma: true }],
    ['decimal commas between commas', 'id,value\n1,"12,5"\n2,12.5\n', [[2, { id: '1', value: '12.5' }], [3, undefined, ['/value not_a_decimal']]], { decimalComma: true }],
    ['a comma that nobody asked for', 'id,value\n1,"12,5"\n', [[2, { id: '1', value: '12,5' }]]],
    ['guarded cells', "id,value,at,breakdown.sex\n'=1,'-2,'=3,'+f\n''@x,-2,=3,'\n'a,1,-,''\n", [[2, { id: '=1', value: "'-2", at: "'=3", breakdown: { sex: '+f' } }], [3, { id: "'@x", value: '-2', at: '=3', breakdown: { sex: "'" } }], [4, { id: "'a", value: '1', at: '-', breakdown: { sex: "''" } }]]],
    ['records whose cells are all empty are no rows, and are counted as lines', 'id,note\n,\n1,2\n"",""\n,""\n""\n3,4\n,,,\n', [[3, { id: '1', note: '2' }], [7, { id: '3', note: '4' }]]],
    ['marks in a cell are not empty', 'id,note\n"""",\n', [[2, { id: '"' }]]],
    ['a blank is not empty', 'id,note\n ,\n', [[2, { id: ' ' }]]],
    ['columns without a name at the right edge', 'id,note,,\n1,2,,\n3,4,"",\n5,6,7,\n8,9\n,,x,\n', [[2, { id: '1', note: '2' }], [3, { id: '3', note: '4' }], [4, undefined, [' wrong_cell_count']], [5, undefined, [' wrong_cell_count']], [6, undefined, [' wrong_cell_count']]]],
    ['the first line says the delimiter', 'sep=;\nid;note\n1;"a;b"\n', [[3, { id: '1', note: 'a;b' }]]],
    ['marked, with the delimiters of empty cells', '\ufeffSEP=;;;\r\nid;note\r\n1;2\r\n', [[3, { id: '1', note: '2' }]]],
    ['quoted, and a comma', '"sep=,"\nid,note\n1,2\n', [[3, { id: '1', note: '2' }]], { delimiter: ',' }],
    ['sep later is a text', 'id\nsep=;\n', [[2, { id: 'sep=;' }]]],
    ['an end-of-file mark', 'id,note\n1,2\n\x1a', [[2, { id: '1', note: '2' }]]],
    ['and right behind the last cell, and line ends', 'id,note\n1,2\x1a\x1a\r\n\n\x1a\r\n', [[2, { id: '1', note: '2' }]]],
    ['in the middle it is a text', 'id,note\n1,\x1a\n3,4', [[2, undefined, ['/note control_character']], [3, { id: '3', note: '4' }]]],
    ['what nobody sees', 'id,note\n1,"a\tb\nc"\n2,a\x0bb\n3,a\x7f\n4,\u061ca\n5,a\u2069\n', [
      [2, { id: '1', note: 'a\tb\nc' }], [4, undefined, ['/note control_character']], [5, undefined, ['/note control_character']],
      [6, undefined, ['/note bidi_control']], [7, undefined, ['/note bidi_control']]
    ]],
    ['columns of somebody else', 'id,#,#note,note,#,Ghi chú\n1,a,b,c,d,e\n', [[2, { id: '1', note: 'c' }]], { passedOver: new Set(['Ghi chú', 'nowhere']) }],
    ['texts', `id,note\n1,${'Việt'.normalize('NFD')}\n2,a\0b\n3,"\0"\n`, [[2, { id: '1', note: 'Việt' }], [3, undefined, ['/note nul_character']], [4, undefined, ['/note nul_character']]]]
  ]
  for (const [what, text, expected, options] of tables) {
    for (const size of [1, 7, 65536]) t.same(await seen(await csvOf(text, options, size)), expected, `${what} by ${size}`)
  }
  const broken = Buffer.concat([Buffer.from('id,note\r\n1,"Việt\r\nNam"\r\n2,'), Buffer.from([0xc3, 0x28]), Buffer.from('\r\n3,x"\r\n4,"ê""đ"\n5,6')])
  for (const size of [1, 65536]) {
    t.same(await seen(await csvOf(broken, {}, size)), [[2, { id: '1', note: 'Việt\r\nNam' }], [4, undefined, [' invalid_utf8']], [5, undefined, [' stray_quote']], [6, { id: '4', note: 'ê"đ' }], [7, { id: '5', note: '6' }]], 'one record is no UTF-8')
  }

  const files: [what: string, text: Buffer | string, ...expected: string[]][] = [
    ['empty', '', 'invalid_request', ' empty_body'],
    ['only a mark', '\ufeff', 'invalid_request', ' empty_body'],
    ['only empty lines', '\r\n\n', 'invalid_request', ' empty_body'],
    ['only a header', 'id,note\r\n', 'invalid_request', ' no_rows'],
    ['only a header, not ended', 'id,note', 'invalid_request', ' no_rows'],
    ['unknown columns', 'id,valeu,Id,note \n1,2,3,4', 'invalid_request', '/valeu unknown_column', '/Id unknown_column', '/note  unknown_column', 'line 1'],
    ['columns with names of objects', 'id,__proto__,constructor,toString,breakdown.__proto__\n1,2,3,4,5', 'invalid_request', '/__proto__ unknown_column', '/constructor unknown_column', '/toString unknown_column', '/breakdown.__proto__ unknown_column', 'line 1'],
    ['break-downs that are none', 'id,breakdown.,breakdown,breakdown.nothing\n1,2,3,4', 'invalid_request', '/breakdown. unknown_column', '/breakdown unknown_column', '/breakdown.nothing unknown_column', 'line 1'],
    ['a column twice, another missing', '\nnote,note,breakdown.a,breakdown.a\n1,2,3,4', 'invalid_request', '/note duplicate_column', '/breakdown.a duplicate_column', '/id missing_column', 'line 2'],
    ['a column without a name', ',id\n1,2', 'invalid_request', '/ unknown_column', 'line 1'],
    ['titles above the header', 'Báo cáo quý 3;;\n\nĐơn vị;tỷ lệ;\n"id";note;value\n1;2;3\n', 'invalid_request', ' header_not_first', 'line 4'],
    ['a title with a stray quote, before a header by commas', 'Báo cáo "3"\nnote,id\n1,2', 'invalid_request', ' header_not_first', 'line 2'],
    ['columns of our own above what only looks like a header', 'id,nots\nid,note\n', 'invalid_request', '/nots unknown_column', 'line 1'],
    ['no header at all', '1,2\n3,4\n', 'invalid_request', '/1 unknown_column', '/2 unknown_column', '/id missing_column', 'line 1'],
    ['a delimiter that is not taken', 'sep=\t\nid\n1', 'invalid_request', ' unknown_delimiter'],
    ['only a delimiter', 'sep=;\n', 'invalid_request', ' empty_body'],
    ['only a header, and cells that are empty', 'id,note\n,\n"",\n', 'invalid_request', ' no_rows'],
    ['only an end-of-file mark', '\x1a', 'invalid_request', ' empty_body'],
    ['another delimiter', 'id;note\n1;2', 'invalid_request', '/id;note unknown_column', '/id missing_column', 'line 1'],
    ['a header with a stray quote', 'id,no"te\n1,2', 'invalid_request', ' stray_quote', 'line 1'],
    ['a header that is no UTF-8', Buffer.from('id,n\xf4te\n1,2', 'latin1'), 'invalid_request', ' invalid_utf8', 'line 1'],
    ['UTF-16', Buffer.from('\ufeffid,note\n1,2\n', 'utf16le'), 'invalid_request', ' invalid_utf8', 'line 1'],
    ['many columns', 'a,b,c,d,e,f\n1', 'content_too_large', 'limit 5', 'line 1'],
    ['many columns, beside break-downs', 'a,breakdown.a,b,breakdown.b,c,d,e,f\n1', 'content_too_large', 'limit 5', 'line 1'],
    ['break-downs do not count, and each stands once', 'id,breakdown.a,breakdown.b,breakdown.c,breakdown.d,breakdown.e,breakdown.f,breakdown.a\n1', 'invalid_request', '/breakdown.a duplicate_column', 'line 1'],
    ['a million columns', `${'a,'.repeat(1e6)}a\n1`, 'content_too_large', 'limit 200', 'line 1'],
    ['a long header', `${'x'.repeat(201)}\n`, 'content_too_large', 'limit 200', 'line 1'],
    ['a long line', `id\n1\n${'x'.repeat(201)}\n`, 'content_too_large', 'limit 200', 'line 3'],
    ['a long record of short lines', `id\n1\n"${'x\n'.repeat(100)}"\n2\n`, 'content_too_large', 'limit 200', 'line 3'],
    ['a long record of two-byte letters', `id\n${'đ'.repeat(101)}\n`, 'content_too_large', 'limit 200', 'line 2'],
    ['a cell that is never closed', 'id,note\n1,2\n3,"4\n5,6\n', 'invalid_request', ' quote_not_closed', 'line 3'],
    ['nor the last', 'id,note\n1,2\n3,"', 'invalid_request', ' quote_not_closed', 'line 3'],
    ['nor the header', 'id,"note\n1,2\n', 'invalid_request', ' quote_not_closed', 'line 1'],
    ['as many rows as may be', `id\n${'1\n'.repeat(6)}`, 'taken'],
    ['many rows', `id\n${'1\n'.repeat(7)}`, 'content_too_large', 'limit 6']
  ]
  for (const [what, text, ...expected] of files) {
    for (const size of text.length > 1e5 ? [65536] : [1, 5, 65536]) t.same(await refused(csvOf(text, { limits }, size)), expected, `${what} by ${size}`)
  }
  t.same(await refused(csvOf('sep=;\nid;note\n1;2', { delimiter: ',' })), ['invalid_request', 'undefined contradiction'], 'the first line says another delimiter')
  t.same(await refused(csvOf(`id\n1\n${'\x1a'.repeat(201)}`, { limits })), ['content_too_large', 'limit 200', 'line 3'], 'more marks than a line has bytes are none')
  const many = await seen(await csvOf(`id,note\n${Array.from({ length: 2500 }, (_, i) => `${i},"a\nb"\n`).join('')}`))
  t.same(many, Array.from({ length: 2500 }, (_, i) => [2 + 2 * i, { id: String(i), note: 'a\nb' }]), 'more than a batch')
})

t.test('JSON with a list of rows', async t => {
  const open = (text: Buffer | string, size?: number, some = STREAM_LIMITS) => openJsonRows(pieces(text, size), some)
  const text = ' { "mode" : "partial", "ro\\u0077s": [ {"a":"]}\\"\\\\"} ,{"b":[1,{"c":"Chuyển"}]}, 5, [], "x,y", null,{"a":1,"a":2},{"a":"\\u0000"},{"a":"e\\u0302"} ] , "dryRun":true, "x":{"y":[1,2]} } \n'
  const expected: Seen[] = [[undefined, { a: ']}"\\' }], [undefined, { b: [1, { c: 'Chuyển' }] }], ...Array.from({ length: 4 }, () => [undefined, undefined, [' not_an_object']] as Seen), [undefined, undefined, ['/a duplicate_key']], [undefined, undefined, ['/a nul_character']], [undefined, { a: 'ê' }]]
  for (let size = 1; size < 60; size++) {
    const file = await open(text, size)
    t.same(file.members, { mode: 'partial', dryRun: true, x: { y: [1, 2] } })
    t.same(await seen(file), expected, `by ${size}`)
  }
  t.same(await seen(await open('{"rows":[{}]}')), [[undefined, {}]])
  const broken = Buffer.concat([Buffer.from('{"rows":[{"a":"'), Buffer.from([0xff]), Buffer.from('"},{"a":"\ufffd"}]}')])
  t.same(await seen(await open(broken)), [[undefined, undefined, [' invalid_utf8']], [undefined, { a: '\ufffd' }]], 'one item is no UTF-8')

  const deep = '['.repeat(5000)
  const files: [what: string, text: Buffer | string, ...expected: string[]][] = [
    ['empty', '', 'malformed_json', ' empty_body'],
    ['blank', ' \n', 'malformed_json', ' empty_body'],
    ['marked', '\ufeff{"rows":[{}]}', 'malformed_json', ' byte_order_mark'],
    ['a list', '[{}]', 'malformed_json', ' not_an_object'],
    ['nothing in it', '{}', 'invalid_request', '/rows required'],
    ['no rows', '{"mode":"atomic"}', 'invalid_request', '/rows required'],
    ['an empty list', '{"rows":[ ]}', 'invalid_request', '/rows too_few'],
    ['rows that are no list', '{"rows":{"a":[1]}}', 'invalid_request', '/rows wrong_type'],
    ['rows twice', '{"rows":[1],"rows":[2]}', 'malformed_json', '/rows duplicate_key'],
    ['rows twice, once no list', '{"rows":[1],"rows":2}', 'malformed_json', '/rows duplicate_key'],
    ['another key twice', '{"a":1,"rows":[1],"\\u0061":2}', 'malformed_json', '/a duplicate_key'],
    ['a key that is none', '{"a\\x":1,"rows":[1]}', 'malformed_json', ' not_json', 'offset 7'],
    ['a key that is none, of a list', '{"a\\x":[1]}', 'malformed_json', ' not_json', 'offset 7'],
    ['a NUL', '{"mode":"\\u0000","rows":[1]}', 'malformed_json', '/mode nul_character'],
    ['no UTF-8', Buffer.from('{"mode":"\xff","rows":[1]}', 'latin1'), 'malformed_json', ' invalid_utf8'],
    ['a forbidden key', '{"__proto__":{"a":1},"rows":[1]}', 'malformed_json', '/__proto__ forbidden_key'],
    ['a broken item', '{"rows":[{"a":1},{"a":},{}]}', 'malformed_json', ' not_json', 'offset 17'],
    ['brackets of different kinds', '{"rows":[{"a":[}]}]}', 'malformed_json', ' not_json', 'offset 17'],
    ['an item that ends the object', '{"rows":[1}', 'malformed_json', ' not_json', 'offset 10'],
    ['a member that ends a list', '{"a":1],"rows":[]}', 'malformed_json', ' not_json', 'offset 6'],
    ['a comma too many in the list', '{"rows":[1,]}', 'malformed_json', ' not_json', 'offset 11'],
    ['a comma too many before it', '{"rows":[,1]}', 'malformed_json', ' not_json', 'offset 9'],
    ['two commas', '{"rows":[1,,2]}', 'malformed_json', ' not_json', 'offset 11'],
    ['a comma too many at the end', '{"rows":[1],}', 'malformed_json', ' not_json', 'offset 12'],
    ['a comma first', '{,"rows":[1]}', 'malformed_json', ' not_json', 'offset 1'],
    ['no comma', '{"rows":[1] "a":1}', 'malformed_json', ' not_json', 'offset 12'],
    ['no colon', '{"rows"[1]}', 'malformed_json', ' not_json', 'offset 7'],
    ['no value', '{"a":,"rows":[1]}', 'malformed_json', ' not_json', 'offset 5'],
    ['something behind', '{"rows":[1]} {}', 'malformed_json', ' not_json', 'offset 13'],
    ['a long item', `{"rows":[1,"${'x'.repeat(200)}"]}`, 'content_too_large', 'limit 200'],
    ['long members', `{"a":"${'x'.repeat(100)}","rows":[1],"b":"${'x'.repeat(100)}"}`, 'content_too_large', 'limit 200'],
    ['a long member', `{"a":"${'x'.repeat(300)}","rows":[1]}`, 'content_too_large', 'limit 200'],
    ['a long key', `{"${'x'.repeat(300)}":1,"rows":[1]}`, 'content_too_large', 'limit 200'],
    ['much space is none', `{"rows"${' '.repeat(300)}:[${'\n'.repeat(300)}1]}`, 'taken'],
    ['a deep item', `{"rows":[${deep}`, 'content_too_large', 'limit 200'],
    ['as many rows as may be', '{"rows":[1,2,3,4,5,6]}', 'taken'],
    ['many rows', '{"rows":[1,2,3,4,5,6,7]}', 'content_too_large', 'limit 6']
  ]
  for (const [what, text, ...expected] of files) {
    for (const size of [1, 4, 65536]) t.same(await refused(open(text, size, limits)), expected, `${what} by ${size}`)
  }
  t.same(await seen(await open(`{"rows":[${deep}${']'.repeat(5000)},{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}]}`)), [[undefined, undefined, [' too_deep']], [undefined, undefined, [' too_deep']]])
  t.same(await seen(await open(`{"rows":[${'{},'.repeat(2500)}{}]}`)), Array.from({ length: 2501 }, () => [undefined, {}]), 'more than a batch')
})

t.test('a file that is cut short never says another thing than the whole', async t => {
  const nd = '{"a":"1","b":{"c":"Chuyển \\"x\\""}}\r\n\n{"a":[12.5]}\n{"a":"x"}'
  const whole = await seen(await openNdjson(pieces(nd)))
  for (let at = 1; at < Buffer.byteLength(nd); at++) {
    const part = await seen(await openNdjson(pieces(Buffer.from(nd).subarray(0, at))))
    t.ok(part.every(([, value], i) => value === undefined ? i === part.length - 1 : JSON.stringify(value) === JSON.stringify(whole[i]![1])), `NDJSON at ${at}`)
  }
  const js = Buffer.from(`{"mode":"partial","rows":[${nd.trim().split(/\s*\n+/).join(',')}]}`)
  for (let at = 0; at < js.length; at++) t.match(await refused(openJsonRows(pieces(js.subarray(0, at)))), ['malformed_json'], `JSON at ${at}`)
  // the last cell of a CSV file may be a part of what it was: that a body is whole, its framing and its coding say
  const table = Buffer.from('id,note\r\n1,"Chuyển ""đổi"""\r\n2,"a\r\nb"\r\n3,xyz\r\n')
  const rows = await seen(await csvOf(table))
  for (let at = 'id,note\r\n1'.length; at < table.length; at++) {
    const part = await csvOf(table.subarray(0, at)).then(seen, (error: Problem) => error.errors.map(({ code }) => code))
    if (part[0] === 'quote_not_closed') continue
    t.same(part.slice(0, -1), rows.slice(0, part.length - 1), `CSV at ${at}`)
  }
})

t.test('a hundred megabytes without a line feed are read no further than the limit', async t => {
  const endless = () => {
    const made = { bytes: 0 }
    const block = Buffer.alloc(256 * 1024, 'x')
    const from = (first: string): Chunks => ({
      async * chunks () {
        yield Buffer.from(first)
        for (; made.bytes < 100e6; made.bytes += block.length) yield block
      }
    })
    return { made, from }
  }
  const cases: [what: string, first: string, open: (source: Chunks) => Promise<RowFile>][] = [
    ['NDJSON', '{"a":"', openNdjson], ['CSV', 'id\n"', source => openCsv(source, csv)], ['CSV in a header', '', source => openCsv(source, csv)],
    ['an item', '{"rows":["', openJsonRows], ['a member', '{"a":"', openJsonRows], ['a key', '{"', openJsonRows]
  ]
  for (const [what, first, open] of cases) {
    const { made, from } = endless()
    t.match(await refused(open(from(first))), ['content_too_large', 'limit 65536'], what)
    t.ok(made.bytes <= 512 * 1024, `${what}: ${made.bytes} were read`)
  }
})

const text = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r', "'", '=', '-', ' ', 'đ', '€', '🙂', '\\', '\ufeff', ':', '{', ']'), maxLength: 12 })

t.test('guarding is undone exactly', async t => {
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', '\u00a0', '\u200b', '\ufeff', '＝', '＠', 'a') })), value => {
    const guarded = guard(value)
    return unguard(guarded) === value && !/^([\t\r\n]|[ \u00a0\u200b\ufeff\t\r\n]*[=+\-@＝＋－＠])/.test(guarded)
  }), { numRuns: 1000 })
  t.pass()
})

t.test('CSV as another writes it is read as it was meant', async t => {
  const cell = (value: string, quote: boolean, delimiter: string) => quote || /["\r\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value
  const records = fc.array(fc.tuple(fc.array(text, { minLength: 3, maxLength: 3 }), fc.boolean(), fc.constantFrom('\n', '\r\n')), { minLength: 1, maxLength: 8 })
  await fc.assert(fc.asyncProperty(records, fc.constantFrom<',' | ';'>(',', ';'), fc.boolean(), fc.integer({ min: 1, max: 40 }), async (rows, delimiter, ended, size) => {
    let written = ['id', 'at', 'breakdown.sex'].join(delimiter) + '\r\n'
    let line = 2
    const expected: Seen[] = []
    for (const [index, [[id = '', at = '', sex = ''], quote, feed]] of rows.entries()) {
      written += [guard(id), at, guard(sex)].map(value => cell(value, quote, delimiter)).join(delimiter)
      if (ended || index < rows.length - 1) written += feed
      const fields = Object.entries({ id, at, breakdown: sex === '' ? '' : { sex } }).filter(([, value]) => value !== '')
      // a record whose cells are all empty is no row
      if (fields.length > 0) expected.push([line, Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'string' ? value.normalize('NFC') : value]))])
      line += 1 + `${guard(id)}${at}${guard(sex)}`.split('\n').length - 1
    }
    if (expected.length > 0) deepStrictEqual(await seen(await csvOf(written, { delimiter }, size)), expected)
  }), { numRuns: 300 })
  t.pass()
})

t.test('any bytes for CSV: no crash, the same by any cutting, and every line accounted for', async t => {
  const bytes = fc.array(fc.constantFrom(...[...'a",;\n\n\r\'= '].map(char => Buffer.from(char)), Buffer.from('đ'), Buffer.from([0xff]), Buffer.from([0])), { maxLength: 40 }).map(parts => Buffer.concat([Buffer.from('id,note\n'), ...parts]))
  await fc.assert(fc.asyncProperty(bytes, fc.integer({ min: 1, max: 20 }), async (file, size) => {
    const outcome = async (size: number) => await csvOf(file, {}, size).then(seen, (error: unknown) => { if (error instanceof Problem) return error.errors.map(({ code }) => code); throw error })
    deepStrictEqual(await outcome(size), await outcome(65536))
  }), { numRuns: 700 })
  t.pass()
})

t.test('JSON in lines and in lists is read as a body is', async t => {
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 3, stringUnit: fc.oneof(fc.constantFrom('a', '"', '\\', '\u0000', 'e\u0302', '{', ']', ',', '\u2028', '__proto__', '🙂'), fc.string({ unit: 'binary', maxLength: 1 })) }), fc.object({ maxDepth: 2, key: fc.constantFrom('a', 'b', '__proto__', 'constructor', 'prototype', 'é', 'e\u0301') }))
  const line = odd.chain(value => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, '\t').replaceAll('\n', ' '), JSON.stringify(value).replace('"b"', '"a"')))
  await fc.assert(fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 50 }), async (lines, size) => {
    const expected = lines.map((text, index): Seen => {
      try {
        return [index + 1, parseJsonText(text)]
      } catch (error) {
        return [index + 1, undefined, (error as Problem).errors.map(({ pointer, code }) => `${pointer} ${code}`)]
      }
    })
    deepStrictEqual(await seen(await openNdjson(pieces(lines.join('\n'), size))), expected)
    const file = await openJsonRows(pieces(`{"rows":[${lines.join(',')}],"mode":1}`, size))
    deepStrictEqual(await seen(file), expected.map(([, ...rest]) => [undefined, ...rest]))
  }), { numRuns: 300 })
  t.pass()
})
