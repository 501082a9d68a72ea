import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { test, type Test } from 'tap'
import { migrate } from '../../src/db/migrate.js'
import { database, owner } from '../helper.js'
import { addMigration, copyOfMigrations, editJournal } from './migrations.js'

const ONE = '{"vi":"một"}'

interface State { was: unknown[], is: unknown[] }

/** A registry with a pillar that has a former state, and one that has none; migrations to come. */
async function start (t: Test) {
  const { pool, connectionString } = await database(t, { asService: true })
  const folder = await copyOfMigrations(t)
  const now = async () => (await pool.query('select clock_timestamp() as at')).rows[0].at as string
  const change = (code: string, set: string) => pool.query(`update pillars set ${set} where code = $1`, [code])
  await pool.query('insert into pillars (code, name) values ($1, $3), ($2, $3)', ['A', 'B', ONE])
  const before = await now()
  await change('A', 'row_version = 7')
  let count = 0
  return {
    owner: owner(pool),
    now,
    before,
    change,
    /** The statements as a migration of their own. What it refuses is dropped, so that others can follow. */
    async add (...statements: string[]): Promise<void> {
      const tag = `added-${++count}`
      await addMigration(folder, tag, ...statements)
      try {
        await migrate(connectionString, { folder })
      } catch (error) {
        await editJournal(folder, entries => { entries.pop() })
        throw error
      }
    },
    /** What `expression` says of the pillar, as was known before its change and as it is. */
    async states (expression: string, code = 'A', at = before): Promise<State> {
      const of = async (rows: string, ...values: unknown[]) =>
        (await pool.query(`select ${expression} as it from ${rows} where code = '${code}'`, values)).rows.map(({ it }) => it)
      return { was: await of('pillars_at($1)', at), is: await of('pillars') }
    }
  }
}

test('a migration adds a column to a table with history, and thinks of nothing else', async t => {
  const { add, states, change, now, before, owner } = await start(t)
  await add(
    "alter table pillars add column shade text default 'grey' not null, add column remark text",
    // as the rows of the table are filled: the former row of this very change is kept by the trigger
    "update pillars set shade = 'blue', remark = 'of the migration' where code = 'B'"
  )
  t.same(await states('shade'), { was: ['grey'], is: ['grey'] }, 'the former row has the default')
  t.same(await states('remark'), { was: [null], is: [null] })
  t.same(await states('shade', 'B'), { was: ['grey'], is: ['blue'] }, 'what the migration changed was another before')
  const after = await now()
  await change('A', "shade = 'red', remark = 'later'")
  t.same(await states('shade', 'A', after), { was: ['grey'], is: ['red'] }, 'the next UPDATE keeps what it was')
  t.same(await states('row_version', 'A', before), { was: [1], is: [7] })
  t.same(await states('row_version', 'A', after), { was: [7], is: [7] })
  t.same(await states('remark', 'A', after), { was: [null], is: ['later'] })
  t.same((await owner.query(`select column_default from information_schema.columns
    where table_schema = 'history' and table_name = 'pillars' and column_name = 'shade'`)).rows, [{ column_default: null }],
  'a former row says all that it was')
})

test('or says itself what the former rows were', async t => {
  const { add, states, change, now } = await start(t)
  await add(
    "alter table pillars add column shade text default 'grey' not null",
    "alter table history.pillars add column shade text default 'unknown' not null",
    // one that reads the past of the table it has changed
    "select keep_history('pillars')",
    'update pillars p set row_version = was.row_version + 20 from pillars_at(now()) was where was.code = p.code'
  )
  t.same(await states('shade'), { was: ['unknown'], is: ['grey'] })
  t.same(await states('row_version', 'B'), { was: [1], is: [21] })
  const after = await now()
  await change('A', "shade = 'red'")
  t.same(await states('shade', 'A', after), { was: ['grey'], is: ['red'] })
})

