import type { ErrorObject } from 'ajv'
import type { FaultCode } from './fault-codes.js'
import { FORMATS } from './formats.js'
import { meantCode, meantDecimal, visible, type DecimalMark } from './misread.js'
import type { FieldError } from './problem.js'
import { pointerToken } from './text.js'
import type { LocalText } from '../domain/text.js'

/** Where the value stood: it decides between `pointer` and `parameter`, and between "field" and "parameter". */
export type Part = 'body' | 'querystring' | 'params' | 'headers'

interface Explanation { code: FaultCode, detail: LocalText }
type SchemaError = ErrorObject<string, Record<string, unknown>> & { parentSchema?: Record<string, unknown> }

const TYPES: Record<string, LocalText> = {
  string: { vi: 'chuỗi ký tự', en: 'a string' },
  integer: { vi: 'số nguyên', en: 'an integer' },
  number: { vi: 'số', en: 'a number' },
  boolean: { vi: 'true hoặc false', en: 'true or false' },
  object: { vi: 'đối tượng { … }', en: 'an object { … }' },
  array: { vi: 'danh sách [ … ]', en: 'a list [ … ]' },
  null: { vi: 'null', en: 'null' }
}

const say = (code: FaultCode, vi: string, en: string): Explanation => ({ code, detail: { vi, en } })

function wrongType (error: SchemaError, part: Part): Explanation {
  const { parentSchema = {}, data } = error
  const type = String([error.params.type].flat()[0])
  const { vi, en } = TYPES[type] ?? { vi: type, en: type }
  if (part !== 'body' && Array.isArray(data)) {
    return say('repeated_parameter', 'Tham số này chỉ được nêu một lần.', 'This parameter may be given once only.')
  }
  if (part === 'body' && error.instancePath === '' && data === null) {
    return say('required', 'Thiếu nội dung: cần một đối tượng JSON.', 'The body is missing: a JSON object is needed.')
  }
  if (parentSchema.format === 'decimal' && typeof data === 'number') {
    return say(
      'wrong_type', 'Số thập phân phải viết dạng chuỗi, ví dụ "82.50", không phải số JSON.',
      'A decimal is written as a string, such as "82.50", not as a JSON number.'
    )
  }
  return say('wrong_type', `Phải là ${vi}.`, `Must be ${en}.`)
}

/** The same, with what was read, and what may have been meant by it. */
function reading ({ code, detail: { vi, en } }: Explanation, read: string, meant?: string): Explanation {
  const shown = visible(read)
  return meant === undefined
    ? say(code, `${vi} Đọc được: “${shown}”.`, `${en} Read: "${shown}".`)
    : say(code,
      `${vi} Đọc được: “${shown}”; có phải là “${meant}”?`,
      `${en} Read: "${shown}"; did you mean "${meant}"?`)
}

const WITH_COMMA: Explanation = say('not_a_decimal',
  'Phải là số thập phân với dấu phẩy, không có số mũ, dấu chấm hay dấu phân cách, ví dụ 82,50.',
  'Must be a decimal with a comma, no exponent, no point and no separators, such as 82,50.')

/** Of a text that is no decimal, by the mark that decimals of the file have. */
export function notADecimal (read: string, mark: DecimalMark): Explanation {
  return reading(mark === ',' ? WITH_COMMA : FORMATS['decimal']!, read, meantDecimal(read, mark))
}

function badPattern ({ keyword, parentSchema = {}, data }: SchemaError, part: Part): Explanation {
  const { format, pattern, examples } = parentSchema as { format?: string, pattern?: string, examples?: unknown[] }
  const known = format === undefined ? undefined : FORMATS[format]
  if (format === 'date-time' && keyword === 'pattern') {
    return say('not_an_instant', 'Không quá 6 chữ số thập phân của giây.', 'At most 6 decimals of a second.')
  }
  if (known !== undefined && part === 'body') {
    return format === 'decimal' || format === 'shown-decimal'
      ? notADecimal(data as string, '.')
      : reading(known, data as string)
  }
  if (known !== undefined) return { code: known.code, detail: known.detail }
  const example = examples?.[0] === undefined ? '' : String(examples[0])
  return say('wrong_format',
    example === '' ? `Phải khớp với mẫu ${pattern}.` : `Phải khớp với mẫu ${pattern}, ví dụ ${example}.`,
    example === '' ? `Must match the pattern ${pattern}.` : `Must match the pattern ${pattern}, such as ${example}.`)
}

function outOfRange ({ keyword, params, parentSchema = {} }: SchemaError): Explanation {
  const { minimum, maximum } = parentSchema
  if (minimum !== undefined && maximum !== undefined) {
    return say('out_of_range', `Phải từ ${minimum} đến ${maximum}.`, `Must be from ${minimum} to ${maximum}.`)
  }
  const words: Record<string, [string, string]> = {
    minimum: ['không nhỏ hơn', 'at least'],
    exclusiveMinimum: ['lớn hơn', 'more than'],
    maximum: ['không lớn hơn', 'at most'],
    exclusiveMaximum: ['nhỏ hơn', 'less than']
  }
  const [vi, en] = words[keyword]!
  return say('out_of_range', `Phải ${vi} ${params.limit}.`, `Must be ${en} ${params.limit}.`)
}

