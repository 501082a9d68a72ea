#!/usr/bin/env -S npx tsx
/**
 * A reference pusher: sends a file of measurements (CSV, NDJSON or a workbook, by its name) to the registry until it is in,
 * and tells what was rejected.
 *
 *   npx tsx examples/push.ts [--atomic] [--dry-run] [--gzip] [--semicolon] [--resend] [--again NAME] FILE.csv|FILE.ndjson|FILE.xlsx
 *   node --experimental-strip-types examples/push.ts …          (Node 22.6 or newer; nothing to install)
 *
 *   --atomic      all rows or none; otherwise the good rows are written (`partial`)
 *   --dry-run     only says what would happen
 *   --gzip        sends the file compressed
 *   --semicolon   cells are separated by ; and decimals have a comma (of a workbook: those in cells of text)
 *   --resend      where figures of the file no longer stand, sends it again: the file was checked, and is right
 *   --again NAME  see `keyOf`
 *
 * Settings: CLIENT_ID, CLIENT_SECRET, REGISTRY_URL (http://127.0.0.1:3000), PUSH_PATIENCE (seconds without a sign of life
 * after which it gives up: 900), PUSH_LANGUAGE (en, vi).
 *
 * Ends with 0: all rows are in, and stand · 1: some were rejected, or no longer stand (returned, withdrawn, replaced) · 2: the file was refused, or given up.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'

interface Answer { status: number, headers: http.IncomingHttpHeaders, body: any }
interface Problem { pointer?: string, parameter?: string, code: string, detail: string }
interface Row { line: number, itemId?: string, outcome: string, problems: Problem[], measurement?: { id: string }, standing?: string }
interface Counts { received: number, created: number, revised: number, unchanged: number, rejected: number, warned: number, leftEmpty: number }
interface Receipt { state: string, counts: Counts, rows: string | null, exceptions: Row[] }

/** The file, or its sender, has to be put right: sending again does not help. */
class Refused extends Error {}

const { REGISTRY_URL = 'http://127.0.0.1:3000', CLIENT_ID = '', CLIENT_SECRET = '', PUSH_PATIENCE = '900', PUSH_LANGUAGE = 'en' } = process.env
const BACKOFF_MS = { first: 500, most: 30_000 }
/** What may go away by itself. A 409 is in it only as `idempotency_in_progress`. */
const PASSING = new Set([408, 429, 502, 503, 504])

const say = (text: string): void => { process.stderr.write(`${text}\n`) }
const tally = ({ received, created, revised, unchanged, rejected, warned, leftEmpty }: Counts): string =>
  `${received} rows: ${created} created, ${revised} revised, ${unchanged} unchanged, ${rejected} rejected, ${warned} with a warning` +
  (leftEmpty > 0 ? `; ${leftEmpty} of a template left empty` : '')

const isWorkbook = (file: string): boolean => /\.xlsx$/i.test(file)
const isNdjson = (file: string): boolean => /\.ndjson$/i.test(file)
const typeOf = (file: string): string => isWorkbook(file)
  ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  : isNdjson(file) ? 'application/x-ndjson' : 'text/csv'

/** One request. Rejects where the connection is lost, which says nothing of what the server has done. */
function call (method: string, url: string, headers: http.OutgoingHttpHeaders, body: Readable = Readable.from([])): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.startsWith('https:') ? https : http).request(url, { method, headers: { 'accept-language': PUSH_LANGUAGE, ...headers } })
    // the answer to a long push takes long: no time limit, but a line that is dead is noticed
    request.setSocketKeepAlive(true, 30_000)
    request.on('error', reject)
    request.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk)).on('error', reject).on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const isJson = /[/+]json\b/.test(response.headers['content-type'] ?? '')
        resolve({ status: response.statusCode!, headers: response.headers, body: isJson ? JSON.parse(text) : undefined })
        body.destroy() // where it was answered before all was sent
      })
    })
    pipeline(body, request).catch(reject)
  })
}

/** Repeats `attempt` with growing pauses until its answer is one that does not pass away. */
async function persist (attempt: (authorization: string) => Promise<Answer>): Promise<Answer> {
  let alive = Date.now()
  for (let failures = 0; ; failures++) {
    let answer: Answer | undefined
    let trouble: string
    try {
      answer = await authorized(attempt)
      const { status, body } = answer
      const isRunning = status === 409 && body?.code === 'idempotency_in_progress'
      if (!PASSING.has(status) && !isRunning) return answer
      if (isRunning) alive = Date.now()
      trouble = `${status} ${body?.code ?? ''}${body?.receipt === undefined ? '' : ` after ${tally(body.receipt.counts)}`}`
    } catch (error) {
      if (error instanceof Refused) throw error
      trouble = `connection lost (${(error as NodeJS.ErrnoException).code ?? String(error)})`
      token = undefined // a server that was started again may know it no more
    }
    if (Date.now() - alive > Number(PUSH_PATIENCE) * 1000) throw new Refused(`given up: ${trouble}`)
    // full jitter: pushers that fail together do not come back together; and never before Retry-After
    const pause = (Number(answer?.headers['retry-after']) || 0) * 1000 + Math.random() * Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures)
    say(`${trouble}: again in ${(pause / 1000).toFixed(1)} s`)
    await sleep(pause)
  }
}

