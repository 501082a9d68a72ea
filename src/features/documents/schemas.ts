import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, LocalizedText, Provenance, WebAddress, listOf, nullable, oneOf, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'
import { RELATION_KINDS } from '../../domain/words.js'

const kind = oneOf(RELATION_KINDS, {
  description: 'Quan hệ: basis căn cứ · implements thực hiện · amends sửa đổi, bổ sung · replaces thay thế · repeals ' +
    'bãi bỏ. / The relation: basis rests on it · implements · amends · replaces · repeals.'
})

export const DocumentRelation = shared('DocumentRelation', strict({
  kind,
  document: ref(Code, { description: 'Mã của văn bản kia. / The id of the other document.' })
}, {
  description: 'Quan hệ với một văn bản khác. / A relation to another document.',
  examples: [{ kind: 'basis', document: '10-NQ-TU-2022' }]
}))
export type DocumentRelation = Static<typeof DocumentRelation>

const word = (description: string, example: string) =>
  Type.String({ pattern: '\\S', maxLength: 300, description, examples: [example] })
const fields = {
  number: Type.String({
    pattern: '^\\S+( \\S+)*$', maxLength: 100, description: 'Số, ký hiệu. / Number and symbol.',
    examples: ['4677/KH-UBND']
  }),
  type: word('Loại văn bản. / Kind of text.', 'Kế hoạch'),
  issuer: word('Cơ quan, người ban hành. / Who issued it.', 'Ủy ban nhân dân tỉnh Bình Thuận'),
  issuedOn: ref(CivilDate, { description: 'Ngày ban hành. / Day of issue.' }),
  title: ref(LocalizedText)
}
const optional = {
  validFrom: ref(CivilDate, { description: 'Ngày có hiệu lực. / First day in force.' }),
  validTo: ref(CivilDate, { description: 'Ngày cuối còn hiệu lực. / Last day in force.' }),
  url: ref(WebAddress),
  quote
}
const withOptional = {
  validFrom: Type.Optional(optional.validFrom),
  validTo: Type.Optional(optional.validTo),
  url: Type.Optional(optional.url),
  quote: Type.Optional(quote)
}
const relations = Type.Array(ref(DocumentRelation), {
  maxItems: 200,
  description: 'Văn bản này căn cứ, thực hiện, sửa đổi … văn bản kia. / What this document does to others.'
})

const example = {
  number: '2280/KH-UBND',
  type: 'Kế hoạch',
  issuer: 'Ủy ban nhân dân tỉnh Bình Thuận',
  issuedOn: '2025-06-12',
  title: {
    vi: 'Kế hoạch điều chỉnh chỉ tiêu chuyển đổi số năm 2025 (minh họa)',
    en: 'Plan that adjusts the targets of 2025 (illustrative)'
  },
  validFrom: '2025-06-12',
  relations: [{ kind: 'amends' as const, document: '4677-KH-UBND-2024' }],
  provenance: 'illustrative' as const
}

export const DocumentInput = shared('DocumentInput', strict({
  id: Type.Optional(ref(Code, {
    description: 'Mặc định lấy từ số và năm: 4677/KH-UBND, 2024 → 4677-KH-UBND-2024. / Derived from number and year ' +
      'when absent.'
  })),
  ...fields,
  ...withOptional,
  relations: Type.Optional(relations),
  provenance: newProvenance
}, { description: 'Văn bản mới. / A new document.', examples: [example] }))
export type DocumentInput = Static<typeof DocumentInput>

export const DocumentPatch = shared('DocumentPatch', patchOf({
  ...fields,
  validFrom: nullable(optional.validFrom),
  validTo: nullable(optional.validTo),
  url: nullable(optional.url),
  quote: nullable(quote),
  relations,
  provenance: ref(Provenance)
}, {
  description: 'Id không đổi; “relations” gửi lên thay toàn bộ. / The id stays; `relations` replaces all of them.',
  examples: [{ validTo: '2025-12-31' }]
}))
export type DocumentPatch = Static<typeof DocumentPatch>

const whole = {
  id: '2280-KH-UBND-2025',
  ...example,
  referencedBy: [],
  recordedAt: RECORDED_AT
}

export const Document = shared('Document', strict({
  id: ref(Code),
  ...fields,
  ...withOptional,
  relations,
  referencedBy: Type.Array(ref(DocumentRelation), {
    description: 'Chiều ngược lại: văn bản kia căn cứ, thực hiện, sửa đổi … văn bản này. / The other direction: what ' +
      'others do to this document.'
  }),
  provenance: ref(Provenance),
  recordedAt
}, {
  description: 'Văn bản và quan hệ theo cả hai chiều. / A legal text, with its relations in both directions.',
  examples: [whole]
}))
export type Document = Static<typeof Document>

export const DocumentList = listOf('DocumentList', ref(Document), [{ data: [whole] }])

export const schemas = [DocumentRelation, DocumentInput, DocumentPatch, Document, DocumentList]
