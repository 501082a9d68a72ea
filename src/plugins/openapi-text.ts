/** What the document says of itself. Vietnamese first: those who read it are its officials and their suppliers. */
export const TITLE = 'Hệ thống quản lý chỉ tiêu chuyển đổi số cấp tỉnh / Provincial Indicator Registry'

export const DESCRIPTION = `
**Tiếng Việt.** API quản lý chỉ tiêu, mục tiêu, cơ quan, phân công, số liệu và tình trạng thực hiện kế hoạch chuyển đổi số của tỉnh.

- **Đọc**: \`GET /v1/status\` cho biết từng mục tiêu đang đứng ở đâu và vì sao. Mọi danh sách phân trang bằng \`next\`.
- **Gửi số liệu**: \`POST /v1/submissions\` (JSON, NDJSON, CSV; tới 5 triệu dòng), mỗi dòng có kết quả riêng; gửi lại cùng nội dung thì không ghi gì thêm.
- **Xác thực**: bấm **Authorize**, nhập client id và client secret; token lấy tại \`/oauth/token\`.
- **Số thập phân là chuỗi** (\`"82.50"\`), không làm tròn. Ngày là \`YYYY-MM-DD\`; thời điểm theo RFC 3339.
- **Lỗi**: \`application/problem+json\` (RFC 9457); \`errors\` nêu mọi lỗi cùng vị trí; mỗi \`type\` mở được thành trang giải thích. Ngôn ngữ theo \`Accept-Language\` (\`vi\`, \`en\`).
- **Thử lại an toàn**: mọi POST dưới /v1 nhận \`Idempotency-Key\`; gửi lại y nguyên với cùng khoá thì nhận câu trả lời đầu, không làm hai lần.
- **Sửa**: PATCH, PUT, DELETE cần \`If-Match\` với ETag đã đọc.

**English.** The API of the indicators, targets, agencies, assignments and measurements of a province's digital-transformation plan, and of how each target stands.

- **Pull**: \`GET /v1/status\` tells how every target stands, and why. Lists are paged by \`next\`.
- **Push**: \`POST /v1/submissions\` (JSON, NDJSON, CSV; up to 5 million rows), an outcome for every row; the same again writes nothing.
- **Authentication**: press **Authorize** and enter the client id and secret; tokens come from \`/oauth/token\`.
- **Decimals are strings** (\`"82.50"\`), never rounded. Dates are \`YYYY-MM-DD\`, instants RFC 3339.
- **Errors**: \`application/problem+json\` (RFC 9457); \`errors\` lists all faults with their places, and every \`type\` opens as a page. The language follows \`Accept-Language\` (\`vi\`, \`en\`).
- **Retrying safely**: every POST under /v1 takes an \`Idempotency-Key\`; the same request again under the same key gets the first answer, and nothing is done twice.
- **Changing**: PATCH, PUT and DELETE need \`If-Match\` with the ETag that was read.
`.trim()

/** In the order in which a reader meets them. Only those in use are published. */
export const TAGS: readonly { name: string, description: string }[] = [
  { name: 'status', description: 'Tình trạng của từng mục tiêu: đọc chính của hệ thống. / How every target stands: the main read.' },
  { name: 'plans', description: 'Kế hoạch và tổng hợp. / Plans and their summaries.' },
  { name: 'documents', description: 'Văn bản pháp lý và quan hệ giữa chúng. / Legal texts and their relations.' },
  { name: 'pillars', description: 'Nhóm chỉ tiêu: chính quyền số, kinh tế số, xã hội số. / Digital government, economy, society.' },
  { name: 'indicators', description: 'Danh mục chỉ tiêu: định nghĩa, đơn vị, cách tính. / What is measured: definition, unit, formula.' },
  { name: 'targets', description: 'Mục tiêu của kế hoạch và các phiên bản. / What a plan demands of an indicator, in versions.' },
  { name: 'dimensions', description: 'Phân tổ. / Break-downs other than the agency.' },
  { name: 'agencies', description: 'Cơ quan, đơn vị và vòng đời của chúng. / Agencies and their lives.' },
  { name: 'reorganisations', description: 'Sắp xếp tổ chức: đổi tên, sáp nhập, chia tách. / Renames, mergers, splits.' },
  { name: 'tasks', description: 'Nhiệm vụ, giải pháp. / Qualitative duties of a plan.' },
  { name: 'assignments', description: 'Phân công theo “6 rõ”. / Who does what: the six clears.' },
  { name: 'calendars', description: 'Lịch báo cáo: kỳ, ngày chốt, hạn. / Reporting calendars: windows, cut-offs, deadlines.' },
  { name: 'obligations', description: 'Nghĩa vụ báo cáo. / Who owes which number by when.' },
  { name: 'rankings', description: 'Phiếu điểm của cơ quan và xếp hạng. / Scorecards of agencies, and rankings.' },
  { name: 'submissions', description: 'Gửi số liệu hàng loạt và biên nhận. / Bulk push and receipts.' },
  { name: 'measurements', description: 'Số liệu, lịch sử sửa đổi, duyệt. / Figures, revisions, review.' },
  { name: 'quality', description: 'Quy tắc kiểm tra chất lượng số liệu. / What pushed figures are held to, as data.' },
  { name: 'changes', description: 'Dòng thay đổi không sót. / The gap-free feed.' },
  { name: 'webhooks', description: 'Đẩy thay đổi đến hệ thống khác. / Push of the feed.' },
  { name: 'clients', description: 'Hệ thống được cấp quyền. / Machine identities.' },
  { name: 'audit', description: 'Nhật ký nối chuỗi băm. / The hash-chained trail.' },
  { name: 'identity', description: 'OAuth 2.0: lấy token, khoá công khai, khám phá. / Tokens, keys, discovery.' },
  { name: 'operations', description: 'Tài liệu, trang lỗi, tình trạng máy chủ. / The document, the pages of problems, health.' }
]
