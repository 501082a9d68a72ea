import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Operation } from './operations.js'
import type { Random } from './random.js'

export interface Answer { status: number, headers: Record<string, string | string[] | undefined>, text: string }

/** An operation, and what its sender knows of it in the end. */
export interface Done {
  operation: Operation
  /** The last one; undefined: it gave up. */
  answer: Answer | undefined
  /** How often it was sent again. */
  resent: number
  replayed: boolean
}

export interface Sender {
  url: string
  token: string
  /** It will not come back: there is no use in sending again. */
  dead (): boolean
}

/** How often something was met. */
export class Meter {
  readonly counts: Record<string, number> = {}
  add (name: string): void { this.counts[name] = (this.counts[name] ?? 0) + 1 }
}

const FIRST_PAUSE_MS = 25
/** The registry is back within a second or two. */
const LONGEST_PAUSE_MS = 200
/** Of the seconds that `Retry-After` asks for: nobody here has so much time. */
const HASTE = 0.1
/** No answer may take longer; the database gives up a statement after 30 s. */
const PATIENCE_MS = 45_000

export const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export const headersOf = ({ type, id }: Pick<Operation, 'type' | 'id'>, token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`, 'content-type': type, 'idempotency-key': id, 'accept-language': 'en'
})

/** Once. Fails where no whole answer comes back. */
export function send ({ url, token }: Sender, { path, type, id, body }: Pick<Operation, 'path' | 'type' | 'id' | 'body'>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method: 'POST', agent, headers: { ...headersOf({ type, id }, token), 'content-length': Buffer.byteLength(body) } }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('close', () => {
        if (response.complete) resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() })
        else reject(new Error('the answer was cut'))
      })
    })
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('no answer in time')))
    sent.on('error', reject)
    sent.end(body)
  })
}

/** As docs/integrating.md says: the same again, under the same key, until there is an answer that is about the request. */
export async function push (to: Sender, operation: Operation, { chance, until, meter, seen }: {
  chance: Random
  /** An instant after which it gives up. */
  until: number
  meter: Meter
  /** Every answer, also those it does not leave it at. */
  seen?: (answer: Answer) => void
}): Promise<Done> {
  for (let resent = 0; ; resent++) {
    const answer = await send(to, operation).catch((error: Error & { code?: string }) => { meter.add(`no answer: ${error.code ?? error.message}`) })
    if (answer !== undefined) {
      seen?.(answer)
      const again = answer.status === 503 || answer.status === 500 || (answer.status === 409 && answer.text.includes('idempotency_in_progress'))
      if (!again) return { operation, answer, resent, replayed: answer.headers['idempotency-replayed'] === 'true' }
      meter.add(`answer ${answer.status}`)
      if (answer.status !== 500 && answer.headers['retry-after'] === undefined) meter.add(`${answer.status} without Retry-After`)
    }
    if (Date.now() > until || to.dead()) return { operation, answer: undefined, resent, replayed: false }
    const asked = Number(answer?.headers['retry-after'] ?? 0) * 1_000 * HASTE
    await sleep(Math.max(asked, Math.min(FIRST_PAUSE_MS * 2 ** resent, LONGEST_PAUSE_MS)) * (0.5 + chance.next() / 2))
  }
}

/** That many writers share the operations; each has one on its way at a time. */
export async function pushAll (to: Sender, operations: { count: number, at: (number: number) => Operation }, options: {
  writers: number, until: number, meter: Meter, chance: Random, seen?: (operation: Operation, answer: Answer) => void
}): Promise<Done[]> {
  const done: Done[] = []
  const files = new Map<number, Promise<unknown>>()
  const { seen, writers, ...rest } = options
  let next = 0
  async function write () {
    while (next < operations.count) {
      const operation = operations.at(next++)
      if (operation.file !== undefined) await files.get(operation.file)
      const pushed = push(to, operation, { ...rest, seen: answer => { seen?.(operation, answer) } })
      if (operation.file !== undefined) files.set(operation.file, pushed)
      done.push(await pushed)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return done
}
