import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { abandoned, wanted } from '../db/abandon.js'
import { cellOf, type Column } from './columns.js'
import { matchesNone } from './conditional.js'
import {
  addressAsOf, filtersOf, rowsTag, type CsvFormat, type ExportFormat, type WorkbookFormat
} from './export-format.js'
import { STREAM_LIMITS } from './limits.js'
import { CSV_TYPE, NDJSON_TYPE, SDMX_CSV_TYPE, XLSX_TYPE } from './negotiation.js'
import { badRequest, parameterError } from './problem.js'
import { VISIBLE_TO, sees } from './sight.js'
import type { Audience } from '../domain/audience.js'
import { csvRecord } from './stream/csv-write.js'
import { OutflowStream, Stalled } from './stream/outflow.js'
import { Store, type Spool } from './stream/spool.js'
import { rowsOfASheet, writeWorkbook } from './workbook/write.js'
import type { LocalText } from '../domain/text.js'

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
  /** Whether a row is of the reader's own agency; absent where none is. */
  isOwn? (row: Row): boolean
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
/** A file of ours may have any length; what is beyond the memory lies on the disk. */
const FILE_LIMITS = { ...STREAM_LIMITS, bytes: Infinity }

/** Files that are written whole, and then sent at their readers' pace without a connection of the database. */
export class Exports {
  constructor (readonly limits: { stallMs: number }) {}

  /** `compute` may throw a problem. */
  async sendTable<Row> (
    request: FastifyRequest, reply: FastifyReply, format: ExportFormat, compute: () => Promise<Table<Row>>
  ): Promise<void> {
    await this.send(request, reply, format, async () => NOTHING, async (): Promise<Export<Row>> => {
      const { rows: all, ...whole } = await compute()
      const { columns, show } = forReader(whole, request.reader)
      const [rows, head] = [show === undefined ? all : all.map(show), { ...whole, columns }]
      const { name, on, knownAt } = head
      return {
        ...head,
        etag: await rowsTag(rows, format, name, on, knownAt, columns.map(({ name }) => name)),
        isMoreThan: async most => rows.length > most,
        batches: inBatches(rows)
      }
    })
  }

  /**
   * `open` and `prepare` may throw a problem, and so may what comes of them: there is an answer only once it is whole.
   */
  async send<S extends Source, Row> (
    request: FastifyRequest, reply: FastifyReply, format: ExportFormat, open: () => Promise<S>,
    prepare: (source: S) => Promise<Export<Row>>
  ): Promise<void> {
    const source = await open()
    let file: Spool | undefined
    try {
      const whole = await prepare(source)
      const { columns, show } = forReader(whole, request.reader)
      const found = show === undefined ? whole : { ...whole, columns, batches: mapBatches(whole.batches, show) }
      const { on, at } = found
      if (at !== undefined) {
        reply.header(
          'content-location', addressAsOf(`${request.server.paging.publicUrl}${request.url}`, { on, asOf: at })
        )
      }
      reply.headers({ ...found.headers, etag: found.etag })
      const isKnown = matchesNone(request.headers['if-none-match'], found.etag)
      if (!isKnown && format.type === 'xlsx') await refuseMoreThanASheet(found)
      if (!isKnown && request.method !== 'HEAD') file = await written(piecesOf(found, format, request))
      await source.release()
      if (isKnown) {
        reply.code(304).send()
        return
      }
      reply.headers({
        'content-type': CONTENT_TYPES[format.type],
        'content-disposition': `attachment; filename="${found.name}.${ENDINGS[format.type]}"`
      })
    } catch (error) {
      await file?.close()
      await source.release(error)
      throw error
    }
    if (file === undefined) reply.send(Readable.from([]))
    else await this.#sendFile(request, reply, file)
  }

  async #sendFile (request: FastifyRequest, reply: FastifyReply, file: Spool): Promise<void> {
    const pieces = piecesIn(file)
    const close = async ({ error }: { error: Error | undefined }) => {
      if (error !== undefined) cutOff(request, error)
      await file.close()
    }
    reply.header('content-length', file.bytes)
    reply.send(new OutflowStream({ pieces, first: await pieces.next(), stallMs: this.limits.stallMs, close }))
  }
}

