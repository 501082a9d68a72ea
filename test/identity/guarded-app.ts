import fastifyJwt from '@fastify/jwt'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { clientGrants, clients, type Scope } from '../../src/db/schema/clients.js'
import type { ClientDirectory } from '../../src/features/identity/directory.js'
import { problems as identityProblems } from '../../src/features/identity/problems.js'
import { commonProblems } from '../../src/http/problem-codes.js'
import { codeSchemas } from '../../src/codes.js'
import { sharedSchemas } from '../../src/http/schema.js'
import { loadSigningKeys, type SigningKeys } from '../../src/features/identity/key-material.js'
import auth from '../../src/plugins/auth.js'
import problems from '../../src/plugins/problems.js'
import { createKeyRing } from '../../src/features/identity/ring.js'
import { jwtOptions, Tokens } from '../../src/features/identity/tokens.js'
import { build, database } from '../helper.js'
import { searchedLogger } from '../setup/logs.js'

export const PUBLIC_URL = 'https://registry.example.vn'

function addRoutes (app: FastifyInstance): void {
  const whoami = async (request: { principal: unknown }) => ({ principal: request.principal ?? null })
  const schema = { hide: true }
  app.get('/v1/test/open', { config: { scope: 'public' }, schema }, whoami)
  app.get('/v1/test/read', { config: { scope: 'read' }, schema }, whoami)
  app.post('/v1/test/push', { config: { scope: 'measurements:write' }, schema }, whoami)
  app.get('/v1/test/receipt', { config: { scope: ['measurements:write', 'measurements:review'] }, schema }, whoami)
}

const CLIENTS: { id: string, scopes: Scope[], state?: 'suspended' }[] = [
  { id: 'pusher', scopes: ['measurements:write'] },
  { id: 'reader', scopes: ['registry:read'] },
  { id: 'reviewer', scopes: ['measurements:review'] },
  { id: 'suspended', scopes: ['measurements:write'], state: 'suspended' }
]

/** The real app with four routes for the guard to guard, and a few clients. */
export async function guardedApp (t: Test, readAccess: 'public' | 'token' = 'public'): Promise<{ app: FastifyInstance, keys: SigningKeys }> {
  const keys = await loadSigningKeys({ dataDir: t.testdir() })
  const app = await build(t, { config: { publicUrl: PUBLIC_URL, readAccess }, signingKeys: keys })
  addRoutes(app)
  await app.ready()
  await app.db.insert(clients).values(CLIENTS.map(client => ({ name: client.id, ...client })))
  await app.db.insert(clientGrants).values({ clientId: 'pusher', agencyCode: null, withSubtree: false, indicatorCode: null })
  return { app, keys }
}

/** What signs and verifies our own, without a server around it. */
export async function jwtFor (t: Test, keys: SigningKeys, publicUrl: string): Promise<FastifyInstance['jwt']> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(fastifyJwt, jwtOptions(keys, publicUrl))
  return app.jwt
}

/** Those of a registry with a database of its own. */
export async function tokensFor (t: Test): Promise<Tokens> {
  const { db, pool } = await database(t)
  const keys = await loadSigningKeys({ dataDir: t.testdir() })
  return new Tokens({ jwt: await jwtFor(t, keys, PUBLIC_URL), ring: createKeyRing({ db, pool, keys, log: searchedLogger(), knownMs: 15_000 }), publicUrl: PUBLIC_URL })
}

/** The guard alone, where a test must be the directory. */
export async function guardWith (t: Test, directory: ClientDirectory): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  for (const schema of [...sharedSchemas, ...codeSchemas]) app.addSchema(schema)
  await app.register(problems, { definitions: { ...commonProblems, ...identityProblems }, constraints: {}, version: '0.0.0', publicUrl: PUBLIC_URL })
  await app.register(auth, { tokens: await tokensFor(t), publicUrl: PUBLIC_URL, readAccess: 'public', directory })
  addRoutes(app)
  await app.ready()
  return app
}
