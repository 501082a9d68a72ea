import { createHmac, timingSafeEqual } from 'node:crypto'
import { Problem } from './problem.js'

/** A value of a sort key as it stands in a row: text, numeric, date and instant columns are strings, so nothing is lost on the way. */
export type KeyValue = string | number | boolean | null

/** 128 bits of HMAC-SHA-256: a cursor is checked, not a secret. */
const TAG_BYTES = 16

function tagOf (key: Buffer, scope: string, payload: string): Buffer {
  return createHmac('sha256', key).update(scope).update('\0').update(payload).digest().subarray(0, TAG_BYTES)
}

/** `scope` is everything the cursor is bound to: the list, its filters and its sort. */
export function sealCursor (key: Buffer, scope: string, values: readonly KeyValue[]): string {
  const payload = Buffer.from(JSON.stringify(values)).toString('base64url')
  return `${payload}.${tagOf(key, scope, payload).toString('base64url')}`
}

export function openCursor (key: Buffer, scope: string, cursor: string): KeyValue[] {
  const [payload = '', tag = '', ...rest] = cursor.split('.')
  const given = Buffer.from(tag, 'base64url')
  if (rest.length > 0 || given.length !== TAG_BYTES || given.toString('base64url') !== tag ||
    !timingSafeEqual(given, tagOf(key, scope, payload))) {
    throw new Problem('invalid_cursor', {
      errors: [{
        parameter: 'cursor',
        code: 'invalid_cursor',
        detail: {
          vi: 'Con trỏ đã bị sửa, hoặc thuộc về danh sách, bộ lọc hay thứ tự khác; hãy bắt đầu lại từ trang đầu.',
          en: 'The cursor was altered, or belongs to another list, filter or sort; start again from the first page.'
        }
      }]
    })
  }
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as KeyValue[]
}
