import type { TierDeadline } from '../../domain/calendar.js'
import type { CalendarSeed, StatusRuleSeed } from '../types.js'
import { RECORD_BEGINS } from './conventions.js'
import { FREQUENCIES, type Frequency } from '../../domain/words.js'

const everyFrequency = (deadlines: readonly TierDeadline[]) =>
  Object.fromEntries(FREQUENCIES.map(frequency => [frequency, deadlines])) as Record<Frequency, readonly TierDeadline[]>

/** Bình Thuận's own decision on periodic reports was not found: Khánh Hòa's is taken as the example. */
const unit: TierDeadline = { tier: 'unit', rule: { workingDays: 2 } }
/** NĐ 09/2019/NĐ-CP Đ13. */
const government: TierDeadline = { tier: 'government', rule: { dayOfMonth: 25 } }

export const calendars: readonly CalendarSeed[] = [
  {
    code: 'administrative',
    name: { vi: 'Kỳ báo cáo hành chính', en: 'Administrative reporting periods' },
    basis: {
      vi: 'Nghị định 09/2019/NĐ-CP: kỳ báo cáo tháng tính từ ngày 15 tháng trước đến ngày 14 tháng báo cáo, các kỳ ' +
        'khác theo đó (Điều 12); báo cáo Chính phủ chậm nhất ngày 25 của tháng cuối kỳ (Điều 13). Kỳ 9 tháng và hạn ' +
        '2 ngày làm việc sau ngày chốt số liệu của đơn vị lấy theo Quyết định 01/2023/QĐ-UBND của tỉnh Khánh Hòa; ' +
        'chưa tìm thấy quyết định của Bình Thuận.',
      en: 'Decree 09/2019/NĐ-CP: a month runs from the 15th of the month before to the 14th, the other periods ' +
        'accordingly (Article 12); the Government is reported to by the 25th of the period\'s last month (Article ' +
        '13). The nine-month period and the unit\'s deadline of 2 working days after the cut-off follow Khánh Hòa\'s ' +
        'Decision 01/2023/QĐ-UBND; no decision of Bình Thuận was found.'
    },
    startDay: 15,
    monthOffset: -1,
    deadlines: everyFrequency([unit, government]),
    provenance: 'researched'
  },
  {
    code: 'statistical',
    name: { vi: 'Kỳ thống kê', en: 'Statistical periods' },
    basis: {
      vi: 'Theo tháng, quý, năm dương lịch; chế độ báo cáo thống kê nằm ngoài Nghị định 09/2019/NĐ-CP (khoản 2 Điều ' +
        '1). Hạn 2 ngày làm việc là quy ước tương tự kỳ hành chính; chưa tìm thấy hạn theo quy định.',
      en: 'Calendar months, quarters and years; statistical reporting is outside Decree 09/2019/NĐ-CP (Article 1.2). ' +
        'The deadline of 2 working days was set by analogy with the administrative calendar; no legal deadline was ' +
        'found.'
    },
    startDay: 1,
    monthOffset: 0,
    // the 25th of the last month would precede the cut-off
    deadlines: everyFrequency([unit]),
    provenance: 'researched'
  }
]

export const statusRules: readonly StatusRuleSeed[] = [
  {
    version: 1,
    effectiveFrom: RECORD_BEGINS,
    pace: 'linear',
    onTrack: '0.95',
    atRisk: '0.80',
    note: {
      vi: 'Nhịp độ tuyến tính từ mức nền đến mục tiêu: đạt từ 95% mức kỳ vọng trở lên là đúng tiến độ, từ 80% là có ' +
        'nguy cơ, dưới đó là chậm tiến độ. Ngưỡng do hệ thống đặt, kế hoạch không quy định.',
      en: 'Linear pace from the baseline to the target: 95% of the expected progress or more is on track, 80% or ' +
        'more is at risk, less is off track. The thresholds are the registry\'s own; the plan sets none.'
    },
    provenance: 'operational'
  }
]
