import { Type, type Static } from 'typebox'
import {
  CivilDate, Decimal, Instant, LocalizedText, Provenance, listOf, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { unquotedProvenance } from '../fields.js'

const pace = oneOf(['linear'], {
  description: 'linear: giá trị kỳ vọng thay đổi đều từ mức xuất phát đến hạn. / The expected value moves evenly ' +
    'from the baseline to the due date.'
})
const fields = {
  effectiveFrom: ref(CivilDate, {
    description: 'Áp dụng cho tình trạng từ ngày này. / Applies to the status of this day and later.'
  }),
  onTrack: ref(Decimal, {
    description: 'Mức đạt từ đây trở lên là on_track; 0 < atRisk ≤ onTrack ≤ 1. / Attainment at or above is on_track.'
  }),
  atRisk: ref(Decimal, {
    description: 'Từ đây trở lên là at_risk, dưới đó là off_track. / At or above is at_risk, below is off_track.'
  }),
  note: Type.Optional(ref(LocalizedText))
}
export const version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

const example = {
  effectiveFrom: '2026-01-01',
  onTrack: '0.90',
  atRisk: '0.75',
  note: { vi: 'Ngưỡng nới từ năm 2026 (minh họa)', en: 'Wider thresholds from 2026 on (illustrative)' }
}

export const StatusRuleInput = shared('StatusRuleInput', strict({
  ...fields, pace: Type.Optional(pace), provenance: Type.Optional(unquotedProvenance)
}, {
  description: 'Một phiên bản mới; phiên bản cũ không bao giờ bị sửa. / A new version; older ones are never edited.',
  examples: [example]
}))
export type StatusRuleInput = Static<typeof StatusRuleInput>

const whole = {
  version: 2, pace: 'linear' as const, ...example, provenance: 'operational' as const,
  recordedAt: '2025-12-15T00:00:00.000000Z'
}

export const StatusRule = shared('StatusRule', strict({
  version, ...fields, pace, provenance: ref(Provenance), recordedAt: ref(Instant)
}, { description: 'Bộ ngưỡng đánh giá tiến độ. / The thresholds by which a pace is judged.', examples: [whole] }))
export type StatusRule = Static<typeof StatusRule>

export const StatusRuleList = listOf('StatusRuleList', ref(StatusRule), [{ data: [whole] }])

export const schemas = [StatusRuleInput, StatusRule, StatusRuleList]
