import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { test } from 'tap'
import { STREAM_LIMITS, type StreamLimits } from '../../src/http/limits.js'
import { Problem } from '../../src/http/problem.js'
import { spool } from '../../src/http/stream/spool.js'
import type { TableOptions } from '../../src/http/stream/table.js'
import { openXlsx } from '../../src/http/stream/xlsx.js'
import { formatKind, type FormatKind } from '../../src/http/workbook/number-format.js'
import { STYLES, book, bookParts, sheetXml, zip, type BookGiven, type Held, type Part } from './workbooks.js'

const options: TableOptions = {
  columns: { code: 'plain', period: 'period', value: 'shown', count: 'decimal', note: 'text', at: 'instant' },
  required: ['code', 'period'],
  ignored: ['id'],
  nested: { name: 'breakdown', accepts: () => true },
  template: { marker: '#mark', prefilled: new Set(['code', 'period', 'breakdown']) }
}

/** The rows as [line, value] or [line, value, problems]; or what the file is refused for, and in which words. */
async function read (bytes: Buffer, more: Partial<TableOptions> = {}) {
  const body = await spool(Readable.from([bytes], { objectMode: false }))
  try {
    const file = await openXlsx(body, { ...options, ...more })
    try {
      const passes = []
      for (let pass = 0; pass < 2; pass++) {
        const rows: unknown[][] = []
        for await (const batch of file.batches()) {
          for (const { line, value, problems } of batch) {
            rows.push(problems === undefined ? [line, value] : [line, value, problems.map(({ pointer, code }) => `${pointer} ${code}`).join(', ')])
            for (const { detail } of problems ?? []) said.push(detail.en)
          }
        }
        passes.push(rows)
      }
      if (JSON.stringify(passes[0]) !== JSON.stringify(passes[1])) throw new Error('read again it says something else')
      return { rows: passes[0]!, left: file.leftEmpty!(), count: file.count }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, errors, extra, detail } = error
    return { refused: [code, ...errors.map(one => `${one.pointer} ${one.code}`), ...extra['limit'] === undefined ? [] : [`limit ${extra['limit']}`]], says: errors[0]?.detail.en ?? detail?.en ?? '' }
  } finally {
    await body.close()
  }
}
const said: string[] = []

const HEAD = ['code', 'period', 'value', 'count', 'note', 'at', 'breakdown.sex', '#own', 'id']

