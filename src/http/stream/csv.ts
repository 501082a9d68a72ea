import Papa from 'papaparse'
import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { badRequest, bodyError, Problem, type FieldError } from '../problem.js'
import { pointerToken, textFault } from '../text.js'
import { csvRecords, type Delimiter, type Records } from './csv-records.js'
import { noRows } from './faults.js'
import { invalidUtf8, utf8 } from './json-object.js'
import { BATCH, partlyReadable, readable, unreadable, type Chunks, type Row, type RowFile } from './rows.js'

/** `text` may have been guarded against formulas, `decimal` may have a comma if that was asked for, `plain` stands as it is. */
export type CellKind = 'text' | 'decimal' | 'plain'

export interface CsvOptions {
  limits?: StreamLimits
  delimiter?: Delimiter
  /** `12,5` is 12.5, and a point is refused: in such a file `1.234` may be a thousand. */
  decimalComma?: boolean
  /** All there may be, in the order in which the answer to an unknown one lists them. */
  columns: Readonly<Record<string, CellKind>>
  required?: readonly string[]
  /** Taken and passed over: what an export has that a push has not. */
  ignored?: readonly string[]
  /** Columns `<name>.<key>` of text make up one object: `breakdown.sex` is { breakdown: { sex } }. */
  nested?: { name: string, accepts: (key: string) => boolean }
}

export interface CsvFile extends RowFile {
  /** As they stand in the header. */
  readonly columns: readonly string[]
}

/** A text cell that a spreadsheet could take for a formula, or that unguard() would take for a guarded one. */
const DANGEROUS = /^'*[=+\-@\t\r]/

/** The pair is exact: unguard(guard(text)) is text, whatever that is. */
export const guard = (text: string): string => DANGEROUS.test(text) ? `'${text}` : text
export const unguard = (text: string): string => text.charCodeAt(0) === 0x27 && DANGEROUS.test(text) ? text.slice(1) : text

interface Column { name: string, kind: CellKind | 'ignored', key: string | undefined }

const FORBIDDEN = new Set(['', '__proto__', 'constructor', 'prototype'])

function columnOf (name: string, { columns, ignored = [], nested }: CsvOptions): Column | undefined {
  if (Object.hasOwn(columns, name)) return { name, kind: columns[name]!, key: undefined }
  if (ignored.includes(name)) return { name, kind: 'ignored', key: undefined }
  if (nested === undefined || !name.startsWith(`${nested.name}.`)) return undefined
  const key = name.slice(nested.name.length + 1)
  return FORBIDDEN.has(key) || textFault(key) !== undefined || !nested.accepts(key) ? undefined : { name: nested.name, kind: 'text', key }
}

function readHeader (names: string[], line: number, options: CsvOptions): Column[] {
  const { columns, required = [], nested, limits = STREAM_LIMITS, delimiter = ',' } = options
  const faults: FieldError[] = []
  const isNested = (name: string) => nested !== undefined && name.startsWith(`${nested.name}.`)
  const count = names.reduce((sum, name) => isNested(name) ? sum : sum + 1, 0)
  if (count > limits.columns) {
    const beside = nested === undefined ? { vi: '', en: '' } : { vi: ` ngoài các cột ${nested.name}.…`, en: ` beside those of ${nested.name}.…` }
    throw new Problem('content_too_large', {
      detail: { vi: `Dòng tiêu đề có ${count} cột${beside.vi}; không quá ${limits.columns}.`, en: `The header has ${count} columns${beside.en}; there may be ${limits.columns}.` },
      extra: { limit: limits.columns, line }
    })
  }
  const known = [...Object.keys(columns), ...(nested === undefined ? [] : [`${nested.name}.…`])].join(', ')
  const other = delimiter === ',' ? ';' : ','
  const hint = names.length === 1 && names[0]!.includes(other)
    ? { vi: ` Dấu phân cách ở đây là “${delimiter}”; “${other}” chỉ khi được yêu cầu.`, en: ` The delimiter here is "${delimiter}"; "${other}" only when asked for.` }
    : { vi: '', en: '' }
  const found = names.map(name => {
    const column = columnOf(name, options)
    if (column === undefined) {
      faults.push(bodyError(pointerToken(name), 'unknown_column',
        `Không có cột “${name}”. Các cột có: ${known}.${hint.vi}`, `There is no column "${name}". The columns are: ${known}.${hint.en}`))
    }
    return column
  })
  const seen = new Set<string>()
  for (const name of new Set(names.filter(name => seen.size === seen.add(name).size))) {
    faults.push(bodyError(pointerToken(name), 'duplicate_column', `Cột “${name}” xuất hiện hai lần.`, `The column "${name}" stands twice.`))
  }
  for (const name of required) {
    if (!names.includes(name)) faults.push(bodyError(pointerToken(name), 'missing_column', `Thiếu cột “${name}”.`, `The column "${name}" is missing.`))
  }
  if (faults.length > 0) throw new Problem('invalid_request', { errors: faults, extra: { line } })
  return found as Column[]
}

/** The cells of records that the cutter found whole. */
function split (text: string, delimiter: Delimiter, newline: '\n' | '\r\n', records: number): string[][] {
  // papaparse drops a byte order mark, which here is the beginning of a cell
  const isMarked = text.charCodeAt(0) === 0xfeff
  const { data } = Papa.parse<string[]>(isMarked ? newline + text : text, { delimiter, newline, quoteChar: '"', header: false, skipEmptyLines: false })
  if (isMarked) data.shift()
  if (data.length !== records) throw new Error(`papaparse sees ${data.length} records where ${records} were cut`)
  return data
}

const oneRecord = (text: string, delimiter: Delimiter) => split(text, delimiter, '\n', 1)[0]!

