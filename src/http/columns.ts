import type { Kind } from './sight.js'
import { guard } from './stream/csv.js'
import type { LocalText } from '../domain/text.js'

export type Cell = string | number | boolean | null | undefined

/**
 * `code` stands as it is · `text` somebody has written, and is guarded against formulas · `decimal` may have a comma
 * in a CSV, and is a number in a workbook where a double holds it · `date` is a day · `instant` stays text, since a
 * workbook's number of days has neither microseconds nor a time zone.
 */
export type ColumnKind = 'code' | 'text' | 'decimal' | 'integer' | 'boolean' | 'date' | 'instant'

/** A column of an export: CSV and workbooks have the same ones, in the same order. */
export interface Column<Row> {
  readonly name: string
  readonly kind: ColumnKind
  /** What it says: the label above it, and the explanation on a sheet of its own. */
  readonly label: LocalText
  of (row: Row): Cell
  /** Decimals that a workbook shows at least. */
  places? (row: Row): number
  /** Among the first columns, which are printed; the others are details. */
  readonly isMain?: boolean
  /** What may be chosen in a workbook. */
  readonly choices?: readonly string[]
  /** Whether the cell is there to be filled in. */
  isOpen? (row: Row): boolean
  /** In characters; by the kind and the name when absent. */
  readonly width?: number
  /** Whom it concerns, where that is not everybody: `name` is then the path of the field in the row. */
  readonly visibleTo?: Kind
}

/** A column that has the name of the path of its field in the JSON: `target.id`. Lists stand with spaces between. */
export function column<Row extends object> (
  name: string, kind: ColumnKind, vi: string, en: string, more: Partial<Column<Row>> = {}
): Column<Row> {
  const path = name.split('.')
  return { name, kind, label: { vi, en }, of: row => cellAt(row, path), ...more }
}

function cellAt (row: object, path: readonly string[]): Cell {
  let value: unknown = row
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return Array.isArray(value) ? value.join(' ') : value as Cell
}

/** `name.vi` and `name.en`. */
export function named<Row extends object> (name: string, vi: string, en: string): Column<Row>[] {
  return [
    column(`${name}.vi`, 'text', `${vi} (tiếng Việt)`, `${en} (Vietnamese)`, { width: 40 }),
    column(`${name}.en`, 'text', `${vi} (tiếng Anh)`, `${en} (English)`, { width: 40 })
  ]
}

/** The cell as a file has it. */
export function cellOf<Row> ({ kind, of }: Column<Row>, row: Row): Cell {
  const cell = of(row)
  return kind === 'text' && typeof cell === 'string' ? guard(cell) : cell
}