test('what cannot follow by itself fails the migration with a sentence', async t => {
  const { add, states, change, now, owner } = await start(t)
  const refused = (message: RegExp, ...statements: string[]) =>
    t.rejects(add(...statements), { name: 'UnfitDatabase', message }, message.source)

  await refused(/^The column shade of pillars is NOT NULL and has no default: what the former rows in history\.pillars have/,
    'alter table pillars add column shade text', "update pillars set shade = 'blue'",
    'alter table pillars alter column shade set not null')
  await refused(/^The table pillars no longer has what history\.pillars still has: row_version\. Rename or drop it there too/,
    'alter table pillars rename column row_version to place')
  await refused(/^The table pillars no longer has what history\.pillars still has: row_version\./,
    'alter table pillars drop column row_version')
  await refused(/^The column row_version of pillars is boolean now, which the former rows in history\.pillars cannot become/,
    'alter table pillars alter column row_version drop default, alter column row_version type boolean using row_version > 0')
  t.same(await states('row_version'), { was: [1], is: [7] }, 'nothing of it was done')

  await add('alter table pillars rename column row_version to place', 'alter table history.pillars rename column row_version to place')
  t.same(await states('place'), { was: [1], is: [7] }, 'renamed in both')
  await add('alter table pillars alter column place type numeric(12, 2), alter column name drop not null')
  const after = await now()
  await change('A', 'place = 8.25, name = null')
  t.same(await states('place', 'A', after), { was: ['7.00'], is: ['8.25'] }, 'a type that former rows can take')
  await change('A', 'place = 9')
  t.same(await states('name', 'A', after), { was: [{ vi: 'một' }], is: [null] }, 'what may be absent now is kept as absent')
  await add('alter table pillars drop column place', 'alter table history.pillars drop column place')
  await change('A', `name = '${ONE}'`)
  t.equal((await owner.query('select from history.pillars')).rowCount, 4)
})

test('a table of which is known since when it stands has a history without being told', async t => {
  const { add, owner } = await start(t)
  await add(`create table "Đ of mine" ("the key" int primary key, "a ""value""" varchar(10) collate "C",
    known_from timestamptz(6) default recording_time() not null)`)
  const table = '"Đ of mine"'
  await owner.query(`insert into ${table} values (1, 'x')`)
  const { rows: [{ at }] } = await owner.query('select clock_timestamp() as at')
  await add(`alter table ${table} add column more text collate "C" default 'as yet'`, `update ${table} set more = 'changed'`)
  await owner.query(`delete from ${table}`)
  const was = await owner.query('select * from "Đ of mine_at"($1)', [at])
  t.match(was.rows, [{ 'the key': 1, 'a "value"': 'x', more: 'as yet' }])
  t.equal((await owner.query(`select from history.${table}`)).rowCount, 2)
  t.equal((await owner.query(`select from pg_attribute where attrelid = 'history.${table}'::regclass and attname = 'more'
    and attcollation = '"C"'::regcollation`)).rowCount, 1)
})

test('by an owner who is no superuser', async t => {
  const { pool, connectionString } = await database(t, { migrated: false })
  const role = `owner_${randomUUID()}`
  await pool.query(`create role "${role}" login password 'secret' nosuperuser nocreaterole`)
  const { rows: [{ name }] } = await pool.query('select current_database() as name')
  await pool.query(`alter database "${name}" owner to "${role}"; alter schema public owner to "${role}"`)
  const url = new URL(connectionString)
  url.username = role
  url.password = 'secret'
  const folder = await copyOfMigrations(t)
  await migrate(url.href, { folder })
  await addMigration(folder, 'added', 'alter table pillars add column shade text')
  await migrate(url.href, { folder })
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query("insert into pillars (code, name, shade) values ('A', '{}', 'x')")
  await client.query("update pillars set shade = 'y'")
  t.same((await client.query('select shade from history.pillars')).rows, [{ shade: 'x' }])
  await client.end()
  await pool.query(`reassign owned by "${role}" to current_user`)
  await pool.query(`drop owned by "${role}"`)
  await pool.query(`drop role "${role}"`)
})