test('cells: what is taken, and what is refused in which words', async t => {
  const { text, percent, date, decimals, months, zeros, thousands, literal } = STYLES
  const cases: [what: string, column: string, held: Held, expected: string | [pointer: string, code: string, says: string] | undefined][] = [
    ['a number as it was typed', 'value', { n: '82.5' }, '82.5'],
    ['with decimals in its format', 'value', { n: '82.5', s: decimals }, '82.5'],
    ['as Excel writes 2.3', 'value', { n: '2.2999999999999998' }, '2.3'],
    ['as Excel writes 0.1', 'value', { n: '0.10000000000000001' }, '0.1'],
    ['a whole number with a point', 'count', { n: '5.0' }, '5'],
    ['an exponent is of the XML', 'value', { n: '1E-3' }, '0.001'],
    ['and a large one', 'count', { n: '1.2345678E+11' }, '123456780000'],
    ['negative', 'value', { n: '-0.5' }, '-0.5'],
    ['minus zero', 'value', { n: '-0' }, '0'],
    ['15 digits', 'value', { n: '70.2702702702703' }, '70.2702702702703'],
    ['17 digits', 'value', { n: '33.333333333333336' }, ['/value', 'inexact_number', 'Cell Sheet1!C2 holds 33.333333333333336: more than the 15 digits']],
    ['16 digits, as a sum that is shown as 0.8', 'value', { n: '0.79999999999999993' }, ['/value', 'inexact_number', 'holds 0.7999999999999999:']],
    ['an integer of 2^53', 'count', { n: '9007199254740992' }, ['/count', 'inexact_number', 'holds 9007199254740992:']],
    ['beyond any double', 'value', { n: '1E+400' }, ['/value', 'inexact_number', 'holds ?:']],
    ['nearer to zero than any double', 'value', { n: '1E-400' }, ['/value', 'inexact_number', 'holds ?:']],
    ['a text of a number', 'value', '82.50', '82.50'],
    ['a text that is none is judged later', 'value', '82,50', '82,50'],
    ['a percentage', 'value', { n: '0.825', s: percent }, ['/value', 'percent_cell', 'Cell Sheet1!C2 holds 0.825 and shows it as 82.5%: format it as a number, then enter 82.5.']],
    ['a percent sign that is only shown', 'value', { n: '82.5', s: literal }, '82.5'],
    ['thousands', 'count', { n: '1234000', s: thousands }, ['/count', 'scaled_cell', 'Cell Sheet1!D2 holds 1234000, but']],
    ['a date for a figure', 'value', { n: '45778', s: date }, ['/value', 'date_cell', 'Cell Sheet1!C2 is a date (2025-05-01); a number belongs here']],
    ['a date for a period', 'period', { n: '45901', s: months }, ['/period', 'date_cell', 'Cell Sheet1!B2 is a date (2025-09-01); a period is a text, such as 2025-09, 2025-Q3 or 2025:']],
    ['in ISO 8601', 'period', { d: '2025-09-01T00:00:00' }, ['/period', 'date_cell', 'a date (2025-09-01); a period is a text, such as 2025-09,']],
    ['a date that is none', 'period', { n: '-1', s: date }, ['/period', 'date_cell', 'is a date (-1)']],
    ['a year', 'period', { n: '2025' }, '2025'],
    ['a date for an instant', 'at', { n: '45915.354166666664', s: date }, ['/at', 'date_cell', 'is a date (2025-09-15 08:30:00), without an offset; an instant is a text, such as 2025-09-15T08:30:00+07:00:']],
    ['an instant', 'at', { str: '2025-09-15T08:30:00+07:00', s: text }, '2025-09-15T08:30:00+07:00'],
    ['a date for a note', 'note', { n: '45901', s: date }, ['/note', 'date_cell', 'a text belongs here']],
    ['a number for a text', 'note', { n: '17' }, '17'],
    ['a number in a cell of text', 'note', { n: '17', s: text }, '17'],
    ['with zeros that it has not', 'code', { n: '17', s: zeros }, ['/code', 'formatted_number', 'Cell Sheet1!A2 holds the number 17, which its format shows otherwise']],
    ['TRUE', 'value', { b: '1' }, ['/value', 'boolean_cell', 'Cell Sheet1!C2 is the logical value TRUE']],
    ['an error', 'value', { e: '#REF!' }, ['/value', 'error_cell', 'Cell Sheet1!C2 is the error #REF! of the spreadsheet']],
    ['a formula', 'value', { n: '82.5', f: 'A1*2' }, ['/value', 'formula_cell', 'Cell Sheet1!C2 is a formula: copy it and paste it as a value']],
    ['a formula without its result', 'value', { f: 'A1*2' }, ['/value', 'formula_cell', 'Cell Sheet1!C2']],
    ['a formula of text', 'note', { str: 'x', f: 'A1' }, ['/note', 'formula_cell', 'Cell Sheet1!E2']],
    ['of another cell', 'value', { xml: '<c r="{at}"><f t="shared" si="0"/><v>1</v></c>' }, ['/value', 'formula_cell', 'Cell Sheet1!C2']],
    ['the result of a text formula alone', 'note', { str: 'x' }, 'x'],
    ['in columns that are passed over, anything', '#own', { n: '1', f: 'A1' }, undefined],
    ['also an error', 'id', { e: '#N/A' }, undefined],
    ['a member', 'breakdown.sex', 'F', 'F'],
    ['a member with a fault', 'breakdown.sex', { e: '#N/A' }, ['/breakdown/sex', 'error_cell', 'Cell Sheet1!G2']],
    ['a guarded text', 'note', "'=1+1", '=1+1'],
    ['a text that is no formula here', 'note', '=1+1', '=1+1'],
    ['characters that XML has not', 'note', { str: 'a_x000D_b_x005F_x000D_' }, 'a\rb_x000D_'],
    ['the same inline', 'note', 'a_x000D_b_x005F_x000D_', 'a\rb_x000D_'],
    ['NUL', 'note', 'a_x0000_', ['/note', 'nul_character', 'NUL']],
    ['half a character', 'note', 'a_xD800_', ['/note', 'lone_surrogate', 'surrogate']],
    ['decomposed', 'note', 'Hòa'.normalize('NFD'), 'Hòa'],
    ['runs of several kinds, and how they are read aloud', 'note', { xml: '<c r="{at}" t="inlineStr"><is><r><rPr><b/></rPr><t>Đủ </t></r><r><t xml:space="preserve">rồi</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>' }, 'Đủ rồi'],
    ['a shared text', 'note', { shared: 1 }, 'hai'],
    ['a shared text that is empty', 'note', { shared: 2 }, undefined],
    ['spaces', 'note', ' x ', ' x '],
    ['several lines', 'note', 'một\nhai', 'một\nhai'],
    ['an empty text', 'note', '', undefined],
    ['an empty cell with a format', 'note', { xml: '<c r="{at}" s="3"/>' }, undefined],
    ['markup as text', 'note', { xml: '<c r="{at}" t="str"><v>&lt;b&gt; &amp; <![CDATA[<i>]]></v></c>' }, '<b> & <i>']
  ]
  for (const [what, column, held, expected] of cases) {
    const cells: Held[] = HEAD.map(name => name === column ? held : name === 'code' ? 'A' : name === 'period' ? '2025' : null)
    said.length = 0
    const { rows, refused, says } = await read(book({ sheets: [{ rows: [HEAD, cells] }], strings: ['một', 'hai', ''] }))
    const value: Record<string, unknown> = { code: 'A', period: '2025' }
    const [field, key] = column.split('.') as [string, string?]
    delete value[field]
    if (!Array.isArray(expected)) {
      if (expected !== undefined) value[field] = key === undefined ? expected : { [key]: expected }
      t.same(rows, [[2, value]], `${what}: ${refused?.join() ?? said.join()} ${says ?? ''}`)
    } else {
      const [pointer, code, words] = expected
      // a text that cannot be stored is there all the same, for what can be said of the row
      if (code === 'nul_character' || code === 'lone_surrogate') delete (rows?.[0]?.[1] as Record<string, unknown>)['note']
      t.same(rows, [[2, value, `${pointer} ${code}`]], `${what}: ${refused?.join()} ${says}`)
      t.ok(said[0]!.includes(words), `${what}: ${said[0]}`)
    }
  }
})

