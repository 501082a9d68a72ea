import { Type, type Static } from 'typebox'
import { Code, LocalizedText, Provenance, listOf, nullable, patchOf, ref, shared, strict } from '../../http/schema.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'

export const PillarPlace = shared('PillarPlace', strict({
  plan: ref(Code),
  position: Type.Integer({
    minimum: 1, maximum: 2_147_483_647, description: 'Thứ tự trong kế hoạch, từ 1. / Order in the plan, from 1.'
  })
}, {
  description: 'Vị trí của nhóm trong một kế hoạch. / Where a plan sets the pillar out.',
  examples: [{ plan: '4677-KH-UBND-2024', position: 1 }]
}))
export type PillarPlace = Static<typeof PillarPlace>

const name = ref(LocalizedText)
const plans = Type.Array(ref(PillarPlace), {
  maxItems: 200, description: 'Các kế hoạch có nhóm này. / The plans that have this pillar.'
})

const example = {
  code: 'NLS',
  name: { vi: 'Nhân lực số', en: 'Digital workforce' },
  plans: [{ plan: '4677-KH-UBND-2024', position: 4 }],
  provenance: 'illustrative' as const
}

const whole = { ...example, recordedAt: RECORDED_AT }

export const PillarInput = shared('PillarInput', strict({
  code: ref(Code), name, plans: Type.Optional(plans), provenance: newProvenance, quote: Type.Optional(quote)
}, { description: 'Nhóm chỉ tiêu mới. / A new pillar.', examples: [example] }))
export type PillarInput = Static<typeof PillarInput>

export const PillarPatch = shared('PillarPatch', patchOf({
  name, plans, provenance: ref(Provenance), quote: nullable(quote)
}, {
  description: '“plans” gửi lên thay toàn bộ. / `plans` replaces all of them.',
  examples: [{ plans: [{ plan: '4677-KH-UBND-2024', position: 3 }] }]
}))
export type PillarPatch = Static<typeof PillarPatch>

export const Pillar = shared('Pillar', strict({
  code: ref(Code), name, plans, provenance: ref(Provenance), quote: Type.Optional(quote), recordedAt
}, {
  description: 'Nhóm chỉ tiêu: chính quyền số, kinh tế số, xã hội số. / A pillar; it outlives a plan.',
  examples: [whole]
}))
export type Pillar = Static<typeof Pillar>

export const PillarList = listOf('PillarList', ref(Pillar), [{ data: [whole] }])

export const schemas = [PillarPlace, PillarInput, PillarPatch, Pillar, PillarList]
