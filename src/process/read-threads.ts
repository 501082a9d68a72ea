import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as sendRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { abandoned } from '../db/abandon.js'
import type { DatabaseLog } from '../db/client.js'
import { Problem } from '../http/problem.js'
import type { Threads } from '../plugins/lanes.js'
import type { FromThread, ThreadData, ToThread } from './read-thread.js'

/** A read uses one at a time; the second is for what its request asks beside its snapshot. */
export const CONNECTIONS_OF_A_THREAD = 2
const RESTART_MS = 1_000
/** Of the connection between a client and us, or written anew: not of the request. */
const HOP_BY_HOP = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'content-length',
  'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'
])
const OF_THE_ANSWER = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date'])

interface Thread {
  path: string
  worker: Worker
  isReady: boolean
  isFree: boolean
  /** Called when the work for a client that has gone is over, by the id of its request. */
  over: Map<string, () => void>
}

/**
 * Threads with the same app, each on connections of its own, one dear read at a time in each: what computes for seconds holds
 * up neither a push nor a probe of the health. A request is handed over by HTTP on a socket of this machine, so that a client
 * that goes, a reader that is slow and an answer of any length are what they are anywhere.
 */
export class ReadThreads implements Threads {
  readonly #threads: Thread[] = []
  #listener: () => void = () => {}
  #directory = ''
  #isClosing = false

  constructor (readonly count: number, readonly data: Omit<ThreadData, 'path' | 'connections'>, readonly log: DatabaseLog) {}

  /** Returns before they are ready. */
  async start (): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'registry-threads-'))
    for (let i = 0; i < this.count; i++) this.#begin()
  }

  get ready (): number { return this.#threads.filter(({ isReady }) => isReady).length }

  onChange (listener: () => void): void {
    this.#listener = listener
    listener()
  }

  #begin (): void {
    const name = randomUUID().slice(0, 8)
    const path = process.platform === 'win32' ? `\\\\.\\pipe\\registry-${process.pid}-${name}` : join(this.#directory, name)
    const workerData: ThreadData = { ...this.data, path, connections: CONNECTIONS_OF_A_THREAD }
    const file = import.meta.url.endsWith('.ts') ? './read-thread.ts' : './read-thread.js'
    const worker = new Worker(new URL(file, import.meta.url), { workerData })
    const thread: Thread = { path, worker, isReady: false, isFree: true, over: new Map() }
    this.#threads.push(thread)
    worker.on('message', (message: FromThread) => {
      if (message !== 'ready') {
        thread.over.get(message.ended)?.()
        return
      }
      thread.isReady = true
      this.#listener()
    })
    worker.on('error', error => { this.log.warn({ err: error }, 'a thread for reads failed') })
    worker.on('exit', () => {
      this.#threads.splice(this.#threads.indexOf(thread), 1)
      for (const end of thread.over.values()) end()
      this.#listener()
      if (!this.#isClosing) setTimeout(() => { if (!this.#isClosing) this.#begin() }, RESTART_MS).unref()
    })
  }

  async forward (request: FastifyRequest, reply: FastifyReply, gone: AbortSignal): Promise<void> {
    const thread = this.#threads.find(({ isReady, isFree }) => isReady && isFree)
    if (thread === undefined) throw unavailable()
    thread.isFree = false
    try {
      const answer = await this.#ask(thread, request, gone)
      pass(answer, reply, gone)
    } catch (error) {
      // what it computes at this moment it computes to its end: until then it is not free for another
      if (gone.aborted) await this.#untilOver(thread, request.id)
      throw error
    } finally {
      thread.isFree = true
    }
  }

  async #ask ({ path }: Thread, request: FastifyRequest, gone: AbortSignal): Promise<IncomingMessage> {
    if (gone.aborted) throw abandoned()
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name)))
    return await new Promise((resolve, reject) => {
      const asked = sendRequest({
        socketPath: path,
        // a kept connection may be closed at the very moment at which it is used again
        agent: false,
        method: request.method,
        path: request.raw.url!,
        headers: { ...headers, 'x-request-id': request.id, 'x-forwarded-for': request.ip }
      })
      const leave = () => { asked.destroy(abandoned()) }
      gone.addEventListener('abort', leave)
      asked.on('response', answer => {
        answer.once('close', () => { gone.removeEventListener('abort', leave) })
        resolve(answer)
      })
      asked.on('error', error => {
        gone.removeEventListener('abort', leave)
        reject(gone.aborted ? error : unavailable(error))
      })
      asked.end()
    })
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

/** Hands the answer on as it comes. */
function pass (answer: IncomingMessage, reply: FastifyReply, gone: AbortSignal): void {
  const { raw } = reply
  const own = Object.entries(reply.getHeaders()).filter(([name]) => answer.headers[name] === undefined)
  const passed: string[] = []
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    const [name, value] = [answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!]
    if (!OF_THE_ANSWER.has(name.toLowerCase())) passed.push(name, value)
  }
  for (const [name, value] of own) passed.push(name, String(value))
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

function unavailable (cause?: unknown): Problem {
  return new Problem('unavailable', { headers: { 'retry-after': '1' }, cause })
}
