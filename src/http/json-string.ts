import { CSV_TYPE } from './negotiation.js'
import { bodyError, type FieldError } from './problem.js'

/** From the first quote to the end, or to the last quote: no line break and no other quote that is not escaped. */
const ONE_STRING = /^\s*"(?:[^"\\\r\n]|\\.)*(?:\\|"\s*)?$/
const ESCAPED_BREAK = /\\[nr]/

/**
 * Clients that are generated or told "JSON" for every body put a CSV, NDJSON or JSON text into one JSON string:
 * `"indicator,agency\n…"`. `text`: the body, or its beginning. A CSV may begin with a quoted name, and have one column.
 */
export function jsonStringFault (text: string, type: string): FieldError | undefined {
  if (!ONE_STRING.test(text) || (type === CSV_TYPE && !ESCAPED_BREAK.test(text))) return undefined
  return bodyError('', 'json_string',
    'Toàn bộ nội dung là một chuỗi JSON ("…\\n…"): chương trình gửi đã mã hoá văn bản thành JSON thêm một lần. Hãy gửi chính văn bản, không đặt trong dấu nháy.',
    'The whole body is one JSON string ("…\\n…"): the client has encoded the text as JSON once more. Send the text itself, without quotes around it.')
}
