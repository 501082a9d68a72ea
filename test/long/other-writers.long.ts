import Papa from 'papaparse'
import { test } from 'tap'
import { XLSX, problems, world } from '../features/pushing.js'
import type { Body } from '../features/registry.js'
import { build, client } from '../helper.js'
import { python, withPython } from '../setup/office.js'

/** By member, as they are stored: the value, and the note where there is one. */
type Stored = Record<string, [value: string, note?: string]>
/** By row of the sheet: the problems, and a part of what is said about the first. */
type Rejected = Record<number, [problems: string, says: string]>

/** What must come of each workbook that test/setup/office.py writes: what is stored, and what is rejected. */
const TAKEN: Record<string, [stored: Stored, rejected?: Rejected, period?: string]> = {
  plain: [{ c1: ['82.5', 'Đủ'], c2: ['7'], c3: ['1000'], c4: ['-0.1'], c5: ['12.5'], c6: ['2.3'] }],
  inexact: [{}, {
    // openpyxl writes 16 digits
    2: ['/value inexact_number', 'Cell Figures!E2 holds 33.33333333333334:'],
    3: ['/value inexact_number', 'Cell Figures!E3 holds 1234567890123457000:']
  }],
  date_for_a_period: [{}, {
    2: ['/period date_cell', 'Cell Figures!C2 is a date (2025-03-31); a period is a text, such as 2025-03, 2025-Q1 or 2025'],
    3: ['/period date_cell', 'Cell Figures!C3 is a date (2025-09-01 08:30:00); a period is a text, such as 2025-09, 2025-Q3 or 2025']
  }],
  year_as_a_number: [{ c1: ['1'] }, {}, '2025'],
  dates_of_1904: [{ c2: ['40268'] }, { 2: ['/period date_cell', 'Cell Figures!C2 is a date (2025-03-31)'] }],
  formula_without_a_result: [{}, { 2: ['/value formula_cell', 'Cell Figures!E2 is a formula'] }],
  merged_beside: [{ c1: ['1'], c2: ['2'] }, { 5: ['/agency required, /period required, /indicator unknown_indicator', 'There is no indicator'] }],
  sheet_of_notes: [{ c1: ['3.5'] }],
  table: [{ c1: ['1.5'], c2: ['2.5'] }],
  percentages: [{ c2: ['82.5'] }, { 2: ['/value percent_cell', 'Cell Figures!E2 holds 0.825 and shows it as 82.5%'] }],
  thousands: [{ c1: ['12500'], c3: ['12500'] }, { 3: ['/value scaled_cell', 'Cell Figures!E3 holds 12500'] }],
  empty_rows: [{ c1: ['1'], c2: ['2'] }],
  empty_rows_above: [{ c1: ['1'] }],
  error_and_logical: [{}, {
    2: ['/value error_cell', 'Cell Figures!E2 is the error #DIV/0!'], 3: ['/value boolean_cell', 'Cell Figures!E3 is the logical value TRUE']
  }],
  hidden_row: [{ c1: ['1'] }, { 3: ['hidden_row', 'Row 3 (Figures!3:3) is hidden'] }],
  styled: [{ c1: ['1.25', 'dòng một\ndòng hai'], c2: ['2', '  hai khoảng trắng  '], c3: ['3', '<b>&amp; "x"'] }],
  styles_in_rows_below: [{ c1: ['1'] }],
  streamed: [{ c1: ['82.5', 'Đủ'], c2: ['7'] }],
  xw_shared: [{ c1: ['82.5', 'Đủ'], c2: ['7', 'a < b & c_x0041_'], c3: ['1000'] }],
  xw_inline: [{ c1: ['82.5', 'Đủ'], c2: ['7', 'a < b & c_x0041_'], c3: ['1000'] }],
  xw_formula: [{ c2: ['3'] }, { 2: ['/value formula_cell', 'Cell Figures!E2 is a formula'] }],
  xw_formula_of_text: [{}, { 2: ['/period formula_cell', 'Cell Figures!C2 is a formula'] }],
  xw_array: [{}, { 2: ['/value formula_cell', 'Figures!E2'], 3: ['/value formula_cell', 'Figures!E3'] }],
  xw_rich: [{ c1: ['5', 'Đủ và đúng'] }],
  xw_rich_inline: [{ c1: ['5', 'Đủ và đúng'] }],
  xw_1904: [{}, { 2: ['/period date_cell', 'Cell Figures!C2 is a date (2025-03-31)'] }],
  xw_table: [{ c1: ['5'], c2: ['6'] }],
  xw_table_with_total: [{ c1: ['5'], c2: ['6'] }, { 4: ['/value formula_cell, /agency required, /period required, /indicator unknown_indicator', 'Cell Figures!E4 is a formula'] }],
  xw_grouped: [{ c1: ['5'] }, { 3: ['hidden_row', 'Row 3 (Figures!3:3) is hidden'] }],
  xw_chart: [{ c1: ['5'], c2: ['6'] }]
}

