import { Type, type Static } from 'typebox'
import { Code, LocalizedText, Provenance, listOf, nullable, patchOf, ref, shared, strict } from '../../http/schema.js'
import { newProvenance, position, quote, RECORDED_AT, recordedAt, unquotedProvenance } from '../fields.js'

const name = ref(LocalizedText)
const note = ref(LocalizedText, { description: 'Phạm vi, cách chia. / What it divides, and how.' })

const example = {
  code: 'gender',
  name: { vi: 'Giới tính', en: 'Gender' },
  note: { vi: 'Theo Luật Bình đẳng giới', en: 'After the Law on Gender Equality' },
  provenance: 'illustrative' as const
}

const whole = { ...example, recordedAt: RECORDED_AT }

export const DimensionInput = shared('DimensionInput', strict({
  code: ref(Code), name, note: Type.Optional(note), provenance: newProvenance, quote: Type.Optional(quote)
}, { description: 'Phân tổ mới. / A new break-down.', examples: [example] }))
export type DimensionInput = Static<typeof DimensionInput>

export const DimensionPatch = shared('DimensionPatch', patchOf({
  name, note: nullable(note), provenance: ref(Provenance), quote: nullable(quote)
}, { description: 'Mã không đổi. / The code stays.', examples: [{ note: null }] }))
export type DimensionPatch = Static<typeof DimensionPatch>

export const Dimension = shared('Dimension', strict({
  code: ref(Code), name, note: Type.Optional(note), provenance: ref(Provenance), quote: Type.Optional(quote), recordedAt
}, {
  description: 'Cách chia số liệu, ngoài chia theo cơ quan: ngành, giới tính, độ tuổi … / A break-down other than ' +
    'the agency.',
  examples: [whole]
}))
export type Dimension = Static<typeof Dimension>

export const DimensionList = listOf('DimensionList', ref(Dimension), [{ data: [whole] }])

const member = {
  code: 'VAN-HOA', name: { vi: 'Văn hóa, thể thao', en: 'Culture and sports' }, position: 9,
  provenance: 'illustrative' as const
}

const wholeMember = { dimension: 'sector', ...member, recordedAt: RECORDED_AT }

export const DimensionMemberInput = shared('DimensionMemberInput', strict({
  code: ref(Code), name, position: Type.Optional(position), provenance: Type.Optional(unquotedProvenance)
}, {
  description: 'Thành phần mới; không có position thì xếp cuối. / A new member; last when no position is given.',
  examples: [member]
}))
export type DimensionMemberInput = Static<typeof DimensionMemberInput>

export const DimensionMemberPatch = shared('DimensionMemberPatch', patchOf({
  name, position, provenance: unquotedProvenance
}, {
  description: 'Mã không đổi. / The code stays.', examples: [{ position: 3 }]
}))
export type DimensionMemberPatch = Static<typeof DimensionMemberPatch>

export const DimensionMember = shared('DimensionMember', strict({
  dimension: ref(Code), code: ref(Code), name, position, provenance: ref(Provenance), recordedAt
}, { description: 'Thành phần của một phân tổ. / A member of a break-down.', examples: [wholeMember] }))
export type DimensionMember = Static<typeof DimensionMember>

export const DimensionMemberList = listOf('DimensionMemberList', ref(DimensionMember), [{ data: [wholeMember] }])

export const schemas = [
  DimensionInput, DimensionPatch, Dimension, DimensionList, DimensionMemberInput, DimensionMemberPatch,
  DimensionMember, DimensionMemberList
]
