import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Another process works on the directory; the message names both. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse'
}

export interface DirectoryLock {
  release (): Promise<void>
}

interface Holder {
  pid: number
  /** When the process began, so that another one which later got the same pid is told apart. */
  began?: string | undefined
  /** Host, boot and process namespace: only within one of these does a pid mean anything. */
  place: string
}

const LOCK_FILE = 'lock'
const HEARTBEAT_MS = 2_000
/** Three heartbeats missed by a process in another container: it is dead. */
const SILENCE_MS = 3 * HEARTBEAT_MS
/** So long ago that no clock of two hosts differs by as much: dead without waiting. */
const LONG_AGO_MS = 60_000

/**
 * Makes this process the only one that works on `directory`, until it releases it or dies. Node has
 * no flock, so the lock is a file that names its holder, and a holder that is no more is recognised.
 * @throws DirectoryInUse
 */
export async function lockDirectory (directory: string): Promise<DirectoryLock> {
  const path = join(directory, LOCK_FILE)
  const me: Holder = { pid: process.pid, began: beginOf(process.pid), place: placeOfThisProcess() }
  const draft = `${path}.${randomUUID()}`
  const mine = JSON.stringify({ ...me, id: randomUUID() })
  await writeFile(draft, mine, { mode: 0o600, flag: 'wx' })
  try {
    while (!await take(draft, path)) {
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const holder = parse(text)
      if (holder !== undefined && await isAlive(holder, me, path)) {
        throw new DirectoryInUse(`Another start (process ${holder.pid}) already works on ${directory}. Stop it ` +
          'first, or give this one a directory of its own: DATA_DIR=<another directory>.')
      }
      await removeStale(path, text)
    }
  } finally {
    await rm(draft, { force: true })
  }
  const heartbeat = setInterval(() => { utimes(path, new Date(), new Date()).catch(() => {}) }, HEARTBEAT_MS)
  heartbeat.unref()
  return {
    async release () {
      clearInterval(heartbeat)
      if (await readFile(path, 'utf8').catch(() => undefined) === mine) await rm(path, { force: true })
    }
  }
}

/** A link fails where the name is taken, and nobody ever reads half a file. */
async function take (draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moved away before it is removed: if meanwhile another start took the lock, it gets its file back. */
async function removeStale (path: string, text: string): Promise<void> {
  const moved = `${path}.${randomUUID()}`
  try {
    await rename(path, moved)
  } catch {
    return // somebody else was faster
  }
  if (await readFile(moved, 'utf8') !== text) await link(moved, path).catch(() => {})
  await rm(moved, { force: true })
}

function parse (text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text)
    return Number.isInteger(holder?.pid) && holder.pid > 0 ? holder : undefined
  } catch {
    return undefined
  }
}

async function isAlive (holder: Holder, me: Holder, path: string): Promise<boolean> {
  if (holder.place === me.place) {
    return isRunning(holder.pid) && (holder.began === undefined || beginOf(holder.pid) === holder.began)
  }
  const before = await stat(path).catch(() => undefined)
  if (before === undefined || Date.now() - before.mtimeMs > LONG_AGO_MS) return false
  await sleep(SILENCE_MS)
  const after = await stat(path).catch(() => undefined)
  return after !== undefined && after.mtimeMs !== before.mtimeMs
}

/** Whether signals find it; a zombie, which its parent has not yet waited for, takes them and does nothing any more. */
export function exists (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export function isRunning (pid: number): boolean {
  return exists(pid) && (process.platform !== 'linux' || !['Z', 'X', undefined].includes(statOf(pid)?.[0]))
}

function beginOf (pid: number): string | undefined {
  if (process.platform === 'linux') return statOf(pid)?.[19]
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']
    }).trim()
  } catch {
    return undefined
  }
}

/** /proc/<pid>/stat from its third field, the state, on; the second, the name, may hold spaces. */
function statOf (pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')
  } catch {
    return undefined
  }
}

function placeOfThisProcess (): string {
  if (process.platform !== 'linux') return hostname()
  const read = (get: () => string) => { try { return get().trim() } catch { return '' } }
  return [
    hostname(), read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    read(() => readlinkSync('/proc/self/ns/pid'))
  ].join(' ')
}