function decodeRecord ({ text, isLatin, starts, ends }: Records, index: number): string | undefined {
  const record = text.slice(starts[index]!, ends[index]!)
  if (!isLatin) return record
  try {
    return utf8.decode(Buffer.from(record, 'latin1'))
  } catch {
    return undefined
  }
}

const DECIMAL_COMMA = /^-?\d+,\d+$/
const POINT = (pointer: string) => bodyError(pointer, 'not_a_decimal', 'Dấu thập phân được yêu cầu là dấu phẩy, ví dụ 82,50; không dùng dấu chấm.', 'The decimal comma was asked for, such as 82,50: no point is taken.')

class Reader {
  readonly #delimiter: Delimiter
  readonly #decimalComma: boolean

  constructor (readonly columns: readonly Column[], { delimiter = ',', decimalComma = false }: CsvOptions) {
    this.#delimiter = delimiter
    this.#decimalComma = decimalComma
  }

  /** The rows of one piece of the file, from its record `first` on. */
  * rows (records: Records, first: number): Generator<Row> {
    const { text, isLatin, starts, ends, nexts, lines, faults } = records
    const isSimple = !isLatin && !text.includes('\0') && text === text.normalize('NFC')
    for (let from = first; from < starts.length;) {
      const fault = faults[from]
      if (fault !== undefined) {
        yield unreadable(lines[from], [fault])
        from++
      } else if (isLatin) {
        const record = decodeRecord(records, from)
        yield record === undefined ? unreadable(lines[from], [invalidUtf8()]) : this.#row(oneRecord(record, this.#delimiter), lines[from]!, false)
        from++
      } else {
        // as many as lie side by side with the same line ending
        const ending = nexts[from]! - ends[from]!
        let to = from + 1
        while (to < starts.length && to - from < BATCH && faults[to] === undefined && starts[to] === nexts[to - 1] && nexts[to - 1]! - ends[to - 1]! === ending) to++
        const cells = split(text.slice(starts[from], ends[to - 1]), this.#delimiter, ending === 2 ? '\r\n' : '\n', to - from)
        for (let i = from; i < to; i++) yield this.#row(cells[i - from]!, lines[i]!, isSimple)
        from = to
      }
    }
  }

  #row (cells: string[], line: number, isSimple: boolean): Row {
    const { columns } = this
    if (cells.length !== columns.length) {
      return unreadable(line, [bodyError('', 'wrong_cell_count',
        `Dòng này có ${cells.length} ô, dòng tiêu đề có ${columns.length}.`, `This record has ${cells.length} cells, the header has ${columns.length}.`)])
    }
    const value: Record<string, unknown> = {}
    let problems: FieldError[] | undefined
    for (let i = 0; i < columns.length; i++) {
      let cell = cells[i]!
      if (cell === '') continue
      const { name, kind, key } = columns[i]!
      if (kind === 'ignored') continue
      if (!isSimple) {
        const fault = textFault(cell)
        if (fault !== undefined) (problems ??= []).push({ pointer: pointerToken(name) + (key === undefined ? '' : pointerToken(key)), ...fault })
        cell = cell.normalize('NFC')
      }
      if (kind === 'text') cell = unguard(cell)
      else if (kind === 'decimal' && this.#decimalComma) {
        if (DECIMAL_COMMA.test(cell)) cell = cell.replace(',', '.')
        else if (cell.includes('.')) (problems ??= []).push(POINT(pointerToken(name)))
      }
      if (key === undefined) value[name] = cell
      else ((value[name] ??= {}) as Record<string, string>)[key] = cell
    }
    return problems === undefined ? readable(line, value) : partlyReadable(line, value, problems)
  }
}

async function * readRows (source: Chunks, reader: Reader, limits: StreamLimits, delimiter: Delimiter): AsyncGenerator<Row[]> {
  let isHeader = true
  for await (const records of csvRecords(source, delimiter, limits)) {
    const first = isHeader && records.starts.length > 0 ? 1 : 0
    if (first === 1) isHeader = false
    let batch: Row[] = []
    for (const row of reader.rows(records, first)) {
      batch.push(row)
      if (batch.length === BATCH) {
        yield batch
        batch = []
      }
    }
    if (batch.length > 0) yield batch
  }
}

/**
 * CSV after RFC 4180 with a header, UTF-8 with or without a byte order mark, lines ending in CRLF or LF. Cells are texts;
 * an empty one is a field that is not there. A record that cannot be read is a row with problems. Throws what is wrong
 * with the whole, before any row.
 */
export async function openCsv (source: Chunks, options: CsvOptions): Promise<CsvFile> {
  const { limits = STREAM_LIMITS, delimiter = ',' } = options
  let names: string[] | undefined
  let columns: Column[] = []
  let count = 0
  for await (const records of csvRecords(source, delimiter, limits)) {
    count += records.starts.length
    if (names !== undefined || records.starts.length === 0) continue
    const [line, fault] = [records.lines[0]!, records.faults[0]]
    if (fault !== undefined) throw new Problem('invalid_request', { errors: [fault], extra: { line } })
    const header = decodeRecord(records, 0)
    if (header === undefined) throw new Problem('invalid_request', { errors: [invalidUtf8()], extra: { line } })
    names = oneRecord(header, delimiter).map(name => name.normalize('NFC'))
    columns = readHeader(names, line, options)
  }
  if (names === undefined) throw badRequest([bodyError('', 'empty_body', 'Nội dung rỗng; cần một dòng tiêu đề và các dòng dữ liệu.', 'The body is empty; a header and rows are needed.')])
  if (count === 1) throw noRows()
  const reader = new Reader(columns, options)
  return { columns: names, count: count - 1, batches: () => readRows(source, reader, limits, delimiter) }
}
