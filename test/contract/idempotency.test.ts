import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build, client, database, type TestClient } from '../helper.js'
import { agency, indicator, type Body } from '../features/registry.js'

/** Every POST of the document under a key: one effect, one answer, one connection. A new POST that is not in `BODIES` fails. */

interface Post {
  /** With `{…}` filled in. */
  url?: string
  body: object
  /** What a first answer is, where it is not 201. */
  status?: number
  /** It writes nothing. */
  reads?: boolean
  /** The same again is not answered but refused. */
  shownOnce?: string
}

/** Not under /v1: a token is asked for anew. */
const WITHOUT_KEYS = ['/oauth/token', '/oauth/revoke']

const PROVINCE = 'UBND-BINH-THUAN'
const TARGET = '4677-2025.KTS-05'
const RULE = { code: 'IDEM', name: { vi: 'Thử' }, kind: 'change', params: { against: 'previous_period', relative: '0.2' }, indicators: ['KTS-05'], severity: 'warn' }

const jwk = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })

interface World {
  app: FastifyInstance, author: TestClient, figures: string[], extension: string, explanation: string, plan: string, document: string, secret: string, key: string
}

/** The plan, three figures that await review, pushed by another client, and an extension. */
async function lay (t: Test): Promise<World> {
  const given = await database(t, { seed: 'plan', max: 1 })
  const app = await build(t, { database: given })
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  const author = await client(app)
  const pusher = await client(app)
  const post = async (url: string, payload: object, by = author) => {
    const answer = await app.inject({ method: 'POST', url, headers: by.headers, payload })
    t.ok(answer.statusCode < 300, `${url}: ${answer.body}`)
    return answer.json<Body>()
  }
  const figures: string[] = []
  for (const period of ['2023', '2024', '2025']) figures.push((await post('/v1/measurements', { indicator: 'KTS-05', agency: PROVINCE, period, value: '10' }, pusher))['id'])
  const extension = (await post('/v1/extensions', { kind: 'excuse', agency: PROVINCE, period: '2025-Q2', reason: 'Bão' }))['id']
  const said = { kind: 'off_target', cause: 'Thử', remedy: 'Thử' }
  const explanation = (await post('/v1/explanations', { target: TARGET, ...said }))['id']
  await post('/v1/agencies', agency('SO-IDEM', 'Sở thử'))
  const plan = (await app.inject('/v1/plans?limit=1')).json<Body>()['data'][0]
  const secret = (await post(`/v1/clients/${author.id}/secrets`, {}))['id']
  const key = (await post(`/v1/clients/${author.id}/keys`, { jwk: jwk() }))['id']
  // an administrator who stays
  await post('/v1/clients', { id: 'stays', name: 'Thử', scopes: ['registry:admin'] })
  await post('/v1/clients/stays/secrets', {})
  return { app, author, figures, extension, explanation, plan: plan['code'], document: plan['document'], secret, key }
}

