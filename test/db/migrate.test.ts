import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { migrate, UnfitDatabase } from '../../src/db/migrate.js'
import { database } from '../helper.js'
import { addMigration, copyOfMigrations, editJournal } from './migrations.js'

test('from nothing, and again without effect', async t => {
  const { pool, connectionString } = await database(t, { migrated: false })
  await migrate(connectionString)
  const count = async () => (await pool.query("SELECT count(*)::int AS n FROM information_schema.tables WHERE table_schema = 'public'")).rows[0].n
  const tables = await count()
  t.ok(tables > 10)
  await migrate(pool)
  t.equal(await count(), tables)
})

test('four processes at once', async t => {
  const { pool, connectionString } = await database(t, { migrated: false })
  await Promise.all([1, 2, 3, 4].map(() => migrate(connectionString)))
  const { rows } = await pool.query('SELECT count(*)::int AS n, count(DISTINCT hash)::int AS different FROM drizzle.__drizzle_migrations')
  t.equal(rows[0].n, rows[0].different)
})

test('a migration edited after it was applied is refused', async t => {
  const { connectionString } = await database(t)
  const folder = await copyOfMigrations(t)
  const tags = await editJournal(folder, () => {})
  await writeFile(join(folder, `${tags[1]}.sql`), 'SELECT 1')
  await t.rejects(migrate(connectionString, { folder }), { name: 'UnfitDatabase', message: /was edited after it had been applied/ })
})

test('a migration older than the newest applied is refused, not skipped', async t => {
  const { connectionString } = await database(t)
  const folder = await copyOfMigrations(t)
  await writeFile(join(folder, 'late.sql'), 'CREATE TABLE late (id int)')
  await editJournal(folder, entries => { entries.push({ ...entries[0]!, idx: 99, when: entries[0]!.when + 1, tag: 'late' }) })
  await t.rejects(migrate(connectionString, { folder }), { name: 'UnfitDatabase', message: /would be skipped/ })
})

test('a database newer than the release is refused', async t => {
  const { connectionString } = await database(t)
  const folder = await copyOfMigrations(t)
  await editJournal(folder, entries => { entries.pop() })
  await t.rejects(migrate(connectionString, { folder }), { name: 'UnfitDatabase', message: /newer than this release/ })
})

test('a migration that fails leaves nothing half and no lock', async t => {
  const { pool, connectionString } = await database(t)
  const folder = await copyOfMigrations(t)
  await addMigration(folder, 'broken', 'CREATE TABLE half (id int)', 'SELECT nonsense')
  await t.rejects(migrate(connectionString, { folder }), { message: /, in: SELECT nonsense$/, cause: { code: '42703' } })
  t.same((await pool.query("SELECT to_regclass('half') AS half")).rows, [{ half: null }])
  await migrate(connectionString)
})

test('what a migration refuses in its own words is said as it stands', async t => {
  const { connectionString } = await database(t)
  const folder = await copyOfMigrations(t)
  await addMigration(folder, 'refused', "DO $$ BEGIN RAISE EXCEPTION 'There are two of %.', 'them'; END $$")
  await t.rejects(migrate(connectionString, { folder }), { name: 'UnfitDatabase', message: 'There are two of them.' })
})

test('a server before 15 or a database that is not UTF8 is refused', async t => {
  const { pool, connectionString } = await database(t, { migrated: false })
  const name = `latin_${process.pid}`
  await pool.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`)
  const url = new URL(connectionString)
  url.pathname = `/${name}`
  await t.rejects(migrate(url.href), UnfitDatabase)
  await t.rejects(migrate(url.href), { message: /encoding is SQL_ASCII/ })
  await pool.query(`DROP DATABASE ${name}`)
})

test('notes of changes that came with a dump of another server are forgotten, those of this one are not', async t => {
  const { pool, connectionString } = await database(t)
  await pool.query("insert into dimensions (code, name) values ('D', '{\"vi\":\"x\"}')")
  const noted = async () => (await pool.query<{ xid: string }>('select xid::text as xid from catalogue_changes order by xid')).rows.map(({ xid }) => xid)
  const own = await noted()
  t.not(own.length, 0)
  await pool.query("insert into catalogue_changes (xid) values ('9000000000'), ('9000000001')")
  t.equal((await noted()).length, own.length + 2)
  await migrate(connectionString)
  t.same(await noted(), own)
})
