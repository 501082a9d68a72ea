import { eq } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import type { Queryable } from '../../db/client.js'
import { assignments, clients, dimensionMembers, measurementEvents, measurements, targetVersions } from '../../db/schema/index.js'
import { contextOf } from '../../features/measurements/context.js'
import { createCatalogue } from '../../features/measurements/facts.js'
import type { JudgedRow } from '../../features/measurements/judge.js'
import { createRowJudge } from '../../features/measurements/row-judge.js'
import type { PushContext, ResolvedRow } from '../../features/measurements/row.js'
import { findNewestRevisions } from '../../features/measurements/store.js'
import { countOutcomes, insertChunk, insertSubmission } from '../../features/submissions/store.js'
import { assignmentRow, targetVersionRow } from '../rows.js'
import type { DemoFigure } from './figure.js'
import { demoSeed } from './index.js'

const { client, reviewer } = demoSeed
const EVERYTHING = [{ agency: null, withSubtree: false, indicator: null }]

/** Once: where its client is, it was loaded before. What somebody entered in the meantime stands, and the demo's own is left out there. */
export async function loadDemo (tx: Queryable, tell: (what: string) => void): Promise<void> {
  const known = await tx.select({ id: clients.id }).from(clients).where(eq(clients.id, client.id))
  if (known.length > 0) return
  tell('Loading illustrative figures, judged as pushes are')
  await tx.insert(clients).values([client, reviewer].map(({ id, name }) => ({ id, name, scopes: [], state: 'suspended' as const }))).onConflictDoNothing()
  await tx.insert(dimensionMembers).values(demoSeed.sectors.map((member, i) => ({ ...member, dimensionCode: demoSeed.dimension, position: i + 1 }))).onConflictDoNothing()
  await tx.insert(targetVersions).values(demoSeed.versions.map(version => ({ ...targetVersionRow(version), reason: version.reason, clientId: client.id }))).onConflictDoNothing()
  await tx.insert(assignments).values(demoSeed.assignments.map(assignmentRow)).onConflictDoNothing()
  await loadFigures(tx, demoSeed.figures)
}

/** A figure and its place in the file, judged as the push would have judged it on the day it was observed. */
interface Judged { readonly row: DemoFigure, readonly outcome: JudgedRow, readonly own?: ResolvedRow | undefined }

async function loadFigures (tx: Queryable, figures: readonly DemoFigure[]): Promise<void> {
  const judged = await judge(tx, figures)
  const submissionId = uuid()
  const rows = judged.map(({ outcome }) => outcome)
  const all = countOutcomes(rows)
  const { notWritten: _, ...counts } = all
  await insertSubmission(tx, { id: submissionId, clientId: client.id, mode: 'partial', state: 'completed', ...counts })
  await insertChunk(tx, submissionId, rows, all)

  const created = judged.flatMap(({ row, own, outcome }) => own === undefined ? [] : [{ row, own, id: outcome.measurementId! }])
  if (created.length === 0) return
  await tx.insert(measurements).values(created.map(({ row, own: { key, indicator, agency, locked: _, warnings, ...own }, id }) => ({
    ...own, indicatorCode: indicator, agencyCode: agency, id, warnings: [...warnings], revision: 1, note: row.note ?? null, observedAt: row.observedAt,
    clientId: client.id, submissionId, provenance: 'illustrative' as const
  })))
  const reviewed = created.filter(({ row, own }) => own.initialState === 'submitted' && row.review !== 'pending')
  if (reviewed.length === 0) return
  await tx.insert(measurementEvents).values(reviewed.map(({ row: { review }, own, id }) => ({
    indicatorCode: own.indicator, measurementId: id, revision: 1, sequence: 1, clientId: reviewer.id,
    ...typeof review === 'object' ? { kind: 'returned' as const, comment: review.returned } : { kind: 'accepted' as const }
  })))
}

/** A figure that somebody reported already stands; one that the registry would refuse, say of an indicator changed since, is refused. */
async function judge (tx: Queryable, figures: readonly DemoFigure[]): Promise<Judged[]> {
  const { facts } = await createCatalogue().hold(tx, figures.map(({ indicator }) => indicator), true)
  const context = contextOf(await facts(figures), EVERYTHING)
  const resolved = resolveFigures(figures, context)
  const stored = await findNewestRevisions(tx, resolved.flatMap(({ resolved }) => resolved ?? []))
  return figures.map((row, position): Judged => {
    const { problems, resolved: own } = resolved[position]!
    const named: JudgedRow = { position, line: undefined, row, outcome: 'rejected', figure: own, measurementId: undefined, revision: undefined, replaces: undefined, withdrawal: undefined, initialState: own?.initialState, problems, warnings: own?.warnings ?? [], found: undefined }
    if (own === undefined) return { row, outcome: named }
    const previous = stored.get(own.key)
    if (previous === undefined) return { row, own, outcome: { ...named, outcome: 'created', measurementId: uuid(), revision: 1 } }
    return { row, outcome: { ...named, outcome: 'unchanged', measurementId: previous.id, revision: previous.revision } }
  })
}

export function resolveFigures (figures: readonly DemoFigure[], context: PushContext): ReturnType<ReturnType<typeof createRowJudge>>[] {
  return figures.map(row => createRowJudge({ ...context, now: row.observedAt })(row))
}
