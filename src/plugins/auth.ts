import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { SCOPES, type Scope } from '../db/schema/clients.js'
import type { ClientDirectory } from '../features/identity/directory.js'
import { insufficientScope } from '../features/identity/administrator.js'
import { InvalidToken } from '../features/identity/jws.js'
import type { Tokens } from '../features/identity/tokens.js'
import type { AccessToken } from '../features/identity/access-token.js'
import { INACTIVE_CLIENT, REVOKED_TOKEN } from '../features/identity/problems.js'
import { BASIC_SCHEME, isRepeatedAuthorization } from '../features/identity/credentials.js'
import { Problem } from '../http/problem.js'
import type { LocalText } from '../domain/text.js'

/** Who sends the request: the scopes are those of the token that its client still has. */
export interface Principal {
  readonly clientId: string
  readonly scopes: readonly Scope[]
  /** When its token expires, in seconds since 1970. */
  readonly expires: number
}

/**
 * `public`: anybody, and Authorization is not looked at. `read`: anybody, or `registry:read` when READ_ACCESS=token.
 * A scope: a token with it. Several: a token with one of them.
 */
export type RouteScope = 'public' | 'read' | Scope | readonly Scope[]

export interface AuthOptions {
  tokens: Tokens
  publicUrl: string
  readAccess: 'public' | 'token'
  directory: ClientDirectory
}

declare module 'fastify' {
  interface FastifyContextConfig {
    scope?: RouteScope
  }
  interface FastifyRequest {
    principal: Principal | undefined
  }
  interface FastifyInstance {
    readonly tokens: Tokens
  }
}

/** The name of the scheme in the OpenAPI document. */
const SECURITY_SCHEME = 'oauth2'

const SCOPE_DESCRIPTIONS: Record<Scope, string> = {
  'registry:read': 'Đọc, khi việc đọc cần token / Read, where reading needs a token',
  'registry:write': 'Ghi kế hoạch, chỉ tiêu, mục tiêu và điều chỉnh mục tiêu, cơ quan, phân công; không gửi, duyệt ' +
    'hay rút ' +
    'được số liệu, không quyết định được số liệu có phải chờ duyệt hay không / Write plans, indicators, targets and ' +
    'their ' +
    'amendments, agencies, assignments; no figure can be pushed, reviewed or withdrawn by it, nor exempted from review',
  'registry:admin': 'Quản trị client và phạm vi được cấp, lịch báo cáo, gia hạn, sắp xếp tổ chức, và những gì quyết ' +
    'định số ' +
    'liệu nào được nhận, được tính hay phải chờ duyệt: cách duyệt, giới hạn, cấp trên, quy tắc chất lượng / ' +
    'Administer clients and their grants, calendars, extensions, reorganisations, and what decides which figures are ' +
    'taken, ' +
    'count or await review: review policies, bounds, parents, quality rules in force',
  'measurements:write': 'Gửi, sửa và rút số liệu trong phạm vi được cấp / Push, correct and withdraw measurements ' +
    'within ' +
    'the client\'s grants',
  'measurements:review': 'Chấp nhận, trả lại hoặc rút số liệu của mọi cơ quan, trừ việc duyệt số liệu do chính mình ' +
    'gửi / ' +
    'Accept, return or withdraw everybody\'s measurements, except reviewing what the same client pushed',
  'webhooks:write': 'Chưa dùng / Not used yet'
}

/** `components.securitySchemes` of the OpenAPI document. */
export function securitySchemes (publicUrl: string) {
  return {
    [BASIC_SCHEME]: {
      type: 'http' as const, scheme: 'basic',
      description: 'Client id và client secret, chỉ ở /oauth/token và /oauth/revoke. / Client id and client secret, ' +
        'at /oauth/token and /oauth/revoke alone.'
    },
    [SECURITY_SCHEME]: {
      type: 'oauth2' as const,
      description: [
        'OAuth 2.0 client credentials: POST /oauth/token, rồi gửi `Authorization: Bearer <access_token>`. Token có ' +
        'hiệu lực 15 phút. Không nêu scope nào thì token có mọi scope của client.',
        'OAuth 2.0 client credentials: POST /oauth/token, then send `Authorization: Bearer <access_token>`. A token ' +
        'lives 15 minutes. Where no scope is named it has all the scopes of the client.'
      ].join('\n\n'),
      flows: { clientCredentials: { tokenUrl: `${publicUrl}/oauth/token`, scopes: SCOPE_DESCRIPTIONS } }
    }
  }
}

const NO_TOKEN: LocalText = {
  vi: 'Hãy gửi “Authorization: Bearer <access token>”; lấy token bằng mã client và mã bí mật tại POST /oauth/token.',
  en: 'Send `Authorization: Bearer <access token>`; a token is got with the client\'s id and secret at POST ' +
    '/oauth/token.'
}

/** The scopes of which a token must carry one; undefined where no token is needed. */
function requiredScopes (scope: RouteScope, readAccess: AuthOptions['readAccess']): readonly Scope[] | undefined {
  if (scope === 'public') return undefined
  if (scope === 'read') return readAccess === 'token' ? ['registry:read'] : undefined
  return typeof scope === 'string' ? [scope] : scope
}

const refusal = (description: string) => ({
  description,
  headers: {
    'WWW-Authenticate': {
      type: 'string', description: 'Cách xác thực (RFC 6750, RFC 9728). / How to authenticate (RFC 6750, RFC 9728).'
    }
  },
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } }
})

