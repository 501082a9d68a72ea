import type { IndicatorSeed } from '../types.js'
import { indicator } from './indicator.js'
import type { LocalText } from '../../domain/text.js'

const ADULTS: LocalText = { vi: 'dân số trưởng thành', en: 'Adult population (the text gives no age)' }
const ALL_ADULTS: LocalText = { vi: 'Tổng dân số trưởng thành', en: 'All adults' }
const ADULT_AGE: LocalText = {
  vi: 'Văn bản không nêu độ tuổi “trưởng thành”; hệ thống không tự đặt.',
  en: 'The text gives no age for “trưởng thành” (adult); the registry sets none.'
}

export const societyIndicators: readonly IndicatorSeed[] = [
  indicator({
    code: 'XHS-01',
    name: {
      vi: 'Tỷ lệ hộ gia đình, trường học, bệnh viện có hạ tầng mạng băng rộng cáp quang',
      en: 'Share of households, schools and hospitals covered by fibre broadband'
    },
    quote: 'Tiếp tục phát triển hạ tầng mạng băng rộng cáp quang phủ tới 90% hộ gia đình, trường học, bệnh viện (đã ' +
      'đạt)',
    definition: {
      vi: 'Tỷ lệ phần trăm hộ gia đình, trường học và bệnh viện được hạ tầng mạng băng rộng cáp quang phủ tới.',
      en: 'Percentage of households, schools and hospitals that fibre broadband infrastructure reaches.'
    },
    numerator: {
      vi: 'Số hộ gia đình, trường học, bệnh viện được mạng cáp quang phủ tới',
      en: 'Households, schools and hospitals that fibre reaches'
    },
    denominator: { vi: 'Tổng số hộ gia đình, trường học, bệnh viện', en: 'All households, schools and hospitals' },
    parts: { unit: 'hộ, cơ sở' },
    population: { vi: 'hộ gia đình, trường học, bệnh viện', en: 'Households, schools and hospitals' },
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    readIn: ['name', 'numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu tính chung hay tính riêng hộ gia đình, trường học, bệnh viện; hiểu là một tỷ lệ chung.',
      en: 'The text does not say whether households, schools and hospitals are pooled or judged each; read as one ' +
        'pooled share.'
    }
  }),
  indicator({
    code: 'XHS-02',
    name: {
      vi: 'Tỷ lệ phổ cập dịch vụ mạng băng rộng di động 4G/5G', en: 'Coverage of 4G/5G mobile broadband service'
    },
    quote: 'Tiếp tục phát triển, phổ cập dịch vụ mạng băng rộng di động 4G/5G đạt 100% (đã đạt)',
    definition: {
      vi: 'Tỷ lệ phần trăm phổ cập dịch vụ mạng băng rộng di động 4G hoặc 5G.',
      en: 'Percentage to which 4G or 5G mobile broadband service is universal.'
    },
    aggregation: 'direct',
    frequency: 'half_yearly',
    reviewPolicy: 'manual',
    readIn: ['name'],
    open: {
      vi: 'Văn bản không nêu mẫu số (dân số, diện tích hay số xã): không đặt tử số, mẫu số. “4G/5G” hiểu là 4G hoặc ' +
        '5G.',
      en: 'The text gives no denominator (population, area or communes): no numerator or denominator is set. “4G/5G” ' +
        'is read as 4G or 5G.'
    }
  }),
  indicator({
    code: 'XHS-03',
    name: {
      vi: 'Tỷ lệ dân số từ 18 tuổi trở lên có tài khoản thanh toán điện tử',
      en: 'Share of the population aged 18 and over with an electronic payment account'
    },
    quote: 'Tiếp tục nâng cao tỷ lệ dân số từ 18 tuổi trở lên có tài khoản thanh toán điện tử đạt 80% (đã đạt)',
    definition: {
      vi: 'Tỷ lệ phần trăm dân số từ 18 tuổi trở lên có ít nhất một tài khoản thanh toán điện tử.',
      en: 'Percentage of the population aged 18 and over with at least one electronic payment account.'
    },
    numerator: {
      vi: 'Số người từ 18 tuổi trở lên có tài khoản thanh toán điện tử',
      en: 'People aged 18 and over with an electronic payment account'
    },
    denominator: { vi: 'Dân số từ 18 tuổi trở lên', en: 'Population aged 18 and over' },
    parts: { unit: 'người' },
    population: { vi: 'dân số từ 18 tuổi trở lên', en: 'Population aged 18 and over' },
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    readIn: ['numerator'],
    open: {
      vi: 'Tính theo người, không theo tài khoản. Tỉnh khác dùng độ tuổi khác (Lạng Sơn: từ 15 tuổi) nên không so ' +
        'sánh trực tiếp được.',
      en: 'People are counted, not accounts. Other provinces use other ages (Lạng Sơn: 15 and over), so figures do ' +
        'not compare directly.'
    }
  }),
  indicator({
    code: 'XHS-04',
    name: { vi: 'Tỷ lệ dân số có danh tính số', en: 'Share of the population with a digital identity' },
    quote: 'Tỷ lệ dân số có danh tính số đạt 100%',
    definition: {
      vi: 'Tỷ lệ phần trăm dân số có danh tính số.', en: 'Percentage of the population with a digital identity.'
    },
    numerator: { vi: 'Số người có danh tính số', en: 'People with a digital identity' },
    denominator: { vi: 'Tổng dân số', en: 'Total population' },
    parts: { unit: 'người' },
    population: { vi: 'dân số', en: 'Population' },
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không định nghĩa “danh tính số” (chẳng hạn mức định danh điện tử nào) và không nêu có tính trẻ ' +
        'nhỏ hay không.',
      en: 'The text does not define “danh tính số” (digital identity), for instance by a level of electronic ' +
        'identification, nor say whether infants count.'
    }
  }),
  indicator({
    code: 'XHS-05',
    name: {
      vi: 'Tỷ lệ người dân từ 14 tuổi trở lên có khả năng sử dụng các kỹ năng số cơ bản',
      en: 'Share of people aged 14 and over able to use basic digital skills'
    },
    quote: 'Tiếp tục nâng cao tỷ lệ người dân từ 14 tuổi trở lên có khả năng sử dụng các kỹ năng số cơ bản đạt 70% ' +
      '(đã đạt)',
    definition: {
      vi: 'Tỷ lệ phần trăm người dân từ 14 tuổi trở lên có khả năng sử dụng các kỹ năng số cơ bản, xác định qua điều ' +
        'tra.',
      en: 'Percentage of people aged 14 and over able to use basic digital skills, found by survey.'
    },
    numerator: {
      vi: 'Số người từ 14 tuổi trở lên có kỹ năng số cơ bản', en: 'People aged 14 and over with basic digital skills'
    },
    denominator: { vi: 'Số người từ 14 tuổi trở lên', en: 'People aged 14 and over' },
    parts: { unit: 'người' },
    population: { vi: 'người dân từ 14 tuổi trở lên', en: 'People aged 14 and over' },
    aggregation: 'direct',
    frequency: 'yearly',
    calendar: 'statistical',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không định nghĩa “kỹ năng số cơ bản”; hiểu là kết quả điều tra hằng năm. Khác XHS-08: có khả năng ' +
        'không đồng nghĩa với được đào tạo.',
      en: 'The text does not define basic digital skills; read as the result of a yearly survey. Not XHS-08: being ' +
        'able is not the same as having been trained.'
    }
  }),
  indicator({
    code: 'XHS-06',
    name: { vi: 'Tỷ lệ dân số trưởng thành có điện thoại thông minh', en: 'Share of adults with a smartphone' },
    quote: 'Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt 80%',
    definition: {
      vi: 'Tỷ lệ phần trăm dân số trưởng thành có điện thoại thông minh.',
      en: 'Percentage of the adult population with a smartphone.'
    },
    numerator: { vi: 'Số người trưởng thành có điện thoại thông minh', en: 'Adults with a smartphone' },
    denominator: ALL_ADULTS,
    parts: { unit: 'người' },
    population: ADULTS,
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    readIn: ['numerator', 'denominator'],
    open: ADULT_AGE
  }),
  indicator({
    code: 'XHS-07',
    name: {
      vi: 'Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân',
      en: 'Share of adults with a personal digital or electronic signature'
    },
    quote: 'Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân đạt trên 50%',
    definition: {
      vi: 'Tỷ lệ phần trăm dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân.',
      en: 'Percentage of the adult population with a personal digital signature or electronic signature.'
    },
    numerator: {
      vi: 'Số người trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân, mỗi người tính một lần',
      en: 'Adults with a digital or electronic signature, each counted once'
    },
    denominator: ALL_ADULTS,
    parts: { unit: 'người' },
    population: ADULTS,
    conditions: {
      vi: 'chữ ký số hoặc chữ ký điện tử cá nhân', en: 'A digital signature or a personal electronic signature'
    },
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: `${ADULT_AGE.vi} Người có cả hai loại chữ ký chỉ tính một lần.`,
      en: `${ADULT_AGE.en} Whoever has both kinds of signature counts once.`
    }
  }),
  indicator({
    code: 'XHS-08',
    name: {
      vi: 'Tỷ lệ người dân trong độ tuổi lao động được đào tạo kỹ năng số cơ bản',
      en: 'Share of working-age people trained in basic digital skills'
    },
    quote: 'Tỷ lệ người dân trong độ tuổi lao động được đào tạo kỹ năng số cơ bản đạt trên 70%',
    definition: {
      vi: 'Tỷ lệ phần trăm người dân trong độ tuổi lao động đã được đào tạo kỹ năng số cơ bản.',
      en: 'Percentage of people of working age who have been trained in basic digital skills.'
    },
    numerator: {
      vi: 'Số người trong độ tuổi lao động đã được đào tạo kỹ năng số cơ bản',
      en: 'People of working age trained in basic digital skills'
    },
    denominator: { vi: 'Tổng số người trong độ tuổi lao động', en: 'All people of working age' },
    parts: { unit: 'người' },
    population: { vi: 'người dân trong độ tuổi lao động', en: 'People of working age (the text gives no age)' },
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu độ tuổi lao động; hệ thống không tự đặt. Hiểu là lũy kế số người đã được đào tạo. Khác ' +
        'XHS-05: được đào tạo không đồng nghĩa với có khả năng.',
      en: 'The text gives no working age; the registry sets none. Read as everyone trained so far. Not XHS-05: ' +
        'having been trained is not the same as being able.'
    }
  }),
  indicator({
    code: 'XHS-09',
    name: {
      vi: 'Tỷ lệ người dân kết nối mạng được bảo vệ ở mức cơ bản',
      en: 'Share of connected people protected at the basic level'
    },
    quote: 'Tỷ lệ người dân kết nối mạng được bảo vệ ở mức cơ bản đạt trên 70%',
    definition: {
      vi: 'Tỷ lệ phần trăm người dân có kết nối mạng được bảo vệ an toàn thông tin ở mức cơ bản.',
      en: 'Percentage of people connected to the network whose information security is protected at the basic level.'
    },
    numerator: {
      vi: 'Số người kết nối mạng được bảo vệ ở mức cơ bản', en: 'Connected people protected at the basic level'
    },
    denominator: { vi: 'Tổng số người kết nối mạng', en: 'All connected people' },
    parts: { unit: 'người' },
    population: { vi: 'người dân kết nối mạng', en: 'People connected to the network' },
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    reviewPolicy: 'manual',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không định nghĩa “mức cơ bản”; hiểu là bảo vệ an toàn thông tin.',
      en: 'The text does not define the basic level; protection is read as information security.'
    }
  }),
  indicator({
    code: 'XHS-10',
    name: {
      vi: 'Tỷ lệ dân số trưởng thành có sử dụng dịch vụ công trực tuyến',
      en: 'Share of adults who use online public services'
    },
    quote: 'Tỷ lệ dân số trưởng thành có sử dụng dịch vụ công trực tuyến đạt trên 50%',
    definition: {
      vi: 'Tỷ lệ phần trăm dân số trưởng thành có sử dụng dịch vụ công trực tuyến.',
      en: 'Percentage of the adult population that uses online public services.'
    },
    numerator: {
      vi: 'Số người trưởng thành có sử dụng dịch vụ công trực tuyến', en: 'Adults who use online public services'
    },
    denominator: ALL_ADULTS,
    parts: { unit: 'người' },
    population: ADULTS,
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    timeBasis: 'year_to_date',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: `${ADULT_AGE.vi} Không nêu phải sử dụng trong kỳ hay đã từng sử dụng.`,
      en: `${ADULT_AGE.en} Nor does it say whether use in the period is meant, or use at any time.`
    }
  }),
  indicator({
    code: 'XHS-11',
    name: {
      vi: 'Tỷ lệ dân số trưởng thành dùng dịch vụ tư vấn sức khỏe trực tuyến, khám chữa bệnh từ xa',
      en: 'Share of adults who use online health advice or telemedicine'
    },
    quote: 'Tỷ lệ dân số trưởng thành dùng dịch vụ tư vấn sức khỏe trực tuyến, khám chữa bệnh từ xa đạt trên 30%',
    definition: {
      vi: 'Tỷ lệ phần trăm dân số trưởng thành dùng dịch vụ tư vấn sức khỏe trực tuyến hoặc khám chữa bệnh từ xa.',
      en: 'Percentage of the adult population that uses online health advice or remote examination and treatment.'
    },
    numerator: {
      vi: 'Số người trưởng thành dùng ít nhất một trong hai dịch vụ, mỗi người tính một lần',
      en: 'Adults who use at least one of the two services, each counted once'
    },
    denominator: ALL_ADULTS,
    parts: { unit: 'người' },
    population: ADULTS,
    conditions: {
      vi: 'tư vấn sức khỏe trực tuyến, khám chữa bệnh từ xa',
      en: 'Online health advice, remote examination and treatment'
    },
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    timeBasis: 'year_to_date',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: `${ADULT_AGE.vi} Dấu phẩy giữa hai dịch vụ được hiểu là “hoặc”.`,
      en: `${ADULT_AGE.en} The comma between the two services is read as “or”.`
    }
  }),
  indicator({
    code: 'XHS-12',
    name: { vi: 'Tỷ lệ người dân có hồ sơ sức khỏe điện tử', en: 'Share of people with an electronic health record' },
    quote: 'Tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt 90%',
    definition: {
      vi: 'Tỷ lệ phần trăm người dân có hồ sơ sức khỏe điện tử.',
      en: 'Percentage of people with an electronic health record.'
    },
    numerator: { vi: 'Số người có hồ sơ sức khỏe điện tử', en: 'People with an electronic health record' },
    denominator: { vi: 'Tổng số người dân', en: 'All people' },
    parts: { unit: 'người' },
    population: { vi: 'người dân', en: 'People' },
    aggregation: 'ratio_of_sums',
    frequency: 'quarterly',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu người dân thường trú hay cả tạm trú.',
      en: 'The text does not say whether permanent residents alone count, or temporary ones too.'
    }
  })
]