test('commas are of texts alone', async t => {
  const rows: Held[][] = [HEAD, ['A', '2025', '82,5'], ['B', '2025', { n: '82.5' }], ['C', '2025', '82.5'], ['D', '2025', '48.18401937046005']]
  t.same((await read(book(rows), { decimalComma: true })).rows, [
    [2, { code: 'A', period: '2025', value: '82.5' }], [3, { code: 'B', period: '2025', value: '82.5' }], [4, { code: 'C', period: '2025', value: '82.5' }, '/value not_a_decimal'], [5, { code: 'D', period: '2025', value: '48.18401937046005' }]
  ])
})

test('dates of 1904', async t => {
  said.length = 0
  await read(book({ sheets: [{ rows: [HEAD, ['A', { n: '44439', s: STYLES.date }], ['A', { n: '60', s: STYLES.date }]] }], date1904: true }))
  t.match(said[0], /is a date \(2025-09-01\)/)
  t.match(said[1], /is a date \(1904-03-01\)/)
})

test('rows: empty ones, numbers of rows, rows of a template, hidden ones, cells beside the table', async t => {
  const rows: Held[][] = [
    [], ['code', 'period', 'value', 'note', '#mark'], [], ['A', '2025', '1'], ['', '', null, { xml: '<c r="{at}" s="3"/>' }],
    ['B', '2025', null, null, 'o-1'], ['C', '2025', null, 'chưa có', 'o-2'], ['D', '2025', null], ['E', '2025', '5', null, null, 'hỏi lại'], ['F', '2025', '6', null, 'o-3']
  ]
  const expected = [
    [4, { code: 'A', period: '2025', value: '1' }],
    [7, { code: 'C', period: '2025', note: 'chưa có' }],
    [8, { code: 'D', period: '2025' }],
    [9, undefined, ' wrong_cell_count'],
    [10, { code: 'F', period: '2025', value: '6' }]
  ]
  const given = { sheets: [{ rows }] }
  said.length = 0
  t.same(await read(book(given)), { rows: expected, left: 1, count: 6 })
  t.equal(said[0], 'Cell Sheet1!F9 has content, but its column has no name in the header.')
  t.same((await read(book(given), { template: undefined })).left, 0)
  said.length = 0
  const hidden = await read(book({ sheets: [{ rows, hidden: [2, 3, 6, 10] }] }))
  t.same(hidden.rows!.at(-1), [10, { code: 'F', period: '2025', value: '6' }, ' hidden_row'])
  t.equal(hidden.left, 1, 'an unfilled row may be hidden, and so may the header')
  t.match(said[1], /^Row 10 \(Sheet1!10:10\) is hidden, by a filter or by hand/)
  t.same(await read(book([['code', 'period', '#mark'], ['A', '2025', 'o-1'], ['B', '2025', 'o-2']])), { rows: [], left: 2, count: 2 }, 'a template as it was made')
})

