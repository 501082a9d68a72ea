import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { build, client, database } from '../helper.js'

/** Seconds within which a suspension holds for everything, through an instance that has not heard of it. */
const WITHIN_MS = 15_000

test('a suspension and a lost scope reach every route of another instance within 15 s', async t => {
  const given = await database(t, { seed: 'plan', max: 8 })
  const [app, other] = [await build(t, { database: given }), await build(t, { database: given })]
  const admin = await client(app)
  const [suspended, narrowed] = [await client(app, { scopes: ['registry:read', 'measurements:review'] }), await client(app, { scopes: ['registry:read', 'registry:admin'] })]
  const read = async ({ headers }: typeof admin, url: string) => (await other.inject({ url, headers })).statusCode
  t.same([await read(suspended, '/v1/clients/me'), await read(narrowed, '/v1/clients')], [200, 200], 'the other instance knows both')
  const changed = (method: 'POST' | 'PATCH', url: string, payload: object) => app.inject({
    method, url, payload, headers: { ...admin.headers, ...method === 'PATCH' ? { 'if-match': '*', 'content-type': 'application/merge-patch+json' } : {} }
  })
  const since = Date.now()
  t.equal((await changed('POST', `/v1/clients/${suspended.id}/transitions`, { to: 'suspended', reason: 'Thử' })).statusCode, 201)
  t.equal((await changed('PATCH', `/v1/clients/${narrowed.id}`, { scopes: ['registry:read'] })).statusCode, 200)
  while (Date.now() - since < WITHIN_MS + 200) {
    if (await read(suspended, '/v1/clients/me') === 401 && await read(narrowed, '/v1/clients') === 403) break
    await sleep(250)
  }
  t.same([await read(suspended, '/v1/clients/me'), await read(narrowed, '/v1/clients')], [401, 403])
  t.ok(Date.now() - since <= WITHIN_MS + 500, `${Date.now() - since} ms`)
})
