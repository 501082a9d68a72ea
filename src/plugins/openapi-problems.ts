import { PROBLEM_TYPE } from '../http/negotiation.js'
import type { FaultCode } from '../http/fault-codes.js'
import { problemType, type ProblemCode, type ProblemDefinition } from '../http/problem-codes.js'
import type { Document, Operation } from './openapi-document.js'
import type { Language } from '../domain/text.js'

type Json = Record<string, unknown>
export type Problems = Readonly<Record<ProblemCode, ProblemDefinition>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * What the route can answer with beside what follows from its method, its body and its scope. The document says so,
     * and the test suite holds every answer to it (plugins/validate-responses.ts).
     */
    problems?: readonly ProblemCode[]
  }
}

/** What a status means where nothing else is said. */
const BY_STATUS: Readonly<Record<number, readonly ProblemCode[]>> = {
  400: ['invalid_request', 'malformed_request'],
  401: ['not_authenticated', 'invalid_token'],
  403: ['insufficient_scope'],
  404: ['not_found'],
  405: ['method_not_allowed'],
  406: ['not_acceptable'],
  408: ['request_timeout'],
  412: ['precondition_failed'],
  413: ['content_too_large'],
  414: ['uri_too_long'],
  415: ['unsupported_media_type'],
  428: ['precondition_required'],
  429: ['too_many_requests'],
  431: ['headers_too_large'],
  500: ['internal_error'],
  503: ['unavailable']
}

/** The two settings of a route that decide which problems its operation can answer with. */
export interface Told {
  readonly key: Operation['x-idempotency-key']
  readonly own: readonly ProblemCode[]
}

function codesOf (status: number, operation: Operation, { key, own }: Told, problems: Problems): ProblemCode[] {
  const { operationId, parameters = [], requestBody } = operation
  const pages = parameters.some(one => 'name' in one && one.name === 'cursor')
  const all: (ProblemCode | false)[] = [
    ...['issueToken', 'revokeToken'].includes(operationId ?? '') && status === 401 ? [] : BY_STATUS[status] ?? [],
    requestBody?.content?.['application/json'] !== undefined && 'malformed_json',
    pages && 'invalid_cursor',
    key === 'required' && 'idempotency_key_required',
    ...own,
    key !== undefined && 'idempotency_in_progress',
    key !== undefined && 'idempotency_key_reused'
  ]
  // a read that refuses some readers names what every guarded route has
  const named = new Set(all.filter(code => code !== false))
  return [...named].filter(code => problems[code].status === status)
}

const INSTANCE = '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'

const pascal = (code: string) => code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A fault of those problems that list theirs. */
const FAULTS: Partial<Record<ProblemCode, { pointer: string, code: FaultCode, detail: string }>> = {
  invalid_request: { pointer: '/name/vi', code: 'required', detail: 'Cần có trường này.' },
  malformed_json: { pointer: '', code: 'not_json', detail: 'Không phải JSON hợp lệ (bị cắt giữa chừng?).' },
  unprocessable: { pointer: '/indicator', code: 'unknown_indicator', detail: 'Không có chỉ tiêu “CQS-99”.' },
  measurement_rejected: { pointer: '/agency', code: 'unknown_agency', detail: 'Không có cơ quan “STTTT”.' },
  reviews_rejected: {
    pointer: '/reviews/0/comment', code: 'comment_required', detail: 'Trả lại số liệu phải nêu lý do (“comment”).'
  }
}

function exampleOf (code: ProblemCode, { status, title }: ProblemDefinition, { errors: _errors, ...base }: Json): Json {
  const fault = FAULTS[code]
  return {
    ...base, type: problemType(code), title: title.vi, status, code, ...fault === undefined ? {} : { errors: [fault] }
  }
}

/**
 * The examples of a refusal that its route describes itself: beside the members of every problem it has those of
 * RFC 6749 (/oauth/token), or the address of the receipt of a push that ended early, which a 422 never is.
 */
function ownExample (
  code: ProblemCode, definition: ProblemDefinition, own: readonly ProblemCode[], example: Json
): Json {
  const { detail: _detail, error, error_description: _description, submission, ...base } = example
  return {
    ...exampleOf(code, definition, base),
    ...error === undefined
      ? {}
      : { error: own.includes(code) ? code : 'invalid_request', error_description: definition.title.en },
    ...submission === undefined || definition.status === 422 ? {} : { submission }
  }
}

/** The schema of a refusal: the one given (`Problem`, or one like it), whose `code` is one of these. */
const narrowed = (schema: unknown, codes: readonly ProblemCode[]): Json => ({
  allOf: [schema, {
    type: 'object',
    required: ['code'],
    properties: {
      code: {
        type: 'string',
        ...codes.length === 1 ? { const: codes[0] } : { enum: codes },
        description: 'Các mã có thể có ở đây. / The codes that are possible here.'
      }
    }
  }]
})

/** The base of a 412 that has no ETag. */
export const NO_TAG = 'WithoutTag'

/** The component of a refusal, for these codes: each explained, and shown in an example. */
function refusalOf (component: Json, codes: readonly ProblemCode[], problems: Problems): Json {
  const { example, ...media } = (component.content as Record<string, Json>)[PROBLEM_TYPE]!
  const about = (language: Language) =>
    codes.map(code => `${problems[code].title[language]}. ${problems[code].about[language]}`).join(' ')
  return {
    ...component,
    description: `${about('vi')} / ${about('en')}`,
    'x-problem-codes': codes,
    content: {
      [PROBLEM_TYPE]: {
        ...media,
        schema: narrowed(media.schema, codes),
        examples: Object.fromEntries(codes.map(code =>
          [code, { value: exampleOf(code, problems[code], example as Json) }]))
      }
    }
  }
}

/**
 * Says of every refusal of an operation which codes it can have (`x-problem-codes`). A refusal that has no code left is
 * no refusal of this operation. Equal ones share a component.
 */
function tellProblems (
  operation: Operation, of: Told, problems: Problems, bases: Record<string, Json>, told: Record<string, Json>
): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) < 400) continue
    const codes = codesOf(Number(status), operation, of, problems)
    if (codes.length === 0) {
      delete operation.responses[status]
    } else if ('$ref' in response) {
      const base = response.$ref.split('/').at(-1)!
      const name = `${codes.map(pascal).join('Or')}${base === NO_TAG ? base : ''}`
      told[name] ??= refusalOf(bases[base]!, codes, problems)
      operation.responses[status] = { $ref: `#/components/responses/${name}` }
    } else {
      Object.assign(response, { 'x-problem-codes': codes })
      const { schema, example = { instance: INSTANCE } } = response.content![PROBLEM_TYPE]!
      response.content![PROBLEM_TYPE] = {
        schema: narrowed(schema, codes),
        examples: Object.fromEntries(codes.map(code =>
          [code, { value: ownExample(code, problems[code], of.own, example as Json) }]))
      }
    }
  }
}

/** Adds to every operation the codes of its refusals. */
export function tellAllProblems (document: Document, told: ReadonlyMap<Operation, Told>, problems: Problems): void {
  const { NotModified, ...bases } = document.components.responses as Record<string, Json>
  const refusals: Record<string, Json> = {}
  for (const operation of Object.values(document.paths).flatMap(item => Object.values(item))) {
    tellProblems(operation, told.get(operation)!, problems, bases, refusals)
  }
  document.components.responses = { NotModified, ...refusals }
}
