import { MOST_PLACES, STYLES } from './write-styles.js'

/** Characters that a cell can have, in every program. */
export const MOST_CHARACTERS = 32_767
const CUT = ' … [cắt bớt, xem NDJSON | cut, see NDJSON]'

/** What XML cannot hold, and what would be read as the spelling of such: `_x000D_`. */
// eslint-disable-next-line no-control-regex
const UNWRITABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g
const MARKUP = /[&<>"]/g
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function escapeXml (text: string): string {
  return text.replace(UNWRITABLE, one => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(MARKUP, one => ENTITIES[one]!)
}

/** `A`, `Z`, `AA`: the letters of a column, from 0. */
export function lettersOf (index: number): string {
  const letter = String.fromCharCode(65 + index % 26)
  return index < 26 ? letter : lettersOf(Math.floor(index / 26) - 1) + letter
}

/** The text up to where the mark of the cut begins; a character that takes two code units is not split. */
function beginningOf (text: string): string {
  const end = MOST_CHARACTERS - CUT.length
  const last = text.charCodeAt(end - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? end - 1 : end)
}

export function textCell (place: string, text: string, style: number): string {
  const shown = text.length > MOST_CHARACTERS ? beginningOf(text) + CUT : text
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(shown)}</t></is></c>`
}

export function numberCell (place: string, number: string | number, style: number): string {
  return `<c r="${place}" s="${style}"><v>${number}</v></c>`
}

export function booleanCell (place: string, value: boolean): string {
  return `<c r="${place}" s="${STYLES.boolean}" t="b"><v>${value ? 1 : 0}</v></c>`
}

export const emptyCell = (place: string, style: number): string => `<c r="${place}" s="${style}"/>`

const DECIMAL = /^-?(\d+)(?:\.(\d+))?$/

/** How many decimals a decimal is written with. */
export const placesOf = (decimal: string): number =>
  decimal.length - 1 - (decimal.includes('.') ? decimal.indexOf('.') : decimal.length - 1)

/**
 * Whether a double holds the decimal, so that every program that reads it shows the same one: at most 15 digits, not
 * counting zeros before the first and behind the last decimal.
 */
export function isHeldByDouble (decimal: string): boolean {
  const [, whole, fraction = ''] = DECIMAL.exec(decimal) ?? []
  if (whole === undefined || fraction.length > MOST_PLACES) return false
  const digits = `${whole}${fraction.replace(/0+$/, '')}`.replace(/^0+/, '')
  return digits.length <= 15
}

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/
/** A workbook takes 1900 for a leap year: from here on its days are right. */
const FIRST_DAY = '1900-03-01'

/** The number of a day in a workbook; undefined for one that it cannot count. */
export function serialOf (date: string): number | undefined {
  if (!DATE.test(date) || date < FIRST_DAY) return undefined
  return (Date.parse(`${date}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / DAY_MS
}
