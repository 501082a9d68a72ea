import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { DatabaseLog } from '../db/client.js'

/** The embedded database cannot be started; the message says why, and what to do. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError'
}

/** As whom the server runs where that is not ourselves: PostgreSQL refuses to run as root. */
export interface ServerUser { uid: number, gid: number }

export interface Place {
  /** Where the cluster is, or is to be made. Its parent can be entered by `user`. */
  cluster: string
  user: ServerUser | undefined
}

/** Where the cluster goes when root's DATA_DIR lies where no other user may enter, e.g. under /root. */
const SYSTEM_HOME = '/var/lib/indicator-registry'

/** Entered, but not listed, by the user the server runs as; each secret in it has a mode of its own. */
export const makeDataDirectory = (dataDir: string) => makeDirectory(dataDir, isRoot() ? 0o711 : 0o700)

/** Decides where the cluster lies and who runs it. */
export async function findPlace (dataDir: string, log: DatabaseLog): Promise<Place> {
  const path = join(dataDir, 'postgres')
  const owner = await ownerOf(path)
  if (owner !== undefined) return { cluster: await realpath(path), user: owner === 'self' ? undefined : owner }
  if (!isRoot()) return { cluster: path, user: undefined }
  const user = await unprivilegedUser(log)
  if (canEnter(dataDir, user)) return { cluster: path, user }
  const home = join(SYSTEM_HOME, randomBytes(6).toString('hex'))
  await makeDirectory(home, 0o711)
  if (!canEnter(home, user)) {
    throw new EmbeddedDatabaseError(`PostgreSQL does not run as root, and the user it would run as (uid ${user.uid}) ` +
      `can enter neither ${dataDir} nor ${home}. Set DATA_DIR to a directory that every user can enter, or start as ` +
      'an ordinary user.')
  }
  log.warn(
    { dataDir, home },
    'the database lies outside DATA_DIR: PostgreSQL does not run as root, and no other user can enter DATA_DIR'
  )
  await symlink(join(home, 'cluster'), path)
  return { cluster: join(home, 'cluster'), user }
}

function isRoot (): boolean {
  return process.getuid?.() === 0
}

/** The owner of the cluster there is; PostgreSQL runs as nobody else. Undefined where there is none yet. */
async function ownerOf (path: string): Promise<ServerUser | 'self' | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) {
    const dangling = await lstat(path).then(() => true, () => false)
    if (!dangling) return undefined
    throw new EmbeddedDatabaseError(`${path} points to a directory that is not there. Put the database back, or ` +
      'remove the link to begin with an empty one.')
  }
  if (process.getuid === undefined || found.uid === process.getuid()) {
    if (!isRoot()) return 'self'
    throw new EmbeddedDatabaseError(`${path} belongs to root, and PostgreSQL does not run as root. Give it to an ` +
      'ordinary user (chown -R) or set DATA_DIR to another directory.')
  }
  if (isRoot()) return { uid: found.uid, gid: found.gid }
  throw new EmbeddedDatabaseError(`${path} belongs to another user (uid ${found.uid}). Start as that user or as ` +
    'root, or set DATA_DIR to a directory of your own.')
}

async function unprivilegedUser (log: DatabaseLog): Promise<ServerUser> {
  const find = (): ServerUser | undefined => {
    try {
      const id = (option: string) =>
        Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      return undefined
    }
  }
  const found = find()
  if (found !== undefined) return found
  const { status, error, stderr } = spawnSync(
    'useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'],
    { encoding: 'utf8' }
  )
  const made = status === 0 ? find() : undefined
  if (made === undefined) {
    throw new EmbeddedDatabaseError('PostgreSQL does not run as root, and the system user "postgres" it would run as ' +
      `could not be made: ${error?.message ?? stderr.trim()}. Start as an ordinary user, or set DATABASE_URL.`)
  }
  log.info({ uid: made.uid }, 'made the system user "postgres" for the embedded database')
  return made
}

function canEnter (directory: string, user: ServerUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$0"', directory], { ...user, cwd: '/' }).status === 0
}

/** With its mode whatever the umask is; a directory that is there keeps what it has. */
async function makeDirectory (path: string, mode: number): Promise<void> {
  try {
    const first = await mkdir(path, { recursive: true })
    if (first === undefined) return
    for (let made = path; ; made = dirname(made)) {
      await chmod(made, mode)
      if (made === first) return
    }
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `${path} cannot be made: ${(cause as Error).message}. Set DATA_DIR to a directory this user may write to.`,
      { cause }
    )
  }
}
