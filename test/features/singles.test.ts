import { test } from 'tap'
import { build, client, owner } from '../helper.js'
import type { Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'

test('pushed at the same time: each its own submission, whoever pushed it', async t => {
  const app = await build(t, { seed: 'plan' })
  await app.pool.query('insert into dimensions (code, name) values (\'cell\', \'{"vi":"ô"}\')')
  await app.pool.query('insert into dimension_members (dimension_code, code, name) select \'cell\', \'c\' || i, \'{"vi":"ô"}\' from generate_series(1, 40) i')
  const many = await client(app)
  const other = await client(app)
  const nobody = await client(app, { grants: [] })
  const push = async (headers: Record<string, string>, more: object) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10', ...more } })
    return { status: answer.statusCode, body: answer.json<Body>() }
  }
  const cells = Array.from({ length: 40 }, (_, i) => `c${i + 1}`)
  const answers = await Promise.all([
    ...cells.map((cell, i) => push(i % 2 === 0 ? many.headers : other.headers, { breakdown: { cell }, value: `${i}`, itemId: cell })),
    push(nobody.headers, { breakdown: { cell: 'c1' } }),
    push(many.headers, { breakdown: { cell: 'c0' } }),
    push(many.headers, { value: '10.123' })
  ])
  const written = answers.slice(0, 40)
  t.same(new Set(written.map(({ status }) => status)), new Set([201]))
  t.same(written.map(({ body }) => [body['value'], body['source'].externalId]), cells.map((cell, i) => [`${i}`, cell]))
  t.same(written.map(({ body }) => body['source'].client), cells.map((_, i) => i % 2 === 0 ? many.id : other.id))
  t.equal(new Set(written.map(({ body }) => body['source'].submission)).size, 40)
  t.same(answers.slice(40).map(({ status, body }) => [status, body['errors'][0].code]), [[422, 'not_assigned'], [422, 'unknown_member'], [422, 'too_many_decimals']])
  for (const { body } of written.slice(0, 3)) {
    const url = `/v1/submissions/${body['source'].submission}`
    t.match((await app.inject({ url, headers: many.headers })).json(), { mode: 'atomic', state: 'completed', counts: { received: 1, created: 1 }, client: body['source'].client })
    t.match((await app.inject({ url: `${url}/rows`, headers: many.headers })).json().data, [{ position: 0, outcome: 'created', measurement: { id: body['id'], revision: 1 } }])
    t.same((await app.inject({ url: `/v1/measurements/${body['id']}`, headers: many.headers })).json(), body, 'as it is read')
  }
})

test('a dry run says what a push would come to, and writes nothing', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const figure = { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10', itemId: 'thu' }
  const send = async (query: string, more: object = {}, key?: string) => {
    const answer = await app.inject({
      method: 'POST', url: `/v1/measurements${query}`, headers: { ...headers, ...key === undefined ? {} : { 'idempotency-key': key } }, payload: { ...figure, ...more }
    })
    const { etag, location } = answer.headers
    return { status: answer.statusCode, body: answer.json<Body>(), named: [etag, location] }
  }
  const rows = async () => (await app.pool.query('select (select count(*) from measurements)::int as m, (select count(*) from submissions)::int as s')).rows[0]
  const tried = await send('?dryRun=true', {}, 'k1')
  t.match(tried, { status: 200, body: { dryRun: true, outcome: 'created', value: '10', revision: 1, state: 'accepted', source: { client: String, externalId: 'thu' } } })
  t.same(tried.named, [undefined, undefined], 'there is nothing to be found')
  t.same(await rows(), { m: 0, s: 0 })
  const pushed = await send('', {}, 'k1')
  t.match(pushed, { status: 201, body: { value: '10' } }, 'under the same key')
  t.notOk('dryRun' in pushed.body || 'outcome' in pushed.body)
  t.match(await send('?dryRun=true'), { status: 200, body: { outcome: 'unchanged', id: pushed.body['id'], recordedAt: pushed.body['recordedAt'] } })
  t.match(await send('?dryRun=true', { value: '11', reason: 'đếm lại' }), { status: 200, body: { outcome: 'revised', id: pushed.body['id'], revision: 2 } })
  const refused = await send('?dryRun=true', { value: '11' })
  const { body: { instance, ...problem } } = refused
  const { body: { instance: _, ...really } } = await send('', { value: '11' })
  t.equal(refused.status, 422)
  t.same(problem, really, 'refused as the push is')
  t.match(problem, { code: 'measurement_rejected', errors: [{ pointer: '/reason', code: 'reason_required' }] })
  t.match(await send('?dryRun=maybe'), { status: 400, body: { errors: [{ parameter: 'dryRun' }] } })
  t.same(await rows(), { m: 1, s: 1 })
})

