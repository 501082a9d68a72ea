import { eq } from 'drizzle-orm'
import t from 'tap'
import { assignments, dimensionMembers, indicators, pillars, statusRules } from '../../src/db/schema/index.js'
import { build, client } from '../helper.js'
import { writer } from './registry.js'

const DAY = '2025-11-20'
const PATHS = [
  `/v1/status?on=${DAY}&limit=500`,
  `/v1/status?on=${DAY}&basis=submitted&indicator=KTS-05`,
  `/v1/plans/4677-KH-UBND-2024/summary?on=${DAY}`,
  `/v1/indicators/CQS-02/status?on=${DAY}`,
  `/v1/indicators/KTS-05/series?on=${DAY}`
]

t.test('what a report saw can be read again to the byte, whatever was learnt since', async t => {
  const app = await build(t, { seed: 'demo' })
  const { post, change } = await writer(app)
  const { headers } = await client(app)
  const read = async (path: string) => {
    const response = await app.inject({ url: path, headers })
    t.equal(response.statusCode, 200, path)
    return response.body
  }
  const now = async () => (await app.pool.query('select clock_timestamp() as at')).rows[0].at as string
  const moments: { at: string, seen: Map<string, string> }[] = []
  /** What is answered now, and the instant at which it was asked. */
  const remember = async () => {
    const seen = new Map<string, string>()
    for (const path of PATHS) seen.set(path, await read(path))
    moments.push({ at: await now(), seen })
  }
  const learn: [string, () => Promise<unknown>][] = [
    ['a corrected figure', () => post('/v1/measurements', { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10.5', observedAt: '2025-11-14T09:00:00+07:00', reason: 'Thêm hai sàn' })],
    ['a version of a target', () => app.pool.query(`
      insert into target_versions (target_id, version, effective_from, operator, value, unit, due_date, mode, wording, document_id, reason)
      select target_id, 9, date '2025-06-01', 'gte', 12, unit, due_date, mode, wording, document_id, 'test' from target_versions v
      join targets t on t.id = v.target_id where t.indicator_code = 'KTS-05' and v.version = 1`)],
    ['an indicator\'s name', () => change('/v1/indicators/KTS-05', { name: { vi: 'Tỷ trọng TMĐT' } })],
    ['the end of a district', async () => {
      const { body } = await (await writer(app)).get('/v1/agencies/UBND-TUY-PHONG')
      const ended = (one: object) => ({ ...one, validTo: '2025-06-30' })
      return change('/v1/agencies/UBND-TUY-PHONG', { names: body['names'].map(ended), parents: body['parents'].map(ended), identifiers: body['identifiers'].map(ended) })
    }],
    ['other thresholds', () => app.db.insert(statusRules).values({ version: 2, effectiveFrom: '2025-01-01', pace: 'linear', onTrack: '0.99', atRisk: '0.90' })],
    ['a pillar\'s name', () => app.db.update(pillars).set({ name: { vi: 'Trụ cột' } })],
    ['a member of a dimension', () => app.db.delete(dimensionMembers).where(eq(dimensionMembers.position, 1))],
    ['who leads', () => app.db.update(assignments).set({ removedAt: '2025-01-01T00:00:00.000000Z' }).where(eq(assignments.role, 'lead'))],
    ['the order of things', () => app.db.update(indicators).set({ decimals: 4 })]
  ]
  await remember()
  for (const [what, learning] of learn) {
    const result = await learning() as { status?: number } | undefined
    if (result?.status !== undefined) t.ok(result.status < 300, what)
    await remember()
  }
  const different = new Set(moments.map(({ seen }) => [...seen.values()].join('\n')))
  t.ok(different.size >= learn.length - 1, `what is learnt shows in the answers: ${different.size} of ${moments.length}`)
  for (const [i, { at, seen }] of moments.entries()) {
    for (const [path, body] of seen) {
      t.equal(await read(`${path}&asOf=${at}`.replace('summary&', 'summary?')), body, `${path} as of moment ${i}`)
      const { asOf = at } = (JSON.parse(body).data?.[0] ?? JSON.parse(body)) as { asOf?: string }
      t.equal(await read(`${path}&asOf=${asOf}`), body, `${path} as of the instant that the answer names, ${i}`)
    }
  }
})

t.test('asOf is an instant that has come', async t => {
  const app = await build(t)
  for (const [value, code] of [['2999-01-01T00:00:00Z', 'as_of_in_future'], ['2025-06-31T00:00:00Z', 'bad_instant'], ['yesterday', 'bad_instant']]) {
    const { statusCode, body } = await app.inject(`/v1/status?asOf=${value}`)
    t.equal(statusCode, 400)
    const [error] = JSON.parse(body).errors
    t.equal(error.parameter, 'asOf')
    if (code !== 'bad_instant') t.equal(error.code, code)
  }
  for (const early of ['0001-01-01T00:00:00%2B14:00', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) {
    const { body, statusCode } = await app.inject(`/v1/status?asOf=${early}`)
    t.ok(statusCode === 400 || JSON.parse(body).data.length === 0, `${early}: ${statusCode}`)
  }
})
