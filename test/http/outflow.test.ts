import { once } from 'node:events'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { csvRecord } from '../../src/http/stream/csv-write.js'
import { openCsv } from '../../src/http/stream/csv.js'
import { OutflowStream, Stalled } from '../../src/http/stream/outflow.js'

function outflow (count: number, { stallMs = 60_000, fault }: { stallMs?: number, fault?: Error } = {}) {
  const said: string[] = []
  let made = 0
  async function * generate () {
    while (made < count) yield `piece ${++made}\n`
    if (fault !== undefined) throw fault
  }
  const pieces = generate()
  const open = async () => new OutflowStream({
    pieces,
    first: await pieces.next(),
    stallMs,
    close: async ({ busy, error }) => { said.push(`${busy ? 'busy' : 'idle'} ${error?.name ?? 'done'}`) }
  })
  return { open, said, made: () => made }
}

t.test('nothing is made before there is room for it', async t => {
  const { open, said, made } = outflow(1_000)
  const stream = await open()
  t.equal(made(), 1)
  let taken = 0
  let ahead = 0
  const slow = new Writable({
    highWaterMark: 1,
    write (_chunk, _encoding, done) {
      taken++
      // as long as this one is being taken
      setImmediate(() => setImmediate(() => {
        ahead = Math.max(ahead, made() - taken)
        done()
      }))
    }
  })
  await pipeline(stream, slow)
  t.same([taken, made()], [1_000, 1_000])
  t.ok(ahead <= 2, `${ahead} ahead at most`)
  t.same(said, ['idle done'], 'closed once, by its end')
})

t.test('whoever takes nothing is not waited for', async t => {
  const { open, said, made } = outflow(1_000, { stallMs: 20 })
  const stream = await open()
  stream.read(0)
  const [error] = await once(stream, 'error')
  t.type(error, Stalled)
  t.ok(made() <= 2)
  t.same(said, ['idle Stalled'])
})

t.test('what fails half-way is an error, and whoever leaves is none', async t => {
  const failing = outflow(3, { fault: new TypeError('lost') })
  await t.rejects(pipeline(await failing.open(), new Writable({ write (_chunk, _encoding, done) { done() } })), /lost/)
  t.same(failing.said, ['idle TypeError'])
  const left = outflow(3)
  const stream = await left.open()
  stream.destroy()
  await once(stream, 'close')
  t.same(left.said, ['idle done'])
})

t.test('a record reads as it was written', async t => {
  const cells = ['plain', '', 'a,b', 'a;b', 'say "x"', 'two\r\nlines', 'two\nlines', ' space', 'space ', '\t', '"', '""', '\r', 'Đồng Nai']
  for (const delimiter of [',', ';'] as const) {
    const names = cells.map((_, i) => `c${i}`)
    const bytes = Buffer.from(`${csvRecord(names, delimiter)}${csvRecord(cells, delimiter)}${csvRecord([...cells].reverse(), delimiter)}`)
    const file = await openCsv({ async * chunks () { for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7) } }, { delimiter, columns: Object.fromEntries(names.map(name => [name, 'plain'])) })
    const rows: unknown[] = []
    for await (const batch of file.batches()) for (const row of batch) rows.push(names.map(name => row.value?.[name] ?? ''))
    t.same(rows, [cells, [...cells].reverse()], delimiter)
  }
  t.equal(csvRecord([null, undefined, 1, true, 'x'], ','), ',,1,true,x\r\n')
})
