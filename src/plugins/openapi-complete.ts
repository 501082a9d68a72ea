import { XLSX_SCHEMA } from '../http/export-format.js'
import { PROBLEM_TYPE, XLSX_TYPE } from '../http/negotiation.js'
import { problemType, type ProblemCode, commonProblems } from '../http/problem-codes.js'
import type { NamedEnum } from './openapi-enum-texts.js'
import { describeProperties } from './openapi-properties.js'
import { nameEnums } from './openapi-enums.js'
import { tellPatterns } from './openapi-patterns.js'
import { tellSight } from './openapi-sight.js'
import { NO_TAG, tellAllProblems, type Problems, type Told } from './openapi-problems.js'
import { BODIES } from './openapi-examples.js'
import { tagGroups, TAGS } from './openapi-text.js'
import type { Json, Reference, Content, Operation, Document } from './openapi-document.js'

/** The one scheme that auth.ts guards with, and beside it the pasting of a token. */
export const BEARER_SCHEME = 'bearer'

const FAULT = { pointer: '/name/vi', code: 'required', detail: 'Cần có trường này.' }

/** The problems documented once, under components/responses. */
const RESPONSES: Record<number, [name: string, code: ProblemCode]> = {
  400: ['InvalidRequest', 'invalid_request'],
  401: ['NotAuthenticated', 'not_authenticated'],
  403: ['NotAllowed', 'not_allowed'],
  404: ['NotFound', 'not_found'],
  405: ['MethodNotAllowed', 'method_not_allowed'],
  406: ['NotAcceptable', 'not_acceptable'],
  408: ['RequestTimeout', 'request_timeout'],
  409: ['Conflict', 'conflict'],
  412: ['PreconditionFailed', 'precondition_failed'],
  413: ['ContentTooLarge', 'content_too_large'],
  414: ['UriTooLong', 'uri_too_long'],
  415: ['UnsupportedMediaType', 'unsupported_media_type'],
  422: ['Unprocessable', 'unprocessable'],
  428: ['PreconditionRequired', 'precondition_required'],
  429: ['TooManyRequests', 'too_many_requests'],
  431: ['HeadersTooLarge', 'headers_too_large'],
  500: ['InternalError', 'internal_error'],
  503: ['Unavailable', 'unavailable']
}

/** In place of those, where an Idempotency-Key is taken. */
const KEYED_RESPONSES: Record<number, string> = { 409: 'ConflictOrRunning', 422: 'UnprocessableOrReused' }

/** The name under components/responses of the plain problem of this status. */
function plainProblem (method: string, status: number, keyed: boolean): string {
  if (status === 412 && method === 'post') return NO_TAG
  return (keyed ? KEYED_RESPONSES[status] : undefined) ?? RESPONSES[status]![0]
}

const schemaRef = (name: string): Reference => ({ $ref: `#/components/schemas/${name}` })
const header = (name: string): Reference => ({ $ref: `#/components/headers/${name}` })
const parameter = (name: string): Reference => ({ $ref: `#/components/parameters/${name}` })

const COMMON_HEADERS = {
  'API-Version': header('ApiVersion'),
  'X-Request-Id': header('RequestId'),
  'Cache-Control': header('CacheControl'),
  Vary: header('Vary'),
  RateLimit: header('RateLimit'),
  'RateLimit-Policy': header('RateLimitPolicy')
}
const EXTRA_HEADERS: Record<number, Json> = {
  400: { 'WWW-Authenticate': header('WwwAuthenticate') },
  401: { 'WWW-Authenticate': header('WwwAuthenticate') },
  403: { 'WWW-Authenticate': header('WwwAuthenticate') },
  405: { Allow: header('Allow') },
  412: { ETag: header('ETag') },
  415: {
    Accept: header('Accept'), 'Accept-Encoding': header('AcceptEncoding'), 'Accept-Post': header('AcceptPost'),
    'Accept-Patch': header('AcceptPatch')
  },
  429: { 'Retry-After': header('RetryAfter') },
  503: { 'Retry-After': header('RetryAfter') }
}

const describe = (code: ProblemCode): [string, string] => {
  const { title, about } = commonProblems[code as keyof typeof commonProblems]
  return [`${title.vi}. ${about.vi}`, `${title.en}. ${about.en}`]
}

