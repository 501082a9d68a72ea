import type { AssignmentSeed, TaskSeed } from '../types.js'
import { ISSUED, PLAN } from './conventions.js'
import type { LocalText } from '../../domain/text.js'

type Entry = readonly [name: LocalText, wording: string, note?: LocalText]

function group (code: string, [name, wording, note]: Entry, tasks: readonly Entry[]): TaskSeed[] {
  const common = { plan: PLAN, provenance: 'quoted' } as const
  return [
    { ...common, code, kind: 'group', name, wording, ...(note && { note }) },
    ...tasks.map(([name, wording, note], index): TaskSeed =>
      ({ ...common, code: `${code}.${index + 1}`, kind: 'task', parent: code, name, wording, ...(note && { note }) }))
  ]
}

const named = (vi: string, en: string): LocalText => ({ vi, en })

const leadership = group('GP1', [
  named(
    'Phát huy vai trò, trách nhiệm của người đứng đầu',
    'Bring the role and responsibility of heads of agencies into play'
  ),
  '(1) Phát huy vai trò, trách nhiệm của người đứng đầu'
], [
  [
    named(
      'Chỉ đạo tổ chức thực hiện các nhiệm vụ về chuyển đổi số',
      'Heads direct the carrying out of digital-transformation tasks'
    ),
    'Phát huy vai trò, trách nhiệm của người đứng đầu trong chỉ đạo tổ chức thực hiện các nhiệm vụ về chuyển đổi số'
  ],
  [
    named(
      'Tiên phong, gương mẫu sử dụng các nền tảng số trong hoạt động chỉ đạo, điều hành',
      'Heads lead by example in using digital platforms to direct and manage'
    ),
    'tiên phong, gương mẫu sử dụng các nền tảng số trong hoạt động chỉ đạo, điều hành'
  ],
  [
    named(
      'Người đứng đầu các sở, ngành và địa phương được Ủy ban nhân dân tỉnh giao',
      'Duties given by the Provincial People\'s Committee to heads of departments, sectors and localities'
    ),
    'Người đứng đầu các sở, ngành và địa phương được Ủy ban nhân dân tỉnh giao tại các đề án, chương trình, kế ' +
    'hoạch, quyết định và các văn bản chỉ đạo trong lĩnh vực chuyển đổi số',
    {
      vi: 'Câu trong nguồn thiếu động từ chính: không nêu người đứng đầu phải làm gì.',
      en: 'The sentence lacks its main verb in the source: it does not say what the heads are to do.'
    }
  ],
  [
    named(
      'Phân công tổ chức thực hiện phải đảm bảo nguyên tắc “rõ mục tiêu, rõ người, rõ việc, rõ trách nhiệm, rõ thời ' +
      'gian, rõ kết quả”',
      'Assign work by the six clears: objective, person, task, responsibility, time and result'
    ),
    'phân công tổ chức thực hiện phải đảm bảo nguyên tắc “rõ mục tiêu, rõ người, rõ việc, rõ trách nhiệm, rõ thời ' +
    'gian, rõ kết quả”'
  ],
  [
    named(
      'Phát huy hiệu quả hoạt động của ban chỉ đạo cải cách hành chính và chuyển đổi số các cấp',
      'Make steering committees for administrative reform and digital transformation effective at every level'
    ),
    'Phát huy hiệu quả hoạt động của ban chỉ đạo cải cách hành chính và chuyển đổi số các cấp; cơ quan chuyên trách ' +
    'và bộ phận tham mưu, thực hiện chuyển đổi số của các sở, ngành và địa phương'
  ],
  [
    named(
      'Thường xuyên kiểm tra, đôn đốc, đánh giá kết quả triển khai thực hiện nhiệm vụ',
      'Regularly inspect, urge on and assess how the tasks are carried out'
    ),
    'Thường xuyên kiểm tra, đôn đốc, đánh giá kết quả triển khai thực hiện nhiệm vụ'
  ],
  [
    named(
      'Thực hiện đo lường, đánh giá mức độ chuyển đổi số trong các ngành, lĩnh vực và địa phương',
      'Measure and assess the degree of digital transformation in sectors, fields and localities'
    ),
    'đồng thời, thực hiện đo lường, đánh giá mức độ chuyển đổi số trong các ngành, lĩnh vực và địa phương'
  ]
])

