import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, LocalizedText, PeriodCode, Provenance, listOf, nullable, oneOf, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'
import { FREQUENCIES, PERIOD_STATES } from '../../domain/words.js'

export const frequency = oneOf(FREQUENCIES, {
  description: 'Loại kỳ: tháng, quý, sáu tháng, chín tháng, năm. / How long a period is.'
})
const tier = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,31}$',
  description: 'unit: đơn vị báo cáo, hạn này xác định nghĩa vụ báo cáo · province: tỉnh · government: Chính phủ. / ' +
    'unit: the reporting unit, whose deadline makes the obligation · province · government.',
  examples: ['unit']
})

export const CalendarDeadline = shared('CalendarDeadline', Type.Object({
  tier,
  workingDays: Type.Optional(Type.Integer({
    minimum: 1, maximum: 250, description: 'Số ngày làm việc sau ngày chốt. / Working days after the cut-off.'
  })),
  dayOfMonth: Type.Optional(Type.Integer({
    minimum: 1, maximum: 31,
    description: 'Ngày trong tháng của ngày chốt; tháng ngắn hơn thì ngày cuối tháng. / Day of the month of the ' +
      'cut-off; the last one of a shorter month.'
  }))
}, {
  additionalProperties: false,
  minProperties: 2,
  description: 'Hạn của một cấp; có cả hai thì lấy hạn sớm hơn; không bao giờ sớm hơn một ngày làm việc sau ngày ' +
    'chốt (khoản 5 Điều 8 Nghị định 09/2019/NĐ-CP). / The deadline of a tier; of both the earlier; never sooner than ' +
    'one working day after the cut-off.',
  examples: [{ tier: 'unit', workingDays: 2 }]
}))
export type CalendarDeadline = Static<typeof CalendarDeadline>

const tiers = Type.Array(ref(CalendarDeadline), { maxItems: 20 })
const deadlines = strict({
  monthly: Type.Optional(tiers),
  quarterly: Type.Optional(tiers),
  half_yearly: Type.Optional(tiers),
  nine_months: Type.Optional(tiers),
  yearly: Type.Optional(tiers)
}, {
  description: 'Theo kỳ; kỳ không nêu thì hạn của đơn vị là một ngày làm việc sau ngày chốt. / By frequency; where ' +
    'none is given the unit has one working day after the cut-off.'
})
const everyDeadline = strict({
  monthly: tiers, quarterly: tiers, half_yearly: tiers, nine_months: tiers, yearly: tiers
})

const lock = strict({
  workingDays: Type.Integer({
    minimum: 1, maximum: 250,
    description: 'Số ngày làm việc sau hạn muộn nhất của mọi cấp mà kỳ còn nhận số liệu muộn. / Working days after ' +
      'the last deadline of any tier on which late figures are still taken.'
  })
})
const locks = strict({
  monthly: Type.Optional(lock),
  quarterly: Type.Optional(lock),
  half_yearly: Type.Optional(lock),
  nine_months: Type.Optional(lock),
  yearly: Type.Optional(lock)
}, {
  description: 'Theo kỳ, khi nào kỳ tự khóa; kỳ không nêu thì không bao giờ tự khóa. / By frequency, when a period ' +
    'locks by itself; where none is given it never does.'
})

const basis = ref(LocalizedText, { description: 'Văn bản quy định. / The law or decision it follows.' })
const fields = {
  name: ref(LocalizedText),
  startDay: Type.Integer({
    minimum: 1, maximum: 28, description: 'Ngày bắt đầu của tháng báo cáo. / The day on which a reporting month begins.'
  }),
  monthOffset: Type.Integer({
    minimum: -1, maximum: 0,
    description: '-1: tháng m bắt đầu trong tháng m−1; 0: trong chính tháng m. / -1: month m begins in month m−1; 0: ' +
      'in month m itself.'
  })
}

export const periodState = oneOf(PERIOD_STATES, {
  description: 'not_open: chưa mở · open: đang mở, đến hạn của đơn vị · closed: đã qua hạn, còn nhận và ghi là muộn ' +
    '· locked: khóa, không thay đổi gì nữa. / not_open · open: up to the unit\'s deadline · closed: late figures are ' +
    'taken and marked · locked: nothing changes any more.'
})

const twoTiers = [{ tier: 'unit', workingDays: 2 }, { tier: 'government', dayOfMonth: 25 }]
const example = {
  code: 'provincial',
  name: { vi: 'Kỳ báo cáo của tỉnh (minh họa)', en: 'The province\'s own periods (illustrative)' },
  basis: { vi: 'Nghị định 09/2019/NĐ-CP, Điều 12 và 13', en: 'Decree 09/2019/NĐ-CP, articles 12 and 13' },
  startDay: 15,
  monthOffset: -1,
  deadlines: { monthly: twoTiers, quarterly: twoTiers, half_yearly: twoTiers, nine_months: twoTiers, yearly: twoTiers },
  locks: { quarterly: { workingDays: 10 } },
  provenance: 'illustrative' as const
}

