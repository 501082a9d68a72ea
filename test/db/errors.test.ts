import { DrizzleQueryError } from 'drizzle-orm'
import Fastify, { type FastifyInstance, type HTTPMethods } from 'fastify'
import pg from 'pg'
import { test, type Test } from 'tap'
import { explainDatabaseError } from '../../src/db/errors.js'
import { commonProblems } from '../../src/http/problem-codes.js'
import problems from '../../src/plugins/problems.js'
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
  const isNew = (await pool.query("SELECT current_setting('server_version_num')::int >= 180000 AS yes")).rows[0].yes
  const cases: [sql: string, kind: string | undefined, constraint?: string][] = [
    ['INSERT INTO child VALUES (1, 1, 1)', 'unique', 'child_key'],
    ['INSERT INTO child VALUES (2, 9, 1)', 'foreign_key', 'child_parent'],
    // PostgreSQL 18 has a code of its own for ON DELETE RESTRICT
    ['DELETE FROM parent', isNew ? 'referenced' : 'foreign_key', 'child_parent'],
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

/** Whatever the work of a request throws, as it is answered. */
async function answering (t: Test, work: (sql: string) => Promise<unknown>): Promise<
  (method: HTTPMethods, sql: string) => Promise<[status: number, code: string, pointer: string | undefined]>
> {
  const app: FastifyInstance = Fastify()
  t.teardown(() => app.close())
  const detail = { vi: 'Không có.', en: 'There is none.' }
  await app.register(problems, {
    definitions: commonProblems,
    constraints: { child_declared: { code: 'unprocessable', pointer: '/parent', detail } },
    version: '1',
    publicUrl: 'https://registry.example'
  })
  app.route({
    method: ['POST', 'PATCH', 'DELETE'],
    url: '/',
    handler: async request => await work(decodeURIComponent(request.headers['x-sql'] as string))
  })
  return async (method, sql) => {
    const { statusCode, body } = await app.inject({ method: method as 'POST', url: '/', headers: { 'x-sql': encodeURIComponent(sql) } })
    const { type, errors } = JSON.parse(body) as { type: string, errors?: { pointer: string }[] }
    return [statusCode, type.split('/').at(-1)!, errors?.[0]?.pointer]
  }
}

const REFERENCE: [status: number, code: string, pointer?: string] = [422, 'unprocessable']
const REMOVAL: typeof REFERENCE = [409, 'still-referenced']

test('409 or 422, in whatever language the server speaks', async t => {
  // on PostgreSQL 15 it speaks German here (.ci/with-postgres-15); the one that comes with the package knows English only
  const { pool } = await database(t)
  await pool.query(`
    CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE child (
      id int UNIQUE, n int NOT NULL CHECK (n > 0), during daterange, EXCLUDE USING gist (during WITH &&),
      plain int CONSTRAINT child_plain REFERENCES parent,
      strict int CONSTRAINT child_strict REFERENCES parent ON DELETE RESTRICT,
      declared int CONSTRAINT child_declared REFERENCES parent,
      late int CONSTRAINT child_late REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'insert or update' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'parent_stays';
    END $$;
    INSERT INTO parent VALUES (1), (2), (3), (4), (5);
    INSERT INTO child VALUES (1, 1, '[2025-01-01,2025-02-01)', 1, 2, 3, 4);
    CREATE TRIGGER stay AFTER UPDATE OR DELETE ON parent FOR EACH ROW WHEN (OLD.id = 5) EXECUTE FUNCTION stay()`)
  const ask = await answering(t, sql => pool.query(sql))
  const cases: [method: HTTPMethods, sql: string, expected: typeof REFERENCE][] = [
    ['POST', 'INSERT INTO child (n, plain) VALUES (1, 9)', REFERENCE],
    ['POST', 'INSERT INTO child (n, strict) VALUES (1, 9)', REFERENCE],
    ['POST', 'INSERT INTO child (n, late) VALUES (1, 9)', REFERENCE],
    ['PATCH', 'UPDATE child SET plain = 9', REFERENCE],
    ['POST', 'INSERT INTO child (n, declared) VALUES (1, 9)', [422, 'unprocessable', '/parent']],
    ['DELETE', 'DELETE FROM parent WHERE id = 1', REMOVAL],
    ['DELETE', 'DELETE FROM parent WHERE id = 2', REMOVAL],
    ['DELETE', 'DELETE FROM parent WHERE id = 3', REMOVAL],
    ['DELETE', 'DELETE FROM parent WHERE id = 4', REMOVAL],
    ['DELETE', 'DELETE FROM parent WHERE id = 5', REMOVAL],
    ['PATCH', 'UPDATE parent SET id = 6 WHERE id = 5', REMOVAL],
    ['POST', 'INSERT INTO child (id, n) VALUES (1, 1)', [409, 'already-exists']],
    ['POST', "INSERT INTO child (n, during) VALUES (1, '[2025-01-15,2025-03-01)')", [409, 'conflict']],
    ['POST', 'INSERT INTO child (n) VALUES (0)', REFERENCE],
    ['POST', 'INSERT INTO child (n) VALUES (NULL)', REFERENCE],
    ['POST', "INSERT INTO child (n) VALUES ('x')", [400, 'invalid-request']]
  ]
  for (const [method, sql, [status, code, pointer]] of cases) t.same(await ask(method, sql), [status, code, pointer], sql)
})

test('the words of a refusal decide nothing', async t => {
  const fails = (code: string, constraint: string, message: string) =>
    Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code, constraint, table: 'b', schema: 'public' })
  const ask = await answering(t, async sql => { throw fails(...JSON.parse(sql) as [string, string, string]) })
  // what PostgreSQL says of the two sides, in English and German, and what would decide if words were looked at
  const words = [
    '', 'update or delete on table "a" violates foreign key constraint "b_a_fkey" on table "b"',
    'insert or update on table "b" violates foreign key constraint "b_a_fkey"',
    'Aktualisieren oder Löschen in Tabelle »a« verletzt Fremdschlüssel-Constraint »b_a_fkey« von Tabelle »b«',
    'Einfügen oder Aktualisieren in Tabelle »b« verletzt Fremdschlüssel-Constraint »b_a_fkey«'
  ]
  for (const message of words) {
    const asked = (method: HTTPMethods, code: string, constraint = 'b_a_fkey') =>
      ask(method, JSON.stringify([code, constraint, message]))
    t.same(await asked('POST', '23503'), [...REFERENCE, undefined], message)
    t.same(await asked('PATCH', '23503'), [...REFERENCE, undefined], message)
    t.same(await asked('POST', '23503', 'child_declared'), [422, 'unprocessable', '/parent'], message)
    t.same(await asked('DELETE', '23503'), [...REMOVAL, undefined], message)
    t.same(await asked('DELETE', '23503', 'child_declared'), [...REMOVAL, undefined], message)
    t.same(await asked('PATCH', '23001'), [...REMOVAL, undefined], message)
    t.same(await asked('POST', '23505'), [409, 'already-exists', undefined], message)
    t.same(await asked('POST', '23514'), [...REFERENCE, undefined], message)
  }
})
