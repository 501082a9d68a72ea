import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type pg from 'pg'

/** What became of rows that were pushed; those of a dry run are not counted. */
export const COUNTED_OUTCOMES = ['created', 'revised', 'withdrawn', 'unchanged', 'rejected'] as const
export type CountedOutcome = typeof COUNTED_OUTCOMES[number]

export type PushedCounts = Readonly<Partial<Record<CountedOutcome, number>>>

interface Occupied { readonly running: number, readonly waiting: number }

/**
 * What operators look at, in the text format of Prometheus. No label is made of anything that a request says: a route
 * is its template, an unknown address is none, a method is one of those that there are.
 */
export class Metrics {
  readonly registry = new Registry()
  readonly #requests: Histogram
  readonly #rows: Counter

  constructor () {
    collectDefaultMetrics({ register: this.registry })
    this.#requests = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer, by route, method and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [this.registry]
    })
    this.#rows = new Counter({
      name: 'registry_pushed_rows_total',
      help: 'Rows pushed, by what became of them; dry runs do not count.',
      labelNames: ['outcome'],
      registers: [this.registry]
    })
    for (const outcome of COUNTED_OUTCOMES) this.#rows.inc({ outcome }, 0)
  }

  answered (method: string, route: string | undefined, status: number, seconds: number): void {
    this.#requests.observe({ method, route: route ?? 'none', status }, seconds)
  }

  pushed (counts: PushedCounts): void {
    for (const outcome of COUNTED_OUTCOMES) this.#rows.inc({ outcome }, counts[outcome] ?? 0)
  }

  /** The connections of this process's own pool. */
  watchPool (pool: pg.Pool): void {
    this.registry.registerMetric(new Gauge({
      name: 'registry_database_connections',
      help: 'Connections of the pool of this process: lent out, idle; and requests that wait for one.',
      labelNames: ['state'],
      registers: [],
      collect () {
        this.set({ state: 'lent' }, pool.totalCount - pool.idleCount)
        this.set({ state: 'idle' }, pool.idleCount)
        this.set({ state: 'waited_for' }, pool.waitingCount)
      }
    }))
  }

  watchLanes (lanes: Readonly<Record<string, () => Occupied>>): void {
    this.registry.registerMetric(new Gauge({
      name: 'registry_lane_requests',
      help: 'Requests that have a place in a lane, and those that wait for one.',
      labelNames: ['lane', 'state'],
      registers: [],
      collect () {
        for (const [lane, occupied] of Object.entries(lanes)) {
          const { running, waiting } = occupied()
          this.set({ lane, state: 'running' }, running)
          this.set({ lane, state: 'waiting' }, waiting)
        }
      }
    }))
  }
}

/** Serves `/metrics` and nothing else, on an address that is not the API's. @throws Error of `listen` */
export async function serveMetrics (
  metrics: Metrics, host: string, port: number
): Promise<{ port: number, close: () => Promise<void> }> {
  const server: Server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const isKnown = request.url?.split('?')[0] === '/metrics'
    if (!isKnown || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(isKnown ? 405 : 404, isKnown ? { allow: 'GET, HEAD' } : {}).end()
      return
    }
    metrics.registry.metrics().then(text => {
      response.writeHead(200, { 'content-type': metrics.registry.contentType, 'cache-control': 'no-store' })
      response.end(request.method === 'HEAD' ? undefined : text)
    }, () => { response.writeHead(500).end() })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => { server.off('error', reject); resolve() })
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise(resolve => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    })
  }
}
