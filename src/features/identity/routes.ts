import type { FastifyBaseLogger, FastifyError, FastifyInstance } from 'fastify'
import type { Queryable } from '../../db/client.js'
import { SCOPES, type Scope } from '../../db/schema/clients.js'
import { Problem } from '../../http/problem.js'
import { ref } from '../../http/schema.js'
import type { SigningKeys } from '../../keys.js'
import { BASIC_CHALLENGE, BASIC_SCHEME, oauthProblem, readCredentials, type Credentials } from './credentials.js'
import { parseForm } from './form.js'
import { findClient, listLiveSecrets, noteUse, type ClientRecord } from './queries.js'
import { AuthorizationServerMetadata, JsonWebKeySet, OAuthProblem, ProtectedResourceMetadata, schemas, TokenRequest, TokenResponse } from './schemas.js'
import { matchSecret } from './secrets.js'
import { CLIENT_ID_PATTERN, isScope, issueToken, parseScopes, TOKEN_LIFETIME } from './tokens.js'

export interface IdentityOptions {
  db: Queryable
  keys: SigningKeys
  publicUrl: string
}

/** The longest request that makes sense has under 2 KiB. */
const FORM_LIMIT = 8 * 1024
const FORM = 'application/x-www-form-urlencoded'
const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
const tags = ['Identity']

/** Both questions are asked and the secret is derived whether the client exists or not, so that the time tells nothing. */
async function authenticateClient (db: Queryable, { id, secret }: Credentials, log: FastifyBaseLogger): Promise<ClientRecord> {
  const [client, secrets] = CLIENT_ID.test(id)
    ? await Promise.all([findClient(db, id), listLiveSecrets(db, id)])
    : [undefined, []]
  const hash = await matchSecret(secret, secrets.map(({ hash }) => hash))
  const used = secrets.find(one => one.hash === hash)
  // whoever has ended has no secret
  if (client === undefined || used === undefined) {
    throw oauthProblem('invalid_client', {
      vi: 'Mã client và mã bí mật không khớp.', en: 'The client id and the secret do not belong together.'
    })
  }
  if (client.state !== 'active') {
    throw oauthProblem('invalid_client', { vi: 'Client này đang bị tạm dừng.', en: 'This client is suspended.' })
  }
  await noteUse(db, used).catch((error: unknown) => { log.warn({ err: error }, 'the use of a secret was not noted') })
  return client
}

function chooseScopes (client: ClientRecord, asked: string | undefined): readonly Scope[] {
  if (!asked) {
    if (client.scopes.length > 0) return client.scopes
    throw oauthProblem('invalid_scope', { vi: 'Client này chưa được cấp scope nào.', en: 'This client has no scope.' })
  }
  const words = parseScopes(asked)
  if (words === undefined || !words.every(isScope) || !words.every(word => client.scopes.includes(word))) {
    throw oauthProblem('invalid_scope', {
      vi: `Scope của client này: ${client.scopes.join(' ')}.`, en: `The scopes of this client: ${client.scopes.join(' ')}.`
    })
  }
  return words
}

function checkRequest (form: Readonly<Record<string, string>>, query: unknown, publicUrl: string): void {
  if (Object.keys(query as object).length > 0) {
    throw oauthProblem('invalid_request', {
      vi: 'Gửi tham số trong nội dung, không phải trong địa chỉ.', en: 'Send the parameters in the body, not in the address.'
    })
  }
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
  if (!(error instanceof Problem)) {
    return error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
      ? oauthProblem('invalid_request', { vi: `Nội dung không quá ${FORM_LIMIT} byte.`, en: `The body has at most ${FORM_LIMIT} bytes.` }, 'content_too_large')
      : error
  }
  const { code, detail, errors, truncated, headers, extra } = error
  if ('error' in extra || code === 'unavailable' || code === 'internal_error') return error
  return new Problem(code, { ...(detail === undefined ? {} : { detail }), errors, truncated, headers, extra: { ...extra, error: 'invalid_request' } })
}

