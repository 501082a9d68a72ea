import type { IncomingMessage } from 'node:http'
import type { FastifyError, FastifyInstance } from 'fastify'
import type { Queryable } from '../../db/client.js'
import type { Scope } from '../../db/schema/clients.js'
import type { LoginLimits } from '../../http/limits.js'
import { Problem } from '../../http/problem.js'
import { ref } from '../../http/schema.js'
import { readSmallBody } from '../../http/small-body.js'
import { BASIC_CHALLENGE, BASIC_SCHEME, oauthProblem, type Form } from './credentials.js'
import { parseForm } from './form.js'
import { createLogin } from './login.js'
import { revokeToken, type ClientRecord } from './queries.js'
import type { ClientDirectory } from './directory.js'
import { CLOCK_TOLERANCE, InvalidToken, TOKEN_LIFETIME } from './jws.js'
import { OAuthProblem, RevocationRequest, TokenRequest, TokenResponse } from './schemas.js'
import { isScope, parseScopes } from './scopes.js'

export interface OAuthOptions {
  db: Queryable
  limits: LoginLimits
  publicUrl: string
  directory: ClientDirectory
}

const FORM = 'application/x-www-form-urlencoded'
const tags = ['Identity']

function chooseScopes (client: ClientRecord, asked: string | undefined): readonly Scope[] {
  if (!asked) {
    if (client.scopes.length > 0) return client.scopes
    throw oauthProblem('invalid_scope', { vi: 'Client này chưa được cấp scope nào.', en: 'This client has no scope.' })
  }
  const words = parseScopes(asked)
  if (words === undefined || !words.every(isScope) || !words.every(word => client.scopes.includes(word))) {
    throw oauthProblem('invalid_scope', {
      vi: `Scope của client này: ${client.scopes.join(' ')}.`, en: 'The scopes of this client: ' +
        `${client.scopes.join(' ')}.`
    })
  }
  return words
}

/** Secrets in an address stand in every log on the way. */
function checkQuery (query: unknown): void {
  if (Object.keys(query as object).length === 0) return
  throw oauthProblem('invalid_request', {
    vi: 'Gửi tham số trong nội dung, không phải trong địa chỉ.', en: 'Send the parameters in the body, not in the ' +
      'address.'
  })
}

function checkRequest (form: Form, publicUrl: string): void {
  if (!form['grant_type']) {
    throw oauthProblem('invalid_request', { vi: 'Thiếu grant_type.', en: 'grant_type is missing.' })
  }
  if (form['grant_type'] !== 'client_credentials') {
    throw oauthProblem('unsupported_grant_type', {
      vi: 'Chỉ hỗ trợ grant_type=client_credentials.', en: 'Only grant_type=client_credentials is supported.'
    })
  }
  if (form['resource'] && form['resource'] !== publicUrl) {
    throw oauthProblem('invalid_target', {
      vi: `Token chỉ được cấp cho ${publicUrl}.`, en: `Tokens are issued for ${publicUrl} alone.`
    })
  }
}

/** What the server finds wrong with a request before it comes here (406, 413, 415, …) is an OAuth error too. */
function asOAuthProblem (error: FastifyError): Error {
  if (!(error instanceof Problem)) return error
  const { code, detail, errors, truncated, headers, extra } = error
  if ('error' in extra || code === 'unavailable' || code === 'internal_error') return error
  return new Problem(code, {
    ...(detail === undefined ? {} : { detail }), errors, truncated, headers,
    extra: { ...extra, error: 'invalid_request' }
  })
}

