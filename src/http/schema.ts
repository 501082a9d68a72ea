import { Type, type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox'
import type { FaultCode } from './fault-codes.js'
import type { ProblemCode } from './problem-codes.js'
import { CODE_PATTERN, PROVENANCES } from '../domain/words.js'
import { DECIMAL_PATTERN, SHOWN_PATTERN } from '../domain/decimal.js'
import { PERIOD_PATTERN } from '../domain/period.js'

/** A shared schema: it has an `$id` in PascalCase, is registered with app.addSchema, and is used by `ref`. */
export type Shared<T extends TSchema = TSchema> = T & { readonly $id: string }

export function shared<T extends TSchema> ($id: string, schema: T): Shared<T> {
  return Object.assign(schema, { $id })
}

/** A reference to a shared schema, typed as what it refers to. Siblings (description, examples) are allowed in 3.1. */
export function ref<T extends TSchema> (
  schema: Shared<T>, siblings: { description?: string, examples?: unknown[] } = {}
): TUnsafe<Static<T>> {
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#`, ...siblings })
}

interface ObjectOptions { description?: string, examples?: unknown[], minProperties?: number }

/** An object that refuses fields it does not know. */
export function strict<P extends TProperties> (properties: P, options: ObjectOptions = {}): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** All fields optional: the body of an application/merge-patch+json. */
export function patchOf<P extends TProperties> (properties: P, options: ObjectOptions = {}) {
  return Type.Partial(Type.Object(properties), { additionalProperties: false, minProperties: 1, ...options })
}

export function nullable<T extends TSchema> (schema: T): TUnsafe<Static<T> | null> {
  return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }] })
}

export function oneOf<const V extends readonly string[]> (
  values: V, options: { description?: string, default?: never } = {}
): TUnsafe<V[number]> {
  return Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...options })
}

export const LocalizedText = shared('LocalizedText', strict({
  vi: Type.String({
    minLength: 1, maxLength: 10_000, pattern: '\\S', description: 'Bằng tiếng Việt. / In Vietnamese.'
  }),
  en: Type.Optional(Type.String({
    minLength: 1, maxLength: 10_000, pattern: '\\S', description: 'Bằng tiếng Anh. / In English.'
  }))
}, {
  description: 'Một đoạn văn bản; tiếng Việt là bắt buộc. / A text; Vietnamese is required.',
  examples: [{ vi: 'Chuyển đổi số', en: 'Digital transformation' }]
}))
export type LocalizedText = Static<typeof LocalizedText>

/** The format is the pattern without the negative zero. */
export const Decimal = shared('Decimal', Type.String({
  format: 'decimal',
  pattern: DECIMAL_PATTERN,
  description: 'Số thập phân chính xác, viết dưới dạng chuỗi với dấu chấm. / An exact decimal, as a string: no ' +
    'exponent, no NaN, no thousands separator.',
  examples: ['82.50']
}))

/** The format is the pattern without the negative zero. */
export const ShownDecimal = shared('ShownDecimal', Type.String({
  format: 'shown-decimal',
  pattern: SHOWN_PATTERN,
  description: 'Số thập phân do hệ thống hiển thị: thêm chữ số cho đến khi không thể nhầm với số khác. / ' +
    'A decimal as the registry shows it: with as many decimals as it takes not to be taken for another number.',
  examples: ['89.95']
}))

export const CivilDate = shared('CivilDate', Type.String({
  format: 'date',
  description: 'Ngày YYYY-MM-DD (Asia/Ho_Chi_Minh). / A calendar day of the province.',
  examples: ['2025-06-30']
}))

export const Instant = shared('Instant', Type.String({
  format: 'date-time',
  description: 'Thời điểm RFC 3339; nhận mọi múi giờ, trả về Z. / An RFC 3339 instant: any offset in, Z out, at most ' +
    'microseconds.',
  examples: ['2025-06-30T09:15:00.000000Z']
}))

/** An instant that names what the registry knew: an answer says it again, so that nothing of it may be cut. */
export const KnownInstant = shared('KnownInstant', Type.String({
  format: 'date-time',
  pattern: '^[^.]*(?:\\.[0-9]{1,6}(?![0-9]).*)?$',
  description: 'Thời điểm RFC 3339, không quá 6 chữ số thập phân của giây. / ' +
    'An RFC 3339 instant with at most 6 decimals of a second.',
  examples: ['2025-06-30T09:15:00.000000Z']
}))

export const Code = shared('Code', Type.String({
  pattern: CODE_PATTERN,
  maxLength: 64,
  description: 'Mã ổn định: chữ cái, chữ số, “.”, “_”, “-”. / A stable code: letters, digits, dot, underscore, hyphen.',
  examples: ['CQS-01']
}))

/** A code, or `scheme:value` of one of the identifiers. */
export const CodeOrIdentifier = shared('CodeOrIdentifier', Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(:[A-Za-z0-9][A-Za-z0-9._/-]{0,127})?$',
  description: 'Mã trong hệ thống, hoặc “scheme:value”. / The registry\'s code, or scheme:value of an identifier.',
  examples: ['STTTT', 'qd20:H01.12']
}))

export const PeriodCode = shared('PeriodCode', Type.String({
  pattern: PERIOD_PATTERN,
  description: 'Kỳ báo cáo: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06. / A reporting period.',
  examples: ['2025-Q3']
}))

export const Uuid = shared('Uuid', Type.String({
  format: 'uuid',
  description: 'Định danh UUID chữ thường. / A UUID in lower case.',
  examples: ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90']
}))

