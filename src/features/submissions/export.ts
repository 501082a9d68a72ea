import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { waitForReader } from '../../db/batches.js'
import { SNAPSHOT } from '../../db/moment.js'
import { holdTransaction } from '../../db/unit.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { Export, ExportFormat } from '../../http/export.js'
import type { Language } from '../../http/language.js'
import { guard } from '../../http/stream/csv.js'
import { exportTag } from '../measurements/export.js'
import { presentProblems } from '../measurements/present.js'
import type { RowCode, RowWarningCode } from '../measurements/row-codes.js'
import { presentSubmissionRow } from './present.js'
import { countChunks, readRows, type RowFilters, type RowOutcome } from './queries.js'

/** `too_many_decimals /value: …`, all of a row in one line. */
function inOneLine (problems: readonly StoredProblem[], language: Language): string {
  return guard(presentProblems<RowCode | RowWarningCode>(problems, language).map(({ code, pointer, detail }) =>
    `${pointer === '' ? code : `${code} ${pointer}`}: ${detail}`.replace(/\s+/g, ' ')).join(' | '))
}

function columnsOf (language: Language): Record<string, (row: RowOutcome) => string | number | null | undefined> {
  return {
    position: row => row.position,
    line: row => row.line,
    itemId: row => row.row.itemId === undefined ? undefined : guard(row.row.itemId),
    outcome: row => row.outcome,
    indicator: row => guard(row.row.indicator),
    agency: row => guard(row.row.agency),
    period: row => guard(row.row.period),
    measurementId: row => row.measurementId,
    revision: row => row.revision,
    problems: row => inOneLine(row.problems, language),
    warnings: row => inOneLine(row.warnings, language),
    action: row => row.row.action
  }
}

/** What became of all rows that are asked for, as far as the push had come when the reading began. */
export async function sendRows (app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, format: ExportFormat, id: string, filters: RowFilters): Promise<void> {
  const { language } = request
  const open = async () => {
    const held = await holdTransaction(app.pool, SNAPSHOT)
    return { db: held.db, release: held.rollback }
  }
  await app.exports.send(request, reply, format, open, async ({ db }): Promise<Export<RowOutcome>> => {
    await waitForReader(db)
    const columns = columnsOf(language)
    const read = Object.values(columns)
    return {
      name: `submission-${id}`,
      etag: exportTag(format, id, filters, language, await countChunks(db, id)),
      headers: { 'content-language': language },
      columns: Object.keys(columns),
      cells: row => read.map(cell => cell(row)),
      object: row => presentSubmissionRow(row, language),
      batches: readRows(db, id, filters)
    }
  })
}
