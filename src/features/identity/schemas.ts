import { Type } from 'typebox'
import { SCOPES } from '../../db/schema/clients.js'
import { ProblemSchema, oneOf, shared, type Shared } from '../../http/schema.js'
import { TOKEN_LIFETIME } from './tokens.js'

const text = (description: string, example: string) => Type.String({ description, examples: [example] })

/** Not strict: RFC 6749 §3.2 has parameters that are not known ignored. */
export const TokenRequest = shared('TokenRequest', Type.Object({
  grant_type: oneOf(['client_credentials'], { description: 'Cách duy nhất được hỗ trợ. / The only one there is.' }),
  scope: Type.Optional(text('Tập con các scope của client, cách nhau một dấu cách; bỏ trống để nhận tất cả. / A subset of the client\'s scopes, one space apart; all of them when left out.', 'measurements:write')),
  client_id: Type.Optional(text('client_secret_post: thay cho tiêu đề Basic. / Instead of the Basic header.', 'bc-stttt')),
  client_secret: Type.Optional(Type.String({ description: 'Mã bí mật của client, khi không gửi bằng tiêu đề Authorization. / The secret of the client, where it is not sent in the Authorization header.', examples: ['<secret>'] })),
  resource: Type.Optional(text('RFC 8707; nếu gửi thì phải là địa chỉ công bố của hệ thống. / If sent, the registry\'s public address.', 'https://registry.example.vn'))
}, {
  description: 'Yêu cầu cấp token (RFC 6749, mục 4.4.2). / The request for a token (RFC 6749, section 4.4.2).',
  examples: [{ grant_type: 'client_credentials', scope: 'measurements:write' }]
}))

export const TokenResponse = shared('TokenResponse', Type.Object({
  access_token: text('JWT kiểu at+jwt (RFC 9068), ký ES256. / A JWT of type at+jwt, signed with ES256.', 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln'),
  token_type: Type.Unsafe<'Bearer'>({ type: 'string', const: 'Bearer' }),
  expires_in: Type.Integer({ description: 'Giây. / Seconds.', examples: [TOKEN_LIFETIME] }),
  scope: text('Các scope thực sự được cấp. / The scopes that were granted.', 'measurements:write')
}, {
  additionalProperties: false,
  examples: [{ access_token: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln', token_type: 'Bearer', expires_in: TOKEN_LIFETIME, scope: 'measurements:write' }]
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
  description: 'Một vấn đề theo RFC 9457, kèm các trường của RFC 6749. / A problem after RFC 9457 with the members of RFC 6749.',
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
    kid: Type.String({ description: 'Dấu vân tay (thumbprint) của khóa (RFC 7638). / The thumbprint of the key (RFC 7638).' })
  }, { additionalProperties: false }))
}, {
  additionalProperties: false,
  description: 'Khóa công khai để kiểm tra chữ ký của access token (RFC 7517). / The public keys with which access tokens are verified.',
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
  response_types_supported: Type.Array(Type.String(), { description: 'Rỗng: không có authorization endpoint. / Empty: there is no authorization endpoint.' }),
  grant_types_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
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
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
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

export const schemas: readonly Shared[] = [
  TokenRequest, TokenResponse, OAuthProblem, JsonWebKeySet, AuthorizationServerMetadata, ProtectedResourceMetadata
]
