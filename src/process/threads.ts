import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as sendRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { CONNECTIONS_OF_A_READ_THREAD } from '../config.js'
import { abandoned } from '../db/abandon.js'
import type { DatabaseLog } from '../db/client.js'
import { LAST_ANSWER } from '../http/headers.js'
import { Problem } from '../http/problem.js'
import { ownPace } from '../http/stream/own-pace.js'
import type { PushedCounts } from '../plugins/metrics.js'
import type { ThreadKind as Kind, Threads } from '../plugins/lanes.js'
import type { FromThread, ThreadData, ToThread } from './thread.js'

/**
 * Nobody waits for them before: a process that is stopped at once need not have started them. They start as soon as
 * they are needed.
 */
const START_MS = 2_000
const RESTART_MS = 1_000
/** A thread answers between two chunks of a push, which take a fifth of a second; one that does not has stopped. */
const SILENT_MS = 10_000
/** How long one waits for the first thread to be there; on a busy machine a start takes longer than a second. */
const NEEDED_MS = 30_000
/**
 * What computes stands back behind what answers in a moment. All alike: of two threads on one core none is to starve
 * the other.
 */
const NICENESS = 5
/** Of the connection between a client and us, or written anew: not of the request. */
const HOP_BY_HOP = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect',
  'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'
])
const OF_THE_ANSWER = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date', LAST_ANSWER])

type Common = Omit<ThreadData, 'path' | 'connections' | 'niceness'>

interface Thread {
  readonly kind: Kind
  readonly path: string
  readonly worker: Worker
  isReady: boolean
  wasReady: boolean
  isFree: boolean
  /** Called when the work for a client that has gone is over, by the id of its request. */
  readonly over: Map<string, () => void>
}

export interface ThreadsOptions extends Common {
  /** How many do dear reads, each one at a time. One more does what writes. */
  reading: number
  connectionsOfWriting: number
  /** Told what a push in a thread has come to. */
  pushed: (counts: PushedCounts) => void
  log: DatabaseLog
}

/**
 * Threads with the same app, each on connections of its own: what computes for long, or unpacks and reads long bodies,
 * holds up nobody who is answered in a moment. A request is handed over by HTTP on a socket of this machine, so that a
 * client that goes, a body or a reader that is slow and an answer of any length are what they are anywhere.
 */
export class WorkThreads implements Threads {
  readonly #threads: Thread[] = []
  readonly #listeners: (() => void)[] = []
  #bombed: (caller: string) => void = () => {}
  #directory = ''
  #isClosing = false
  #isBeginning = false
  /** What is still to be started, one after the other: each takes a second of a processor. */
  readonly #missing: Kind[]

  constructor (readonly options: ThreadsOptions) {
    this.#missing = ['write', ...Array.from({ length: options.reading }, () => 'read' as const)]
  }