test('the same figure from many at once: in turn, none lost, none doubled', async t => {
  const app = await build(t, { seed: 'plan' })
  await app.pool.query("insert into agency_identifiers (agency_code, scheme, value, valid_from) values ('UBND-BINH-THUAN', 'test', 'BT', '2022-01-01') on conflict do nothing")
  const { headers } = await client(app)
  const names = [PROVINCE, 'test:BT']
  const answers = await Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: { indicator: 'KTS-05', agency: names[i % 2], period: '2025', value: `${i % 6}`, reason: 'đếm lại' } })
    return [answer.statusCode, answer.json<Body>()] as const
  }))
  t.ok(answers.every(([status]) => status === 200 || status === 201), answers.map(([status]) => status).join(' '))
  const revisions = (await app.inject(`/v1/measurements/${answers[0]![1]['id']}/revisions?limit=100`)).json().data as Body[]
  const written = answers.filter(([status]) => status === 201)
  t.same(revisions.map(({ revision }) => revision), Array.from(revisions, (_, i) => revisions.length - i), 'numbered without a gap')
  t.same(written.map(([, body]) => body['revision']).sort((a, b) => a - b), revisions.map(({ revision }) => revision).reverse(), 'a revision for every answer that says so')
  for (const [, body] of written) t.match(revisions.find(({ revision }) => revision === body['revision']), { value: body['value'] })
})

test('one that the database refuses takes no other with it', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  await owner(app.pool).query(`create function refuse () returns trigger language plpgsql as $$ begin
    if exists (select from added where value = 13) then raise exception 'thirteen' using errcode = 'check_violation', constraint = 'thirteen'; end if; return null; end $$;
    create trigger refuse after insert on measurements referencing new table as added for each statement execute function refuse ()`)
  const statuses = await Promise.all(Array.from({ length: 20 }, async (_, i) =>
    (await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: { indicator: 'KTS-05', agency: PROVINCE, period: `${2022 + i % 4}`, value: i === 7 ? '13' : '12', reason: 'x' } })).statusCode))
  t.equal(statuses[7], 422)
  t.ok(statuses.every((status, i) => i === 7 || status < 300), statuses.join(' '))
})

test('more than can wait are sent away, and nothing of those who waited is lost', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  await app.pool.query("insert into dimensions (code, name) values ('cell', '{\"vi\":\"ô\"}')")
  await app.pool.query("insert into dimension_members (dimension_code, code, name) select 'cell', 'c' || i, '{\"vi\":\"ô\"}' from generate_series(1, 2300) i")
  const blocker = await app.pool.connect()
  await blocker.query("begin; select pg_advisory_xact_lock(hashtextextended('KTS-05', 4677))")
  const answers = Promise.all(Array.from({ length: 2_300 }, async (_, i) => {
    const { statusCode, headers: { 'retry-after': after } } = await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10', breakdown: { cell: `c${i + 1}` } } })
    if (statusCode === 503) await release()
    return statusCode === 503 ? after : statusCode
  }))
  let released: Promise<unknown> | undefined
  const release = () => (released ??= blocker.query('commit').finally(() => { blocker.release() }))
  const found = await answers
  const written = found.filter(one => one === 201).length
  // of one client, of which a thousand may wait
  t.ok(written >= 1_000 && found.includes('5'), `${written} written`)
  t.equal(found.filter(one => one === 201 || one === '5').length, 2_300)
  t.equal(Number((await app.pool.query("select count(*) from measurements where indicator_code = 'KTS-05'")).rows[0].count), written)
})
