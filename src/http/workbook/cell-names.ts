import { visible } from '../misread.js'

/** Rows from 1, columns from 0; both ends belong to it. */
export interface Range { firstRow: number, lastRow: number, firstColumn: number, lastColumn: number }

const CELL = /^\$?([A-Z]{1,3})\$?([1-9]\d{0,6})$/

function place (name: string): { row: number, column: number } | undefined {
  const [, letters, row] = CELL.exec(name) ?? []
  if (letters === undefined) return undefined
  let column = 0
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64
  return { row: Number(row), column: column - 1 }
}

/** Of a cell such as `AB7`, which must be in the row; undefined where it is none. */
export function columnOf (name: string, row: number): number | undefined {
  const found = place(name)
  return found?.row === row ? found.column : undefined
}

export function columnName (column: number): string {
  let name = ''
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + (rest - 1) % 26) + name
  }
  return name
}

/** Of `A2:C5`, or of one cell. */
export function rangeOf (ref: string): Range | undefined {
  const [first, last = first] = ref.split(':')
  const [from, to] = [place(first!), place(last!)]
  if (from === undefined || to === undefined) return undefined
  return { firstRow: from.row, lastRow: to.row, firstColumn: from.column, lastColumn: to.column }
}

export function isWithin ({ firstRow, lastRow, firstColumn, lastColumn }: Range, row: number, column: number): boolean {
  return row >= firstRow && row <= lastRow && column >= firstColumn && column <= lastColumn
}

/** As spreadsheets name it: `Sheet1!C5`, `'Số liệu'!C5`. */
export function cellName (sheet: string, cell: string): string {
  const shown = visible(sheet)
  return `${/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(sheet) ? shown : `'${shown.replaceAll("'", "''")}'`}!${cell}`
}
