import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { clients, SCOPES } from '../../src/db/schema/clients.js'
import { build, client, signed } from '../helper.js'
import { WHO_MAY } from './who-may.js'

interface Document { paths: Record<string, Record<string, unknown>> }
type Answer = 'in' | 401 | 403

const METHODS = ['get', 'put', 'post', 'patch', 'delete']
const app = await build(t, { seed: 'plan' })
const { paths } = (await app.inject('/v1/openapi.json')).json<Document>()
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.keys(item).filter(method => METHODS.includes(method)).map(method => `${method.toUpperCase()} ${path}`))
const table = new Map(Object.entries(WHO_MAY).flatMap(([who, all]) => all.map(operation => [operation, who] as const)))

t.test('the table names every operation once, and none that is not there', async t => {
  t.same(operations.filter(one => !table.has(one)), [])
  t.same([...table.keys()].filter(one => !operations.includes(one)), [])
  t.equal(Object.values(WHO_MAY).flat().length, table.size)
})

/** Asks for nothing that could be: what gets past the guard is told what is wrong with the rest, and nothing is written. */
async function ask (app: FastifyInstance, operation: string, headers: Record<string, string>): Promise<Answer | string> {
  const [method = '', path = ''] = operation.split(' ')
  const url = path.replaceAll(/\{[^}]+\}/g, 'no-such-thing')
  const response = await app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...headers,
      ...method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {},
      ...method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {}
    },
    ...['POST', 'PATCH'].includes(method) ? { payload: { 'no-such-field': true } } : {}
  })
  const { statusCode } = response
  if (statusCode === 401 && operation.startsWith('POST /oauth/')) return 'in'
  if (statusCode === 401) return 401
  if (statusCode === 403) return response.json().code === 'insufficient_scope' ? 403 : response.json().code
  return statusCode < 500 ? 'in' : `${statusCode}`
}

interface Caller { name: string, headers: Record<string, string>, scopes: readonly string[], refused?: true }

async function callersOf (app: FastifyInstance): Promise<Caller[]> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const one = await client(app)
  const suspended = await client(app)
  await app.db.update(clients).set({ state: 'suspended' }).where((await import('drizzle-orm')).eq(clients.id, suspended.id))
  const begun = Math.floor(Date.now() / 1000) - 1000
  const soon = await signed(app, {
    sub: one.id, client_id: one.id, scope: SCOPES.join(' '), jti: randomUUID(), iat: begun, exp: begun + 900
  })
  return [
    { name: 'nobody', headers: {}, scopes: [] },
    ...await Promise.all(SCOPES.map(async scope => ({
      name: scope, headers: (await client(app, { scopes: [scope] })).headers, scopes: [scope]
    }))),
    { name: 'all scopes', headers: one.headers, scopes: SCOPES },
    { name: 'suspended', headers: suspended.headers, scopes: [], refused: true },
    { name: 'expired', headers: bearer(soon), scopes: [], refused: true },
    { name: 'of another key', headers: bearer(`${one.token.slice(0, -8)}AAAAAAAA`), scopes: [], refused: true }
  ]
}

/** By the words of the table alone. */
function expectation (who: string, { name, scopes, refused }: Caller, readAccess: 'public' | 'token'): Answer {
  if (who === 'anybody') return 'in'
  if (refused === true) return 401
  const needed = who === 'read' ? readAccess === 'token' ? ['registry:read'] : [] : who.split(' ')
  if (needed.length === 0) return 'in'
  if (name === 'nobody') return 401
  return needed.some(scope => scopes.includes(scope)) ? 'in' : 403
}

for (const readAccess of ['public', 'token'] as const) {
  t.test(`READ_ACCESS=${readAccess}: every operation, asked by everybody`, async t => {
    // its document is another (403 at every read), so its answers are not held to the one of all the tests
    const asked = readAccess === 'public' ? app : await build(t, { seed: 'plan', config: { readAccess }, validateResponses: false })
    const callers = await callersOf(asked)
    const cells = new Map<string, number>()
    for (const [operation, who] of table) {
      const answers: Record<string, Answer | string> = {}
      const expected: Record<string, Answer> = {}
      for (const caller of callers) {
        expected[caller.name] = expectation(who, caller, readAccess)
        const answer = answers[caller.name] = await ask(asked, operation, caller.headers)
        const kind = `${who} · ${caller.name}: ${answer}`
        cells.set(kind, (cells.get(kind) ?? 0) + 1)
      }
      t.same(answers, expected, operation)
    }
    t.comment(`${table.size} operations × ${callers.length} callers = ${table.size * callers.length} cells`)
    for (const who of Object.keys(WHO_MAY)) {
      const row = [...cells].filter(([kind]) => kind.startsWith(`${who} · `)).map(([kind, n]) => `${kind.split(' · ')[1]} (${n})`)
      t.comment(`  ${who}: ${row.join(', ')}`)
    }
  })
}
