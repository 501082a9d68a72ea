import { cellOf, type Column } from '../columns.js'
import {
  MOST_CHARACTERS, booleanCell, emptyCell, escapeXml, isHeldByDouble, lettersOf, numberCell, placesOf, serialOf,
  textCell
} from './write-cell.js'
import { MOST_PLACES, STYLES, styleOf } from './write-styles.js'

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
const PRINTED = '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>' +
  '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>&amp;C&amp;A – ' +
  '&amp;P/&amp;N</oddFooter></headerFooter>'
const PIECE = 64 * 1024
/** Rows of a sheet, the same in every program. */
export const SHEET_ROWS = 1_048_576

const WIDTHS = { code: 16, text: 30, decimal: 14, integer: 9, boolean: 9, date: 12, instant: 28 }

export interface SheetLayout<Row> {
  readonly columns: readonly Column<Row>[]
  /** Rows above the data: the names of the columns, and labels above them. */
  readonly headerRows: 1 | 2
}

const opening = (cols: string, frozen: number) => `${HEAD}<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>` +
  `<sheetViews><sheetView workbookViewId="0"><pane ySplit="${frozen}" topLeftCell="A${frozen + 1}" ` +
  'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
  `<sheetFormatPr defaultRowHeight="15"/><cols>${cols}</cols><sheetData>`

const widthCell = (index: number, width: number) =>
  `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`

/** Who is told of what has been written: each row, and each cell whose text was longer than a cell can be. */
export interface Watcher<Row> {
  row (row: Row): void
  cut (place: string): void
}

/** A sheet of data, piece by piece. */
export async function * dataSheet<Row> (
  { columns, headerRows }: SheetLayout<Row>, batches: AsyncIterator<readonly Row[]>, watcher: Watcher<Row>
): AsyncGenerator<string, undefined> {
  const letters = columns.map((_, index) => lettersOf(index))
  const widths = columns.map(({ kind, name, width }) => Math.max(width ?? WIDTHS[kind], name.length + 3))
  const wrapped = columns.flatMap((column, i) => isWrapped(column) ? [{ column, width: widths[i]! }] : [])
  let row = 0
  let text = opening(widths.map((width, i) => widthCell(i, width)).join(''), headerRows)
  if (headerRows === 2) {
    row++
    text += rowOf(
      row,
      columns.map(({ label }, i) =>
        textCell(`${letters[i]}${row}`, `${titleOf(label.vi)}\n${titleOf(label.en)}`, STYLES.label)),
      4 * LINE
    )
  }
  row++
  text += rowOf(row, columns.map(({ name }, i) => textCell(`${letters[i]}${row}`, name, STYLES.header)))
  for (let batch = await batches.next(); batch.done !== true; batch = await batches.next()) {
    for (const item of batch.value) {
      row++
      text += rowOf(
        row, columns.map((column, i) => cellXml(column, item, `${letters[i]}${row}`, watcher)), heightOf(item, wrapped)
      )
      watcher.row(item)
      if (text.length < PIECE) continue
      yield text
      text = ''
    }
  }
  const last = letters.at(-1)!
  yield `${text}</sheetData><autoFilter ref="A${headerRows}:${last}${row}"/>${prompts(columns, headerRows)}${PRINTED}` +
    `<ignoredErrors><ignoredError sqref="A1:${last}${SHEET_ROWS}" numberStoredAsText="1"/></ignoredErrors></worksheet>`
}

/** A line of text, in points. */
const LINE = 15
const MOST_LINES = 6
const isWrapped = ({ kind, isMain = false }: { kind: string, isMain?: boolean }) => kind === 'text' && isMain
/** A label is what a column is called; what its values mean stands on the sheet of columns. */
const titleOf = (label: string) => /^[^:;]*/.exec(label)![0]

