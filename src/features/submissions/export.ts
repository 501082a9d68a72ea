import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { holdReader } from '../../ledger/reader.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { column, type Column } from '../../http/columns.js'
import type { Export } from '../../http/export.js'
import { exportTag, type ExportFormat } from '../../http/export-format.js'
import { presentProblems } from '../measurements/present.js'
import type { RowCode, RowWarningCode } from '../pushes/row-codes.js'
import { presentSubmissionRow } from './present.js'
import { countChunks, countRows, readRows, type RowFilters, type RowOutcome } from '../pushes/row-outcomes.js'
import type { Language } from '../../domain/text.js'

/** `too_many_decimals /value: …`, all of a row in one line. */
function inOneLine (problems: readonly StoredProblem[], language: Language): string {
  return presentProblems<RowCode | RowWarningCode>(problems, language).map(({ code, pointer, detail }) =>
    `${pointer === '' ? code : `${code} ${pointer}`}: ${detail}`.replace(/\s+/g, ' ')).join(' | ')
}

export function columnsOf (language: Language): Column<RowOutcome>[] {
  return [
    column('position', 'integer', 'Thứ tự trong lần gửi, từ 0', 'Place in the push, from 0'),
    column('line', 'integer', 'Dòng trong tệp đã gửi', 'Line of the file that was sent'),
    column('itemId', 'text', 'Mã dòng của bên gửi', 'The pusher\'s own id of the row', { of: ({ row }) => row.itemId }),
    column('outcome', 'code', 'Kết quả', 'The outcome'),
    column('indicator', 'text', 'Chỉ tiêu, như đã gửi', 'The indicator, as it was sent', {
      of: ({ row }) => row.indicator
    }),
    column('agency', 'text', 'Cơ quan, như đã gửi', 'The agency, as it was sent', { of: ({ row }) => row.agency }),
    column('period', 'text', 'Kỳ, như đã gửi', 'The period, as it was sent', {
      of: ({ row }) => row.period, width: 12
    }),
    column('measurementId', 'code', 'Định danh của số liệu', 'Id of the measurement', { width: 38 }),
    column('revision', 'integer', 'Lần sửa', 'Revision'),
    column(
      'problems', 'text', 'Các lỗi: mã, vị trí, thế nào là đúng', 'The problems: code, pointer, what would be right',
      { of: ({ problems }) => inOneLine(problems, language), width: 80 }
    ),
    column('warnings', 'text', 'Các cảnh báo', 'The warnings', {
      of: ({ warnings }) => inOneLine(warnings, language), width: 60
    }),
    column(
      'action', 'code', 'withdraw: dòng rút số liệu', 'withdraw: the row withdraws its figure',
      { of: ({ row }) => row.action }
    )
  ]
}

/** For the document. */
export const REJECTED_EXAMPLE: RowOutcome = {
  position: 6,
  line: 8,
  row: { itemId: 'bc-2025-q3-0007', indicator: 'XHS-07', agency: 'UBND-PHAN-THIET', period: '2025-Q3' },
  outcome: 'rejected',
  problems: [{
    pointer: '/reason',
    code: 'reason_required',
    detail: {
      vi: 'Số liệu đã được chấp nhận chỉ sửa được khi có “reason”.',
      en: 'A figure that was accepted is changed only with a `reason`.'
    }
  }],
  warnings: []
}

/** What became of all rows that are asked for, as far as the push had come when the reading began. */
export async function sendRows (
  app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, format: ExportFormat,
  { id, reader, filters }: { id: string, reader: string, filters: RowFilters }
): Promise<void> {
  const { language } = request
  const open = async () => {
    const held = await holdReader(app.pool, reader)
    return { db: held.db, release: held.rollback }
  }
  await app.exports.send(request, reply, format, open, async ({ db }): Promise<Export<RowOutcome>> => {
    return {
      name: `submission-${id}`,
      title: { vi: 'Kết quả gửi', en: 'Outcome' },
      etag: exportTag(format, id, filters, language, await countChunks(db, id)),
      headers: { 'content-language': language },
      columns: columnsOf(language),
      object: row => presentSubmissionRow(row, language),
      isMoreThan: async most => await countRows(db, id, filters) > most,
      batches: readRows(db, id, filters)
    }
  })
}
