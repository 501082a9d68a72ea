import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { brotliCompressSync, constants, createBrotliCompress, createGzip, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { Problem } from '../../src/http/problem.js'
import { contentCoding } from '../../src/http/stream/coding.js'
import { spool, type Spool, type SpoolOptions } from '../../src/http/stream/spool.js'

const MiB = 1024 * 1024
const small = { ...STREAM_LIMITS, bytes: MiB, memoryBytes: 32 * 1024, idleMs: 100 }

async function contents (kept: Spool): Promise<Buffer> {
  const copies: Buffer[] = []
  for await (const chunk of kept.chunks()) copies.push(Buffer.from(chunk))
  return Buffer.concat(copies)
}

function cut (bytes: Buffer, size: number): Readable {
  return Readable.from((function * () { for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size) })(), { objectMode: true })
}

async function refusal (source: Readable, options: SpoolOptions): Promise<Problem> {
  try {
    await (await spool(source, options)).close()
  } catch (error) {
    return error as Problem
  }
  throw new Error('it was taken')
}

/** Bytes without end, counted: what is not taken is not made. */
function endless (block: Buffer) {
  const made = { bytes: 0 }
  const source = new Readable({
    read () {
      setImmediate(() => {
        made.bytes += block.length
        this.push(block)
      })
    }
  })
  return { source, made }
}

const directory = t.testdir()
process.env['TMPDIR'] = directory
const openFiles = () => readdirSync('/proc/self/fd').length

t.test('what was sent is kept, in memory or in a file, and can be read again and again', async t => {
  for (const size of [0, 1, 16 * 1024, 32 * 1024, 32 * 1024 + 1, 700_000]) {
    const bytes = randomBytes(size)
    for (const piece of [7919, 65536]) {
      const kept = await spool(cut(bytes, piece), { limits: small })
      t.same([kept.bytes, kept.sha256], [size, createHash('sha256').update(bytes).digest('hex')], `${size} bytes by ${piece}`)
      t.ok((await contents(kept)).equals(bytes) && (await contents(kept)).equals(bytes), 'twice')
      t.same(readdirSync(directory), [], 'no name of it is left')
      await kept.close()
      await kept.close()
      await t.rejects(contents(kept), /closed/)
    }
  }
})

t.test('compressed bodies', async t => {
  const bytes = Buffer.from('Chuyển đổi số '.repeat(20_000))
  const forms: [coding: 'gzip' | 'br', packed: Buffer][] = [
    ['gzip', gzipSync(bytes)], ['br', brotliCompressSync(bytes)],
    ['gzip', Buffer.concat([gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000))])]
  ]
  for (const [coding, packed] of forms) {
    for (const piece of [1, 10, 1000, 65536]) {
      const kept = await spool(cut(packed, piece), { limits: small, coding })
      t.ok((await contents(kept)).equals(bytes), `${coding} by ${piece}`)
      t.equal(kept.sha256, createHash('sha256').update(bytes).digest('hex'), 'the hash is of what was meant')
      await kept.close()
    }
  }
  const [gzip, br] = [forms[0]![1], forms[1]![1]]
  const broken: [what: string, coding: 'gzip' | 'br', packed: Buffer][] = [
    ['not packed at all', 'gzip', bytes], ['not packed at all', 'br', bytes], ['of another kind', 'gzip', deflateSync(bytes)],
    ['with something behind', 'gzip', Buffer.concat([gzip, Buffer.from('more')])], ['with something behind', 'br', Buffer.concat([br, Buffer.from('more')])],
    ['with zeros behind', 'gzip', Buffer.concat([gzip, Buffer.alloc(100)])],
    ['nothing', 'gzip', Buffer.alloc(0)], ['nothing', 'br', Buffer.alloc(0)]
  ]
  for (let at = 1; at < gzip.length; at += 1 + Math.floor(gzip.length / 60)) broken.push([`cut at ${at}`, 'gzip', gzip.subarray(0, at)])
  for (let at = 1; at < br.length; at += 1) broken.push([`cut at ${at}`, 'br', br.subarray(0, at)])
  for (const [what, coding, packed] of broken) {
    for (const piece of [10, 65536]) {
      const problem = await refusal(cut(packed, piece), { limits: small, coding })
      t.same([problem.code, problem.errors[0]?.code, problem.headers.connection], ['invalid_request', 'damaged_coding', 'close'], `${coding} ${what}`)
    }
  }
})

t.test('codings that are taken, and those that are not', async t => {
  for (const [header, coding] of [[undefined, 'identity'], ['', 'identity'], ['identity', 'identity'], ['gzip', 'gzip'], ['GZip ', 'gzip'], ['x-gzip', 'gzip'], ['br', 'br']] as const) {
    t.equal(contentCoding(header), coding)
  }
  for (const header of ['deflate', 'zstd', 'compress', 'gzip, gzip', 'gzip, br', 'gzip,', '*', '__proto__']) {
    try {
      contentCoding(header)
      t.fail(header)
    } catch (error) {
      t.match(error, { code: 'unsupported_media_type', headers: { 'accept-encoding': 'gzip, br' } }, header)
    }
  }
})

