import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseLog } from '../db/client.js'
import { serverEnvironment } from './cluster.js'
import type { Place, ServerUser } from './user.js'

export interface ServerProcess {
  pid: number
  /** The server takes connections. Never settles where it ends before. */
  ready: Promise<true>
  /** It has ended; the last it said. */
  ended: Promise<string>
  stop (): Promise<void>
}

export interface ServerOptions {
  native: string
  place: Place
  port: number
  durable: boolean
  maxConnections: number
  log: DatabaseLog
}

/**
 * How long open transactions have to end before the server is stopped the hard way (it then recovers at the next
 * start).
 */
const FAST_STOP_MS = 8_000

export function spawnServer ({ native, place, port, durable, maxConnections, log }: ServerOptions): ServerProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    logging_collector: 'off',
    log_destination: 'stderr',
    ...(durable
      ? { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' }
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
  }
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(native, 'bin', 'postgres'), ['-D', place.cluster, ...parameters], {
    ...place.user,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own: Ctrl-C in a terminal must reach us alone, who first let requests end.
    detached: true
  })
  const pid = child.pid ?? 0
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000)
    log.debug({ postgres: text.trim() }, 'embedded PostgreSQL')
  })
  const onExit = () => { child.kill('SIGINT') }
  process.once('exit', onExit)
  const guard = pid === 0 ? undefined : stopWithUs(pid, place.user)
  const ended = new Promise<string>(resolve => {
    const end = (reason: string) => {
      process.off('exit', onExit)
      guard?.kill('SIGKILL')
      resolve(reason)
    }
    child.on('error', error => end(error.message))
    child.on('close', (code, signal) => end(said.trim() || `it ended with ${signal ?? `code ${code}`}`))
  })
  return {
    pid,
    ended,
    ready: becomesReady(child, join(place.cluster, 'postmaster.pid')),
    async stop () {
      child.kill('SIGINT')
      const hard = setTimeout(() => child.kill('SIGQUIT'), FAST_STOP_MS)
      await ended
      clearTimeout(hard)
    }
  }
}

/** The server writes its state into the eighth line of its pid file; pg_ctl looks there too. */
async function becomesReady (child: ChildProcess, pidFile: string): Promise<true> {
  while (true) {
    const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n')
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true
    // An ended one never becomes ready: `ended` tells.
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      return await new Promise<never>(() => {})
    }
    await sleep(20)
  }
}

/**
 * A shell that waits for the end of a pipe only we hold, and then stops the server: the one way
 * to be followed by a child after SIGKILL. Without it (no /bin/sh) the next start stops the server.
 */
function stopWithUs (pid: number, user: ServerUser | undefined): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0" 2>/dev/null', String(pid)], {
    ...user, cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'ignore'], detached: true
  })
  guard.on('error', () => {})
  guard.stdin?.on('error', () => {})
  guard.unref()
  ;(guard.stdin as Socket | null)?.unref()
  return guard
}