const whole = { ...example, recordedAt: RECORDED_AT }

export const CalendarInput = shared('CalendarInput', strict({
  code: ref(Code), ...fields, basis: Type.Optional(basis), deadlines, locks: Type.Optional(locks),
  provenance: newProvenance, quote: Type.Optional(quote)
}, { description: 'Lịch báo cáo mới. / A new reporting calendar.', examples: [example] }))
export type CalendarInput = Static<typeof CalendarInput>

export const CalendarPatch = shared('CalendarPatch', patchOf({
  ...fields, basis: nullable(basis), deadlines: everyDeadline, locks, provenance: ref(Provenance),
  quote: nullable(quote)
}, {
  description: '“deadlines” gửi lên thay toàn bộ, đủ năm kỳ; “locks” cũng thay toàn bộ ({} là bỏ hết) và đổi được cả ' +
    'khi lịch đang dùng. / `deadlines` replaces them all and names every frequency; `locks` replaces them all too ' +
    '({} removes them), also of a calendar in use.',
  examples: [{ name: { vi: 'Kỳ báo cáo hành chính', en: 'Administrative reporting periods' } }]
}))
export type CalendarPatch = Static<typeof CalendarPatch>

export const Calendar = shared('Calendar', strict({
  code: ref(Code),
  ...fields,
  basis: Type.Optional(basis),
  deadlines: everyDeadline,
  locks: Type.Optional(locks),
  provenance: ref(Provenance),
  quote: Type.Optional(quote),
  recordedAt
}, {
  description: 'Lịch báo cáo: từ mã kỳ tính ra ngày đầu, ngày cuối, ngày chốt và hạn. / ' +
  'A reporting calendar: how a period code becomes a window, a cut-off and deadlines.', examples: [whole]
}))
export type Calendar = Static<typeof Calendar>

export const CalendarList = listOf('CalendarList', ref(Calendar), [{ data: [whole] }])

const period = {
  period: '2025-Q1',
  calendar: 'administrative',
  frequency: 'quarterly' as const,
  year: 2025,
  window: { from: '2024-12-15', to: '2025-03-14' },
  cutOff: '2025-03-14',
  deadline: '2025-03-18',
  deadlines: [{ tier: 'unit', date: '2025-03-18' }, { tier: 'government', date: '2025-03-25' }],
  lockedFrom: '2025-04-09',
  state: 'closed' as const,
  stateBy: 'calendar' as const
}

export const CalendarPeriod = shared('CalendarPeriod', strict({
  period: ref(PeriodCode),
  calendar: ref(Code),
  frequency,
  year: Type.Integer({ description: 'Năm của kỳ: 20/12/2024 hành chính thuộc 2025. / The year of the period.' }),
  window: strict({ from: ref(CivilDate), to: ref(CivilDate) }, {
    description: 'Cả hai ngày đều thuộc kỳ. / Both days belong to it.'
  }),
  cutOff: ref(CivilDate, { description: 'Ngày chốt số liệu: ngày cuối của kỳ. / The last day of the window.' }),
  deadline: ref(CivilDate, { description: 'Hạn của đơn vị báo cáo. / The reporting unit\'s own deadline.' }),
  deadlines: Type.Array(strict({ tier, date: ref(CivilDate) }), {
    description: 'Hạn của từng cấp. / The deadline of every tier.'
  }),
  lockedFrom: Type.Optional(ref(CivilDate, {
    description: 'Từ ngày này lịch khóa kỳ; không có: không tự khóa. / From this day the calendar locks it; absent ' +
      'when it does not.'
  })),
  state: periodState,
  stateBy: oneOf(['calendar', 'hand'], {
    description: 'calendar: theo lịch · hand: đặt thủ công (/transitions). / calendar: by the calendar · hand: set ' +
      'by hand.'
  })
}, {
  description: 'Một kỳ theo lịch, đã trừ ngày nghỉ. / A period by this calendar, with public holidays counted out.',
  examples: [period]
}))
export type CalendarPeriod = Static<typeof CalendarPeriod>

export const CalendarPeriodList = listOf('CalendarPeriodList', ref(CalendarPeriod), [{ data: [period] }])

export const schemas = [
  CalendarDeadline, CalendarInput, CalendarPatch, Calendar, CalendarList, CalendarPeriod, CalendarPeriodList
]
