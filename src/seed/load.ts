import { eq, sql } from 'drizzle-orm'
import type pg from 'pg'
import type { Queryable } from '../db/client.js'
import {
  agencies, agencyIdentifiers, agencyNames, agencyParents, assignments, calendars, dimensionMembers, dimensions,
  documentRelations, documents,
  indicators, pillars, planPillars, plans, publicHolidays, statusRules, targets, targetVersions, tasks
} from '../db/schema/index.js'
import { withTransaction } from '../ledger/transaction.js'
import type { SeedName } from '../config.js'
import { loadDemo } from './demo/load.js'
import { planSeed } from './plan/index.js'
import { PLAN_RECORDED, recordAt } from './recording.js'
import {
  agencyIdentifierRows, agencyNameRow, agencyParentRows, agencyRow, assignmentRow, calendarRow, documentRow,
  indicatorRow, targetRow, targetVersionRow, taskRow
} from './rows.js'

/**
 * Fills a new database. `none`: what every registry needs, the two calendars, the holidays and the first rule set.
 * `plan`: the plan as well. `demo`: illustrative figures on top, with the plan recorded the day after it was issued
 * where the registry is new. What is there already is never touched, so a start does not undo what somebody changed;
 * two starts at once wait for each other. `tell` hears what is loaded.
 */
export async function loadSeed (
  pool: pg.Pool, which: SeedName, tell: (what: string) => void = () => {}
): Promise<void> {
  await withTransaction(pool, async tx => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('registry.seed', 0))`)
    const isNew = await isEmpty(tx)
    if (which === 'demo' && isNew) await recordAt(tx, PLAN_RECORDED)
    await loadReference(tx)
    if (which === 'none') return
    const [known] = await tx.select({ code: plans.code }).from(plans).where(eq(plans.code, planSeed.plan.code))
    if (known === undefined) {
      tell(`Loading the plan ${planSeed.plan.code}`)
      await loadPlan(tx)
    }
    if (which === 'demo') await loadDemo(tx, { backdated: isNew, tell })
  })
}

/** Nothing was ever recorded here, so that nobody has read what was known at an earlier instant. */
async function isEmpty (tx: Queryable): Promise<boolean> {
  return (await tx.select({ code: calendars.code }).from(calendars).limit(1)).length === 0
}

async function loadReference (tx: Queryable): Promise<void> {
  await tx.insert(calendars).values(planSeed.calendars.map(calendarRow)).onConflictDoNothing()
  await tx.insert(publicHolidays).values([...planSeed.holidays]).onConflictDoNothing()
  await tx.insert(statusRules).values([...planSeed.statusRules]).onConflictDoNothing()
}

async function loadPlan (tx: Queryable): Promise<void> {
  const { plan } = planSeed
  await tx.insert(documents).values(planSeed.documents.map(documentRow))
  await insertAll(
    tx, documentRelations,
    planSeed.documents.flatMap(({ id, relations }) => relations.map(({ kind, to }) => ({ fromId: id, toId: to, kind })))
  )
  await tx.insert(agencies).values(planSeed.agencies.map(agencyRow))
  await tx.insert(agencyNames).values(planSeed.agencies.map(agencyNameRow))
  await insertAll(tx, agencyParents, planSeed.agencies.flatMap(agencyParentRows))
  await insertAll(tx, agencyIdentifiers, planSeed.agencies.flatMap(agencyIdentifierRows))
  await tx.insert(plans).values({
    code: plan.code, documentId: plan.document, year: plan.year, name: plan.name, issuedOn: plan.issuedOn,
    agencyCode: plan.ownerAgency,
    provenance: plan.provenance, quote: plan.quote
  })
  await tx.insert(pillars)
    .values(planSeed.pillars.map(({ code, name, wording, provenance }) => ({ code, name, quote: wording, provenance })))
  await tx.insert(planPillars)
    .values(planSeed.pillars.map(({ code }, i) => ({ planCode: plan.code, pillarCode: code, position: i + 1 })))
  await tx.insert(dimensions)
    .values(planSeed.dimensions.map(({ members, note, quote, ...dimension }) =>
      ({ ...dimension, note: note ?? null, quote: quote ?? null })))
  await insertAll(
    tx, dimensionMembers,
    planSeed.dimensions.flatMap(({ code, members }) =>
      members.map((member, i) => ({ ...member, dimensionCode: code, position: i + 1 })))
  )
  await tx.insert(indicators).values(planSeed.indicators.map(indicatorRow))
  await tx.insert(targets).values(planSeed.targets.map((target, i) => targetRow(target, i + 1)))
  await tx.insert(targetVersions).values(planSeed.targets.map(targetVersionRow))
  await tx.insert(tasks).values(planSeed.tasks.map((task, i) => taskRow(task, i + 1)))
  await insertAll(tx, assignments, planSeed.assignments.map(assignmentRow))
}

/** Drizzle refuses an empty list. */
async function insertAll<Table extends Parameters<Queryable['insert']>[0]> (
  tx: Queryable, table: Table, rows: Table['$inferInsert'][]
): Promise<void> {
  if (rows.length > 0) await tx.insert(table).values(rows)
}
