import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import type { Config } from '../config.js'
import {
  ensureBootstrapClient, REVIEWER, type BootstrapClient, type BootstrapRole
} from '../features/clients/bootstrap.js'
import { generateSecret, looksGenerated } from '../features/identity/secrets.js'

export interface FirstClient extends BootstrapClient {
  /** The file that keeps a secret made here; absent where the operator gave it, who then knows it. */
  file?: string
}

/**
 * The first administrator: the one BOOTSTRAP_CLIENT_* name; else, beside an embedded database or with the demo's
 * figures, one made on the first start and kept under the data directory; else none.
 */
export async function ensureFirstClient (pool: pg.Pool, config: Config): Promise<FirstClient | undefined> {
  const { bootstrapClientId: id, bootstrapClientSecret: secret } = config
  if (id !== undefined && secret !== undefined) {
    await ensureBootstrapClient(pool, { id, secret })
    return { id, secret }
  }
  return config.databaseUrl === undefined || config.seed === 'demo'
    ? await ensureLocalClient(pool, join(config.dataDir, 'client.json'), 'admin')
    : undefined
}

/**
 * With the demo's figures a second client, so that what the first one pushes can be reviewed. None where the operator
 * gave the first: then this start keeps no secrets.
 */
export async function ensureReviewer (
  pool: pg.Pool, config: Config, first: FirstClient | undefined
): Promise<FirstClient | undefined> {
  return config.seed === 'demo' && first?.file !== undefined
    ? await ensureLocalClient(pool, join(config.dataDir, 'reviewer.json'), 'reviewer', REVIEWER)
    : undefined
}

/** The file is written first: a start killed in between finds it, and makes the client it names. */
async function ensureLocalClient (
  pool: pg.Pool, file: string, name: string, role?: BootstrapRole
): Promise<FirstClient> {
  const kept = await read(file)
  if (kept !== undefined) {
    await ensureBootstrapClient(pool, { ...kept, generated: looksGenerated(kept.secret) }, role)
    return { ...kept, file }
  }
  for (let id = name; ; id = `${name}-${randomBytes(3).toString('hex')}`) {
    const made = { id, secret: generateSecret() }
    await write(file, made)
    // Taken: the file was lost and the client was not. Its secret is nowhere any more, so another client is made.
    if (await ensureBootstrapClient(pool, { ...made, generated: true }, role) === 'created') return { ...made, file }
  }
}

async function read (file: string): Promise<BootstrapClient | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { id, secret } = JSON.parse(text)
    if (typeof id === 'string' && typeof secret === 'string') return { id, secret }
  } catch {}
  throw new Error(`${file} is damaged: it must hold {"id": …, "secret": …}. Remove it, and another client is made.`)
}

async function write (file: string, client: BootstrapClient): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.new`, `${JSON.stringify(client, null, 2)}\n`, { mode: 0o600, flush: true })
  await rename(`${file}.new`, file)
}
