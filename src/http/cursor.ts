import { createHmac, timingSafeEqual } from 'node:crypto'
import { Problem, type FieldError } from './problem.js'

/**
 * A value of a sort key as it stands in a row: text, numeric, date and instant columns are strings, so nothing is lost
 * on the way.
 */
export type KeyValue = string | number | boolean | null

/** Where a page ended, and the question that it answered: a cursor alone asks for the next one. */
export interface Reached {
  /** Of the last row, in the order of the sort's keys. */
  readonly values: readonly KeyValue[]
  readonly sort: string
  /** The query parameters that choose the rows, as they stood in the address or were filled in by the server. */
  readonly filters: Readonly<Record<string, string>>
  /** What else the list depends on, such as the client that reads it. */
  readonly scope: string
}

/** 128 bits of HMAC-SHA-256: a cursor is checked, not a secret. */
const TAG_BYTES = 16

function tagOf (key: Buffer, path: string, payload: string): Buffer {
  return createHmac('sha256', key).update(path).update('\0').update(payload).digest().subarray(0, TAG_BYTES)
}

/** `path` is that of the list: a cursor is good for no other. */
export function sealCursor (key: Buffer, path: string, { values, sort, filters, scope }: Reached): string {
  const payload = Buffer.from(JSON.stringify([values, sort, filters, scope])).toString('base64url')
  return `${payload}.${tagOf(key, path, payload).toString('base64url')}`
}

export function invalidCursor (errors: FieldError[] = []): Problem {
  return new Problem('invalid_cursor', {
    errors: errors.length > 0
      ? errors
      : [{
          parameter: 'cursor',
          code: 'invalid_cursor',
          detail: {
            vi: 'Con trỏ đã bị sửa, hoặc thuộc về danh sách khác; hãy bắt đầu lại từ trang đầu.',
            en: 'The cursor was altered, or belongs to another list; start again from the first page.'
          }
        }]
  })
}

export function openCursor (key: Buffer, path: string, cursor: string): Reached {
  const [payload = '', tag = '', ...rest] = cursor.split('.')
  const given = Buffer.from(tag, 'base64url')
  if (rest.length > 0 || given.length !== TAG_BYTES || given.toString('base64url') !== tag ||
    !timingSafeEqual(given, tagOf(key, path, payload))) throw invalidCursor()
  const [values, sort, filters, scope] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
    KeyValue[], string, Record<string, string>, string
  ]
  return { values, sort, filters, scope }
}

/** A parameter that says something else than the cursor, which carries the whole question. */
export function contradiction (parameter: string, carried: string | undefined): FieldError {
  return {
    parameter,
    code: 'contradicts_cursor',
    detail: carried === undefined
      ? {
          vi: `Con trỏ thuộc về danh sách không có “${parameter}”; hãy bỏ tham số này, hoặc bắt đầu lại từ trang đầu.`,
          en: `The cursor belongs to the list without \`${parameter}\`: leave the parameter out, or start again from ` +
            'the first page.'
        }
      : {
          vi: `Con trỏ thuộc về danh sách với “${parameter}=${carried}”; hãy bỏ tham số này, hoặc bắt đầu lại từ ` +
            'trang đầu.',
          en: `The cursor belongs to the list with \`${parameter}=${carried}\`: leave the parameter out, or start ` +
            'again from the first page.'
        }
  }
}
