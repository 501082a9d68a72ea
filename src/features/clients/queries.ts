import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clients, type ClientState, type Scope } from '../../db/schema/clients.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import { today } from '../../http/today.js'
import { holdsWords } from '../folded.js'
import { type GrantRow, listGrantRows } from '../../world/grants.js'

export type ClientRow = typeof clients.$inferSelect

export interface ClientWithGrants { client: ClientRow, grants: readonly GrantRow[] }

/**
 * Whether a client that pushes has a grant, of today or later, with all below an agency that is one of these or ever
 * stood above one: whatever is put below them, it may then report.
 */
export async function hasSubtreeGrantOver (
  db: Queryable, clientId: string, agencies: readonly string[]
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    with recursive up (code) as (
      select unnest(${sql.param([...agencies])}::text[])
      union
      select p.parent_code from up join agency_parents p on p.agency_code = up.code and p.removed_at is null
    )
    select from client_grants g join clients c on c.id = g.client_id
    where g.client_id = ${clientId} and 'measurements:write' = any(c.scopes) and g.with_subtree
      and g.agency_code in (select code from up) and coalesce(g.valid_to >= ${today()}::date, true)
    limit 1`)
  return rows.length > 0
}

export interface ClientFilters {
  state: ClientState | undefined
  scope: Scope | undefined
  /** Whose grants of the day reach an agency: the code, and those above it. */
  reporting: { agency: string, ancestors: ReadonlySet<string>, day: CivilDate } | undefined
  /** Folded words of the id or the name. */
  words: readonly string[]
}

export async function listClients (
  db: Queryable, { state, scope, reporting, words }: ClientFilters, page: Page<ClientRow>
) {
  const where = and(
    state && eq(clients.state, state),
    scope && sql`${scope} = any(${clients.scopes})`,
    reporting && sql`exists (
      select from client_grants g where g.client_id = ${clients.id}
        and coalesce(g.valid_from <= ${reporting.day}::date, true) and coalesce(g.valid_to >= ${reporting.day}::date,
          true)
        and (g.agency_code is null or g.agency_code = ${reporting.agency}
          or (g.with_subtree and g.agency_code = any(${sql.param([...reporting.ancestors])}::text[]))))`,
    holdsWords(words, clients.id, clients.name),
    page.recorded
  )
  const rows = await db.select().from(clients).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  const grants = await listGrantRows(db, rows.map(({ id }) => id))
  return {
    rows: rows.map(client => ({ ...client, grants: grants.get(client.id) ?? [] })),
    count: page.counted ? await db.$count(clients, where) : undefined
  }
}

/** For the command line: every one, by id. */
export async function listEveryClient (db: Queryable): Promise<ClientWithGrants[]> {
  const rows = await db.select().from(clients).orderBy(clients.id)
  const grants = await listGrantRows(db, rows.map(({ id }) => id))
  return rows.map(client => ({ client, grants: grants.get(client.id) ?? [] }))
}

export async function findClientWithGrants (db: Queryable, id: string): Promise<ClientWithGrants | undefined> {
  const [client] = await db.select().from(clients).where(eq(clients.id, id))
  return client === undefined ? undefined : { client, grants: (await listGrantRows(db, [id])).get(id) ?? [] }
}
