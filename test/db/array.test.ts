import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { test, type Test } from 'tap'
import { arrayLiteral } from '../../src/db/array.js'
import { database } from '../helper.js'

const own = <T>(value: T) => value

/** What PostgreSQL's array syntax gives a meaning to, and what text is made of here. */
const piece = fc.constantFrom('"', '\\', ',', '{', '}', '(', ')', ';', ':', '=', '.', '-', '+', '_', "'", ' ', '\t', '\n', '\r', '\v', '\f', '\u0001', '\u007f', '\u00a0', '\u2028', '\ufeff',
  'NULL', 'null', 'Null', 'a', 'Z', '0', 'ſ', 'K', 'đ', 'Ủy', 'ê\u0323', '€', '🙂', '𝟘', '\\\\', '""', '\\"')
/** Texts of any characters but NUL, which PostgreSQL has not. */
const text = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }).map(found => found.replaceAll('\0', '')),
  fc.constantFrom('', 'null', 'NULL', 'nUlL', 'NULLs', ' NULL', 'NULL ', 'null.', '\\N', '{}', '{1,2}', '[0:1]={a,b}', 'true', 't', '\n', 'x\n', 'NULL\n')
)

/** The items are no part of any assertion's name: tap reads a { at its end as the beginning of something. */
async function assert (t: Test, property: fc.IAsyncProperty<any>, numRuns: number): Promise<void> {
  const { failed, counterexample } = await fc.check(property, { numRuns })
  t.same({ failed, counterexample }, { failed: false, counterexample: null })
}

test('any list of texts is read as it was meant', async t => {
  const { pool } = await database(t, { migrated: false, max: 2 })
  await assert(t, fc.asyncProperty(fc.array(fc.option(text, { nil: undefined }), { maxLength: 40 }), async items => {
    const { rows: [row] } = await pool.query('select $1::text[] as found, array_ndims($1::text[]) as dimensions, array_length($1::text[], 1) as length', [arrayLiteral(items, own)])
    return isDeepStrictEqual(row.found, items.map(item => item ?? null)) && (items.length === 0 || (row.dimensions === 1 && row.length === items.length))
  }), 500)
})

test('the same as pg writes it, for jsonb, uuid and instants', async t => {
  const { pool } = await database(t, { migrated: false, max: 2 })
  const objects = fc.array(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 3 }), { maxLength: 10 })
  await assert(t, fc.asyncProperty(objects, async items => {
    const texts = items.map(item => JSON.stringify(item))
    const { rows: [row] } = await pool.query('select $1::jsonb[]::text[] = $2::jsonb[]::text[] as same', [arrayLiteral(texts, own), texts])
    return row.same === true
  }), 200)
  const one = async (type: string, items: readonly (string | number | boolean | null | undefined)[]) =>
    (await pool.query(`select array(select x::text from unnest($1::${type}[]) with ordinality as u (x, i) order by i) as found`, [arrayLiteral(items, own)])).rows[0].found
  t.strictSame(await one('uuid', ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', null]), ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', null])
  t.strictSame(await one('timestamptz', ['2025-09-15T02:00:00.123456Z', '2025-09-15T09:00:00+07:00', '2025-09-15 09:00:00-05:30']), ['2025-09-15 02:00:00.123456+00', '2025-09-15 02:00:00+00', '2025-09-15 14:30:00+00'])
  t.strictSame(await one('numeric', ['-12.50', '0', '999999999999999999.999999999999', undefined]), ['-12.50', '0', '999999999999999999.999999999999', null])
  t.strictSame(await one('integer', [0, -0, -1, 2_147_483_647, null]), ['0', '0', '-1', '2147483647', null])
  t.strictSame(await one('double precision', [1.5, 1e21, -1e-7, Number.NaN, Number.POSITIVE_INFINITY]), ['1.5', '1e+21', '-1e-07', 'NaN', 'Infinity'])
  t.strictSame(await one('boolean', [true, false, undefined]), ['true', 'false', null])
  t.strictSame(await one('text', []), [])
})

test('what PostgreSQL has no text for is an error, and nothing else', async t => {
  const { pool } = await database(t, { migrated: false, max: 2 })
  await t.rejects(pool.query('select $1::text[]', [arrayLiteral(['a\0b'], own)]), { code: '22021' })
  t.equal(arrayLiteral([{ code: 'A' }, { code: 'b c' }, { code: undefined }], ({ code }) => code), '{A,"b c",NULL}')
})
