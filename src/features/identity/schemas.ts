import { Type } from 'typebox'
import { SCOPES } from '../../db/schema/clients.js'
import { ALGORITHMS } from './trusted-issuers.js'
import { Instant, listOf, ProblemSchema, oneOf, ref, shared, strict, type Shared } from '../../http/schema.js'
import { reason, recordedAt, RECORDED_AT } from '../fields.js'
import { ASSERTION_TYPE } from './assertions.js'
import { TOKEN_LIFETIME } from './jws.js'
import { KEY_STATES } from './key-queries.js'

/** How a client proves who it is (RFC 8414). */
export const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const

const text = (description: string, example: string) => Type.String({ description, examples: [example] })

/** Not strict: RFC 6749 §3.2 has parameters that are not known ignored. */
export const TokenRequest = shared('TokenRequest', Type.Object({
  grant_type: oneOf(['client_credentials'], { description: 'Cách duy nhất được hỗ trợ. / The only one there is.' }),
  scope: Type.Optional(text(
    'Tập con các scope của client, cách nhau một dấu cách; bỏ trống để nhận tất cả. / A subset of the client\'s ' +
    'scopes, one space apart; all of them when left out.',
    'measurements:write'
  )),
  client_id: Type.Optional(text(
    'client_secret_post: thay cho tiêu đề Basic. / Instead of the Basic header.', 'bc-stttt'
  )),
  client_secret: Type.Optional(Type.String({
    description: 'Mã bí mật của client, khi không gửi bằng tiêu đề Authorization. / The secret of the client, where ' +
      'it is not sent in the Authorization header.',
    examples: ['<secret>']
  })),
  client_assertion_type: Type.Optional(text(
    'private_key_jwt (RFC 7523): luôn là giá trị này. / Always this value.', ASSERTION_TYPE
  )),
  client_assertion: Type.Optional(Type.String({
    description: 'private_key_jwt: JWT do khóa đã đăng ký của client ký; “iss” và “sub” là mã client, “aud” là ' +
      'issuer và không gì khác, “exp” trong vòng 5 phút, “jti” dùng một lần. / A JWT signed by a registered key of ' +
      'the client: `iss` and `sub` are the client id, `aud` is the issuer and nothing else, `exp` within 5 minutes, ' +
      '`jti` used once.',
    examples: ['<assertion>']
  })),
  resource: Type.Optional(text(
    'RFC 8707; nếu gửi thì phải là địa chỉ công bố của hệ thống. / If sent, the registry\'s public address.',
    'https://registry.example.vn'
  ))
}, {
  description: 'Yêu cầu cấp token (RFC 6749, mục 4.4.2). / The request for a token (RFC 6749, section 4.4.2).',
  examples: [{ grant_type: 'client_credentials', scope: 'measurements:write' }]
}))

export const TokenResponse = shared('TokenResponse', Type.Object({
  access_token: text(
    'JWT kiểu at+jwt (RFC 9068), ký ES256. / A JWT of type at+jwt, signed with ES256.',
    'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln'
  ),
  token_type: Type.Unsafe<'Bearer'>({ type: 'string', const: 'Bearer' }),
  expires_in: Type.Integer({ description: 'Giây. / Seconds.', examples: [TOKEN_LIFETIME] }),
  scope: text('Các scope thực sự được cấp. / The scopes that were granted.', 'measurements:write')
}, {
  additionalProperties: false,
  examples: [
    {
      access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln', token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME, scope: 'measurements:write'
    }
  ]
}))

/** RFC 7009; unknown parameters are ignored, as at the token endpoint. */
export const RevocationRequest = shared('RevocationRequest', Type.Object({
  token: Type.String({
    description: 'Access token của chính client này. / An access token of this very client.',
    examples: ['<access token>']
  }),
  token_type_hint: Type.Optional(text(
    'Được bỏ qua: chỉ có access token. / Ignored: there are access tokens alone.', 'access_token'
  )),
  client_id: TokenRequest.properties.client_id,
  client_secret: TokenRequest.properties.client_secret,
  client_assertion_type: TokenRequest.properties.client_assertion_type,
  client_assertion: TokenRequest.properties.client_assertion
}, {
  description: 'Yêu cầu thu hồi token (RFC 7009, mục 2.1). / The request to revoke a token (RFC 7009, section 2.1).',
  examples: [{ token: '<access token>' }]
}))

