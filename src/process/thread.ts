import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { pino } from 'pino'
import { buildApp } from '../app.js'
import type { Config } from '../config.js'
import { openDatabase } from '../db/client.js'
import { loadSigningKeys } from '../features/identity/key-material.js'
import { keySettings } from './key-settings.js'
import { createLogger } from './log.js'
import { Metrics, type PushedCounts } from '../plugins/metrics.js'

/** What a thread is started with. */
export interface ThreadData {
  config: Config
  connectionString: string
  /** Where it listens: a socket of this machine that nobody else can reach. */
  path: string
  connections: number
  /** What its connections work as. */
  role: string | undefined
  /** How far it stands back where there are not cores enough for all, from 0 to 19. */
  niceness: number
}

/** What it is asked, and what it says. */
export type ToThread = { gone: string }
export type FromThread = 'ready' | { ended: string } | { pushed: PushedCounts } | { bombed: string }

const { config, connectionString, path, connections, role, niceness } = workerData as ThreadData
/** Requests that are being worked on, and whether somebody wants to know when that is over. */
const running = new Map<string, { isAsked: boolean }>()
const say = (message: FromThread) => { parentPort!.postMessage(message) }
parentPort!.on('message', ({ gone }: ToThread) => {
  const one = running.get(gone)
  if (one === undefined) say({ ended: gone })
  else one.isAsked = true
})
const thread = {
  begun (id: string) { running.set(id, { isAsked: false }) },
  ended (id: string) {
    if (running.get(id)?.isAsked === true) say({ ended: id })
    running.delete(id)
  },
  bombed (caller: string) { say({ bombed: caller }) }
}

/** Nobody asks a thread for its metrics: the process counts what it did. */
class ToldMetrics extends Metrics {
  override pushed (counts: PushedCounts): void { say({ pushed: counts }) }
}

const log = createLogger(config.logLevel, pino.destination({ dest: 2, sync: true }))
const { pool, db } = openDatabase({
  connectionString,
  max: connections,
  statementTimeoutMs: config.statementTimeoutMs,
  connectionTimeoutMs: config.connectionTimeoutMs,
  log,
  role
})
const app = await buildApp({
  config, pool, db, logger: log, signingKeys: await loadSigningKeys(keySettings(config)), metrics: new ToldMetrics(),
  thread
})
await app.ready()
app.compileSchemas()
await app.listen({ path })
// only then: whoever needs it waits. Linux has a niceness for each thread; elsewhere it would be that of the whole
// process
if (process.platform === 'linux') setPriority(niceness)
say('ready')
