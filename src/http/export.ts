import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { Type, type TSchema } from 'typebox'
import { matchesNone } from './conditional.js'
import { CSV_TYPE, JSON_TYPE, NDJSON_TYPE } from './negotiation.js'
import { Problem, badRequest, parameterError } from './problem.js'
import { oneOf } from './schema.js'
import type { Delimiter } from './stream/csv-records.js'
import { csvRecord } from './stream/csv-write.js'
import { OutflowStream, Stalled } from './stream/outflow.js'

/** What `config.produces` is of a list that can be exported. */
export const EXPORT_TYPES = [JSON_TYPE, CSV_TYPE, NDJSON_TYPE] as const

export const exportQuery = {
  bom: Type.Optional(Type.Boolean({ description: 'Chỉ cho CSV; true: có dấu BOM ở đầu, để bảng tính nhận ra UTF-8. / For CSV alone; true: begins with a byte order mark, by which spreadsheets know UTF-8.' })),
  delimiter: Type.Optional(oneOf([',', ';'], {
    description: 'Chỉ cho CSV; mặc định “,”. / For CSV alone; "," when absent.'
  })),
  decimalComma: Type.Optional(Type.Boolean({
    description: 'Chỉ cho CSV; true: số liệu viết 82,50 thay cho 82.50, như khi gửi lên với cùng tham số. / ' +
      'For CSV alone; true: figures are written 82,50 and not 82.50, as in a push with the same parameter.'
  }))
}

export type ExportFormat = {
  type: 'csv'
  bom: boolean
  delimiter: Delimiter
  decimalComma: boolean
} | { type: 'ndjson' }

const PAGING = ['limit', 'cursor', 'count', 'sort'] as const

/** The form of the export that is asked for; undefined where it is a page of JSON. What goes with the other of both is 400. */
export function exportFormat (request: Pick<FastifyRequest, 'query' | 'responseType'>): ExportFormat | undefined {
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
          'Tham số này chỉ đi cùng Accept: text/csv.', 'This parameter goes with Accept: text/csv alone.'))
  ]
  if (faults.length > 0) throw badRequest(faults)
  if (type === CSV_TYPE) {
    return {
      type: 'csv', bom: query.bom ?? false, delimiter: query.delimiter ?? ',', decimalComma: query.decimalComma ?? false
    }
  }
  return type === NDJSON_TYPE ? { type: 'ndjson' } : undefined
}

/** What an export says beyond its rows, in the document. `ndjson`: a line of it. */
export function exportContent (list: TSchema, { csv, ndjson }: { csv: string, ndjson: object }) {
  return {
    [JSON_TYPE]: { schema: list },
    [CSV_TYPE]: {
      schema: { type: 'string', description: 'CSV (RFC 4180): UTF-8, có dòng tiêu đề, dòng kết thúc bằng CRLF. / CSV (RFC 4180): UTF-8, with a header, lines end in CRLF.' },
      example: csv
    },
    [NDJSON_TYPE]: {
      schema: { type: 'string', description: 'Mỗi dòng một đối tượng JSON. / A JSON object a line.' },
      example: `${JSON.stringify(ndjson)}\n`
    }
  }
}

export interface Export<Row = unknown> {
  /** Of the file, without its ending. */
  name: string
  /** Strong: the same tag, the same bytes. */
  etag: string
  headers?: Record<string, string>
  columns: readonly string[]
  /** Names of columns whose cells are decimals, with a point. */
  decimals?: readonly string[]
  /** In the order of the columns. */
  cells (row: Row): readonly (string | number | boolean | null | undefined)[]
  object (row: Row): object
  /** Read when there is room for more. */
  batches: AsyncIterator<readonly Row[]>
}

/** Where an export is read from: a transaction that its end gives back. */
export interface Source {
  /** `cause`: why, where it is given up half-way. */
  release (cause?: unknown): Promise<void>
}

const PIECE = 64 * 1024

/** Each holds a connection of the database for as long as its client reads: some must be left for everybody else. */
export class Exports {
  #running = 0

  constructor (readonly limits: { stallMs: number, atOnce: number }) {}

