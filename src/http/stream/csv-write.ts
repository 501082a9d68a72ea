import type { Delimiter } from './csv-records.js'

/** RFC 4180: a cell in quotation marks where it must be, and where spaces at its ends would get lost. */
function cellOf (text: string, delimiter: Delimiter): string {
  const isPlain = !/["\r\n]|^[ \t]|[ \t]$/.test(text) && !text.includes(delimiter)
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}

/**
 * One record with its line ending; an absent value is an empty cell. Texts of others are guarded by whoever knows them
 * (csv.ts).
 */
export function csvRecord (
  cells: readonly (string | number | boolean | null | undefined)[], delimiter: Delimiter
): string {
  return `${cells.map(cell =>
    cell === null || cell === undefined ? '' : cellOf(String(cell), delimiter)).join(delimiter)}\r\n`
}
