import { TEXT_SEPARATOR } from './openapi-language.js'
import type { LocalText } from '../domain/text.js'

/** What the document says of itself. Vietnamese first: those who read it are officials and their suppliers. */
export const TITLE = 'Hệ thống quản lý chỉ tiêu chuyển đổi số cấp tỉnh / Provincial Indicator Registry'

export interface Surroundings {
  /** What stands before every path. */
  origin: string
  readAccess: 'public' | 'token'
}

/** The introduction, in Markdown. Links that begin with `#/` open an operation in Swagger UI. */
export function introduction ({ origin, readAccess }: Surroundings): LocalText {
  const push = (note: string) => `\`\`\`sh
TOKEN=$(curl -s -u 'CLIENT_ID:CLIENT_SECRET' -d grant_type=client_credentials ${origin}/oauth/token | jq -r .access_token)
curl -s '${origin}/v1/measurements?dryRun=true' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"indicator":"KTS-05","agency":"UBND-BINH-THUAN","period":"2025","value":"10.5","reason":"${note}"}'
\`\`\``
  const bearer = readAccess === 'token' ? ' -H "Authorization: Bearer $TOKEN"' : ''
  const pull = `\`\`\`sh
curl -s '${origin}/v1/status?limit=5'${bearer}
\`\`\``
  const vi = `
API về chỉ tiêu, mục tiêu, cơ quan, phân công, số liệu, và tình trạng thực hiện kế hoạch chuyển đổi số của tỉnh.

**Đọc lần đầu.** [GET /v1/status](#/status/listStatus) cho biết tình trạng của từng mục tiêu và vì sao; ${readAccess === 'token' ? 'cần một token có `registry:read`.' : 'không cần đăng nhập.'} Bấm **Thực hiện**, hoặc dán:

${pull}

**Gửi lần đầu.** Bấm **Đăng nhập**, nhập client id và client secret, rồi mở [POST /v1/measurements](#/push/pushMeasurement). Với \`dryRun=true\`, kết quả trả về như khi gửi thật nhưng không có gì được ghi:

${push('Thử')}

Gửi nhiều số liệu: [POST /v1/submissions](#/push/pushSubmission) (JSON, NDJSON, CSV, .xlsx; tới 5 triệu dòng), mỗi dòng có kết quả riêng.

- **Số thập phân là chuỗi** (\`"82.50"\`), không làm tròn. Ngày là \`YYYY-MM-DD\`; thời điểm theo RFC 3339.
- **Công khai** là những gì đã được chấp nhận. Trường có \`x-visible-to\` và số liệu chưa được chấp nhận chỉ có với những ai liên quan.
- **Danh sách** phân trang bằng \`next\`: đọc tiếp theo địa chỉ ấy cho đến khi không còn.
- **Lỗi** là \`application/problem+json\` (RFC 9457): \`errors\` nêu mọi lỗi cùng vị trí, mỗi \`type\` dẫn đến một [trang giải thích](${origin}/problems). Ngôn ngữ theo \`Accept-Language\` (\`vi\`, \`en\`).
- **Gửi lại an toàn**: mọi POST dưới /v1 nhận \`Idempotency-Key\`; cùng khóa, cùng yêu cầu thì nhận lại phản hồi đầu tiên, không thực hiện hai lần.
- **Sửa**: PATCH, PUT, DELETE cần \`If-Match\` với ETag đã đọc.
`.trim()
  const en = `
The API of a province's indicators, targets, agencies, assignments and measurements, and of how each target of its digital-transformation plan stands.

**The first pull.** [GET /v1/status](#/status/listStatus) tells how every target stands, and why; ${readAccess === 'token' ? 'it needs a token with `registry:read`.' : 'nobody has to sign in for it.'} Press **Execute**, or paste:

${pull}

**The first push.** Press **Authorize**, enter a client id and its secret, and open [POST /v1/measurements](#/push/pushMeasurement). With \`dryRun=true\` the answer is the real one, and nothing is written:

${push('A trial')}

Many figures: [POST /v1/submissions](#/push/pushSubmission) (JSON, NDJSON, CSV, .xlsx; up to 5 million rows), with an outcome for every row.

- **Decimals are strings** (\`"82.50"\`), never rounded. Dates are \`YYYY-MM-DD\`, instants RFC 3339.
- **Public** is what was accepted. Fields with \`x-visible-to\`, and figures that are not accepted, are there for those whom they concern.
- **Lists** are paged by \`next\`: follow that address until there is none.
- **Errors** are \`application/problem+json\` (RFC 9457): \`errors\` lists all faults with their places, and every \`type\` opens as a [page](${origin}/problems). The language follows \`Accept-Language\` (\`vi\`, \`en\`).
- **Retrying safely**: every POST under /v1 takes an \`Idempotency-Key\`; the same request again under the same key gets the first answer, and nothing is done twice.
- **Changing**: PATCH, PUT and DELETE need \`If-Match\` with the ETag that was read.
`.trim()
  return { vi, en }
}

/** Both languages in one text. */
export const inBoth = ({ vi, en }: LocalText): string => `${vi}${TEXT_SEPARATOR}${en}`

export const GUIDE = 'Hướng dẫn tích hợp: giờ đầu tiên, từng bước (tiếng Anh). / Integrating: the first hour, step by step (in English).'

