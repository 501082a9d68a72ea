import { planSeed } from '../plan/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { AssignmentSeed, TargetSeed } from '../types.js'

/** No document gives these duties: the plan's text names no agency for a target. */
export type DemoAssignment = Omit<AssignmentSeed, 'document'>

const START: CivilDate = '2024-12-16'
const RESPONSIBILITY = 'Chịu trách nhiệm trước Ủy ban nhân dân tỉnh về kết quả thực hiện, tiến độ và tính chính xác ' +
  'của số liệu báo cáo.'
const DISTRICTS = planSeed.agencies.filter(({ kind }) => kind === 'district_committee').map(({ code }) => code)
const DEPARTMENTS = planSeed.agencies.filter(({ kind }) => kind === 'department').map(({ code }) => code)
const without = (agencies: readonly string[], one: string) => agencies.filter(code => code !== one)

interface Duty {
  readonly lead: string
  readonly duty: string
  readonly cooperate?: readonly string[]
}

/**
 * Departments that the plan's seed does not hold (health, education, police, banking) are stood in for by those it
 * does.
 */
const DUTIES: Readonly<Record<string, Duty>> = {
  'CQS-01': {
    lead: 'SO-TTTT',
    duty: 'Rà soát danh mục thủ tục hành chính đủ điều kiện, đưa lên Cổng dịch vụ công trực tuyến toàn trình.',
    cooperate: without(DEPARTMENTS, 'SO-TTTT')
  },
  'CQS-02': {
    lead: 'SO-TTTT', duty: 'Đôn đốc ba cấp xử lý hồ sơ công việc trên môi trường mạng, tổng hợp số liệu chung.'
  },
  'CQS-02.T': {
    lead: 'SO-TTTT', duty: 'Hướng dẫn các sở, ngành xử lý hồ sơ công việc trên hệ thống quản lý văn bản và điều hành.',
    cooperate: without(DEPARTMENTS, 'SO-TTTT')
  },
  'CQS-02.H': {
    lead: 'SO-TTTT',
    duty: 'Hướng dẫn Ủy ban nhân dân cấp huyện xử lý hồ sơ công việc trên hệ thống quản lý văn bản và điều hành.',
    cooperate: DISTRICTS
  },
  'CQS-02.X': {
    lead: 'SO-TTTT', duty: 'Triển khai hệ thống quản lý văn bản và điều hành đến Ủy ban nhân dân cấp xã.',
    cooperate: DISTRICTS
  },
  'CQS-03': {
    lead: 'SO-TTTT', duty: 'Lập danh mục dữ liệu của từng ngành, lĩnh vực, theo dõi việc số hóa.',
    cooperate: without(DEPARTMENTS, 'SO-TTTT')
  },
  'CQS-04': {
    lead: 'SO-TTTT',
    duty: 'Đưa các chế độ báo cáo lên hệ thống thông tin báo cáo của tỉnh, kết nối với Hệ thống thông tin báo cáo ' +
      'Chính phủ.',
    cooperate: ['SO-KHDT']
  },
  'CQS-05': {
    lead: 'SO-TTTT', duty: 'Xây dựng quy trình kiểm tra trên môi trường số, theo dõi các cơ quan thực hiện.',
    cooperate: DISTRICTS
  },
  'KTS-01': {
    lead: 'SO-KHDT', duty: 'Theo dõi, tham mưu giải pháp tăng tỷ trọng kinh tế số trong GRDP.',
    cooperate: ['SO-TTTT', 'SO-CT']
  },
  'KTS-02': {
    lead: 'SO-KHDT',
    duty: 'Theo dõi tỷ trọng kinh tế số của từng ngành, lĩnh vực, tham mưu giải pháp cho ngành còn thấp.',
    cooperate: ['SO-CT', 'SO-NNPTNT', 'SO-TNMT', 'SO-TC']
  },
  'KTS-03': {
    lead: 'SO-KHDT', duty: 'Theo dõi năng suất lao động, tham mưu giải pháp ứng dụng công nghệ số trong sản xuất.',
    cooperate: ['SO-KHCN']
  },
  'KTS-04': {
    lead: 'SO-CT', duty: 'Hỗ trợ doanh nghiệp, hợp tác xã, hộ kinh doanh sử dụng nền tảng chuyển đổi số.',
    cooperate: ['SO-TTTT', 'SO-KHDT']
  },
  'KTS-05': {
    lead: 'SO-CT', duty: 'Triển khai kế hoạch phát triển thương mại điện tử, theo dõi doanh thu bán lẻ qua mạng.',
    cooperate: ['SO-TTTT']
  },
  'KTS-06': {
    lead: 'SO-CT', duty: 'Phổ biến, hỗ trợ doanh nghiệp ký kết hợp đồng điện tử.', cooperate: ['SO-TTTT', 'SO-KHDT']
  },
  'KTS-07': { lead: 'SO-KHCN', duty: 'Theo dõi, đào tạo nhân lực kinh tế số.', cooperate: ['SO-KHDT'] },
  'XHS-01': {
    lead: 'SO-TTTT', duty: 'Phối hợp doanh nghiệp viễn thông duy trì, mở rộng mạng cáp quang.',
    cooperate: ['SO-XD', 'SO-GTVT']
  },
  'XHS-02': {
    lead: 'SO-TTTT', duty: 'Phối hợp doanh nghiệp viễn thông xóa vùng lõm sóng 4G/5G.', cooperate: ['SO-XD']
  },
  'XHS-03': {
    lead: 'SO-TC', duty: 'Phối hợp các ngân hàng phát triển tài khoản thanh toán điện tử.', cooperate: ['SO-TTTT']
  },
  'XHS-04': {
    lead: 'SO-TTTT', duty: 'Phối hợp tuyên truyền, vận động người dân kích hoạt danh tính số.', cooperate: DISTRICTS
  },
  'XHS-05': { lead: 'SO-TTTT', duty: 'Tổ chức điều tra kỹ năng số cơ bản, bồi dưỡng qua Tổ công nghệ số cộng đồng.' },
  'XHS-06': {
    lead: 'SO-TTTT', duty: 'Phối hợp doanh nghiệp viễn thông thực hiện chương trình phổ cập điện thoại thông minh.'
  },
  'XHS-07': {
    lead: 'SO-TTTT', duty: 'Phối hợp các nhà cung cấp cấp chữ ký số, chữ ký điện tử cho người dân.',
    cooperate: DISTRICTS
  },
  'XHS-08': {
    lead: 'SO-TTTT', duty: 'Tổ chức đào tạo kỹ năng số cơ bản cho người trong độ tuổi lao động.', cooperate: DISTRICTS
  },
  'XHS-09': { lead: 'SO-TTTT', duty: 'Triển khai giải pháp bảo vệ an toàn thông tin mức cơ bản cho người dân.' },
  'XHS-10': { lead: 'SO-TTTT', duty: 'Hướng dẫn người dân nộp hồ sơ trên Cổng dịch vụ công.', cooperate: DISTRICTS },
  'XHS-11': {
    lead: 'SO-TTTT', duty: 'Phối hợp ngành y tế triển khai nền tảng tư vấn sức khỏe trực tuyến, khám chữa bệnh từ xa.'
  },
  'XHS-12': {
    lead: 'SO-TTTT', duty: 'Phối hợp ngành y tế lập hồ sơ sức khỏe điện tử cho người dân.', cooperate: DISTRICTS
  },
  'XHS-13': {
    lead: 'SO-KHCN', duty: 'Hỗ trợ các cơ sở đào tạo hoàn thiện mô hình quản trị số và kho học liệu số mở.',
    cooperate: ['SO-TTTT']
  },
  'XHS-14': {
    lead: 'SO-KHCN', duty: 'Hỗ trợ các trường hoàn thiện mô hình quản trị số và kho học liệu số mở.',
    cooperate: ['SO-TTTT']
  }
}

