import { isDecimal, isShownDecimal } from '../../domain/decimal.js'
import type { StreamLimits } from '../limits.js'
import { bodyError, type FieldError } from '../problem.js'
import { notADecimal } from '../schema-errors.js'
import { pointerToken, textFault, type TextFault } from '../text.js'
import { partlyReadable, readable, type Row } from './rows.js'

/**
 * `text` may have been guarded against formulas, `decimal` may have a comma if that was asked for, and so may `shown`,
 * a decimal with as many places as the registry itself shows; `plain` stands as it is, and so do a `period` and an
 * `instant`, which spreadsheets take for dates.
 */
export type CellKind = 'text' | 'decimal' | 'shown' | 'plain' | 'period' | 'instant'

export const isFigure = (kind: CellKind | 'ignored'): boolean => kind === 'decimal' || kind === 'shown'

/** What rows of cells under a header may have: those of a CSV, and of a sheet of a workbook. */
export interface TableOptions {
  limits?: StreamLimits
  /** `12,5` is 12.5, and a point is refused: in such a file `1.234` may be a thousand. */
  decimalComma?: boolean
  /** All there may be, in the order in which the answer to an unknown one lists them. */
  columns: Readonly<Record<string, CellKind>>
  required?: readonly string[]
  /** Taken and passed over: what an export has that a push has not. */
  ignored?: readonly string[]
  /** Columns of this file that are not ours, passed over too; names that begin with `#` always are. */
  passedOver?: ReadonlySet<string> | undefined
  /** Columns `<name>.<key>` of text make up one object: `breakdown.sex` is { breakdown: { sex } }. */
  nested?: { name: string, accepts: (key: string) => boolean }
  /**
   * Rows of a template, known by what stands in their column `marker`, are left out where they have nothing beside the
   * fields named.
   */
  template?: { marker: string, prefilled: ReadonlySet<string> } | undefined
}

export interface Column { name: string, kind: CellKind | 'ignored', key: string | undefined }

export interface Header {
  /** The names as the header has them. */
  names: string[]
  columns: Column[]
  /** Cells of a record: columns without a name at the right edge are none, and have empty cells. */
  width: number
}

/**
 * A text cell that a spreadsheet could take for a formula, or that unguard() would take for a guarded one: also where
 * only what nobody sees stands before the sign, and where the sign is the full-width one of an East Asian keyboard.
 */
const DANGEROUS = /^'*(?:[\t\r\n]|[\s\u200b-\u200d\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])/

/** The pair is exact: unguard(guard(text)) is text, whatever that is. */
export const guard = (text: string): string => DANGEROUS.test(text) ? `'${text}` : text
export const unguard = (text: string): string =>
  text.charCodeAt(0) === 0x27 && DANGEROUS.test(text) ? text.slice(1) : text

const WITH_COMMA = /^-?\d+,\d+$/
/** A ratio as the registry shows it, which is a text in a workbook and keeps its point in whatever is made of that. */
const AS_SHOWN = /^-?\d+\.\d{12,}$/

/**
 * The decimal that a cell with a comma says; undefined where it says none. A point is not taken: `1.234` may be a
 * thousand, while twelve decimals are none.
 */
function fromComma (cell: string, isRight: (text: string) => boolean): string | undefined {
  if (WITH_COMMA.test(cell)) cell = cell.replace(',', '.')
  else if (cell.includes('.') && !AS_SHOWN.test(cell)) return undefined
  return isRight(cell) ? cell : undefined
}

/** A row while its cells are put in. */
export class RowDraft {
  readonly value: Record<string, unknown> = {}
  problems: FieldError[] | undefined

  /** `isSimple`: of the text is known that it can be stored as it is. */
  text (column: Column, text: string, decimalComma: boolean, isSimple: boolean): void {
    const { kind } = column
    if (!isSimple) {
      const fault = textFault(text)
      if (fault !== undefined) this.fault(column, fault)
      text = text.normalize('NFC')
    }
    if (kind === 'text') text = unguard(text)
    else if (decimalComma && isFigure(kind)) {
      const decimal = fromComma(text, kind === 'shown' ? isShownDecimal : isDecimal)
      if (decimal === undefined) this.fault(column, notADecimal(text, ','))
      else text = decimal
    }
    this.put(column, text)
  }

  put ({ name, key }: Column, text: string): void {
    if (key === undefined) this.value[name] = text
    else ((this.value[name] ??= {}) as Record<string, string>)[key] = text
  }

  fault ({ name, key }: Column, fault: TextFault): void {
    (this.problems ??= []).push({
      pointer: pointerToken(name) + (key === undefined ? '' : pointerToken(key)), ...fault
    })
  }

  /** Nothing was filled into a row of a template. */
  isUnfilled (prefilled: ReadonlySet<string>): boolean {
    if (this.problems !== undefined) return false
    for (const name in this.value) if (!prefilled.has(name)) return false
    return true
  }

  row (line: number): Row {
    return this.problems === undefined ? readable(line, this.value) : partlyReadable(line, this.value, this.problems)
  }
}

/** `cell`: which it is, in a word of both languages. */
export function underNoColumn (vi: string, en: string): FieldError {
  return bodyError('', 'wrong_cell_count',
    `Ô ${vi} có nội dung, nhưng cột đó không có tên ở dòng tiêu đề.`,
    `Cell ${en} has content, but its column has no name in the header.`)
}
