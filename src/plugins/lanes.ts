import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { whileWanted } from '../db/abandon.js'
import { callerOf } from '../http/caller.js'
import { LAST_ANSWER } from '../http/headers.js'
import { Lane, type LaneLimits, type Leave } from '../http/lane.js'
import { JSON_TYPE } from '../http/negotiation.js'
import { Problem } from '../http/problem.js'
import { Rate } from '../http/rate.js'

/**
 * Who waits for whom. `none`: what never waits (health, tokens, pages without the database). `read`: what a few probes
 * of an index answer. `dear`: what evaluates or exports; with threads it is done in one of them, one at a time in
 * each. `write`: changes of the catalogue and the like. `push`: figures. `single`: figures of which many share a
 * connection; with an `Idempotency-Key`, or for a dry run, each has its own, and then it is a `push`. `body`: no
 * route's own, but the way to it of whatever has a long body or computes for long.
 */
export const LANES = ['none', 'read', 'dear', 'write', 'push', 'single', 'body'] as const
export type LaneName = typeof LANES[number]
export type LanesLimits = Record<Exclude<LaneName, 'none'>, LaneLimits>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `none` of what is `public`, else `read` of a GET and `write` of the rest, where a route says nothing. A GET that
     * exports is `dear`.
     */
    lane?: LaneName
    /** A write that computes for so long that nobody is to wait for it: with threads it is done in one. */
    computes?: boolean
  }
  interface FastifyInstance {
    readonly lanes: Lanes
  }
  interface FastifyRequest {
    /** Its place in a lane. */
    leave: Leave | undefined
  }
}

export type ThreadKind = 'read' | 'write'

/** The threads in which dear reads are done, and what writes and computes for long (threads.ts). */
export interface Threads {
  /** How many there are for reads now. */
  readonly reading: number
  /** Called whenever that changes. */
  onChange (listener: () => void): void
  /** Called with whom a bomb came from. */
  onBomb (listener: (caller: string) => void): void
  /** Waits while there is none yet. @throws Problem where that takes too long */
  ready (kind: ThreadKind, gone: AbortSignal): Promise<void>
  /**
   * Settles as soon as the thread is free again: when the answer begins, or its work for a client that has gone is
   * over.
   * @throws Problem where there is none
   */
  read (request: FastifyRequest, reply: FastifyReply, gone: AbortSignal): Promise<void>
  /** Settles when the answer begins. The body must not have been touched. @throws Problem where there is no thread */
  write (request: FastifyRequest, reply: FastifyReply, gone: AbortSignal): Promise<void>
}

export interface LanesOptions {
  /** Of this process's own pool. */
  connections: number
  threads?: Threads | undefined
  limits?: { [Name in keyof LanesLimits]?: Partial<LaneLimits> } | undefined
  /** Told of each read whose handler begins and ends, and of whom a bomb came from. */
  watch?: { begun (id: string): void, ended (id: string): void, bombed (caller: string): void } | undefined
  /** Bodies of one caller in a minute that unpack to far too much, after which none is read for the rest of it. */
  bombs: number
  /**
   * Answers of dear reads that are on their way, in all and to one caller: they cost a file on the disk, and no
   * connection.
   */
  sending: { atOnce: number, each: number }
}

/**
 * Reads take a third of the connections at most, or half where files and dear reads have their own: the rest is for
 * writes.
 */
function laneLimits (connections: number, { threads, limits = {} }: LanesOptions): LanesLimits {
  const share = (part: number) => Math.max(1, Math.floor(connections / part))
  const reads = share(threads === undefined ? 3 : 2)
  const dear = threads === undefined ? Math.min(2, share(4)) : 0
  return {
    read: { atOnce: reads, each: eachOf(reads), waiting: 1_000, waitingEach: 200, waitMs: 5_000, ...limits.read },
    dear: { atOnce: dear, each: eachOf(dear), waiting: 256, waitingEach: 64, waitMs: 10_000, ...limits.dear },
    // also where there are few connections two may meet: of the same request twice the second is told at once
    write: {
      atOnce: Math.max(2, share(3)), each: Math.max(2, share(3) - 1), waiting: 500, waitingEach: 100, waitMs: 15_000,
      ...limits.write
    },
    push: {
      atOnce: Math.max(2, share(3)), each: Math.max(2, share(3) - 1), waiting: 500, waitingEach: 200, waitMs: 30_000,
      ...limits.push
    },
    single: { atOnce: 2_000, each: 1_000, waiting: 0, waitingEach: 0, waitMs: 0, ...limits.single },
    // more than long pushes may wait; whoever waits here has sent its head alone, and costs a connection of the network
    body: { atOnce: 64, each: 24, waiting: 256, waitingEach: 64, waitMs: 30_000, ...limits.body }
  }
}

const REFUSAL_MS = 250
/** A body that is longer, or of which nobody knows how long it is, is not read here where there are threads. */
const LONG_BYTES = 64 * 1024

/** One place is always left to somebody else. */
const eachOf = (atOnce: number): number => Math.max(1, atOnce - 1)

