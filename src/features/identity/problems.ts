import type { ProblemDefinitions } from '../../http/problem-codes.js'
import type { LocalText } from '../../domain/text.js'

export const INACTIVE_CLIENT: LocalText = {
  vi: 'Client của token này đã bị tạm dừng hoặc kết thúc; hãy liên hệ quản trị viên của hệ thống.',
  en: 'The client of this token was suspended or has ended: ask an administrator of the registry.'
}

export const REVOKED_TOKEN: LocalText = {
  vi: 'Token này đã bị thu hồi; hãy lấy token mới tại /oauth/token.',
  en: 'This token was revoked: get a new one at /oauth/token.'
}

export const problems = {
  invalid_token: {
    status: 401,
    title: { vi: 'Access token không hợp lệ', en: 'The access token is not valid' },
    about: {
      vi: 'Token đã hết hạn (15 phút), bị sửa, không do hệ thống này cấp, hoặc client của nó đã bị tạm dừng. Lấy ' +
        'token mới tại /oauth/token.',
      en: 'The token has expired (15 minutes), was altered, was not issued by this registry, or its client is ' +
        'suspended. Get a new one at /oauth/token.'
    }
  },
  insufficient_scope: {
    status: 403,
    title: { vi: 'Token thiếu quyền (scope)', en: 'The token lacks a scope' },
    about: {
      vi: 'Token hợp lệ nhưng không mang scope mà thao tác này cần; xem “requiredScopes”. Lấy token khác, hoặc đề ' +
        'nghị quản trị viên cấp thêm scope cho client.',
      en: 'The token is valid but does not carry the scope this operation needs; see `requiredScopes`. Ask for ' +
        'another token, or ask an administrator to give the client that scope.'
    }
  },
  invalid_client: {
    status: 401,
    title: { vi: 'Client không hợp lệ', en: 'The client is not valid' },
    about: {
      vi: 'Mã client và mã bí mật không khớp, hoặc không được gửi theo client_secret_basic hay client_secret_post; ' +
        'hoặc client_assertion (private_key_jwt) sai, không do khóa đã đăng ký ký, hoặc đã được dùng; hoặc client ' +
        'đang bị tạm dừng. Xem “detail”.',
      en: 'The client\'s id and secret do not belong together, or were not sent as client_secret_basic or ' +
        'client_secret_post; or the client_assertion (private_key_jwt) is wrong, was signed by no registered key, or ' +
        'was used before; or the client is suspended. See `detail`.'
    }
  },
  unsupported_grant_type: {
    status: 400,
    title: { vi: 'grant_type không được hỗ trợ', en: 'This grant_type is not supported' },
    about: {
      vi: 'Hệ thống chỉ cấp token theo grant_type=client_credentials (RFC 6749 mục 4.4).',
      en: 'Tokens are issued for grant_type=client_credentials alone (RFC 6749 section 4.4).'
    }
  },
  invalid_scope: {
    status: 400,
    title: { vi: 'Scope không hợp lệ', en: 'The scope is not valid' },
    about: {
      vi: 'Scope được yêu cầu sai cú pháp, không tồn tại, hoặc không được cấp cho client này. Bỏ tham số scope để ' +
        'nhận tất cả scope của client.',
      en: 'The scope asked for is malformed, unknown, or not this client\'s. Leave the parameter out to get all the ' +
        'client\'s scopes.'
    }
  },
  invalid_target: {
    status: 400,
    title: { vi: 'resource không hợp lệ', en: 'The resource is not valid' },
    about: {
      vi: 'Token chỉ được cấp cho chính hệ thống này: bỏ tham số resource (RFC 8707), hoặc gửi đúng địa chỉ công bố ' +
        'của hệ thống.',
      en: 'Tokens are issued for this registry alone: leave `resource` (RFC 8707) out, or send the registry\'s ' +
        'public address.'
    }
  }
} as const satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { identity: typeof problems }
}
