import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isRepeated } from '../../http/headers.js'
import { badRequest, parameterError, Problem, type FaultCode, type FieldError } from '../../http/problem.js'

export const KEY_HEADER = 'idempotency-key'
/** As the table has it. */
const MAX_LENGTH = 255

const fault = (code: FaultCode, vi: string, en: string): FieldError[] => [parameterError(KEY_HEADER, code, vi, en)]

/** The request's Idempotency-Key; undefined where it has none. */
export function keyOf (request: Pick<FastifyRequest, 'raw' | 'headers'>): string | undefined {
  const given = request.headers[KEY_HEADER]
  if (given === undefined) return undefined
  if (isRepeated(request, KEY_HEADER)) {
    throw badRequest(fault(
      'repeated', 'Tiêu đề Idempotency-Key chỉ được gửi một lần.', 'Send the header Idempotency-Key once.'
    ))
  }
  const key = String(given)
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > MAX_LENGTH) {
    throw badRequest(fault(
      'wrong_format', `Idempotency-Key có từ 1 đến ${MAX_LENGTH} ký tự ASCII in được.`,
      `An Idempotency-Key has 1 to ${MAX_LENGTH} printable characters of ASCII.`
    ))
  }
  return key
}

export function keyRequired (): Problem {
  return new Problem('idempotency_key_required', {
    errors: fault('required', 'Cần tiêu đề Idempotency-Key.', 'The header Idempotency-Key is needed.')
  })
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function canonical (value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** Of a parsed JSON body: whitespace and the order of members do not matter. */
export function digestOf (body: unknown): string {
  return sha256(body === undefined ? '' : canonical(body))
}

/**
 * What makes a request the same one again. `content` is a digest of its body; the order of query parameters does not
 * matter.
 */
export function fingerprintOf ({ method, url }: Pick<FastifyRequest, 'method' | 'url'>, content: string): string {
  const [path = '', query] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(query)
  parameters.sort()
  return sha256([method, path, parameters.toString(), content].join('\n'))
}
