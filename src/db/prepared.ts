import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Queryable } from './client.js'

const dialect = new PgDialect()

/**
 * Runs a statement that each connection parses and plans once, under its name: for those of a few rows that are sent
 * thousands of times, where the planning is a third of the work. Its text must always be the same, else the driver throws.
 * Rows come as the pool's type parsers make them.
 */
export async function executePrepared<Row extends Record<string, unknown>> (db: Queryable, name: string, query: SQL): Promise<Row[]> {
  const { sql: text, params: values } = dialect.sqlToQuery(query)
  return (await db.$client.query<Row>({ name, text, values })).rows
}