/** A problem document that an OAuth library reads as well. */
export const OAuthProblem = shared('OAuthProblem', Type.Object({
  type: Type.String({ format: 'uri-reference' }),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  instance: Type.String(),
  errors: Type.Optional(ProblemSchema.properties.errors),
  truncated: Type.Optional(ProblemSchema.properties.truncated),
  limit: Type.Optional(ProblemSchema.properties.limit),
  produces: Type.Optional(ProblemSchema.properties.produces),
  consumes: Type.Optional(ProblemSchema.properties.consumes),
  contentCodings: Type.Optional(ProblemSchema.properties.contentCodings),
  error: text('Mã lỗi của RFC 6749 mục 5.2. / The error code of RFC 6749 section 5.2.', 'invalid_client'),
  error_description: Type.Optional(Type.String())
}, {
  description: 'Một vấn đề theo RFC 9457, kèm các trường của RFC 6749. / A problem after RFC 9457 with the members ' +
    'of RFC 6749.',
  examples: [{
    type: '/problems/invalid-client',
    title: 'Client không hợp lệ',
    status: 401,
    code: 'invalid_client',
    detail: 'Mã client và mã bí mật không khớp.',
    instance: '7f0c7c6e-2b9e-4c53-9d0a-3a1f7c5b8e21',
    error: 'invalid_client',
    error_description: 'The client id and the secret do not belong together.'
  }]
}))

export const JsonWebKeySet = shared('JsonWebKeySet', Type.Object({
  keys: Type.Array(Type.Object({
    kty: Type.String(),
    crv: Type.String(),
    x: Type.String(),
    y: Type.String(),
    use: Type.String(),
    alg: Type.String(),
    kid: Type.String({
      description: 'Dấu vân tay (thumbprint) của khóa (RFC 7638). / The thumbprint of the key (RFC 7638).'
    })
  }, { additionalProperties: false }))
}, {
  additionalProperties: false,
  description: 'Khóa công khai để kiểm tra chữ ký của access token (RFC 7517). / The public keys with which access ' +
    'tokens are verified.',
  examples: [{
    keys: [{
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
      use: 'sig',
      alg: 'ES256',
      kid: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'
    }]
  }]
}))

const addressOf = (path: string) => Type.String({ format: 'uri', examples: [`https://registry.example.vn${path}`] })
const scopesSupported = Type.Array(oneOf(SCOPES))

export const AuthorizationServerMetadata = shared('AuthorizationServerMetadata', Type.Object({
  issuer: addressOf(''),
  token_endpoint: addressOf('/oauth/token'),
  jwks_uri: addressOf('/.well-known/jwks.json'),
  scopes_supported: scopesSupported,
  response_types_supported: Type.Array(Type.String(), {
    description: 'Rỗng: không có authorization endpoint. / Empty: there is no authorization endpoint.'
  }),
  grant_types_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  token_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
  revocation_endpoint: addressOf('/oauth/revoke'),
  revocation_endpoint_auth_methods_supported: Type.Array(Type.String()),
  revocation_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
  service_documentation: addressOf('/docs'),
  ui_locales_supported: Type.Array(Type.String())
}, {
  additionalProperties: false,
  description: 'Mô tả máy chủ cấp quyền (RFC 8414). / Authorization server metadata (RFC 8414).',
  examples: [{
    issuer: 'https://registry.example.vn',
    token_endpoint: 'https://registry.example.vn/oauth/token',
    jwks_uri: 'https://registry.example.vn/.well-known/jwks.json',
    scopes_supported: [...SCOPES],
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: [...AUTH_METHODS],
    token_endpoint_auth_signing_alg_values_supported: [...ALGORITHMS],
    revocation_endpoint: 'https://registry.example.vn/oauth/revoke',
    revocation_endpoint_auth_methods_supported: [...AUTH_METHODS],
    revocation_endpoint_auth_signing_alg_values_supported: [...ALGORITHMS],
    service_documentation: 'https://registry.example.vn/docs',
    ui_locales_supported: ['vi', 'en']
  }]
}))

