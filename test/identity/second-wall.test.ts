import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { migrate } from '../../src/db/migrate.js'
import { readAs } from '../../src/ledger/reader.js'
import { READER_ROLE, SERVICE_ROLE } from '../../src/db/roles.js'
import { findSubmission } from '../../src/features/submissions/queries.js'
import { copyOfMigrations, editJournal } from '../db/migrations.js'
import { agency, indicator, lay, writer, type Body } from '../features/registry.js'
import { build, client, database, owner } from '../helper.js'

/** Two districts with a client each, and one that reviews, on the database as the service has it. */
async function world (app: Awaited<ReturnType<typeof build>>) {
  const api = await writer(app)
  await lay(app, api)
  for (const code of ['D1', 'D2']) {
    await api.post('/v1/agencies', agency(code, code, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
  }
  await api.post('/v1/agencies', agency('X1', 'Xã 1', { kind: 'commune_committee', level: 'commune', parent: 'D1' }))
  await api.post('/v1/indicators', indicator('SO', 'Số', {
    valueKind: 'number', frequency: 'yearly', aggregation: 'sum', minimum: undefined, maximum: undefined, reviewPolicy: 'manual'
  }))
  const as = async (id: string, scopes: Parameters<typeof client>[1], method = 'POST') => {
    const { headers } = await client(app, { id, ...scopes })
    return async (url: string, payload?: object, how = payload === undefined ? 'GET' : method) => {
      const response = await app.inject({
        method: how as 'GET',
        url,
        headers: { ...headers, ...url.startsWith('/v1/submissions') && payload !== undefined ? { 'idempotency-key': randomUUID() } : {} },
        ...payload === undefined ? {} : { payload }
      })
      return { status: response.statusCode, body: response.json<Body>() }
    }
  }
  return {
    one: await as('one', { scopes: ['measurements:write'], grants: [{ agency: 'D1', withSubtree: true }] }),
    two: await as('two', { scopes: ['measurements:write'], grants: [{ agency: 'D2' }] }),
    reviewer: await as('reviewer', { scopes: ['measurements:review'], grants: [] })
  }
}

/** What each check of the service says, and what is put in its place. */
const CHECKS: [file: string, check: string, instead: string][] = [
  ['world/grants.ts', 'return principal?.grants.some(', 'return true || principal?.grants.some('],
  ['features/submissions/routes.ts', '(found.clientId !== request.principal!.clientId && !reviews(request))', 'false'],
  ['features/submissions/routes.ts', '{ client: reviews(request) ? client : own,', '{ client,']
]

/** The app of a copy of the source from which the checks are cut out. */
async function withoutChecks (t: Test): Promise<typeof import('../../src/app.js').buildApp> {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const copy = await mkdtemp(join(root, '.without-checks-'))
  t.teardown(() => rm(copy, { recursive: true }))
  await cp(join(root, 'src'), copy, { recursive: true })
  for (const [file, check, instead] of CHECKS) {
    const source = await readFile(join(copy, file), 'utf8')
    t.equal(source.split(check).length, 2, `the check of ${file} is there, once`)
    await writeFile(join(copy, file), source.replace(check, instead))
  }
  return ((await import(`${pathToFileURL(copy).href}/app.ts`)) as typeof import('../../src/app.js')).buildApp
}

const row = (agency: string, value = '1') => ({ indicator: 'SO', agency, period: '2025', value })

t.test('with the checks of the service taken out, the database refuses', async t => {
  const app = await build(t, { buildApp: await withoutChecks(t) })
  const { one, two, reviewer } = await world(app)
  const stored = async () => Number((await app.pool.query('select count(*) from measurements')).rows[0].count)

  t.equal((await one('/v1/measurements', row('D1'))).status, 201, 'what is its own is written')
  t.equal((await one('/v1/measurements', row('X1'))).status, 201, 'and what is below it')
  const refused: [string, Promise<{ status: number, body: Body }>][] = [
    ['one figure', two('/v1/measurements', row('D1', '2'))],
    ['a list', two('/v1/submissions', { mode: 'partial', rows: [row('D1', '2')] })],
    ['among its own', two('/v1/submissions', { mode: 'atomic', rows: [row('D2', '2'), row('X1', '2')] })]
  ]
  for (const [name, answer] of refused) t.match(await answer, { status: 403, body: { code: 'not_allowed' } }, name)
  t.equal(await stored(), 2)

  const { body: { data: [figure] } } = await reviewer('/v1/measurements?agency=D1')
  t.equal((await two(`/v1/measurements/${figure.id}/withdrawal`, { reason: 'x', revision: 1 })).status, 404, 'not shown')
  t.equal((await app.pool.query('select from measurement_events')).rowCount, 0)
  t.equal((await reviewer(`/v1/measurements/${figure.id}/review`, { decision: 'accept', revision: 1 })).status, 200)
  t.match(
    await two(`/v1/measurements/${figure.id}/withdrawal`, { reason: 'x', revision: 1 }),
    { status: 403, body: { code: 'not_allowed' } }, 'shown by now'
  )
  t.equal((await app.pool.query('select from measurement_events')).rowCount, 1)

  const { body: receipt } = await one('/v1/submissions', { mode: 'partial', rows: [{ ...row('D1'), period: '2024' }] })
  for (const url of [`/v1/submissions/${receipt['id']}`, `/v1/submissions/${receipt['id']}/rows`]) {
    t.equal((await two(url)).status, 404, url)
    t.equal((await reviewer(url)).status, 200, `${url}, by who reviews`)
  }
  t.same((await two('/v1/submissions')).body['data'], [], 'the list has none of another')
})

t.test('the rules of the wall themselves, asked as the service', async t => {
  const app = await build(t)
  const { one } = await world(app)
  await one('/v1/measurements', row('D1'))
  const { pool } = app
  const { rows: [figure] } = await pool.query('select id, submission_id from measurements')
  const copy = (client: string, agency: string) => pool.query(`
    insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality,
      initial_state, late, client_id, submission_id)
    select indicator_code, gen_random_uuid(), '2023', $2, breakdown_key, breakdown, 1, value, quality, 'submitted', late, $1,
      (select id from submissions where client_id = $1 limit 1) from measurements where id = $3`, [client, agency, figure.id])
  const event = (kind: string, client: string) => pool.query(`
    insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id) values ('SO', $1, 1, 1, $2, $3)`,
  [figure.id, kind, client])

  const within = { code: '23514', constraint: 'measurements_within_grants' }
  const rights = { code: '23514', constraint: 'measurement_events_within_rights' }
  await t.rejects(copy('one', 'D2'), within)
  await t.rejects(copy('one', 'UBND-TINH'), within, 'not upwards')
  await t.rejects(event('accepted', 'one'), rights, 'who pushed it')
  await t.rejects(event('returned', 'two'), rights, 'who does not review')
  await t.rejects(event('withdrawn', 'two'), rights, 'who may not report it')
  await pool.query("update clients set scopes = array['measurements:write', 'measurements:review'] where id = 'one'")
  await t.rejects(event('accepted', 'one'), rights, 'who pushed it, also where it reviews')
  await pool.query("update client_grants set valid_to = current_date - 3 where client_id = 'one'")
  await t.rejects(copy('one', 'D1'), within, 'a grant that has ended')

  const as = (id: string) => readAs(pool, id, async db => (await findSubmission(db, figure.submission_id))?.clientId)
  t.equal(await as('one'), 'one')
  t.equal(await as('two'), undefined)
  t.equal(await as('nobody'), undefined)
  t.equal(await as('reviewer'), 'one')
  await pool.query("update clients set state = 'suspended' where id = 'reviewer'")
  t.equal(await as('reviewer'), undefined, 'one that was suspended')
  t.equal((await pool.query('select current_user as name')).rows[0].name, SERVICE_ROLE, 'the connection is the service\'s again')
})

t.test('what the service may not do to the tables', async t => {
  const app = await build(t, { seed: 'plan' })
  const { pool } = app
  const forbidden = [
    'create table more (id int)', 'drop table measurements', 'alter table measurements add column more int', 'truncate holidays',
    'truncate clients', 'create function more () returns int language sql as $$ select 1 $$',
    'alter table measurements disable trigger measurements_append_only', 'drop trigger measurements_within_grants on measurements',
    'alter table submissions disable row level security', 'create role more', 'update measurements set value = 1',
    'delete from measurements', 'update measurement_events set kind = kind', 'delete from target_versions', 'delete from status_rules',
    'update history.indicators set name_vi = name_vi', 'delete from history.indicators', 'delete from drizzle.__drizzle_migrations'
  ]
  for (const statement of forbidden) await t.rejects(pool.query(statement), { code: /^(42501|42P01)$/ }, statement)
  const { rows } = await owner(pool).query(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'history') and c.relkind in ('r', 'p') and exists (
      select from pg_trigger t where t.tgrelid = c.oid and t.tgfoid = 'refuse_change'::regproc and t.tgtype & 16 > 0
    ) and (has_table_privilege('${SERVICE_ROLE}', c.oid, 'update') or has_table_privilege('${SERVICE_ROLE}', c.oid, 'delete'))`)
  t.same(rows, [], 'nothing that is immutable can be changed')
  const readable = await owner(pool).query(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'history') and c.relkind in ('r', 'p')
      and has_table_privilege('${READER_ROLE}', c.oid, 'insert, update, delete, truncate')`)
  t.same(readable.rows, [], 'whoever reads receipts writes nothing')
})

t.test('codes that differ by case alone, a third secret, a grant below nothing', async t => {
  const app = await build(t, { seed: 'plan' })
  const api = await writer(app)
  t.match(await api.post('/v1/dimensions', { code: 'NGANH-A', name: { vi: 'Ngành' } }), { status: 201 })
  const twice = await api.post('/v1/dimensions', { code: 'nganh-a', name: { vi: 'Ngành' } })
  t.match(twice, { status: 409, body: { code: 'already_exists', errors: [{ pointer: '/code' }] } }, JSON.stringify(twice.body))
  t.match(await api.post('/v1/dimensions/NGANH-A/members', { code: 'a', name: { vi: 'a' } }), { status: 201 })
  t.match(await api.post('/v1/dimensions/NGANH-A/members', { code: 'A', name: { vi: 'A' } }), { status: 409, body: { code: 'already_exists' } })
  t.match(await api.post('/v1/agencies', agency('ubnd-binh-thuan', 'x', { parent: undefined })), { status: 409, body: { code: 'already_exists' } })
  t.match(await api.post('/v1/indicators', indicator('kts-05', 'x')), { status: 409, body: { code: 'already_exists' } })

  const { rows } = await owner(app.pool).query(`
    select indexrelid::regclass::text as name from pg_index where pg_get_indexdef(indexrelid) like '%lower(%' and indisunique order by 1`)
  t.same(rows.map(({ name }) => name), [
    'agencies_pkey_case', 'assignments_pkey_case', 'calendars_pkey_case', 'clients_pkey_case', 'dimension_members_pkey_case',
    'dimensions_pkey_case', 'documents_pkey_case', 'indicators_pkey_case', 'pillars_pkey_case', 'plans_pkey_case',
    'quality_rules_pkey_case', 'reorganisations_pkey_case', 'targets_pkey_case', 'tasks_pkey_case'
  ])

  const { id } = await client(app)
  const secret = (hash: string) => app.pool.query(
    'insert into client_secrets (id, client_id, hash) values (gen_random_uuid(), $1, $2)', [id, hash])
  await secret(`$sha256$${'a'.repeat(43)}`)
  await t.rejects(secret(`$sha256$${'a'.repeat(43)}`), { code: '23505', constraint: 'client_secrets_hash_key' }, 'the same secret twice')
  await t.rejects(secret('the secret itself'), { code: '23514', constraint: 'client_secrets_hash_check' })
  const at = await Promise.allSettled(['b', 'c', 'd'].map(letter => secret(`$sha256$${letter.repeat(43)}`)))
  t.same(at.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'], 'of three at once one is the second')
  await t.rejects(app.pool.query('insert into client_grants (client_id, with_subtree) values ($1, true)', [id]),
    { code: '23514', constraint: 'client_grants_subtree_check' })
})

t.test('a database that has two such codes is told so', async t => {
  const { pool, connectionString } = await database(t, { migrated: false })
  const folder = await copyOfMigrations(t)
  await editJournal(folder, entries => { entries.splice(entries.findIndex(({ tag }) => tag.startsWith('0031_'))) })
  await migrate(connectionString, { folder })
  await pool.query('insert into dimensions (code, name) values (\'Ab\', \'{"vi":"x"}\'), (\'aB\', \'{"vi":"x"}\')')
  await t.rejects(migrate(connectionString), {
    name: 'UnfitDatabase', message: /^In dimensions there are codes that differ by case alone: (aB and Ab|Ab and aB)\./
  })
})
