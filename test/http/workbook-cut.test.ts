import { test } from 'tap'
import type { Column } from '../../src/http/columns.js'
import { writeWorkbook } from '../../src/http/workbook/write.js'
import { sheetsOf } from '../features/workbook-files.js'

interface Row { name: string, text: string | null }
const columns: Column<Row>[] = [
  { name: 'name', kind: 'code', label: { vi: 'Tên', en: 'Name' }, of: row => row.name },
  { name: 'text', kind: 'text', label: { vi: 'Văn bản', en: 'Text' }, of: row => row.text }
]

async function written (rows: Row[]) {
  const pieces: Buffer[] = []
  const source = { registry: 'r', address: 'a', again: 'again', whole: 'http://registry.test/v1/x?format=ndjson', on: undefined, asOf: undefined, filters: {} }
  const batches = (async function * () { yield rows })()
  for await (const piece of writeWorkbook({ title: { vi: 'Thử', en: 'Trial' }, columns, batches, source })) pieces.push(piece)
  const [data, , about] = await sheetsOf(Buffer.concat(pieces))
  return { cells: data!.rows.slice(1).map(row => row[1]), told: about!.rows.find(row => row[1] === 'Texts that were cut')?.[2] }
}

test('a text that no cell can hold is cut, and the sheet on the source says which, and where all of it is', async t => {
  const most = 'x'.repeat(32_767)
  const whole = await written([{ name: 'a', text: most }, { name: 'b', text: null }])
  t.same([whole.cells, whole.told], [[most, null], undefined], 'one that just fits is whole')

  const { cells, told } = await written([{ name: 'a', text: 'ngắn' }, { name: 'b', text: `${most}y` }, { name: 'c', text: '😀'.repeat(20_000) }])
  t.equal(cells[0], 'ngắn')
  for (const cell of cells.slice(1) as string[]) {
    t.ok(cell.length <= 32_767 && cell.length >= 32_766, `${cell.length} characters`)
    t.match(cell, / … \[cắt bớt, xem NDJSON \| cut, see NDJSON\]$/)
    t.notMatch(cell, /\ufffd|[\ud800-\udbff](?![\udc00-\udfff])/, 'no half of a character')
  }
  t.equal(told, 'Một ô chứa nhiều nhất 32767 ký tự. 2 ô của trang dữ liệu bị cắt bớt: B3, B4. Nguyên văn: http://registry.test/v1/x?format=ndjson\n' +
    'A cell holds 32767 characters at most. 2 cells of the sheet of data were cut: B3, B4. The whole: http://registry.test/v1/x?format=ndjson')

  const many = await written(Array.from({ length: 150 }, () => ({ name: 'a', text: `${most}y` })))
  t.match(many.told, /150 ô .*: B2, B3, .*, B101, …\. Nguyên văn/)
})
