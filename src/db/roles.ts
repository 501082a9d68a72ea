import type pg from 'pg'

/**
 * What the service works as, whoever it logged in as: it reads and writes rows, makes no tables, and changes nothing
 * that is immutable. Roles belong to the server, not to the database: one pair for all registries of a server.
 */
export const SERVICE_ROLE = 'registry_service'
/** What receipts are read as: only those of the client that the transaction names (migrations/0030_walls.sql). */
export const READER_ROLE = 'registry_reader'

/** Of all that the reader needs to show a receipt, and to know whose it is. */
const READABLE = [
  'submissions', 'submission_chunks', 'measurements', 'measurement_events', 'clients', 'reorganisations', 'agencies',
  'catalogue_changes'
]

/**
 * Makes the two roles where they are not there, lets the user of `client` become them, and gives them what they need of
 * the tables there are now: at every start, so that no migration can forget it. By whoever owns the tables.
 *
 * @param logins users that must be able to become the roles besides: who the service logs in as, where that is another
 * @returns false where this user may not make roles: then the service works as the owner of its tables
 */
export async function provisionRoles (client: pg.ClientBase, logins: readonly string[] = []): Promise<boolean> {
  for (const role of [SERVICE_ROLE, READER_ROLE]) {
    if (!await ensureRole(client, role, logins)) return false
  }
  await client.query(GRANTS)
  return true
}

async function ensureRole (client: pg.ClientBase, role: string, logins: readonly string[]): Promise<boolean> {
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role])
    if (rowCount === 0) await client.query(`CREATE ROLE ${role} NOLOGIN`).catch(unlessMadeMeanwhile)
    const { rows: lacking } = await client.query<{ name: string }>(`
      SELECT name FROM unnest(ARRAY[current_user::text] || $1::text[]) name
      WHERE NOT pg_has_role(name, '${role}', 'MEMBER')`, [logins])
    for (const { name } of lacking) {
      await client.query(`GRANT ${role} TO ${client.escapeIdentifier(name)}`).catch(unlessMadeMeanwhile)
    }
    return true
  } catch (error) {
    // insufficient_privilege
    if (codeOf(error) === '42501') return false
    throw error
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? ''

/**
 * Another database of this server does the same at this moment: duplicate_object, unique_violation, or two at one row.
 */
function unlessMadeMeanwhile (error: unknown): void {
  if (!['42710', '23505', 'XX000'].includes(codeOf(error))) throw error
}

/** A table is immutable where a trigger refuses every UPDATE: refuse_change() before UPDATE (bit 16 of its kind). */
const GRANTS = `DO $$
DECLARE
  one record;
BEGIN
  GRANT USAGE ON SCHEMA public, history TO ${SERVICE_ROLE}, ${READER_ROLE};
  FOR one IN
    SELECT c.oid::regclass::text AS name, c.relname,
      EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = 'refuse_change'::regproc AND t.tgtype & 16 > 0
      ) AS immutable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'history') AND c.relkind IN ('r', 'p')
  LOOP
    EXECUTE format('GRANT SELECT, INSERT ON %s TO ${SERVICE_ROLE}', one.name);
    IF one.immutable THEN EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM ${SERVICE_ROLE}', one.name);
    ELSE EXECUTE format('GRANT UPDATE, DELETE ON %s TO ${SERVICE_ROLE}', one.name);
    END IF;
    IF one.relname = ANY ('{${READABLE.join(',')}}') THEN
      EXECUTE format('GRANT SELECT ON %s TO ${READER_ROLE}', one.name);
    END IF;
  END LOOP;
  -- whether the database is at this release, /health/ready asks
  GRANT USAGE ON SCHEMA drizzle TO ${SERVICE_ROLE};
  GRANT SELECT ON drizzle.__drizzle_migrations TO ${SERVICE_ROLE};
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, history TO ${SERVICE_ROLE};
END $$`