const people = group('GP2', [
  named(
    'Kiện toàn tổ chức bộ máy và thu hút, phát triển nguồn nhân lực',
    'Strengthen the organisation and attract and develop human resources'
  ),
  '(2) Kiện toàn tổ chức bộ máy và thu hút, phát triển nguồn nhân lực'
], [
  [
    named(
      'Nâng cao năng lực quản lý nhà nước và thực thi pháp luật về chuyển đổi số từ cấp tỉnh đến cấp xã',
      'Raise the capacity for state management and law enforcement in digital transformation, from province to commune'
    ),
    'Kiện toàn tổ chức bộ máy, nâng cao năng lực quản lý nhà nước và thực thi pháp luật về chuyển đổi số từ cấp tỉnh ' +
    'đến cấp xã'
  ],
  [
    named(
      'Chính sách hỗ trợ đào tạo, bồi dưỡng và thu hút nguồn nhân lực chất lượng cao trong nước',
      'Policies to support training and to attract highly qualified people from within the country'
    ),
    'Triển khai thực hiện có hiệu quả các chính sách hỗ trợ đào tạo, bồi dưỡng và thu hút nguồn nhân lực chất lượng ' +
    'cao trong nước làm việc trên địa bàn tỉnh (trọng tâm trong các ngành, lĩnh vực cần đào tạo sau đại học, thu ' +
    'hút: Chuyển đổi số, công nghệ số, công nghệ thông tin, trí tuệ nhân tạo, an toàn thông tin; chế độ thu hút theo ' +
    'hình thức mời chuyên gia)'
  ],
  [
    named(
      'Liên kết với các trường đại học, cơ sở đào tạo, trung tâm nghiên cứu trong và ngoài tỉnh',
      'Link up with universities, training institutions and research centres inside and outside the province'
    ),
    'Liên kết với các trường đại học, cơ sở đào tạo, trung tâm nghiên cứu trong và ngoài tỉnh nhằm tăng cường công ' +
    'tác đào tạo, bồi dưỡng nâng cao kỹ năng chuyển đổi số cho đội ngũ cán bộ, công chức, viên chức'
  ],
  [
    named(
      'Khuyến khích các trường đại học, cao đẳng trên địa bàn tỉnh tham gia đào tạo nguồn nhân lực',
      'Encourage the province\'s universities and colleges to train people for digital transformation'
    ),
    'khuyến khích các trường đại học, cao đẳng trên địa bàn tỉnh tham gia đào tạo nguồn nhân lực về chuyển đổi số ' +
    'nhằm đáp ứng yêu cầu thực hiện chuyển đổi số của tỉnh'
  ]
])

