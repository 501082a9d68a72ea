import { customType, pgTable } from 'drizzle-orm/pg-core'

const xid8 = customType<{ data: string, driverData: string }>({ dataType: () => 'xid8' })

/**
 * The transactions that changed what pushes are judged by (indicators, agencies, calendars, grants, rules …): triggers
 * write them. Whoever keeps a copy of that, read at one snapshot, learns from an index probe whether a transaction has
 * been committed since. Nothing is ever updated: transactions that change the catalogue at once do not meet here.
 */
export const catalogueChanges = pgTable('catalogue_changes', {
  xid: xid8('xid').primaryKey()
})
