import { readdirSync, readlinkSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { test } from 'tap'
import { gzipSync } from 'node:zlib'
import { eventually } from '../setup/processes.js'
import { audit, report } from './audit.js'
import { cluster } from './cluster.js'
import { operation, type Kind, type Operation } from './operations.js'
import { Meter, headersOf, push, send, type Done } from './pusher.js'
import { random, seedOf, type Random } from './random.js'
import { healthy, registry, type Registry } from './registry.js'

const DECILES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const BOUND_MS = 120_000

/** How a request comes over the line. */
type Form = 'plain' | 'gzip' | 'chunked'
type Way = 'ends' | 'reset'

/** Of a line each, so that a cut between two of them looks like a file that is whole. */
const inChunks = (body: string) => `${body.split(/(?<=\n)/).map(line => `${Buffer.byteLength(line).toString(16)}\r\n${line}\r\n`).join('')}0\r\n\r\n`

/** All the bytes of a request. */
function wire (one: Operation, { port, token }: Registry, form: Form): { head: number, bytes: Buffer } {
  const body = form === 'gzip' ? gzipSync(one.body) : Buffer.from(form === 'chunked' ? inChunks(one.body) : one.body)
  const headers = {
    host: `127.0.0.1:${port}`,
    ...headersOf(one, token),
    connection: 'close',
    ...form === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) },
    ...form === 'gzip' ? { 'content-encoding': 'gzip' } : {}
  }
  const head = `POST ${one.path} HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return { head: Buffer.byteLength(head), bytes: Buffer.concat([Buffer.from(head), body]) }
}

const closed = (socket: Socket) => new Promise<void>(resolve => { socket.on('error', () => {}).on('close', () => resolve()) })

/** Sends that much, and is gone. */
async function sendPart (port: number, bytes: Buffer, way: Way): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const gone = closed(socket)
  socket.resume()
  await new Promise(resolve => { socket.write(bytes, resolve).valueOf() })
  if (way === 'reset') socket.resetAndDestroy()
  else socket.end()
  await gone
}

/** Sends all, reads that many bytes of the answer, and is gone. @returns how many it has read */
async function readPart (port: number, bytes: Buffer, length: number, way: Way): Promise<number> {
  let read = 0
  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    onread: {
      buffer: Buffer.alloc(256),
      callback: got => {
        read += got
        if (read < length) return true
        leave()
        return false
      }
    }
  })
  const leave = () => way === 'reset' ? socket.resetAndDestroy() : socket.destroy()
  const gone = closed(socket)
  socket.write(bytes, () => { if (length === 0) leave() })
  await gone
  return read
}

/** A thousand and more rows that are refused: an answer that does not fit into the buffers on the way. */
function loud (id: string, chance: Random): Operation {
  const quiet = operation('partial', id, chance)
  const bad = { ...quiet.rows[0], agency: 'NOBODY' }
  const more = 1_200
  return { ...quiet, rejected: quiet.rejected + more, body: quiet.body + Array.from({ length: more }, (_, i) => `${JSON.stringify({ ...bad, itemId: `${id}/more-${i}` })}\n`).join('') }
}

const make = (kind: Kind | 'loud', id: string, chance: Random) => kind === 'loud' ? loud(id, chance) : operation(kind, id, chance, kind === 'long' ? 1 : undefined)

/** Files that a request left open after it was gone. */
function openSpools (pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map(fd => {
    try { return readlinkSync(`/proc/${pid}/fd/${fd}`) } catch { return '' }
  }).filter(path => path.endsWith('(deleted)'))
}

test('the line is cut at every decile of the request and of the answer', async t => {
  const seed = seedOf(t)
  const database = await cluster(t)
  const server = await registry(t, database)
  const meter = new Meter()
  const done: Done[] = []
  const begun = Date.now()
  const chance = random(seed, -2)
  const again = async (one: Operation) => {
    const result = await push(server, one, { chance, until: begun + BOUND_MS, meter })
    done.push(result)
    return result
  }
  let number = 0
  const next = (kind: Kind | 'loud') => make(kind, `op-${seed}-${number}`, random(seed, number++))
  const wayOf = (i: number): Way => i % 2 === 0 ? 'ends' : 'reset'
  const wrong: string[] = []

  const requests: [Kind, Form, number[]][] = [
    ['single', 'plain', DECILES], ['atomic', 'plain', DECILES], ['refused', 'plain', DECILES], ['partial', 'plain', DECILES], ['partial', 'gzip', DECILES], ['partial', 'chunked', DECILES],
    ['long', 'plain', [9]], ['long', 'gzip', [5]], ['long', 'chunked', [7]]
  ]
  for (const [kind, form, deciles] of requests) {
    await Promise.all(deciles.map(async (decile, i) => {
      const one = next(kind)
      const { head, bytes } = wire(one, server, form)
      // of the body; of the head too for the first
      const at = decile === 0 ? Math.floor(head / 2) : head + Math.floor((bytes.length - head) * decile / 10)
      await sendPart(server.port, bytes.subarray(0, at), wayOf(i))
      const { replayed, resent } = await again(one)
      if (replayed || resent > 0) wrong.push(`${kind}, ${form}: something came of ${decile} tenths of a request`)
    }))
  }
  t.same(wrong, [], 'nothing comes of a request that did not arrive whole')

  // a line of its own for each chunk, and the last of them missing: only the end of the coding tells
  const whole = next('partial')
  const { bytes } = wire(whole, server, 'chunked')
  await sendPart(server.port, bytes.subarray(0, bytes.length - '0\r\n\r\n'.length), 'ends')
  t.equal((await again(whole)).replayed, false, 'nor where just its end is missing')

  const answers: [Kind | 'loud', Form, number[]][] = [
    ['single', 'plain', DECILES], ['atomic', 'plain', DECILES], ['refused', 'plain', DECILES], ['partial', 'gzip', DECILES], ['loud', 'plain', DECILES], ['long', 'plain', [0]]
  ]
  for (const [kind, form, deciles] of answers) {
    const first = next(kind)
    // without headers, which a replay has one more of
    const length = Buffer.byteLength((await send(server, first)).text)
    await again(first)
    await Promise.all(deciles.map(async (decile, i) => {
      const one = next(kind)
      const read = await readPart(server.port, wire(one, server, form).bytes, Math.floor(length * decile / 10), wayOf(i))
      if (read > 0) meter.add('answers cut')
      const { replayed } = await again(one)
      if (!replayed && decile > 0) wrong.push(`${kind}: what was answered is done again after ${decile} tenths`)
    }))
  }
  t.same(wrong, [], 'what was answered is answered again')
  report(t, done, await audit(database.pool, done), meter, { seconds: Math.round((Date.now() - begun) / 1_000) })
  t.same(Object.keys(meter.counts).filter(name => name.startsWith('no answer')), [], 'every request that was sent whole was answered')
  t.same(await healthy(server, database), [])
  t.ok(await eventually(() => openSpools(server.current().child.pid!).length === 0), 'no file is left open')
  t.same(server.complaints(), [])
})
