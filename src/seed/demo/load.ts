import { eq, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from '../../db/client.js'
import {
  assignments, clients, dimensionMembers, measurementEvents, measurements, targetVersions
} from '../../db/schema/index.js'
import { contextOf } from '../../features/pushes/context.js'
import { createCatalogue } from '../../features/pushes/facts.js'
import type { JudgedRow } from '../../features/pushes/judged-row.js'
import { pusherOf } from '../../features/pushes/pusher.js'
import { createRowJudge } from '../../features/pushes/row-judge.js'
import type { PushContext, ResolvedRow } from '../../features/pushes/row.js'
import { findNewestRevisions } from '../../features/pushes/store.js'
import { listActiveRules } from '../../features/pushes/evidence-queries.js'
import { insertOutcomes, judgePush, toProblem } from '../../features/pushes/quality.js'
import { countOutcomes, insertChunk, insertSubmission } from '../../features/pushes/receipts.js'
import { PLAN_RECORDED, recordAt } from '../recording.js'
import { assignmentRow, targetVersionRow } from '../rows.js'
import { loadBeginnings, loadEvents } from './events.js'
import type { DemoFigure } from './figure.js'
import { stableId } from './ids.js'
import { demoSeed } from './index.js'

const { client, reviewer } = demoSeed
const DAY_MS = 86_400_000
const EVERYTHING = [{ agency: null, withSubtree: false, indicator: null }]

/**
 * Once: where its client is, it was loaded before. What somebody entered in the meantime stands, and the demo's own is
 * left out there. `backdated`: each row is recorded when it would have been in the year that the demonstration tells.
 */
export async function loadDemo (
  tx: Transaction, { backdated, tell }: { backdated: boolean, tell: (what: string) => void }
): Promise<void> {
  const known = await tx.select({ id: clients.id }).from(clients).where(eq(clients.id, client.id))
  if (known.length > 0) return
  tell('Loading illustrative figures, judged as pushes are')
  const record = async (instant: string) => { if (backdated) await recordAt(tx, instant) }
  await record(PLAN_RECORDED)
  // what is put in here is the registry's own work (migrations/0030_walls.sql)
  await tx.execute(sql`select set_config('registry.own_work', 'on', true)`)
  await tx.insert(clients)
    .values([client, reviewer].map(({ id, name }) =>
      ({ id, name, scopes: [], state: 'suspended' as const }))).onConflictDoNothing()
  await tx.insert(dimensionMembers)
    .values(demoSeed.sectors.map((member, i) =>
      ({ ...member, dimensionCode: demoSeed.dimension, position: i + 1 }))).onConflictDoNothing()
  await tx.insert(targetVersions)
    .values(demoSeed.versions.map(version =>
      ({ ...targetVersionRow(version), reason: version.reason, clientId: client.id }))).onConflictDoNothing()
  await tx.insert(assignments).values(demoSeed.assignments.map(assignmentRow)).onConflictDoNothing()
  await loadBeginnings(tx)
  await loadFigures(tx, demoSeed.figures, record)
  await loadEvents(tx, record)
}

/** A figure and its place in the file, judged as the push would have judged it on the day it was observed. */
interface Judged { readonly row: DemoFigure, readonly outcome: JudgedRow, readonly own?: ResolvedRow | undefined }

type Record = (instant: string) => Promise<void>

/** A submission for each day on which figures were read off, and the reviews on the day after. */
async function loadFigures (tx: Transaction, figures: readonly DemoFigure[], record: Record): Promise<void> {
  const { context, judged } = await judge(tx, figures)
  for (const day of [...new Set(figures.map(({ observedAt }) => observedAt))].sort()) {
    await loadSubmission(tx, day, judged.filter(({ row }) => row.observedAt === day), context, record)
  }
}

async function loadSubmission (
  tx: Transaction, day: string, group: readonly Judged[], context: PushContext, record: Record
): Promise<void> {
  await record(day)
  group.forEach(({ outcome }, position) => { outcome.position = position })
  const rows = group.map(({ outcome }) => outcome)
  await heedRules(tx, rows, context)
  const submissionId = stableId(day, 'submission')
  const all = countOutcomes(rows)
  const { notWritten: _, ...counts } = all
  await insertSubmission(tx, { id: submissionId, clientId: client.id, mode: 'partial', state: 'completed', ...counts })
  await insertChunk(tx, submissionId, rows, all)

  const created = group.flatMap(({ row, own, outcome }) =>
    own === undefined ? [] : [{ row, own, outcome, id: outcome.measurementId! }])
  if (created.length === 0) return
  await tx.insert(measurements)
    .values(created.map(({ row, own: { key, indicator, agency, locked: _, ...own }, outcome, id }) => ({
      ...own, indicatorCode: indicator, agencyCode: agency, id, warnings: [...outcome.warnings], revision: 1,
      note: row.note ?? null, observedAt: row.observedAt,
      clientId: client.id, submissionId, provenance: 'illustrative' as const
    })))
  await insertOutcomes(tx, client.id, submissionId, rows.flatMap(row =>
    row.figure === undefined || row.found === undefined ? [] : [{ ...row, figure: row.figure, found: row.found }]))

  const reviewed = created.filter(({ row, own }) => own.initialState === 'submitted' && row.review !== 'pending')
  if (reviewed.length === 0) return
  await record(new Date(Date.parse(day) + DAY_MS).toISOString())
  await tx.insert(measurementEvents).values(reviewed.map(({ row: { review }, own, id }) => ({
    indicatorCode: own.indicator, measurementId: id, revision: 1, sequence: 1, clientId: reviewer.id,
    ...typeof review === 'object'
      ? { kind: 'returned' as const, comment: review.returned }
      : { kind: 'accepted' as const }
  })))
}

/** What the quality rules of the demonstration say of the figures: they warn, of figures that await review anyway. */
async function heedRules (tx: Transaction, rows: readonly JudgedRow[], context: PushContext): Promise<void> {
  const pushed = rows.flatMap(row => row.outcome === 'created' ? [{ row, figure: row.figure!, counts: true }] : [])
  const rules = await listActiveRules(tx, pushed.map(({ figure }) => figure.indicator))
  const found = await judgePush(tx, rules, pushed, context, pusherOf(tx, client.id, context))
  for (const { row, figure } of pushed) {
    const said = found.get(figure.key)
    if (said === undefined) continue
    row.found = said
    row.warnings = [...row.warnings, ...said.map(finding => toProblem(finding, figure))]
  }
}

/**
 * A figure that somebody reported already stands; one that the registry would refuse, say of an indicator changed
 * since, is refused.
 */
async function judge (
  tx: Queryable, figures: readonly DemoFigure[]
): Promise<{ context: PushContext, judged: Judged[] }> {
  const { facts } = await createCatalogue().hold(tx, figures.map(({ indicator }) => indicator), true)
  const context = contextOf(await facts(figures), EVERYTHING)
  const resolved = resolveFigures(figures, context)
  const stored = await findNewestRevisions(tx, resolved.flatMap(({ resolved }) => resolved ?? []))
  const judged = figures.map((row, position): Judged => {
    const { problems, resolved: own } = resolved[position]!
    const named: JudgedRow = {
      position, line: undefined, row, outcome: 'rejected', figure: own, measurementId: undefined, revision: undefined,
      replaces: undefined, withdrawal: undefined, initialState: own?.initialState, problems,
      warnings: own?.warnings ?? [], found: undefined
    }
    if (own === undefined) return { row, outcome: named }
    const previous = stored.get(own.key)
    if (previous === undefined) {
      return {
        row, own,
        outcome: { ...named, outcome: 'created', measurementId: stableId(row.observedAt, own.key), revision: 1 }
      }
    }
    return { row, outcome: { ...named, outcome: 'unchanged', measurementId: previous.id, revision: previous.revision } }
  })
  return { context, judged }
}

export function resolveFigures (
  figures: readonly DemoFigure[], context: PushContext
): ReturnType<ReturnType<typeof createRowJudge>>[] {
  return figures.map(row => createRowJudge({ ...context, now: row.observedAt })(row))
}
