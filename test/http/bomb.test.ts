import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { test } from 'tap'
import { Lane } from '../../src/http/lane.js'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { Store, spool } from '../../src/http/stream/spool.js'
import { Package } from '../../src/http/workbook/package.js'
import { writeWorkbook } from '../../src/http/workbook/write.js'
import { column } from '../../src/http/columns.js'

const MIB = 1024 * 1024
const packed = {
  gzip: gzipSync,
  br: (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
} as const

test('what a few bytes unpack to is bounded by what was sent', async t => {
  const limits = { ...STREAM_LIMITS, unpacked: MIB, ratio: 20 }
  for (const coding of ['gzip', 'br'] as const) {
    const bomb = packed[coding](Buffer.alloc(64 * MIB, '\n'))
    t.ok(bomb.length < 100_000)
    let written = 0
    const openFile = async () => ({
      write: async (_: unknown, __: number, length: number) => { written += length; return { bytesWritten: length, buffer: _ } },
      close: async () => {}
    }) as never
    await t.rejects(spool(Readable.from([bomb]), { coding, limits, openFile }), {
      code: 'compression_ratio_exceeded', extra: { unpacked: MIB, ratio: 20 }, headers: { connection: 'close' }
    }, coding)
    t.ok(written < 2 * MIB + 20 * bomb.length, `${coding}: ${written} bytes were unpacked of ${64 * MIB}`)

    const whatever = await spool(Readable.from([packed[coding](Buffer.alloc(MIB, '\n'))]), { coding, limits })
    t.equal(whatever.bytes, MIB, `${coding}: so much in any case`)
    await whatever.close()
    // 4 MiB in which nothing repeats
    const noise = randomBytes(4 * MIB)
    const dense = await spool(Readable.from([packed[coding](noise)]), { coding, limits })
    t.equal(dense.bytes, noise.length, `${coding}: and more of what is no bomb`)
    await dense.close()
  }
})

test('a file of figures as real ones are is none', async t => {
  const rows = Array.from({ length: 100_000 }, (_, i) => `CQS-01,UBND-XA-${i % 1000},2025-Q${1 + i % 4},${(i * 7919 % 9973) / 100},official,Cùng một ghi chú ở mọi dòng của báo cáo này\n`)
  for (const coding of ['gzip', 'br'] as const) {
    const one = await spool(Readable.from([packed[coding](Buffer.from(rows.join('')))]), { coding })
    t.ok(one.bytes > 8 * MIB)
    await one.close()
  }
})

test('bodies are unpacked in turns, and who sends nothing has none', async t => {
  const lane = new Lane({ atOnce: 1, each: 1, waiting: Infinity, waitingEach: Infinity, waitMs: 5_000 })
  const seen = { steps: 0, most: 0 }
  const turn = async () => {
    const leave = await lane.enter('somebody')
    seen.steps++
    seen.most = Math.max(seen.most, lane.running)
    return leave
  }
  const noise = randomBytes(MIB)
  const sent = gzipSync(noise)
  let more: () => void = () => {}
  const slow = Readable.from((async function * () {
    yield sent.subarray(0, 100_000)
    await new Promise<void>(resolve => { more = resolve })
    yield sent.subarray(100_000)
  })())
  const waiting = spool(slow, { coding: 'gzip', turn })
  while (seen.steps < 7) await new Promise(setImmediate)
  t.equal(seen.steps, 7, '100,000 bytes in steps of 16 KiB')
  const others = await Promise.all([1, 2, 3].map(() => spool(Readable.from([sent]), { coding: 'gzip', turn })))
  t.same(others.map(({ bytes }) => bytes), [MIB, MIB, MIB], 'three others, beside one that is slow')
  more()
  const last = await waiting
  t.equal(last.sha256, others[0]!.sha256)
  t.equal(seen.most, 1)
  t.equal(lane.running, 0)
  await Promise.all([last, ...others].map(one => one.close()))
  const cut = gzipSync(noise).subarray(0, 500_000)
  await t.rejects(spool(Readable.from([cut]), { coding: 'gzip', turn }), { code: 'invalid_request' })
  await t.rejects(spool(Readable.from([randomBytes(100_000)]), { coding: 'gzip', turn }), { code: 'invalid_request' })
  t.equal(lane.running, 0, 'what is damaged gives its turn back')
})

test('nothing more is unpacked for a sender who has gone', async t => {
  let asked = 0
  const isGone = () => ++asked > 3
  const bomb = gzipSync(Buffer.alloc(16 * MIB, '\n'))
  await t.rejects(spool(Readable.from([bomb]), { coding: 'gzip', isGone }), { code: 'ECONNRESET' })
  t.equal(asked, 4, 'after three pieces')
  const kept: Store = new Store(STREAM_LIMITS, undefined, () => kept.sha256 !== '')
  await kept.write(Buffer.from('a,b\n'))
  await kept.finish()
  await t.rejects(kept.chunks().next(), { code: 'ECONNRESET' }, 'nor read')
  kept.keep()
  t.equal(String((await kept.chunks().next()).value), 'a,b\n', 'but of what was begun')
})

test('a workbook is held to the same', async t => {
  async function * batches () { yield Array.from({ length: 3_000 }, () => ({ text: 'x'.repeat(500) })) }
  const source = { registry: '-', address: '-', again: '-', whole: '-', on: undefined, asOf: undefined, filters: {} }
  const pieces: Buffer[] = []
  for await (const piece of writeWorkbook({ title: { vi: 'a', en: 'a' }, columns: [column('text', 'text', 'a', 'a')], batches: batches(), source })) pieces.push(piece)
  const limits = { ...STREAM_LIMITS, unpacked: 64 * 1024, ratio: 20 }
  const read = async (given: typeof limits) => {
    const body = await spool(Readable.from(pieces))
    try {
      const pack = await Package.open(body, given)
      for await (const text of pack.read('xl/worksheets/sheet1.xml')) if (text === '') return
    } finally {
      await body.close()
    }
  }
  await t.rejects(read(limits), { code: 'compression_ratio_exceeded' })
  await t.resolves(read({ ...limits, ratio: 1_000 }))
})
