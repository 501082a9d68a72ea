import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { buildApp, type AppOptions } from '../../src/app.js'
import { readConfig } from '../../src/config.js'
import { openDatabase } from '../../src/db/client.js'
import { loadSigningKeys, type SigningKeys } from '../../src/features/identity/key-material.js'
import { collecting } from '../setup/answers.js'
import { searchedLogger } from '../setup/logs.js'

export const PUBLIC_URL = 'https://registry.example'

const keys: Promise<SigningKeys> = loadSigningKeys({
  pem: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  dataDir: 'unused'
})

interface Teardown { teardown (work: () => Promise<unknown>): void }

export interface HarnessOptions extends Partial<Pick<AppOptions, 'limits' | 'validateResponses'>> {
  routes?: FastifyPluginAsync<never>
  /** What the log got, line by line. */
  log?: string[]
}

/** The real app on a database that nobody answers for (port 1), with routes of the test's own. */
export async function startApp (t: Teardown, { routes, log, ...options }: HarnessOptions = {}): Promise<FastifyInstance> {
  const config = readConfig({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', PUBLIC_URL })
  const { pool, db, close } = openDatabase({ connectionString: config.databaseUrl!, connectionTimeoutMs: 500 })
  const logger = searchedLogger(line => { log?.push(line) })
  const app = await buildApp({ config, pool, db, signingKeys: await keys, logger, validateResponses: collecting, ...options })
  if (routes !== undefined) await app.register(routes as FastifyPluginAsync)
  await app.ready()
  t.teardown(async () => { await app.close(); await close() })
  return app
}

/** Listens on a free port. */
export async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** Sends bytes as they are, and reads until the server ends the connection. */
export async function sendRaw (port: number, text: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(text)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString()
}

export interface ParsedAnswer { status: number, headers: Record<string, string>, body: Record<string, unknown> }

export function parseRaw (text: string): ParsedAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  return { status: Number(first.split(' ')[1]), headers, body: JSON.parse(body) as Record<string, unknown> }
}
