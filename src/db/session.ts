import type pg from 'pg'

/** What our parsers rely on: a server, a database or a role may have other settings. */
const PRINTED_FORMS = { timezone: 'UTC', datestyle: 'ISO, YMD', intervalstyle: 'iso_8601' }

/**
 * Makes a new connection ours. By a statement, since PgBouncer refuses such settings as parameters of the start of a
 * connection, or drops them, and then those of the role would hold.
 */
export async function setSession (
  client: pg.ClientBase, settings: Record<string, string> = {}, timeoutMs = 10_000
): Promise<void> {
  const all = Object.entries({ ...PRINTED_FORMS, client_connection_check_interval: '2s', ...settings })
  // A connection that has gone ends the statement it waited for: looked at every two seconds. A server on Windows
  // cannot.
  const watched = "WHERE name <> 'client_connection_check_interval' OR version() !~* 'visual c|mingw|windows'"
  const statement: pg.QueryConfig & { query_timeout: number } = {
    text: 'SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS setting (name, value) ' +
      `${watched}`,
    values: [all.map(([name]) => name), all.map(([, value]) => value)],
    query_timeout: timeoutMs
  }
  await client.query(statement)
}
