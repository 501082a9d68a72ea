import { cellName, columnName, rangeOf, type Range } from '../workbook/cell-names.js'
import { readBook, type Book, type Sheet } from '../workbook/book.js'
import { putCell, type CellContext } from '../workbook/cells.js'
import { damaged, damagedPart, workbookFault } from '../workbook/faults.js'
import { Package } from '../workbook/package.js'
import { SharedStrings } from '../workbook/shared-strings.js'
import { readSheet, SheetReader, type Cell, type SheetRow } from '../workbook/sheet.js'
import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { visible } from '../misread.js'
import { badRequest, bodyError, MAX_ERRORS, type FieldError, type Problem } from '../problem.js'
import { pointerToken } from '../text.js'
import { headerNotFirst, LOOKED_AT, readHeader } from './csv-header.js'
import { lineTooLong, noRows, tooManyRows } from './faults.js'
import { BATCH, partlyReadable, unreadable, type Row, type RowFile } from './rows.js'
import type { Spool } from './spool.js'
import { RowDraft, underNoColumn, type Header, type TableOptions } from './table.js'

export interface XlsxFile extends RowFile {
  /** Frees what is kept beside the body. */
  close (): Promise<void>
}

/**
 * The rows of the one sheet of a workbook that has the columns, by the rules of a CSV; rows are numbered as the sheet
 * has them. Throws what is wrong with the whole, before any row. The spool must stay open.
 */
export async function openXlsx (spool: Spool, options: TableOptions): Promise<XlsxFile> {
  const { limits = STREAM_LIMITS } = options
  const pack = await Package.open(spool, limits)
  const book = await readBook(pack)
  const strings = await SharedStrings.read(pack, book.strings, limits)
  try {
    const table = await Table.open({ pack, book, strings, limits }, options)
    const count = await table.check()
    return {
      count,
      leftEmpty: () => table.leftEmpty,
      batches: () => table.rows(),
      close: () => strings.close()
    }
  } catch (error) {
    await strings.close()
    throw error
  }
}

interface Source { pack: Package, book: Book, strings: SharedStrings, limits: StreamLimits }

/**
 * What a sheet begins with: its first row that is not empty, and the one among the first that has the columns there
 * must be.
 */
interface Beginning { sheet: Sheet, first: SheetRow | undefined, header: number | undefined }

async function textOf ({ type, content }: Cell, strings: SharedStrings): Promise<string> {
  if (type !== 'shared') return content
  const index = Number(content)
  if (!Number.isInteger(index) || !strings.has(index)) throw damagedPart('sharedStrings')
  return strings.peek(index) ?? await strings.get(index)
}

async function namesOf ({ cells }: SheetRow, strings: SharedStrings): Promise<string[]> {
  const names: string[] = []
  for (const cell of cells) {
    while (names.length < cell.column) names.push('')
    names.push((await textOf(cell, strings)).normalize('NFC'))
  }
  return names
}

async function beginningOf (
  { pack, strings, limits }: Source, sheet: Sheet, required: readonly string[]
): Promise<Beginning> {
  let first: SheetRow | undefined
  let looked = 0
  for await (const rows of readSheet(pack, sheet.part, new SheetReader(sheet.name, limits.lineBytes))) {
    for (const row of rows) {
      first ??= row
      const names = await namesOf(row, strings)
      if (required.every(name => names.includes(name))) return { sheet, first, header: row.number }
      if (++looked === LOOKED_AT) return { sheet, first, header: undefined }
    }
  }
  return { sheet, first, header: undefined }
}

const listed = (sheets: readonly Beginning[]): string =>
  sheets.map(({ sheet }) => `“${visible(sheet.name)}”`).join(', ')

/**
 * The one visible sheet with the columns there must be, or the first one. @throws Problem where rows might be passed
 * over
 */
