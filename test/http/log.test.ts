import t from 'tap'
import { withoutSecrets } from '../../src/process/log.js'
import { leaks } from '../setup/logs.js'
import { startApp } from './harness.js'

t.test('the address of a request, as it is logged', async t => {
  for (const [url, logged] of [
    ['/v1/status', '/v1/status'],
    ['/v1/status?limit=5', '/v1/status?limit=5'],
    ['/v1/status?access_token=abc', '/v1/status?access_token=…'],
    ['/v1/status?limit=5&access_token=abc&q=x', '/v1/status?limit=5&access_token=…&q=x'],
    ['/oauth/token?client_id=c&client_secret=s3cret', '/oauth/token?client_id=c&client_secret=…'],
    ['/oauth/token?CLIENT%5FSECRET=s3cret', '/oauth/token?client_secret=…'],
    ['/oauth/token?+client_secret=s3cret', '/oauth/token?client_secret=…'],
    ['/oauth/token?client_assertion=a.b.c&refresh_token=d&password=e&token=f', '/oauth/token?client_assertion=…&refresh_token=…&password=…&token=…'],
    ['/x?access_token', '/x?access_token=…'],
    ['/x?access_token=a=b=c', '/x?access_token=…'],
    ['/x?%zz=1&access_token=a', '/x?%zz=1&access_token=…'],
    ['/x?a=1?access_token=b', '/x?a=1?access_token=b']
  ] as const) t.equal(withoutSecrets(url), logged, url)
})

t.test('nothing secret is logged or said again, wherever it was put', async t => {
  const log: string[] = []
  const app = await startApp(t, { log })
  const sentinel = 'S3cretS3cretS3cretS3cretS3cretS3cretS3cret9'
  const names = ['access_token', 'client_secret', 'client_assertion', 'refresh_token', 'password', 'token']
  const paths = ['/v1/status', '/v1/clients', '/oauth/token', '/v1/measurements', '/docs', '/problems', '/health/live', '/nowhere']
  let answers = 0
  for (const path of paths) {
    for (const name of names) {
      for (const method of ['GET', 'POST', 'HEAD'] as const) {
        const answer = await app.inject({
          method, url: `${path}?${name}=${sentinel}&limit=0`,
          headers: method === 'POST' ? { 'content-type': path.startsWith('/oauth') ? 'application/x-www-form-urlencoded' : 'application/json' } : {},
          ...method === 'POST' ? { payload: path.startsWith('/oauth') ? `${name}=${sentinel}` : JSON.stringify({ [name]: sentinel }) } : {}
        })
        answers++
        t.notMatch(JSON.stringify([answer.body, answer.headers]), sentinel, `${method} ${path}?${name}`)
      }
    }
  }
  for (const authorization of [`Bearer ${sentinel}`, `Basic ${sentinel}`, `Digest ${sentinel}`, sentinel, `Bearer ${sentinel}.${sentinel}.${sentinel}`]) {
    const { body, headers } = await app.inject({ url: '/v1/clients', headers: { authorization } })
    t.notMatch(JSON.stringify([body, headers]), sentinel, authorization.slice(0, 12))
  }
  t.ok(log.length >= 2 * answers, `${log.length} lines`)
  t.notMatch(log.join(''), sentinel)
  t.strictSame(leaks(), [], 'nor anything else of this process')
})