test('names of rows and cells that are left out, and of another namespace', async t => {
  const xml = '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row>' +
    ['code', 'period', 'value'].map(name => `<x:c t="str"><x:v>${name}</x:v></x:c>`).join('') +
    '</x:row><x:row><x:c t="str"><x:v>A</x:v></x:c><x:c><x:v>2025</x:v></x:c><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
  t.same((await read(book({ sheets: [{ rows: [], xml }] }))).rows, [[2, { code: 'A', period: '2025', value: '7' }]])
})

test('results of formulas of many cells', async t => {
  const head: Held[] = ['code', 'period', 'value', 'count']
  const spill: Held = { xml: '<c r="{at}"><f t="array" ref="C2:C3">B2:B3</f><v>1</v></c>' }
  said.length = 0
  t.same((await read(book([head, ['A', '2025', spill, { n: '1' }], ['B', '2025', { n: '2' }], ['C', '2025', { n: '3' }]]))).rows!.map(row => row[2]),
    ['/value formula_cell', '/value formula_cell', undefined])
})

test('which sheet', async t => {
  const table: Held[][] = [['code', 'period'], ['A', '2025']]
  const notes: Held[][] = [['Nguồn'], ['code'], ['period']]
  const cases: [what: string, given: BookGiven, expected: string[] | 'read', says?: string][] = [
    ['the one with the columns', { sheets: [{ rows: notes, name: 'Ghi chú' }, { rows: table }, { rows: [] }] }, 'read'],
    ['beside a hidden list', { sheets: [{ rows: notes, state: 'veryHidden' }, { rows: table }] }, 'read'],
    ['two with the columns', { sheets: [{ rows: table, name: 'Quý 1' }, { rows: table, name: 'Quý 2' }] }, [' several_sheets'], 'Several sheets have the columns of figures: “Quý 1”, “Quý 2”'],
    ['a hidden one with the columns', { sheets: [{ rows: table }, { rows: table, name: 'Cũ', state: 'hidden' }] }, [' hidden_sheet'], 'The hidden sheet “Cũ” has the columns of figures'],
    ['a hidden one alone', { sheets: [{ rows: notes }, { rows: table, state: 'veryHidden' }] }, [' hidden_sheet']],
    ['all hidden', { sheets: [{ rows: notes, state: 'hidden' }] }, [' empty_body']],
    ['none with the columns', { sheets: [{ rows: [] }, { rows: [['Mã', 'period'], ['x']] }] }, ['/Mã unknown_column', '/code missing_column'], 'There is no column "Mã".'],
    ['a title above', { sheets: [{ rows: [['BÁO CÁO'], [], ...table] }] }, [' header_not_first'], 'here it seems to be line 3'],
    ['all of a line in one cell', { sheets: [{ rows: [['code;period'], ['A;2025']] }] }, ['/code;period unknown_column', '/code missing_column', '/period missing_column'], 'The whole line stands in one cell'],
    ['only the header', { sheets: [{ rows: table.slice(0, 1) }] }, [' no_rows']],
    ['no sheet', { sheets: [] }, [' empty_body']],
    ['a column twice', { sheets: [{ rows: [['code', 'period', 'code'], ['A', '2025', 'B']] }] }, ['/code duplicate_column']],
    ['a name that is a formula', { sheets: [{ rows: [['code', 'period', { str: 'note', f: 'A9' }], ['A', '2025', 'B']] }] }, ['/note formula_cell']],
    ['a column hidden', { sheets: [{ rows: table, before: '<cols><col min="2" max="3" hidden="1"/></cols>' }] }, ['/period hidden_column'], 'The column "period" (Sheet1!B:B) is hidden'],
    ['one hidden that is passed over, or beside the table', { sheets: [{ rows: [['code', 'period', '#x'], ['A', '2025', 'y']], before: '<cols><col min="3" max="16384" hidden="true"/></cols>' }] }, 'read'],
    ['merged cells', { sheets: [{ rows: [...table, ['B', '2025']], name: 'Số liệu', after: '<mergeCells count="2"><mergeCell ref="B2:B3"/><mergeCell ref="A1:B1"/></mergeCells>' }] }, [' merged_cells', ' merged_cells'], "The cells 'Số liệu'!B2:B3 are merged"],
    ['merged beside and below the rows, and in columns that are passed over', { sheets: [{ rows: [['code', 'period', '#x'], ['A', '2025']], after: '<mergeCells count="3"><mergeCell ref="C1:C2"/><mergeCell ref="A4:B5"/><mergeCell ref="E1:F9"/></mergeCells>' }] }, 'read']
  ]
  for (const [what, given, expected, says = ''] of cases) {
    const found = await read(book(given))
    if (expected === 'read') t.same(found.rows, [[2, { code: 'A', period: '2025' }]], `${what}: ${found.says}`)
    else t.same(found.refused, ['invalid_request', ...expected], `${what}: ${found.says}`)
    if (says !== '') t.ok(found.says?.includes(says), `${what}: ${found.says}`)
  }
})