function explain (error: SchemaError, part: Part): Explanation {
  const { keyword, params, parentSchema = {} } = error
  const { limit } = params
  switch (keyword) {
    case 'required':
      return part === 'body'
        ? say('required', 'Cần có trường này.', 'This field is required.')
        : say('required', 'Cần có tham số này.', 'This parameter is required.')
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const known = Object.keys(parentSchema.properties ?? {}).join(', ')
      if (part === 'body') {
        return say(
          'unknown_field', `Không có trường này. Các trường có: ${known}.`,
          `There is no such field. The fields are: ${known}.`
        )
      }
      return say(
        'unknown_parameter',
        known === '' ? 'Địa chỉ này không nhận tham số.' : `Không có tham số này. Các tham số có: ${known}.`,
        known === '' ? 'This address takes no parameters.' : `There is no such parameter. The parameters are: ${known}.`
      )
    }
    case 'type': return wrongType(error, part)
    case 'enum': {
      const values = (params.allowedValues as unknown[]).join(', ')
      const wrong = say('not_one_of', `Phải là một trong: ${values}.`, `Must be one of: ${values}.`)
      if (part !== 'body' || typeof error.data !== 'string') return wrong
      return reading(
        wrong, error.data, meantCode(error.data, code => (params.allowedValues as unknown[]).includes(code))
      )
    }
    case 'const': return say(
      'not_one_of', `Phải là ${JSON.stringify(params.allowedValue)}.`, `Must be ${JSON.stringify(params.allowedValue)}.`
    )
    case 'pattern': case 'format': return badPattern(error, part)
    case 'minLength':
      return limit === 1
        ? say('too_short', 'Không được để trống.', 'Must not be empty.')
        : say('too_short', `Cần ít nhất ${limit} ký tự.`, `Needs at least ${limit} characters.`)
    case 'maxLength': return say('too_long', `Không quá ${limit} ký tự.`, `At most ${limit} characters.`)
    case 'minimum': case 'maximum': case 'exclusiveMinimum': case 'exclusiveMaximum': return outOfRange(error)
    case 'multipleOf': return say(
      'out_of_range', `Phải là bội số của ${params.multipleOf}.`, `Must be a multiple of ${params.multipleOf}.`
    )
    case 'minItems': return say('too_few', `Cần ít nhất ${limit} phần tử.`, `Needs at least ${limit} items.`)
    case 'maxItems': return say('too_many', `Không quá ${limit} phần tử.`, `At most ${limit} items.`)
    case 'uniqueItems': return say(
      'repeated_item', `Phần tử ${params.j} và ${params.i} trùng nhau.`,
      `The items ${params.j} and ${params.i} are equal.`
    )
    case 'minProperties': return say(
      'too_few', `Cần ít nhất ${limit} trường.`, `Needs at least ${limit} field${limit === 1 ? '' : 's'}.`
    )
    case 'maxProperties': return say('too_many', `Không quá ${limit} trường.`, `At most ${limit} fields.`)
    case 'dependentRequired': return say(
      'required', `Cần có cùng với ${params.property}.`, `Is needed together with ${params.property}.`
    )
    case 'propertyNames': return say('unknown_field', 'Tên trường không hợp lệ.', 'The name of the field is not valid.')
    case 'anyOf': case 'oneOf': return say(
      'no_form_fits', 'Không khớp với dạng nào được phép; xem tài liệu OpenAPI.',
      'Fits none of the forms allowed; see the OpenAPI document.'
    )
    default: return say('not_valid', 'Không hợp lệ theo tài liệu OpenAPI.', 'Not valid after the OpenAPI document.')
  }
}

function placeOf ({ keyword, instancePath, params }: SchemaError): string {
  const name = keyword === 'required' || keyword === 'dependentRequired'
    ? params.missingProperty
    : keyword === 'additionalProperties'
      ? params.additionalProperty
      : keyword === 'unevaluatedProperties'
        ? params.unevaluatedProperty
        : keyword === 'propertyNames' ? params.propertyName : undefined
  return name === undefined ? instancePath : `${instancePath}${pointerToken(String(name))}`
}

/**
 * The branches of a union each complain. Where one of them is null, the other branch says what would be right; else
 * the union does.
 */
function withoutBranches (errors: SchemaError[]): SchemaError[] {
  const dropped = new Set<SchemaError>()
  for (const [index, union] of errors.entries()) {
    if (union.keyword !== 'anyOf' && union.keyword !== 'oneOf') continue
    const nullable = (union.schema as { type?: unknown }[]).some(branch => branch.type === 'null')
    if (nullable) dropped.add(union)
    for (const error of errors.slice(0, index)) {
      const inside = error.instancePath === union.instancePath ||
        error.instancePath.startsWith(`${union.instancePath}/`)
      if (nullable
        ? error.instancePath === union.instancePath && error.keyword === 'type' && error.params.type === 'null'
        : inside) {
        dropped.add(error)
      }
    }
  }
  return errors.filter(error => !dropped.has(error) && error.keyword !== 'if')
}

/** At most `max` of Ajv's errors as the registry words them, one per place and code. */
export function presentErrors (
  errors: readonly ErrorObject[], part: Part, max: number
): { errors: FieldError[], truncated: boolean } {
  // a union compares every error with every other: only within a bound
  const considered = withoutBranches((errors as SchemaError[]).slice(0, 20 * max))
  const found = new Map<string, FieldError>()
  for (const error of considered) {
    const place = placeOf(error)
    const { code, detail } = explain(error, part)
    const where = part === 'body' ? { pointer: place } : { parameter: place.slice(1) }
    if (!found.has(`${place} ${code}`)) found.set(`${place} ${code}`, { ...where, code, detail })
  }
  const all = [...found.values()]
  return { errors: all.slice(0, max), truncated: all.length > max || errors.length > 20 * max }
}