async function tokenEndpoint (app: FastifyInstance, { db, publicUrl }: IdentityOptions): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(FORM, { parseAs: 'buffer', bodyLimit: FORM_LIMIT }, async (_request: unknown, body: Buffer) => {
    const form = parseForm(body)
    if (form !== undefined) return form
    throw oauthProblem('invalid_request', {
      vi: 'Nội dung phải là biểu mẫu UTF-8, mỗi tham số một lần.', en: 'The body must be a form in UTF-8 with every parameter once.'
    })
  })
  app.setErrorHandler<FastifyError>(error => { throw asOAuthProblem(error) })

  const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: ref(OAuthProblem) } } })
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
        'OAuth 2.0 client credentials (RFC 6749, mục 4.4). Xác thực bằng `client_secret_basic` (mã client và mã bí mật được mã hóa kiểu biểu mẫu rồi Base64) hoặc `client_secret_post`, không dùng cả hai. Không nêu `scope` thì token có mọi scope của client. Token: `at+jwt` (RFC 9068), ES256, có hiệu lực 15 phút; `iss` và `aud` là địa chỉ của API.',
        'OAuth 2.0 client credentials (RFC 6749, section 4.4). Authenticate with `client_secret_basic` (id and secret form-encoded, then Base64) or `client_secret_post`, never both. Without `scope` the token has all the scopes of the client. Token: `at+jwt` (RFC 9068), ES256, lives 15 minutes; `iss` and `aud` are the address of the API.'
      ].join('\n\n'),
      security: [{ [BASIC_SCHEME]: [] }, {}],
      body: ref(TokenRequest),
      response: {
        ...Object.fromEntries([406, 413, 415].map(status => [status, problem('Như application/problem+json của mọi thao tác, kèm `error` của OAuth. / As of every operation, with the `error` of OAuth beside it.')])),
        200: { description: 'Access token, không được lưu lại. / The access token, never to be cached.', content: { 'application/json': { schema: ref(TokenResponse) } } },
        400: problem('Yêu cầu sai: `error` là invalid_request, unsupported_grant_type, invalid_scope hoặc invalid_target. / A wrong request: `error` is invalid_request, unsupported_grant_type, invalid_scope or invalid_target.'),
        401: {
          ...problem('Client id và mã bí mật không khớp, hoặc client bị tạm dừng: `error` là invalid_client. / Id and secret do not belong together, or the client is suspended: `error` is invalid_client.'),
          headers: { 'WWW-Authenticate': { type: 'string', description: `Cách xác thực: \`${BASIC_CHALLENGE}\`. / How to authenticate: \`${BASIC_CHALLENGE}\`.` } }
        }
      }
    }
  }, async (request, reply) => {
    const form = (request.body ?? {}) as Record<string, string>
    checkRequest(form, request.query, publicUrl)
    const client = await authenticateClient(db, readCredentials(request, form), request.log)
    const scopes = chooseScopes(client, form['scope'])
    reply.header('cache-control', 'no-store').header('pragma', 'no-cache')
    return {
      access_token: issueToken(app.jwt, client.id, scopes),
      token_type: 'Bearer' as const,
      expires_in: TOKEN_LIFETIME,
      scope: scopes.join(' ')
    }
  })
}

function discovery (app: FastifyInstance, { keys, publicUrl }: IdentityOptions): void {
  const ok = (schema: object) => ({ description: 'Thành công. / Success.', content: { 'application/json': { schema } } })

  app.get('/.well-known/jwks.json', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getSigningKeys',
      tags,
      summary: 'Khóa công khai / Public signing keys',
      description: 'JSON Web Key Set (RFC 7517) để kiểm tra access token; `kid` là dấu vân tay (thumbprint) RFC 7638. Được lưu đệm 5 phút. / JSON Web Key Set (RFC 7517) to verify access tokens with; `kid` is the RFC 7638 thumbprint. Cached for 5 minutes.',
      response: { 200: ok(ref(JsonWebKeySet)) }
    }
  }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300')
    return { keys: [keys.publicJwk] }
  })

  app.get('/.well-known/oauth-authorization-server', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getAuthorizationServerMetadata',
      tags,
      summary: 'Mô tả máy chủ cấp quyền / Authorization server metadata',
      description: 'RFC 8414: nơi lấy token, các scope và cách xác thực. / Where to get a token, the scopes, the ways to authenticate.',
      response: { 200: ok(ref(AuthorizationServerMetadata)) }
    }
  }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=3600')
    return {
      issuer: publicUrl,
      token_endpoint: `${publicUrl}/oauth/token`,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      scopes_supported: SCOPES,
      response_types_supported: [],
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      service_documentation: `${publicUrl}/docs`,
      ui_locales_supported: ['vi', 'en']
    }
  })

  app.get('/.well-known/oauth-protected-resource', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getProtectedResourceMetadata',
      tags,
      summary: 'Mô tả tài nguyên được bảo vệ / Protected resource metadata',
      description: 'RFC 9728: máy chủ nào cấp token cho API này, và token được gửi ở đâu. / Which server issues tokens for this API, and where a token goes.',
      response: { 200: ok(ref(ProtectedResourceMetadata)) }
    }
  }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=3600')
    return {
      resource: publicUrl,
      authorization_servers: [publicUrl],
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
      resource_name: 'Provincial indicator registry',
      resource_documentation: `${publicUrl}/docs`
    }
  })
}

/** Needs plugins/auth.ts, which knows how to sign. */
export async function identity (app: FastifyInstance, options: IdentityOptions): Promise<void> {
  for (const schema of schemas) app.addSchema(schema)
  await app.register(tokenEndpoint, options)
  discovery(app, options)
}
