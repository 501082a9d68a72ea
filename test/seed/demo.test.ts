import { test, type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { sql } from 'drizzle-orm'
import { contextOf } from '../../src/features/pushes/context.js'
import { createCatalogue } from '../../src/features/pushes/facts.js'
import { createRowJudge } from '../../src/features/pushes/row-judge.js'
import { findIndicatorFacts } from '../../src/features/targets/queries.js'
import { checkDecimals, checkDemand, checkScope } from '../../src/features/targets/rules.js'
import { demoSeed } from '../../src/seed/demo/index.js'
import { resolveFigures } from '../../src/seed/demo/load.js'
import { loadSeed } from '../../src/seed/load.js'
import { planSeed } from '../../src/seed/plan/index.js'
import { build, client, database } from '../helper.js'

const PLAN = '4677-KH-UBND-2024'

/**
 * By hand, from the figures and the plan: performance and reporting on 15/11/2025 and on 15/1/2026, and why. Expected by
 * a baseline B of 14/12/2024 on 14/6/2025: B + (target − B) × 182/382; on 14/9/2025: × 274/382.
 */
const EXPECTED = [
  // 1102/1140 = 96.67 against a milestone of 96; then 1140/1140
  ['CQS-01', 'on_track', 'accepted', 'achieved', 'accepted'],
  // 304560/382620 = 79.60 for the whole against 100, without baseline or milestone; no roll-up of districts is the headline of three levels
  ['CQS-02', 'in_progress', 'accepted', 'missed', 'accepted'],
  // 75900/91600 = 82.86 against 78 + 12 × 0.7173 = 86.61: 0.565, one department overdue; then 106010/125000 = 84.81
  ['CQS-02.T', 'off_track', 'overdue', 'missed', 'accepted'],
  // 228660/291020 = 78.57 and 316180/393490 = 80.35 against 80
  ['CQS-02.H', 'in_progress', 'accepted', 'achieved', 'accepted'],
  // the registry holds no commune
  ['CQS-02.X', 'no_data', 'not_due', 'no_data', 'not_due'],
  // the worst sector has 42.5 of a milestone of 60: 0.708; then 58.4 of 70
  ['CQS-03', 'off_track', 'accepted', 'missed', 'accepted'],
  // 52/54 = 96.30, and 54/54 awaits review; nothing for the fourth quarter
  ['CQS-04', 'in_progress', 'submitted', 'missed', 'overdue'],
  // every denominator 0; then 55/103 = 53.40
  ['CQS-05', 'not_applicable', 'accepted', 'achieved', 'accepted'],
  // (14.2 − 12.5) / (20 − 12.5) = 0.227
  ['KTS-01', 'off_track', 'not_due', 'missed', 'accepted'],
  // seven of eight sectors pass, one has not reported
  ['KTS-02', 'in_progress', 'not_due', 'missed', 'overdue'],
  // (6.7 − 5) / (7 − 5) = 0.85
  ['KTS-03', 'at_risk', 'not_due', 'missed', 'accepted'],
  // 66.98 against 58 + 17 × 0.4764 = 66.10; then 74.31 of 75
  ['KTS-04', 'on_track', 'accepted', 'missed', 'accepted'],
  // 10 is not above 10
  ['KTS-05', 'in_progress', 'not_due', 'missed', 'accepted'],
  // 27.69 of a milestone of 36: 0.769; then 40.81
  ['KTS-06', 'off_track', 'accepted', 'missed', 'accepted'],
  ['KTS-07', 'dropped', 'not_due', 'dropped', 'not_due'],
  // 92.78 and 93.94 against 90
  ['XHS-01', 'achieved', 'accepted', 'achieved', 'accepted'],
  // "(đã đạt)", and no figure
  ['XHS-02', 'achieved', 'overdue', 'achieved', 'overdue'],
  // 78.93 of a claimed 80; then 81.97
  ['XHS-03', 'regressed', 'accepted', 'achieved', 'accepted'],
  // 82.15 of a milestone of 92: 0.893; then 86.48 of 100
  ['XHS-04', 'at_risk', 'accepted', 'missed', 'accepted'],
  // the claim, until the survey of 22/12/2025: 73.4 against 70
  ['XHS-05', 'achieved', 'not_due', 'achieved', 'accepted'],
  // 82.21 and 84.95 against 80
  ['XHS-06', 'achieved', 'accepted', 'achieved', 'accepted'],
  // 427,500/855,000 = 50 is not above 50; then 53.80
  ['XHS-07', 'in_progress', 'accepted', 'achieved', 'accepted'],
  // (57.26 − 48) / (22 × 0.4764 = 10.48) = 0.883; then 70.23 is above 70
  ['XHS-08', 'at_risk', 'accepted', 'achieved', 'accepted'],
  // 61.97 against a milestone of 60; then 72.27 awaits review
  ['XHS-09', 'on_track', 'accepted', 'missed', 'submitted'],
  // 51.23 in the second quarter, 48.70 in the third; then 52.22
  ['XHS-10', 'regressed', 'accepted', 'achieved', 'accepted'],
  // nobody reported the first half; then 26.55 of 30
  ['XHS-11', 'no_data', 'overdue', 'missed', 'accepted'],
  // 89.9966 is not 90, against a milestone of 86, one district overdue; then 91.33
  ['XHS-12', 'on_track', 'overdue', 'achieved', 'accepted'],
  // 6/10 = 60 against 40 + 40 × 0.4764 = 59.06; then 8/10 is 80
  ['XHS-13', 'on_track', 'accepted', 'achieved', 'accepted'],
  // 200/361 = 55.40, one school district's figure returned: 10.40 / (25 × 0.4764 = 11.91) = 0.873; then 69.11 of 70
  ['XHS-14', 'at_risk', 'returned', 'missed', 'accepted']
] as const

type Row = Record<string, any>

async function statusOn (
  app: FastifyInstance, on: string, more = '', headers: Record<string, string> = {}
): Promise<Map<string, Row>> {
  const response = await app.inject({ url: `/v1/status?plan=${PLAN}&on=${on}&limit=100${more}`, headers })
  if (response.statusCode !== 200) throw new Error(response.body)
  return new Map(response.json<{ data: Row[] }>().data.map(row => [row['target'].id.slice('4677-2025.'.length), row]))
}

const demo = (t: Test) => build(t, { seed: 'demo' })

test('where each of the 29 targets stands on the two days', async t => {
  const app = await demo(t)
  for (const [on, performance, reporting] of [['2025-11-15', 1, 2], ['2026-01-15', 3, 4]] as const) {
    const rows = await statusOn(app, on)
    t.equal(rows.size, 29, on)
    for (const expected of EXPECTED) {
      const row = rows.get(expected[0])
      t.same([row?.['performance'], row?.['reporting'].state], [expected[performance], expected[reporting]], `${expected[0]} on ${on}: ${row?.['explanation'].text.en}`)
    }
  }
  t.same(new Set(EXPECTED.map(([, performance]) => performance)),
    new Set(['achieved', 'on_track', 'at_risk', 'off_track', 'in_progress', 'regressed', 'dropped', 'no_data', 'not_applicable']))
  t.ok(EXPECTED.some(([, , , performance]) => performance === 'missed'))
})

test('reporting falls due the day after the cut-off, and overdue the day after the deadline', async t => {
  const app = await demo(t)
  for (const [on, state] of [['2025-12-14', 'submitted'], ['2025-12-15', 'due'], ['2025-12-16', 'due'], ['2025-12-17', 'overdue']] as const) {
    t.equal((await statusOn(app, on, '&indicator=CQS-04')).get('CQS-04')?.['reporting'].state, state, on)
  }
  t.equal((await statusOn(app, '2025-01-15', '&indicator=XHS-04')).get('XHS-04')?.['reporting'].state, 'not_due')
})

test('a target stands exactly on its boundary, and a corrected figure takes it across', async t => {
  const app = await demo(t)
  const { headers } = await client(app)
  const read = async (on: string) => (await statusOn(app, on, '&indicator=KTS-05')).get('KTS-05')!
  const before = await read('2025-11-15')
  t.match(before, { performance: 'in_progress', gap: /^0$/, period: /^2025$/, illustrative: true, target: { operator: 'gt', value: /^10$/ } })
  t.equal(Number(before['value']), 10)
  t.match(await read('2026-01-15'), { performance: 'missed', value: before['value'] })

  const figure = { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10.4', quality: 'official', observedAt: '2025-11-14T09:00:00+07:00' }
  const push = (payload: object) => app.inject({ method: 'POST', url: '/v1/measurements', headers, payload })
  t.match((await push(figure)).json(), { errors: [{ code: 'reason_required' }] })
  const pushed = await push({ ...figure, reason: 'Bổ sung doanh thu bán lẻ qua sàn thương mại điện tử tháng 10/2025' })
  t.equal(pushed.statusCode, 201, pushed.body)
  t.match(pushed.json(), { revision: 2, state: 'accepted', provenance: 'operational' })
  t.match(await read('2025-11-15'), { performance: 'achieved', value: '10.4', illustrative: false })
  t.match(await read('2026-01-15'), { performance: 'achieved' })
})

test('what awaits review counts when it is asked for', async t => {
  const app = await demo(t)
  const { headers } = await client(app, { scopes: ['measurements:review'] })
  t.match((await statusOn(app, '2025-11-15', '&basis=submitted', headers)).get('CQS-04'), { performance: 'achieved', provisional: true, period: '2025-Q3' })
  t.match((await statusOn(app, '2026-01-15', '&basis=submitted', headers)).get('XHS-09'), { performance: 'achieved', period: '2025-H2' })
})

test('details that the demonstration is for', async t => {
  const app = await demo(t)
  const rows = await statusOn(app, '2025-11-15')
  t.match(rows.get('CQS-02'), { value: '79.60', direct: null, members: null })
  t.match(rows.get('CQS-02.T'), { provisional: true, coverage: { expected: 9, reported: 8, missing: 1 } })
  t.match(rows.get('CQS-03'), { value: '42.5', coverage: { expected: 8, passed: 4, failed: 4, missing: 0 } })
  t.match(rows.get('KTS-02'), { coverage: { expected: 8, passed: 7, failed: 0, missing: 1 } })
  t.match(rows.get('XHS-07'), { value: '50.00', numerator: '427500', denominator: '855000', gap: '0' })
  t.match(rows.get('XHS-12'), { value: '89.997', numerator: '1071950', denominator: '1191100', provisional: true })
  t.match(rows.get('XHS-13'), { value: '60.00', numerator: '6', denominator: '10', coverage: { notApplicable: 6 } })
  t.match(rows.get('XHS-02'), { basis: 'claim', value: null })
  t.match((await statusOn(app, '2025-09-30')).get('KTS-07'), { performance: 'no_data', target: { version: 1, state: 'active' } })
})

test('every figure passes the rules of a push, today and on the day it was observed', async t => {
  const { db } = await database(t, { seed: 'demo' })
  const { figures } = demoSeed
  const { facts } = await createCatalogue().hold(db, figures.map(({ indicator }) => indicator), false)
  const context = contextOf(await facts(figures), [{ agency: null, withSubtree: false, indicator: null }])
  const judge = createRowJudge(context)
  const faults = (judged: ReturnType<typeof resolveFigures>) => judged.flatMap(({ problems }, i) => problems.map(({ code }) => `${figures[i]?.indicator} ${figures[i]?.agency} ${figures[i]?.period}: ${code}`))
  t.same(faults(figures.map(row => judge(row))), [])
  const then = resolveFigures(figures, context)
  t.same(faults(then), [])
  t.equal(new Set(then.map(({ resolved }) => resolved?.key)).size, figures.length, 'each under a key of its own')
  t.same(new Set(then.flatMap(({ resolved }) => resolved?.late === true ? resolved.indicator : [])), new Set(['XHS-08']), 'late: read off after the deadline')
})

test('pushed once more by somebody else, all is unchanged but what was returned', async t => {
  const app = await demo(t)
  const { headers } = await client(app)
  const rows = demoSeed.figures.map(({ review, ...row }) => row)
  const response = await app.inject({ method: 'POST', url: '/v1/submissions', headers: { ...headers, 'idempotency-key': 'again' }, payload: { mode: 'partial', rows } })
  t.equal(response.statusCode, 200)
  t.match(response.json().counts, { received: rows.length, created: 0, revised: 1, unchanged: rows.length - 1, rejected: 0 })
})

test('a submission for each day of one client, who cannot sign in; all of it illustrative', async t => {
  const { db } = await database(t, { seed: 'demo' })
  const one = async (query: ReturnType<typeof sql>) => (await db.execute(query)).rows[0]
  const { length } = demoSeed.figures
  t.same(await one(sql`select count(*)::int as n, count(distinct submission_id)::int as submissions, array_agg(distinct client_id) as clients, array_agg(distinct provenance) as provenances from measurements`),
    { n: length, submissions: 7, clients: ['demo-seed'], provenances: ['illustrative'] })
  t.match(await one(sql`select sum(received)::int as received, sum(created)::int as created, sum(rejected)::int as rejected, array_agg(distinct client_id) as clients from submissions`),
    { received: length, created: length, rejected: 0, clients: ['demo-seed'] })
  t.same((await db.execute(sql`select id, state, scopes from clients order by id`)).rows,
    [{ id: 'demo-review', state: 'suspended', scopes: [] }, { id: 'demo-seed', state: 'suspended', scopes: [] }])
  t.match(await one(sql`select (select count(*) from client_secrets)::int as secrets, (select count(*) from client_grants)::int as grants`), { secrets: 1, grants: 0 })
  t.match(await one(sql`select count(*)::int as targets, (select count(*) from target_versions where version > 1 and provenance <> 'illustrative')::int as official,
    (select count(*) from target_versions where version > 1)::int as versions from targets`), { targets: 29, official: 0, versions: demoSeed.versions.length })
  t.match(await one(sql`select count(*)::int as n from measurement_events e join measurements m using (indicator_code, revision) where m.id = e.measurement_id and m.client_id = e.client_id`), { n: 0 }, 'nobody reviews what they pushed')
})

test('the second versions pass the rules of a target, and demand what the plan demands', async t => {
  const { db } = await database(t, { seed: 'plan' })
  for (const version of demoSeed.versions) {
    const facts = await findIndicatorFacts(db, version.indicator)
    if (facts === undefined) throw new Error(version.indicator)
    t.same([...checkDecimals(version, facts), ...checkScope(version.scope, version.quantifier), ...checkDemand(version, facts)], [], version.id)
    const first = planSeed.targets.find(({ id }) => id === version.id)
    t.match(version, { operator: first?.operator, value: first?.value, dueDate: first?.dueDate, wording: first?.wording, provenance: 'illustrative' })
  }
})

test('somebody leads every target, and all six are clear', async t => {
  const app = await demo(t)
  const response = await app.inject('/v1/assignments?role=lead&limit=100')
  t.equal(response.statusCode, 200)
  const leads = response.json<{ data: Row[] }>().data
  t.same(new Set(leads.map(lead => lead['target'])), new Set(planSeed.targets.map(({ id }) => id)))
  t.same(leads.flatMap(lead => lead['completeness'].missing), [])
  t.ok(leads.every(lead => lead['provenance'] === 'illustrative' && lead['document'] === undefined))

  const owed = (await app.inject('/v1/obligations?year=2025&limit=500')).json<{ data: Row[] }>().data
  const named = new Map(owed.flatMap(({ agency, assignment }) => assignment === undefined ? [] : [[assignment.id, agency.code]]))
  t.ok(named.size > 5)
  for (const [id, agency] of named) t.match((await app.inject(`/v1/assignments/${id}`)).json(), { id, agency }, 'an obligation names the assignment it comes from')
})

test('it was recorded in the course of the year that it tells', async t => {
  const app = await demo(t)
  const at = async (asOf: string) => (await statusOn(app, '2025-11-15', `&asOf=${asOf}&indicator=XHS-07`)).get('XHS-07')
  // figures of a quarter are read off on the first working day after its cut-off, the 14th
  t.equal(await at('2024-12-12T01:59:59Z'), undefined, 'the plan was not entered yet')
  t.match(await at('2025-03-01T00:00:00Z'), { performance: 'no_data' })
  t.match(await at('2025-09-15T01:59:59Z'), { period: '2025-Q2', value: '42.76' }, '365,600 of 855,000')
  t.match(await at('2025-09-15T02:00:00Z'), { period: '2025-Q3', value: '50.00' })
  const { rows } = await app.db.execute<{ n: number }>(sql`select count(*)::int as n from measurements where recorded_at <> observed_at`)
  t.same(rows, [{ n: 0 }])
})

test('the same ids in every registry', async t => {
  const ids = async () => {
    const { db, pool } = await database(t, { seed: 'none' })
    await loadSeed(pool, 'demo')
    return (await db.execute(sql`select id from measurements union all select id from submissions union all select id from extensions
      union all select id from explanations union all select id from task_notes union all select id from client_secrets order by id`)).rows
  }
  const first = await ids()
  // seven days on which figures were read off; an extension, two explanations, a note, a secret
  t.equal(first.length, demoSeed.figures.length + 7 + 5)
  t.same(await ids(), first)
})

test('where the registry was there before, it is recorded now: what was known at an earlier instant stays', async t => {
  const { db, pool } = await database(t, { seed: 'none' })
  await loadSeed(pool, 'none')
  await loadSeed(pool, 'demo')
  const { rows } = await db.execute<{ earliest: boolean }>(sql`select min(recorded_at) > now() - interval '1 hour' as earliest
    from (select recorded_at from measurements union all select recorded_at from targets union all select recorded_at from clients) r`)
  t.same(rows, [{ earliest: true }])
})
