import type { IndicatorSeed } from '../types.js'
import { indicator } from './indicator.js'

export const governmentIndicators: readonly IndicatorSeed[] = [
  indicator({
    code: 'CQS-01',
    name: {
      vi: 'Tỷ lệ thủ tục hành chính đủ điều kiện được cung cấp dưới hình thức dịch vụ công trực tuyến toàn trình',
      en: 'Share of eligible administrative procedures offered as full-process online public services'
    },
    quote: 'Tiếp tục rà soát thực hiện 100% thủ tục hành chính đủ điều kiện theo quy định của pháp luật được cung ' +
      'cấp dưới hình thức dịch vụ công trực tuyến toàn trình',
    definition: {
      vi: 'Tỷ lệ phần trăm thủ tục hành chính đủ điều kiện theo quy định của pháp luật đã được cung cấp dưới hình ' +
        'thức dịch vụ công trực tuyến toàn trình.',
      en: 'Percentage of the administrative procedures eligible under the law that are offered as full-process ' +
        'online public services.'
    },
    numerator: {
      vi: 'Số thủ tục hành chính đủ điều kiện đã cung cấp trực tuyến toàn trình',
      en: 'Eligible administrative procedures offered online from end to end'
    },
    denominator: { vi: 'Tổng số thủ tục hành chính đủ điều kiện', en: 'All eligible administrative procedures' },
    parts: { unit: 'thủ tục' },
    population: {
      vi: 'thủ tục hành chính đủ điều kiện theo quy định của pháp luật',
      en: 'Administrative procedures eligible under the law'
    },
    aggregation: 'direct',
    frequency: 'quarterly',
    readIn: ['name', 'numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu ai xác nhận thủ tục “đủ điều kiện”; mẫu số thay đổi khi pháp luật thay đổi. Không cộng ' +
        'dồn theo cơ quan vì một thủ tục có thể thuộc nhiều cơ quan.',
      en: 'The text does not say who certifies a procedure as eligible; the denominator moves when the law changes. ' +
        'Not summed over agencies, since several may handle one procedure.'
    }
  }),
  indicator({
    code: 'CQS-02',
    name: {
      vi: 'Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng',
      en: 'Share of work files processed online'
    },
    quote: 'Tiếp tục rà soát thực hiện 100% hồ sơ công việc tại cấp tỉnh, cấp huyện và cấp xã được xử lý trên môi ' +
      'trường mạng (trừ hồ sơ công việc thuộc phạm vi bí mật nhà nước): 90% hồ sơ công việc tại cấp tỉnh, 80% hồ sơ ' +
      'công việc tại cấp huyện và 60% hồ sơ công việc tại cấp xã',
    definition: {
      vi: 'Tỷ lệ phần trăm hồ sơ công việc, không kể hồ sơ thuộc phạm vi bí mật nhà nước, được xử lý trên môi trường ' +
        'mạng trong kỳ.',
      en: 'Percentage of work files, state-secret files excluded, processed online in the period.'
    },
    numerator: {
      vi: 'Số hồ sơ công việc được xử lý toàn bộ trên môi trường mạng trong kỳ',
      en: 'Work files processed fully online in the period'
    },
    denominator: {
      vi: 'Tổng số hồ sơ công việc trong kỳ, trừ hồ sơ thuộc phạm vi bí mật nhà nước',
      en: 'All work files of the period except state-secret files'
    },
    parts: { unit: 'hồ sơ' },
    population: {
      vi: 'hồ sơ công việc tại cấp tỉnh, cấp huyện và cấp xã',
      en: 'Work files at provincial, district and commune level'
    },
    exclusions: { vi: 'hồ sơ công việc thuộc phạm vi bí mật nhà nước', en: 'Work files that fall under state secrecy' },
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    timeBasis: 'during_period',
    readIn: ['name', 'numerator', 'denominator'],
    open: {
      vi: 'Chưa tìm thấy công thức chính thức; coi hồ sơ là đã xử lý khi toàn bộ được xử lý trên mạng.',
      en: 'No official formula was found; a file is taken to count when all of it is processed online.'
    }
  }),
  indicator({
    code: 'CQS-03',
    name: { vi: 'Tỷ lệ dữ liệu số trong từng ngành, lĩnh vực', en: 'Share of digital data in each sector and field' },
    quote: 'Tỷ lệ dữ liệu số trong từng ngành, lĩnh vực đạt 70%',
    definition: {
      vi: 'Tỷ lệ phần trăm dữ liệu của ngành, lĩnh vực ở dạng số.',
      en: 'Percentage of the data of a sector or field that is in digital form.'
    },
    population: { vi: 'từng ngành, lĩnh vực', en: 'Each sector and field' },
    aggregation: 'none',
    frequency: 'half_yearly',
    reviewPolicy: 'manual',
    readIn: [],
    open: {
      vi: 'Văn bản không nêu danh sách ngành, lĩnh vực, cũng không nêu “dữ liệu số” được đếm thế nào: không đặt tử ' +
        'số, mẫu số, không tổng hợp giữa các ngành.',
      en: 'The text neither lists the sectors nor says how digital data are counted: no numerator or denominator is ' +
        'set, and sectors are not rolled up.'
    }
  }),
  indicator({
    code: 'CQS-04',
    name: {
      vi: 'Tỷ lệ chế độ báo cáo thực hiện qua hệ thống thông tin báo cáo của Ủy ban nhân dân tỉnh và kết nối với Hệ ' +
        'thống thông tin báo cáo Chính phủ',
      en: 'Share of reporting regimes run on the provincial reporting system and connected to the Government\'s'
    },
    quote: 'Tiếp tục rà soát thực hiện 100% chế độ báo cáo, chỉ tiêu tổng hợp báo cáo định kỳ và báo cáo thống kê về ' +
      'kinh tế - xã hội phục vụ việc chỉ đạo, điều hành của Ủy ban nhân dân tỉnh được thực hiện qua hệ thống thông ' +
      'tin báo cáo của Ủy ban nhân dân tỉnh và kết nối, tích hợp, chia sẻ dữ liệu với Hệ thống thông tin báo cáo ' +
      'Chính phủ',
    definition: {
      vi: 'Tỷ lệ phần trăm chế độ báo cáo, chỉ tiêu tổng hợp báo cáo định kỳ và báo cáo thống kê đáp ứng đồng thời ' +
        'cả hai điều kiện.',
      en: 'Percentage of reporting regimes, composite indicators of periodic reports and statistical reports that ' +
        'meet both conditions at once.'
    },
    numerator: {
      vi: 'Số chế độ báo cáo, chỉ tiêu tổng hợp và báo cáo thống kê đáp ứng cả hai điều kiện',
      en: 'Reporting regimes, composite indicators and statistical reports that meet both conditions'
    },
    denominator: {
      vi: 'Tổng số chế độ báo cáo, chỉ tiêu tổng hợp và báo cáo thống kê',
      en: 'All reporting regimes, composite indicators and statistical reports'
    },
    parts: { unit: 'chế độ, chỉ tiêu, báo cáo' },
    population: {
      vi: 'chế độ báo cáo, chỉ tiêu tổng hợp báo cáo định kỳ và báo cáo thống kê về kinh tế - xã hội phục vụ việc ' +
        'chỉ đạo, điều hành của Ủy ban nhân dân tỉnh',
      en: 'Reporting regimes, composite indicators of periodic reports and socio-economic statistical reports that ' +
        'serve the Provincial People\'s Committee\'s direction and management'
    },
    conditions: {
      vi: 'được thực hiện qua hệ thống thông tin báo cáo của Ủy ban nhân dân tỉnh và kết nối, tích hợp, chia sẻ dữ ' +
        'liệu với Hệ thống thông tin báo cáo Chính phủ',
      en: 'Run on the Provincial People\'s Committee\'s reporting system, and connected to, integrated with and ' +
        'sharing data with the Government\'s reporting system'
    },
    aggregation: 'direct',
    frequency: 'quarterly',
    reviewPolicy: 'manual',
    readIn: ['name', 'numerator', 'denominator'],
    open: {
      vi: 'Ba tổng thể và hai điều kiện trong một câu: hiểu là tính chung ba tổng thể và phải đáp ứng đồng thời hai ' +
        'điều kiện. Báo cáo thống kê nằm ngoài Nghị định 09/2019/NĐ-CP nhưng chỉ tiêu được tính theo kỳ hành chính.',
      en: 'Three populations and two conditions in one sentence: read as pooled, both conditions to be met at once. ' +
        'Statistical reports are outside Decree 09/2019/NĐ-CP, yet the indicator follows the administrative calendar.'
    }
  }),
  indicator({
    code: 'CQS-05',
    name: {
      vi: 'Tỷ lệ hoạt động kiểm tra của cơ quan quản lý nhà nước được thực hiện thông qua môi trường số và hệ thống ' +
        'thông tin của cơ quan quản lý',
      en: 'Share of inspections by state management agencies done through the digital environment and the agency\'s ' +
        'information system'
    },
    quote: '50% hoạt động kiểm tra của cơ quan quản lý nhà nước được thực hiện thông qua môi trường số và hệ thống ' +
      'thông tin của cơ quan quản lý',
    definition: {
      vi: 'Tỷ lệ phần trăm hoạt động kiểm tra trong kỳ được thực hiện thông qua môi trường số và hệ thống thông tin ' +
        'của cơ quan quản lý.',
      en: 'Percentage of the period\'s inspections done through the digital environment and the managing agency\'s ' +
        'information system.'
    },
    numerator: {
      vi: 'Số hoạt động kiểm tra trong kỳ đáp ứng cả hai điều kiện',
      en: 'Inspections of the period that meet both conditions'
    },
    denominator: { vi: 'Tổng số hoạt động kiểm tra trong kỳ', en: 'All inspections of the period' },
    parts: { unit: 'hoạt động kiểm tra' },
    population: {
      vi: 'hoạt động kiểm tra của cơ quan quản lý nhà nước', en: 'Inspections by state management agencies'
    },
    conditions: {
      vi: 'thông qua môi trường số và hệ thống thông tin của cơ quan quản lý',
      en: 'Through the digital environment and through the managing agency\'s information system'
    },
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    timeBasis: 'during_period',
    reviewPolicy: 'manual',
    readIn: ['name', 'numerator', 'denominator'],
    open: {
      vi: 'Hiểu “và” là phải đáp ứng đồng thời hai điều kiện; “kiểm tra” không bao gồm “thanh tra”.',
      en: '“và” (and) is read as both conditions at once; “kiểm tra” (inspection) as not including “thanh tra” (the ' +
        'inspectorate\'s formal inspections).'
    }
  })
]
