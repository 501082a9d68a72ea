import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { test, type Test } from 'tap'
import { migrate, MIGRATIONS_FOLDER } from '../../src/db/migrate.js'
import { build, client, database, pushKey } from '../helper.js'
import type { Body } from '../features/registry.js'

interface Figure { indicator?: string, agency?: string, submission?: string, client?: string }

/** The plan, with an agency and an indicator that nothing refers to, two clients and a submission of each. */
async function start (t: Test) {
  const { pool, connectionString } = await database(t, { seed: 'plan' })
  await pool.query(`create table spare as select * from indicators where code = 'KTS-05'; update spare set code = 'LONE';
    insert into clients (id, name, scopes) values ('one', 'one', '{}'), ('two', 'two', '{}')`)
  const submission = { one: randomUUID(), two: randomUUID() }
  /** No figure, and all that figures refer to. */
  const restore = async () => {
    await pool.query(`alter table measurements disable trigger measurements_append_only; delete from measurements; alter table measurements enable trigger measurements_append_only;
      delete from agencies where code = 'OTHER'; delete from indicators where code = 'OTHER';
      insert into agencies (code, kind, level) select 'LONE', kind, level from agencies limit 1 on conflict do nothing;
      insert into indicators select * from spare on conflict do nothing`)
    for (const client of ['one', 'two'] as const) await submit(pool, submission[client], client)
  }
  await restore()
  const session = async () => {
    const own = new pg.Client({ connectionString })
    own.on('error', () => {})
    await own.connect()
    t.teardown(() => own.end())
    return own
  }
  const insert = (db: pg.Pool | pg.Client, { indicator = 'LONE', agency = 'LONE', submission: of = submission.one, client = 'one' }: Figure = {}) => db.query(
    `insert into measurements (id, revision, indicator_code, period, agency_code, value, quality, initial_state, client_id, submission_id, late)
     values ($1, 1, $2, '2025', $3, 1, 'official', 'accepted', $4, $5, false)`, [randomUUID(), indicator, agency, client, of])
  const stored = async () => Number((await pool.query('select count(*) from measurements')).rows[0].count)
  return { pool, session, insert, stored, submission, restore }
}

const submit = (db: pg.Pool, id: string, client: string) => db.query(
  "insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at) values ($1, $2, 'atomic', 'completed', 0, 0, 0, 0, 0, 0, now()) on conflict do nothing", [id, client])

/** foreign_key_violation of a reference to nothing, restrict_violation of what is referred to. */
const constraint = (name: string) => ({ code: name.endsWith('_measured') ? '23001' : '23503', constraint: name })

/** Whether the statement waits for a lock, by what the server says. */
async function waits (pool: pg.Pool, session: pg.Client): Promise<void> {
  const { processID } = session as unknown as { processID: number }
  while ((await pool.query('select from pg_stat_activity where pid = $1 and wait_event_type = $2', [processID, 'Lock'])).rowCount === 0) await sleep(5)
}

test('a figure of what does not exist is refused under the reference\'s name', async t => {
  const { pool, insert, stored, submission } = await start(t)
  await t.rejects(insert(pool, { indicator: 'NONE' }), constraint('measurements_indicator_fkey'))
  await t.rejects(insert(pool, { agency: 'NONE' }), constraint('measurements_agency_fkey'))
  await t.rejects(insert(pool, { submission: randomUUID() }), constraint('measurements_submission_fkey'))
  await t.rejects(insert(pool, { submission: submission.two }), constraint('measurements_submission_fkey'), 'another client\'s')
  await t.rejects(insert(pool, { client: 'NOBODY' }), constraint('measurements_submission_fkey'))
  t.equal(await stored(), 0)
  await insert(pool)
  await insert(pool, { submission: submission.two, client: 'two', agency: 'UBND-BINH-THUAN' })
  t.equal(await stored(), 2)
  // one wrong row among many of one statement
  await t.rejects(pool.query(`insert into measurements (id, revision, indicator_code, period, agency_code, breakdown_key, value, quality, initial_state, client_id, submission_id, late)
    select gen_random_uuid(), 1, 'LONE', '2024', case when i = 500 then 'NONE' else 'LONE' end, 'x=' || i, 1, 'official', 'accepted', 'one', $1, false from generate_series(1, 500) i`, [submission.one]), constraint('measurements_agency_fkey'))
  t.equal(await stored(), 2)
})

