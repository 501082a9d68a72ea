/**
 * What a cell shows of the number it holds: itself (`general`, or `number` with marks, decimals and zeros of its own),
 * a hundred times as much, a day or a time, or a thousandth (`scaled`).
 */
export type FormatKind = 'general' | 'number' | 'percent' | 'date' | 'scaled'

/** The formats that have no code in the workbook (ECMA-376 part 1, 18.8.30, with those of East Asian languages). */
const within = (...ranges: [first: number, last: number][]) => (id: number) =>
  ranges.some(([first, last]) => id >= first && id <= last)
const isGeneral = within([0, 1], [49, 49])
const isPercent = within([9, 10])
const isDate = within([14, 22], [27, 36], [45, 47], [50, 58], [71, 81])

const GENERAL_CODES = new Set(['', 'general', '0', '@'])
/** What is shown as it stands, widths of spaces, fillings, colours, conditions and languages. */
const BESIDE = /"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi
const EXPONENT = /e[+-]/gi
const THOUSANDTHS = /[0#?],+(?![,0#?])/

export function formatKind (id: number, code?: string): FormatKind {
  if (code === undefined) {
    if (isGeneral(id)) return 'general'
    return isPercent(id) ? 'percent' : isDate(id) ? 'date' : 'number'
  }
  if (GENERAL_CODES.has(code.toLowerCase())) return 'general'
  const shown = code.replace(BESIDE, '').replace(EXPONENT, '').replace(/general/gi, '0')
  if (shown.includes('%')) return 'percent'
  if (/[ymdhs]/i.test(shown)) return 'date'
  return THOUSANDTHS.test(shown) ? 'scaled' : 'number'
}