function bodies ({ author, figures: [first, second, third], extension, explanation, plan, document, secret, key }: World): Record<string, Post | Post[]> {
  const name = { vi: 'Thử' }
  const calendar = { code: 'IDEM', name, startDay: 1, monthOffset: 0, deadlines: Object.fromEntries(['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly'].map(frequency => [frequency, [{ tier: 'unit', workingDays: 2 }]])) }
  const reorganisation = { kind: 'rename', effectiveOn: '2025-03-01', document, reason: name, rename: [{ agency: 'SO-IDEM', name: { vi: 'Sở đổi tên' } }] }
  const repair = { duplicateOf: 'SO-IDEM', reason: name }
  return {
    '/v1/agencies': { body: agency('IDEM', 'Sở') },
    '/v1/agencies/{code}/entered-in-error': [
      { url: '/v1/agencies/IDEM/entered-in-error?dryRun=true', body: repair, status: 200, reads: true },
      { url: '/v1/agencies/IDEM/entered-in-error', body: repair }
    ],
    '/v1/assignments': { body: { target: TARGET, agency: PROVINCE, role: 'cooperate', duty: 'Thử', validFrom: '2025-01-01' } },
    '/v1/calendars': { body: calendar },
    '/v1/calendars/{code}/periods/{period}/transitions': { url: '/v1/calendars/administrative/periods/2025-Q1/transitions', body: { to: 'locked', reason: 'Thử', effectiveOn: '2025-04-15' } },
    '/v1/clients': { body: { id: 'idem', name: 'Thử', scopes: ['registry:read'] } },
    '/v1/clients/{id}/keys': { url: '/v1/clients/idem/keys', body: { jwk: jwk() } },
    '/v1/clients/{id}/keys/{key}/revocation': { url: `/v1/clients/${author.id}/keys/${key}/revocation`, body: { reason: 'Nhầm' }, status: 200 },
    '/v1/clients/{id}/secrets': { url: '/v1/clients/idem/secrets', body: {}, shownOnce: 'secret_shown_once' },
    '/v1/clients/{id}/secrets/{secret}/revocation': { url: `/v1/clients/${author.id}/secrets/${secret}/revocation`, body: { reason: 'Nhầm' }, status: 200 },
    '/v1/clients/{id}/transitions': { url: '/v1/clients/idem/transitions', body: { to: 'suspended', reason: 'Thử' } },
    '/v1/dimensions': { body: { code: 'IDEM', name } },
    '/v1/dimensions/{code}/members': { url: '/v1/dimensions/IDEM/members', body: { code: 'IDEM', name } },
    '/v1/documents': { body: { number: '9/KH-UBND', type: 'Kế hoạch', issuer: 'UBND tỉnh', issuedOn: '2025-12-11', title: name } },
    '/v1/explanations': { body: { target: '4677-2025.KTS-03', kind: 'other', cause: 'Thử', remedy: 'Thử' } },
    '/v1/explanations/{id}/withdrawal': { url: `/v1/explanations/${explanation}/withdrawal`, body: { reason: 'Nhầm' }, status: 200 },
    '/v1/extensions': { body: { kind: 'excuse', agency: PROVINCE, period: '2025-Q3', reason: 'Bão' } },
    '/v1/extensions/{id}/revocation': { url: `/v1/extensions/${extension}/revocation`, body: { reason: 'Nhầm' }, status: 200 },
    '/v1/holidays': { body: { day: '2027-05-03', kind: 'off', name } },
    '/v1/indicators': { body: indicator('IDEM', 'Thử') },
    '/v1/measurements': [
      { url: '/v1/measurements?dryRun=true', body: { indicator: 'KTS-05', agency: PROVINCE, period: '2022', value: '10' }, status: 200, reads: true },
      { body: { indicator: 'KTS-05', agency: PROVINCE, period: '2022', value: '10' } }
    ],
    '/v1/submissions': { body: { rows: [{ indicator: 'KTS-05', agency: PROVINCE, period: '2022', value: '11' }], mode: 'partial' }, status: 200 },
    '/v1/measurements/{id}/review': { url: `/v1/measurements/${first}/review`, body: { decision: 'accept', revision: 1 }, status: 200 },
    '/v1/reviews': { body: { mode: 'partial', reviews: [{ id: second, revision: 1, decision: 'return', comment: 'Thử' }, { id: randomUUID(), revision: 1, decision: 'accept' }] }, status: 200 },
    '/v1/measurements/{id}/withdrawal': { url: `/v1/measurements/${third}/withdrawal`, body: { reason: 'Nhầm', revision: 1 }, status: 200 },
    '/v1/pillars': { body: { code: 'IDEM', name, plans: [{ plan, position: 9 }] } },
    '/v1/plans': { body: { code: 'IDEM', name, document, year: 2027, issuedOn: '2026-12-11', agency: PROVINCE } },
    '/v1/quality-rules': { body: RULE },
    '/v1/quality-rules/trial': { body: { rule: { ...RULE, code: 'TRIAL' } }, status: 200, reads: true },
    '/v1/reorganisations': [
      { url: '/v1/reorganisations?dryRun=true', body: reorganisation, status: 200, reads: true },
      { body: reorganisation }
    ],
    '/v1/signing-keys': { body: { reason: 'Thử' } },
    '/v1/status-rules': { body: { effectiveFrom: '2027-01-01', onTrack: '0.9', atRisk: '0.7' } },
    '/v1/targets': { body: { plan, indicator: 'KTS-05', operator: 'gte', value: '20', dueDate: '2026-12-31', wording: 'Thử' } },
    '/v1/targets/{id}/allocations': { url: `/v1/targets/${TARGET}/allocations`, body: { method: 'own', agencies: [{ agency: 'SO-TTTT', value: '12' }], effectiveFrom: '2025-01-01', document } },
    '/v1/targets/{id}/amendments': { url: `/v1/targets/${TARGET}/amendments`, body: { value: '15', effectiveFrom: '2025-07-01', reason: 'Thử', document } },
    '/v1/tasks': { body: { code: 'IDEM', plan, kind: 'task', name } },
    '/v1/tasks/{code}/notes': { url: '/v1/tasks/IDEM/notes', body: { text: 'Thử', agency: PROVINCE } }
  }
}

