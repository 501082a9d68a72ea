import type { ColumnKind } from '../columns.js'

/** Decimals that a number format of ours can show; a double has 15 digits. */
export const MOST_PLACES = 15

/** The looks of cells, by their place in the list of the workbook. */
export const STYLES = {
  plain: 0, header: 1, label: 2, code: 3, text: 4, integer: 5, date: 6, boolean: 7, marked: 8, openText: 9, noted: 10,
  wrapped: 11, decimal: 12, openDecimal: 13 + MOST_PLACES
} as const

const FILLS = { header: 'FF1F4E79', label: 'FFDDEBF7', open: 'FFFFF2CC', marked: 'FFFFC7CE' }
const FILL = { none: 0, header: 2, label: 3, open: 4, marked: 5 }
const TOP = '<alignment vertical="top"/>'
const WRAPPED = '<alignment vertical="top" wrapText="1"/>'
const RIGHT = '<alignment horizontal="right" vertical="top"/>'
/** Formats below 164 are those that every program knows: 1 is `0`, 49 is text. */
const TEXT_FORMAT = 49
const DATE_FORMAT = 164
/** Excel shows a logical value as such by itself, LibreOffice by this. */
const BOOLEAN_FORMAT = DATE_FORMAT + 1
const firstDecimal = BOOLEAN_FORMAT + 1

const places = Array.from({ length: MOST_PLACES + 1 }, (_, i) => i)
// without marks at the thousands: a program that saves a sheet as CSV writes what its cells show
const decimalFormat = (count: number) => count === 0 ? '0' : `0.${'0'.repeat(count)}`

interface Look { format?: number, font?: number, fill?: number, border?: number, alignment?: string }

const decimals = (fill: number): Look[] =>
  places.map(count => ({ format: firstDecimal + count, fill, border: fill === FILL.none ? 0 : 1, alignment: RIGHT }))

/** In the order of `STYLES`. */
const LOOKS: Look[] = [
  {},
  { font: 1, fill: FILL.header, alignment: '<alignment horizontal="left" vertical="center"/>' },
  { font: 2, fill: FILL.label, alignment: '<alignment horizontal="left" vertical="center" wrapText="1"/>' },
  { format: TEXT_FORMAT, alignment: TOP },
  { alignment: TOP },
  { format: 1, alignment: TOP },
  { format: DATE_FORMAT, alignment: TOP },
  { format: BOOLEAN_FORMAT, alignment: TOP },
  { font: 2, fill: FILL.marked, alignment: WRAPPED },
  { format: TEXT_FORMAT, fill: FILL.open, border: 1, alignment: TOP },
  { font: 3, alignment: TOP },
  { alignment: WRAPPED },
  ...decimals(FILL.none),
  ...decimals(FILL.open)
]

export function styleOf (kind: ColumnKind, count: number, isOpen: boolean): number {
  if (kind === 'decimal') return (isOpen ? STYLES.openDecimal : STYLES.decimal) + Math.min(count, MOST_PLACES)
  if (isOpen) return STYLES.openText
  if (kind === 'instant') return STYLES.code
  return STYLES[kind]
}

function xf ({ format = 0, font = 0, fill = FILL.none, border = 0, alignment }: Look): string {
  return `<xf numFmtId="${format}" fontId="${font}" fillId="${fill}" borderId="${border}" xfId="0" ` +
    `applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">${alignment ?? ''}</xf>`
}

const font = (more: string) => `<font>${more}<sz val="11"/><name val="Calibri"/><family val="2"/></font>`
const solid = (color: string) =>
  `<fill><patternFill patternType="solid"><fgColor rgb="${color}"/><bgColor indexed="64"/></patternFill></fill>`
const edge = (side: string) => `<${side} style="thin"><color rgb="FFBFBFBF"/></${side}>`

export const STYLES_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
  `<numFmts count="${places.length + 2}"><numFmt numFmtId="${DATE_FORMAT}" formatCode="dd/mm/yyyy"/>` +
  `<numFmt numFmtId="${BOOLEAN_FORMAT}" formatCode="&quot;TRUE&quot;;&quot;TRUE&quot;;&quot;FALSE&quot;"/>` +
  places.map(count => `<numFmt numFmtId="${firstDecimal + count}" formatCode="${decimalFormat(count)}"/>`).join('') +
  '</numFmts>' +
  `<fonts count="4">${font('')}${font(
    '<b/><color rgb="FFFFFFFF"/>'
  )}${font('<b/>')}${font('<color rgb="FF7F7F7F"/>')}</fonts>` +
  '<fills count="6"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
  `${solid(FILLS.header)}${solid(FILLS.label)}${solid(FILLS.open)}${solid(FILLS.marked)}</fills>` +
  '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>' +
  `<border>${['left', 'right', 'top', 'bottom'].map(edge).join('')}<diagonal/></border></borders>` +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  `<cellXfs count="${LOOKS.length}">${LOOKS.map(xf).join('')}</cellXfs>` +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
