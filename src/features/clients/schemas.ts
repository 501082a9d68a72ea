import { Type, type Static } from 'typebox'
import { CLIENT_STATES, SCOPES } from '../../db/schema/clients.js'
import {
  CivilDate, Code, CodeOrIdentifier, Instant, Uuid, listOf, nullable, oneOf, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { reason, recordedAt, RECORDED_AT } from '../fields.js'
import { ALGORITHMS } from '../identity/trusted-issuers.js'
import { CLIENT_ID_PATTERN } from '../identity/tokens.js'

const text = (maxLength: number, description: string) => Type.String({ pattern: '\\S', maxLength, description })

export const ClientId = shared('ClientId', Type.String({
  pattern: CLIENT_ID_PATTERN,
  description: 'Mã của client: chữ cái, chữ số, “.”, “_”, “-”. / ' +
    'The id of a client: letters, digits, dot, underscore, hyphen.',
  examples: ['bc-ubnd-la-gi']
}))
export const scope = shared('Scope', oneOf(SCOPES, {
  description: 'registry:read: đọc, khi cần token · registry:write: danh mục, kế hoạch, phân công · registry:admin: ' +
    'quản trị · measurements:write: gửi số liệu trong phạm vi được cấp · measurements:review: duyệt, trả ' +
    'lại mọi số liệu · webhooks:write: chưa dùng. / ' +
    'registry:read: reading, where a token is needed · registry:write: catalogue, plans, assignments · ' +
    'registry:admin: administration · measurements:write: pushing within the grants · measurements:review: ' +
    'reviewing all figures · webhooks:write: not used yet.'
}))
const scopes = Type.Array(ref(scope), {
  minItems: 1,
  maxItems: SCOPES.length,
  uniqueItems: true,
  description: 'Các scope mà token của client có thể mang. / What the client\'s tokens may carry.'
})
export const state = oneOf(CLIENT_STATES, {
  description: 'active: hoạt động · suspended: tạm dừng, không có token nào dùng được · ended: kết thúc vĩnh viễn. / ' +
    'active · suspended: no token of it works · ended: for good.'
})
const name = text(500, 'Tên của hệ thống hoặc của đơn vị sử dụng. / The name of the system, or of those who use it.')

const contactFields = {
  name: text(200, 'Họ tên. / Name.'),
  email: Type.String({
    format: 'email', maxLength: 254, description: 'Thư điện tử. / E-mail.', examples: ['lien.he@example.vn']
  }),
  phone: Type.String({
    pattern: '^\\+?[0-9][0-9 .()-]{2,38}[0-9]$',
    maxLength: 40,
    description: 'Điện thoại. / Telephone.',
    examples: ['+84 252 3822 000']
  })
}
const contactExample = { name: 'Phòng CNTT', email: 'lien.he@example.vn' }
export const ClientContact = shared('ClientContact', strict({
  name: Type.Optional(contactFields.name),
  email: Type.Optional(contactFields.email),
  phone: Type.Optional(contactFields.phone)
}, {
  description: 'Người phụ trách; chỉ quản trị viên và chính client thấy. / ' +
    'Whom to ask; shown to administrators and to the client itself alone.',
  examples: [contactExample]
}))
export const ClientContactPatch = shared('ClientContactPatch', patchOf({
  name: nullable(contactFields.name), email: nullable(contactFields.email), phone: nullable(contactFields.phone)
}, {
  description: 'Chỉ những gì thay đổi; null xóa. / Only what changes; null removes.',
  examples: [{ phone: '+84 252 3822 000' }]
}))

const grantFields = {
  indicator: Type.Optional(ref(Code, { description: 'Không nêu: mọi chỉ tiêu. / All indicators when absent.' })),
  validFrom: Type.Optional(ref(CivilDate, {
    description: 'Gửi được từ ngày này; không nêu: không giới hạn. / Figures may be pushed from this day on.'
  })),
  validTo: Type.Optional(ref(CivilDate, {
    description: 'Ngày cuối còn gửi được. / The last day on which figures may be pushed.'
  }))
}
const withSubtree = Type.Boolean({ description: 'Gồm cả mọi cơ quan trực thuộc. / All agencies below it too.' })
const grantExample = { agency: 'UBND-LA-GI', withSubtree: false, indicator: 'XHS-07' }

export const ClientGrantInput = shared('ClientGrantInput', strict({
  agency: Type.Optional(ref(CodeOrIdentifier, {
    description: 'Mã, hoặc scheme:value có hiệu lực hôm nay; không nêu: mọi cơ quan. / ' +
      'A code, or a scheme:value in force today; all agencies when absent.'
  })),
  withSubtree: Type.Optional(withSubtree),
  ...grantFields
}, {
  description: 'Được gửi số liệu của cơ quan nào và của chỉ tiêu nào. / Whose figures may be pushed, and of which ' +
    'indicator.',
  examples: [grantExample]
}))

export const ClientGrant = shared('ClientGrant', strict({
  agency: Type.Optional(ref(Code, { description: 'Không nêu: mọi cơ quan. / All agencies when absent.' })),
  withSubtree,
  ...grantFields,
  source: strict({
    kind: oneOf(['given', 'reorganisation'], {
      description: 'given: do quản trị viên cấp · reorganisation: sinh ra khi sắp xếp tổ chức. / ' +
        'given by an administrator · made by a reorganisation.'
    }),
    reorganisation: Type.Optional(ref(Code, {
      description: 'Mã của lần sắp xếp (/v1/reorganisations/{id}). / The id of the reorganisation.'
    }))
  }, { description: 'Nguồn gốc của phạm vi được cấp này. / Where the grant came from.' }),
  recordedAt: ref(Instant, { description: 'Khi được ghi nhận. / When it was recorded.' })
}, {
  description: 'Một phạm vi được cấp. / A grant.',
  examples: [{ ...grantExample, source: { kind: 'given' }, recordedAt: RECORDED_AT }]
}))

const grantList = (description: string) => Type.Array(ref(ClientGrantInput), { maxItems: 1_000, description })
const example = {
  id: 'bc-ubnd-la-gi',
  name: 'Hệ thống báo cáo của UBND thị xã La Gi',
  contact: contactExample,
  scopes: ['measurements:write' as const]
}

export const ClientInput = shared('ClientInput', strict({
  id: Type.Optional(ref(ClientId, {
    description: 'Không nêu: hệ thống đặt. “me” được dành riêng; mã đã dùng không bao giờ cấp lại. / ' +
      'Made when absent. `me` is reserved; an id is never given again.'
  })),
  name,
  contact: Type.Optional(ref(ClientContact)),
  scopes,
  grants: Type.Optional(grantList('Không nêu: không gửi được số liệu nào. / Without any it may push nothing.'))
}, {
  description: 'Một hệ thống được kết nối; mã bí mật tạo riêng ở /secrets. / ' +
    'A system that is to connect; its secret is made at /secrets.',
  examples: [{ ...example, grants: [{ agency: 'UBND-LA-GI', indicator: 'XHS-07' }] }]
}))

export const ClientPatch = shared('ClientPatch', patchOf({
  name,
  contact: nullable(ref(ClientContactPatch)),
  scopes,
  grants: grantList('Toàn bộ phạm vi mới: phạm vi nào không nêu thì bị bỏ, phạm vi nêu y nguyên thì giữ “source”. / ' +
    'All of the grants: one that is not named goes, one that is named as it stands keeps its `source`.')
}, {
  description: 'Chỉ những gì thay đổi. Tạm dừng, cho hoạt động lại hoặc kết thúc: /transitions. / ' +
    'Only what changes. Suspending, resuming and ending: /transitions.',
  examples: [{ grants: [{ agency: 'UBND-LA-GI', withSubtree: true }] }]
}))

const wholeExample = {
  ...example,
  grants: [{ ...grantExample, source: { kind: 'given' as const }, recordedAt: RECORDED_AT }],
  state: 'active' as const,
  recordedAt: RECORDED_AT
}
const whole = {
  id: ref(ClientId),
  name,
  contact: Type.Optional(ref(ClientContact)),
  scopes: Type.Array(ref(scope), {
    description: 'Các scope mà token của client có thể mang. / What the client\'s tokens may carry.'
  }),
  grants: Type.Array(ref(ClientGrant), {
    description: 'Số liệu nào được phép gửi, theo thứ tự ghi nhận. / Which figures it may push, in the order of ' +
      'recording.'
  }),
  state,
  recordedAt
}
export const Client = shared('Client', strict(whole, {
  description: 'Một hệ thống được kết nối. / A system that is connected.',
  examples: [wholeExample]
}))
export type Client = Static<typeof Client>
export const ClientList = listOf('ClientList', ref(Client), [{ data: [wholeExample] }])

export const ClientSelf = shared('ClientSelf', strict({
  id: whole.id,
  name,
  contact: whole.contact,
  scopes: whole.scopes,
  grants: whole.grants,
  tokenScopes: Type.Array(ref(scope), {
    description: 'Scope của token này mà client vẫn còn. / The scopes of this token that the client still has.'
  }),
  tokenExpiresAt: ref(Instant, { description: 'Token này hết hạn lúc nào. / When this token expires.' })
}, {
  description: 'Client đang gọi, và những việc được phép làm. / The client that calls, and what it may do.',
  examples: [{
    ...example, grants: wholeExample.grants, tokenScopes: ['measurements:write'], tokenExpiresAt: RECORDED_AT
  }]
}))
export type ClientSelf = Static<typeof ClientSelf>

const transitionFields = {
  to: oneOf(CLIENT_STATES, {
    description: 'suspended: tạm dừng · active: cho hoạt động lại · ended: kết thúc vĩnh viễn, mọi mã bí mật bị ' +
      'thu hồi, mã không cấp lại, số liệu đã gửi vẫn còn. / ' +
      'suspended · active: resumed · ended: for good; its secrets are revoked, its id is never given again, and its ' +
      'figures stay.'
  }),
  reason
}
const transitionExample = { to: 'active' as const, reason: 'Đã kiểm tra xong, cho hoạt động lại' }
export const ClientTransitionInput = shared('ClientTransitionInput', strict(transitionFields, {
  description: 'Tạm dừng, cho hoạt động lại hoặc kết thúc một client. / Suspends, resumes or ends a client.',
  examples: [transitionExample]
}))

export const sequence = Type.Integer({
  minimum: 1, maximum: 2_147_483_647, description: 'Thứ tự ghi nhận. / The order of recording.'
})
const madeTransition = { sequence: 1, ...transitionExample, client: 'admin', recordedAt: RECORDED_AT }
export const ClientTransition = shared('ClientTransition', strict({
  sequence,
  ...transitionFields,
  client: Type.Optional(ref(ClientId, {
    description: 'Client đã ghi; không có: người vận hành, từ dòng lệnh. / ' +
      'Who recorded it; absent: the operator, at the command line.'
  })),
  recordedAt: ref(Instant)
}, {
  description: 'Một lần tạm dừng, hoạt động lại hoặc kết thúc. / A suspension, a resumption, or the end.',
  examples: [madeTransition]
}))
export type ClientTransition = Static<typeof ClientTransition>
export const ClientTransitionList = listOf('ClientTransitionList', ref(ClientTransition), [{ data: [madeTransition] }])

export const ClientSecretInput = shared('ClientSecretInput', strict({
  expiresAt: Type.Optional(ref(Instant, {
    description: 'Hết hiệu lực từ lúc này; không nêu: không hết hiệu lực. / Not valid from then on; for ever when ' +
      'absent.'
  }))
}, { description: 'Một mã bí mật mới. / A new secret.', examples: [{ expiresAt: '2099-01-01T00:00:00Z' }] }))

const secretExample = {
  id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', expiresAt: '2099-01-01T00:00:00.000000Z', recordedAt: RECORDED_AT
}
const secretFields = {
  id: ref(Uuid),
  expiresAt: Type.Optional(ref(Instant, { description: 'Hết hiệu lực từ lúc này. / Not valid from then on.' })),
  recordedAt: ref(Instant, { description: 'Khi được tạo. / When it was made.' })
}
export const ClientSecretMade = shared('ClientSecretMade', strict({
  ...secretFields,
  secret: Type.String({
    description: 'Chỉ hiển thị một lần này; hệ thống chỉ lưu giá trị băm. / Shown this once; only a hash is stored.'
  })
}, {
  description: 'Mã bí mật vừa tạo. / The secret that was made.',
  examples: [{ ...secretExample, secret: '<secret>' }]
}))

export const ClientSecret = shared('ClientSecret', strict({
  ...secretFields,
  lastUsedAt: Type.Optional(ref(Instant, {
    description: 'Lần gần nhất dùng để lấy token, chính xác đến khoảng một phút; không có: chưa dùng. / ' +
      'When a token was last got by it, to a minute or so; absent: never.'
  })),
  revokedAt: Type.Optional(ref(Instant)),
  revokedReason: Type.Optional(text(2_000, 'Lý do thu hồi. / Why it was revoked.')),
  live: Type.Boolean({ description: 'Còn dùng được lúc này. / Whether it is good now.' })
}, {
  description: 'Một mã bí mật, không kèm giá trị. / A secret, without its value.',
  examples: [{ ...secretExample, live: true }]
}))
export type ClientSecret = Static<typeof ClientSecret>
export const ClientSecretList = listOf('ClientSecretList', ref(ClientSecret), [
  { data: [{ ...secretExample, live: true }] }
])

const jwkExample = {
  kty: 'EC' as const,
  crv: 'P-256' as const,
  x: 'GPptdCuh4xGpxQtMTHca8Y8RkmqH378kRtcVDh566Mc',
  y: 's2VkvcErPVxFub5RDxkmZLmfU46wlb6A5df6v5Jhs5s',
  kid: 'bc-2025'
}
const coordinate = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,1400}$', description }))
/** The members that a public key has; a private one is refused before (rules.ts). */
export const PublicJwk = shared('PublicJwk', strict({
  kty: oneOf(['EC', 'OKP', 'RSA'], {
    description: 'EC: P-256 hoặc P-384 · OKP: Ed25519 · RSA: từ 2048 bit. / EC: P-256 or P-384 · OKP: Ed25519 · RSA: ' +
      '2048 bits at least.'
  }),
  crv: Type.Optional(oneOf(['P-256', 'P-384', 'Ed25519'])),
  x: coordinate('EC và OKP. / Of EC and OKP.'),
  y: coordinate('Chỉ của EC. / Of EC alone.'),
  n: coordinate('Chỉ của RSA. / Of RSA alone.'),
  e: coordinate('Chỉ của RSA. / Of RSA alone.'),
  kid: Type.Optional(Type.String({
    pattern: '^[\\x21-\\x7e]{1,128}$',
    description: 'Mã khóa mà client_assertion nêu ở “kid”; không nêu: thumbprint (RFC 7638). / ' +
      'As the header of an assertion names the key; the thumbprint (RFC 7638) when absent.'
  })),
  alg: Type.Optional(oneOf(ALGORITHMS, {
    description: 'Chỉ ký bằng thuật toán này. / Signs by this algorithm alone.'
  })),
  use: Type.Optional(oneOf(['sig'])),
  key_ops: Type.Optional(Type.Array(oneOf(['verify']), { maxItems: 1 }))
}, {
  description: 'Khóa công khai (RFC 7517); khóa riêng không bao giờ rời client. / ' +
    'A public key (RFC 7517); its private part never leaves the client.',
  examples: [jwkExample]
}))