const resources = group('GP3', [
  named(
    'Huy động nguồn lực phát triển hạ tầng, nền tảng và dữ liệu số',
    'Mobilise resources for digital infrastructure, platforms and data'
  ),
  '(3) Huy động nguồn lực phát triển hạ tầng, nền tảng và dữ liệu số'
], [
  [
    named(
      'Ưu tiên bố trí ngân sách tỉnh phù hợp để thực hiện các nhiệm vụ trọng tâm về chuyển đổi số trong năm 2025',
      'Give priority in the provincial budget to the key digital-transformation tasks of 2025'
    ),
    'Ưu tiên bố trí ngân sách tỉnh phù hợp để thực hiện các nhiệm vụ trọng tâm về chuyển đổi số trong năm 2025'
  ],
  [
    named(
      'Tranh thủ tối đa và phát huy hiệu quả nguồn vốn, kinh phí hỗ trợ từ trung ương',
      'Make the most of central funding and use it well'
    ),
    'Tranh thủ tối đa và phát huy hiệu quả nguồn vốn, kinh phí hỗ trợ từ trung ương và các nguồn vốn hợp pháp khác ' +
    'thông qua các chương trình, đề án thực hiện chuyển đổi số'
  ],
  [
    named(
      'Tăng cường huy động các nguồn lực xã hội, các doanh nghiệp, nhà đầu tư',
      'Mobilise more resources from society, enterprises and investors'
    ),
    'tăng cường huy động các nguồn lực xã hội, các doanh nghiệp, nhà đầu tư phát triển hạ tầng, nền tảng và dữ liệu số'
  ],
  [
    named(
      'Thu hút các doanh nghiệp công nghệ số có tiềm lực đầu tư',
      'Attract digital-technology enterprises with the means to invest'
    ),
    'Khuyến khích, tạo điều kiện thuận lợi, thu hút các doanh nghiệp công nghệ số có tiềm lực đầu tư phát triển hạ ' +
    'tầng, nền tảng, dữ liệu số theo hình thức xã hội hóa và hợp tác công - tư'
  ]
])

const communication = group('GP4', [
  named('Đẩy mạnh hoạt động truyền thông về chuyển đổi số', 'Step up communication on digital transformation'),
  '(4) Đẩy mạnh hoạt động truyền thông về chuyển đổi số'
], [
  [
    named(
      'Lan tỏa kỹ năng số cho người dân, nhất là khu vực nông thôn',
      'Spread digital skills among the people, above all in rural areas'
    ),
    'Tiếp tục đẩy mạnh công tác tuyên truyền, “chuyển đổi tư duy số”; trọng tâm là lan tỏa kỹ năng số cho người dân, ' +
    'nhất là khu vực nông thôn'
  ],
  [
    named(
      'Vận động, khuyến khích người dân, doanh nghiệp tham gia chuyển đổi số',
      'Rally and encourage people and enterprises to take part in digital transformation'
    ),
    'đồng thời, vận động, khuyến khích người dân, doanh nghiệp tham gia chuyển đổi số'
  ],
  [
    named(
      'Triển khai tập huấn, đào tạo kỹ năng số với quy mô lớn cho nhiều đối tượng',
      'Train many groups of people in digital skills on a large scale'
    ),
    'Triển khai tập huấn, đào tạo kỹ năng số với quy mô lớn cho nhiều đối tượng, như: Người dân, cán bộ, công chức, ' +
    'viên chức; đoàn viên thanh niên thuộc địa bàn các khu dân cư; cán bộ công đoàn cơ sở trong các khu, cụm công ' +
    'nghiệp; cán bộ quản lý của các hợp tác xã, của các doanh nghiệp siêu nhỏ, nhỏ và vừa,… trong toàn tỉnh với nội ' +
    'dung, thời lượng tập huấn phù hợp cho từng loại đối tượng nhằm lan tỏa kỹ năng số trong thời gian ngắn nhất ' +
    'nhưng với số lượng được tập huấn nhiều nhất'
  ],
  [
    named(
      'Tiếp tục phát huy vai trò, đẩy mạnh hoạt động Tổ công nghệ số cộng đồng',
      'Keep strengthening the role and work of the community digital-technology teams'
    ),
    'Tiếp tục phát huy vai trò, đẩy mạnh hoạt động Tổ công nghệ số cộng đồng'
  ]
])

