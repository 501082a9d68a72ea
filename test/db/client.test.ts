import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { explainDatabaseError } from '../../src/db/errors.js'
import { openDatabase } from '../../src/db/client.js'
import { instant, instantFromDatabase } from '../../src/db/instant.js'
import { pgTable, date, integer, numeric } from 'drizzle-orm/pg-core'
import { database } from '../helper.js'

const things = pgTable('things', { id: integer('id'), at: instant('at'), day: date('day'), value: numeric('value') })

test('figures, dates and instants are text, whatever the database or the role has set', async t => {
  const { pool, db, connectionString } = await database(t)
  const name = new URL(connectionString).pathname.slice(1)
  await pool.query(`ALTER DATABASE "${name}" SET timezone = 'Asia/Ho_Chi_Minh'`)
  await pool.query(`ALTER DATABASE "${name}" SET datestyle = 'SQL, DMY'`)
  await pool.query('CREATE TABLE things (id int, at timestamptz(6), day date, value numeric)')
  const second = openDatabase({ connectionString })
  t.teardown(second.close)
  const row = { id: 1, at: '2025-01-02T03:04:05.000007Z', day: '2025-12-20', value: '82.500000000000000001' }
  await second.db.insert(things).values({ ...row, at: '2025-01-02T10:04:05.000007+07:00' })
  t.same(await second.db.select().from(things), [row])
  t.same((await second.pool.query('SELECT * FROM things')).rows, [row])
  t.same((await second.pool.query('SELECT count(*) AS n FROM things')).rows, [{ n: '1' }])
  t.same((await second.db.execute(sql`SELECT day FROM things`)).rows, [{ day: '2025-12-20' }])
  t.same(await db.select().from(things), [row])
})

test('instants', async t => {
  t.equal(instantFromDatabase('2025-01-02 03:04:05+00'), '2025-01-02T03:04:05.000000Z')
  t.equal(instantFromDatabase('2025-01-02 03:04:05.12+00'), '2025-01-02T03:04:05.120000Z')
  t.equal(instantFromDatabase('2025-01-02T03:04:05.123456+00:00'), '2025-01-02T03:04:05.123456Z')
  for (const text of ['infinity', '2025-01-02 03:04:05', '2025-01-02 10:04:05+07', '0044-03-15 00:00:00+00 BC', '12025-01-02 03:04:05+00']) {
    t.throws(() => instantFromDatabase(text), RangeError, text)
  }
})

test('what a connection is given, and what the connection string asks for besides', async t => {
  const { connectionString } = await database(t)
  const asking = new URL(connectionString)
  asking.searchParams.set('options', '-c work_mem=8MB -c statement_timeout=5000')
  const { pool, close } = openDatabase({ connectionString: asking.href, statementTimeoutMs: 70_000 })
  t.teardown(close)
  for (const [name, value] of Object.entries({
    TimeZone: 'UTC', DateStyle: 'ISO, YMD', IntervalStyle: 'iso_8601', work_mem: '8MB', statement_timeout: '70s',
    idle_in_transaction_session_timeout: '1min'
  })) t.same((await pool.query(`SHOW ${name}`)).rows, [{ [name]: value }])
})

test('a pool that is used up answers within its time, and a lost connection is survived', async t => {
  const lost: string[] = []
  const { connectionString } = await database(t)
  const { pool, close } = openDatabase({
    connectionString, max: 1, connectionTimeoutMs: 200, log: { debug () {}, info () {}, warn: (_, message) => lost.push(message) }
  })
  t.teardown(close)
  const held = await pool.connect()
  const error = await pool.query('SELECT 1').catch((error: unknown) => error)
  t.match(explainDatabaseError(error), { kind: 'unavailable' })
  const { rows: [{ pid }] } = await held.query('SELECT pg_backend_pid() AS pid')
  const other = openDatabase({ connectionString })
  t.teardown(other.close)
  const gone = once(held, 'error')
  await other.pool.query('SELECT pg_terminate_backend($1, 5000)', [pid])
  await gone
  const after = await held.query('SELECT 1').catch((error: unknown) => error)
  t.match(explainDatabaseError(after), { kind: 'unavailable' })
  held.release(true)
  t.same((await pool.query('SELECT 1 AS one')).rows, [{ one: 1 }])
  t.ok(lost.length > 0, 'the loss was logged')
})

test('a server that is not there', async t => {
  const { pool, close } = openDatabase({ connectionString: 'postgres://nobody@127.0.0.1:1/none' })
  t.teardown(close)
  const error = await pool.query('SELECT 1').catch((error: unknown) => error)
  t.match(explainDatabaseError(error), { kind: 'unavailable', code: 'ECONNREFUSED' })
})
