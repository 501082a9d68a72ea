import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseLog } from '../db/client.js'
import { EmbeddedDatabaseError, type Place } from './user.js'
import { exists, isRunning } from './lock.js'

/** The major version of the binaries: a cluster of another one cannot be opened. */
const MAJOR = '18'

/** Only what a program needs to run at all: our variables hold secrets, and PG* would change what the server does. */
export function serverEnvironment (): Record<string, string> {
  const names = ['PATH', 'HOME', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot']
  const kept = names.flatMap(name => process.env[name] === undefined ? [] : [[name, process.env[name]]])
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' }
}

/** Makes the cluster where there is none: code-point order, UTF8, passwords even on this machine. */
export async function ensureCluster (
  place: Place, native: string, password: string, options: { user: string, durable: boolean }
): Promise<void> {
  if (existsSync(place.cluster)) return checkVersion(place.cluster)
  // It takes its name only when it is whole; what a killed start left is begun anew.
  const draft = `${place.cluster}.new`
  const passwordFile = join(dirname(place.cluster), `.initdb-${randomUUID()}`)
  await rm(draft, { recursive: true, force: true })
  try {
    await mkdir(draft, { mode: 0o700 })
    await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' })
    if (place.user !== undefined) {
      await chown(draft, place.user.uid, place.user.gid)
      await chown(passwordFile, place.user.uid, place.user.gid)
    }
    await initdb(place, native, [
      `--pgdata=${draft}`, `--pwfile=${passwordFile}`, `--username=${options.user}`, '--auth=scram-sha-256',
      '--encoding=UTF8', '--locale=C', '--set=timezone=UTC', '--set=log_timezone=UTC',
      ...(options.durable ? [] : ['--no-sync'])
    ])
    await rename(draft, place.cluster)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function checkVersion (cluster: string): Promise<void> {
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').then(text => text.trim(), () => undefined)
  if (version === MAJOR) return
  throw new EmbeddedDatabaseError(version === undefined
    ? `${cluster} is not a PostgreSQL data directory. Set DATA_DIR to another directory.`
    : `${cluster} was made by PostgreSQL ${version}, and this release brings PostgreSQL ${MAJOR}. Move the data with ` +
      'pg_dump and pg_restore, or set DATA_DIR to another directory.')
}

function initdb (place: Place, native: string, parameters: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(native, 'bin', 'initdb'), parameters, {
      ...place.user, cwd: '/', env: serverEnvironment(), stdio: ['ignore', 'ignore', 'pipe']
    })
    let output = ''
    child.stderr.setEncoding('utf8').on('data', text => { output = (output + text).slice(-4_000) })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve()
      else {
        reject(new EmbeddedDatabaseError(`The database under ${dirname(place.cluster)} could not be made: ` +
        `${output.trim()}`))
      }
    })
  })
}

/**
 * A start that was killed leaves its server running, or the server's pid file alone. The first is
 * stopped: nobody else may use this cluster, since we hold the directory's lock. The second is
 * removed where its pid is a zombie's, or has meanwhile become another program's: PostgreSQL itself would refuse.
 */
export async function clearLeftovers (cluster: string, log: DatabaseLog): Promise<void> {
  const path = join(cluster, 'postmaster.pid')
  const pid = Number((await readFile(path, 'utf8').catch(() => '')).split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !exists(pid)) return
  if (!await isServerOf(pid, cluster)) {
    log.warn({ pid }, 'removed the pid file of a database server that is no more')
    await rm(path, { force: true })
    return
  }
  log.warn({ pid }, 'stopping the database server that a killed start left behind')
  for (const [signal, seconds] of [['SIGINT', 20], ['SIGQUIT', 10]] as const) {
    try { process.kill(pid, signal) } catch {} // it may have just ended
    for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(20)) {
      if (!await isServerOf(pid, cluster)) return
    }
  }
  throw new EmbeddedDatabaseError(`A database server (process ${pid}) that an earlier start left behind on ` +
    `${cluster} does not stop. Stop it first.`)
}

/** Whether that process is the PostgreSQL server of this very cluster, and not one that later got its pid. */
async function isServerOf (pid: number, cluster: string): Promise<boolean> {
  if (!isRunning(pid)) return false
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster)
    }
    // The server works in its data directory; the same inode, whatever path it was given by.
    const [works, ours, name] = await Promise.all([
      stat(`/proc/${pid}/cwd`), stat(cluster), readFile(`/proc/${pid}/comm`, 'utf8')
    ])
    return works.dev === ours.dev && works.ino === ours.ino && name.trim() === 'postgres'
  } catch {
    return false
  }
}
