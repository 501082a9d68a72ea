import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HeldTransaction } from '../../ledger/unit.js'
import type { Export } from '../../http/export.js'
import { exportTag, type ExportFormat } from '../../http/export-format.js'
import { listRules } from '../../world/calendars.js'
import { listDimensionCodes } from '../dimensions/queries.js'
import { holdMoment } from '../moment.js'
import { loadNames } from '../names.js'
import type { Sight } from '../../world/sight.js'
import { lastKnown } from '../../world/figures.js'
import { columnsOf, toLine } from './export-columns.js'
import { sdmxColumns } from './sdmx-columns.js'
import { isMoreThan, readMeasurements } from './queries.js'
import { type MeasurementFilters, findLastChange, type MeasurementRow } from '../../world/measurements.js'

export interface Asked {
  asOf: string | undefined
  sight: Sight
  /** What the request names, known to exist at the instant. Throws a problem. */
  filters (db: HeldTransaction['db'], at: string): Promise<MeasurementFilters>
}

/** All figures that are asked for as they were known at one instant, in one snapshot. */
export async function sendMeasurements (
  app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, format: ExportFormat, asked: Asked
): Promise<void> {
  const open = async () => {
    const { held, at } = await holdMoment(app.pool, asked.asOf)
    return { db: held.db, at, release: held.rollback }
  }
  await app.exports.send(request, reply, format, open, async ({ db, at }): Promise<Export<MeasurementRow>> => {
    const filters = await asked.filters(db, at)
    // a workbook has names too, and SDMX-CSV units and windows, which change on their own
    const isNamed = format.type === 'xlsx' || format.type === 'sdmx-csv'
    const [names, named] = isNamed ? [await loadNames(db, at), await lastKnown(db, at)] : [undefined, '']
    const dimensions = await listDimensionCodes(db, at)
    const columns = format.type === 'sdmx-csv'
      ? sdmxColumns(dimensions, names!.indicator, await listRules(db, at))
      : columnsOf(dimensions, names)
    const { sight } = asked
    const last = await findLastChange(db, filters, sight, at)
    const { knownAt = '' } = last
    return {
      name: 'measurements',
      title: { vi: 'Số liệu', en: 'Measurements' },
      at,
      knownAt: knownAt > named ? knownAt : named,
      etag: exportTag(format, columns.map(({ name }) => name), filters, sight.key, last, named),
      ...sight.reach === undefined ? {} : { isOwn: ({ own }) => own === true },
      columns,
      object: toLine,
      isIllustrative: row => row.provenance === 'illustrative',
      isMoreThan: most => isMoreThan(db, filters, sight, at, most),
      batches: readMeasurements(db, filters, sight, at)
    }
  })
}