test('files that are no workbooks, or damaged', async t => {
  const rows: Held[][] = [['code', 'period', 'value'], ['A', '2025', { n: '1' }], ['B', '2025', { shared: 0 }]]
  const good = bookParts({ sheets: [{ rows }], strings: ['5'] })
  const whole = zip(good)
  const sheet = (xml: string) => zip(bookParts({ sheets: [{ rows: [], xml }], strings: ['5'] }))
  const replaced = (name: string, data: string | Buffer, as: Part['as'] = {}) => zip(good.map(part => part.name === name ? { name, data: Buffer.from(data), as } : part))
  const altered = (from: string, to: string) => sheet(sheetXml({ rows }).replace(from, to))
  const ole = (name: string) => {
    const file = Buffer.alloc(1024)
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file)
    file.writeUInt16LE(9, 30)
    file.writeUInt32LE(0, 48)
    file.write(name, 512, 'utf16le')
    return file
  }
  const sheet1 = 'xl/worksheets/sheet1.xml'
  const cases: [what: string, file: Buffer, code: string, says: string][] = [
    ['nothing', Buffer.alloc(0), 'not_a_workbook', 'it is empty'],
    ['.xls', ole('Workbook'), 'not_a_workbook', 'it is .xls, of Excel 97 to 2003. Save it as "Excel Workbook (*.xlsx)"'],
    ['a password', ole('EncryptedPackage'), 'encrypted_workbook', 'protected by a password'],
    ['a compound file that ends early', ole('').subarray(0, 100), 'not_a_workbook', '.xls'],
    ['CSV', Buffer.from('code;period\r\nA;2025'), 'not_a_workbook', 'it is a text; a CSV is sent with the Content-Type text/csv'],
    ['HTML, as web pages export it', Buffer.from('\r\n<html><table>'), 'not_a_workbook', 'it is HTML or XML'],
    ['PDF', Buffer.from('%PDF-1.7\n\x00'), 'not_a_workbook', 'it is a PDF'],
    ['anything', Buffer.from('\x01\x02\x03'), 'not_a_workbook', 'its form is not known'],
    ['.ods', zip([{ name: 'mimetype', data: Buffer.from('application/vnd.oasis.opendocument.spreadsheet'), as: { method: 0 } }, { name: 'content.xml', data: Buffer.from('<x/>') }]), 'not_a_workbook', 'it is an OpenDocument (.ods)'],
    ['.docx', zip([...good.filter(({ name }) => !name.startsWith('xl/')), { name: 'word/document.xml', data: Buffer.from('<w/>') }]), 'damaged_workbook', 'there is no part "workbook"'],
    ['.xlsb', zip([...good.filter(({ name }) => !/workbook\.xml$/.test(name)), { name: 'xl/workbook.bin', data: Buffer.from('x') }, { name: '_rels/.rels', data: Buffer.from('<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>') }].filter((part, i, all) => all.findLastIndex(({ name }) => name === part.name) === i)), 'not_a_workbook', 'it is .xlsb'],
    ['a zip with a workbook in it', zip([{ name: 'bao cao.xlsx', data: whole }]), 'not_a_workbook', 'it is a .zip with an .xlsx in it'],
    ['a zip of something else', zip([{ name: 'a.txt', data: Buffer.from('x') }]), 'not_a_workbook', 'there is no workbook in this zip'],
    ['macros', zip([...good, { name: 'xl/vbaProject.bin', data: Buffer.from('x') }]), 'macro_workbook', 'The workbook has macros (.xlsm)'],
    ['encrypted parts', replaced(sheet1, 'x', { flags: 1 }), 'encrypted_workbook', 'password'],
    ['cut short', whole.subarray(0, whole.length - 40), 'damaged_workbook', 'it is no complete zip'],
    ['only its beginning', whole.subarray(0, 10), 'damaged_workbook', 'it is no complete zip'],
    ['a part whose sum is wrong', replaced(sheet1, sheetXml({ rows }), { crc: 1 }), 'damaged_workbook', `its part "${sheet1}" cannot be read`],
    ['a part that is longer than it says', replaced(sheet1, sheetXml({ rows }), { size: 10 }), 'damaged_workbook', sheet1],
    ['a part that is not packed as it says', zip(good.map(part => part.name === sheet1 ? { name: sheet1, data: deflateRawSync(part.data).subarray(3), as: { method: 8, size: part.data.length } } : part)), 'damaged_workbook', sheet1],
    ['a part twice', zip([...good, { name: 'XL/worksheets/SHEET1.xml', data: Buffer.from('<worksheet/>') }]), 'damaged_workbook', sheet1],
    ['a path that leads out', zip([...good, { name: '../../etc/passwd', data: Buffer.from('x') }]), 'damaged_workbook', 'no complete zip'],
    ['no sheet behind its name', zip(good.filter(({ name }) => name !== sheet1)), 'damaged_workbook', `its part "${sheet1}" cannot be read`],
    ['a sheet that is elsewhere', replaced('xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="http://example.vn/a.xml" TargetMode="External"/></Relationships>'), 'damaged_workbook', 'its part'],
    ['a relationship to itself', replaced('xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="workbook.xml"/></Relationships>'), 'damaged_workbook', 'its sheet "Sheet1" cannot be read'],
    ['no relationship', replaced('xl/_rels/workbook.xml.rels', '<Relationships/>'), 'damaged_workbook', 'its part "xl/workbook.xml" cannot be read'],
    ['no XML', sheet('x'), 'damaged_workbook', sheet1],
    ['XML that ends early', sheet(sheetXml({ rows }).slice(0, -30)), 'damaged_workbook', sheet1],
    ['no UTF-8', replaced(sheet1, Buffer.from(sheetXml({ rows }).replace('A', '\xff'), 'latin1')), 'damaged_workbook', sheet1],
    ['UTF-16', replaced(sheet1, Buffer.from(`\ufeff${sheetXml({ rows })}`, 'utf16le')), 'damaged_workbook', sheet1],
    ['a document type', altered('<worksheet', '<!DOCTYPE worksheet [<!ENTITY a "x">]><worksheet'), 'damaged_workbook', sheet1],
    ['an entity', altered('<v>1</v>', '<v>&a;</v>'), 'damaged_workbook', sheet1],
    ['nested without end', altered('<sheetData>', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}<sheetData>`), 'damaged_workbook', sheet1],
    ['rows out of order', altered('<row r="3"', '<row r="1"'), 'damaged_workbook', 'its sheet "Sheet1", row 3 cannot be read'],
    ['a row beyond all', altered('<row r="3"', '<row r="1048577"'), 'damaged_workbook', 'row 3'],
    ['cells out of order', altered('r="B2"', 'r="A2"'), 'damaged_workbook', 'row 2'],
    ['a cell of another row', altered('r="B2"', 'r="B9"'), 'damaged_workbook', 'row 2'],
    ['a cell beyond all', altered('r="C2"', 'r="XFE2"'), 'damaged_workbook', 'row 2'],
    ['a kind that there is not', altered('t="s"', 't="q"'), 'damaged_workbook', 'row 3'],
    ['a number that is none', altered('<v>1</v>', '<v>1,5</v>'), 'damaged_workbook', 'row 2'],
    ['a shared text that there is not', altered('<v>0</v>', '<v>7</v>'), 'damaged_workbook', 'its part "sharedStrings"'],
    ['a range that is none', altered('</sheetData>', '</sheetData><mergeCells><mergeCell ref="x"/></mergeCells>'), 'damaged_workbook', 'its sheet "Sheet1" cannot be read']
  ]
  t.same((await read(whole)).rows, [[2, { code: 'A', period: '2025', value: '1' }], [3, { code: 'B', period: '2025', value: '5' }]])
  for (const [what, file, code, says] of cases) {
    const found = await read(file)
    t.same(found.refused, ['invalid_request', ` ${code}`], `${what}: ${found.says}`)
    t.ok(found.says?.includes(says), `${what}: ${found.says}`)
  }
})

test('limits', async t => {
  const limits: StreamLimits = { ...STREAM_LIMITS, rows: 3, columns: 4, lineBytes: 1000, bytes: 50_000 }
  const rows = (count: number): Held[][] => [['code', 'period', 'note'], ...Array.from({ length: count }, (_, i): Held[] => [`A${i}`, '2025'])]
  const long = 'x'.repeat(700)
  const cases: [what: string, file: Buffer, expected: string[] | number][] = [
    ['as many rows as there may be', book(rows(3)), 3],
    ['one more', book(rows(4)), ['content_too_large', 'limit 3']],
    ['columns', book([['code', 'period', '#a', '#b', '#c'], ['A', '2025']]), ['content_too_large', 'limit 4']],
    ['a long cell', book([['code', 'period', 'note'], ['A', '2025', 'x'.repeat(1001)]]), ['content_too_large', 'limit 1000']],
    ['a long row', book([['code', 'period', 'note', '#a'], ['A', '2025', long, long]]), ['content_too_large', 'limit 1000']],
    ['a long row of shared texts', book({ sheets: [{ rows: [['code', 'period', 'note', 'value'], ['A', '2025', { shared: 0 }, { shared: 0 }]] }], strings: [long] }), ['content_too_large', 'limit 1000']],
    ['a long shared text', book({ sheets: [{ rows: rows(1) }], strings: ['x'.repeat(1001)] }), ['content_too_large', 'limit 1000']],
    ['more than there may be unpacked', book({ sheets: [{ rows: rows(1), before: `<a b="${'x'.repeat(60_000)}"/>` }] }), ['content_too_large', 'limit 50000']],
    ['in several parts', book({ sheets: [1, 2, 3].map(() => ({ rows: [['x']], before: `<a b="${'x'.repeat(20_000)}"/>` })) }), ['content_too_large', 'limit 50000']],
    ['in a part that is not read', zip([...bookParts({ sheets: [{ rows: rows(1) }] }), { name: 'xl/media/image1.png', data: Buffer.alloc(100_000) }]), 1]
  ]
  for (const [what, file, expected] of cases) {
    const found = await read(file, { limits })
    if (typeof expected === 'number') t.equal(found.rows?.length, expected, `${what}: ${found.says}`)
    else t.same(found.refused, expected, `${what}: ${found.says}`)
  }
  const commented = (comment: string) => book({ sheets: [{ rows: rows(1), before: `<!--${comment}-->` }] })
  const endless = commented(randomBytes(3_000_000).toString('hex'))
  t.same((await read(endless)).refused, ['invalid_request', ' damaged_workbook'], 'a comment without an end is not waited for')
  const bomb = commented('x'.repeat(6_000_000))
  t.ok(bomb.length < 20_000)
  t.match((await read(bomb)).refused, ['compression_ratio_exceeded'])
})

test('more shared texts than are kept in memory', async t => {
  const count = 100_000
  const strings = Array.from({ length: count }, (_, i) => `mã ${i}`)
  const order = Array.from({ length: 2000 }, (_, i) => (i * 104_729) % count)
  const rows: Held[][] = [['code', 'period', 'note'], ...order.map((i): Held[] => [{ shared: i }, '2025', { shared: count - 1 - i }])]
  const { rows: found } = await read(book({ sheets: [{ rows }], strings }))
  t.same(found!.map(row => row[1]), order.map(i => ({ code: `mã ${i}`, period: '2025', note: `mã ${count - 1 - i}` })))
})

test('number formats', t => {
  const cases: [format: string | number, kind: FormatKind][] = [
    [0, 'general'], [1, 'general'], [49, 'general'], [2, 'number'], [4, 'number'], [9, 'percent'], [10, 'percent'], [11, 'number'], [14, 'date'], [17, 'date'], [22, 'date'], [46, 'date'], [58, 'date'], [37, 'number'],
    ['General', 'general'], ['0', 'general'], ['@', 'general'], ['', 'general'], ['0.00', 'number'], ['#,##0', 'number'], ['#,##0.00', 'number'], ['# ##0', 'number'], ['0.0%', 'percent'], ['0.0"%"', 'number'], ['0.0\\%', 'number'],
    ['[Red]0.0%;[Blue]-0.0%', 'percent'], ['dd/mm/yyyy', 'date'], ['[$-42A]dd mmmm yyyy', 'date'], ['mmm-yy', 'date'], ['yyyy"-Q"0', 'date'], ['[h]:mm:ss', 'date'], ['[ss]', 'date'], ['h:mm AM/PM', 'date'],
    ['0.00E+00', 'number'], ['##0.0e-0', 'number'], ['#,##0,', 'scaled'], ['0.0,,"tr"', 'scaled'], ['#,##0.00\\ "₫"', 'number'], ['_-* #,##0.00\\ _₫_-', 'number'], ['[>=1000]#,##0,"k";0', 'scaled'], ['00000', 'number'],
    ['#,##0 "đồng"', 'number'], ['General" hồ sơ"', 'number'], ['[Color10]General', 'number'], ['# ?/?', 'number']
  ]
  for (const [format, kind] of cases) {
    t.equal(typeof format === 'number' ? formatKind(format) : formatKind(164, format), kind, String(format))
  }
  t.end()
})
