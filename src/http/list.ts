import type { Column, SQL } from 'drizzle-orm'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type TProperties } from 'typebox'
import { contradiction, invalidCursor, sealCursor, type KeyValue } from './cursor.js'
import { recordedFilters } from './recorded.js'
import { recordedWithin, type RecordedSpan } from '../db/recorded.js'
import { oneOf, strict } from './schema.js'
import {
  after, compareKeys, compareValues, orderBy, parseSort, sortExpression, sortText, type Compare, type SortKey
} from './sort.js'

export const MAX_LIMIT = 500
export const DEFAULT_LIMIT = 50
/** More than any list has, and few enough for a LIMIT. */
const ALL = 2 ** 31

/**
 * A sort of a list. A Drizzle column stands for itself; its value for the cursor is the row's property of the sort's
 * name. A computed list (no database) names `of`, and `compare` where byte order of strings or order of numbers is not
 * what is meant.
 */
export type Sort<Row> = Column | {
  column?: Column | SQL
  of?: (row: Row) => KeyValue
  compare?: Compare
  text?: boolean
  nullable?: boolean
}

export interface ListOptions<Row, Name extends string> {
  sorts: Record<Name, Sort<Row>>
  /** `code`, or `-recordedAt,code`. */
  defaultSort: string
  /** The sort that is unique: always the last one. */
  key: Name
  /** When a row was recorded: makes the sort `recordedAt` and the filters `recordedFrom` and `recordedTo`. */
  recorded?: Sort<Row>
}

interface ListQuery extends RecordedSpan { limit?: number, cursor?: string, sort?: string, count?: 'exact' }

interface PageResult<Item> { data: Item[], next?: string, count?: number }

export interface SendOptions {
  /** The total, when `page.counted`. */
  count?: number | undefined
  /** Query parameters that the next page must keep although the client left them to their defaults, e.g. `asOf`. */
  pin?: Record<string, string>
}

export interface Page<Row> {
  readonly limit: number
  /** Rows to fetch: one more than the limit, to know whether there is a next page. */
  readonly take: number
  /** `count=exact` was asked for. */
  readonly counted: boolean
  /** Undefined on the first page: Drizzle's `and` leaves it out. */
  readonly after: SQL | undefined
  /** The first page of the list without a span: empty only where there is nothing to list. */
  readonly isWhole: boolean
  /**
   * What `recordedFrom` and `recordedTo` ask for, of rows and of their count alike; undefined where neither is given.
   */
  readonly recorded: SQL | undefined
  readonly orderBy: SQL[]
  /** For lists that find their rows by other means: the order, and where the page before ended. */
  readonly keys: readonly SortKey[]
  readonly reached: readonly KeyValue[] | undefined
  /** For lists that are computed: sorts, and cuts out this page (and one more). */
  slice (rows: readonly Row[]): Row[]
  /** The envelope of at most `take` rows. */
  envelope<Item> (rows: readonly Row[], present: (row: Row) => Item, options?: SendOptions): PageResult<Item>
  /** The same, and sets the Link header. */
  send<Item> (
    reply: FastifyReply, rows: readonly Row[], present: (row: Row) => Item, options?: SendOptions
  ): PageResult<Item>
}

function valueOf<Row> (name: string, sort: Sort<Row>, row: Row): KeyValue {
  const value = 'of' in sort && typeof sort.of === 'function' ? sort.of(row) : (row as Record<string, unknown>)[name]
  if (value === undefined || (typeof value === 'object' && value !== null)) {
    throw new TypeError(`the row has no scalar "${name}" to page by`)
  }
  return value as KeyValue
}

function parts<Row> (sort: Sort<Row>): { column?: Column | SQL, compare: Compare, text?: boolean, nullable?: boolean } {
  if ('getSQLType' in sort) return { column: sort as Column, compare: compareValues }
  return { ...sort, compare: sort.compare ?? compareValues }
}

function expressionsOf<Row> (keys: readonly SortKey[], sorts: Record<string, Sort<Row>>) {
  return keys.map(key => {
    const { column, ...options } = parts(sorts[key.name]!)
    if (column === undefined) throw new TypeError(`the sort "${key.name}" has no column`)
    return sortExpression(column, options)
  })
}

/** As they stand in an address. */
function textsOf (parameters: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters)
    .flatMap(([name, value]) => value === undefined ? [] : [[name, String(value)]]))
}