let token: { value: string, until: number } | undefined

/** With a token that is not about to expire, and with another one where it is refused all the same. */
async function authorized (attempt: (authorization: string) => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++, token = undefined) {
    if (token === undefined || Date.now() > token.until) {
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET })
      const answer = await call('POST', `${REGISTRY_URL}/oauth/token`, { 'content-type': 'application/x-www-form-urlencoded' }, Readable.from([form.toString()]))
      if (answer.status !== 200) return answer
      token = { value: answer.body.access_token, until: Date.now() + (answer.body.expires_in - 60) * 1000 }
    }
    const answer = await attempt(`Bearer ${token.value}`)
    if (answer.status !== 401 || tries === 2) return answer
  }
}

/**
 * The same file with the same options is the same request, so its key is made of both. A pusher that was killed, and is
 * started again knowing nothing, thereby sends the same key: if the file is in, it gets the first receipt, and nothing is
 * done twice. Where something else than the file was put right (a grant, a period that was opened again), that receipt
 * would only be repeated, for 30 days: --again NAME makes another request of the same file.
 */
async function keyOf (file: string, query: URLSearchParams, again: string): Promise<string> {
  const hash = createHash('sha256').update(`${query.toString()}\n${again}\n`)
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return `push-${hash.digest('hex')}`
}

async function push (file: string, query: URLSearchParams, key: string, gzip: boolean): Promise<Answer> {
  const { size } = await stat(file)
  return await persist(async authorization => {
    let sent = 0
    const counted = new Transform({ transform (chunk, _encoding, done) { sent += chunk.length; done(null, chunk) } })
    const body = gzip ? createReadStream(file).pipe(counted).pipe(createGzip()) : createReadStream(file).pipe(counted)
    const watch = showProgress(authorization, () => sent < size ? `sent ${sent} of ${size} bytes` : undefined)
    try {
      return await call('POST', `${REGISTRY_URL}/v1/submissions?${query.toString()}`, {
        authorization, 'idempotency-key': key, 'content-type': typeOf(file), ...gzip ? { 'content-encoding': 'gzip' } : { 'content-length': size }
      }, body)
    } finally {
      clearInterval(watch)
    }
  })
}

/** How far it is: bytes while they are sent, then rows of the submission that runs. */
function showProgress (authorization: string, sending: () => string | undefined): NodeJS.Timeout {
  let last: string | undefined
  return setInterval(async () => {
    let now = sending()
    if (now === undefined) {
      const own = `${REGISTRY_URL}/v1/submissions?client=${encodeURIComponent(CLIENT_ID)}&state=running&limit=1`
      const running = (await call('GET', own, { authorization }).catch(() => undefined))?.body?.data?.[0]
      now = running === undefined ? 'sent; not begun yet' : `running: ${tally(running.counts)}`
    }
    if (now !== last) say(last = now)
  }, 1_000)
}

/** From the receipt, or page by page where there are more than it shows. */
async function * rejectedRows ({ counts, exceptions, rows }: Receipt): AsyncGenerator<Row> {
  const shown = exceptions.filter(({ outcome }) => outcome === 'rejected')
  if (shown.length === counts.rejected || rows === null) yield * shown
  else yield * pages(`${rows}?outcome=rejected&limit=500`)
}

/**
 * A receipt that is repeated, and a row that is unchanged, say what was done then. Since then a reviewer may have returned
 * the figure, or somebody withdrawn or corrected it: prints which rows no longer stand, and counts them.
 */
async function tellFallen (rows: string): Promise<number> {
  let count = 0
  for await (const { line, itemId, standing, measurement } of pages(`${rows}?standing=false&limit=500`)) {
    count++
    console.log(`line ${line}${itemId === undefined ? '' : ` (${itemId})`}: ${standing}: see ${REGISTRY_URL}/v1/measurements/${measurement!.id}/history`)
  }
  return count
}

async function * pages (first: string): AsyncGenerator<Row> {
  for (let next: string | undefined = first; next !== undefined;) {
    const url: string = next
    const { status, body } = await persist(authorization => call('GET', url, { authorization }))
    if (status !== 200) throw new Refused(explain(status, body))
    yield * body.data
    next = body.next
  }
}