async function chooseSheet (source: Source, required: readonly string[]): Promise<Beginning> {
  const found: Beginning[] = []
  for (const sheet of source.book.sheets) found.push(await beginningOf(source, sheet, required))
  const tables = found.filter(({ header }) => header !== undefined)
  const hidden = tables.filter(({ sheet }) => sheet.isHidden)
  if (hidden.length > 0) {
    throw workbookFault('hidden_sheet',
      `Trang tính bị ẩn ${listed(hidden)} có các cột của số liệu; hãy bỏ ẩn hoặc xóa nó.`,
      `The hidden sheet ${listed(hidden)} has the columns of figures: unhide it, or delete it.`)
  }
  if (tables.length > 1) {
    throw workbookFault('several_sheets',
      `Nhiều trang tính có các cột của số liệu: ${listed(tables)}; mỗi lần gửi chỉ một trang.`,
      `Several sheets have the columns of figures: ${listed(tables)}; send one at a time.`)
  }
  const chosen = tables[0] ?? found.find(({ sheet, first }) => !sheet.isHidden && first !== undefined)
  if (chosen !== undefined) return chosen
  throw badRequest([bodyError('', 'empty_body',
    'Sổ làm việc không có trang tính nào hiện ra và có nội dung; cần một dòng tiêu đề và các dòng dữ liệu.',
    'The workbook has no visible sheet with anything in it; a header and rows are needed.')])
}

/** Merged cells that are looked at: a table has none. */
const MOST_MERGES = 10_000

class Table {
  /** Rows of a template that were left out of those that have been read. */
  leftEmpty = 0
  readonly #context: CellContext
  /** Of the column by which a row of a template is known. */
  readonly #marker: number

  private constructor (
    readonly source: Source, readonly sheet: Sheet, readonly headerRow: number, readonly header: Header,
    readonly options: TableOptions
  ) {
    const { formats, epoch } = source.book
    this.#context = { sheet: sheet.name, formats, epoch, decimalComma: options.decimalComma ?? false }
    this.#marker = options.template === undefined ? -1 : header.names.indexOf(options.template.marker)
  }

  static async open (source: Source, options: TableOptions): Promise<Table> {
    const { sheet, first, header: found } = await chooseSheet(source, options.required ?? [])
    if (found !== undefined && found !== first!.number) throw headerNotFirst(found)
    const header = readHeader(await namesOf(first!, source.strings), undefined, first!.number, options)
    const computed = first!.cells.flatMap(({ column, isComputed }) => {
      const name = header.names[column]
      if (!isComputed || name === undefined || header.columns[column]!.kind === 'ignored') return []
      return bodyError(pointerToken(name), 'formula_cell',
        `Tên cột “${visible(name)}” là công thức; hãy dán dạng giá trị.`,
        `The column's name "${visible(name)}" is a formula: paste it as a value.`)
    })
    if (computed.length > 0) throw badRequest(computed)
    return new Table(source, sheet, first!.number, header, options)
  }

  /** Goes through the sheet once. @returns how many rows there are. @throws Problem where the whole is refused */
  async check (): Promise<number> {
    const { source: { limits }, sheet, headerRow } = this
    const merged: string[] = []
    const reader = new SheetReader(sheet.name, limits.lineBytes, range => {
      if (merged.length < MOST_MERGES && this.#isWithin(range, Infinity)) merged.push(range)
    })
    let last = headerRow
    let count = 0
    for await (const rows of this.rows(reader)) {
      count += rows.length
      last = rows.at(-1)!.line!
      if (count > limits.rows) throw tooManyRows(limits)
    }
    count += this.leftEmpty
    const faults = [
      ...this.#hiddenColumns(reader),
      ...merged.filter(range => this.#isWithin(range, last)).map(range => mergedCells(cellName(sheet.name, range)))
    ]
    if (faults.length > 0) throw badRequest(faults)
    if (count === 0) throw noRows()
    return count
  }

  /** Whether merged cells touch those that are read, of which the lowest are in the row `last`. */
  #isWithin (ref: string, last: number): boolean {
    const range = rangeOf(ref)
    if (range === undefined) {
      throw damaged(`không đọc được trang tính “${this.sheet.name}”`, `its sheet "${this.sheet.name}" cannot be read`)
    }
    return range.lastRow >= this.headerRow && range.firstRow <= last && this.#touches(range)
  }

  #touches ({ firstColumn, lastColumn }: Pick<Range, 'firstColumn' | 'lastColumn'>): boolean {
    return this.header.columns.some(({ kind }, i) => kind !== 'ignored' && i >= firstColumn && i <= lastColumn)
  }