  get running (): number { return this.#running }

  /** `open` and `prepare` may throw a problem; once there is an answer, whatever fails ends the connection. */
  async send<S extends Source, Row> (
    request: FastifyRequest, reply: FastifyReply, format: ExportFormat, open: () => Promise<S>, prepare: (source: S) => Promise<Export<Row>>
  ): Promise<void> {
    const { atOnce, stallMs } = this.limits
    if (this.#running >= atOnce) throw tooMany(atOnce)
    this.#running++
    let source: S | undefined
    let ended = false
    const end = async (cause?: unknown) => {
      if (ended) return
      ended = true
      this.#running--
      reply.raw.off('close', leave)
      await source?.release(cause)
    }
    const leave = () => { end(gone()).catch((error: unknown) => { request.log.warn({ err: error }, 'an export was not given up') }) }
    // while the first rows are still being looked for; afterwards the stream knows
    reply.raw.on('close', leave)

    try {
      source = await open()
      if (ended) {
        await source.release()
        throw gone()
      }
      const found = await prepare(source)
      reply.headers({ ...found.headers, etag: found.etag })
      if (matchesNone(request.headers['if-none-match'], found.etag)) {
        await end()
        reply.code(304).send()
        return
      }
      reply.headers(format.type === 'csv'
        ? { 'content-type': `${CSV_TYPE}; charset=utf-8; header=present`, 'content-disposition': `attachment; filename="${found.name}.csv"` }
        : { 'content-type': NDJSON_TYPE, 'content-disposition': `attachment; filename="${found.name}.ndjson"` })
      if (request.method === 'HEAD') {
        await end()
        reply.send(Readable.from([]))
        return
      }
      const counted = { rows: 0 }
      const pieces = piecesOf(found, format, counted)
      const first = await pieces.next()
      if (ended) throw gone()
      reply.raw.off('close', leave)
      const close = async ({ busy, error }: { busy: boolean, error: Error | undefined }) => {
        if (error !== undefined) cutOff(request, error, counted.rows)
        await end(busy ? gone() : error)
      }
      reply.send(new OutflowStream({ pieces, first, stallMs, close }))
    } catch (error) {
      await end(error)
      throw error
    }
  }
}

function csvLine<Row> (
  { columns, decimals = [], cells }: Export<Row>, { delimiter, decimalComma }: ExportFormat & { type: 'csv' }
): (row: Row) => string {
  if (!decimalComma) return row => csvRecord(cells(row), delimiter)
  const places = decimals.map(name => columns.indexOf(name))
  return row => {
    const written = [...cells(row)]
    for (const place of places) {
      if (typeof written[place] === 'string') {
        written[place] = written[place].replace('.', ',')
      }
    }
    return csvRecord(written, delimiter)
  }
}

async function * piecesOf<Row> (
  found: Export<Row>, format: ExportFormat, counted: { rows: number }
): AsyncGenerator<string, undefined> {
  const { columns, object, batches } = found
  const line = format.type === 'csv' ? csvLine(found, format) : (row: Row) => `${JSON.stringify(object(row))}\n`
  let text = format.type === 'csv' ? `${format.bom ? '\ufeff' : ''}${csvRecord(columns, format.delimiter)}` : ''
  for (let batch = await batches.next(); batch.done !== true; batch = await batches.next()) {
    for (const row of batch.value) {
      text += line(row)
      counted.rows++
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

/** The client must see that this is not all: a reset, for in HTTP/1.0 (as proxies speak it) an ordinary end would be the end of the file. */
function cutOff (request: FastifyRequest, error: Error, rows: number): void {
  request.log[error instanceof Stalled ? 'warn' : 'error']({ err: error, rows }, 'an export was cut off')
  const { socket } = request.raw
  // what `inject` has for a socket knows no reset
  if (typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy()
}

/** In the words of a lost connection: whoever holds one gives it up without asking it anything more. */
const gone = () => Object.assign(new Error('the client went away'), { code: 'ECONNRESET' })

function tooMany (atOnce: number): Problem {
  return new Problem('unavailable', {
    detail: {
      vi: `Đang có ${atOnce} bản xuất được đọc, không nhận thêm; hãy thử lại.`,
      en: `${atOnce} exports are being read, which is as many as there may be at a time; try again.`
    },
    headers: { 'retry-after': '10' }
  })
}
