import { test } from 'tap'
import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client.js'
import { openDatabase } from '../../src/db/client.js'
import { demoSeed } from '../../src/seed/demo/index.js'
import { loadSeed } from '../../src/seed/load.js'
import { planSeed } from '../../src/seed/plan/index.js'
import { build, database } from '../helper.js'

const TABLES = [
  'agencies', 'agency_identifiers', 'agency_names', 'agency_parents', 'assignments', 'calendars', 'clients', 'dimension_members', 'dimensions', 'document_relations', 'documents',
  'indicators', 'measurement_events', 'measurements', 'pillars', 'plan_pillars', 'plans', 'public_holidays', 'status_rules', 'submission_chunks', 'submissions', 'target_versions', 'targets', 'tasks'
]

/** Every row of every table, as text: what a second load must not touch. */
async function contents (db: Database): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of TABLES) {
    const { rows } = await db.execute<{ row: string }>(sql`select t::text as row from ${sql.identifier(table)} t order by 1`)
    found[table] = rows.map(({ row }) => row)
  }
  return found
}

const counts = async (db: Database) => Object.fromEntries(Object.entries(await contents(db)).map(([table, rows]) => [table, rows.length]))

test('none: the calendars, the holidays and the first rule set, so that a status can be asked for', async t => {
  const given = await database(t, { seed: 'none' })
  await loadSeed(given.pool, 'none')
  const found = await counts(given.db)
  t.match(found, { calendars: 2, public_holidays: planSeed.holidays.length, status_rules: 1 })
  t.same(Object.entries(found).filter(([table, n]) => n > 0 && !['calendars', 'public_holidays', 'status_rules'].includes(table)), [])
  const app = await build(t, { database: given })
  const response = await app.inject('/v1/status')
  t.equal(response.statusCode, 200, response.body)
  t.same(response.json().data, [])
})

test('plan: all of it, in its order', async t => {
  const { db, pool } = await database(t, { seed: 'none' })
  await loadSeed(pool, 'plan')
  t.match(await counts(db), {
    documents: 3, document_relations: 3, agencies: 22, agency_names: 22, agency_identifiers: 11, plans: 1, pillars: 3, plan_pillars: 3, dimensions: 1, dimension_members: 0,
    indicators: 26, targets: 29, target_versions: 29, tasks: 28, assignments: 1, measurements: 0, clients: 0
  })
  const order = async (table: string, key: string) => (await db.execute<{ key: string }>(sql`select ${sql.identifier(key)} as key from ${sql.identifier(table)} order by position`)).rows.map(({ key }) => key)
  t.same(await order('targets', 'id'), planSeed.targets.map(({ id }) => id))
  t.same(await order('tasks', 'code'), planSeed.tasks.map(({ code }) => code))
})

test('the search columns are those of the features', async t => {
  const app = await build(t, { seed: 'plan' })
  const codes = async (url: string) => (await app.inject(url)).json().data.map(({ code }: { code: string }) => code)
  t.same(await codes('/v1/indicators?q=thuong mai dien tu'), ['KTS-05'])
  t.same(await codes('/v1/indicators?q=retail sales'), ['KTS-05'])
  t.same(await codes('/v1/agencies?q=phu quy&on=2025-01-01'), ['UBND-PHU-QUI'])
  t.same(await codes('/v1/agencies?identifier=gso:593&on=2025-01-01'), ['UBND-PHAN-THIET'])
})

test('loaded twice, or less after more: nothing changes', async t => {
  const { db, pool } = await database(t, { seed: 'none' })
  await loadSeed(pool, 'demo')
  const first = await contents(db)
  for (const which of ['demo', 'plan', 'none'] as const) {
    await loadSeed(pool, which)
    t.same(await contents(db), first, which)
  }
})