/** Where a client proves who it is. Needs plugins/auth.ts, which knows how to sign. */
export async function oauthRoutes (
  app: FastifyInstance, { db, limits, publicUrl, directory }: OAuthOptions
): Promise<void> {
  const login = createLogin({ db, limits, publicUrl })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM, async (_request: unknown, body: IncomingMessage) => {
    const form = parseForm(await readSmallBody(body, limits))
    if (form !== undefined) return form
    throw oauthProblem('invalid_request', {
      vi: 'Nội dung phải là biểu mẫu UTF-8, mỗi tham số một lần.', en: 'The body must be a form in UTF-8 with every ' +
        'parameter once.'
    })
  })
  app.setErrorHandler<FastifyError>(error => { throw asOAuthProblem(error) })

  const problem = (description: string) =>
    ({ description, content: { 'application/problem+json': { schema: ref(OAuthProblem) } } })
  const likeAll = Object.fromEntries([406, 408, 413, 415, 429].map(status => [
    status,
    problem('Như application/problem+json của mọi thao tác, kèm `error` của OAuth. / As of every operation, with the ' +
      '`error` of OAuth beside it.')
  ]))
  const unauthenticated = {
    ...problem('Client không chứng minh được mình là ai, hoặc bị tạm dừng: `error` là invalid_client. / The client ' +
      'did not prove who it is, or is suspended: `error` is invalid_client.'),
    headers: {
      'WWW-Authenticate': {
        type: 'string',
        description: `Cách xác thực: \`${BASIC_CHALLENGE}\`. / How to authenticate: \`${BASIC_CHALLENGE}\`.`
      }
    }
  }

  app.post('/oauth/token', {
    config: {
      scope: 'public',
      consumes: [FORM],
      problems: ['invalid_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_target']
    },
    // every refusal must carry the members of RFC 6749, so checkRequest decides and not the schema
    attachValidation: true,
    schema: {
      operationId: 'issueToken',
      tags,
      summary: 'Lấy access token / Get an access token',
      description: [
        'OAuth 2.0 client credentials (RFC 6749, mục 4.4). Xác thực bằng `client_secret_basic` (mã client và mã bí ' +
        'mật được mã hóa kiểu biểu mẫu rồi Base64) hoặc `client_secret_post`, hoặc bằng khóa đã đăng ký ' +
        '(`private_key_jwt`, RFC 7523: `client_assertion_type` và `client_assertion`; ví dụ hoàn chỉnh ở ' +
        '[/docs/guide](GUIDE#a-token-without-a-secret)), chỉ một cách. Không nêu `scope` thì token có mọi scope của ' +
        'client. Token: `at+jwt` (RFC 9068), ES256, có hiệu lực 15 phút; `iss` và `aud` là địa chỉ của API.',
        'OAuth 2.0 client credentials (RFC 6749, section 4.4). Authenticate with `client_secret_basic` (id and ' +
        'secret form-encoded, then Base64) or `client_secret_post`, or by a registered key (`private_key_jwt`, RFC ' +
        '7523: `client_assertion_type` and `client_assertion`; a working example in ' +
        '[/docs/guide](GUIDE#a-token-without-a-secret)), in one way alone. Without `scope` the token has all the ' +
        'scopes of the client. Token: `at+jwt` (RFC 9068), ES256, lives 15 minutes; `iss` and `aud` are the address ' +
        'of the API.'
      ].join('\n\n').replaceAll('GUIDE#', `${publicUrl}/docs/guide#`),
      security: [{ [BASIC_SCHEME]: [] }, {}],
      body: ref(TokenRequest),
      response: {
        ...likeAll,
        200: {
          description: 'Access token, không được lưu lại. / The access token, never to be cached.',
          content: { 'application/json': { schema: ref(TokenResponse) } }
        },
        400: problem('Yêu cầu sai: `error` là invalid_request, unsupported_grant_type, invalid_scope hoặc ' +
          'invalid_target. / A wrong request: `error` is invalid_request, unsupported_grant_type, invalid_scope or ' +
          'invalid_target.'),
        401: unauthenticated
      }
    }
  }, async (request, reply) => {
    const form = (request.body ?? {}) as Record<string, string>
    checkQuery(request.query)
    checkRequest(form, publicUrl)
    const client = await login(request, form)
    const scopes = chooseScopes(client, form['scope'])
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
    return {
      access_token: await app.tokens.issue(client.id, scopes),
      token_type: 'Bearer' as const,
      expires_in: TOKEN_LIFETIME,
      scope: scopes.join(' ')
    }
  })

  app.post('/oauth/revoke', {
    config: { scope: 'public', consumes: [FORM], problems: ['invalid_client'] },
    attachValidation: true,
    schema: {
      operationId: 'revokeToken',
      tags,
      summary: 'Thu hồi access token / Revoke an access token',
      description: 'RFC 7009, xác thực như ở /oauth/token. Token của chính client hết tác dụng ngay trên máy chủ này ' +
        'và trong 15 giây trên mọi máy chủ. Token không đọc được, đã hết hạn hoặc không do hệ thống cấp: cũng 200, ' +
        'vì không còn gì để thu hồi; token của client khác: 400.\n\nRFC 7009; authenticate as at /oauth/token. A ' +
        'token of the client itself stops at once on this instance, and within 15 s on every other. One that cannot ' +
        'be read, has expired or is not of this registry is 200 too, as there is nothing left to revoke; that of ' +
        'another client is 400.',
      security: [{ [BASIC_SCHEME]: [] }, {}],
      body: ref(RevocationRequest),
      response: {
        ...likeAll,
        200: { description: 'Token không còn tác dụng. / The token is good for nothing now.', type: 'null' },
        400: problem('Yêu cầu sai: `error` là invalid_request. / A wrong request: `error` is invalid_request.'),
        401: unauthenticated
      }
    }
  }, async (request, reply) => {
    const form = (request.body ?? {}) as Form
    checkQuery(request.query)
    const client = await login(request, form)
    const { token: text } = form
    if (!text) throw oauthProblem('invalid_request', { vi: 'Thiếu token.', en: 'token is missing.' })
    reply.header('cache-control', 'no-store')
    const token = await app.tokens.verify(text).catch((error: unknown) => {
      if (error instanceof InvalidToken) return undefined
      throw error
    })
    // of another issuer: it is revoked there
    if (token?.issuer !== publicUrl) return reply.send()
    if (token.clientId !== client.id) {
      throw oauthProblem('invalid_request', {
        vi: 'Token này được cấp cho client khác.', en: 'This token was issued to another client.'
      })
    }
    await revokeToken(db, client.id, token.id!, token.times.expires + CLOCK_TOLERANCE)
    directory.forget(client.id)
    return reply.send()
  })
}
