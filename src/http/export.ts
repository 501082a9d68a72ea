import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { cellOf, type Column } from './columns.js'
import { matchesNone } from './conditional.js'
import { addressAsOf, filtersOf, rowsTag, type CsvFormat, type ExportFormat, type WorkbookFormat } from './export-format.js'
import type { LocalText } from './language.js'
import { CSV_TYPE, NDJSON_TYPE, SDMX_CSV_TYPE, XLSX_TYPE } from './negotiation.js'
import { Problem, badRequest, parameterError } from './problem.js'
import { csvRecord } from './stream/csv-write.js'
import { OutflowStream, Stalled } from './stream/outflow.js'
import { rowsOfASheet, writeWorkbook } from './workbook/write.js'

export interface ExportHead<Row = unknown> {
  /** Of the file, without its ending. */
  name: string
  /** Of the sheet, at most 28 characters in both languages together. */
  title: LocalText
  /** The day that it is of. */
  on?: string | undefined
  /** When the registry learnt the latest of what it rests on, which is the same until it learns more. */
  knownAt?: string | undefined
  /** The instant at which it was read: as of it, it can be read again. */
  at?: string | undefined
  columns: readonly Column<Row>[]
  /** A line of NDJSON; the row itself when absent. */
  object? (row: Row): object
  isIllustrative? (row: Row): boolean
  /** Whether labels for people stand above the names of the columns: what can be pushed back begins with the names. */
  isLabelled?: boolean
}

export interface Export<Row = unknown> extends ExportHead<Row> {
  /** Strong: the same tag, the same bytes. */
  etag: string
  headers?: Record<string, string>
  /** Read when there is room for more. */
  batches: AsyncIterator<readonly Row[]>
  /** Whether there are more rows than that. */
  isMoreThan (most: number): Promise<boolean>
}

/** What was computed whole, and holds no connection while it is read. */
export interface Table<Row = unknown> extends ExportHead<Row> { rows: readonly Row[] }

/** Where an export is read from: a transaction that its end gives back. */
export interface Source {
  /** `cause`: why, where it is given up half-way. */
  release (cause?: unknown): Promise<void>
}

const NOTHING: Source = { release: async () => {} }
const PIECE = 64 * 1024
const BATCH = 500

/** Most hold a connection of the database for as long as their client reads: some must be left for everybody else. */
export class Exports {
  #running = 0

  constructor (readonly limits: { stallMs: number, atOnce: number }) {}

  get running (): number { return this.#running }

  /** `compute` may throw a problem. */
  async sendTable<Row> (
    request: FastifyRequest, reply: FastifyReply, format: ExportFormat, compute: () => Promise<Table<Row>>
  ): Promise<void> {
    await this.send(request, reply, format, async () => NOTHING, async (): Promise<Export<Row>> => {
      const { rows, ...head } = await compute()
      const { name, on, knownAt, columns } = head
      return {
        ...head,
        etag: await rowsTag(rows, format, name, on, knownAt, columns.map(({ name }) => name)),
        isMoreThan: async most => rows.length > most,
        batches: inBatches(rows)
      }
    })
  }

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
      const { on, at } = found
      if (at !== undefined) {
        reply.header('content-location', addressAsOf(`${request.server.paging.publicUrl}${request.url}`, { on, asOf: at }))
      }
      reply.headers({ ...found.headers, etag: found.etag })
      if (matchesNone(request.headers['if-none-match'], found.etag)) {
        await end()
        reply.code(304).send()
        return
      }
      if (format.type === 'xlsx') await refuseMoreThanASheet(found)
      reply.headers({
        'content-type': CONTENT_TYPES[format.type],
        'content-disposition': `attachment; filename="${found.name}.${ENDINGS[format.type]}"`
      })
      if (request.method === 'HEAD') {
        await end()
        reply.send(Readable.from([]))
        return
      }
      const counted = { rows: 0 }
      const pieces = piecesOf(found, format, request, counted)
      const first = await pieces.next()
      if (ended) throw gone()
      reply.raw.off('close', leave)
      const close = async ({ busy, error }: { busy: boolean, error: Error | undefined }) => {
        if (error !== undefined) cutOff(request, error, counted.rows)
        // it may wait for a row that never comes: nobody waits for it
        pieces.return(undefined).catch(() => {})
        await end(busy ? gone() : error)
      }
      reply.send(new OutflowStream({ pieces, first, stallMs, close }))
    } catch (error) {
      await end(error)
      throw error
    }
  }
}

