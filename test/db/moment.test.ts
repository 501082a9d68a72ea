import pg from 'pg'
import { test } from 'tap'
import { asKnown, readAt } from '../../src/ledger/moment.js'
import { pillars } from '../../src/db/schema/index.js'
import { setSession } from '../../src/db/session.js'
import { withTransaction } from '../../src/ledger/transaction.js'
import { database } from '../helper.js'

const VERSIONED = `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'known_from' and table_name in (
  select tablename from pg_tables where schemaname = 'public') order by 1`

test('all that a transaction records has one instant, later than that of the transaction it waited for', async t => {
  const { pool } = await database(t)
  const [first, second] = [await pool.connect(), await pool.connect()]
  t.teardown(() => { first.release(); second.release() })
  const time = async (client: pg.PoolClient) => (await client.query('select recording_time() as at')).rows[0].at as string
  await first.query('begin')
  await second.query('begin')
  const early = await time(first)
  t.equal(await time(first), early)
  const late = await time(second)
  t.ok(late > early, `${late} is after ${early}`)
  await first.query('commit')
  await first.query('begin')
  t.ok(await time(first) > late, 'the next transaction of the connection has another')
  await first.query('rollback')
  await second.query('rollback')
})

test('what a row was is known as of every instant of the past', async t => {
  const { pool, db } = await database(t)
  const at = async () => (await pool.query('select clock_timestamp() as at')).rows[0].at as string
  const names = (asOf?: string) => readAt(pool, asOf, async (tx, instant) =>
    (await asKnown(tx, instant, pillars).select().from(pillars)).map(({ code, name }) => `${code} ${name.vi}`))
  const nothing = await at()
  await db.insert(pillars).values({ code: 'A', name: { vi: 'một' } })
  const one = await at()
  await db.update(pillars).set({ name: { vi: 'hai' } })
  const two = await at()
  await withTransaction(pool, async tx => {
    await tx.update(pillars).set({ name: { vi: 'never known' } })
    await tx.update(pillars).set({ name: { vi: 'ba' } })
  })
  const three = await at()
  await db.delete(pillars)
  t.same(await names(nothing), [])
  t.same(await names(one), ['A một'])
  t.same(await names(two), ['A hai'])
  t.same(await names(three), ['A ba'])
  t.same(await names(), [])
  t.equal((await pool.query('select from history.pillars')).rowCount, 3, 'the state that only its own transaction saw is not kept')
  await t.rejects(pool.query('delete from history.pillars'), /append-only/)
  await t.rejects(names('2999-01-01T00:00:00Z'), { name: 'FutureInstant' })
})

test('a read waits for the writer that has taken its instant, and for no other', async t => {
  const { pool, connectionString } = await database(t)
  const writer = new pg.Client({ connectionString })
  await writer.connect()
  await setSession(writer)
  t.teardown(() => writer.end())
  const count = () => readAt(pool, undefined, async (tx, at) => (await asKnown(tx, at, pillars).select().from(pillars)).length)
  await writer.query('begin')
  await writer.query('select count(*) from pillars')
  t.equal(await count(), 0, 'one that has recorded nothing is not waited for')
  await writer.query("insert into pillars (code, name) values ('A', '{}')")
  let ended = false
  const reading = count().finally(() => { ended = true })
  await new Promise(resolve => setTimeout(resolve, 150))
  t.equal(ended, false, 'it waits')
  await writer.query('commit')
  t.equal(await reading, 1, 'and has what was recorded before it began')
})

test('a table that is changed in place keeps its history whole', async t => {
  const { pool } = await database(t)
  const { rows } = await pool.query<{ name: string }>(VERSIONED)
  t.ok(rows.length >= 11, rows.map(row => row.name).join(' '))
  for (const { name } of rows) {
    const columns = async (schema: string) => (await pool.query('select column_name from information_schema.columns where table_schema = $1 and table_name = $2 order by ordinal_position', [schema, name])).rows.map(row => row.column_name)
    t.same(await columns('history'), ['known_to', ...await columns('public')], `history.${name}`)
    t.equal((await pool.query('select from pg_trigger where tgrelid = $1::regclass and tgname = $2', [`public.${name}`, `${name}_history`])).rowCount, 1, `${name} has its trigger`)
    const { rows: plan } = await pool.query(`explain select * from "${name}_at"(now())`)
    t.notMatch(JSON.stringify(plan), /Function Scan/, `${name}_at is part of the query's own plan`)
  }
})
