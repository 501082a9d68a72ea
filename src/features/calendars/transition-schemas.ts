import { Type, type Static } from 'typebox'
import { CivilDate, Code, Instant, PeriodCode, listOf, oneOf, ref, shared, strict } from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { reason } from '../fields.js'
import { TRANSITION_STATES } from '../../domain/words.js'

export const sequence = Type.Integer({
  minimum: 1, maximum: 2_147_483_647,
  description: 'Thứ tự ghi nhận trong kỳ. / The order of recording within the period.'
})

const fields = {
  to: oneOf(TRANSITION_STATES, {
    description: 'open: mở (lại) · closed: đóng, còn nhận và ghi là muộn · locked: khóa. / open: (re)open · closed: ' +
      'late figures are taken and marked · locked.'
  }),
  reason,
  document: Type.Optional(ref(Code, { description: 'Văn bản quyết định. / The document that decides it.' }))
}

const example = { to: 'locked' as const, reason: 'Đã chốt số liệu quý IV', effectiveOn: '2025-02-15' }

export const PeriodTransitionInput = shared('PeriodTransitionInput', strict({
  ...fields,
  effectiveOn: Type.Optional(ref(CivilDate, {
    description: 'Từ ngày này; mặc định hôm nay; không trước ngày kỳ bắt đầu. / From this day on; today when absent; ' +
      'not before the period begins.'
  }))
}, { description: 'Mở lại, đóng hoặc khóa một kỳ. / Reopens, closes or locks a period.', examples: [example] }))
export type PeriodTransitionInput = Static<typeof PeriodTransitionInput>

const whole = {
  calendar: 'administrative', period: '2024-Q4', sequence: 2, ...example, client: 'admin',
  recordedAt: '2025-02-14T02:00:00.000000Z'
}

export const PeriodTransition = shared('PeriodTransition', strict({
  calendar: ref(Code),
  period: ref(PeriodCode),
  sequence,
  ...fields,
  effectiveOn: ref(CivilDate),
  client: visible('recorder', Type.String({ description: 'Client đã ghi. / The client that recorded it.' })),
  recordedAt: ref(Instant)
}, {
  description: 'Một lần mở, đóng hoặc khóa kỳ thủ công. / An opening, closing or locking by hand.', examples: [whole]
}))
export type PeriodTransition = Static<typeof PeriodTransition>

export const PeriodTransitionList = listOf('PeriodTransitionList', ref(PeriodTransition), [{ data: [whole] }])

export const transitionSchemas = [PeriodTransitionInput, PeriodTransition, PeriodTransitionList]