export const ClientKeyInput = shared('ClientKeyInput', strict({
  jwk: ref(PublicJwk),
  expiresAt: Type.Optional(ref(Instant, {
    description: 'Hết hiệu lực từ lúc này; không nêu: không hết hiệu lực. / Not valid from then on; for ever when ' +
      'absent.'
  }))
}, { description: 'Một khóa công khai mới. / A new public key.', examples: [{ jwk: jwkExample }] }))

const keyExample = {
  id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e91', kid: 'bc-2025', jwk: jwkExample, recordedAt: RECORDED_AT, live: true
}
export const ClientKey = shared('ClientKey', strict({
  id: ref(Uuid),
  kid: Type.String({ description: 'Như client_assertion nêu. / As an assertion names it.' }),
  jwk: ref(PublicJwk),
  expiresAt: Type.Optional(ref(Instant, { description: 'Hết hiệu lực từ lúc này. / Not valid from then on.' })),
  recordedAt: ref(Instant, { description: 'Khi được đăng ký. / When it was registered.' }),
  lastUsedAt: Type.Optional(ref(Instant, {
    description: 'Lần gần nhất dùng để lấy token, chính xác đến khoảng một phút; không có: chưa dùng. / ' +
      'When a token was last got by it, to a minute or so; absent: never.'
  })),
  revokedAt: Type.Optional(ref(Instant)),
  revokedReason: Type.Optional(text(2_000, 'Lý do thu hồi. / Why it was revoked.')),
  live: Type.Boolean({ description: 'Còn dùng được lúc này. / Whether it is good now.' })
}, { description: 'Một khóa công khai của client. / A public key of a client.', examples: [keyExample] }))
export type ClientKey = Static<typeof ClientKey>
export const ClientKeyList = listOf('ClientKeyList', ref(ClientKey), [{ data: [keyExample] }])

export const KeyRevocationInput = shared('KeyRevocationInput', strict({ reason }, {
  description: 'Thu hồi một khóa. / Revokes a key.', examples: [{ reason: 'Thay định kỳ' }]
}))

export const SecretRevocationInput = shared('SecretRevocationInput', strict({ reason }, {
  description: 'Thu hồi một mã bí mật. / Revokes a secret.', examples: [{ reason: 'Thay định kỳ' }]
}))

export const schemas = [
  ClientId, scope, ClientContact, ClientContactPatch, ClientGrantInput, ClientGrant, ClientInput, ClientPatch, Client,
  ClientList, ClientSelf, ClientTransitionInput, ClientTransition, ClientTransitionList, ClientSecretInput,
  ClientSecretMade, ClientSecret, ClientSecretList, SecretRevocationInput, PublicJwk, ClientKeyInput, ClientKey,
  ClientKeyList, KeyRevocationInput
]
