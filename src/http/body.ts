import { visit } from 'jsonc-parser'
import { utf16Fault } from './encoding.js'
import { miscodedFault } from './miscoded.js'
import { JSON_TYPE } from './negotiation.js'
import { bodyError, Problem, type FaultCode, type FieldError } from './problem.js'
import { pointerToken, textFault } from './text.js'

/** Deeper than any request of this registry by far; the serializer and the validators recurse. */
export const MAX_DEPTH = 32
/**
 * Fields and items of one body: a reorganisation of a thousand communes has 6,000, rows of figures are read otherwise.
 * Every one can be an error: 200,000 fields that there are not took 1.3 s, in which nobody else is answered.
 */
export const MAX_VALUES = 50_000
/** Stop collecting: Problem cuts at 100 and says so. */
const ENOUGH = 101

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function malformed (code: FaultCode, vi: string, en: string, pointer = ''): Problem {
  return new Problem('malformed_json', { errors: [bodyError(pointer, code, vi, en)] })
}

export function decodeUtf8 (bytes: Uint8Array): string {
  const utf16 = utf16Fault(bytes)
  if (utf16 !== undefined) throw new Problem('malformed_json', { errors: [utf16] })
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    throw malformed('invalid_utf8',
      'Nội dung không phải UTF-8 hợp lệ. (PowerShell trước 7.4 gửi chuỗi ở ISO-8859-1: thêm “; charset=utf-8” vào ' +
      '-ContentType.)',
      'The body is not valid UTF-8. (PowerShell before 7.4 sends a string in ISO-8859-1: add "; charset=utf-8" to ' +
      'its -ContentType.)')
  }
  if (text.startsWith('\uFEFF')) {
    throw malformed('byte_order_mark', 'Bỏ dấu BOM ở đầu nội dung.', 'Leave out the byte order mark.')
  }
  return text
}

/**
 * Depth, and number of members and of commas as written, without building anything: JSON.parse keeps the last of two
 * equal keys and does not tell.
 */
function measure (text: string): { depth: number, members: number, commas: number } {
  let depth = 0
  let deepest = 0
  let members = 0
  let commas = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // a string: to its closing quote
        for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++
        break
      case 0x7b: case 0x5b:
        deepest = Math.max(deepest, ++depth)
        break
      case 0x7d: case 0x5d:
        depth--
        break
      case 0x3a:
        members++
        break
      case 0x2c:
        commas++
    }
  }
  return { depth: deepest, members, commas }
}

/** Where the same key stands twice. Only for bodies known to have one: slower than JSON.parse. */
function duplicates (text: string): FieldError[] {
  const errors: FieldError[] = []
  const seen: Set<string>[] = []
  visit(text, {
    onObjectBegin: () => { seen.push(new Set()) },
    onObjectEnd: () => { seen.pop() },
    onObjectProperty (key, _offset, _length, _line, _character, pathOf) {
      const keys = seen.at(-1)!
      if (keys.has(key) && errors.length < ENOUGH) {
        errors.push(bodyError(
          [...pathOf(), key].map(pointerToken).join(''), 'duplicate_key', 'Khóa này xuất hiện hai lần.',
          'This key stands twice.'
        ))
      }
      keys.add(key)
    }
  }, { disallowComments: true })
  return errors
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** NFC everywhere, and everything no database column could hold: one walk over what was parsed. */
function purify (root: Record<string, unknown>): { value: unknown, members: number, errors: FieldError[] } {
  const errors: FieldError[] = []
  let members = 0
  const fault = (pointer: string, code: FaultCode, vi: string, en: string) => {
    if (errors.length < ENOUGH) {
      errors.push(bodyError(pointer, code, vi, en))
    }
  }

  const text = (value: string, pointer: string): string => {
    const found = textFault(value)
    if (found !== undefined && errors.length < ENOUGH) errors.push({ pointer, ...found })
    return value.normalize('NFC')
  }

  const member = (target: Record<string, unknown>, key: string, value: unknown, pointer: string) => {
    const at = `${pointer}${pointerToken(key)}`
    members++
    const name = text(key, at)
    if (name === '__proto__' || (name === 'constructor' && isObject(value) && Object.hasOwn(value, 'prototype'))) {
      return fault(at, 'forbidden_key', 'Khóa này không được dùng.', 'This key is not allowed.')
    }
    if (Object.hasOwn(target, name)) fault(at, 'duplicate_key', 'Khóa này xuất hiện hai lần.', 'This key stands twice.')
    target[name] = walk(value, at)
  }

  const walk = (value: unknown, pointer: string): unknown => {
    if (typeof value === 'string') return text(value, pointer)
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        fault(
          pointer, 'number_out_of_range', 'Số nguyên phải nằm trong ±(2^53 − 1).',
          'A number must be within ±(2^53 − 1).'
        )
      }
      return value
    }
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) value[i] = walk(value[i], `${pointer}/${i}`)
      return value
    }
    if (!isObject(value)) return value
    const target: Record<string, unknown> = {}
    for (const key of Object.keys(value)) member(target, key, value[key], pointer)
    return target
  }
  return { value: walk(root, ''), members, errors }
}

/**
 * Strict JSON (RFC 8259) with an object at the top; throws malformed_json or invalid_request with everything that is
 * wrong.
 */
export function parseJsonObject (bytes: Uint8Array, userAgent?: string): Record<string, unknown> {
  const text = decodeUtf8(bytes)
  const fault = miscodedFault(text, JSON_TYPE, userAgent)
  if (fault !== undefined) throw new Problem('malformed_json', { errors: [fault] })
  return parseJsonText(text)
}

/** The same of text that is already decoded. */
export function parseJsonText (text: string): Record<string, unknown> {
  const { value, errors } = readJsonText(text)
  if (errors.length > 0) throw new Problem('malformed_json', { errors })
  return value
}

/** The same of one line of NDJSON: throws where it is no object; what is wrong with single fields is told beside it. */
export function readJsonText (text: string): { value: Record<string, unknown>, errors: FieldError[] } {
  if (text.trim() === '') {
    throw malformed(
      'empty_body', 'Nội dung rỗng; cần một đối tượng JSON.', 'The body is empty; a JSON object is needed.'
    )
  }
  const { depth, members, commas } = measure(text)
  if (depth > MAX_DEPTH) {
    throw malformed('too_deep', `Không lồng quá ${MAX_DEPTH} cấp.`, `Nest at most ${MAX_DEPTH} deep.`)
  }
  if (Math.max(members, commas) > MAX_VALUES) {
    throw new Problem('content_too_large', {
      detail: {
        vi: `Không quá ${MAX_VALUES} giá trị trong một nội dung JSON.`,
        en: `At most ${MAX_VALUES} values in one JSON body.`
      },
      extra: { limit: MAX_VALUES }
    })
  }
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length
    throw malformed('not_json',
      line === undefined
        ? 'Không phải JSON hợp lệ (bị cắt giữa chừng?).'
        : `Không phải JSON hợp lệ: lỗi ở dòng ${line}, vị trí ${position}.`,
      line === undefined
        ? 'Not valid JSON (cut short?).'
        : `Not valid JSON: an error in line ${line}, at position ${position}.`)
  }
  if (!isObject(root)) {
    throw malformed('not_an_object', 'Ngoài cùng phải là một đối tượng { … }.', 'The top must be an object { … }.')
  }
  const purified = purify(root)
  const errors = purified.members === members ? purified.errors : [...duplicates(text), ...purified.errors]
  return { value: purified.value as Record<string, unknown>, errors }
}