  /** Returns before they are ready. */
  async start (): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'registry-threads-'))
    setTimeout(() => { this.#next() }, START_MS).unref()
  }

  async ready (kind: Kind, gone: AbortSignal): Promise<void> {
    if (this.#readyOf(kind) === undefined) await this.#untilReady(kind, gone)
  }

  #need (kind: Kind): void {
    const at = this.#missing.indexOf(kind)
    if (at < 0 || this.#threads.some(one => one.kind === kind)) return
    this.#missing.splice(at, 1)
    this.#missing.unshift(kind)
    this.#next()
  }

  #next (): void {
    if (this.#isBeginning || this.#isClosing) return
    const kind = this.#missing.shift()
    if (kind === undefined) return
    this.#isBeginning = true
    this.#begin(kind)
  }

  /** It is ready, or has failed and will be tried again. */
  #hasBegun (): void {
    this.#isBeginning = false
    this.#next()
  }

  get reading (): number { return this.#threads.filter(({ kind, isReady }) => kind === 'read' && isReady).length }

  onChange (listener: () => void): void {
    this.#listeners.push(listener)
    listener()
  }

  onBomb (listener: (caller: string) => void): void { this.#bombed = listener }

  #changed (): void { for (const listener of [...this.#listeners]) listener() }

  #begin (kind: Kind): void {
    const { reading: _, connectionsOfWriting, pushed, log, ...common } = this.options
    const name = randomUUID().slice(0, 8)
    const path = process.platform === 'win32'
      ? `\\\\.\\pipe\\registry-${process.pid}-${name}`
      : join(this.#directory, name)
    const connections = kind === 'read' ? CONNECTIONS_OF_A_READ_THREAD : connectionsOfWriting
    const workerData: ThreadData = { ...common, path, connections, niceness: NICENESS }
    const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js'
    const worker = new Worker(new URL(file, import.meta.url), { workerData })
    const thread: Thread = { kind, path, worker, isReady: false, wasReady: false, isFree: true, over: new Map() }
    this.#threads.push(thread)
    worker.on('message', (message: FromThread) => {
      if (message === 'ready') {
        thread.isReady = thread.wasReady = true
        this.#changed()
        this.#hasBegun()
      } else if ('pushed' in message) {
        pushed(message.pushed)
      } else if ('bombed' in message) {
        this.#bombed(message.bombed)
      } else {
        thread.over.get(message.ended)?.()
      }
    })
    worker.on('error', error => { log.warn({ err: error }, `a thread that ${kind}s failed`) })
    worker.on('exit', () => {
      this.#threads.splice(this.#threads.indexOf(thread), 1)
      for (const end of thread.over.values()) end()
      this.#changed()
      if (!thread.wasReady) this.#hasBegun()
      setTimeout(() => {
        this.#missing.unshift(kind)
        this.#next()
      }, RESTART_MS).unref()
    })
  }

  async read (request: FastifyRequest, reply: FastifyReply, gone: AbortSignal): Promise<void> {
    const thread = this.#threads.find(({ kind, isReady, isFree }) => kind === 'read' && isReady && isFree)
    if (thread === undefined) throw lost()
    const address = addressOf(request, gone)
    thread.isFree = false
    try {
      pass(await ask(thread, request, address, gone, false), request, reply, gone)
    } catch (error) {
      // what it computes at this moment it computes to its end: until then it is not free for another
      if (gone.aborted) await this.#untilOver(thread, request.id)
      else await this.#doubt(thread, request.id)
      throw error
    } finally {
      thread.isFree = true
    }
  }

  async write (request: FastifyRequest, reply: FastifyReply, gone: AbortSignal): Promise<void> {
    await this.ready('write', gone)
    const thread = this.#readyOf('write')
    if (thread === undefined) throw lost()
    const address = addressOf(request, gone)
    // whoever reads the body watches over its pace
    ownPace.begin(request.raw)
    try {
      pass(await ask(thread, request, address, gone, true), request, reply, gone)
    } catch (error) {
      if (!gone.aborted) await this.#doubt(thread, request.id)
      throw error
    } finally {
      ownPace.end(request.raw)
    }
  }

  #readyOf (kind: Kind): Thread | undefined { return this.#threads.find(one => one.kind === kind && one.isReady) }

  /** While one starts. @throws Problem 503 where that takes too long */
  async #untilReady (kind: Kind, gone: AbortSignal): Promise<void> {
    this.#need(kind)
    await new Promise<void>((resolve, reject) => {
      const end = () => {
        clearTimeout(timer)
        gone.removeEventListener('abort', leave)
        this.#listeners.splice(this.#listeners.indexOf(look), 1)
      }
      const look = () => {
        if (this.#readyOf(kind) === undefined) return
        end()
        resolve()
      }
      const leave = () => { end(); reject(abandoned()) }
      const timer = setTimeout(() => { end(); reject(lost()) }, NEEDED_MS)
      gone.addEventListener('abort', leave)
      this.#listeners.push(look)
    })
  }

  /** It has lost a connection of ours, as one that ends does: nobody else is sent there until it says that it lives. */
  async #doubt (thread: Thread, id: string): Promise<void> {
    thread.isReady = false
    this.#changed()
    const silent = setTimeout(() => { thread.worker.terminate().catch(() => {}) }, SILENT_MS)
    await this.#untilOver(thread, `${id}, alive`)
    clearTimeout(silent)
    if (!this.#threads.includes(thread)) return
    thread.isReady = true
    this.#changed()
  }

  async #untilOver (thread: Thread, id: string): Promise<void> {
    const { worker, over } = thread
    if (!this.#threads.includes(thread)) return
    const message: ToThread = { gone: id }
    await new Promise<void>(resolve => {
      over.set(id, resolve)
      worker.postMessage(message)
    })
    over.delete(id)
  }

  async close (): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
    await rm(this.#directory, { recursive: true, force: true })
  }
}

/** Where the request comes from. A connection that has just closed has no address: nobody waits for the answer. */
function addressOf ({ ip }: FastifyRequest, gone: AbortSignal): string {
  if (gone.aborted || (ip as string | undefined) === undefined) throw abandoned()
  return ip
}

/** Sends the request on, its body at the pace at which it comes. */
async function ask (
  { path }: Thread, request: FastifyRequest, address: string, gone: AbortSignal, isWrite: boolean
): Promise<IncomingMessage> {
  const hasBody = isWrite && bodyOf(request)
  const headers = Object.fromEntries(Object.entries(request.headers)
    .filter(([name]) => !HOP_BY_HOP.has(name) && (hasBody || name !== 'content-length')))
  const { raw } = request
  return await new Promise((resolve, reject) => {
    const asked = sendRequest({
      socketPath: path,
      // a kept connection may be closed at the very moment at which it is used again
      agent: false,
      method: request.method,
      path: raw.url!,
      // not to be closed while a body is still coming: what was answered by then would be lost
      headers: { ...headers, connection: 'keep-alive', 'x-request-id': request.id, 'x-forwarded-for': address }
    })
    const leave = () => { asked.destroy(abandoned()) }
    gone.addEventListener('abort', leave)
    asked.on('response', answer => {
      raw.unpipe(asked)
      // what still comes is wanted by nobody
      if (!raw.readableEnded) raw.resume()
      answer.once('close', () => {
        gone.removeEventListener('abort', leave)
        asked.destroy()
      })
      resolve(answer)
    })
    asked.on('error', error => {
      gone.removeEventListener('abort', leave)
      raw.unpipe(asked)
      reject(gone.aborted ? error : lost(error, isWrite))
    })
    if (hasBody) raw.pipe(asked)
    else asked.end()
  })
}

const bodyOf = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Hands the answer on as it comes. */
function pass (answer: IncomingMessage, request: FastifyRequest, reply: FastifyReply, gone: AbortSignal): void {
  const { raw } = reply
  const own = Object.entries(reply.getHeaders()).filter(([name]) => answer.headers[name] === undefined)
  const passed: string[] = []
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    const [name, value] = [answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!]
    if (!OF_THE_ANSWER.has(name.toLowerCase())) passed.push(name, value)
  }
  for (const [name, value] of own) passed.push(name, String(value))
  if (answer.headers[LAST_ANSWER] !== undefined || request.server.isDraining) passed.push('connection', 'close')
  reply.hijack()
  const cut = () => {
    // a reset: an ordinary end could be taken for the end of the answer
    if (!answer.complete && !gone.aborted) raw.socket?.resetAndDestroy()
  }
  answer.on('error', cut).on('close', cut)
  gone.addEventListener('abort', () => { answer.destroy() })
  raw.writeHead(answer.statusCode!, passed)
  answer.pipe(raw)
}

/** There is no thread, or it has ended: of a write nobody knows whether it was done before. */
function lost (cause?: unknown, isWrite = false): Problem {
  return new Problem('unavailable', {
    headers: { 'retry-after': '1' },
    cause,
    ...isWrite && cause !== undefined
      ? {
          detail: {
            vi: 'Việc xử lý bị ngắt giữa chừng: có thể đã ghi, có thể chưa. Hãy gửi lại y nguyên, với cùng ' +
              'Idempotency-Key.',
            en: 'The work was cut short: it may have been done, or not. Send the same again, with the same ' +
              'Idempotency-Key.'
          }
        }
      : {}
  })
}
