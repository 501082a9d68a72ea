/**
 * The one place that knows PostgreSQL's and the driver's codes. Of what the server says nothing is read but codes and
 * names: its words are in the language of `lc_messages`.
 */

export type DatabaseFailureKind =
  | 'unique' | 'foreign_key' | 'referenced' | 'check' | 'exclusion' | 'not_null'
  | 'bad_input' | 'unavailable' | 'conflict'

export interface DatabaseFailure {
  kind: DatabaseFailureKind
  /** The name of the constraint that refused the row, where one did. */
  constraint?: string
  /** The SQLSTATE, or the code of the failed connection. */
  code: string
}

const KINDS: Record<string, DatabaseFailureKind> = {
  23505: 'unique',
  23503: 'foreign_key',
  // restrict_violation: a row stays because others refer to it. Our own triggers say so (migrations/0032), and
  // PostgreSQL 18 for ON DELETE RESTRICT.
  23001: 'referenced',
  23514: 'check',
  '23P01': 'exclusion',
  23502: 'not_null',
  // A value the request carried and the column's type refuses.
  22001: 'bad_input', // string_data_right_truncation
  22003: 'bad_input', // numeric_value_out_of_range
  22007: 'bad_input', // invalid_datetime_format
  22008: 'bad_input', // datetime_field_overflow
  22009: 'bad_input', // invalid_time_zone_displacement_value
  22021: 'bad_input', // character_not_in_repertoire
  '22P02': 'bad_input', // invalid_text_representation
  '22P05': 'bad_input', // untranslatable_character, e.g. \u0000 in jsonb
  // Trying the whole transaction again is the answer.
  40001: 'conflict', // serialization_failure
  '40P01': 'conflict', // deadlock_detected
  '55P03': 'conflict', // lock_not_available
  // The database cannot serve now.
  57014: 'unavailable', // query_canceled: the statement timeout
  '57P01': 'unavailable', // admin_shutdown
  '57P02': 'unavailable', // crash_shutdown
  '57P03': 'unavailable', // cannot_connect_now
  '57P05': 'unavailable', // idle_session_timeout
  '25P03': 'unavailable', // idle_in_transaction_session_timeout
  '25P04': 'unavailable', // transaction_timeout
  25006: 'unavailable', // read_only_sql_transaction: we reached a replica
  '3D000': 'unavailable', // the database is gone
  28000: 'unavailable', // the password was changed under us
  '28P01': 'unavailable',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  ECONNABORTED: 'unavailable',
  EPIPE: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable'
}

/** 08 connection exceptions, 53 too many connections, no memory, no disk. */
const UNAVAILABLE_CLASS = /^(08|53)...$/

/** What pg and its pool throw without a code, always in English (pg 8, lib/client.js and pg-pool's index.js). */
const UNAVAILABLE_MESSAGES = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool'
]

/** An error and what it wraps: Drizzle puts the driver's error in `cause`, Node several addresses' in `errors`. */
function * unwrapped (error: unknown): Generator<Error & { code?: unknown, constraint?: unknown, syscall?: unknown }> {
  let current = error
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    yield current
    current = current.cause ?? (current instanceof AggregateError ? current.errors[0] : undefined)
  }
}

/** What the database, or the way to it, meant by an error; undefined for an error that is neither's. */
export function explainDatabaseError (error: unknown): DatabaseFailure | undefined {
  for (const one of unwrapped(error)) {
    const code = typeof one.code === 'string' ? one.code : ''
    const socketIsGone = code === 'ENOENT' && one.syscall === 'connect'
    const kind = KINDS[code] ?? (UNAVAILABLE_CLASS.test(code) || socketIsGone ? 'unavailable' : undefined)
    if (kind !== undefined) {
      return typeof one.constraint === 'string' ? { kind, code, constraint: one.constraint } : { kind, code }
    }
    if (code === '' && UNAVAILABLE_MESSAGES.some(message => one.message.startsWith(message))) {
      return { kind: 'unavailable', code: 'connection' }
    }
  }
  return undefined
}