export const ProtectedResourceMetadata = shared('ProtectedResourceMetadata', Type.Object({
  resource: addressOf(''),
  authorization_servers: Type.Array(addressOf('')),
  scopes_supported: scopesSupported,
  bearer_methods_supported: Type.Array(Type.String()),
  resource_name: Type.String(),
  resource_documentation: addressOf('/docs')
}, {
  additionalProperties: false,
  description: 'Mô tả tài nguyên được bảo vệ (RFC 9728). / Protected resource metadata (RFC 9728).',
  examples: [{
    resource: 'https://registry.example.vn',
    authorization_servers: ['https://registry.example.vn'],
    scopes_supported: [...SCOPES],
    bearer_methods_supported: ['header'],
    resource_name: 'Provincial indicator registry',
    resource_documentation: 'https://registry.example.vn/docs'
  }]
}))

const KID = 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U'
/** RFC 7638, of SHA-256. */
export const KeyId = shared('KeyId', Type.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'Dấu vân tay (thumbprint) của khóa (RFC 7638). / The thumbprint of the key (RFC 7638).',
  examples: [KID]
}))

const keyExample = { kid: KID, state: 'signing' as const, signsFrom: RECORDED_AT, recordedAt: RECORDED_AT }
export const SigningKey = shared('SigningKey', strict({
  kid: ref(KeyId),
  state: oneOf(KEY_STATES, {
    description: 'upcoming: đã công bố, chưa ký · signing: đang ký · verifying: thôi ký, token đã ký vẫn dùng được · ' +
      'retired: hết dùng · revoked: bị lộ, không token nào của khóa này dùng được. / ' +
      'upcoming: published, does not sign yet · signing · verifying: signs no more, its tokens are good · retired · ' +
      'revoked: known to others, none of its tokens is good.'
  }),
  signsFrom: ref(Instant, { description: 'Ký từ lúc này. / Signs from then on.' }),
  verifiesUntil: Type.Optional(ref(Instant, {
    description: 'Token do khóa này ký dùng được đến lúc này; không có: chưa có khóa kế tiếp. / ' +
      'Its tokens are good until then; absent while no other is to sign.'
  })),
  revokedAt: Type.Optional(ref(Instant)),
  reason: Type.Optional(Type.String({
    description: 'Vì sao đổi khóa; không có ở khóa đầu tiên. / Why it was made; not of the first.'
  })),
  client: Type.Optional(Type.String({ description: 'Client đã đổi khóa. / The client that made it.' })),
  recordedAt
}, {
  description: 'Một khóa ký access token, không kèm khóa riêng. / A key that signs access tokens, without its ' +
    'private part.',
  examples: [keyExample]
}))
export const SigningKeyList = listOf('SigningKeyList', ref(SigningKey), [{ data: [keyExample] }])

export const SigningKeyInput = shared('SigningKeyInput', strict({
  reason,
  compromised: Type.Optional(Type.Boolean({
    description: 'true: khóa đang dùng có thể đã bị lộ: khóa mới ký ngay, mọi token đã cấp hết tác dụng trong 15 ' +
      'giây. / ' +
      'true: the present keys may be known to others: the new one signs at once, and no token issued so far works, ' +
      'within 15 s.'
  }))
}, { description: 'Đổi khóa ký. / The next signing key.', examples: [{ reason: 'Đổi khóa định kỳ' }] }))

export const schemas: readonly Shared[] = [
  TokenRequest, TokenResponse, RevocationRequest, OAuthProblem, JsonWebKeySet, AuthorizationServerMetadata,
  ProtectedResourceMetadata, KeyId, SigningKey, SigningKeyList, SigningKeyInput
]
