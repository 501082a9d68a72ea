import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import type { Test } from 'tap'
import { readConfig, type Config } from '../src/config.js'
import { clientGrants, clients, SCOPES, type Scope } from '../src/db/schema/clients.js'
import { keyPairOf, loadSigningKeys } from '../src/features/identity/key-material.js'
import { collecting } from './setup/answers.js'
import { database, type DatabaseOptions, type TestDatabase } from './setup/database.js'
import { keepSecret, searchedLogger } from './setup/logs.js'
import type { AppOptions } from '../src/app.js'

export { database, owner, type TestDatabase } from './setup/database.js'

export interface BuildOptions extends DatabaseOptions, Partial<Omit<AppOptions, 'config' | 'pool' | 'db'>> {
  config?: Partial<Config>
  /** A database made before: two instances of the app on one database, or rows that were there first. */
  database?: TestDatabase
  /** The app in another make, such as one with a part taken out. */
  buildApp?: typeof import('../src/app.js').buildApp
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

/** The real app, all its options as in production, on a database of its own; it closes itself. Answers are held to their schemas. */
export async function build (t: Test, options: BuildOptions = {}): Promise<FastifyInstance> {
  const { config, database: given, seed, migrated, max, statementTimeoutMs, buildApp: other, ...rest } = options
  const buildApp = other ?? (await import('../src/app.js')).buildApp
  const { pool, db } = given ?? await database(t, { seed, migrated, max, statementTimeoutMs, asService: migrated !== false })
  const app = await buildApp({
    logger: searchedLogger(process.env['TEST_LOG'] === undefined ? undefined : line => { process.stdout.write(line) }),
    validateResponses: collecting,
    signingKeys: await loadSigningKeys({ pem, dataDir: '' }),
    ...rest,
    // a test asks more in a minute than anybody without a token
    config: { ...readConfig({ PUBLIC_URL: 'http://registry.test', RATE_LIMIT_ADDRESS: '1000000' }), ...config },
    pool,
    db
  })
  t.teardown(() => app.close())
  return app
}

/** The same behind a real socket on 127.0.0.1. */
export async function listen (t: Test, options: BuildOptions = {}): Promise<{ app: FastifyInstance, url: string }> {
  const app = await build(t, options)
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

export interface TestClient {
  id: string
  token: string
  /** For `app.inject({ headers })` and `fetch(…, { headers })`. */
  headers: { authorization: string }
}

export interface TestGrant { agency?: string, withSubtree?: boolean, indicator?: string }

/**
 * A client of the app's database and a token of its own; all scopes and all agencies unless said otherwise.
 * `grants: []` may push nothing; `{ agency }` one agency's figures, `{}` all of them.
 */
export async function client (app: FastifyInstance, options: { id?: string, scopes?: readonly Scope[], grants?: readonly TestGrant[] } = {}): Promise<TestClient> {
  const { id = `client-${randomUUID().slice(0, 8)}`, scopes = SCOPES, grants = [{}] } = options
  await app.db.insert(clients).values({ id, name: id, scopes: [...scopes] })
  if (grants.length > 0) {
    await app.db.insert(clientGrants).values(grants.map(({ agency, withSubtree = false, indicator }) => ({
      clientId: id, agencyCode: agency ?? null, withSubtree, indicatorCode: indicator ?? null
    })))
  }
  await app.ready()
  const token = await app.tokens.issue(id, scopes)
  keepSecret(token)
  return { id, token, headers: { authorization: `Bearer ${token}` } }
}

/**
 * The revision that stands for a figure, in words of its own: the newest that was not taken back before it was ever
 * accepted, else the newest; 1 where there is no such figure. For tests that are not about which revision is named.
 */
export async function standing (app: FastifyInstance, id: string): Promise<number> {
  const { rows: [row] } = await app.pool.query<{ revision: number | null, newest: number | null }>(`
    select max(m.revision) filter (where m.initial_state = 'accepted' or 'accepted' = any(m.kinds) or 'withdrawn' <> all(m.kinds)) as revision,
      max(m.revision) as newest
    from (
      select m.revision, m.initial_state,
        array(select e.kind from measurement_events e where e.measurement_id = m.id and e.revision = m.revision) as kinds
      from measurements m where m.id = $1
    ) m`, [id])
  return row?.revision ?? row?.newest ?? 1
}

/** A token of the app's own issuer with these claims, by the key that apps are built with. */
export async function signed (app: FastifyInstance, claims: Record<string, unknown>): Promise<string> {
  const { issuer } = (await app.inject('/.well-known/oauth-authorization-server')).json()
  const token = await new SignJWT({ iss: issuer, aud: issuer, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: keyPairOf(pem, 'test').kid }).sign(privateKey)
  keepSecret(token)
  return token
}

/** What a push of many needs beside its client's headers; other requests are sent without a key. */
export const pushKey = (url: string): Record<string, string> => url.startsWith('/v1/submissions') ? { 'idempotency-key': randomUUID() } : {}
