import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { pino, type Logger } from 'pino'
import { buildApp } from './app.js'
import { banner } from './process/banner.js'
import { connectionsOf, localUrl, readConfig, type Config } from './config.js'
import { findDatabase, prepareDatabase } from './process/database.js'
import { openDatabase } from './db/client.js'
import { freePort } from './embedded/free-port.js'
import { startPurge } from './ledger/purge.js'
import { startExpiry } from './features/identity/expiry.js'
import { startInterruptions } from './features/submissions/interruptions.js'
import { ensureFirstClient, ensureReviewer } from './process/first-client.js'
import { loadSigningKeys } from './features/identity/key-material.js'
import { keySettings } from './process/key-settings.js'
import { createLogger } from './process/log.js'
import { WorkThreads } from './process/threads.js'
import { Metrics, serveMetrics } from './plugins/metrics.js'
import { loadSeed } from './seed/load.js'
import type { FastifyInstance } from 'fastify'

/** The errors whose message is written for the person who starts the process. */
const PLAIN = new Set([
  'ConfigError', 'DatabaseUnreachable', 'DirectoryInUse', 'EmbeddedDatabaseError', 'UnfitDatabase', 'LockedKeys',
  'CannotListen'
])

/**
 * The old generation grows by so much before it is collected, in %. V8 would let it grow fourfold, and a push of a
 * million rows, nearly all of it short-lived, would make the process three times as large for nothing (bench/push.txt).
 */
setFlagsFromString('--heap-growing-percent=40')

const LENT_MS = 1_000
const TWICE_MS = 1_000
const METRICS_PORT = 9_464

/** What was opened, in order; it is closed in the opposite one. */
const open: { name: string, close: () => Promise<void> }[] = []
let logger: Logger | undefined
let stopping: Promise<void> | undefined

const NO_ROLES = 'The user of the database may make no roles: the service works with the rights of the owner of its ' +
  'tables, and ' +
  'the second wall of the database is down (docs/operations.md).'

class Interrupted extends Error {}

/** The result of one step, unless the process is to stop meanwhile. */
async function step<T> (work: Promise<T>, close?: { name: string, with: (result: T) => Promise<void> }): Promise<T> {
  const result = await work
  if (close !== undefined) open.push({ name: close.name, close: () => close.with(result) })
  if (stopping !== undefined) throw new Interrupted()
  return result
}

/** To the person who waits for the banner: what takes a while, before it does. */
const tell = (what: string): void => { process.stdout.write(`  ${what} …\n`) }

async function start (): Promise<void> {
  const config = await settle(readConfig(process.env))
  // Standard output is for people and stays readable; the log is for machines.
  const log = logger = createLogger(config.logLevel, pino.destination({ dest: 2, sync: true }))
  if (config.databaseUrl === undefined) tell(`Starting the embedded PostgreSQL under ${config.dataDir}`)
  const database = await step(
    findDatabase(config, log, reason => { fail(new Error(`the embedded PostgreSQL ended: ${reason}`)) }),
    { name: 'database server', with: server => server.stop() })
  const role = await step(prepareDatabase(config, database.connectionString, {
    onPending: count => tell(`Making the tables of this release: ${count} migration${count === 1 ? '' : 's'}`)
  }))
  if (role === undefined) log.warn({}, NO_ROLES)
  const connections = connectionsOf(config)
  const { pool, db, close } = openDatabase({
    connectionString: database.connectionString,
    max: connections.own,
    statementTimeoutMs: config.statementTimeoutMs,
    connectionTimeoutMs: config.connectionTimeoutMs,
    log,
    role
  })
  // A connection still lent out, to a request that was cut, does not hold the process.
  open.push({ name: 'database connections', close: () => Promise.race([close(), sleep(LENT_MS)]) })
  await step(loadSeed(pool, config.seed, tell))
  const client = await step(ensureFirstClient(pool, config))
  const reviewer = await step(ensureReviewer(pool, config, client))
  const signingKeys = await step(loadSigningKeys(keySettings(config)))
  const expiry = startExpiry(db, log)
  open.push({ name: 'removal of what has expired', close: expiry.stop })
  const purge = startPurge(db, log)
  open.push({ name: 'purge of idempotency keys', close: purge.stop })
  const interruptions = startInterruptions(db, log)
  open.push({ name: 'interrupted submissions', close: interruptions.stop })
  const metrics = new Metrics()
  const threads = new WorkThreads({
    config, connectionString: database.connectionString, role, log,
    reading: config.readThreads,
    connectionsOfWriting: connections.writing,
    pushed: counts => { metrics.pushed(counts) }
  })
  await step(threads.start(), { name: 'threads', with: () => threads.close() })
  const metricsUrl = await step(openMetrics(metrics, config, log))
  tell('Preparing the API')
  const app = await step(buildApp({ config, pool, db, signingKeys, logger: log, threads, metrics }), {
    name: 'server', with: app => drain(app, config.shutdownTimeoutMs)
  })
  await step(app.tokens.check())
  await step(listen(app, config))
  if (metricsUrl !== undefined) log.info({ url: metricsUrl }, 'metrics are served')
  process.stdout.write(banner(config, client, reviewer))
}

