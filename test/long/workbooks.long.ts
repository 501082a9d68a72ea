import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import { test } from 'tap'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { spool } from '../../src/http/stream/spool.js'
import { openXlsx } from '../../src/http/stream/xlsx.js'
import { bookParts, zip, type Part } from '../http/workbooks.js'

const options = {
  columns: { itemId: 'text', indicator: 'plain', agency: 'plain', period: 'period', value: 'shown', numerator: 'decimal', denominator: 'decimal', note: 'text' },
  required: ['indicator', 'agency', 'period']
} as const
const HEAD = ['itemId', 'indicator', 'agency', 'period', 'value', 'numerator', 'denominator', 'note']

/** A part that is too large to be held as a text: packed while it is made. */
async function packed (name: string, pieces: Iterable<string>): Promise<Part> {
  let [sum, size] = [0, 0]
  const bytes = Readable.from((function * () {
    for (const piece of pieces) {
      const data = Buffer.from(piece)
      sum = crc32(data, sum)
      size += data.length
      yield data
    }
  })())
  const chunks: Buffer[] = []
  for await (const chunk of bytes.pipe(createDeflateRaw({ level: 1 }))) chunks.push(chunk as Buffer)
  return { name, data: Buffer.concat(chunks), as: { packed: true, crc: sum, size } }
}

function * sheet (rows: number): Generator<string> {
  yield `<worksheet><sheetData><row r="1">${HEAD.map((name, i) => `<c r="${'ABCDEFGH'[i]}1" t="inlineStr"><is><t>${name}</t></is></c>`).join('')}</row>`
  for (let row = 2; row < rows + 2; row++) {
    const text = (column: string, index: number) => `<c r="${column}${row}" s="1" t="s"><v>${index}</v></c>`
    const number = (column: string, value: number) => `<c r="${column}${row}" s="4"><v>${value}</v></c>`
    yield `<row r="${row}" spans="1:8">${text('A', row + 8)}${text('B', 0)}${text('C', row % 8)}${text('D', 8)}${number('E', row / 4)}${number('F', row)}${number('G', 400)}${text('H', row + 8)}</row>`
  }
  yield '</sheetData></worksheet>'
}

function * strings (rows: number): Generator<string> {
  yield '<sst>'
  for (let i = 0; i < rows + 10; i++) yield `<si><t>một chuỗi của riêng dòng ${i}</t></si>`
  yield '</sst>'
}

/** Megabytes that the process came to hold beside what it held before, and the seconds that it took. */
async function measured (rows: number): Promise<{ count: number, more: number, seconds: number }> {
  const parts = bookParts({ sheets: [{ rows: [] }], strings: [] }).filter(({ name }) => !/sheet1|sharedStrings/.test(name))
  const file = zip([...parts, await packed('xl/sharedStrings.xml', strings(rows)), await packed('xl/worksheets/sheet1.xml', sheet(rows))])
  const body = await spool(Readable.from((function * () {
    for (let at = 0; at < file.length; at += 65536) yield file.subarray(at, at + 65536)
  })()))
  global.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 50)
  const start = performance.now()
  const opened = await openXlsx(body, { ...options, limits: STREAM_LIMITS })
  let count = 0
  for await (const batch of opened.batches()) count += batch.length
  const seconds = (performance.now() - start) / 1000
  clearInterval(watch)
  await opened.close()
  await body.close()
  return { count, more: (most - before) / 1e6, seconds }
}

/** A million takes minutes. */
const MANY = Number(process.env['WORKBOOK_ROWS'] ?? 200_000)

test('a workbook of very many rows, with texts of their own, in flat memory', async t => {
  await measured(5_000)
  const small = await measured(MANY / 10)
  const large = await measured(MANY)
  t.same([small.count, large.count], [MANY / 10, MANY])
  for (const { count, more, seconds } of [small, large]) t.comment(`${count} rows: ${more.toFixed(0)} MB more, ${seconds.toFixed(1)} s`)
  t.ok(large.more < small.more + 60, `${large.more.toFixed(0)} MB, ${small.more.toFixed(0)} MB for a tenth`)
})
