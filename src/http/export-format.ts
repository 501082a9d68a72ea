import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Type, type TSchema } from 'typebox'
import { VERSION } from './version.js'
import { cellOf, type Column } from './columns.js'
import { entityTag } from './conditional.js'
import { CSV_TYPE, FORMATS, JSON_TYPE, NDJSON_TYPE, SDMX_CSV_TYPE, XLSX_TYPE } from './negotiation.js'
import { badRequest, parameterError } from './problem.js'
import { oneOf } from './schema.js'
import type { Delimiter } from './stream/csv-records.js'
import { csvRecord } from './stream/csv-write.js'

/** What `config.produces` is of whatever can be exported. */
export const EXPORT_TYPES = [JSON_TYPE, CSV_TYPE, NDJSON_TYPE, XLSX_TYPE] as const

export const exportQuery = {
  format: Type.Optional(oneOf(['json', 'csv', 'ndjson', 'xlsx'], {
    description: 'Định dạng của phản hồi, thay cho tiêu đề Accept và được ưu tiên hơn: để một liên kết mở được ngay ' +
      'trong bảng tính. ' +
      'csv, ndjson và xlsx luôn là toàn bộ kết quả lọc, không kèm limit, cursor, count, sort. / ' +
      'The form of the answer, in place of the Accept header and before it: a link that opens in a spreadsheet. csv, ' +
      'ndjson and xlsx are always the whole filtered result, without limit, cursor, count, sort.'
  })),
  bom: Type.Optional(Type.Boolean({
    description: 'Chỉ cho CSV; true: có dấu BOM ở đầu, để bảng tính nhận ra UTF-8. / For CSV alone; true: begins ' +
      'with a byte order mark, by which spreadsheets know UTF-8.'
  })),
  delimiter: Type.Optional(oneOf([',', ';'], {
    description: 'Chỉ cho CSV; mặc định “,”. / For CSV alone; "," when absent.'
  })),
  decimalComma: Type.Optional(Type.Boolean({
    description: 'Chỉ cho CSV; true: số liệu viết 82,50 thay cho 82.50, như khi gửi lên với cùng tham số. / ' +
      'For CSV alone; true: figures are written 82,50 and not 82.50, as in a push with the same parameter.'
  }))
}

/** The same of measurements, which alone have a structure that SDMX knows. */
export const SDMX_EXPORT_TYPES = [...EXPORT_TYPES, SDMX_CSV_TYPE] as const
export const sdmxExportQuery = {
  ...exportQuery,
  format: Type.Optional(oneOf(Object.keys(FORMATS) as (keyof typeof FORMATS)[], {
    description: 'Định dạng của phản hồi, thay cho tiêu đề Accept và được ưu tiên hơn: để một liên kết mở được ngay ' +
      'trong bảng tính. ' +
      'csv, ndjson, xlsx và sdmx-csv (SDMX-CSV 2.0) luôn là toàn bộ kết quả lọc, không kèm limit, cursor, count, ' +
      'sort. / ' +
      'The form of the answer, in place of the Accept header and before it: a link that opens in a spreadsheet. csv, ' +
      'ndjson, xlsx and sdmx-csv (SDMX-CSV 2.0) are always the whole filtered result, without limit, cursor, count, ' +
      'sort.'
  }))
}

export type CsvFormat = { type: 'csv', bom: boolean, delimiter: Delimiter, decimalComma: boolean }
/** `address`: where it was asked for, which the workbook names as its source. */
export type WorkbookFormat = { type: 'xlsx', address: string }
export type ExportFormat = CsvFormat | { type: 'ndjson' } | { type: 'sdmx-csv' } | WorkbookFormat

const PAGING = ['limit', 'cursor', 'count', 'sort'] as const

