import type { IndicatorSeed } from '../types.js'
import { indicator } from './indicator.js'
import type { LocalText } from '../../domain/text.js'

/** Of a sentence that XHS-13 and XHS-14 share. */
const MODEL: LocalText = {
  vi: 'mô hình quản trị số, hoạt động số, chuẩn hóa dữ liệu số, kho học liệu số mở',
  en: 'A model of digital administration, digital activity, standardised digital data, and an open digital ' +
    'repository of learning materials'
}

const ALL_FOUR: LocalText = {
  vi: 'Hiểu là phải hoàn thiện đồng thời cả bốn nội dung.',
  en: 'Read as all four parts being completed at once.'
}

export const educationIndicators: readonly IndicatorSeed[] = [
  indicator({
    code: 'XHS-13',
    name: {
      vi: 'Tỷ lệ các cơ sở đào tạo đại học, cao đẳng, giáo dục nghề nghiệp hoàn thiện được mô hình quản trị số, hoạt ' +
        'động số, chuẩn hóa dữ liệu số, kho học liệu số mở',
      en: 'Share of universities, colleges and vocational institutions that have completed the model of digital ' +
        'administration and activity, standardised digital data and open digital learning materials'
    },
    quote: 'Tỷ lệ các cơ sở đào tạo đại học, cao đẳng, giáo dục nghề nghiệp hoàn thiện được mô hình quản trị số, ' +
      'hoạt động số, chuẩn hóa dữ liệu số, kho học liệu số mở đạt 80%',
    definition: {
      vi: 'Tỷ lệ phần trăm cơ sở đào tạo đại học, cao đẳng và giáo dục nghề nghiệp đã hoàn thiện cả bốn nội dung.',
      en: 'Percentage of universities, colleges and vocational institutions that have completed all four parts.'
    },
    numerator: {
      vi: 'Số cơ sở đào tạo đã hoàn thiện cả bốn nội dung', en: 'Institutions that have completed all four parts'
    },
    denominator: {
      vi: 'Tổng số cơ sở đào tạo đại học, cao đẳng, giáo dục nghề nghiệp',
      en: 'All universities, colleges and vocational institutions'
    },
    parts: { unit: 'cơ sở' },
    population: {
      vi: 'các cơ sở đào tạo đại học, cao đẳng, giáo dục nghề nghiệp',
      en: 'Universities, colleges and vocational institutions'
    },
    conditions: MODEL,
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    reviewPolicy: 'manual',
    readIn: ['numerator', 'denominator'],
    open: {
      vi: `${ALL_FOUR.vi} Số cơ sở ít nên tỷ lệ thay đổi theo bước lớn.`,
      en: `${ALL_FOUR.en} The institutions are few, so the share moves in large steps.`
    }
  }),
  indicator({
    code: 'XHS-14',
    name: {
      vi: 'Tỷ lệ các cơ sở giáo dục từ tiểu học đến trung học phổ thông hoàn thiện được mô hình quản trị số, hoạt ' +
        'động số, chuẩn hóa dữ liệu số, kho học liệu số mở',
      en: 'Share of schools, primary to upper secondary, that have completed the model of digital administration and ' +
        'activity, standardised digital data and open digital learning materials'
    },
    quote: 'Tỷ lệ các cơ sở giáo dục từ tiểu học đến trung học phổ thông hoàn thiện được mô hình quản trị số, hoạt ' +
      'động số, chuẩn hóa dữ liệu số, kho học liệu số mở đạt 70%',
    definition: {
      vi: 'Tỷ lệ phần trăm cơ sở giáo dục từ tiểu học đến trung học phổ thông đã hoàn thiện cả bốn nội dung.',
      en: 'Percentage of schools from primary to upper secondary that have completed all four parts.'
    },
    numerator: {
      vi: 'Số cơ sở giáo dục đã hoàn thiện cả bốn nội dung', en: 'Schools that have completed all four parts'
    },
    denominator: {
      vi: 'Tổng số cơ sở giáo dục từ tiểu học đến trung học phổ thông',
      en: 'All schools from primary to upper secondary'
    },
    parts: { unit: 'cơ sở' },
    population: {
      vi: 'các cơ sở giáo dục từ tiểu học đến trung học phổ thông', en: 'Schools from primary to upper secondary'
    },
    conditions: MODEL,
    aggregation: 'ratio_of_sums',
    frequency: 'half_yearly',
    reviewPolicy: 'manual',
    readIn: ['numerator', 'denominator'],
    open: ALL_FOUR
  })
]