test('what figures refer to stays, and keeps its code', async t => {
  const { pool, insert, submission } = await start(t)
  await insert(pool)
  for (const [statement, name] of [
    ["delete from indicators where code = 'LONE'", 'indicators_measured'],
    ["update indicators set code = 'OTHER' where code = 'LONE'", 'indicators_measured'],
    ["delete from agencies where code = 'LONE'", 'agencies_measured'],
    ["update agencies set code = 'OTHER' where code = 'LONE'", 'agencies_measured'],
    [`delete from submissions where id = '${submission.one}'`, 'submissions_measured'],
    [`update submissions set id = gen_random_uuid() where id = '${submission.one}'`, 'submissions_measured'],
    [`update submissions set client_id = 'two' where id = '${submission.one}'`, 'submissions_measured'],
    ['delete from submissions', 'submissions_measured']
  ] as const) await t.rejects(pool.query(statement), constraint(name), statement)
  t.equal((await pool.query(`delete from submissions where id = '${submission.two}'`)).rowCount, 1, 'nothing refers to this one')
  t.equal((await pool.query("update agencies set level = level where code = 'LONE'")).rowCount, 1)
  t.equal((await pool.query('update submissions set received = received')).rowCount, 1)
})

const TAKEN: [what: string, statement: string, measured: string, reference: string][] = [
  ['an indicator', "delete from indicators where code = 'LONE'", 'indicators_measured', 'measurements_indicator_fkey'],
  ['an indicator\'s code', "update indicators set code = 'OTHER' where code = 'LONE'", 'indicators_measured', 'measurements_indicator_fkey'],
  ['an agency', "delete from agencies where code = 'LONE'", 'agencies_measured', 'measurements_agency_fkey'],
  ['an agency\'s code', "update agencies set code = 'OTHER' where code = 'LONE'", 'agencies_measured', 'measurements_agency_fkey'],
  ['a submission', "delete from submissions where client_id = 'one'", 'submissions_measured', 'measurements_submission_fkey']
]

test('a figure that is not committed yet holds what it refers to', async t => {
  const { pool, session, insert, restore } = await start(t)
  const [a, b] = [await session(), await session()]
  for (const [what, statement, measured] of TAKEN) {
    for (const end of ['rollback', 'commit']) {
      await a.query('begin')
      await insert(a)
      const taking = b.query(statement)
      taking.catch(() => {})
      await waits(pool, b)
      await a.query(end)
      if (end === 'commit') await t.rejects(taking, constraint(measured), what)
      else t.equal((await taking).rowCount, 1, `${what}: nothing came of the figure`)
      await restore()
    }
  }
})

test('what is being taken away is waited for, and is not there then', async t => {
  const { pool, session, insert, stored, restore } = await start(t)
  const [a, b] = [await session(), await session()]
  for (const [what, statement, , reference] of TAKEN) {
    for (const end of ['rollback', 'commit']) {
      await a.query('begin')
      await a.query(statement)
      const inserting = insert(b)
      inserting.catch(() => {})
      await waits(pool, b)
      await a.query(end)
      if (end === 'commit') await t.rejects(inserting, constraint(reference), what)
      else t.equal((await inserting).rowCount, 1, `${what}: it stayed`)
      t.equal(await stored(), end === 'commit' ? 0 : 1)
      await restore()
    }
  }
})

test('in any isolation no figure is left without what it refers to', async t => {
  const { pool, session, insert, restore } = await start(t)
  const [a, b] = [await session(), await session()]
  const orphans = async () => Number((await pool.query(`select count(*) from measurements m where not exists (select from indicators where code = m.indicator_code)
    or not exists (select from agencies where code = m.agency_code) or not exists (select from submissions s where s.id = m.submission_id and s.client_id = m.client_id)`)).rows[0].count)
  for (const isolation of ['read committed', 'repeatable read', 'serializable']) {
    for (const [what, statement] of TAKEN) {
      for (const committed of [false, true]) {
        await b.query(`begin isolation level ${isolation}`)
        await b.query('select 1 from clients')
        await a.query('begin')
        await insert(a)
        if (committed) await a.query('commit')
        const taking = b.query(statement).then(() => b.query('commit'), () => b.query('rollback'))
        if (!committed) {
          await waits(pool, b)
          await a.query('commit')
        }
        await taking
        t.equal(await orphans(), 0, `${what}, ${isolation}, ${committed ? 'after' : 'before'} the figure's COMMIT`)
        await restore()
      }
    }
  }
})

/** The migrations up to `last`, in a folder of their own. */
async function migrationsUpTo (t: Test, last: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true })
  const path = join(folder, 'meta', '_journal.json')
  const journal: { entries: { tag: string }[] } = JSON.parse(await readFile(path, 'utf8'))
  const found = journal.entries.findIndex(({ tag }) => tag.startsWith(last))
  journal.entries.splice(found + 1)
  await writeFile(path, JSON.stringify(journal))
  return folder
}

