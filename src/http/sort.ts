import { and, Column, is, isNull, or, sql, type SQL } from 'drizzle-orm'
import { Problem, parameterError } from './problem.js'
import type { KeyValue } from './cursor.js'

/** One sort key, resolved for a request. Nulls come last in both directions. */
export interface SortKey {
  readonly name: string
  readonly descending: boolean
}

export interface SortExpression {
  readonly column: Column | SQL
  readonly nullable: boolean
  /** Text is compared by bytes (collation C), so that a cursor means the same on every server and in memory. */
  readonly text: boolean
}

const TEXT_TYPES = /^(text|varchar|char|citext)/

export function sortExpression (
  column: Column | SQL, options: { text?: boolean, nullable?: boolean } = {}
): SortExpression {
  const isColumn = is(column, Column)
  return {
    column,
    nullable: options.nullable ?? (isColumn ? !column.notNull : false),
    text: options.text ?? (isColumn && TEXT_TYPES.test(column.getSQLType()))
  }
}

/** Parses `field,-other`; the unique key is always appended. */
export function parseSort (text: string, names: readonly string[], key: string): SortKey[] {
  const keys = text.split(',').map(part => part.startsWith('-')
    ? { name: part.slice(1), descending: true }
    : { name: part, descending: false })
  const allowed = names.join(', ')
  const unknown = keys.find(k => !names.includes(k.name))
  if (unknown !== undefined) {
    throw new Problem('invalid_request', {
      errors: [parameterError('sort', 'unknown_sort_field',
        `Không sắp xếp được theo “${unknown.name}”. Các trường sắp xếp được: ${allowed}; thêm “-” ở trước để giảm dần.`,
        `Cannot sort by "${unknown.name}". The fields to sort by are: ${allowed}; a leading "-" means descending.`)]
    })
  }
  if (new Set(keys.map(k => k.name)).size < keys.length) {
    throw new Problem('invalid_request', {
      errors: [
        parameterError('sort', 'repeated_sort_field', 'Mỗi trường chỉ được nêu một lần.', 'Name each field once.')
      ]
    })
  }
  if (!keys.some(k => k.name === key)) keys.push({ name: key, descending: keys.at(-1)?.descending ?? false })
  return keys
}

/** The keys written out, as `parseSort` reads them. */
export function sortText (keys: readonly SortKey[]): string {
  return keys.map(({ name, descending }) => descending ? `-${name}` : name).join(',')
}

function operand ({ column, text }: SortExpression): SQL {
  return text ? sql`${column} collate "C"` : sql`${column}`
}

function parameter ({ column }: SortExpression, value: KeyValue): SQL {
  return is(column, Column) ? sql`${sql.param(value, column)}` : sql`${value}`
}

export function orderBy (keys: readonly SortKey[], expressions: readonly SortExpression[]): SQL[] {
  return keys.map((key, i) => {
    const e = expressions[i]!
    return sql`${operand(e)} ${sql.raw(key.descending ? 'desc' : 'asc')}${sql.raw(e.nullable ? ' nulls last' : '')}`
  })
}

/**
 * The rows after `values`: a row value where the directions agree (an index can follow it), else the comparison
 * written out.
 */
export function after (
  keys: readonly SortKey[], expressions: readonly SortExpression[], values: readonly KeyValue[]
): SQL {
  const descending = keys[0]!.descending
  if (keys.every(k => k.descending === descending) && expressions.every(e => !e.nullable)) {
    const left = sql.join(expressions.map(operand), sql`, `)
    const right = sql.join(expressions.map((e, i) => parameter(e, values[i]!)), sql`, `)
    return sql`(${left}) ${sql.raw(descending ? '<' : '>')} (${right})`
  }
  const alternatives = keys.map((key, i) => {
    const equal = expressions.slice(0, i).map((e, j) => values[j] === null
      ? isNull(operand(e))
      : sql`${operand(e)} = ${parameter(e, values[j]!)}`)
    return and(...equal, beyond(key, expressions[i]!, values[i]!))
  })
  return or(...alternatives)!
}

function beyond (key: SortKey, e: SortExpression, value: KeyValue): SQL {
  if (value === null) return sql`false`
  const further = sql`${operand(e)} ${sql.raw(key.descending ? '<' : '>')} ${parameter(e, value)}`
  return e.nullable ? sql`(${further} or ${operand(e)} is null)` : further
}

/** UTF-8 byte order: what collation C does. UTF-16 order differs from it beyond U+FFFF. */
export function compareText (a: string, b: string): number {
  if (a === b) return 0
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!
    if (difference !== 0) return Math.sign(difference)
  }
  return Math.sign(left.length - right.length)
}

export type Compare = (a: KeyValue, b: KeyValue) => number

/** Strings by bytes, numbers and booleans by value. */
export const compareValues: Compare = (a, b) => typeof a === 'string' && typeof b === 'string'
  ? compareText(a, b)
  : Math.sign(Number(a) - Number(b))

/** Like the SQL above, in memory. */
export function compareKeys (
  keys: readonly SortKey[], compares: readonly Compare[], a: readonly KeyValue[], b: readonly KeyValue[]
): number {
  for (const [i, key] of keys.entries()) {
    const left = a[i]!
    const right = b[i]!
    if (left === null || right === null) {
      if (left !== right) return left === null ? 1 : -1
      continue
    }
    const order = compares[i]!(left, right)
    if (order !== 0) return key.descending ? -order : order
  }
  return 0
}