/** The form of the export that is asked for; undefined where it is JSON. What goes with the other of both is 400. */
export function exportFormat (
  request: Pick<FastifyRequest, 'query' | 'responseType' | 'url' | 'server'>
): ExportFormat | undefined {
  const { responseType: type } = request
  const query = request.query as Record<string, unknown> & {
    bom?: boolean
    delimiter?: Delimiter
    decimalComma?: boolean
  }
  const faults = [
    ...type === JSON_TYPE
      ? []
      : PAGING.filter(name => query[name] !== undefined).map(name => parameterError(name, 'json_only',
        `Tham số này chỉ đi cùng ${JSON_TYPE}: bản xuất ${type} luôn là toàn bộ kết quả, theo một thứ tự cố định.`,
        `This parameter goes with ${JSON_TYPE} alone: an export as ${type} is always the whole result, in one order.`)),
    ...type === CSV_TYPE
      ? []
      : ([
          'bom', 'delimiter', 'decimalComma'
        ] as const).filter(name => query[name] !== undefined).map(name => parameterError(name, 'csv_only',
          'Tham số này chỉ đi cùng format=csv hoặc Accept: text/csv.',
          'This parameter goes with format=csv or Accept: text/csv alone.'))
  ]
  if (faults.length > 0) throw badRequest(faults)
  if (type === CSV_TYPE) {
    return {
      type: 'csv', bom: query.bom ?? false, delimiter: query.delimiter ?? ',', decimalComma: query.decimalComma ?? false
    }
  }
  if (type === XLSX_TYPE) return { type: 'xlsx', address: `${request.server.paging.publicUrl}${request.url}` }
  if (type === SDMX_CSV_TYPE) return { type: 'sdmx-csv' }
  return type === NDJSON_TYPE ? { type: 'ndjson' } : undefined
}

/** The query without what says how the answer is written. */
export function filtersOf (query: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !Object.hasOwn(exportQuery, name)))
}

/**
 * The bytes of a workbook. OpenAPI 3.1 knows them by their media type; generators of clients by the format, and without
 * a type they would know nothing of the other forms of the same body either.
 */
export const XLSX_SCHEMA = { type: 'string', format: 'binary', contentMediaType: XLSX_TYPE } as const

/**
 * What an export says in each form, in the document. The columns of a CSV and its example are those that are written.
 */
export function exportContent<Row> (
  json: TSchema, { columns, row, line = row as object }: { columns: readonly Column<Row>[], row: Row, line?: object }
) {
  return {
    [JSON_TYPE]: { schema: json },
    [CSV_TYPE]: csvContent('CSV (RFC 4180)', columns, row),
    [NDJSON_TYPE]: {
      schema: { type: 'string', description: 'Mỗi dòng một đối tượng JSON. / A JSON object a line.' },
      example: `${JSON.stringify(line)}\n`
    },
    [XLSX_TYPE]: {
      schema: {
        ...XLSX_SCHEMA,
        description: 'Sổ làm việc Excel: trang dữ liệu với các cột của CSV, trang giải thích các cột, trang nguồn. / ' +
          'An Excel workbook: a sheet of data with the columns of the CSV, one that explains them, and one on its ' +
          'source.'
      }
    }
  }
}

/** Of a CSV, with the columns that it has. `what`: which kind of it. */
export function csvContent<Row> (what: string, columns: readonly Column<Row>[], row: Row) {
  const names = columns.map(({ name }) => name)
  const listed = names.join(', ')
  return {
    schema: {
      type: 'string',
      description: `${what}: UTF-8, có dòng tiêu đề, dòng kết thúc bằng CRLF. Các cột: ${listed}. / ` +
        `${what}: UTF-8, with a header, lines end in CRLF. The columns: ${listed}.`
    },
    example: csvRecord(names, ',') + csvRecord(columns.map(one => cellOf(one, row)), ',')
  }
}

/** Strong: of all that makes the bytes what they are. */
export function exportTag (...parts: unknown[]): string {
  return tagOf(createHash('sha256').update(JSON.stringify([VERSION, ...parts])))
}

const HASHED_AT_ONCE = 500

/** The same of many rows, between which others get their turn. */
export async function rowsTag (rows: readonly unknown[], ...parts: unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, ...parts]))
  for (let from = 0; from < rows.length; from += HASHED_AT_ONCE) {
    hash.update(JSON.stringify(rows.slice(from, from + HASHED_AT_ONCE)))
    await new Promise(resolve => { setImmediate(resolve) })
  }
  return tagOf(hash)
}

function tagOf (hash: ReturnType<typeof createHash>): string {
  return entityTag(hash.digest('base64url').slice(0, 22))
}

/** Where the same can be read again: the address, with the day and the instant that it was answered for. */
export function addressAsOf (address: string, pins: Readonly<Record<string, string | undefined>>): string {
  const [path, search] = address.split('?')
  const query = new URLSearchParams(search)
  for (const [name, value] of Object.entries(pins)) if (value !== undefined) query.set(name, value)
  return `${path}?${query}`
}