export function defineList<Row = Record<string, unknown>, Name extends string = string> (
  options: ListOptions<Row, Name>
) {
  const { recorded } = options
  const sorts: Record<string, Sort<Row>> = recorded === undefined
    ? options.sorts
    : { ...options.sorts, recordedAt: recorded }
  const names = Object.keys(sorts)
  parseSort(options.defaultSort, names, options.key)

  return {
    /** The querystring schema: the list's own parameters and the route's filters. */
    query<P extends TProperties> (filters: P) {
      return strict({
        ...filters,
        ...recorded === undefined ? {} as typeof recordedFilters : recordedFilters,
        limit: Type.Optional(Type.Integer({
          minimum: 1, maximum: MAX_LIMIT,
          description: `Số phần tử mỗi trang, mặc định ${DEFAULT_LIMIT}. / Items a page, ${DEFAULT_LIMIT} when absent.`
        })),
        cursor: Type.Optional(Type.String({
          minLength: 1, maxLength: 4096,
          description: 'Lấy từ next; chỉ cần tham số này, bộ lọc và thứ tự đã ở trong đó. / As found in next; enough ' +
            'by itself, since it carries the filters and the sort.'
        })),
        sort: Type.Optional(Type.String({
          minLength: 1, maxLength: 200,
          description: `Các trường: ${names.join(', ')}; “-” là giảm dần; mặc định ${options.defaultSort}. / Fields ` +
            `to sort by, "-" for descending; ${options.defaultSort} when absent.`,
          examples: [options.defaultSort]
        })),
        count: Type.Optional(oneOf(['exact'], { description: 'Kèm tổng số. / Adds the total.' }))
      })
    },

    /** All of it at once, in the order of the list: what an export has, whose query has no paging. */
    whole (request: Pick<FastifyRequest, 'query' | 'server' | 'url'>): Page<Row> {
      const { server, url, query } = request
      return this.page({ server, url, query: { ...query as object, limit: ALL }, reached: undefined })
    },

    /** `scope`: what else the list depends on and a cursor must be bound to, such as the client that reads it. */
    page (request: Pick<FastifyRequest, 'query' | 'reached' | 'server' | 'url'>, scope = ''): Page<Row> {
      const query = request.query as ListQuery & Record<string, unknown>
      const { key, publicUrl } = request.server.paging
      const limit = query.limit ?? DEFAULT_LIMIT
      const { reached } = request
      if (reached !== undefined && reached.scope !== scope) throw invalidCursor()
      const canonical = (text: string) => sortText(parseSort(text, names, options.key))
      if (reached !== undefined && query.sort !== undefined && canonical(query.sort) !== reached.sort) {
        throw invalidCursor([contradiction('sort', reached.sort)])
      }
      const keys = parseSort(reached?.sort ?? query.sort ?? options.defaultSort, names, options.key)
      const path = request.url.split('?')[0]!
      const values = reached?.values
      const valuesOf = (row: Row): KeyValue[] => keys.map(k => valueOf(k.name, sorts[k.name]!, row))

      return {
        limit,
        take: limit + 1,
        counted: query.count === 'exact',
        keys,
        reached: values,
        get after () { return values === undefined ? undefined : after(keys, expressionsOf(keys, sorts), values) },
        isWhole: values === undefined && query.recordedFrom === undefined && query.recordedTo === undefined,
        get recorded () { return recorded === undefined ? undefined : recordedWithin(parts(recorded).column!, query) },
        get orderBy () { return orderBy(keys, expressionsOf(keys, sorts)) },
        slice (rows) {
          const compares = keys.map(k => parts(sorts[k.name]!).compare)
          return rows.map(row => ({ row, values: valuesOf(row) }))
            .sort((a, b) => compareKeys(keys, compares, a.values, b.values))
            .filter(entry => values === undefined || compareKeys(keys, compares, entry.values, values) > 0)
            .slice(0, limit + 1)
            .map(entry => entry.row)
        },
        envelope (rows, present, { count, pin = {} } = {}) {
          const shown = rows.slice(0, limit)
          const result: PageResult<ReturnType<typeof present>> = { data: shown.map(present) }
          if (rows.length > limit) {
            const { cursor, limit: asked, count: total, sort, ...rest } = query
            const filters = textsOf({ ...rest, ...pin })
            const last = { values: valuesOf(shown.at(-1)!), sort: sortText(keys), filters, scope }
            const search = new URLSearchParams({
              ...textsOf({ ...filters, sort, limit: asked, count: total }), cursor: sealCursor(key, path, last)
            })
            result.next = `${publicUrl}${path}?${search}`
          }
          if (count !== undefined) result.count = count
          return result
        },
        send (reply, rows, present, options) {
          const result = this.envelope(rows, present, options)
          if (result.next !== undefined) reply.header('link', `<${result.next}>; rel="next"`)
          return result
        }
      }
    }
  }
}
