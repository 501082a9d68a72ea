import type { Language } from '../http/language.js'
import { PROBLEM_TYPE } from '../http/negotiation.js'
import type { FaultCode } from '../http/fault-codes.js'
import { problemType, type ProblemCode, type ProblemDefinition } from '../http/problem-codes.js'
import type { Document, Operation } from './openapi-complete.js'

type Json = Record<string, unknown>
export type Problems = Readonly<Record<ProblemCode, ProblemDefinition>>

/**
 * What an operation can be answered with beside what follows from its method, its body and its scope. The test suite
 * holds every answer to it (plugins/validate-responses.ts).
 */
const OWN_PROBLEMS: Readonly<Record<string, readonly ProblemCode[]>> = {
  issueToken: ['invalid_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_target'],
  pushMeasurement: ['measurement_rejected', 'unprocessable'],
  pushSubmission: ['submission_rejected', 'unprocessable'],
  reviewMeasurement: [
    'own_measurement', 'revision_changed', 'not_pending', 'comment_required', 'already_withdrawn', 'period_locked'
  ],
  reviewMeasurements: ['reviews_rejected'],
  withdrawMeasurement: ['not_allowed', 'revision_changed', 'already_withdrawn', 'period_locked'],
  createExplanation: ['not_allowed', 'already_explained', 'unprocessable'],
  updateExplanation: ['not_allowed', 'explanation_withdrawn', 'unprocessable'],
  withdrawExplanation: ['not_allowed', 'explanation_withdrawn'],
  createQualityRule: ['already_exists', 'unprocessable'],
  updateQualityRule: ['unprocessable'],
  tryQualityRule: ['unprocessable'],
  createPlan: ['already_exists', 'unprocessable'],
  updatePlan: ['unprocessable'],
  createPillar: ['already_exists', 'unprocessable'],
  updatePillar: ['already_exists', 'unprocessable'],
  createIndicator: ['already_exists', 'unprocessable'],
  updateIndicator: ['unprocessable'],
  createTarget: ['already_exists', 'unprocessable'],
  amendTarget: ['target_dropped', 'unprocessable'],
  allocateTarget: ['already_allocated', 'target_dropped', 'unprocessable'],
  createTask: ['already_exists', 'unprocessable'],
  updateTask: ['unprocessable'],
  createTaskNote: ['unprocessable'],
  createAssignment: ['second_lead', 'conflict', 'unprocessable'],
  updateAssignment: ['second_lead', 'conflict', 'unprocessable'],
  createDocument: ['already_exists', 'unprocessable'],
  updateDocument: ['already_exists', 'unprocessable'],
  createAgency: ['already_exists', 'conflict', 'unprocessable'],
  correctAgency: ['conflict', 'unprocessable'],
  repairDuplicateAgency: ['already_exists', 'conflict', 'unprocessable'],
  createReorganisation: ['already_exists', 'conflict', 'second_lead', 'unprocessable'],
  createDimension: ['already_exists', 'unprocessable'],
  updateDimension: ['unprocessable'],
  createDimensionMember: ['already_exists', 'unprocessable'],
  updateDimensionMember: ['unprocessable'],
  createClient: ['already_exists', 'unprocessable'],
  updateClient: ['client_ended', 'last_administrator', 'unprocessable'],
  createClientSecret: ['client_ended', 'two_live_secrets', 'secret_shown_once', 'unprocessable'],
  revokeClientSecret: ['conflict', 'last_administrator'],
  createClientTransition: ['client_ended', 'conflict', 'last_administrator', 'unprocessable'],
  createCalendar: ['already_exists', 'unprocessable'],
  updateCalendar: ['unprocessable'],
  createPeriodTransition: ['unprocessable'],
  createHoliday: ['already_exists', 'unprocessable'],
  updateHoliday: ['unprocessable'],
  createExtension: ['unprocessable'],
  revokeExtension: ['already_revoked'],
  createStatusRule: ['unprocessable'],
  getSubmission: ['not_allowed'],
  listSubmissions: ['not_allowed'],
  listSubmissionRows: ['not_allowed']
}