function without (name: string, response: Json): Json {
  const { [name]: _, ...headers } = response['headers'] as Json
  return { ...response, headers }
}

function problemResponse (
  status: number, code: ProblemCode, more: readonly ProblemCode[] = [], headers: Json = {}
): Json {
  const { title } = commonProblems[code as keyof typeof commonProblems]
  const described = [code, ...more].map(describe)
  return {
    description: [0, 1].map(i => described.map(one => one[i]).join(' ')).join(' / '),
    headers: { ...COMMON_HEADERS, 'Content-Language': header('ContentLanguage'), ...EXTRA_HEADERS[status], ...headers },
    content: {
      [PROBLEM_TYPE]: {
        schema: schemaRef('Problem'),
        example: {
          type: problemType(code),
          title: title.vi,
          status,
          code,
          instance: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90',
          ...(status === 400 || status === 422 ? { errors: [FAULT] } : {})
        }
      }
    }
  }
}

const text = (description: string, rest: Json = {}): Json => ({ description, schema: { type: 'string', ...rest } })
const parameterOf = (name: string, required: boolean, description: string, rest: Json = {}): Json =>
  ({ name, in: 'header', required, ...text(description, rest) })

const KEY_SCHEMA = {
  minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$', examples: ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90']
}
const KEY_TEXT = {
  vi: 'Cùng khóa, cùng yêu cầu: phản hồi đầu tiên được trả lại, kèm “Idempotency-Replayed: true”, và không ghi gì ' +
    'thêm. Khóa là của riêng từng client, có hiệu lực 30 ngày; chỉ lưu phản hồi của yêu cầu đã được thực hiện.',
  en: 'The same key and the same request: the first answer again, with `Idempotency-Replayed: true`, and nothing is ' +
    'done twice. Keys belong to the client and live 30 days; only answers of what was done are kept.'
}