/** The exporter's usual port unless another is set; that it is taken ends the start only where it was asked for. */
async function openMetrics (
  metrics: Metrics, { metricsHost: host, metricsPort }: Config, log: Logger
): Promise<string | undefined> {
  const port = metricsPort ?? METRICS_PORT
  try {
    const served = await serveMetrics(metrics, host, port)
    open.push({ name: 'metrics', close: served.close })
    return `http://${host.includes(':') ? `[${host}]` : host}:${served.port}/metrics`
  } catch (error) {
    if (metricsPort !== undefined) {
      throw Object.assign(
        new Error(
          `/metrics cannot be served at ${host} on port ${port} (${(error as NodeJS.ErrnoException).code}). Correct ` +
          'METRICS_HOST or METRICS_PORT.',
          { cause: error }
        ),
        { name: 'CannotListen' }
      )
    }
    log.warn({ host, port }, 'metrics are not served: the port is taken; METRICS_PORT sets another')
    return undefined
  }
}

/**
 * Paths as one reads them anywhere, and a port for `PORT=0`: the issuer of tokens must be known before the first
 * request.
 */
async function settle (config: Config): Promise<Config> {
  const port = config.port === 0
    ? await freePort(config.host).catch(error => { throw listenError(error, config) })
    : config.port
  const publicUrl = config.publicUrl === localUrl(config.host, config.port)
    ? localUrl(config.host, port)
    : config.publicUrl
  return { ...config, dataDir: resolve(config.dataDir), port, publicUrl }
}

async function listen (app: FastifyInstance, config: Config): Promise<void> {
  await app.ready()
  app.compileSchemas()
  try {
    await app.listen({ host: config.host, port: config.port, listenTextResolver: address => `listening on ${address}` })
  } catch (error) {
    throw listenError(error, config)
  }
}

function listenError (error: unknown, { host, port }: Config): unknown {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is taken by another program. Stop that, or set PORT to another: ` +
      `PORT=${port === 65_535 ? 3_000 : port + 1}`,
    EACCES: `this user may not listen on port ${port}. Set PORT to one above 1023`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Correct HOST`,
    EAFNOSUPPORT: `this machine has no addresses of the kind of ${host}. Correct HOST`,
    ENOTFOUND: `there is no host ${host}. Correct HOST`,
    EAI_AGAIN: `the host ${host} cannot be looked up. Correct HOST`
  }
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason === undefined
    ? error
    : Object.assign(new Error(`It cannot listen: ${reason}.`, { cause: error }), { name: 'CannotListen' })
}

/** Requests in flight end, each with `Connection: close`; whoever takes longer than the time is cut. */
async function drain (app: FastifyInstance, timeoutMs: number): Promise<void> {
  const cut = setTimeout(() => {
    logger?.warn('requests still in flight are cut off')
    app.server.closeAllConnections()
  }, timeoutMs)
  await app.close()
  clearTimeout(cut)
}

/** Closes what is open, then ends the process: with 0 when it was asked to, else with 1. */
function stop (code: number): Promise<void> {
  stopping ??= closeAll().then(() => process.exit(code))
  return stopping
}

async function closeAll (): Promise<void> {
  await started.catch(() => {})
  for (const { name, close } of open.reverse()) {
    await close().catch((error: unknown) => { logger?.error({ err: error }, `the ${name} did not close`) })
  }
}

function fail (error: unknown): void {
  if (stopping !== undefined) return
  const { name, message, stack } = error as Error
  if (PLAIN.has(name)) process.stderr.write(`\nCannot start. ${message}\n\n`)
  else if (logger !== undefined) logger.fatal({ err: error }, 'the process stops')
  else process.stderr.write(`${stack ?? message}\n`)
  stop(1)
}

let asked = 0
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Ctrl-C under npm arrives twice at once, from the terminal and from npm. Asked again later: now;
    // the embedded database is told to stop by its own exit listener.
    if (stopping !== undefined && asked > 0 && Date.now() - asked > TWICE_MS) process.exit(1)
    asked ||= Date.now()
    logger?.info({ signal }, 'stopping')
    stop(0)
  })
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// Whoever read our banner may have gone (`npm start | head`).
process.stdout.on('error', () => {})

const started = start()
started.catch(error => { if (!(error instanceof Interrupted)) fail(error) })