  #hiddenColumns ({ hiddenColumns }: SheetReader): FieldError[] {
    return this.header.columns.flatMap(({ kind }, i) => {
      const name = this.header.names[i]!
      if (kind === 'ignored' || !hiddenColumns.some(({ first, last }) => i >= first && i <= last)) return []
      const at = cellName(this.sheet.name, `${columnName(i)}:${columnName(i)}`)
      return bodyError(pointerToken(name), 'hidden_column',
        `Cột “${visible(name)}” (${at}) bị ẩn; hãy bỏ ẩn hoặc xóa nó.`,
        `The column "${visible(name)}" (${at}) is hidden: unhide it, or delete it.`)
    })
  }

  async * rows (reader = new SheetReader(this.sheet.name, this.source.limits.lineBytes)): AsyncGenerator<Row[]> {
    this.leftEmpty = 0
    let batch: Row[] = []
    for await (const rows of readSheet(this.source.pack, this.sheet.part, reader)) {
      for (const row of rows) {
        if (row.number <= this.headerRow) continue
        const read = await this.#row(row)
        if (read === undefined) continue
        batch.push(read)
        if (batch.length === BATCH) {
          yield batch
          batch = []
        }
      }
      if (batch.length > 0) yield batch
      batch = []
    }
  }

  /** Undefined where it is left out, or empty. */
  async #row ({ number, isHidden, cells }: SheetRow): Promise<Row | undefined> {
    const { header: { columns }, source: { strings, limits }, options: { template } } = this
    const draft = new RowDraft()
    let isMarked = false
    let isEmpty = true
    let length = 0
    for (const cell of cells) {
      const text = cell.type === 'shared' ? await textOf(cell, strings) : cell.content
      if (text === '' && !cell.isComputed) continue
      isEmpty = false
      const column = columns[cell.column]
      if (column === undefined) {
        const at = cellName(this.sheet.name, `${columnName(cell.column)}${number}`)
        return unreadable(number, [underNoColumn(at, at)])
      }
      if (cell.column === this.#marker) isMarked = true
      if (column.kind === 'ignored') continue
      length += text.length
      if (length > limits.lineBytes) throw lineTooLong(limits, number)
      if (!putCell(draft, column, cell, text, number, this.#context)) throw this.#unreadable(number)
    }
    if (isEmpty) return undefined
    if (isMarked && draft.isUnfilled(template!.prefilled)) {
      this.leftEmpty++
      return undefined
    }
    return isHidden ? this.#hidden(number, draft) : draft.row(number)
  }

  #hidden (number: number, { value, problems = [] }: RowDraft): Row {
    const at = cellName(this.sheet.name, `${number}:${number}`)
    return partlyReadable(number, value, [bodyError('', 'hidden_row',
      `Dòng ${number} (${at}) bị ẩn, bởi bộ lọc hoặc bằng tay; hãy hiện lại tất cả các dòng, hoặc xóa nó.`,
      `Row ${number} (${at}) is hidden, by a filter or by hand: show all rows, or delete ` +
      'it.'), ...problems].slice(0, MAX_ERRORS))
  }

  #unreadable (number: number): Problem {
    return damaged(
      `không đọc được trang tính “${visible(this.sheet.name)}”, dòng ${number}`,
      `its sheet "${visible(this.sheet.name)}", row ${number}, cannot be read`
    )
  }
}

function mergedCells (at: string): FieldError {
  return bodyError('', 'merged_cells',
    `Các ô ${at} được trộn; hãy bỏ trộn (Trang đầu → Trộn ô) và điền từng ô.`,
    `The cells ${at} are merged: unmerge them (Home → Merge Cells) and fill in each.`)
}