export const components = {
  headers: {
    ApiVersion: text('Phiên bản API (info.version). / The version of the API.'),
    RequestId: text('Mã yêu cầu; gửi tiêu đề cùng tên để tự đặt mã. / The id of the request; send the same header to ' +
      'choose it.'),
    ETag: text('ETag mạnh (strong), dùng cho If-Match và If-None-Match. / A strong tag for If-Match and ' +
      'If-None-Match.'),
    Location: text('Địa chỉ của tài nguyên mới. / Where the new resource is.', { format: 'uri-reference' }),
    ContentLocation: text(
      'Địa chỉ của nội dung được trả về: tài nguyên đã đổi, hoặc nơi đọc lại đúng bản xuất này. / The address of ' +
      'what is shown: the resource that was changed, or where this very export can be read again.',
      { format: 'uri-reference' }
    ),
    ContentSecurityPolicy: text('Của trang HTML: chỉ tải kiểu trình bày của chính trang. / Of the HTML page: nothing ' +
      'but its own style is loaded.'),
    ContentDisposition: text('attachment, kèm tên tệp. / attachment, with the name of the file.'),
    ContentLanguage: text('Ngôn ngữ của phản hồi. / The language of the answer.', { enum: ['vi', 'en'] }),
    CacheControl: text('no-cache: được lưu đệm, nhưng phải hỏi lại bằng If-None-Match trước khi dùng; private: chỉ ' +
      'người đọc được lưu, vì phản hồi tùy người đọc; no-store: không được lưu. / no-cache: may be kept, and is ' +
      'asked for again with If-None-Match before it is used; private: by its reader alone, since it depends on who ' +
      'asks; no-store: may not be kept.'),
    Vary: text('Các tiêu đề của yêu cầu mà phản hồi phụ thuộc vào. / The request headers on which the answer depends.'),
    Allow: text('Các phương thức mà địa chỉ này nhận. / The methods that this address takes.'),
    Accept: text('Các Content-Type mà địa chỉ này nhận. / The Content-Types that this address takes.'),
    AcceptEncoding: text('Các Content-Encoding mà địa chỉ này nhận. / The Content-Encodings that this address takes.'),
    AcceptPost: text('Các Content-Type mà POST ở đây nhận. / The Content-Types that a POST takes here.'),
    AcceptPatch: text('Các Content-Type mà PATCH ở đây nhận. / The Content-Types that a PATCH takes here.'),
    Link: text('rel="next": trang tiếp theo. / The next page.'),
    RateLimit: text(
      'Còn lại bao nhiêu yêu cầu (r) và trong bao nhiêu giây (t), theo giới hạn nêu tên; không có ở /health và ' +
      '/oauth, hay khi không có giới hạn. / How many requests are left (r) and for how many seconds (t), by the ' +
      'policy named; absent at /health and /oauth, or where there is no limit.',
      { examples: ['"client";r=59999;t=60'] }
    ),
    RateLimitPolicy: text(
      'Giới hạn: q yêu cầu trong w giây, của client hay của địa chỉ. / The policy: q requests in w seconds, of the ' +
      'client or of the address.',
      { examples: ['"client";q=60000;w=60'] }
    ),
    RetryAfter: text('Số giây cần đợi. / Seconds to wait.'),
    WwwAuthenticate: text('Cách xác thực (RFC 6750, RFC 9728). / How to authenticate (RFC 6750, RFC 9728).'),
    IdempotencyReplayed: text(
      'true: phản hồi của lần gửi đầu với khóa này. / The answer to the first request with this key.', { const: 'true' }
    )
  },
  parameters: {
    IfMatch: parameterOf('If-Match', true, 'ETag của phiên bản đã đọc, hoặc *. / The ETag that was read, or *.'),
    IfNoneMatch: parameterOf(
      'If-None-Match', false, 'ETag đã có: không đổi thì trả 304. / An ETag you have: 304 when nothing changed.'
    ),
    IdempotencyKey: parameterOf('Idempotency-Key', false, `${KEY_TEXT.vi} / ${KEY_TEXT.en}`, KEY_SCHEMA),
    RequiredIdempotencyKey: parameterOf('Idempotency-Key', true, `${KEY_TEXT.vi} / ${KEY_TEXT.en}`, KEY_SCHEMA),
    ContentEncoding: parameterOf(
      'Content-Encoding', false, 'gzip hoặc br: nội dung đã nén. / gzip or br: the body is compressed.',
      { examples: ['gzip'] }
    ),
    AcceptLanguage: parameterOf(
      'Accept-Language', false, 'vi (mặc định) hoặc en. / vi (the default) or en.', { examples: ['vi', 'en'] }
    )
  },
  responses: {
    NotModified: {
      description: 'Không đổi so với If-None-Match. / Not changed since the ETag given.',
      headers: {
        ...COMMON_HEADERS, ETag: header('ETag'), Link: header('Link'), 'Content-Language': header('ContentLanguage'),
        'Content-Location': header('ContentLocation')
      }
    },
    ConflictOrRunning: problemResponse(409, 'conflict', ['idempotency_in_progress'], {
      'Retry-After': header('RetryAfter')
    }),
    UnprocessableOrReused: problemResponse(422, 'unprocessable', ['idempotency_key_reused']),
    // the address of a POST has none that could be told
    [NO_TAG]: without('ETag', problemResponse(412, 'precondition_failed')),
    ...Object.fromEntries(Object.entries(RESPONSES)
      .map(([status, [name, code]]) => [name, problemResponse(Number(status), code)]))
  }
}

function refusals (method: string, operation: Operation): number[] {
  const changes = ['patch', 'put', 'delete'].includes(method)
  const named = operation.parameters?.some(p => 'in' in p && p.in === 'path') === true
  const statuses = [400, 406, 414, 429, 431, 500, 503]
  if (named) statuses.push(404)
  if (method !== 'get') statuses.push(409, 422)
  if (changes) statuses.push(428)
  if (changes || method === 'get' || operation['x-idempotency-key'] !== undefined) statuses.push(412)
  if (operation.requestBody !== undefined) statuses.push(408, 413, 415)
  if (operation['x-shadowed'] === true) statuses.push(405)
  return statuses
}

const isPlainProblem = (response: Content | Reference | undefined): boolean =>
  response !== undefined && 'content' in response &&
  Object.values(response.content ?? {})
    .every(media => media.schema?.$ref === '#/components/schemas/Problem' && media.example === undefined)

