import { sql } from 'drizzle-orm'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { createCatalogue, type Reading } from '../../src/features/pushes/facts.js'
import type { Queryable } from '../../src/db/client.js'
import { withTransaction } from '../../src/ledger/transaction.js'
import { build, client, database, type TestDatabase } from '../helper.js'
import { faults, type Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'
const row = (more: object = {}) => ({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10', ...more })

/** Reads all that a push with these rows reads. */
async function readAll (reading: Reading): Promise<void> {
  await reading.rules(['KTS-05'])
  await reading.facts([row({ breakdown: { sex: 'female' } }), row({ agency: 'qd20:H57' })])
  await reading.reporters(['somebody'])
}

/** Passes on what is asked, and remembers it. */
function listening (db: TestDatabase['db']) {
  const asked: Parameters<TestDatabase['db']['execute']>[0][] = []
  const heard = new Proxy(db, {
    get (target, name) {
      if (name === 'execute') return (query: Parameters<typeof target.execute>[0]) => { asked.push(query); return target.execute(query) }
      if (name === 'select') {
        return (...fields: []) => new Proxy(target.select(...fields), {
          get: (builder, method) => method === 'from'
            ? (table: Parameters<typeof builder.from>[0]) => { asked.push(sql`select from ${table}`); return builder.from(table) }
            : Reflect.get(builder, method)
        })
      }
      return Reflect.get(target, name)
    }
  })
  return { heard: heard as Queryable, asked }
}

interface Plan { 'Relation Name'?: string, Plans?: Plan[] }
const relationsOf = (plan: Plan): string[] => [...plan['Relation Name'] === undefined ? [] : [plan['Relation Name']], ...(plan.Plans ?? []).flatMap(relationsOf)]

test('whatever a push is judged by is a table whose changes are noted', async t => {
  const { db, pool } = await database(t, { seed: 'plan' })
  const { heard, asked } = listening(db)
  await readAll(await createCatalogue().hold(heard, ['KTS-05'], false))
  const read = new Set<string>()
  for (const query of asked) {
    const { rows: [found] } = await db.execute<{ 'QUERY PLAN': [{ Plan: Plan }] }>(sql`explain (format json) ${query}`)
    for (const name of relationsOf(found!['QUERY PLAN'][0].Plan)) read.add(name)
  }
  // a plan may leave out what it can tell to be empty
  for (const name of ['indicators', 'agencies', 'agency_parents', 'dimension_members', 'public_holidays', 'period_transitions', 'extensions', 'assignments', 'clients', 'client_grants', 'quality_rules']) t.ok(read.has(name), `${name} is read`)
  const { rows } = await pool.query<{ name: string }>('select distinct tgrelid::regclass::text as name from pg_trigger where tgfoid = \'note_catalogue_change\'::regproc')
  const noted = new Set(rows.map(({ name }) => name))
  t.same([...read].filter(name => !noted.has(name)), [], 'no other')
})

test('what one instance changes, another judges by at once; what nobody changes is not read again', async t => {
  const given = await database(t, { seed: 'plan', max: 8 })
  const app = await build(t, { database: given })
  const other = await build(t, { database: given })
  const { id, headers } = await client(app)
  let n = 0
  /** Each time another value. */
  const pushed = async (more: object = {}): Promise<string> => {
    const answer = await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: row({ value: `${++n % 30}`, reason: 'đếm lại', ...more }) })
    return answer.statusCode < 300 ? 'ok' : faults(answer.json<Body>()).map(([, code]) => code).join(' ')
  }
  const call = async (method: 'POST' | 'PATCH', url: string, payload: object) => {
    const answer = await other.inject({ method, url, headers: { ...headers, ...method === 'PATCH' ? { 'if-match': '*', 'content-type': 'application/merge-patch+json' } : {} }, payload })
    if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.body}`)
    return answer.json<Body>()
  }
  const run = (text: string) => other.pool.query(text)
  const changes: [name: string, more: object, before: string, change: () => Promise<unknown>, after: string][] = [
    ['the range of an indicator', { value: '99' }, 'ok', () => call('PATCH', '/v1/indicators/KTS-05', { maximum: '50' }), 'value_out_of_range'],
    ['a new indicator', { indicator: 'MOI' }, 'unknown_indicator', () => run("insert into indicators select (jsonb_populate_record(i, '{\"code\":\"MOI\"}')).* from indicators i where code = 'KTS-05'"), 'ok'],
    ['a new agency', { agency: 'XA-MOI', indicator: 'MOI' }, 'unknown_agency', () => call('POST', '/v1/agencies', { code: 'XA-MOI', name: { vi: 'Xã' }, kind: 'commune_committee', level: 'commune', parent: PROVINCE, validFrom: '2022-01-01' }), 'ok'],
    ['an identifier', { agency: 'test:X', indicator: 'MOI' }, 'unknown_agency', () => run("insert into agency_identifiers (agency_code, scheme, value, valid_from) values ('XA-MOI', 'test', 'X', '2022-01-01')"), 'ok'],
    ['a member', { breakdown: { o: 'a' } }, 'unknown_dimension', () => run("insert into dimensions (code, name) values ('o', '{\"vi\":\"ô\"}'); insert into dimension_members (dimension_code, code, name) values ('o', 'a', '{\"vi\":\"a\"}')"), 'ok'],
    ['another', { breakdown: { o: 'b' } }, 'unknown_member', () => run("insert into dimension_members (dimension_code, code, name) values ('o', 'b', '{\"vi\":\"b\"}')"), 'ok'],
    ['a scope', {}, 'ok', () => run("update targets set scope_agency = 'XA-MOI' where indicator_code = 'KTS-05'"), 'agency_not_in_scope'],
    ['the same scope', {}, 'agency_not_in_scope', () => run("update targets set scope_agency = null where indicator_code = 'KTS-05'"), 'ok'],
    ['the life of an agency', { agency: 'XA-MOI', indicator: 'MOI', period: '2024' }, 'ok', () => run("update agency_names set valid_from = '2025-06-01' where agency_code = 'XA-MOI'"), 'agency_not_valid_in_period'],
    ['a rule', { indicator: 'MOI' }, 'ok', () => call('POST', '/v1/quality-rules', { code: 'R', name: { vi: 'Khoảng' }, kind: 'range', severity: 'block', state: 'active', indicators: ['MOI'], params: { minimum: '35' } }), 'quality_rule'],
    ['the life of a period', { agency: 'XA-MOI', period: '2023', indicator: 'MOI', value: '36' }, 'agency_not_valid_in_period', () => run("update agency_names set valid_from = '2022-01-01' where agency_code = 'XA-MOI'"), 'ok'],
    ['a lock', {}, 'ok', () => call('POST', '/v1/calendars/statistical/periods/2025/transitions', { to: 'locked', reason: 'khoá sổ' }), 'period_locked'],
    ['an extension', {}, 'period_locked', () => call('POST', '/v1/extensions', { kind: 'extension', agency: PROVINCE, period: '2025', until: '2199-12-31', reason: 'chờ số liệu', grantedBy: 'Giám đốc' }), 'ok'],
    ['a grant', {}, 'ok', () => run(`update client_grants set valid_to = '2020-01-01' where client_id = '${id}'`), 'not_assigned']
  ]
  t.equal(await pushed(), 'ok')
  for (const [name, more, before, change, after] of changes) {
    t.equal(await pushed(more), before, `before ${name}`)
    await change()
    t.equal(await pushed(more), after, `after ${name}`)
  }

  await run(`update client_grants set valid_to = null where client_id = '${id}'`)
  const count = async () => {
    let statements = 0
    const query = app.pool.query
    const connect = app.pool.connect.bind(app.pool)
    app.pool.connect = (async () => {
      const connection = await connect()
      return Object.create(connection, { query: { value: (...args: Parameters<typeof connection.query>) => { statements++; return connection.query(...args) } } })
    }) as typeof app.pool.connect
    t.equal(await pushed({ agency: 'XA-MOI', indicator: 'MOI', period: '2022', value: `${36 + ++n % 10}` }), 'ok')
    Object.assign(app.pool, { query, connect })
    return statements
  }
  await count()
  await count()
  const first = await count()
  t.ok(first >= 3 && await count() === first && await count() === first, `${first} statements, again and again`)
  t.ok(first <= 8, `BEGIN, what is held, what is stored, COMMIT: ${first}`)
})

test('a change that comes while a push waits for it is seen, and one that is not committed is nobody else\'s', async t => {
  const { db, pool } = await database(t, { seed: 'plan', max: 6 })
  const catalogue = createCatalogue()
  const maximumOf = (tx: Queryable) => catalogue.hold(tx, ['KTS-05'], false).then(reading => reading.facts([row()])).then(({ indicators }) => indicators.get('KTS-05')!.maximum)
  const kept = await maximumOf(db)

  const writer = await pool.connect()
  await writer.query('begin')
  await writer.query("select pg_advisory_xact_lock(hashtextextended('KTS-05', 4677))")
  await writer.query("update indicators set maximum = 77 where code = 'KTS-05'")
  const waiting = withTransaction(pool, maximumOf)
  for (let waits = false; !waits; await sleep(5)) waits = (await pool.query("select from pg_locks where locktype = 'advisory' and not granted")).rowCount === 1
  await writer.query('commit')
  t.equal(await waiting, '77', 'committed while it waited')
  t.not(kept, '77')

  await writer.query('begin')
  await writer.query("update indicators set maximum = 66 where code = 'KTS-05'")
  t.equal(await maximumOf(db), '77', 'not yet committed')
  await writer.query('rollback')
  writer.release()

  const own = withTransaction(pool, async tx => {
    await tx.execute(sql`update indicators set maximum = 55 where code = 'KTS-05'`)
    t.equal(await maximumOf(tx), '55', 'its own')
    t.equal(await maximumOf(db), '77', 'nobody else\'s')
    throw new Error('back')
  })
  await t.rejects(own, { message: 'back' })
  t.equal(await maximumOf(db), '77')
})

test('who waited with nothing kept does not take what another kept meanwhile', async t => {
  const { db, pool } = await database(t, { seed: 'plan', max: 6 })
  const catalogue = createCatalogue()
  const maximumOf = (tx: Queryable, held: string) => catalogue.hold(tx, [held], false).then(reading => reading.facts([row()])).then(({ indicators }) => indicators.get('KTS-05')!.maximum)
  const writer = await pool.connect()
  await writer.query('begin')
  await writer.query("select pg_advisory_xact_lock(hashtextextended('KTS-05', 4677))")
  const waiting = withTransaction(pool, tx => maximumOf(tx, 'KTS-05'))
  for (let waits = false; !waits; await sleep(5)) waits = (await pool.query("select from pg_locks where locktype = 'advisory' and not granted")).rowCount === 1
  t.not(await maximumOf(db, 'KTS-06'), '77', 'kept before the change')
  await writer.query("update indicators set maximum = 77 where code = 'KTS-05'")
  await writer.query('commit')
  writer.release()
  t.equal(await waiting, '77')
})

test('changes that are committed in another order than they were begun', async t => {
  const { db, pool } = await database(t, { seed: 'plan', max: 6 })
  const catalogue = createCatalogue()
  const decimalsOf = async (code: string) => (await (await catalogue.hold(db, ['KTS-05', 'KTS-06'], false)).facts([row(), row({ indicator: 'KTS-06' })])).indicators.get(code)!.decimals
  const [early, late] = [await pool.connect(), await pool.connect()]
  await early.query('begin')
  await early.query("update indicators set decimals = 7 where code = 'KTS-05'")
  await late.query('begin')
  await late.query("update indicators set decimals = 8 where code = 'KTS-06'")
  await late.query('commit')
  t.equal(await decimalsOf('KTS-06'), 8)
  t.not(await decimalsOf('KTS-05'), 7)
  await early.query('commit')
  t.equal(await decimalsOf('KTS-05'), 7, 'whose transaction is the older one')
  early.release()
  late.release()
})
