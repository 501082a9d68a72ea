import { Placeholder, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Queryable } from './client.js'

const dialect = new PgDialect()

/** A statement whose text is always the same; where `sql.placeholder` stands in it, a value is given each time. */
export interface Prepared {
  readonly name: string
  /** With what each parameter is, in their order; worked out when it is first sent. */
  text (): { readonly sql: string, readonly params: readonly unknown[] }
}

/**
 * A statement that each connection parses and plans once, under its name: for those of a few rows that are sent
 * thousands of times, where the planning is a third of the work, and writing the text anew a part of what is left to
 * this process.
 */
export function prepared (name: string, write: () => SQL): Prepared {
  let known: ReturnType<Prepared['text']> | undefined
  return {
    name,
    text () {
      known ??= dialect.sqlToQuery(write())
      return known
    }
  }
}

/** Rows come as the pool's type parsers make them. `values`: by the names of the placeholders. */
export async function executePrepared<Row extends Record<string, unknown>> (
  db: Queryable, { name, text }: Prepared, values: Readonly<Record<string, unknown>>
): Promise<Row[]> {
  const { sql, params } = text()
  const given = params.map(one => one instanceof Placeholder ? values[one.name as string] : one)
  return (await db.$client.query<Row>({ name, text: sql, values: given })).rows
}