/** Programs do not make a row higher for what is wrapped in it, unless somebody touches it. */
function heightOf<Row> (row: Row, wrapped: readonly { column: Column<Row>, width: number }[]): number | undefined {
  return heightFor(wrapped.map(({ column, width }) => linesOf(String(cellOf(column, row) ?? ''), width)))
}

function linesOf (text: string, width: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length * 1.15 / width)), 0)
}

function heightFor (lines: readonly number[]): number | undefined {
  const most = Math.max(1, ...lines)
  return most === 1 ? undefined : Math.min(most, MOST_LINES) * LINE
}

function rowOf (row: number, cells: readonly string[], height?: number): string {
  const tall = height === undefined ? '' : ` ht="${height}" customHeight="1"`
  return `<row r="${row}"${tall}>${cells.join('')}</row>`
}

function cellXml<Row> (column: Column<Row>, row: Row, place: string, watcher: Watcher<Row>): string {
  const { kind, places, isOpen } = column
  const cell = cellOf(column, row)
  const open = isOpen?.(row) === true
  if (cell === null || cell === undefined || cell === '') {
    return open ? emptyCell(place, styleOf(kind, places?.(row) ?? 0, true)) : ''
  }
  if (typeof cell === 'boolean') return booleanCell(place, cell)
  if (typeof cell === 'number') return numberCell(place, cell, styleOf(kind, 0, open))
  if (kind === 'decimal' && isHeldByDouble(cell)) {
    return numberCell(place, cell, styleOf(kind, Math.max(places?.(row) ?? 0, placesOf(cell)), open))
  }
  if (kind === 'date') {
    const serial = serialOf(cell)
    if (serial !== undefined) return numberCell(place, serial, STYLES.date)
  }
  if (cell.length > MOST_CHARACTERS) watcher.cut(place)
  if (isWrapped(column) && !open) return textCell(place, cell, STYLES.wrapped)
  return textCell(place, cell, kind === 'decimal' ? styleOf(kind, MOST_PLACES, open) : styleOf(kind, 0, open))
}

const PROMPT = 255
const clipped = (text: string, most: number) => text.length > most ? `${text.slice(0, most - 1)}…` : text

/** What a column means, beside its name while that is selected; and what there is to choose from. */
function prompts<Row> (columns: readonly Column<Row>[], row: number): string {
  const told = columns.map(({ name, label }, i) =>
    `<dataValidation allowBlank="1" showInputMessage="1" sqref="${lettersOf(i)}${row}" ` +
    `promptTitle="${escapeXml(clipped(name, 32))}" ` +
    `prompt="${escapeXml(clipped(`${label.vi}\n${label.en}`, PROMPT))}"/>`)
  const choices = columns.flatMap(({ choices }, i) => choices === undefined
    ? []
    : [
        '<dataValidation type="list" allowBlank="1" showErrorMessage="1" ' +
        `sqref="${lettersOf(i)}${row + 1}:${lettersOf(i)}${SHEET_ROWS}">` +
        `<formula1>"${choices.map(escapeXml).join(',')}"</formula1></dataValidation>`
      ])
  const all = [...told, ...choices]
  return `<dataValidations count="${all.length}">${all.join('')}</dataValidations>`
}

export interface NoteRow { readonly cells: readonly string[], readonly isMarked?: boolean }

/** A small sheet of texts under a header. */
export function noteSheet (header: readonly string[], widths: readonly number[], rows: readonly NoteRow[]): string {
  const line = (cells: readonly string[], row: number, style: number) =>
    rowOf(row, cells.map((text, i) => text === '' ? '' : textCell(`${lettersOf(i)}${row}`, text, style)),
      heightFor(cells.map((text, i) => linesOf(text, widths[i]!))))
  return opening(widths.map((width, i) => widthCell(i, width)).join(''), 1) + line(header, 1, STYLES.header) +
    rows.map(({ cells, isMarked = false }, i) =>
      line(cells, i + 2, isMarked ? STYLES.marked : STYLES.wrapped)).join('') +
    `</sheetData>${PRINTED}</worksheet>`
}