interface Tag { name: string, 'x-displayName': string, description: string }
/** `name`: the same in both languages, because generated clients make names of it. */
const tag = (name: string, displayName: string, description: string): Tag => ({ name, 'x-displayName': displayName, description })

/** In the order in which a reader needs them. Only tags in use are published. */
const GROUPS: readonly { name: string, tags: readonly Tag[] }[] = [
  {
    name: 'Đọc / Pull',
    tags: [
      tag('status', 'Tình trạng / Status', 'Tình trạng của từng mục tiêu, và vì sao. / How every target stands, and why.'),
      tag('obligations', 'Nghĩa vụ báo cáo / Obligations', 'Cơ quan nào phải báo cáo số liệu nào, hạn khi nào. / Who owes which figure by when.'),
      tag('series', 'Chuỗi số liệu / Series', 'Số liệu qua các kỳ, kèm đường mục tiêu. / Figures over periods, beside the target line.'),
      tag('measurements', 'Số liệu / Measurements', 'Số liệu, các lần sửa và lịch sử. / Figures, their revisions and history.'),
      tag('rankings', 'Phiếu điểm, xếp hạng / Scorecards, rankings', 'Kết quả của từng cơ quan, và so sánh các cơ quan. / One agency, and agencies side by side.')
    ]
  },
  {
    name: 'Gửi / Push',
    tags: [
      tag('push', 'Gửi số liệu / Push figures', 'Một số liệu, hoặc cả tệp; biên nhận. / One figure or a whole file; receipts.'),
      tag('explanations', 'Giải trình / Explanations', 'Vì sao số liệu thiếu, mục tiêu không đạt. / Why a figure is missing or a target missed.')
    ]
  },
  {
    name: 'Duyệt / Review',
    tags: [
      tag('review', 'Duyệt, trả lại, rút / Accept, return, withdraw', 'Quyết định về số liệu đã gửi. / Decisions about figures that were pushed.'),
      tag('quality', 'Quy tắc chất lượng / Quality rules', 'Số liệu gửi lên được kiểm tra theo quy tắc nào. / What pushed figures are held to.')
    ]
  },
  {
    name: 'Kế hoạch và danh mục / Plan and catalogue',
    tags: [
      tag('plans', 'Kế hoạch / Plans', 'Kế hoạch có mục tiêu trong hệ thống. / The plans whose targets are kept here.'),
      tag('pillars', 'Nhóm chỉ tiêu / Pillars', 'Chính quyền số, kinh tế số, xã hội số. / Digital government, economy, society.'),
      tag('indicators', 'Chỉ tiêu / Indicators', 'Đo cái gì: định nghĩa, đơn vị, cách tính. / What is measured: definition, unit, formula.'),
      tag('targets', 'Mục tiêu / Targets', 'Kế hoạch yêu cầu gì ở chỉ tiêu, theo từng phiên bản. / What a plan demands of an indicator, in versions.'),
      tag('tasks', 'Nhiệm vụ / Tasks', 'Nhiệm vụ, giải pháp của kế hoạch. / Qualitative duties of a plan.'),
      tag('assignments', 'Phân công / Assignments', 'Cơ quan nào làm gì, theo “sáu rõ”. / Who does what: the six clears.'),
      tag('documents', 'Văn bản / Documents', 'Văn bản pháp lý và quan hệ giữa chúng. / Legal texts and their relations.'),
      tag('agencies', 'Cơ quan / Agencies', 'Cơ quan, đơn vị và quá trình thay đổi tổ chức. / Agencies and their lives.'),
      tag('dimensions', 'Phân tổ / Dimensions', 'Cách chia số liệu, ngoài chia theo cơ quan. / Break-downs other than the agency.')
    ]
  },
  {
    name: 'Quản trị / Administer',
    tags: [
      tag('clients', 'Hệ thống kết nối / Clients', 'Hệ thống được kết nối (client) và mã bí mật. / The systems that are connected, and their secrets.'),
      tag('calendars', 'Lịch báo cáo / Calendars', 'Kỳ, ngày chốt, hạn, ngày nghỉ lễ. / Windows, cut-offs, deadlines, public holidays.'),
      tag('extensions', 'Gia hạn, miễn báo cáo / Extensions, excuses', 'Gia hạn hoặc miễn một nghĩa vụ báo cáo. / Move a deadline, or excuse from it.'),
      tag('reorganisations', 'Sắp xếp tổ chức / Reorganisations', 'Đổi tên, sáp nhập, chia tách. / Renames, mergers, splits.'),
      tag('status-rules', 'Quy tắc đánh giá / Status rules', 'Ngưỡng đánh giá tiến độ, theo phiên bản. / The thresholds of the pace, in versions.'),
      tag('identity', 'Token / Tokens', 'OAuth 2.0: lấy token, khóa công khai, thông tin máy chủ. / OAuth 2.0: tokens, keys, discovery.'),
      tag('operations', 'Vận hành / Operations', 'Tài liệu này, trang lỗi, tình trạng máy chủ. / This document, the pages of problems, health.')
    ]
  }
]

export const TAGS: readonly Tag[] = GROUPS.flatMap(group => group.tags)

/** As Redoc and other readers know them. */
export const tagGroups = (used: ReadonlySet<string>) => GROUPS
  .map(({ name, tags }) => ({ name, tags: tags.map(one => one.name).filter(one => used.has(one)) }))
  .filter(({ tags }) => tags.length > 0)
