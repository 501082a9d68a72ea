import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { guardedApp, PUBLIC_URL } from '../identity/guarded-app.js'
import { tokenCorpus } from './tokens.js'

/** An address that nobody may be led to. */
let connections = 0
const trap = createServer(socket => {
  connections++
  socket.destroy()
}).listen(0, '127.0.0.1')
await new Promise(resolve => trap.once('listening', resolve))
t.teardown(() => { trap.close() })

const { app, keys } = await guardedApp(t)
const { right, hostile } = tokenCorpus({ keys, issuer: PUBLIC_URL, trap: `http://127.0.0.1:${(trap.address() as AddressInfo).port}` })

t.test('the yardstick: what is right passes', async t => {
  for (const [name, token] of Object.entries({ ...right, 'our own': await app.tokens.issue('pusher', ['measurements:write']) })) {
    const response = await app.inject({ method: 'POST', url: '/v1/test/push', headers: { authorization: `Bearer ${token}` } })
    t.equal(response.statusCode, 200, name)
    t.match(response.json(), { principal: { clientId: 'pusher', scopes: ['measurements:write'] } })
  }
})

t.test(`${Object.keys(hostile).length} hostile tokens, each 401`, async t => {
  for (const [name, token] of Object.entries(hostile)) {
    // a public read verifies what it is sent as well
    for (const [method, url] of [['POST', '/v1/test/push'], ['GET', '/v1/test/read']] as const) {
      const response = await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })
      const { 'www-authenticate': challenge, 'content-type': type } = response.headers
      t.match({ status: response.statusCode, challenge, type, code: response.json().code }, {
        status: 401,
        challenge: /^Bearer .*error="invalid_token", error_description="[\x20-\x21\x23-\x5b\x5d-\x7e]+"/,
        type: /^application\/problem\+json/,
        code: 'invalid_token'
      }, `${name}: ${method}`)
    }
  }
})

t.test('only expiry is told apart', async t => {
  const detailOf = async (token: string) => (await app.inject({
    url: '/v1/test/read', headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' }
  })).json().detail
  t.equal(await detailOf(hostile['expired']!), 'The access token has expired: get a new one at /oauth/token.')
  t.equal(await detailOf(hostile['another key']!), await detailOf(hostile['iss of another server']!))
})

t.test('nobody was led anywhere, and what is right still passes', async t => {
  t.equal(connections, 0)
  const response = await app.inject({ method: 'POST', url: '/v1/test/push', headers: { authorization: `Bearer ${right['good']}` } })
  t.equal(response.statusCode, 200)
})
