import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { waitForReader } from '../../db/batches.js'
import type { HeldTransaction } from '../../db/unit.js'
import { entityTag } from '../../http/conditional.js'
import type { Export, ExportFormat } from '../../http/export.js'
import { guard } from '../../http/stream/csv.js'
import { VERSION } from '../../version.js'
import { listDimensionCodes } from '../dimensions/queries.js'
import { holdMoment } from '../moment.js'
import { presentValue } from './figure.js'
import { optional } from './present.js'
import { findLastChange, readMeasurements, type MeasurementFilters, type MeasurementRow } from './queries.js'
import { figureOf } from './store.js'

const text = (value: string | null) => value === null ? null : guard(value)
const codesOf = (row: MeasurementRow) => row.warnings.map(({ code }) => code)

/**
 * A column for every field of a push, and what a push passes over. The reason of a revision has another name than in a
 * push: whoever changes a figure in a spreadsheet must not repeat the reason of the change before it.
 */
function columnsOf (dimensions: readonly string[]): Record<string, (row: MeasurementRow) => string | number | boolean | null> {
  return {
    id: row => row.id,
    indicator: row => row.indicator,
    agency: row => row.agency,
    period: row => row.period,
    ...Object.fromEntries(dimensions.map(code => [`breakdown.${code}`, (row: MeasurementRow) => text(row.breakdown[code] ?? null)])),
    value: row => presentValue(figureOf(row.value, row.numerator, row.denominator)),
    numerator: row => row.numerator,
    denominator: row => row.denominator,
    quality: row => row.quality,
    note: row => text(row.note),
    evidence: row => text(row.evidence),
    observedAt: row => row.observedAt,
    state: row => row.state,
    revision: row => row.revision,
    revisionReason: row => text(row.reason),
    late: row => row.late,
    client: row => text(row.client),
    submission: row => row.submission,
    externalId: row => text(row.externalId),
    recordedAt: row => row.recordedAt,
    warnings: row => codesOf(row).join(' '),
    provenance: row => row.provenance
  }
}

/** The same fields; what is not there is left out. */
function toLine (row: MeasurementRow): object {
  const figure = figureOf(row.value, row.numerator, row.denominator)
  return {
    id: row.id,
    indicator: row.indicator,
    agency: row.agency,
    period: row.period,
    breakdown: row.breakdown,
    ...optional('value', presentValue(figure)),
    ...optional('numerator', row.numerator),
    ...optional('denominator', row.denominator),
    quality: row.quality,
    ...optional('note', row.note),
    ...optional('evidence', row.evidence),
    ...optional('observedAt', row.observedAt),
    state: row.state,
    revision: row.revision,
    ...optional('revisionReason', row.reason),
    late: row.late,
    client: row.client,
    submission: row.submission,
    ...optional('externalId', row.externalId),
    recordedAt: row.recordedAt,
    warnings: codesOf(row),
    provenance: row.provenance
  }
}

/** Of what makes the bytes what they are. */
export function exportTag (...parts: unknown[]): string {
  return entityTag(createHash('sha256').update(JSON.stringify([VERSION, ...parts])).digest('base64url').slice(0, 22))
}

export interface Asked {
  asOf: string | undefined
  /** What the request names, known to exist at the instant. Throws a problem. */
  filters (db: HeldTransaction['db'], at: string): Promise<MeasurementFilters>
}

/** All figures that are asked for as they were known at one instant, in one snapshot. */
export async function sendMeasurements (app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, format: ExportFormat, asked: Asked): Promise<void> {
  const open = async () => {
    const { held, at } = await holdMoment(app.pool, asked.asOf)
    return { db: held.db, at, release: held.rollback }
  }
  await app.exports.send(request, reply, format, open, async ({ db, at }): Promise<Export<MeasurementRow>> => {
    await waitForReader(db)
    const filters = await asked.filters(db, at)
    const columns = columnsOf(await listDimensionCodes(db, at))
    const read = Object.values(columns)
    return {
      name: 'measurements',
      etag: exportTag(format, Object.keys(columns), filters, await findLastChange(db, filters, at)),
      headers: { 'content-location': addressOf(app.paging.publicUrl, request, at) },
      columns: Object.keys(columns),
      decimals: ['value', 'numerator', 'denominator'],
      cells: row => read.map(cell => cell(row)),
      object: toLine,
      batches: readMeasurements(db, filters, at)
    }
  })
}

/** Where the same can be read again. */
function addressOf (publicUrl: string, request: FastifyRequest, at: string): string {
  const query = { ...request.query as Record<string, unknown>, asOf: at }
  return `${publicUrl}${request.url.split('?')[0]}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))}`
}