/** Of a thread: whoever comes there to read, or with a body, has its place already. */
export const OPEN_LANES = {
  limits: {
    read: { atOnce: 1_000, each: 1_000 }, dear: { atOnce: 1_000, each: 1_000 }, body: { atOnce: 1_000, each: 1_000 }
  },
  sending: { atOnce: Infinity, each: Infinity },
  bombs: Infinity
}

export class Lanes {
  readonly #lanes: Record<keyof LanesLimits, Lane>
  /** Answers on their way, by caller. */
  readonly #sending = new Map<string, number>()
  #sent = 0
  readonly #bombs: Rate

  constructor (readonly options: LanesOptions) {
    const limits = laneLimits(options.connections, options)
    this.#lanes = {
      read: new Lane(limits.read), dear: new Lane(limits.dear), write: new Lane(limits.write),
      push: new Lane(limits.push), single: new Lane(limits.single), body: new Lane(limits.body)
    }
    const { threads } = options
    this.#bombs = new Rate({ limit: options.bombs, windowMs: 60_000 })
    threads?.onBomb(caller => { this.#bombs.add(caller) })
    threads?.onChange(() => { this.#lanes.dear.setPlaces(threads.reading, eachOf(threads.reading)) })
  }

  /** Answers of dear reads that are on their way. */
  get sending (): number { return this.#sent }

  lane (name: keyof LanesLimits): Lane { return this.#lanes[name] }

  /**
   * Does the work when there is a place for it; `refused` frees what waits for it. @throws Problem 503 where there is
   * none in time
   */
  async within<T> (
    name: keyof LanesLimits, request: FastifyRequest, work: () => Promise<T>, refused?: () => Promise<void>
  ): Promise<T> {
    const leave = await this.enter(name, callerOf(request)).catch(async (error: unknown) => {
      await refused?.()
      throw error
    })
    try {
      return await work()
    } finally {
      leave()
    }
  }

  /** Who is sent away is told so after a moment: whoever asks again at once would ask a thousand times a second. */
  async enter (name: keyof LanesLimits, caller: string, gone?: AbortSignal): Promise<Leave> {
    try {
      if (name === 'dear') this.#refuseSlowReaders(caller)
      if (name === 'body') this.#refuseBombers(caller)
      return await this.lane(name).enter(caller, gone)
    } catch (error) {
      if (error instanceof Problem) await sleep(REFUSAL_MS)
      throw error
    }
  }

  /** A place that is free at this moment, of a lane in which no answer costs anything beyond its work. */
  enterNow (name: keyof LanesLimits, caller: string): Leave | undefined {
    return name === 'dear' ? undefined : this.lane(name).enterNow(caller)
  }

  /** @throws Problem 503 where a slow reader has as many answers on their way as it may */
  #refuseSlowReaders (caller: string): void {
    const { atOnce, each } = this.options.sending
    if (this.#sent < atOnce && (this.#sending.get(caller) ?? 0) < each) return
    throw new Problem('unavailable', {
      detail: {
        vi: `Đang có ${each} kết quả được gửi tới nơi này, không nhận thêm yêu cầu; hãy đọc hết rồi thử lại.`,
        en: `${each} answers are on their way to where this comes from, which is as many as there may be; read them ` +
          'first, then try again.'
      },
      headers: { 'retry-after': '10' }
    })
  }

  /** What the caller has sent unpacks to far too much. */
  bombed (caller: string): void {
    if (this.options.watch === undefined) this.#bombs.add(caller)
    else this.options.watch.bombed(caller)
  }

  /** @throws Problem 429 for whoever keeps sending such bodies */
  #refuseBombers (caller: string): void {
    const wait = this.#bombs.wait(caller)
    if (wait === 0) return
    throw new Problem('too_many_requests', {
      detail: {
        vi: 'Quá nhiều nội dung nén bung ra quá lớn; hãy kiểm tra tệp rồi thử lại sau.',
        en: 'Too many bodies that unpack to far too much; look at the file, and try again later.'
      },
      headers: { 'retry-after': String(wait) }
    })
  }

  /** The answer is on its way until the response is closed. */
  send (caller: string, { raw }: FastifyReply): void {
    if (raw.closed || raw.writableFinished) return
    this.#sent++
    this.#sending.set(caller, (this.#sending.get(caller) ?? 0) + 1)
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      this.#sent--
      const left = this.#sending.get(caller)! - 1
      if (left === 0) this.#sending.delete(caller)
      else this.#sending.set(caller, left)
    }
    // a request without a connection (`inject`) is never closed
    raw.once('finish', end).once('close', end)
  }
}

function laneOf ({ method, url, config }: RouteOptions): LaneName {
  const lane = config?.lane
  if (lane !== undefined && !LANES.includes(lane)) {
    throw new Error(`${String(method)} ${url}: config.lane is not a lane: ${JSON.stringify(lane)}`)
  }
  if (lane !== undefined) return lane
  if (config?.scope === undefined || config.scope === 'public') return 'none'
  return [method].flat().every(one => one === 'GET' || one === 'HEAD') ? 'read' : 'write'
}

/** As the request has it: an export of anything is dear. */
const laneNow = (request: FastifyRequest): LaneName => {
  const { lane = 'none' } = request.routeOptions.config
  if (lane === 'read' && request.responseType !== JSON_TYPE) return 'dear'
  const isAlone = request.idempotencyKey !== undefined ||
    (request.query as { dryRun?: boolean } | null)?.dryRun === true
  return lane === 'single' && isAlone ? 'push' : lane
}

/** Whether it is to be read, or done, where it holds up nobody. */
function isLong ({ headers, routeOptions: { config } }: FastifyRequest): boolean {
  const { lane = 'none', computes = false } = config
  if (lane === 'none' || isRead(lane)) return false
  return computes || headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > LONG_BYTES
}

const isRead = (lane: LaneName): boolean => lane === 'read' || lane === 'dear'

async function lanes (app: FastifyInstance, options: LanesOptions): Promise<void> {
  const all = new Lanes(options)
  const wrapped = new WeakSet<RouteHandlerMethod>()
  /** Whose handler has begun. */
  const begun = new WeakSet<FastifyRequest>()
  app.decorate('lanes', all)
  app.decorateRequest('leave', undefined)

  app.addHook('onRoute', route => {
    route.config = { ...route.config, lane: laneOf(route) }
    const { handler } = route
    if (route.config.lane === 'none' || wrapped.has(handler)) return
    route.handler = inLane(handler)
    wrapped.add(route.handler)
  })

  // before anything of the body is read
  app.addHook('preParsing', async (request, reply, payload) => {
    if (request.is404 || !isLong(request)) return payload
    const gone = goneOf(reply)
    const leave = await all.enter('body', callerOf(request), gone).catch((error: unknown) => {
      // what still comes would have to be read
      reply.header('connection', 'close')
      throw error
    })
    if (options.threads === undefined) {
      reply.raw.once('finish', leave).once('close', leave)
      return payload
    }
    try {
      await options.threads.write(request, reply, gone)
    } finally {
      leave()
    }
    // it is answered: nothing of what follows is done here
    return payload
  })

  // before anything that takes a connection; a body that the handler itself receives takes its place then
  app.addHook('preHandler', async (request, reply) => {
    const { spools = false } = request.routeOptions.config
    const lane = laneNow(request)
    if (lane === 'none' || spools || request.is404) return
    const caller = callerOf(request)
    if (lane === 'dear') await options.threads?.ready('read', goneOf(reply))
    // nearly always there is one, and a signal for those who wait costs more than the place
    const leave = (isGone(reply) ? undefined : all.enterNow(lane, caller)) ??
      await all.enter(lane, caller, goneOf(reply))
    request.leave = leave
    // a write goes on without its client, and a read until it notices
    const end = () => { if (!isRead(lane) || !begun.has(request)) leave() }
    if (isGone(reply)) end()
    reply.raw.once('close', end)
  })

  function inLane (handler: RouteHandlerMethod): RouteHandlerMethod {
    return async function (request, reply) {
      const lane = laneNow(request)
      if (!isRead(lane)) return await handler.call(this, request, reply)
      begun.add(request)
      options.watch?.begun(request.id)
      const gone = goneOf(reply)
      try {
        if (lane !== 'dear' || options.threads === undefined) {
          return await whileWanted(gone, async () => await handler.call(this, request, reply))
        }
        await options.threads.read(request, reply, gone)
        all.send(callerOf(request), reply)
        return reply
      } finally {
        options.watch?.ended(request.id)
        request.leave?.()
      }
    }
  }

  // a handler that returns its reply ends with the response, and its work with the answer
  app.addHook('onSend', async (request, reply) => {
    if (request.leave === undefined || !isRead(laneNow(request))) return
    if (laneNow(request) === 'dear') all.send(callerOf(request), reply)
    request.leave()
  })

  if (options.watch !== undefined) {
    app.addHook('onSend', async (_request, reply) => {
      if (reply.getHeader('connection') !== 'close') return
      reply.removeHeader('connection')
      reply.header(LAST_ANSWER, 'true')
    })
  }

  // what ended before its handler
  app.addHook('onResponse', async request => { request.leave?.() })
}

const isGone = ({ raw }: FastifyReply): boolean => raw.closed && !raw.writableFinished

const signals = new WeakMap<FastifyReply, AbortSignal>()

/** Aborted when the client goes before it has its answer. */
function goneOf (reply: FastifyReply): AbortSignal {
  const known = signals.get(reply)
  if (known !== undefined) return known
  const controller = new AbortController()
  signals.set(reply, controller.signal)
  const { raw } = reply
  if (isGone(reply)) controller.abort()
  else raw.once('close', () => { if (!raw.writableFinished) controller.abort() })
  return controller.signal
}

export default fp(lanes, { fastify: '5.x', name: 'lanes', dependencies: ['auth', 'intake'] })
