import { parentPort, workerData } from 'node:worker_threads'
import { pino } from 'pino'
import { buildApp } from './app.js'
import type { Config } from './config.js'
import { openDatabase } from './db/client.js'
import { keySettings, loadSigningKeys } from './keys.js'
import { createLogger } from './log.js'

/** What a thread is started with. */
export interface ThreadData {
  config: Config
  connectionString: string
  /** Where it listens: a socket of this machine that nobody else can reach. */
  path: string
  connections: number
}

const { config, connectionString, path, connections } = workerData as ThreadData
const log = createLogger(config.logLevel, pino.destination({ dest: 2, sync: true }))
const { pool, db } = openDatabase({
  connectionString,
  max: connections,
  statementTimeoutMs: config.statementTimeoutMs,
  connectionTimeoutMs: config.connectionTimeoutMs,
  log
})
const app = await buildApp({
  config, pool, db, logger: log, signingKeys: await loadSigningKeys(keySettings(config)), isReadThread: true
})
await app.ready()
app.compileSchemas()
await app.listen({ path })
parentPort!.postMessage('ready')
