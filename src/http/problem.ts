import type { FaultCode } from './fault-codes.js'
import type { ProblemCode } from './problem-codes.js'
import type { LocalText } from '../domain/text.js'

export type { FaultCode, LocalText, ProblemCode }

/**
 * More than this many errors are cut, and the answer says `truncated: true`: 3.6 MB of faults must not become 11 MB of
 * answer.
 */
export const MAX_ERRORS = 100

/**
 * One fault: `pointer` (RFC 6901) into the body, or `parameter`: the name of a query or path parameter, or of a header.
 */
export interface FieldError {
  pointer?: string
  parameter?: string
  code: FaultCode
  detail: LocalText
}

export interface Challenge { readonly error?: string, readonly description?: string, readonly scope?: string }

export interface ProblemOptions {
  detail?: LocalText
  errors?: FieldError[]
  /** The errors given are not all of them. More than MAX_ERRORS are cut in any case. */
  truncated?: boolean
  headers?: Record<string, string>
  /** Of a missing, wrong or too weak token: what WWW-Authenticate says (RFC 6750), beside where the rest is found. */
  challenge?: Challenge
  /** Further members of the problem document. */
  extra?: Record<string, unknown>
  /** For the log only. */
  cause?: unknown
}

/**
 * What a route throws to answer with a problem. `code` is one of problem-codes.ts or of the feature's own `problems`.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly detail: LocalText | undefined
  readonly errors: FieldError[]
  readonly truncated: boolean
  readonly headers: Record<string, string>
  readonly challenge: Challenge | undefined
  readonly extra: Record<string, unknown>

  constructor (readonly code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail?.en ?? code, 'cause' in options ? { cause: options.cause } : undefined)
    this.detail = options.detail
    this.errors = (options.errors ?? []).slice(0, MAX_ERRORS)
    this.truncated = options.truncated === true || (options.errors?.length ?? 0) > MAX_ERRORS
    this.headers = options.headers ?? {}
    this.challenge = options.challenge
    this.extra = options.extra ?? {}
  }
}

/** `what` names the kind in both languages: notFound({ vi: 'chỉ tiêu', en: 'indicator' }, code). */
export function notFound (what: LocalText, id: string): Problem {
  return new Problem('not_found', {
    detail: { vi: `Không có ${what.vi} “${id}”.`, en: `There is no ${what.en} "${id}".` }
  })
}

export function badRequest (errors: FieldError[]): Problem {
  return new Problem('invalid_request', { errors })
}

export function conflict (detail: LocalText, options: Omit<ProblemOptions, 'detail'> = {}): Problem {
  return new Problem('conflict', { ...options, detail })
}

/**
 * A broken rule of the domain. `code` defaults to the general one; give the feature's own where a client can act on it.
 */
export function unprocessable (errors: FieldError[], code: ProblemCode = 'unprocessable'): Problem {
  return new Problem(code, { errors })
}

export function bodyError (pointer: string, code: FaultCode, vi: string, en: string): FieldError {
  return { pointer, code, detail: { vi, en } }
}

export function parameterError (parameter: string, code: FaultCode, vi: string, en: string): FieldError {
  return { parameter, code, detail: { vi, en } }
}

/** What a feature says about one of its database constraints: the problem a violation answers with. */
export type ConstraintProblem = { detail: LocalText } &
  ({ code: ProblemCode, pointer?: undefined } | { code: ProblemCode & FaultCode, pointer: string })
export type ConstraintProblems = Readonly<Record<string, ConstraintProblem>>
