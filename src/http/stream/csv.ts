import { invalidUtf8 } from '../encoding.js'
import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { badRequest, bodyError, Problem, type FieldError } from '../problem.js'
import { readHeader, TitleSearch } from './csv-header.js'
import { cellsOf, csvRecords, type Delimiter, type Records } from './csv-records.js'
import { noRows } from './faults.js'
import { utf8 } from './json-object.js'
import { BATCH, unreadable, type Chunks, type Row, type RowFile } from './rows.js'
import { RowDraft, underNoColumn, type Column, type Header, type TableOptions } from './table.js'
import { isSound } from '../text.js'

export { guard, unguard } from './table.js'

export interface CsvOptions extends TableOptions {
  /** Where it is absent, a comma or what the first line names (`sep=;`). */
  delimiter?: Delimiter | undefined
}

export interface CsvFile extends RowFile {
  /** As they stand in the header. */
  readonly columns: readonly string[]
}

/** @returns its text, or what is said of one that is no UTF-8 */
function decodeRecord ({ text, isLatin, starts, ends }: Records, index: number): string | FieldError {
  const record = text.slice(starts[index]!, ends[index]!)
  if (!isLatin) return record
  const bytes = Buffer.from(record, 'latin1')
  try {
    return utf8.decode(bytes)
  } catch {
    return invalidUtf8(bytes)
  }
}

class Reader {
  /** Rows of a template that were left out of those that have been read. */
  leftEmpty = 0
  readonly #columns: readonly Column[]
  readonly #width: number
  readonly #decimalComma: boolean
  readonly #prefilled: ReadonlySet<string> | undefined
  /** The place of the column by which a row of a template is known; -1 where there is none. */
  readonly #marker: number

  constructor ({ names, columns, width }: Header, { decimalComma = false, template }: CsvOptions) {
    this.#columns = columns
    this.#width = width
    this.#decimalComma = decimalComma
    this.#prefilled = template?.prefilled
    this.#marker = template === undefined ? -1 : names.indexOf(template.marker)
  }

  /** The rows of one piece of the file, from its record `first` on. */
  * rows (records: Records, first: number): Generator<Row> {
    const { text, delimiter, isLatin, starts, lines, faults } = records
    const isSimple = !isLatin && isSound(text)
    for (let i = first; i < starts.length; i++) {
      const record = faults[i] ?? decodeRecord(records, i)
      const row = typeof record === 'object'
        ? unreadable(lines[i], [record])
        : this.#row(cellsOf(record, delimiter), lines[i]!, isSimple)
      if (row !== undefined) yield row
    }
  }

  /** Undefined where it is left out. */
  #row (cells: string[], line: number, isSimple: boolean): Row | undefined {
    const columns = this.#columns
    const width = this.#width
    if (cells.length !== width) {
      return unreadable(line, [bodyError('', 'wrong_cell_count',
        `Dòng này có ${cells.length} ô, dòng tiêu đề có ${width}.`, 'This ' +
          `record has ${cells.length} cells, the header has ${width}.`)])
    }
    for (let i = columns.length; i < width; i++) {
      if (cells[i] !== '') {
        return unreadable(line, [underNoColumn(`thứ ${i + 1}`, String(i + 1))])
      }
    }
    const draft = new RowDraft()
    for (let i = 0; i < columns.length; i++) {
      const cell = cells[i]!
      if (cell !== '' && columns[i]!.kind !== 'ignored') draft.text(columns[i]!, cell, this.#decimalComma, isSimple)
    }
    if (this.#marker !== -1 && cells[this.#marker] !== '' && draft.isUnfilled(this.#prefilled!)) {
      this.leftEmpty++
      return undefined
    }
    return draft.row(line)
  }
}

async function * readRows (
  source: Chunks, reader: Reader, limits: StreamLimits, delimiter: Delimiter | undefined
): AsyncGenerator<Row[]> {
  let isHeader = true
  reader.leftEmpty = 0
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
 * CSV after RFC 4180 with a header, UTF-8 with or without a byte order mark, lines ending in CRLF or LF. Cells are
 * texts; an empty one is a field that is not there. A record that cannot be read is a row with problems. Throws what
 * is wrong with the whole, before any row.
 */
export async function openCsv (source: Chunks, options: CsvOptions): Promise<CsvFile> {
  const { limits = STREAM_LIMITS, delimiter } = options
  let header: Header | undefined
  let titles: TitleSearch | undefined
  let count = 0
  for await (const records of csvRecords(source, delimiter, limits)) {
    count += records.starts.length
    if (header === undefined && titles === undefined && records.starts.length > 0) {
      try {
        header = headerOf(records, options)
      } catch (refusal) {
        if (!(refusal instanceof Problem)) throw refusal
        titles = new TitleSearch(refusal, options.required ?? [])
      }
    }
    titles?.look(records)
    if (titles?.isOver === true) break
  }
  if (titles !== undefined) throw titles.refusal
  if (header === undefined) {
    throw badRequest([bodyError('', 'empty_body',
      'Nội dung rỗng; cần một dòng tiêu đề và các dòng dữ liệu.',
      'The body is empty; a header and rows are needed.')])
  }
  if (count === 1) throw noRows()
  const reader = new Reader(header, options)
  return {
    columns: header.names,
    count: count - 1,
    leftEmpty: () => reader.leftEmpty,
    batches: () => readRows(source, reader, limits, delimiter)
  }
}

function headerOf (records: Records, options: CsvOptions): Header {
  const [line, fault] = [records.lines[0]!, records.faults[0]]
  if (fault !== undefined) throw new Problem('invalid_request', { errors: [fault], extra: { line } })
  const header = decodeRecord(records, 0)
  if (typeof header === 'object') throw new Problem('invalid_request', { errors: [header], extra: { line } })
  const names = cellsOf(header, records.delimiter).map(name => name.normalize('NFC'))
  return readHeader(names, records.delimiter, line, options)
}
