import type { Problem } from '../problem.js'
import { lineTooLong } from '../stream/faults.js'
import { isTrue } from './book.js'
import { columnOf, isWithin, rangeOf, type Range } from './cell-names.js'
import { damaged } from './faults.js'
import type { Package } from './package.js'
import { RichText, unescaped } from './rich-text.js'
import { readXml } from './xml.js'

/** `shared`: a text by its number. A cell that is empty is none. */
export type CellType = 'text' | 'shared' | 'number' | 'boolean' | 'error' | 'date'

export interface Cell {
  /** From 0. */
  column: number
  type: CellType
  /** As it stands in the XML. */
  content: string
  style: number
  /** It is computed, by a formula of its own or of a cell before it. */
  isComputed: boolean
}

export interface SheetRow {
  /** From 1, as the sheet has it. */
  number: number
  isHidden: boolean
  cells: Cell[]
}

/** Rows and columns of a sheet. */
const MOST_ROWS = 1_048_576
const MOST_COLUMNS = 16_384
/** Formulas with a result in many cells. */
const MOST_SPILLS = 1000

const TYPES = new Map<string | undefined, CellType>([
  [undefined, 'number'], ['n', 'number'], ['s', 'shared'], ['str', 'text'], ['inlineStr', 'text'], ['b', 'boolean'],
  ['e', 'error'], ['d', 'date']
])

/** What a sheet says of itself beside its rows. */
export class SheetReader {
  /** Those that have been read; whoever takes them away leaves an empty list. */
  rows: SheetRow[] = []
  readonly hiddenColumns: { first: number, last: number }[] = []
  #section = ''
  #row: SheetRow | undefined
  #lastRow = 0
  #cell: Cell | undefined
  #lastColumn = -1
  #isContent = false
  #length = 0
  readonly #spills: Range[] = []
  readonly #inline: RichText
  readonly #tooLong: () => Problem

  /** `onMerge` is told of each range of merged cells, after all rows. */
  constructor (
    readonly name: string, readonly lineBytes: number, readonly onMerge: (range: string) => void = () => {}
  ) {
    this.#tooLong = () => lineTooLong({ lineBytes }, this.#lastRow)
    this.#inline = new RichText(5, lineBytes, this.#tooLong)
  }

  open (name: string, attributes: Readonly<Record<string, string>>, depth: number): void {
    if (depth === 1 && name !== 'worksheet') throw this.#damaged()
    else if (depth === 2) this.#section = name
    else if (depth === 3) this.#openItem(name, attributes)
    else if (depth === 4 && name === 'c' && this.#row !== undefined) this.#openCell(attributes)
    else if (this.#cell !== undefined) this.#openWithin(this.#cell, name, attributes, depth)
  }

  text (text: string): void {
    if (this.#cell === undefined) return
    this.#inline.text(text)
    if (!this.#isContent) return
    this.#cell.content += text
    if (this.#cell.content.length > this.lineBytes) throw this.#tooLong()
  }

  close (name: string, depth: number): void {
    if (depth === 5 && this.#cell !== undefined) {
      this.#isContent = false
      if (name === 'is') this.#cell.content = this.#inline.take()
      else if (name === 'v' && this.#cell.type === 'text') this.#cell.content = unescaped(this.#cell.content)
    } else if (depth === 4 && this.#cell !== undefined) this.#closeCell(this.#cell)
    else if (depth === 3 && this.#row !== undefined) this.#closeRow(this.#row)
    else if (depth > 5) this.#inline.close(depth)
  }

  #openItem (name: string, { r, hidden, min, max, ref }: Readonly<Record<string, string>>): void {
    if (this.#section === 'sheetData' && name === 'row') {
      const number = r === undefined ? this.#lastRow + 1 : Number(r)
      if (!Number.isInteger(number) || number <= this.#lastRow || number > MOST_ROWS) {
        throw this.#damaged(this.#lastRow + 1)
      }
      this.#row = { number, isHidden: isTrue(hidden), cells: [] }
      this.#lastRow = number
      this.#lastColumn = -1
      this.#length = 0
    } else if (this.#section === 'cols' && name === 'col' && isTrue(hidden)) {
      if (this.hiddenColumns.length === MOST_COLUMNS) throw this.#damaged()
      this.hiddenColumns.push({ first: Number(min) - 1, last: Number(max) - 1 })
    } else if (this.#section === 'mergeCells' && name === 'mergeCell' && ref !== undefined) this.onMerge(ref)
  }

  #openCell ({ r, t, s }: Readonly<Record<string, string>>): void {
    const column = r === undefined ? this.#lastColumn + 1 : columnOf(r, this.#lastRow)
    const type = TYPES.get(t)
    if (column === undefined || column <= this.#lastColumn || column >= MOST_COLUMNS || type === undefined) {
      throw this.#damaged(this.#lastRow)
    }
    this.#lastColumn = column
    this.#cell = { column, type, content: '', style: Number(s ?? 0), isComputed: this.#isSpilled(column) }
  }

  #isSpilled (column: number): boolean {
    return this.#spills.length > 0 && this.#spills.some(range => isWithin(range, this.#lastRow, column))
  }

  #openWithin (cell: Cell, name: string, { t, ref }: Readonly<Record<string, string>>, depth: number): void {
    if (depth > 5) {
      this.#inline.open(name, depth)
      return
    }
    this.#isContent = name === 'v'
    if (name !== 'f') return
    cell.isComputed = true
    const range = t === 'array' || t === 'dataTable' ? rangeOf(ref ?? '') : undefined
    if (range === undefined) return
    if (this.#spills.length === MOST_SPILLS) throw this.#damaged(this.#lastRow)
    this.#spills.push(range)
  }

  #closeCell (cell: Cell): void {
    this.#cell = undefined
    if (cell.content === '' && !cell.isComputed) return
    this.#length += cell.content.length
    if (this.#length > this.lineBytes) throw this.#tooLong()
    this.#row!.cells.push(cell)
  }

  #closeRow (row: SheetRow): void {
    this.#row = undefined
    if (row.cells.length > 0) this.rows.push(row)
  }

  #damaged (row?: number): Problem {
    const at = row === undefined ? { vi: '', en: '' } : { vi: `, dòng ${row}`, en: `, row ${row}` }
    return damaged(
      `không đọc được trang tính “${this.name}”${at.vi}`, `its sheet "${this.name}"${at.en} cannot be read`
    )
  }
}

/** The rows of a sheet that are not empty, as many as a piece of it ends. */
export async function * readSheet (pack: Package, part: string, reader: SheetReader): AsyncGenerator<SheetRow[]> {
  for await (const { rows } of readXml(pack, part, reader)) {
    if (rows.length === 0) continue
    reader.rows = []
    yield rows
  }
}