/** All of it, on the disk where it is long. @throws as of a lost connection once its client has gone */
async function written (pieces: AsyncIterable<string | Buffer>): Promise<Spool> {
  const client = wanted()
  const store = new Store(FILE_LIMITS)
  try {
    for await (const piece of pieces) {
      if (client?.aborted === true) throw abandoned()
      await store.write(typeof piece === 'string' ? Buffer.from(piece) : piece)
    }
    return await store.finish()
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Each a copy: the one who reads may be slower than the disk. */
async function * piecesIn (file: Spool): AsyncGenerator<Buffer, undefined> {
  for await (const piece of file.chunks()) yield Buffer.from(piece)
}

const CONTENT_TYPES: Record<ExportFormat['type'], string> = {
  csv: `${CSV_TYPE}; charset=utf-8; header=present`,
  ndjson: NDJSON_TYPE,
  xlsx: XLSX_TYPE,
  'sdmx-csv': `${SDMX_CSV_TYPE}; charset=utf-8`
}
const ENDINGS: Record<ExportFormat['type'], string> = {
  csv: 'csv', ndjson: 'ndjson', xlsx: 'xlsx', 'sdmx-csv': 'sdmx.csv'
}

/**
 * The columns that concern the reader, and how to take the other fields out of a row; of a column that concerns those
 * whose agency a row is of, the cells of other rows are empty. Undefined: nothing is to be taken out.
 */
function forReader<Row> (
  { columns, isOwn }: ExportHead<Row>, reader: ReadonlySet<Audience>
): { columns: readonly Column<Row>[], show?: (row: Row) => Row } {
  const hidden = (isOfOwn: boolean) =>
    columns.filter(({ visibleTo }) => visibleTo !== undefined && !sees(reader, VISIBLE_TO[visibleTo], isOfOwn))
  const others = hidden(false)
  if (others.length === 0) return { columns }
  const never = isOwn === undefined ? others : hidden(true)
  const paths = (some: readonly Column<Row>[]) => some.map(({ name }) => name.split('.'))
  const [ofOwn, ofOthers] = [paths(never), paths(others)]
  return {
    columns: columns.filter(one => !never.includes(one)),
    show: row => (isOwn?.(row) === true ? ofOwn : ofOthers).reduce(without, row)
  }
}

/** A copy without the field at the path. */
function without<Value> (value: Value, [key, ...rest]: readonly string[]): Value {
  if (typeof value !== 'object' || value === null || key === undefined || !(key in value)) return value
  const { [key]: field, ...others } = value as Record<string, unknown>
  return (rest.length === 0 ? others : { ...others, [key]: without(field, rest) }) as Value
}

async function * mapBatches<Row> (
  batches: AsyncIterator<readonly Row[]>, map: (row: Row) => Row
): AsyncGenerator<readonly Row[], undefined> {
  try {
    for (let batch = await batches.next(); batch.done !== true; batch = await batches.next()) yield batch.value.map(map)
  } finally {
    await batches.return?.()
  }
}

async function * inBatches<Row> (rows: readonly Row[]): AsyncGenerator<readonly Row[], undefined> {
  for (let from = 0; from < rows.length; from += BATCH) yield rows.slice(from, from + BATCH)
}

/** A sheet ends at its last row: whoever asked for more must know it before there is a file. */
async function refuseMoreThanASheet<Row> ({ isMoreThan, isLabelled = false }: Export<Row>): Promise<void> {
  const most = rowsOfASheet(isLabelled)
  if (!await isMoreThan(most)) return
  throw badRequest([parameterError('format', 'too_many_rows',
    `Một trang tính có nhiều nhất ${most} dòng dữ liệu, kết quả này có nhiều hơn: hãy lọc bớt, hoặc lấy csv hay ` +
    'ndjson.',
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
  found: Export<Row>, format: ExportFormat, request: FastifyRequest
): AsyncGenerator<string | Buffer, undefined> {
  return format.type === 'xlsx' ? workbookOf(found, format, request) : textOf(found, format)
}

function workbookOf<Row> (
  found: Export<Row>, { address }: WorkbookFormat, request: FastifyRequest
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
  })
}

async function * textOf<Row> (
  found: Export<Row>, format: Exclude<ExportFormat, WorkbookFormat>
): AsyncGenerator<string, undefined> {
  const { columns, object = row => row as object, batches } = found
  const csv = format.type === 'sdmx-csv' ? SDMX_CSV : format.type === 'csv' ? format : undefined
  const line = csv === undefined ? (row: Row) => `${JSON.stringify(object(row))}\n` : csvLine(columns, csv)
  let text = csv === undefined
    ? ''
    : `${csv.bom ? '\ufeff' : ''}${csvRecord(columns.map(({ name }) => name), csv.delimiter)}`
  for (let batch = await batches.next(); batch.done !== true; batch = await batches.next()) {
    for (const row of batch.value) {
      text += line(row)
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
  }
  if (text !== '') yield text
}

/**
 * The client must see that this is not all: a reset, for in HTTP/1.0 (as proxies speak it) an ordinary end would be
 * the end of the file.
 */
function cutOff (request: FastifyRequest, error: Error): void {
  request.log[error instanceof Stalled ? 'warn' : 'error']({ err: error }, 'an export was cut off')
  const { socket } = request.raw
  // what `inject` has for a socket knows no reset
  if (typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy()
}