test('two instances that start at once load it once', async t => {
  const { connectionString, db } = await database(t, { seed: 'none' })
  const instances = [1, 2, 3].map(() => openDatabase({ connectionString, max: 2 }))
  await Promise.all(instances.map(({ pool }) => loadSeed(pool, 'demo')))
  await Promise.all(instances.map(({ close }) => close()))
  t.match(await counts(db), { plans: 1, targets: 29, submissions: 7, measurements: demoSeed.figures.length })
})

test('the demonstration comes later on top of the plan', async t => {
  const later = await database(t, { seed: 'plan' })
  await loadSeed(later.pool, 'demo')
  const atOnce = await database(t, { seed: 'demo' })
  t.same(await counts(later.db), await counts(atOnce.db))
})

test('what somebody changed stands', async t => {
  const { db, pool } = await database(t, { seed: 'plan' })
  await db.execute(sql`update indicators set name_vi = 'Tên mới', frequency = 'yearly' where code = 'XHS-12'`)
  await db.execute(sql`update calendars set start_day = 10 where code = 'statistical'`)
  await db.execute(sql`update public_holidays set kind = 'working' where day = '2025-01-01'`)
  await db.execute(sql`insert into dimension_members (dimension_code, code, name) values ('sector', 'Y-TE', '{"vi":"Ngành y"}')`)
  await db.execute(sql`insert into assignments (id, target_id, agency_code, role, valid_from) values ('own', '4677-2025.KTS-05', 'SO-TTTT', 'lead', '2025-02-01')`)
  await db.execute(sql`insert into target_versions (target_id, version, effective_from, operator, value, unit, due_date, mode, wording, document_id, reason)
    select target_id, 2, '2025-02-01', operator, 21, unit, due_date, mode, wording, document_id, 'Điều chỉnh' from target_versions where target_id = '4677-2025.KTS-01'`)
  await db.execute(sql`insert into clients (id, name, scopes) values ('own', 'own', '{}')`)
  await db.execute(sql`insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
    values ('00000000-0000-4000-8000-000000000001', 'own', 'atomic', 'completed', 1, 1, 0, 0, 0, 0, now())`)
  await db.execute(sql`insert into measurements (indicator_code, id, period, agency_code, revision, value, quality, initial_state, client_id, submission_id)
    values ('KTS-05', '00000000-0000-4000-8000-000000000002', '2025', 'UBND-BINH-THUAN', 1, 12.5, 'official', 'accepted', 'own', '00000000-0000-4000-8000-000000000001')`)
  const before = await contents(db)
  await loadSeed(pool, 'demo')

  const after = await contents(db)
  for (const table of TABLES) t.same(before[table]?.filter(row => !after[table]?.includes(row)), [], `${table}: every row as it was`)
  const rows = async (query: ReturnType<typeof sql>) => (await db.execute(query)).rows
  t.same(await rows(sql`select agency_code as lead from assignments where target_id = '4677-2025.KTS-05' and role = 'lead'`), [{ lead: 'SO-TTTT' }])
  t.same(await rows(sql`select version, value from target_versions where target_id = '4677-2025.KTS-01' order by version`), [{ version: 1, value: '20' }, { version: 2, value: '21' }])
  t.same(await rows(sql`select value from measurements where indicator_code = 'KTS-05'`), [{ value: '12.5' }])
  t.same(await rows(sql`select r ->> 0 as outcome, count(*)::int as n, array_agg(distinct r ->> 2) as indicators from submission_chunks cross join jsonb_array_elements(rows) r where r ->> 0 <> 'created' group by 1 order by 1`), [
    { outcome: 'rejected', n: 39, indicators: ['XHS-12'] },
    { outcome: 'unchanged', n: 1, indicators: ['KTS-05'] }
  ], 'the receipt says what was left out')
})

test('a load that fails leaves nothing', async t => {
  const { db, pool } = await database(t, { seed: 'none' })
  await db.execute(sql`insert into pillars (code, name) values ('KTS', '{"vi":"Của ai đó"}')`)
  const before = await contents(db)
  await t.rejects(loadSeed(pool, 'plan'))
  t.same(await contents(db), before)
})