t.test('too much is refused as soon as it is too much', async t => {
  const limits = { ...small, bytes: MiB }
  const expect = (problem: Problem, what: string) => t.same([problem.code, problem.extra, problem.headers.connection], ['content_too_large', { limit: MiB }, 'close'], what)
  const announced = endless(Buffer.alloc(1000))
  announced.source.pause()
  expect(await refusal(announced.source, { limits, announced: MiB + 1 }), 'announced')
  announced.source.destroy()

  const { source, made } = endless(Buffer.alloc(64 * 1024, 'x'))
  expect(await refusal(source, { limits }), 'sent')
  source.pause()
  t.ok(made.bytes < 256 * MiB, `${made.bytes} were asked for`)
  source.destroy()

  const kept = await spool(cut(Buffer.alloc(MiB), 1000), { limits })
  t.equal(kept.bytes, MiB, 'as much as may be')
  await kept.close()
})

t.test('bombs: two gibibytes of nothing in two megabytes, and a stream of packed nothing without end', async t => {
  const zeros = Buffer.alloc(MiB)
  const pack = async (packer: NodeJS.ReadWriteStream) => {
    const out: Buffer[] = []
    packer.on('data', (chunk: Buffer) => { out.push(chunk) })
    const done = new Promise(resolve => packer.on('end', resolve))
    for (let i = 0; i < 2048; i++) if (!packer.write(zeros)) await new Promise(resolve => packer.once('drain', resolve))
    packer.end()
    await done
    return Buffer.concat(out)
  }
  const bombs = { gzip: await pack(createGzip({ level: 1 })), br: await pack(createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })) }
  for (const [coding, bomb] of Object.entries(bombs) as ['gzip' | 'br', Buffer][]) {
    let written = 0
    const problem = await refusal(Readable.from([bomb]), {
      limits: { ...small, bytes: 8 * MiB }, coding,
      openFile: async () => ({ write: async (_: Buffer, __: number, bytes: number) => { written += bytes; return { bytesWritten: bytes } }, close: async () => {} }) as never
    })
    t.same([problem.code, problem.extra], ['content_too_large', { limit: 8 * MiB }], `${coding}: ${bomb.length} bytes`)
    t.ok(written <= 8 * MiB, `${written} were unpacked`)
  }
  // members that unpack to nothing: only what is sent can be counted
  const { source } = endless(Buffer.concat(Array.from({ length: 1000 }, () => gzipSync(''))))
  t.equal((await refusal(source, { limits: small, coding: 'gzip' })).code, 'content_too_large')
  source.destroy()
})

t.test('a client that goes away, falls silent, or is slow', async t => {
  for (const coding of ['identity', 'gzip'] as const) {
    const bytes = coding === 'gzip' ? gzipSync(randomBytes(100_000)) : randomBytes(100_000)
    const begin = () => {
      const source = new Readable({ read () {} })
      source.push(bytes.subarray(0, 50_000))
      return source
    }
    const gone = begin()
    const going = refusal(gone, { limits: small, coding })
    setImmediate(() => gone.destroy())
    t.match(await going, { code: 'ECONNRESET' }, `${coding}: gone without a word`)

    const failing = begin()
    const failed = refusal(failing, { limits: small, coding })
    setImmediate(() => failing.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })))
    t.match(await failed, { code: 'ECONNRESET', message: 'aborted' }, `${coding}: cut`)
    t.match(await refusal(failing, { limits: small, coding }), { code: 'ECONNRESET' }, 'cut before it began')

    const silent = begin()
    t.match(await refusal(silent, { limits: small, coding }), { code: 'request_timeout', extra: { limit: 1 }, headers: { connection: 'close' } }, `${coding}: silent`)
    t.notOk(silent.destroyed, 'the connection has an answer to carry')
  }
  const slow = new Readable({ read () {} })
  const kept = spool(slow, { limits: { ...small, idleMs: 1000 } })
  const words = ['a', 'b', 'c', 'd', 'e', null]
  const timer = setInterval(() => { slow.push(words.shift()!); if (words.length === 0) clearInterval(timer) }, 20)
  t.equal((await contents(await kept)).toString(), 'abcde', 'slow is no fault')
})

t.test('a disk that is full, or not there', async t => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  let closed = 0
  const file = { write: async () => { throw full }, close: async () => { closed++ } }
  const cases: [string, () => Promise<never>][] = [['full', async () => file as never], ['not there', async () => { throw full }]]
  for (const [what, openFile] of cases) {
    for (const coding of ['identity', 'gzip'] as const) {
      const bytes = randomBytes(200_000)
      const problem = await refusal(cut(coding === 'gzip' ? gzipSync(bytes) : bytes, 65536), { limits: small, coding, openFile })
      t.match(problem, { code: 'unavailable', cause: full, headers: { 'retry-after': '30', connection: 'close' } }, `${what}, ${coding}`)
    }
  }
  t.equal(closed, 2, 'the file is given back')
  t.rejects((await spool(cut(randomBytes(100_000), 1000), {
    limits: small, openFile: async () => ({ write: async (_: Buffer, __: number, bytes: number) => ({ bytesWritten: Math.min(bytes, 1000) }), read: async () => ({ bytesRead: 0 }), close: async () => {} }) as never
  })).chunks()[Symbol.asyncIterator]().next(), /shorter/, 'a file that was cut')
})

t.test('nothing is left open', { skip: process.platform !== 'linux' }, async t => {
  const before = openFiles()
  for (let i = 0; i < 20; i++) {
    const kept = await spool(cut(randomBytes(200_000), 65536), { limits: small })
    await kept.chunks()[Symbol.asyncIterator]().next()
    await kept.close()
    await refusal(cut(randomBytes(2 * MiB), 65536), { limits: small })
    await refusal(cut(gzipSync(randomBytes(200_000)).subarray(0, 150_000), 65536), { limits: small, coding: 'gzip' })
  }
  t.ok(openFiles() <= before, 'as many files as before')
})