test('rows of submissions from before are read as they were', async t => {
  const given = await database(t, { migrated: false })
  const { pool, connectionString } = given
  await migrate(connectionString, { folder: await migrationsUpTo(t, '0009') })
  const [first, second, empty] = [randomUUID(), randomUUID(), randomUUID()]
  const problem = (code: string) => ({ pointer: '/value', code, detail: { vi: `sai “${code}”`, en: `wrong "${code}"` } })
  await pool.query("insert into clients (id, name, scopes) values ('old', 'old', '{}')")
  await pool.query(`insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at) values
    ($1, 'old', 'partial', 'completed', 1200, 1197, 1, 1, 1, 2, null), ($2, 'old', 'atomic', 'rejected', 2, 0, 0, 0, 1, 0, now()), ($3, 'old', 'partial', 'completed', 0, 0, 0, 0, 0, 0, null)`, [first, second, empty])
  const measured = randomUUID()
  const insert = `insert into submission_rows (submission_id, position, item_id, outcome, indicator, agency, period, measurement_id, revision, problems, warned, warnings)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
  // not in their order
  for (const row of [
    [first, 3, null, 'rejected', 'I', 'Sở “Y, tế”', '2025', null, null, JSON.stringify([problem('unknown_agency'), problem('unknown_period')]), false, '[]'],
    [first, 0, 'a"\\,{}', 'created', 'I', 'A', '2025', measured, 1, '[]', false, '[]'],
    [first, 2, null, 'unchanged', 'I', 'A', '2025-Q1', measured, 1, '[]', true, JSON.stringify([problem('quality_rule')])],
    [first, 1, '🙂', 'revised', 'I', 'A', '2025-Q2', measured, 2, '[]', true, JSON.stringify([problem('quality_rule'), problem('observed_early')])],
    [second, 0, null, 'not_written', 'I', 'A', '2025', null, null, '[]', false, '[]'],
    [second, 1, null, 'rejected', null, null, null, null, null, JSON.stringify([problem('period_locked')]), false, '[]']
  ]) await pool.query(insert, row)
  await pool.query("insert into submission_rows (submission_id, position, outcome, indicator, agency, period, measurement_id, revision) select $1, i, 'created', 'I', 'A' || i, '2025', gen_random_uuid(), 1 from generate_series(4, 1199) i", [first])

  await migrate(connectionString)
  const app = await build(t, { database: given })
  const { headers } = await client(app, { scopes: ['measurements:review'] })
  const get = async (url: string): Promise<Body> => (await app.inject({ url, headers: { ...headers, ...pushKey(''), 'accept-language': 'en' } })).json()
  const problems = (list: Body[]) => list.map(one => one['code']).join(' ')
  const rows = await get(`/v1/submissions/${first}/rows?limit=4`)
  t.same((rows['data'] as Body[]).map(row => [row['position'], row['itemId'], row['outcome'], row['agency'], row['period'], row['measurement']?.revision, problems(row['problems']), problems(row['warnings'])]), [
    [0, 'a"\\,{}', 'created', 'A', '2025', 1, '', ''], [1, '🙂', 'revised', 'A', '2025-Q2', 2, '', 'quality_rule observed_early'], [2, undefined, 'unchanged', 'A', '2025-Q1', 1, '', 'quality_rule'], [3, undefined, 'rejected', 'Sở “Y, tế”', '2025', undefined, 'unknown_agency unknown_period', '']
  ])
  t.equal(rows['data'][0].measurement.id, measured)
  t.equal(rows['data'][3].problems[0].detail, 'wrong "unknown_agency"')
  t.equal((await get(`/v1/submissions/${first}/rows?outcome=created&count=exact&limit=1`))['count'], 1197)
  t.same((await get(`/v1/submissions/${first}/rows?warned=true&count=exact`))['count'], 2)
  t.same((await get(`/v1/submissions/${first}/rows?sort=-position&limit=2`))['data'].map((row: Body) => [row['position'], row['agency']]), [[1199, 'A1199'], [1198, 'A1198']])
  t.same((await get(`/v1/submissions/${second}/rows`))['data'].map((row: Body) => [row['outcome'], row['indicator'], problems(row['problems'])]), [['not_written', 'I', ''], ['rejected', '', 'period_locked']])
  t.same((await get(`/v1/submissions/${empty}/rows?count=exact`)), { data: [], count: 0 })
  const receipt = await get(`/v1/submissions/${first}`)
  t.match(receipt, { state: 'completed', counts: { received: 1200, created: 1197, revised: 1, unchanged: 1, rejected: 1, warned: 2 } })
  t.same((receipt['exceptions'] as Body[]).map(row => row['position']), [1, 2, 3])
  t.equal((await pool.query('select from submissions where completed_at is null')).rowCount, 0)
})