/** Every table's rows but the keys', to tell whether anything was written. */
async function stored (app: FastifyInstance): Promise<Record<string, string>> {
  const { rows: tables } = await app.db.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'history') and tablename <> 'idempotency_keys' order by 1`)
  const { rows } = await app.db.execute<{ name: string, content: string }>(sql.raw(tables.map(({ name }) => `
    select '${name}' as name, count(*) || ' ' || md5(coalesce(string_agg(x::text, '|' order by x::text), '')) as content from ${name} x`).join(' union all ')))
  return Object.fromEntries(rows.map(({ name, content }) => [name, content]))
}

const OWN = ['content-type', 'etag', 'location', 'content-language', 'cache-control', 'vary']

t.test('every POST: sent twice with one key, done once, on one connection', async t => {
  const world = await lay(t)
  const { app, author } = world
  const document = (await app.inject('/v1/openapi.json')).json<{ paths: Record<string, { post?: { parameters: { $ref?: string }[], responses: Record<string, { $ref?: string, headers?: object }> } }>, components: { responses: Record<string, object> } }>()
  const posts = Object.entries(document.paths).flatMap(([path, { post }]) => post === undefined ? [] : [{ path, post }])
  const table = bodies(world)
  t.same(Object.keys(table).sort(), posts.map(({ path }) => path).filter(path => !WITHOUT_KEYS.includes(path)).sort(), 'each has a body here')

  await t.test('the document says so', async t => {
    for (const { path, post } of posts) {
      const taken = post.parameters.some(({ $ref }) => /\/(Required)?IdempotencyKey$/.test($ref ?? ''))
      t.equal(taken, path.startsWith('/v1/'), path)
      if (!taken) continue
      for (const [status, code] of [['409', 'idempotency_in_progress'], ['422', 'idempotency_key_reused']] as const) {
        const { $ref = '', ...own } = post.responses[status] ?? {}
        t.match(JSON.stringify(document.components.responses[$ref.split('/').at(-1)!] ?? own), code, `${path} ${status}`)
      }
      for (const [status, { headers }] of Object.entries(post.responses)) if (status.startsWith('2')) t.ok('Idempotency-Replayed' in headers!, `${path} ${status}`)
    }
  })

  for (const [path, { url = path, body, status = 201, reads = false, shownOnce }] of Object.entries(table).flatMap(([path, posts]) => [posts].flat().map(post => [path, post] as const))) {
    await t.test(url, async t => {
      const key = randomUUID()
      const send = (more: object = {}) => app.inject({ method: 'POST', url, headers: { ...author.headers, 'idempotency-key': key }, payload: { ...body, ...more } })
      const before = await stored(app)
      const first = await send()
      t.equal(first.statusCode, status, first.body)
      t.equal(first.headers['idempotency-replayed'], undefined)
      const after = await stored(app)
      if (reads) t.strictSame(after, before, 'nothing was written')
      else t.strictNotSame(after, before, 'it was done')
      const second = await send()
      if (url.endsWith('dryRun=true')) {
        t.same([second.statusCode, second.headers['idempotency-replayed']], [status, undefined], 'nothing is kept under the key of a dry run')
        t.strictSame(await stored(app), before)
        return
      }
      if (shownOnce === undefined) {
        t.equal(second.statusCode, status)
        t.equal(second.headers['idempotency-replayed'], 'true')
        t.equal(second.body, first.body)
        for (const name of OWN) t.equal(second.headers[name], first.headers[name], name)
      } else t.match(second.json(), { status: 409, code: shownOnce, location: first.headers['location'] })
      t.strictSame(await stored(app), after, 'once')
      t.equal((await send({ unheardOf: 1 })).statusCode, 400, 'what is not valid is not compared')
      const other = await app.inject({ method: 'POST', url: '/v1/dimensions', headers: { ...author.headers, 'idempotency-key': key }, payload: { code: 'NEVER', name: { vi: 'x' } } })
      t.match(other.json(), { status: 422, code: 'idempotency_key_reused' })
      t.same([app.pool.totalCount, app.pool.idleCount, app.pool.waitingCount], [1, 1, 0], 'the connection is back')
      t.strictSame(await stored(app), after)
    })
  }
})

t.test('a POST that anybody may send takes none', async t => {
  const app = await build(t, { validateResponses: false })
  app.post('/v1/anybody', { config: { scope: 'public' } }, async request => ({ key: request.idempotencyKey ?? null, held: request.held ?? null }))
  t.same((await app.inject({ method: 'POST', url: '/v1/anybody', headers: { 'idempotency-key': '' } })).json(), { key: null, held: null })
})