const cooperation = group('GP5', [
  named('Liên kết, hợp tác và nghiên cứu, phát triển', 'Partnership, cooperation, research and development'),
  '(5) Liên kết, hợp tác và nghiên cứu, phát triển'
], [
  [
    named(
      'Trao đổi, học tập kinh nghiệm, liên kết hợp tác với tỉnh, thành phố trực thuộc trung ương',
      'Exchange experience and cooperate with other provinces and centrally run cities'
    ),
    'Tăng cường trao đổi, học tập kinh nghiệm, liên kết hợp tác với tỉnh, thành phố trực thuộc trung ương triển khai ' +
    'chuyển đổi số đạt kết quả để tham khảo, áp dụng triển khai phù hợp trong tỉnh'
  ],
  [
    named(
      'Đẩy mạnh hợp tác giữa tổ chức, cơ quan nhà nước với các viện nghiên cứu, trường đại học, doanh nghiệp công ' +
      'nghệ số',
      'Step up cooperation of state bodies with research institutes, universities and digital-technology enterprises'
    ),
    'Đẩy mạnh hợp tác giữa tổ chức, cơ quan nhà nước với các viện nghiên cứu, trường đại học, doanh nghiệp công nghệ ' +
    'số trong nghiên cứu, phát triển và chuyển giao công nghệ các nền tảng số'
  ],
  [
    named(
      'Triển khai có hiệu quả các chương trình, hoạt động nghiên cứu, phổ biến, ứng dụng các đề tài nghiên cứu khoa ' +
      'học',
      'Carry out research programmes, and spread and apply research results, effectively'
    ),
    'Triển khai có hiệu quả các chương trình, hoạt động nghiên cứu, phổ biến, ứng dụng các đề tài nghiên cứu khoa ' +
    'học phục vụ chuyển đổi số'
  ]
])

const MONITORING_DUTY = 'theo dõi, tổng hợp, tham mưu Ban Ban Chỉ đạo Cải cách hành chính, Chuyển đổi số và Đề án 06 ' +
  'tỉnh Bình Thuận, Ủy ban nhân dân tỉnh chỉ đạo, triển khai, đánh giá hình hình, kết quả triển khai thực hiện Kế ' +
  'hoạch này; tham mưu, đề xuất điều chỉnh, bổ sung Kế hoạch này cho phù hợp với các phát sinh, chỉ đạo của Chính ' +
  'phủ, Thủ tướng Chính phủ, Ủy ban Quốc gia về chuyển đổi số và các bộ, ngành trung ương (nếu có)'
const MONITORING = `Giao Sở Thông tin và Truyền thông ${MONITORING_DUTY}.`

/**
 * The one duty that the text gives to a named agency concerns the plan as a whole. It is a task of its own, outside
 * the five groups: hung on GP1.6 or GP1.7 a `quoted` assignment would say what the text does not.
 */
const monitoring: TaskSeed = {
  code: 'TD1',
  plan: PLAN,
  kind: 'task',
  name: named(
    'Theo dõi, tổng hợp, tham mưu',
    'Monitor the plan, compile its results, and advise on directing, assessing and amending it'
  ),
  wording: MONITORING,
  note: {
    vi: 'Nhiệm vụ giao ở đoạn cuối, ngoài năm nhóm giải pháp; mã do hệ thống đặt. “Ban Ban” và “hình hình” là lỗi gõ ' +
      'của nguồn.',
    en: 'The duty given in the last paragraph, outside the five groups of solutions; its code is the registry\'s. ' +
      '“Ban Ban” and “hình hình” are typing errors of the source.'
  },
  provenance: 'quoted'
}

/** Five groups with their 22 tasks, then the task of monitoring. */
export const tasks: readonly TaskSeed[] = [
  ...leadership, ...people, ...resources, ...communication, ...cooperation, monitoring
]

/** The text names no person, date or result: these of the six clears stay open. */
export const assignments: readonly AssignmentSeed[] = [
  {
    id: `${PLAN}.TD1.SO-TTTT`,
    task: monitoring.code,
    agency: 'SO-TTTT',
    role: 'monitor',
    duty: MONITORING_DUTY,
    document: PLAN,
    validFrom: ISSUED,
    provenance: 'quoted',
    quote: MONITORING
  }
]