/** Positions alone: nobody is named. */
function headOf (code: string): string {
  const agency = planSeed.agencies.find(agency => agency.code === code)
  if (agency === undefined) throw new Error(`the plan's seed has no agency ${code}`)
  return `${agency.kind === 'department' ? 'Giám đốc' : 'Chủ tịch'} ${agency.name.vi}`
}

const PHRASES: Readonly<Record<TargetSeed['operator'], string>> = {
  gt: 'trên', gte: 'ít nhất', eq: 'đúng', lte: 'nhiều nhất', lt: 'dưới'
}

function resultOf ({ operator, value, unit, dueDate }: TargetSeed): string {
  const [year, month, day] = dueDate.split('-')
  return `Đạt ${PHRASES[operator]} ${value}${unit} vào ngày ${day}/${month}/${year}, có số liệu kiểm chứng.`
}

function assignmentsOf (target: TargetSeed): DemoAssignment[] {
  const found = DUTIES[target.id.slice('4677-2025.'.length)]
  if (found === undefined) throw new Error(`nobody leads ${target.id}`)
  const common = { target: target.id, validFrom: START, provenance: 'illustrative' } as const
  const { lead, duty, cooperate = [] } = found
  return [
    {
      ...common, id: `${target.id}.lead`, agency: lead, role: 'lead', person: {
        position: headOf(lead)
      }, duty, responsibility: RESPONSIBILITY,
      startDate: START, dueDate: target.dueDate, expectedResult: resultOf(target)
    },
    // not all six are clear: what the completeness of an assignment is for
    ...cooperate.map((agency): DemoAssignment => ({
      ...common, id: `${target.id}.${agency}`, agency, role: 'cooperate', person: { position: headOf(agency) }, duty:
        'Phối hợp thực hiện và cung cấp số liệu trong phạm vi quản lý.'
    }))
  ]
}

export const assignments: readonly DemoAssignment[] = planSeed.targets.flatMap(assignmentsOf)