const WORKBOOK = {
  ...XLSX_SCHEMA,
  description: 'Các byte của tệp .xlsx, đúng như trên đĩa. / The bytes of the .xlsx, just as they are on the disk.'
}

/**
 * Media types without a schema of their own got that of the JSON; and the examples of a schema are shown where it is
 * used. `others`: what is an example in the types that are not JSON.
 */
function completeContent (content: Content['content'], schemas: Record<string, Json>, others: Json = {}): void {
  for (const [type, media] of Object.entries(content ?? {})) {
    const name = String(media.schema?.$ref ?? '').split('/').at(-1)!
    const isJson = /[/+]json$/.test(type)
    if (!isJson && type !== 'application/x-www-form-urlencoded' && name !== '') {
      content![type] = { schema: type === XLSX_TYPE ? WORKBOOK : { type: 'string' } }
    }
    if (others[type] !== undefined) content![type]!.example = others[type]
    if (!isJson || media.example !== undefined || media.examples !== undefined) continue
    const examples = (schemas[name]?.examples ?? media.schema?.examples ?? []) as unknown[]
    if (examples.length === 1) media.example = examples[0]
    else if (examples.length > 1) {
      media.examples = Object.fromEntries(examples.map((value, i) =>
        [`example${i + 1}`, { value }]))
    }
  }
}

/** Operations whose answers have headers that do not follow from the method. */
const OWN_HEADERS: Record<string, Record<string, readonly string[]>> = {
  getAgency: { 200: ['Content-Location'] },
  pushMeasurement: { 200: ['ETag', 'Content-Location'] },
  pushSubmission: { 200: ['Location', 'Content-Language'], 201: ['Content-Language'] },
  revokeClientKey: { 200: ['ETag', 'Content-Location'] },
  revokeClientSecret: { 200: ['ETag', 'Content-Location'] },
  revokeExtension: { 200: ['ETag', 'Content-Location'] },
  withdrawExplanation: { 200: ['ETag', 'Content-Location'] },
  getOpenapiJson: { 200: ['Content-Language'] },
  getOpenapiYaml: { 200: ['Content-Language'] },
  listProblemTypes: { 200: ['Content-Language', 'Content-Security-Policy'] },
  getProblemType: { 200: ['Content-Language', 'Content-Security-Policy'] }
}

/** `Content-Location` stands under `components/headers/ContentLocation`. */
const componentOf = (name: string): Reference => header(name.replaceAll('-', ''))

function headersOf (
  method: string, operation: Operation, status: string, response: Content, schemas: Record<string, Json>
): Json {
  const json = response.content?.['application/json']?.schema
  const schema = schemas[String(json?.$ref ?? '').split('/').at(-1)!] ?? json
  const isProblem = PROBLEM_TYPE in (response.content ?? {})
  const found = [...isProblem ? ['Content-Language'] : [], ...OWN_HEADERS[operation.operationId ?? '']?.[status] ?? []]
  if (status === '201' || (status === '200' && (method === 'get' || method === 'patch'))) found.push('ETag')
  if (status === '201' || status === '303') found.push('Location')
  // the answer to an atomic push with rejected rows is its receipt, and kept
  const kept = Number(status) < 300 || (status === '422' && operation.operationId === 'pushSubmission')
  if (operation['x-idempotency-key'] !== undefined && kept) found.push('Idempotency-Replayed')
  if (schema !== undefined && 'next' in (schema.properties as object ?? {})) found.push('Link')
  if (status === '200' && 'text/csv' in (response.content ?? {})) {
    found.push('Content-Disposition', 'Content-Language')
    if (operation.parameters?.some(one => 'name' in one && one.name === 'asOf') === true) found.push('Content-Location')
  }
  return Object.fromEntries(found.map(name => [name, componentOf(name)]))
}