/** What a status means where nothing else is said. */
const BY_STATUS: Readonly<Record<number, readonly ProblemCode[]>> = {
  400: ['invalid_request'],
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

/** Whether the operation takes an Idempotency-Key, and whether it must. */
type Key = Operation['x-idempotency-key']

function codesOf (status: number, operation: Operation, key: Key, problems: Problems): ProblemCode[] {
  const { operationId = '', parameters = [], requestBody } = operation
  const pages = parameters.some(one => 'name' in one && one.name === 'cursor')
  const all: (ProblemCode | false)[] = [
    ...operationId === 'issueToken' && status === 401 ? [] : BY_STATUS[status] ?? [],
    requestBody?.content?.['application/json'] !== undefined && 'malformed_json',
    pages && 'invalid_cursor',
    key === 'required' && 'idempotency_key_required',
    ...OWN_PROBLEMS[operationId] ?? [],
    key !== undefined && 'idempotency_in_progress',
    key !== undefined && 'idempotency_key_reused'
  ]
  return all.filter(code => code !== false).filter(code => problems[code].status === status)
}

const pascal = (code: string) => code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** A fault of those problems that list theirs. */
const FAULTS: Partial<Record<ProblemCode, { pointer: string, code: FaultCode, detail: string }>> = {
  invalid_request: { pointer: '/name/vi', code: 'required', detail: 'Cần có trường này.' },
  malformed_json: { pointer: '', code: 'not_json', detail: 'Không phải JSON hợp lệ (bị cắt giữa chừng?).' },
  unprocessable: { pointer: '/indicator', code: 'unknown_indicator', detail: 'Không có chỉ tiêu “CQS-99”.' },
  measurement_rejected: { pointer: '/agency', code: 'unknown_agency', detail: 'Không có cơ quan “STTTT”.' },
  reviews_rejected: { pointer: '/reviews/0/comment', code: 'comment_required', detail: 'Trả lại số liệu phải nêu lý do (“comment”).' }
}

function exampleOf (code: ProblemCode, { status, title }: ProblemDefinition, { errors: _errors, ...base }: Json): Json {
  const fault = FAULTS[code]
  return { ...base, type: problemType(code), title: title.vi, status, code, ...fault === undefined ? {} : { errors: [fault] } }
}

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
        examples: Object.fromEntries(codes.map(code => [code, { value: exampleOf(code, problems[code], example as Json) }]))
      }
    }
  }
}

/**
 * Says of every refusal of an operation which codes it can have (`x-problem-codes`). A refusal that has no code left is
 * no refusal of this operation. Equal ones share a component.
 */
function tellProblems (
  operation: Operation, key: Key, problems: Problems, bases: Record<string, Json>, told: Record<string, Json>
): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (Number(status) < 400) continue
    const codes = codesOf(Number(status), operation, key, problems)
    if (codes.length === 0) {
      delete operation.responses[status]
    } else if ('$ref' in response) {
      const name = codes.map(pascal).join('Or')
      told[name] ??= refusalOf(bases[response.$ref.split('/').at(-1)!]!, codes, problems)
      operation.responses[status] = { $ref: `#/components/responses/${name}` }
    } else {
      Object.assign(response, { 'x-problem-codes': codes })
    }
  }
}

/** Adds to every operation the codes of its refusals; `keys` are those that take an Idempotency-Key. */
export function tellAllProblems (document: Document, keys: ReadonlyMap<Operation, Key>, problems: Problems): void {
  const { NotModified, ...bases } = document.components.responses as Record<string, Json>
  const told: Record<string, Json> = {}
  for (const operation of Object.values(document.paths).flatMap(item => Object.values(item))) {
    tellProblems(operation, keys.get(operation), problems, bases, told)
  }
  document.components.responses = { NotModified, ...told }
}