export const WebAddress = shared('WebAddress', Type.String({
  format: 'uri',
  maxLength: 2048,
  description: 'Địa chỉ http(s) đầy đủ. / An absolute http or https address.',
  examples: ['https://example.org/report.pdf']
}))

export const Provenance = shared('Provenance', oneOf(PROVENANCES, {
  description: 'quoted: có nguyên văn trong kế hoạch · researched: tra cứu · illustrative: minh họa, không phải số ' +
    'liệu chính thức · operational: sử dụng thực tế. / quoted: stands in the plan · researched · illustrative: never ' +
    'official · operational: normal use.'
}))
export type Provenance = Static<typeof Provenance>

export const FieldErrorSchema = shared('FieldError', Type.Object({
  pointer: Type.Optional(Type.String({ description: 'RFC 6901: vị trí trong nội dung. / The place in the body.' })),
  parameter: Type.Optional(Type.String({
    description: 'Tên tham số hoặc tiêu đề. / The name of the query or path parameter, or of the header.'
  })),
  code: Type.Unsafe<FaultCode>({
    $ref: 'FieldErrorCode#', description: 'Mã lỗi, không đổi theo ngôn ngữ. / Never changes with the language.'
  }),
  detail: Type.String({ description: 'Thế nào là đúng. / What would be right.' })
}, { description: 'Một lỗi tại một vị trí. / One fault at one place.' }))

export const ProblemSchema = shared('Problem', Type.Object({
  type: Type.String({ format: 'uri-reference', description: 'Trang giải thích. / The page that explains it.' }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.Unsafe<ProblemCode>({
    $ref: 'ProblemCode#', description: 'Như type, ở dạng snake_case. / As type, in snake_case.'
  }),
  detail: Type.Optional(Type.String()),
  instance: Type.String({ description: 'Mã yêu cầu (X-Request-Id). / The id of the request.' }),
  errors: Type.Optional(Type.Array(
    Type.Unsafe<Static<typeof FieldErrorSchema>>({ $ref: 'FieldError#' }), { maxItems: 100 }
  )),
  truncated: Type.Optional(Type.Boolean({
    description: 'Có nhiều lỗi hơn số được liệt kê. / There are more errors than are listed.'
  })),
  bytesPerSecond: Type.Optional(Type.Integer({
    description: 'Nội dung phải đến ít nhất nhanh như vậy. / A body must come at least as fast.'
  })),
  unpacked: Type.Optional(Type.Integer({
    description: 'Số byte được giải nén mà không xét tỷ lệ nén. / Bytes that are unpacked whatever they were packed ' +
      'into.'
  })),
  ratio: Type.Optional(Type.Integer({
    description: 'Sau đó, mỗi byte gửi lên được giải nén thành nhiều nhất từng ấy byte. / Beyond them, bytes that ' +
      'each byte sent may unpack to.'
  })),
  limit: Type.Optional(Type.Integer({
    description: 'Giới hạn đã bị vượt (byte, dòng, giá trị hay giây, nêu ở detail). / The limit that was exceeded ' +
      '(bytes, rows, values or seconds, as detail says).'
  })),
  line: Type.Optional(Type.Integer({ minimum: 1, description: 'Dòng của tệp, từ 1. / The line of the file, from 1.' })),
  offset: Type.Optional(Type.Integer({
    minimum: 0,
    description: 'Byte của nội dung, từ 0, nơi JSON sai. / The byte of the body, from 0, at which the JSON is wrong.'
  })),
  pointer: Type.Optional(Type.String({ description: 'RFC 6901: vị trí trong nội dung. / The place in the body.' })),
  produces: Type.Optional(Type.Array(Type.String(), {
    description: '406: các định dạng có ở địa chỉ này. / 406: the media types there are at this address.'
  })),
  consumes: Type.Optional(Type.Array(Type.String(), {
    description: '415: các Content-Type được nhận ở địa chỉ này. / 415: the Content-Types that this address takes.'
  })),
  contentCodings: Type.Optional(Type.Array(Type.String(), {
    description: '415: các Content-Encoding được nhận. / 415: the Content-Encodings that are taken.'
  })),
  requiredScopes: Type.Optional(Type.Array(Type.String(), {
    description: '403: token cần một trong các scope này. / 403: a token needs one of these scopes.'
  })),
  location: Type.Optional(Type.String({
    format: 'uri-reference',
    description: '409 secret_shown_once: địa chỉ của mã bí mật đã tạo. / 409 secret_shown_once: where the secret ' +
      'that was made is.'
  }))
}, {
  description: 'Một vấn đề theo RFC 9457; title và detail theo Accept-Language. / A problem after RFC 9457; title ' +
    'and detail follow Accept-Language.'
}))

/** The envelope of a list: `listOf('IndicatorList', ref(Indicator))`. */
export function listOf<T extends TSchema> ($id: string, item: T, examples?: unknown[]) {
  return shared($id, Type.Object({
    data: Type.Array(item),
    next: Type.Optional(Type.String({
      format: 'uri', description: 'Trang tiếp theo; không có ở trang cuối. / The next page; absent on the last.'
    })),
    count: Type.Optional(Type.Integer({
      minimum: 0, description: 'Tổng số, chỉ khi count=exact. / The total, on count=exact only.'
    }))
  }, { additionalProperties: false, ...(examples === undefined ? {} : { examples }) }))
}

/** Registered once, at the root, for every feature, beside the schemas of the codes (codes.ts). */
export const sharedSchemas: readonly Shared[] = [
  LocalizedText, Decimal, ShownDecimal, CivilDate, Instant, KnownInstant, Code, CodeOrIdentifier, PeriodCode, Uuid,
  WebAddress, Provenance, FieldErrorSchema, ProblemSchema
]