function completeOperation (method: string, operation: Operation, schemas: Record<string, Json>): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if ('$ref' in response) continue
    // what @fastify/swagger says where a route says nothing
    if (response.description === 'Default Response') response.description = 'Thành công. / Success.'
    response.headers = { ...COMMON_HEADERS, ...EXTRA_HEADERS[Number(status)], ...response.headers }
    completeContent(response.content, schemas)
    Object.assign(response.headers, headersOf(method, operation, status, response, schemas))
  }
  completeContent(operation.requestBody?.content, schemas, BODIES[operation.operationId ?? ''])

  const declared = operation.responses
  const key = operation['x-idempotency-key']
  const statuses = new Set([
    ...refusals(method, operation), ...[401, 403].filter(status => isPlainProblem(declared[status]))
  ])
  delete operation['x-idempotency-key']
  delete operation['x-shadowed']
  delete operation['x-problems']
  for (const status of statuses) {
    if (declared[status] !== undefined && !isPlainProblem(declared[status])) continue
    declared[status] = { $ref: `#/components/responses/${plainProblem(method, status, key !== undefined)}` }
  }
  if (method === 'get') declared['304'] = { $ref: '#/components/responses/NotModified' }

  const headers = [
    ...(key === undefined ? [] : [key === 'required' ? 'RequiredIdempotencyKey' : 'IdempotencyKey']),
    ...(operation.requestBody?.content?.['text/csv'] === undefined ? [] : ['ContentEncoding']),
    ...(['patch', 'put', 'delete'].includes(method) ? ['IfMatch'] : []),
    ...(method === 'get' ? ['IfNoneMatch'] : []),
    'AcceptLanguage'
  ]
  const known = new Set((operation.parameters ?? []).map(p => 'name' in p ? p.name.toLowerCase() : ''))
  const added = headers.filter(name =>
    !known.has(String(components.parameters[name as keyof typeof components.parameters].name).toLowerCase()))
  operation.parameters = [...operation.parameters ?? [], ...added.map(parameter)]
  operation.security = (operation.security ?? []).flatMap(alternative => {
    const scopes = alternative.oauth2
    return scopes === undefined ? [alternative] : [alternative, { [BEARER_SCHEME]: [] }]
  })
}

/** `/v1/quality-rules/trial` fits `/v1/quality-rules/{code}` and stands before it: GET is 405 there. */
function markShadowed (paths: Document['paths']): void {
  for (const [path, item] of Object.entries(paths)) {
    const pattern = new RegExp(`^${path.replaceAll(/\{[^}]*\}/g, '[^/{}]+').replaceAll('.', '\\.')}$`)
    const others = Object.entries(paths).filter(([other]) => other !== path && pattern.test(other))
    for (const [method, operation] of Object.entries(item)) {
      if (others.some(([, other]) => other[method] === undefined)) operation['x-shadowed'] = true
    }
  }
}

/**
 * A path stands where the first tag of its operations stands; paths of the same tag stay in the order of their routes.
 */
function inOrderOfUse (paths: Document['paths']): Document['paths'] {
  const places = new Map(TAGS.map(({ name }, index) => [name, index]))
  const place = ([, item]: [string, Record<string, Operation>]) =>
    Math.min(...Object.values(item).flatMap(operation => operation.tags ?? [])
      .map(tag => places.get(tag) ?? places.size))
  return Object.fromEntries(Object.entries(paths).sort((a, b) => place(a) - place(b)))
}

/** Adds to every operation what follows from its method, its body and its path, so that no route repeats it. */
export function completeDocument (document: Document, codes: readonly NamedEnum[], problems: Problems): Document {
  const told = new Map<Operation, Told>()
  const schemas = document.components.schemas as Record<string, Json>
  const used = new Set<string>()
  markShadowed(document.paths)
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      operation.tags = operation.tags?.map(tag => tag.toLowerCase()) ?? []
      for (const tag of operation.tags) used.add(tag)
      told.set(operation, { key: operation['x-idempotency-key'], own: operation['x-problems'] ?? [] })
      completeOperation(method, operation, schemas)
    }
  }
  tellAllProblems(document, told, problems)
  tellPatterns([document.paths, schemas])
  nameEnums([document.paths, document.components.headers, document.components.parameters], schemas, codes)
  describeProperties(schemas)
  tellSight(document)
  const sorted = Object.entries(schemas).sort(([a], [b]) => a < b ? -1 : 1)
  document.components.schemas = Object.fromEntries(sorted.map(([name, { $id: _id, ...schema }]) => [name, schema]))
  document.paths = inOrderOfUse(document.paths)
  document.tags = TAGS.filter(tag => used.has(tag.name))
  document['x-tagGroups'] = tagGroups(used)
  return document
}