/** What is refused as a whole, by one problem. */
const REFUSED: Record<string, [code: string, says: string]> = {
  merged: [' merged_cells', 'The cells Figures!C2:C3 are merged'],
  hidden_sheet: [' hidden_sheet', 'The hidden sheet “Cũ”'],
  two_sheets: [' several_sheets', '“Quý 1”, “Quý 2”'],
  title_above: [' header_not_first', '3'],
  hidden_column: ['/value hidden_column', 'The column "value" (Figures!E:E) is hidden'],
  xw_sparse: ['/ unknown_column', 'Column 2 (B) has no name in the header'],
  xw_macro: [' macro_workbook', 'The workbook has macros (.xlsm)']
}

test('workbooks of other programs', withPython, async t => {
  const { app, push, fresh, rowsOf, one } = await world(t)
  const indicators: Record<string, string> = {}
  for (const name of [...Object.keys(TAKEN), ...Object.keys(REFUSED)]) {
    indicators[name] = await fresh({ decimals: 3, minimum: undefined, frequency: undefined, frequencies: ['quarterly', 'yearly'] })
  }
  const files = await python(t)
  await files.run('write', JSON.stringify(indicators))
  const stored = async (name: string) => (await app.pool.query(
    'select breakdown_key, period, value, note from measurements where indicator_code = $1 order by 1', [indicators[name]])).rows

  for (const [name, [expected, rejected = {}, period = '2025-Q1']] of Object.entries(TAKEN)) {
    const { status, body } = await push(await files.get(`${name}.xlsx`), { type: XLSX })
    t.equal(status, 200, `${name}: ${status === 200 ? '' : JSON.stringify(body)}`)
    const found = await stored(name)
    t.same(found, Object.entries(expected).map(([member, [value, note = null]]) => ({ breakdown_key: `cell=${member}`, period, value, note })), name)
    const rows = (await rowsOf(body)).filter(({ outcome }) => outcome === 'rejected')
    t.same(rows.map(row => [row['line'], problems(row)]), Object.entries(rejected).map(([line, [codes]]) => [Number(line), codes]), name)
    for (const row of rows) {
      const said = (row['problems'] as Body[]).map(({ detail }) => detail).join(' ')
      t.ok(said.includes(rejected[row['line']]![1]), `${name}: ${said}`)
    }
    t.match((await push(await files.get(`${name}.xlsx`), { type: XLSX })).body['counts'], { created: 0, unchanged: found.length, rejected: rows.length })
  }
  const before = await one('select count(*) from submissions')
  for (const [name, [code, says]] of Object.entries(REFUSED)) {
    const { status, body } = await push(await files.get(name === 'xw_macro' ? 'xw_macro.xlsm' : `${name}.xlsx`), { type: XLSX })
    t.same([status, (body['errors'] as Body[]).map(({ pointer, code }) => `${pointer} ${code}`)], [400, [code]], name)
    t.ok(body['errors'][0].detail.includes(says), `${name}: ${body['errors'][0].detail}`)
    t.same([await one('select count(*) from submissions'), await stored(name)], [before, []], `${name}: nothing is stored`)
  }
})

test('SDMX-CSV of the demonstration, read by Python and by Papa Parse', withPython, async t => {
  const app = await build(t, { seed: 'demo' })
  const { headers } = await client(app)
  const files = await python(t)
  const get = async (format: string) => (await app.inject({ url: `/v1/measurements?format=${format}`, headers })).body
  const text = await get('sdmx-csv')
  await files.put('sdmx.csv', text)
  const rows = JSON.parse(await files.run('csv', 'sdmx.csv')) as string[][]
  t.same(rows.slice(0, 1).map(head => head.slice(0, 6)), [['STRUCTURE', 'STRUCTURE_ID', 'ACTION', 'FREQ', 'INDICATOR', 'AGENCY']])
  t.same(rows, Papa.parse(text, { newline: '\r\n', skipEmptyLines: true }).data)
  const lines = (await get('ndjson')).trimEnd().split('\n').map(line => JSON.parse(line) as Body)
  const column = (name: string) => rows.slice(1).map(row => row[rows[0]!.indexOf(name)])
  t.same(column('MEASUREMENT_ID'), lines.map(({ id }) => id))
  t.same(column('OBS_VALUE'), lines.map(({ value = '' }) => value))
  t.same(new Set(rows.map(row => row.length)).size, 1)
})
