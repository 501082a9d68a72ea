import { integer, text, uniqueIndex, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { sql, type SQL } from 'drizzle-orm'
import { instant } from '../instant.js'
import type { Provenance } from '../../domain/words.js'
import { PERIOD_PATTERN } from '../../domain/period.js'

/** A text in Vietnamese, with English beside it where there is one. */
export interface StoredText { vi: string, en?: string }

/** A period by its code. */
export const isPeriod = (column: SQL | { name: string }): SQL => sql`${column} ~ ${sql.raw(`'${PERIOD_PATTERN}'`)}`

export const provenance = () => text('provenance').$type<Provenance>().notNull().default('operational')
/** The one instant of the transaction that wrote the row (`recording_time()`, migrations/0004): transaction time. */
export const recordedAt = () => instant('recorded_at').notNull().default(sql`recording_time()`)
/**
 * Since when the row has been known as it stands. Every table with such a column has a history: a trigger keeps there
 * what the row was before, and its columns follow those of the table (migrations/0033).
 */
export const knownFrom = () => instant('known_from').notNull().default(sql`recording_time()`)
/** Grows by one with every change of the row: what a strong ETag is made of. */
export const rowVersion = () => integer('row_version').notNull().default(1)

/** `column IN ('a', 'b')` for a CHECK: enum values live in the table's own definition, changeable by one migration. */
export function oneOf (column: SQL | { name: string }, values: readonly string[]): SQL {
  const list = values.map(value => `'${value.replaceAll("'", "''")}'`).join(', ')
  return sql`${column} in (${sql.raw(list)})`
}

/**
 * A finite number of at most 18 digits before and 12 after the point: `numeric` itself would take 'NaN' and 'Infinity'.
 */
export function finite (column: SQL | { name: string }): SQL {
  return sql`${column} > -1e18 and ${column} < 1e18 and scale(${column}) <= 12`
}

/** Codes that differ by case alone are one (migrations/0031); `within`: among the rows that share it. */
export const uniqueWithoutCase = (table: string, code: AnyPgColumn, within?: AnyPgColumn) => {
  const index = uniqueIndex(`${table}_pkey_case`)
  return within === undefined ? index.on(sql`lower(${code})`) : index.on(within, sql`lower(${code})`)
}
