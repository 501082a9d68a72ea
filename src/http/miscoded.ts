import { CSV_TYPE } from './negotiation.js'
import { bodyError, type FieldError } from './problem.js'

/** What a program made of a text on its way into the request. `text`: the body, or its beginning. */
export function miscodedFault (text: string, type: string, userAgent: string | undefined): FieldError | undefined {
  return jsonStringFault(text, type) ?? base64Fault(text) ?? lostLettersFault(text, userAgent)
}

/** From the first quote to the end, or to the last quote: no line break and no other quote that is not escaped. */
const ONE_STRING = /^\s*"(?:[^"\\\r\n]|\\.)*(?:\\|"\s*)?$/
const ESCAPED_BREAK = /\\[nr]/

/**
 * Clients that are generated or told "JSON" for every body put a CSV, NDJSON or JSON text into one JSON string:
 * `"indicator,agency\n…"`. A CSV may begin with a quoted name, and have one column.
 */
function jsonStringFault (text: string, type: string): FieldError | undefined {
  if (!ONE_STRING.test(text) || (type === CSV_TYPE && !ESCAPED_BREAK.test(text))) return undefined
  return bodyError('', 'json_string',
    'Toàn bộ nội dung là một chuỗi JSON ("…\\n…"): chương trình gửi đã mã hóa văn bản thành JSON thêm một lần. Hãy ' +
    'gửi chính văn bản, không đặt trong dấu nháy.',
    'The whole body is one JSON string ("…\\n…"): the client has encoded the text as JSON once more. Send the text ' +
    'itself, without quotes around it.')
}

/** How Power Automate and Logic Apps keep a file between two steps of a flow, in either order. */
const ENVELOPE = /^\s*\{\s*"\$content(?:-type)?"\s*:/
const BASE64 = /^\s*[A-Za-z0-9+/]{20,}={0,2}\s*$/
/** How a workbook (a zip) begins, and a text of rows. */
const FILE = /^(?:PK|\uFEFF?[^\p{Cc}]*[,;{\t])/u

/** The file in base64, by itself or in an envelope `{"$content-type":…,"$content":…}`, where its bytes belong. */
export function base64Fault (text: string): FieldError | undefined {
  if (!ENVELOPE.test(text) &&
    !(BASE64.test(text) && FILE.test(Buffer.from(text.trim().slice(0, 64), 'base64').toString()))) {
    return undefined
  }
  return bodyError('', 'base64_body',
    'Nội dung là tệp ở dạng base64 (Power Automate: {"$content-type": …, "$content": …}); hãy gửi chính các byte của ' +
    'tệp: trong Power Automate, Body là biểu thức base64ToBinary(…?[\'$content\']).',
    'The body is the file in base64 (Power Automate: {"$content-type": …, "$content": …}): send the bytes of the ' +
    'file themselves; in Power Automate the Body is the expression base64ToBinary(…?[\'$content\']).')
}

const WORD = /[\p{L}\p{M}?]+/gu
const MARK_WITHIN = /\p{L}\?+\p{L}/u
/** What stands beside the question mark of an address, or of a code, and not beside a word. */
const NO_WORD_BEFORE = /[\p{N}./%_~=&-]$/u
const NO_WORD_BEHIND = /^[\p{N}/%_~=&-]/u

/**
 * The first word with a question mark between two of its letters. Each character is looked at a fixed number of times.
 */
function wordWithMark (text: string): string | undefined {
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!MARK_WITHIN.test(word)) continue
    const end = index + word.length
    if (!NO_WORD_BEFORE.test(text.slice(Math.max(0, index - 2), index)) &&
      !NO_WORD_BEHIND.test(text.slice(end, end + 2))) {
      return word
    }
  }
  return undefined
}

/**
 * PowerShell before 7.4 sends a string in ISO-8859-1, and its Export-Csv (5.1) writes ASCII: `số liệu` is `s? li?u`
 * then, and valid UTF-8. It says who it is, so that no other client's question marks are doubted.
 */
function lostLettersFault (text: string, userAgent: string | undefined): FieldError | undefined {
  const word = userAgent !== undefined && /PowerShell\/\d/.test(userAgent) ? wordWithMark(text) : undefined
  if (word === undefined) return undefined
  return bodyError('', 'letters_lost',
    `“${word}”: PowerShell đã thay chữ tiếng Việt bằng dấu hỏi. Hãy thêm “; charset=utf-8” vào -ContentType, hoặc ` +
    'gửi tệp UTF-8 bằng -InFile.',
    `"${word}": PowerShell has put question marks in place of Vietnamese letters. Add "; charset=utf-8" to its ` +
    '-ContentType, or send a file in UTF-8 by -InFile.')
}

/** U+FFFD in UTF-8: what is written for a byte that is no text. */
const REPLACEMENT = Buffer.from('\uFFFD')
/** A zip has none, or one by chance. */
const NO_CHANCE = 8

/** Whether bytes that are no text were read as one and written again, as `@{…}` does in Power Automate. */
export function wentThroughText (bytes: Buffer): boolean {
  let found = 0
  for (let at = bytes.indexOf(REPLACEMENT); at !== -1 && found < NO_CHANCE; at = bytes.indexOf(REPLACEMENT, at + 3)) {
    found++
  }
  return found === NO_CHANCE
}