/** The records that begin on these lines, those of a CSV under its header: a file to correct and to send. Byte for byte (latin1). */
async function * recordsAt (file: string, lines: ReadonlySet<number>): AsyncGenerator<string> {
  let [rest, record, line, first] = ['', '', 0, 1]
  for await (const chunk of createReadStream(file, 'latin1')) {
    const pieces: string[] = (rest + chunk).split(/(?<=\n)/)
    rest = pieces.at(-1)!.endsWith('\n') ? '' : pieces.pop()!
    for (const piece of pieces) yield * taken(piece)
  }
  yield * taken(rest)

  function * taken (piece: string): Generator<string> {
    line++
    if (record === '') first = line
    record += piece
    // a cell that is still open goes on in the next line
    if (!isNdjson(file) && /(^|[,;])"[^"]*$/.test(record.replace(/"([^"]|"")*"/g, ''))) return
    if ((first === 1 && !isNdjson(file)) || lines.has(first)) yield record.endsWith('\n') ? record : `${record}\n`
    record = ''
  }
}

function explain (status: number, body: any): string {
  const faults = ((body?.errors ?? []) as Problem[]).map(({ pointer, parameter, code, detail }) => `\n  ${pointer ?? parameter ?? ''} ${code}: ${detail}`)
  const line = body?.line === undefined ? '' : `, line ${body.line}`
  return `refused: ${status} ${body?.code ?? ''}${line}: ${body?.detail ?? body?.title ?? ''} (request ${body?.instance})${faults.join('')}`
}

async function main (): Promise<number> {
  const { values: options, positionals: [file] } = parseArgs({
    allowPositionals: true,
    options: { atomic: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, gzip: { type: 'boolean' }, semicolon: { type: 'boolean' }, again: { type: 'string' }, resend: { type: 'boolean' } }
  })
  if (file === undefined || CLIENT_ID === '' || CLIENT_SECRET === '') throw new Refused('a file is needed, CLIENT_ID and CLIENT_SECRET')
  const query = new URLSearchParams({ mode: options.atomic ? 'atomic' : 'partial' })
  if (options['dry-run']) query.set('dryRun', 'true')
  if (options.semicolon && typeOf(file) === 'text/csv') query.set('delimiter', ';')
  if (options.semicolon) query.set('decimalComma', 'true')

  const send = async (again: string) => settle(file, query, await push(file, query, await keyOf(file, query, again), options.gzip ?? false))
  const code = await send(options.again ?? '')
  // a key that was never used: the same file is another request
  return code === FALLEN && options.resend === true ? Math.min(await send(randomUUID()), 1) : Math.min(code, 1)
}

/** Some rows are in, but do not stand any more. */
const FALLEN = 3

async function settle (file: string, query: URLSearchParams, { status, headers, body }: Answer): Promise<number> {
  if (status >= 400 && body?.code !== 'submission_rejected') throw new Refused(explain(status, body))
  const receipt = (body.receipt ?? body) as Receipt
  const isReplayed = headers['idempotency-replayed'] === 'true'
  if (isReplayed) say('this file was sent before: the receipt of then')
  say(`${receipt.state}: ${tally(receipt.counts)}${receipt.rows === null ? '' : `; all rows at ${receipt.rows}`}`)
  const fallen = receipt.rows !== null && (isReplayed || receipt.counts.unchanged > 0) ? await tellFallen(receipt.rows) : 0
  if (fallen > 0) say(`${fallen} rows no longer stand: correct them, or, where they were checked and are right, send with --resend (a figure that was accepted or withdrawn needs a reason of its own)`)
  if (receipt.counts.rejected === 0) return fallen > 0 ? FALLEN : 0

  const lines = new Set<number>()
  for await (const { line, itemId, problems } of rejectedRows(receipt)) {
    lines.add(line)
    for (const { pointer, code, detail } of problems) console.log(`line ${line}${itemId === undefined ? '' : ` (${itemId})`}: ${code} ${pointer}: ${detail}`)
  }
  if (query.has('dryRun') || query.get('mode') === 'atomic') say(`nothing was written: correct ${file} and send it again`)
  else if (isWorkbook(file)) say(`correct these rows of the sheet in ${file} and send it again: what is in is unchanged`)
  else {
    const rest = isNdjson(file) ? file.replace(/\.ndjson$/i, '.rejected.ndjson') : `${file.replace(/\.csv$/, '')}.rejected.csv`
    await pipeline(recordsAt(file, lines), createWriteStream(rest, 'latin1'))
    say(`the rejected lines are in ${rest}: correct them and send that file`)
  }
  return fallen > 0 ? FALLEN : 1
}

try {
  process.exitCode = await main()
} catch (error) {
  say(error instanceof Refused ? error.message : String(error))
  process.exitCode = 2
}
