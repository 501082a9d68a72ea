import { sql, type SQL } from 'drizzle-orm'
import { arrayLiteral } from './array.js'

type Scalar = string | number | boolean | undefined

/** A column of rows that a statement is to read: its type in PostgreSQL, and a row's value; undefined is NULL. */
export type Column<Row> = readonly [type: string, of: (row: Row) => Scalar]

/**
 * `from`: a FROM item with as many rows, in their order. `values`: what to write in the statement for each column of a
 * row of it.
 */
export interface Columns { from: SQL, values: SQL[] }

/**
 * Rows as the parameters of one statement: an array for each column that differs among them, and a single value for
 * each that does not. Rows of a push are nearly all of one indicator, without a note, of one quality: an array of
 * equal elements costs both sides as much as another. A statement has at most 65,535 parameters, whatever the number
 * of rows. `position`: with a column of that name, from 1.
 */
export function columnsOf<Row> (
  rows: readonly Row[], alias: string, columns: readonly Column<Row>[], { position = false } = {}
): Columns {
  const values: SQL[] = []
  const arrays: SQL[] = []
  const names: string[] = []
  columns.forEach(([type, of], i) => {
    const first = of(rows[0]!)
    // without an array there would be no row
    const isLast = arrays.length === 0 && i === columns.length - 1
    if (!isLast && isSame(rows, of, first)) {
      values.push(sql`${first === undefined ? null : String(first)}::${sql.raw(type)}`)
      return
    }
    arrays.push(sql`${sql.param(arrayLiteral(rows, of))}::${sql.raw(type)}[]`)
    names.push(`c${i}`)
    values.push(sql.raw(`${alias}.c${i}`))
  })
  return { from: unnested(arrays, alias, names, position), values }
}

/** The same for a statement that is prepared, whose text does not depend on its rows: see `arraysOf`. */
export function placesOf (types: readonly string[], alias: string, { position = false } = {}): Columns {
  const arrays = types.map((type, i) => sql`${sql.placeholder(`c${i}`)}::${sql.raw(type)}[]`)
  const names = types.map((_, i) => `c${i}`)
  return { from: unnested(arrays, alias, names, position), values: names.map(name => sql.raw(`${alias}.${name}`)) }
}

/** What stands in the places of the columns. */
export function arraysOf<Row> (rows: readonly Row[], columns: readonly Column<Row>[]): Record<string, string> {
  return Object.fromEntries(columns.map(([, of], i) => [`c${i}`, arrayLiteral(rows, of)]))
}

function unnested (arrays: readonly SQL[], alias: string, names: readonly string[], position: boolean): SQL {
  const all = position ? [...names, 'position'] : names
  return sql`unnest(${sql.join([...arrays], sql`,
    `)})${sql.raw(position ? ' with ordinality' : '')} as ${sql.raw(`${alias} (${all.join(', ')})`)}`
}

function isSame<Row> (rows: readonly Row[], of: (row: Row) => Scalar, first: Scalar): boolean {
  for (let i = 1; i < rows.length; i++) if (of(rows[i]!) !== first) return false
  return true
}
