import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http'
import { chooseLanguage } from './language.js'
import { PROBLEM_TYPE } from './negotiation.js'
import { problemType, type ProblemDefinitions } from './problem-codes.js'
import type { Problem } from './problem.js'
import type { Language } from '../domain/text.js'

export interface RenderedProblem {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

const INBOUND_ID = /^[A-Za-z0-9._-]{1,64}$/

/** An inbound X-Request-Id is kept where it can do no harm in a log or a header. */
export function requestId (headers: IncomingHttpHeaders): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && INBOUND_ID.test(given) ? given : randomUUID()
}

/** Of RFC 6797, where clients come by https: a browser that was here once does not come by http for a year. */
const STRICT_TRANSPORT = { 'strict-transport-security': 'max-age=31536000' }

/** Headers of every answer, whoever writes it: none is a page in somebody's frame, and none tells where it led from. */
export function commonHeaders (version: string, id: string, publicUrl = ''): Record<string, string> {
  return {
    ...publicUrl.startsWith('https:') ? STRICT_TRANSPORT : {},
    'api-version': version,
    'x-request-id': id,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer'
  }
}

export interface RenderContext { definitions: ProblemDefinitions, language: Language, id: string }

/**
 * The problem document (RFC 9457). Throws where the code is in no registry: a fault of ours, found by the first test
 * that meets it.
 */
export function renderProblem (problem: Problem, { definitions, language, id }: RenderContext): RenderedProblem {
  const definition = Object.hasOwn(definitions, problem.code) ? definitions[problem.code] : undefined
  if (definition === undefined) {
    throw new Error(`the problem code "${problem.code}" is in no registry`, { cause: problem })
  }
  const body = {
    type: problemType(problem.code),
    title: definition.title[language],
    status: definition.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail[language] }),
    instance: id,
    ...(problem.errors.length === 0
      ? {}
      : { errors: problem.errors.map(error => ({ ...error, detail: error.detail[language] })) }),
    ...(problem.truncated ? { truncated: true } : {}),
    ...problem.extra
  }
  return {
    status: definition.status,
    headers: {
      ...problem.headers,
      'content-type': `${PROBLEM_TYPE}; charset=utf-8`, // as Fastify writes every JSON type
      'content-language': language,
      'cache-control': 'no-store'
    },
    body: JSON.stringify(body)
  }
}

/** A whole HTTP/1.1 answer for a socket that Fastify will not serve; the connection ends with it. */
export function rawAnswer ({ status, headers, body }: RenderedProblem, version: string, id: string): string {
  const all = {
    ...commonHeaders(version, id), ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close',
    date: new Date().toUTCString()
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/** What is known of a request that could not be read: its language, if that much arrived. */
export function languageOf (headers: IncomingHttpHeaders): Language {
  return chooseLanguage(headers['accept-language'])
}
