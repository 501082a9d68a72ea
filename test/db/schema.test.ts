import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { test } from 'tap'
import * as schema from '../../src/db/schema/index.js'
import { database } from '../helper.js'

/** PostgreSQL cuts a name there. */
const LONGEST = 63
/** Of trigrams, which the code cannot say. */
const BY_HAND = ['agency_names_search_index', 'indicators_search_index']

/** Where the two differ, a query is typed by one and answered by the other. */
test('the tables that the code speaks of are those that the migrations make', async t => {
  const { pool } = await database(t)
  const { rows: columns } = await pool.query<{ table: string, name: string, type: string, required: boolean }>(`
    select c.relname as "table", a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
    from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`)
  const { rows: constraints } = await pool.query<{ table: string, name: string, kind: string }>(`
    select conrelid::regclass::text as "table", conname as name, contype as kind from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'c', 'f')`)
  const { rows: indexes } = await pool.query<{ table: string, name: string }>(`
    select indrelid::regclass::text as "table", indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and not exists (select from pg_constraint p where p.conindid = i.indexrelid and p.contype in ('p', 'u', 'x'))`)
  const tables = Object.values<unknown>(schema).flatMap(one => is(one, PgTable) ? getTableConfig(one) : [])

  t.same(new Set(tables.map(({ name }) => name)), new Set(columns.map(({ table }) => table)))
  for (const table of tables) {
    const own = <Row extends { table: string, name: string }>(rows: readonly Row[]) => rows.filter(row => row.table === table.name)
    const named = (kind: string) => own(constraints).filter(one => one.kind === kind).map(({ name }) => name).sort()
    t.same(table.columns.map(({ name, notNull }) => [name, notNull]).sort(), own(columns).map(({ name, required }) => [name, required]).sort(), `${table.name}: columns`)
    t.same(table.checks.map(({ name }) => name).sort(), named('c'), `${table.name}: checks`)
    t.same([...table.uniqueConstraints.map(({ name }) => name), ...table.columns.flatMap(({ isUnique, uniqueName }) => isUnique ? [uniqueName] : [])].sort(), named('u'), `${table.name}: unique keys`)
    t.same(table.foreignKeys.map(key => key.getName().slice(0, LONGEST)).sort(), named('f'), `${table.name}: foreign keys`)
    t.same(table.primaryKeys.map(key => key.getName()), named('p').filter(name => table.primaryKeys.length > 0 || name === undefined), `${table.name}: primary key`)
    t.same(table.indexes.map(({ config }) => config.name).sort(), own(indexes).map(({ name }) => name).filter(name => !BY_HAND.includes(name)).sort(), `${table.name}: indexes`)
  }
})
