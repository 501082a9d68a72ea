import type { IndicatorSeed } from '../types.js'
import { BILLIONS, indicator } from './indicator.js'

export const economyIndicators: readonly IndicatorSeed[] = [
  indicator({
    code: 'KTS-01',
    name: { vi: 'Tỷ trọng kinh tế số trong GRDP của tỉnh', en: 'Digital economy as a share of the province\'s GRDP' },
    quote: 'Kinh tế số chiếm 20% GRDP của tỉnh',
    definition: {
      vi: 'Tỷ lệ phần trăm giá trị tăng thêm của kinh tế số trong GRDP của tỉnh.',
      en: 'Value added of the digital economy as a percentage of the province\'s gross regional domestic product ' +
        '(GRDP).'
    },
    numerator: { vi: 'Giá trị tăng thêm của kinh tế số', en: 'Value added of the digital economy' },
    denominator: { vi: 'GRDP của tỉnh', en: 'GRDP of the province' },
    parts: BILLIONS,
    population: { vi: 'GRDP của tỉnh', en: 'GRDP of the province' },
    aggregation: 'direct',
    frequency: 'yearly',
    timeBasis: 'year_to_date',
    calendar: 'statistical',
    readIn: ['name', 'numerator'],
    open: {
      vi: 'Công thức theo hướng dẫn thống kê quốc gia; cơ quan thống kê tính và công bố hằng năm, thường chỉ công bố ' +
        'tỷ lệ.',
      en: 'The formula follows national statistical guidance; the statistics office computes and publishes it ' +
        'yearly, often as a percentage only.'
    }
  }),
  indicator({
    code: 'KTS-02',
    name: {
      vi: 'Tỷ trọng kinh tế số trong từng ngành, lĩnh vực', en: 'Share of the digital economy in each sector and field'
    },
    quote: 'Tỷ trọng kinh tế số trong từng ngành, lĩnh vực đạt tối thiểu 10%',
    definition: {
      vi: 'Tỷ lệ phần trăm giá trị tăng thêm của kinh tế số trong giá trị tăng thêm của ngành, lĩnh vực.',
      en: 'Value added of the digital economy as a percentage of the value added of the sector or field.'
    },
    numerator: {
      vi: 'Giá trị tăng thêm của kinh tế số trong ngành, lĩnh vực',
      en: 'Value added of the digital economy in the sector or field'
    },
    denominator: { vi: 'Giá trị tăng thêm của ngành, lĩnh vực', en: 'Value added of the sector or field' },
    parts: BILLIONS,
    population: { vi: 'từng ngành, lĩnh vực', en: 'Each sector and field' },
    aggregation: 'direct',
    frequency: 'yearly',
    timeBasis: 'year_to_date',
    calendar: 'statistical',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu danh sách ngành, lĩnh vực và công thức tính; công thức lấy tương tự KTS-01.',
      en: 'The text gives neither the list of sectors nor a formula; the formula was set by analogy with KTS-01.'
    }
  }),
  indicator({
    code: 'KTS-03',
    name: { vi: 'Tốc độ tăng năng suất lao động hàng năm', en: 'Annual growth of labour productivity' },
    quote: 'Năng suất lao động hàng năm tăng tối thiểu 7%',
    definition: {
      vi: 'Tốc độ tăng năng suất lao động của tỉnh so với năm trước, tính bằng phần trăm; có thể âm.',
      en: 'Growth of the province\'s labour productivity over the year before, in percent; may be negative.'
    },
    valueKind: 'growth',
    minimum: null,
    maximum: null,
    aggregation: 'direct',
    frequency: 'yearly',
    timeBasis: 'year_to_date',
    calendar: 'statistical',
    readIn: ['name'],
    stated: ['frequency'],
    open: {
      vi: 'Văn bản không nêu năm gốc, giá so sánh hay giá hiện hành; hiểu là so với năm liền trước. Là tốc độ tăng, ' +
        'không phải tỷ trọng, nên không giới hạn trong 0–100.',
      en: 'The text gives neither the base year nor whether prices are constant or current; read as growth over the ' +
        'year before. A rate of growth, not a share, so not bounded by 0 and 100.'
    }
  }),
  indicator({
    code: 'KTS-04',
    name: {
      vi: 'Tỷ lệ doanh nghiệp, hợp tác xã, hộ kinh doanh sử dụng nền tảng chuyển đổi số',
      en: 'Share of enterprises, co-operatives and household businesses that use digital-transformation platforms'
    },
    quote: 'Tỷ lệ doanh nghiệp, hợp tác xã, hộ kinh doanh sử dụng nền tảng chuyển đổi số đạt 75%',
    definition: {
      vi: 'Tỷ lệ phần trăm doanh nghiệp, hợp tác xã và hộ kinh doanh có sử dụng ít nhất một nền tảng chuyển đổi số.',
      en: 'Percentage of enterprises, co-operatives and household businesses that use at least one ' +
        'digital-transformation platform.'
    },
    numerator: {
      vi: 'Số doanh nghiệp, hợp tác xã, hộ kinh doanh có sử dụng nền tảng chuyển đổi số',
      en: 'Enterprises, co-operatives and household businesses that use such a platform'
    },
    denominator: {
      vi: 'Tổng số doanh nghiệp, hợp tác xã, hộ kinh doanh',
      en: 'All enterprises, co-operatives and household businesses'
    },
    parts: { unit: 'đơn vị kinh doanh' },
    population: {
      vi: 'doanh nghiệp, hợp tác xã, hộ kinh doanh', en: 'Enterprises, co-operatives and household businesses'
    },
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu tính chung hay tính riêng từng loại; hiểu là một tỷ lệ chung cho cả ba loại.',
      en: 'The text does not say whether the three kinds are pooled or judged each; read as one pooled share.'
    }
  }),
  indicator({
    code: 'KTS-05',
    name: {
      vi: 'Tỷ trọng thương mại điện tử trong tổng mức bán lẻ', en: 'E-commerce as a share of total retail sales'
    },
    quote: 'Tỷ trọng thương mại điện tử trong tổng mức bán lẻ đạt trên 10%',
    definition: {
      vi: 'Tỷ lệ phần trăm doanh thu bán lẻ qua thương mại điện tử trong tổng mức bán lẻ.',
      en: 'Retail sales through e-commerce as a percentage of total retail sales.'
    },
    numerator: { vi: 'Doanh thu bán lẻ qua thương mại điện tử', en: 'Retail sales through e-commerce' },
    denominator: { vi: 'Tổng mức bán lẻ', en: 'Total retail sales' },
    parts: BILLIONS,
    population: { vi: 'tổng mức bán lẻ', en: 'Total retail sales' },
    aggregation: 'direct',
    frequency: 'yearly',
    timeBasis: 'year_to_date',
    calendar: 'statistical',
    readIn: ['numerator'],
    open: {
      vi: 'Văn bản không nêu tổng mức bán lẻ chỉ gồm hàng hóa hay cả dịch vụ.',
      en: 'The text does not say whether retail sales are of goods only or of goods and services.'
    }
  }),
  indicator({
    code: 'KTS-06',
    name: {
      vi: 'Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử', en: 'Share of enterprises that use electronic contracts'
    },
    quote: 'Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử(hợp đồng lao động, hợp đồng thương mại, hợp đồng dân sự) đạt ' +
      'trên 50%',
    definition: {
      vi: 'Tỷ lệ phần trăm doanh nghiệp có sử dụng ít nhất một loại hợp đồng điện tử.',
      en: 'Percentage of enterprises that use at least one kind of electronic contract.'
    },
    numerator: { vi: 'Số doanh nghiệp có sử dụng hợp đồng điện tử', en: 'Enterprises that use electronic contracts' },
    denominator: { vi: 'Tổng số doanh nghiệp', en: 'All enterprises' },
    parts: { unit: 'doanh nghiệp' },
    population: { vi: 'doanh nghiệp', en: 'Enterprises' },
    conditions: {
      vi: 'hợp đồng lao động, hợp đồng thương mại, hợp đồng dân sự',
      en: 'Labour contracts, commercial contracts, civil contracts'
    },
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: 'Văn bản không nêu phải dùng cả ba loại hợp đồng hay một trong ba; hiểu là ít nhất một loại.',
      en: 'The text does not say whether all three kinds of contract are required or any of them; read as at least one.'
    }
  }),
  indicator({
    code: 'KTS-07',
    name: {
      vi: 'Tỷ lệ nhân lực lao động kinh tế số trong lực lượng lao động',
      en: 'Digital-economy workers as a share of the labour force'
    },
    quote: 'Tỷ lệ nhân lực lao động kinh tế số trong lực lượng lao động đạt trên 2%',
    definition: {
      vi: 'Tỷ lệ phần trăm người lao động làm việc trong kinh tế số so với lực lượng lao động của tỉnh.',
      en: 'People who work in the digital economy as a percentage of the province\'s labour force.'
    },
    numerator: { vi: 'Số người lao động làm việc trong kinh tế số', en: 'People who work in the digital economy' },
    denominator: { vi: 'Lực lượng lao động', en: 'Labour force' },
    parts: { unit: 'người' },
    population: { vi: 'lực lượng lao động', en: 'Labour force' },
    aggregation: 'direct',
    frequency: 'yearly',
    calendar: 'statistical',
    readIn: ['numerator'],
    open: {
      vi: 'Văn bản không định nghĩa “nhân lực lao động kinh tế số” và không nêu độ tuổi của lực lượng lao động.',
      en: 'The text does not define digital-economy workers and gives no age for the labour force.'
    }
  })
]