/** Guard and documentation from one declaration (docs/architecture.md, habit 4). */
function documentScope (route: RouteOptions, readAccess: AuthOptions['readAccess']): void {
  const scope = route.config?.scope
  if (scope === undefined) {
    if (route.url !== '/v1' && !route.url.startsWith('/v1/')) return
    throw new Error(`${String(route.method)} ${route.url} does not say who may use it: set config.scope`)
  }
  const words = [scope].flat()
  const open = scope === 'public' || scope === 'read'
  if (words.length === 0 || !(open || words.every(word => SCOPES.includes(word as Scope)))) {
    throw new Error(`${String(route.method)} ${route.url}: config.scope is not a scope: ${JSON.stringify(scope)}`)
  }
  const required = requiredScopes(scope, readAccess)
  const optional = scope === 'read' && required === undefined
  // a filter may need what reading does not
  const refuses = required !== undefined || route.config?.problems?.includes('insufficient_scope') === true
  const declared = (route.schema?.response ?? {}) as Record<string, unknown>
  route.schema = {
    ...route.schema,
    security: route.schema?.security ?? (optional
      ? [{}, { [SECURITY_SCHEME]: ['registry:read'] }]
      : (required ?? []).map(word => ({ [SECURITY_SCHEME]: [word] }))),
    response: {
      ...(required === undefined && !optional
        ? {}
        : { 401: refusal('Chưa xác thực, hoặc token không hợp lệ. / No token, or not a valid one.') }),
      ...(!refuses
        ? {}
        : { 403: refusal('Token thiếu scope hoặc phạm vi được cấp. / The token lacks the scope or the grant.') }),
      ...declared
    }
  }
}

/** The token of the request; undefined where it has no Authorization at all. */
function readBearer (request: FastifyRequest): string | undefined {
  const misplaced = (code: 'repeated' | 'not_allowed', detail: LocalText) => new Problem('invalid_request', {
    detail, errors: [
      { parameter: code === 'repeated' ? 'authorization' : 'access_token', code, detail }
    ], challenge: { error: 'invalid_request', description: detail.en }
  })
  if (isRepeatedAuthorization(request)) {
    throw misplaced('repeated', {
      vi: 'Tiêu đề Authorization chỉ được gửi một lần.', en: 'Send the Authorization header once.'
    })
  }
  if (typeof request.query === 'object' && request.query !== null && 'access_token' in request.query) {
    throw misplaced('not_allowed', {
      vi: 'Không gửi token trong địa chỉ; dùng tiêu đề Authorization.',
      en: 'A token does not belong in the address; use the Authorization header.'
    })
  }
  const { authorization } = request.headers
  if (authorization === undefined) return undefined
  const [scheme = '', ...rest] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'bearer') {
    throw new Problem('not_authenticated', {
      detail: {
        vi: 'Chỉ nhận “Authorization: Bearer <access token>” ở đây; mã client và mã bí mật chỉ gửi tới /oauth/token ' +
          'để lấy token.',
        en: 'Only `Authorization: Bearer <access token>` is taken here; a client id and secret go to /oauth/token ' +
          'alone, to get a token.'
      },
      challenge: {}
    })
  }
  return rest.join(' ').trim()
}

async function auth (app: FastifyInstance, { tokens, readAccess, directory }: AuthOptions): Promise<void> {
  app.decorate('tokens', tokens)
  app.decorateRequest('principal', undefined)
  app.addHook('onRoute', route => { documentScope(route, readAccess) })

  const invalidToken = (detail: LocalText) =>
    new Problem('invalid_token', { detail, challenge: { error: 'invalid_token', description: detail.en } })

  async function verify (request: FastifyRequest, text: string): Promise<AccessToken> {
    try {
      return await tokens.verify(text)
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error
      request.log.info({ reason: error.message }, 'access token refused')
      throw invalidToken(error.expired
        ? {
            vi: 'Access token đã hết hạn; hãy lấy token mới tại /oauth/token.',
            en: 'The access token has expired: get a new one at /oauth/token.'
          }
        : {
            vi: 'Access token không hợp lệ ở hệ thống này; hãy lấy token mới tại /oauth/token.',
            en: 'The access token is not valid here: get a new one at /oauth/token.'
          })
    }
  }

  async function authenticate (request: FastifyRequest, text: string): Promise<Principal> {
    const token = await verify(request, text)
    const client = await directory.find(token.clientId)
    if (client === undefined || client.state !== 'active') {
      throw invalidToken(INACTIVE_CLIENT)
    }
    if (token.id !== undefined && client.revoked.has(token.id)) throw invalidToken(REVOKED_TOKEN)
    return {
      clientId: client.id,
      scopes: token.scopes.filter(scope => client.scopes.includes(scope)),
      expires: token.times.expires
    }
  }

  app.addHook('onRequest', async request => {
    const { scope } = request.routeOptions.config
    if (scope === undefined || scope === 'public') return
    const text = readBearer(request)
    const required = requiredScopes(scope, readAccess)
    if (text === undefined) {
      if (required === undefined) return
      throw new Problem('not_authenticated', { detail: NO_TOKEN, challenge: {} })
    }
    const principal = await authenticate(request, text)
    request.principal = principal
    if (required !== undefined && !required.some(word => principal.scopes.includes(word))) {
      throw insufficientScope(required)
    }
  })
}

export default fp(auth, { fastify: '5.x', name: 'auth' })
