import { DrizzleQueryError } from 'drizzle-orm'
import { test } from 'tap'
import { explainDatabaseError } from '../../src/db/errors.js'
import { database } from '../helper.js'

test('what the server refuses, by kind and constraint', async t => {
  const { pool } = await database(t)
  await pool.query(`
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE child (
      id int CONSTRAINT child_key UNIQUE,
      parent int CONSTRAINT child_parent REFERENCES parent ON DELETE RESTRICT,
      n numeric(3) NOT NULL CONSTRAINT child_n CHECK (n > 0),
      during daterange, CONSTRAINT child_during EXCLUDE USING gist (during WITH &&));
    INSERT INTO parent VALUES (1);
    INSERT INTO child VALUES (1, 1, 1, '[2025-01-01,2025-02-01)')`)
  const cases: [sql: string, kind: string | undefined, constraint?: string][] = [
    ['INSERT INTO child VALUES (1, 1, 1)', 'unique', 'child_key'],
    ['INSERT INTO child VALUES (2, 9, 1)', 'foreign_key', 'child_parent'],
    ['DELETE FROM parent', 'foreign_key', 'child_parent'],
    ['INSERT INTO child VALUES (2, 1, 0)', 'check', 'child_n'],
    ['INSERT INTO child VALUES (2, 1, NULL)', 'not_null'],
    ["INSERT INTO child VALUES (2, 1, 1, '[2025-01-15,2025-03-01)')", 'exclusion', 'child_during'],
    ['INSERT INTO child VALUES (2, 1, 1000)', 'bad_input'],
    ["SELECT '2025-02-30'::date", 'bad_input'],
    ["SELECT 'x'::uuid", 'bad_input'],
    ["SELECT '\"\\u0000\"'::jsonb ->> 0", 'bad_input'],
    ['SELECT 1/0', undefined],
    ['SELECT nonsense', undefined]
  ]
  for (const [sql, kind, constraint] of cases) {
    const error = await pool.query(sql).catch((error: unknown) => error)
    t.ok(error instanceof Error, sql)
    t.equal(explainDatabaseError(error)?.kind, kind, `${sql}: ${kind}`)
    t.equal(explainDatabaseError(error)?.constraint, constraint, `${sql}: ${constraint}`)
  }
})

test('through what Drizzle wraps around it', async t => {
  const { db } = await database(t)
  const error = await db.execute("SELECT 'x'::uuid").catch((error: unknown) => error)
  t.ok(error instanceof DrizzleQueryError)
  t.match(explainDatabaseError(error), { kind: 'bad_input', code: '22P02' })
})

test('a database that cannot serve', async t => {
  const { pool } = await database(t, { max: 1, statementTimeoutMs: 100 })
  const slow = await pool.query('SELECT pg_sleep(5)').catch((error: unknown) => error)
  t.match(explainDatabaseError(slow), { kind: 'unavailable', code: '57014' })
  const cut = await pool.query('SELECT pg_terminate_backend(pg_backend_pid())').catch((error: unknown) => error)
  t.match(explainDatabaseError(cut), { kind: 'unavailable' })
  t.same((await pool.query('SELECT 1 AS one')).rows, [{ one: 1 }], 'and serves again')
})

test('what is not the database', async t => {
  for (const error of [undefined, null, 'x', {}, new Error('boom'), Object.assign(new Error('no file'), { code: 'ENOENT', syscall: 'open' })]) {
    t.equal(explainDatabaseError(error), undefined)
  }
  const circular = new Error('a')
  circular.cause = circular
  t.equal(explainDatabaseError(circular), undefined)
  t.match(explainDatabaseError(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })])), { kind: 'unavailable' })
})