const CONTENT_TYPES: Record<ExportFormat['type'], string> = {
  csv: `${CSV_TYPE}; charset=utf-8; header=present`,
  ndjson: NDJSON_TYPE,
  xlsx: XLSX_TYPE,
  'sdmx-csv': `${SDMX_CSV_TYPE}; charset=utf-8`
}
const ENDINGS: Record<ExportFormat['type'], string> = { csv: 'csv', ndjson: 'ndjson', xlsx: 'xlsx', 'sdmx-csv': 'sdmx.csv' }

async function * inBatches<Row> (rows: readonly Row[]): AsyncGenerator<readonly Row[], undefined> {
  for (let from = 0; from < rows.length; from += BATCH) yield rows.slice(from, from + BATCH)
}

/** A sheet ends at its last row: whoever asked for more must know it before there is a file. */
async function refuseMoreThanASheet<Row> ({ isMoreThan, isLabelled = false }: Export<Row>): Promise<void> {
  const most = rowsOfASheet(isLabelled)
  if (!await isMoreThan(most)) return
  throw badRequest([parameterError('format', 'too_many_rows',
    `Một trang tính có nhiều nhất ${most} dòng dữ liệu, kết quả này có nhiều hơn: hãy lọc bớt, hoặc lấy csv hay ndjson.`,
    `A sheet has ${most} rows of data at most, and this result has more: filter it, or take csv or ndjson.`)])
}

const DECIMAL = /^-?\d+\.\d+$/

/** As the standard has it: a comma between cells, a point in figures. */
const SDMX_CSV: CsvFormat = { type: 'csv', bom: false, delimiter: ',', decimalComma: false }

function csvLine<Row> (columns: readonly Column<Row>[], { delimiter, decimalComma }: CsvFormat): (row: Row) => string {
  if (!decimalComma) return row => csvRecord(columns.map(one => cellOf(one, row)), delimiter)
  return row => csvRecord(columns.map(one => {
    const cell = cellOf(one, row)
    return one.kind === 'decimal' && typeof cell === 'string' && DECIMAL.test(cell) ? cell.replace('.', ',') : cell
  }), delimiter)
}

function piecesOf<Row> (
  found: Export<Row>, format: ExportFormat, request: FastifyRequest, counted: { rows: number }
): AsyncGenerator<string | Buffer, undefined> {
  return format.type === 'xlsx' ? workbookOf(found, format, request, counted) : textOf(found, format, counted)
}

function workbookOf<Row> (
  found: Export<Row>, { address }: WorkbookFormat, request: FastifyRequest, counted: { rows: number }
): AsyncGenerator<Buffer, undefined> {
  const { on, knownAt } = found
  const { on: _on, asOf, ...filters } = filtersOf(request.query as object)
  const pins = { on, asOf: knownAt ?? asOf as string | undefined }
  return writeWorkbook({
    ...found,
    source: {
      registry: request.server.paging.publicUrl,
      address,
      again: addressAsOf(address, { format: 'xlsx', ...pins }),
      whole: addressAsOf(address, { format: 'ndjson', ...pins }),
      on,
      asOf: knownAt,
      filters: { ...request.params as object, ...filters }
    }
  }, counted)
}

async function * textOf<Row> (
  found: Export<Row>, format: Exclude<ExportFormat, WorkbookFormat>, counted: { rows: number }
): AsyncGenerator<string, undefined> {
  const { columns, object = row => row as object, batches } = found
  const csv = format.type === 'sdmx-csv' ? SDMX_CSV : format.type === 'csv' ? format : undefined
  const line = csv === undefined ? (row: Row) => `${JSON.stringify(object(row))}\n` : csvLine(columns, csv)
  let text = csv === undefined ? '' : `${csv.bom ? '\ufeff' : ''}${csvRecord(columns.map(({ name }) => name), csv.delimiter)}`
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
