import type { FastifyInstance } from 'fastify'
import { SCOPES } from '../../db/schema/clients.js'
import { ref } from '../../http/schema.js'
import { ALGORITHMS } from './trusted-issuers.js'
import type { KeyRing } from './ring.js'
import { AUTH_METHODS, AuthorizationServerMetadata, JsonWebKeySet, ProtectedResourceMetadata } from './schemas.js'

export interface DiscoveryOptions {
  ring: KeyRing
  publicUrl: string
  /** The issuers whose tokens the registry accepts beside its own. */
  trustedIssuers: readonly { readonly issuer: string }[]
}

const tags = ['Identity']

export async function discoveryRoutes (
  app: FastifyInstance, { ring, publicUrl, trustedIssuers }: DiscoveryOptions
): Promise<void> {
  const ok = (schema: object) =>
    ({ description: 'Thành công. / Success.', content: { 'application/json': { schema } } })

  app.get('/.well-known/jwks.json', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getSigningKeys',
      tags,
      summary: 'Khóa công khai / Public signing keys',
      description: 'JSON Web Key Set (RFC 7517) để kiểm tra access token: khóa đang ký, khóa trước đó khi token của ' +
        'nó còn hiệu lực, và khóa sắp ký; `kid` là dấu vân tay (thumbprint) RFC 7638. Được lưu đệm 5 phút. / JSON ' +
        'Web Key Set (RFC 7517) to verify access tokens with: the key that signs, the one before it while its tokens ' +
        'live, and the next one; `kid` is the RFC 7638 thumbprint. Cached for 5 minutes.',
      response: { 200: ok(ref(JsonWebKeySet)) }
    }
  }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300')
    return { keys: await ring.published() }
  })

  app.get('/.well-known/oauth-authorization-server', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getAuthorizationServerMetadata',
      tags,
      summary: 'Mô tả máy chủ cấp quyền / Authorization server metadata',
      description: 'RFC 8414: nơi lấy token, các scope và cách xác thực. / Where to get a token, the scopes, the ' +
        'ways to authenticate.',
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
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      revocation_endpoint: `${publicUrl}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: AUTH_METHODS,
      revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
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
      description: 'RFC 9728: máy chủ nào cấp token cho API này, và token được gửi ở đâu. / Which server issues ' +
        'tokens for this API, and where a token goes.',
      response: { 200: ok(ref(ProtectedResourceMetadata)) }
    }
  }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=3600')
    return {
      resource: publicUrl,
      authorization_servers: [publicUrl, ...trustedIssuers.map(({ issuer }) => issuer)],
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
      resource_name: 'Provincial indicator registry',
      resource_documentation: `${publicUrl}/docs`
    }
  })
}
