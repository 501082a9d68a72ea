import t from 'tap'
import { Metrics, serveMetrics } from '../../src/plugins/metrics.js'
import { build, client } from '../helper.js'

/** Lines of the text format, by name and labels, read without the library that wrote them. */
function read (text: string): Map<string, number> {
  return new Map(text.split('\n').filter(line => line !== '' && !line.startsWith('#')).map(line => {
    const [, name = '', labels = '', value = ''] = /^([a-zA-Z_:][\w:]*)(\{[^}]*\})? (\S+)$/.exec(line) ?? []
    return [`${name}${labels}`, Number(value)] as const
  }))
}

t.test('what is counted, and what no stranger can add to', async t => {
  const metrics = new Metrics()
  const app = await build(t, { seed: 'plan', metrics })
  const served = await serveMetrics(metrics, '127.0.0.1', 0)
  t.teardown(served.close)
  const url = `http://127.0.0.1:${served.port}`
  const now = async () => read(await (await fetch(`${url}/metrics`)).text())

  const { headers } = await client(app)
  const row = { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10' }
  const push = (payload: object) => app.inject({ method: 'POST', url: '/v1/measurements', headers, payload })
  for (const payload of [row, row, { ...row, value: '900000' }, { ...row, agency: 'NO' }]) await push(payload)
  await app.inject({ method: 'POST', url: '/v1/measurements?dryRun=true', headers, payload: { ...row, period: '2024' } })
  const rows = [{ ...row, period: '2023' }, { ...row, period: 'x' }, row]
  await app.inject({ method: 'POST', url: '/v1/submissions', headers: { ...headers, 'idempotency-key': 'k' }, payload: { mode: 'partial', rows } })
  await app.inject('/v1/indicators/KTS-05')

  const first = await now()
  const outcomes = ['created', 'revised', 'withdrawn', 'unchanged', 'rejected']
  // the row · again · out of bounds and of nobody · of the list: one of each
  t.same(outcomes.map(outcome => first.get(`registry_pushed_rows_total{outcome="${outcome}"}`)), [2, 0, 0, 2, 3])
  const answers = (method: string, route: string, status: number) =>
    first.get(`http_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`)
  t.equal(answers('GET', '/v1/indicators/:code', 200), 1)
  t.equal(answers('POST', '/v1/measurements', 422), 2)
  for (const name of [
    'registry_database_connections{state="lent"}', 'registry_database_connections{state="waited_for"}',
    'registry_lane_requests{lane="push",state="running"}', 'registry_lane_requests{lane="dear",state="waiting"}',
    'nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'
  ]) t.ok(first.has(name), name)

  // whatever a stranger asks for
  const asked: [method: string, url: string][] = [
    ['GET', '/v1/zq1'], ['GET', '/zq2?x=zq3'], ['GET', '/v1/indicators/"} zq'], ['PROPFIND', '/zq4'], ['OPTIONS', '/v1/zq5'], ['DELETE', '/']
  ]
  for (const [method, url] of asked) await app.inject({ method: method as 'GET', url, headers: { 'user-agent': 'zq6', 'x-request-id': 'zq7' } }).catch(() => {})
  const before = [...first.keys()].length
  for (let i = 0; i < 50; i++) await app.inject({ url: `/v1/indicators/NO-${i}`, headers: { authorization: `Bearer ${i}` } })
  for (let i = 0; i < 50; i++) await app.inject(`/no-${i}`)
  const after = await now()
  const text = [...after.keys()].join('\n')
  t.notMatch(text, /zq|NO-|no-\d/)
  t.ok(after.size - before < 16 * 14, `${after.size - before} more series, of routes, methods and statuses that there are`)
  t.same([...after.keys()].filter(key => key.startsWith('http_request_duration_seconds_count') && key.includes('route="none"')).length > 0, true)
})

t.test('an address of its own, with one thing at it', async t => {
  const served = await serveMetrics(new Metrics(), '127.0.0.1', 0)
  t.teardown(served.close)
  const url = `http://127.0.0.1:${served.port}`
  const ask = (path: string, method = 'GET') => fetch(`${url}${path}`, { method })
  t.match((await ask('/metrics')).headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  t.equal((await ask('/metrics?x=y')).status, 200)
  t.equal(await (await ask('/metrics', 'HEAD')).text(), '')
  t.same([(await ask('/metrics', 'POST')).status, (await ask('/')).status, (await ask('/v1/status')).status], [405, 404, 404])
  await t.rejects(serveMetrics(new Metrics(), '127.0.0.1', served.port), { code: 'EADDRINUSE' })
})
