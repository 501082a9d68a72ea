import type { FastifyRequest } from 'fastify'
import { isRepeated } from '../../http/headers.js'
import { Problem, type ProblemCode } from '../../http/problem.js'
import { ASSERTION_TYPE } from './assertions.js'
import { decodeFormText } from './form.js'
import type { LocalText } from '../../domain/text.js'

/** The codes of RFC 6749 §5.2 and RFC 8707 §2. */
export type OAuthErrorCode = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope' |
  'invalid_target'

/** The name of `client_secret_basic` in the OpenAPI document. */
export const BASIC_SCHEME = 'clientSecretBasic'
export const BASIC_CHALLENGE = 'Basic realm="indicator-registry", charset="UTF-8"'

/** A problem that is an OAuth error too. `error_description` is ASCII without quotes, as RFC 6749 wants it. */
export function oauthProblem (
  error: OAuthErrorCode, detail: LocalText, code: ProblemCode = error, headers: Record<string, string> = {}
): Problem {
  return new Problem(code, {
    detail,
    headers: error === 'invalid_client' ? { 'www-authenticate': BASIC_CHALLENGE, ...headers } : headers,
    extra: { error, error_description: detail.en }
  })
}

/** The parameters of the form in the body, by their names. */
export type Form = Readonly<Record<string, string>>
export interface SecretCredentials { id: string, secret: string }
export interface AssertionCredentials { id: string | undefined, assertion: string }

export function isRepeatedAuthorization (request: Pick<FastifyRequest, 'raw'>): boolean {
  return isRepeated(request, 'authorization')
}

function readBasic (authorization: string): SecretCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  if (encoded === undefined) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(encoded, 'base64'))
    const colon = text.indexOf(':')
    // RFC 6749 §2.3.1: id and secret are form-encoded before they are joined
    return colon < 1
      ? undefined
      : { id: decodeFormText(text.slice(0, colon)), secret: decodeFormText(text.slice(colon + 1)) }
  } catch {
    return undefined
  }
}

const ONE_WAY: LocalText = {
  vi: 'Chỉ dùng một cách xác thực: tiêu đề Basic, hoặc client_id và client_secret trong nội dung, hoặc ' +
    'client_assertion.',
  en: 'Use one way of authenticating: the Basic header, or client_id and client_secret in the body, or ' +
    'client_assertion.'
}

/** private_key_jwt (RFC 7523 §2.2); undefined where it is not meant. */
function readAssertionFields (form: Form): AssertionCredentials | undefined {
  const { client_assertion: assertion, client_assertion_type: type, client_id: id } = form
  if (assertion === undefined && type === undefined) return undefined
  if (!assertion || type !== ASSERTION_TYPE) {
    throw oauthProblem('invalid_request', {
      vi: `client_assertion đi cùng client_assertion_type=${ASSERTION_TYPE}.`,
      en: `client_assertion goes with client_assertion_type=${ASSERTION_TYPE}.`
    })
  }
  return { id: id || undefined, assertion }
}

/** client_secret_basic, client_secret_post or private_key_jwt, never two of them. */
export function readCredentials (
  request: Pick<FastifyRequest, 'raw' | 'headers'>, form: Form
): SecretCredentials | AssertionCredentials {
  if (isRepeatedAuthorization(request)) {
    throw oauthProblem('invalid_request', {
      vi: 'Tiêu đề Authorization chỉ được gửi một lần.', en: 'Send the Authorization header once.'
    })
  }
  const { authorization } = request.headers
  const { client_id: id, client_secret: secret } = form
  const asserted = readAssertionFields(form)
  if (asserted !== undefined) {
    if (authorization !== undefined || secret !== undefined) throw oauthProblem('invalid_request', ONE_WAY)
    return asserted
  }
  if (authorization === undefined) {
    if (!id || !secret) {
      throw oauthProblem('invalid_client', {
        vi: 'Thiếu mã client hoặc mã bí mật: gửi theo client_secret_basic, client_secret_post hoặc private_key_jwt.',
        en: 'The client id or its secret is missing: send them as client_secret_basic or client_secret_post, or use ' +
          'private_key_jwt.'
      })
    }
    return { id, secret }
  }
  const basic = readBasic(authorization)
  if (basic === undefined) {
    throw oauthProblem('invalid_client', {
      vi: 'Tiêu đề Authorization phải là Basic, với mã client và mã bí mật đã mã hóa kiểu biểu mẫu (RFC 6749 mục ' +
        '2.3.1).',
      en: 'The Authorization header must be Basic, with id and secret form-encoded (RFC 6749 section 2.3.1).'
    })
  }
  if (secret !== undefined || (id !== undefined && id !== basic.id)) throw oauthProblem('invalid_request', ONE_WAY)
  return basic
}
