import { Type, type Static } from 'typebox'
import { CivilDate, LocalizedText, Provenance, listOf, oneOf, patchOf, ref, shared, strict } from '../../http/schema.js'
import { RECORDED_AT, recordedAt, unquotedProvenance } from '../fields.js'
import { HOLIDAY_KINDS } from '../../domain/words.js'

export const kind = oneOf(HOLIDAY_KINDS, {
  description: 'off: ngày nghỉ, không tính vào hạn · working: thứ Bảy, Chủ nhật làm bù. / off: a day that deadlines ' +
    'count out · working: a Saturday or Sunday worked in exchange.'
})

const fields = { kind, name: ref(LocalizedText) }
const example = {
  day: '2027-01-01', kind: 'off' as const, name: { vi: 'Tết Dương lịch', en: 'New Year\'s Day' },
  provenance: 'researched' as const
}

const whole = { ...example, recordedAt: RECORDED_AT }

export const HolidayInput = shared('HolidayInput', strict({
  day: ref(CivilDate), ...fields, provenance: Type.Optional(unquotedProvenance)
}, { description: 'Một ngày nghỉ, hoặc ngày làm bù. / A day off, or one worked in exchange.', examples: [example] }))
export type HolidayInput = Static<typeof HolidayInput>

export const HolidayPatch = shared('HolidayPatch', patchOf({
  ...fields, provenance: unquotedProvenance
}, {
  description: 'Ngày không đổi: xóa rồi thêm ngày khác. / The day stays: remove it and add another.',
  examples: [{ name: { vi: 'Quốc khánh', en: 'National Day' } }]
}))
export type HolidayPatch = Static<typeof HolidayPatch>

export const Holiday = shared('Holiday', strict({
  day: ref(CivilDate), ...fields, provenance: ref(Provenance), recordedAt
}, {
  description: 'Ngày nghỉ lễ, nghỉ bù, hoặc ngày cuối tuần làm bù; hạn báo cáo tính theo đó. / ' +
  'A day off, or a weekend day worked in exchange; deadlines are reckoned by them.', examples: [whole]
}))
export type Holiday = Static<typeof Holiday>

export const HolidayList = listOf('HolidayList', ref(Holiday), [{ data: [whole] }])

export const schemas = [HolidayInput, HolidayPatch, Holiday, HolidayList]
