import type { LocalText } from '../domain/text.js'

export interface ProblemDefinition {
  readonly status: number
  readonly title: LocalText
  /** What it means and what to do about it: the text of the page at /problems/{code}. */
  readonly about: LocalText
}
export type ProblemDefinitions = Readonly<Record<string, ProblemDefinition>>

const define = (
  status: number, viTitle: string, enTitle: string, viAbout: string, enAbout: string
): ProblemDefinition => ({ status, title: { vi: viTitle, en: enTitle }, about: { vi: viAbout, en: enAbout } })

/** The problems every route can have. A feature adds its own beside its rules (see app.ts). */
export const commonProblems = {
  invalid_request: define(400,
    'Yêu cầu không hợp lệ', 'The request is not valid',
    'Nội dung hoặc tham số của yêu cầu không đúng định dạng đã công bố. Mỗi phần tử của “errors” nêu vị trí (pointer ' +
    'hoặc parameter), mã lỗi và giá trị đúng. Hãy sửa tất cả rồi gửi lại.',
    'The body or a parameter does not fit the published schema. Each entry of `errors` names the place (pointer or ' +
    'parameter), a code, and what would be right. Correct all of them and send again.'),
  malformed_json: define(400,
    'JSON không đọc được', 'The JSON cannot be read',
    'Nội dung không phải là JSON chuẩn (RFC 8259), mã hóa UTF-8 không BOM, một đối tượng ở ngoài cùng, không trùng ' +
    'khóa, không lồng quá 32 cấp.',
    'The body is not strict JSON (RFC 8259) in UTF-8 without a BOM, with an object at the top, without duplicate ' +
    'keys, and nested at most 32 deep.'),
  malformed_request: define(400,
    'Yêu cầu HTTP sai cú pháp', 'The HTTP request is malformed',
    'Máy chủ không đọc được yêu cầu HTTP: dòng yêu cầu, tiêu đề hoặc mã hóa phần trăm trong địa chỉ bị sai.',
    'The server could not read the HTTP request: its request line, a header, or the percent-encoding of its address ' +
    'is wrong.'),
  invalid_cursor: define(400,
    'Con trỏ trang không hợp lệ', 'The cursor is not valid',
    'Con trỏ chỉ dùng cho danh sách đã tạo ra nó, đã chứa sẵn bộ lọc và thứ tự sắp xếp, và không được sửa. Hãy dùng ' +
    'nguyên địa chỉ “next”, hoặc chỉ gửi “cursor”, hoặc bắt đầu lại từ trang đầu.',
    'A cursor belongs to the list, the filters and the sort that made it, carries them, and must not be altered. ' +
    'Follow `next` as it is, or send `cursor` alone, or start again from the first page.'),
  not_authenticated: define(401,
    'Chưa xác thực', 'Not authenticated',
    'Yêu cầu này cần một access token còn hiệu lực trong tiêu đề “Authorization: Bearer …”. Lấy token tại ' +
    '/oauth/token.',
    'This request needs a valid access token in `Authorization: Bearer …`. Get one at /oauth/token.'),
  not_allowed: define(403,
    'Không được phép', 'Not allowed',
    'Token hợp lệ nhưng không có quyền (scope) hoặc phạm vi được cấp (grant) mà thao tác này cần.',
    'The token is valid but lacks the scope or the grant this operation needs.'),
  not_found: define(404,
    'Không tìm thấy', 'Not found',
    'Không có tài nguyên nào ở địa chỉ này. Kiểm tra mã trong đường dẫn; đường dẫn phân biệt chữ hoa chữ thường và ' +
    'không có dấu gạch chéo ở cuối.',
    'There is nothing at this address. Check the code in the path; paths are case-sensitive and have no trailing ' +
    'slash.'),
  method_not_allowed: define(405,
    'Phương thức không được hỗ trợ', 'Method not allowed',
    'Địa chỉ này có thật nhưng không nhận phương thức đó. Tiêu đề “Allow” liệt kê các phương thức được nhận.',
    'The address exists but does not take this method. The `Allow` header lists those it takes.'),
  not_acceptable: define(406,
    'Không có định dạng được yêu cầu', 'Not acceptable',
    'Không có ở định dạng nào mà “Accept” chấp nhận. Trường “produces” liệt kê các định dạng có sẵn.',
    'This resource has no form that the `Accept` header takes. `produces` lists those it has.'),
  request_timeout: define(408,
    'Hết thời gian chờ yêu cầu', 'Request timeout',
    'Yêu cầu không đến đủ trong thời gian cho phép. Hãy gửi lại.',
    'The request did not arrive completely in the time allowed. Send it again.'),
  conflict: define(409,
    'Xung đột với dữ liệu hiện có', 'Conflict with what is stored',
    'Thao tác mâu thuẫn với trạng thái hiện tại của dữ liệu.',
    'The operation contradicts the present state of the data.'),
  already_exists: define(409,
    'Đã tồn tại', 'Already exists',
    'Mã hoặc tổ hợp này đã được dùng. Hãy sửa tài nguyên hiện có hoặc chọn mã khác.',
    'This code or combination is taken. Change the existing resource or choose another code.'),
  still_referenced: define(409,
    'Đang được tham chiếu', 'Still referenced',
    'Tài nguyên đang được dữ liệu khác sử dụng nên không thể xóa hoặc đổi.',
    'Other data refers to this resource, so it cannot be removed or changed.'),
  precondition_failed: define(412,
    'Điều kiện tiên quyết không thỏa', 'Precondition failed',
    'Tài nguyên đã thay đổi kể từ khi bạn đọc, hoặc ETag không phải của nó. Đọc lại rồi gửi với ETag mới.',
    'The resource has changed since you read it, or the ETag is not its own. Read it again, and send the change with ' +
    'the new ETag.'),
  content_too_large: define(413,
    'Nội dung quá lớn', 'Content too large',
    'Nội dung vượt giới hạn dung lượng. Chia nhỏ thành nhiều yêu cầu.',
    'The body exceeds the size limit. Split it into several requests.'),
  compression_ratio_exceeded: define(413,
    'Nội dung nén quá mức', 'Compressed beyond measure',
    'Nội dung, hay sổ làm việc .xlsx, giải nén ra gấp quá nhiều lần số byte đã gửi. “unpacked” là số byte luôn được ' +
    'giải nén, “ratio” là tỷ lệ được phép khi vượt số đó. Hãy gửi không nén, hoặc chia nhỏ.',
    'The body, or the workbook (.xlsx), unpacks to too many times the bytes that were sent. `unpacked` is how many ' +
    'bytes are unpacked in any case, `ratio` what is allowed beyond them. Send it without compression, or divide it.'),
  uri_too_long: define(414,
    'Địa chỉ quá dài', 'URI too long',
    'Địa chỉ của yêu cầu vượt 8192 byte, hoặc một phần của đường dẫn quá dài. Giảm bớt bộ lọc.',
    'The address of the request exceeds 8192 bytes, or a part of the path is too long. Use fewer filters.'),
  unsupported_media_type: define(415,
    'Kiểu nội dung không được hỗ trợ', 'Unsupported media type',
    'Nội dung gửi lên thiếu “Content-Type”, hoặc ở một kiểu mà địa chỉ này không nhận. Tiêu đề “Accept” hoặc ' +
    '“Accept-Post” của phản hồi liệt kê các kiểu được nhận.',
    'The body has no Content-Type, or one this address does not take. The `Accept` or `Accept-Post` header of the ' +
    'answer lists those it takes.'),
  expectation_failed: define(417,
    'Không đáp ứng được Expect', 'Expectation failed',
    'Máy chủ chỉ hiểu “Expect: 100-continue”.',
    'The server understands `Expect: 100-continue` only.'),
  unprocessable: define(422,
    'Vi phạm quy tắc nghiệp vụ', 'A rule of the domain is broken',
    'Yêu cầu đúng định dạng nhưng trái với một quy tắc nghiệp vụ. Xem “errors” hoặc “detail”.',
    'The request is well formed but breaks a rule of the domain. See `errors` or `detail`.'),
  idempotency_key_required: define(400,
    'Thiếu Idempotency-Key', 'An Idempotency-Key is needed',
    'Thao tác này cần tiêu đề “Idempotency-Key”: một chuỗi duy nhất cho mỗi yêu cầu mới, ví dụ UUID, và gửi lại y ' +
    'nguyên khi thử lại.',
    'This operation needs the header `Idempotency-Key`: a string of its own for every new request, such as a UUID, ' +
    'sent again unchanged when the request is retried.'),
  idempotency_key_reused: define(422,
    'Khóa Idempotency-Key đã dùng cho yêu cầu khác', 'The Idempotency-Key belongs to another request',
    'Khóa này đã được gửi kèm một yêu cầu khác. Dùng khóa mới cho mỗi yêu cầu mới.',
    'This key has been sent with a different request. Use a new key for every new request.'),
  idempotency_in_progress: define(409,
    'Yêu cầu cùng khóa đang được xử lý', 'A request with this key is still running',
    'Yêu cầu đầu tiên với khóa này chưa xong. Đợi theo “Retry-After” rồi gửi lại y nguyên.',
    'The first request with this key has not finished. Wait as `Retry-After` says and send the same request again.'),
  precondition_required: define(428,
    'Thiếu điều kiện tiên quyết', 'Precondition required',
    'PATCH, PUT và DELETE cần tiêu đề “If-Match” với ETag của phiên bản bạn đã đọc.',
    'PATCH, PUT and DELETE need an If-Match header with the ETag of the version you read.'),
  too_many_requests: define(429,
    'Quá nhiều yêu cầu', 'Too many requests',
    'Bạn gửi nhanh hơn giới hạn. Đợi theo “Retry-After” rồi thử lại.',
    'You are sending faster than the limit. Wait as `Retry-After` says and try again.'),
  headers_too_large: define(431,
    'Tiêu đề quá lớn', 'Request header fields too large',
    'Địa chỉ và các tiêu đề của yêu cầu cộng lại vượt 24 KiB.',
    'The address and the header fields of the request exceed 24 KiB together.'),
  internal_error: define(500,
    'Lỗi nội bộ', 'Internal error',
    'Máy chủ gặp lỗi ngoài dự kiến và đã ghi nhật ký. Khi báo lỗi hãy gửi kèm “instance”.',
    'The server met an unexpected error and has logged it. Quote `instance` when reporting it.'),
  unavailable: define(503,
    'Tạm thời không phục vụ được', 'Temporarily unavailable',
    'Cơ sở dữ liệu không sẵn sàng, máy chủ quá tải hoặc đang dừng. Đợi theo “Retry-After” rồi gửi lại: không gì bị ' +
    'ghi trùng.',
    'The database is not available, the server is overloaded, or it is stopping. Wait as `Retry-After` says and send ' +
    'it again: nothing is doubled.')
} as const satisfies ProblemDefinitions

/** What each part of the registry can answer with; a feature adds its own by `declare module` in its problems.ts. */
export interface ProblemCatalogues { common: typeof commonProblems }
type CodesOf<T> = T extends unknown ? keyof T & string : never
export type ProblemCode = CodesOf<ProblemCatalogues[keyof ProblemCatalogues]>

/** `too_many_requests` → `/problems/too-many-requests` */
export function problemType (code: string): string {
  return `/problems/${code.replaceAll('_', '-')}`
}
