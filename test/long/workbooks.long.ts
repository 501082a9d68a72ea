import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32, createDeflateRaw } from 'node:zlib'
import { test } from 'tap'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { spool } from '../../src/http/stream/spool.js'
import { openXlsx } from '../../src/http/stream/xlsx.js'
import { XLSX, world } from '../features/pushing.js'
import { build, client } from '../helper.js'
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

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that are in use: when it is that the engine gives back what is not, is its own affair. */
function held (): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
/** Batches between two looks, each of which stops everything for a while. */
const LOOK_EVERY = 40

/** Megabytes that the process came to hold beside what it held before, and the seconds that it took. */
async function measured (rows: number): Promise<{ count: number, more: number, seconds: number }> {
  const parts = bookParts({ sheets: [{ rows: [] }], strings: [] }).filter(({ name }) => !/sheet1|sharedStrings/.test(name))
  const file = zip([...parts, await packed('xl/sharedStrings.xml', strings(rows)), await packed('xl/worksheets/sheet1.xml', sheet(rows))])
  const body = await spool(Readable.from((function * () {
    for (let at = 0; at < file.length; at += 65536) yield file.subarray(at, at + 65536)
  })()))
  const before = held()
  let most = before
  const start = performance.now()
  const opened = await openXlsx(body, { ...options, limits: STREAM_LIMITS })
  let count = 0
  let batches = 0
  for await (const batch of opened.batches()) {
    count += batch.length
    if (++batches % LOOK_EVERY === 0) most = Math.max(most, held())
  }
  const seconds = (performance.now() - start) / 1000
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
  t.ok(large.more < small.more + 10, `${large.more.toFixed(0)} MB, ${small.more.toFixed(0)} MB for a tenth`)
})

/** Megabytes that the process came to hold while it worked. */
async function grown<Result> (work: () => Promise<Result>): Promise<{ result: Result, more: number }> {
  collect()
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 20)
  try {
    return { result: await work(), more: (most - before) / 1e6 }
  } finally {
    clearInterval(watch)
  }
}

test('two gibibytes in a workbook of some megabytes', async t => {
  const { push, one } = await world(t)
  const space = ' '.repeat(2 ** 20)
  const part = await packed('xl/worksheets/sheet1.xml', (function * () {
    yield '<worksheet>'
    for (let i = 0; i < 2048; i++) yield space
    yield '<sheetData/></worksheet>'
  })())
  const others = bookParts({ sheets: [{ rows: [] }] }).filter(({ name }) => !name.endsWith('sheet1.xml'))
  const bomb = zip([...others, part])
  const lying = zip([...others, { ...part, as: { ...part.as, size: 1000 } }])
  t.ok(bomb.length < 20e6, `${(bomb.length / 1e6).toFixed(1)} MB`)
  for (const [what, file, expected] of [
    ['its directory says how large it is', bomb, [413, { code: 'compression_ratio_exceeded' }]],
    ['its directory says that it is small', lying, [400, { code: 'invalid_request', errors: [{ pointer: '', code: 'damaged_workbook' }] }]]
  ] as const) {
    const { result: { status, body }, more } = await grown(() => push(file, { type: XLSX }))
    t.match([status, body], expected, what)
    t.ok(more < 150, `${what}: ${more.toFixed(0)} MB more`)
  }
  t.equal(Number(await one('select count(*) from submissions')), 0)
})

const PART = 100_000

test('a result of one row more than a sheet has is refused before anything is sent', async t => {
  const app = await build(t, { seed: 'plan' })
  const { id, headers } = await client(app)
  const most = 1_048_576 - 1
  await app.pool.query(`insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
    values ('0197c2f4-6bff-7c3d-8a51-0f6f4f2f9b11', $1, 'partial', 'completed', 1, 1, 0, 0, 0, 0, now())`, [id])
  const insert = (from: number, to: number) => app.pool.query(`insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality, initial_state, client_id, submission_id)
    select 'KTS-05', ('0197c2f4-6c0e-7b1c-9f57-' || lpad(to_hex(i), 12, '0'))::uuid, '2025', 'UBND-BINH-THUAN', 'cell=c' || i,
      jsonb_build_object('cell', 'c' || i), 1, i % 90, 'official', 'accepted', $1, '0197c2f4-6bff-7c3d-8a51-0f6f4f2f9b11'
    from generate_series(${from}, ${to}) i`, [id])
  // a statement may take half a minute
  for (let from = 1; from <= most; from += PART) await insert(from, Math.min(from + PART - 1, most))
  await app.pool.query('analyze measurements')
  const ask = async (method: 'GET' | 'HEAD') => {
    const began = performance.now()
    const { result, more } = await grown(() => app.inject({ method, url: '/v1/measurements?format=xlsx', headers: { ...headers, 'accept-language': 'en' } }))
    t.comment(`${method}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
    t.ok(more < 100, `${more.toFixed(0)} MB more`)
    return result
  }
  t.equal((await ask('HEAD')).statusCode, 200, 'a full sheet')
  await insert(most + 1, most + 1)
  const refused = await ask('GET')
  t.match([refused.statusCode, refused.json()], [400, { code: 'invalid_request', errors: [{ parameter: 'format', code: 'too_many_rows' }] }])
  t.equal(refused.json().errors[0].detail, 'A sheet has 1048575 rows of data at most, and this result has more: filter it, or take csv or ndjson.')
  t.notOk('content-disposition' in refused.headers)
  t.equal(app.lanes.lane('dear').running, 0)
})
