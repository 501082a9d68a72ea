import { connect } from 'node:net'
import type { Test } from 'tap'
import { gzipSync } from 'node:zlib'
import { CSV, JSON_BODY, NDJSON, cells, written, type PushedRow, type world } from './pushing.js'
import type { Body } from './registry.js'

export const TYPES = [JSON_BODY, NDJSON, CSV] as const
/** How a file comes over the line: with its length, or in pieces until one is empty. */
export const FORMS = ['length', 'chunked', 'gzip', 'gzip chunked'] as const
export type Form = typeof FORMS[number]
/** In tenths; and all but the last byte, or but the end of the coding. */
export const PLACES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 'last byte'] as const
type Place = typeof PLACES[number]

export interface Cut { type: typeof TYPES[number], form: Form, place: Place, rows: PushedRow[] }

/** A line a piece, so that a cut between two of them looks like a file that is whole; else some hundred bytes. */
function inPieces (bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf('\n', at)
    const to = Math.min(feed === -1 ? bytes.length : feed + 1, at + 300)
    pieces.push(Buffer.from(`${(to - at).toString(16)}\r\n`), bytes.subarray(at, to), Buffer.from('\r\n'))
    at = to
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')])
}

function placeIn (body: Buffer, form: Form, place: Place): number {
  if (place !== 'last byte') return Math.floor(body.length * place / 10)
  return body.length - (form.endsWith('chunked') ? '0\r\n\r\n'.length : 1)
}

/** Sends that much, and is gone: at the end of what was sent, or at once. */
async function sendPart (port: number, bytes: Buffer, ends: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const gone = new Promise<void>(resolve => { socket.on('error', () => {}).on('close', () => resolve()) })
  socket.resume()
  await new Promise<void>(resolve => { socket.write(bytes, () => resolve()) })
  if (ends) socket.end()
  else socket.resetAndDestroy()
  await gone
}

/** Nothing comes of a file that did not arrive whole; sent whole under the same key, all of it is stored, once. */
export async function cutAndResend (t: Test, { app, pusher, one }: Awaited<ReturnType<typeof world>>, cuts: readonly Cut[], atOnce: number): Promise<void> {
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const wrong: string[] = []
  const before = Number(await one('select count(*) from submissions'))

  async function run ({ type, form, place, rows }: Cut, number: number): Promise<void> {
    const text = Buffer.from(written(rows, type))
    const body = form.startsWith('gzip') ? gzipSync(text) : text
    const onTheLine = form.endsWith('chunked') ? inPieces(body) : body
    const headers = {
      ...pusher.headers,
      'content-type': type,
      'idempotency-key': `cut ${number}`,
      ...form.startsWith('gzip') ? { 'content-encoding': 'gzip' } : {}
    }
    const path = '/v1/submissions?mode=partial'
    const framing = form.endsWith('chunked') ? 'transfer-encoding: chunked' : `content-length: ${onTheLine.length}`
    const head = `POST ${path} HTTP/1.1\r\nhost: ${url.host}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}${framing}\r\n\r\n`
    await sendPart(Number(url.port), Buffer.concat([Buffer.from(head), onTheLine.subarray(0, placeIn(onTheLine, form, place))]), number % 2 === 0)

    const send = async () => {
      const answer = await fetch(new URL(path, url), { method: 'POST', headers, body: new Uint8Array(body) })
      return { status: answer.status, replayed: answer.headers.has('idempotency-replayed'), body: await answer.json() as Body }
    }
    const { status, replayed, body: receipt } = await send()
    const { received, created } = receipt['counts'] ?? {}
    const again = await send()
    const told = [status, replayed, receipt['state'], received, created, again.replayed, again.body['id'] === receipt['id']]
    const expected = [200, false, 'completed', rows.length, rows.length, true, true]
    if (JSON.stringify(told) !== JSON.stringify(expected)) wrong.push(`${type}, ${form}, ${place}: ${JSON.stringify(told)} ${JSON.stringify(receipt).slice(0, 300)}`)
  }

  let next = 0
  await Promise.all(Array.from({ length: atOnce }, async () => { while (next < cuts.length) await run(cuts[next]!, next++) }))
  t.same(wrong, [])
  t.equal(Number(await one('select count(*) from submissions')) - before, cuts.length, 'a receipt for each that came whole, and for no other')
  t.equal(Number(await one("select count(*) from submissions where state <> 'completed'")), 0)
  t.equal(Number(await one('select count(*) from measurements')), cuts.reduce((sum, { rows }) => sum + rows.length, 0))
}

/** Of files of so many rows each, no figure in two of them. */
export async function everyCut (fresh: () => Promise<string>, size: number, places: readonly Place[] = PLACES): Promise<Cut[]> {
  const kinds = TYPES.flatMap(type => FORMS.flatMap(form => places.map(place => ({ type, form, place }))))
  let rows: PushedRow[] = []
  const cuts: Cut[] = []
  for (const kind of kinds) {
    if (rows.length < size) rows = cells(await fresh(), 8000)
    cuts.push({ ...kind, rows: rows.splice(0, size) })
  }
  return cuts
}
