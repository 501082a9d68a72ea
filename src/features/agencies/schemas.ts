import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, Instant, CodeOrIdentifier, LocalizedText, Provenance, listOf, nullable, oneOf, patchOf, ref, shared,
  strict
} from '../../http/schema.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'
import { AGENCY_KINDS, LEVELS } from '../../domain/words.js'

const until = Type.Optional(ref(CivilDate, {
  description: 'Ngày cuối (tính cả ngày đó); không nêu: vẫn còn. / The last day, inclusive; absent: still.'
}))
const note = ref(LocalizedText)

export const kind = oneOf(AGENCY_KINDS, {
  description: 'UBND tỉnh, sở ngành, UBND huyện, UBND xã, cơ quan trung ương tại tỉnh, ban chỉ đạo, khác. / The kind ' +
    'of agency.'
})
export const level = oneOf(LEVELS, { description: 'Cấp hành chính. / The administrative level.' })

export const AgencyName = shared('AgencyName', strict({
  name: ref(LocalizedText),
  validFrom: ref(CivilDate),
  validTo: until
}, {
  description: 'Tên theo thời gian. / A name over time.',
  examples: [{ name: { vi: 'Sở Thông tin và Truyền thông' }, validFrom: '2024-12-11', validTo: '2025-02-28' }]
}))

export const AgencyParent = shared('AgencyParent', strict({
  parent: ref(CodeOrIdentifier),
  validFrom: ref(CivilDate),
  validTo: until
}, {
  description: 'Cơ quan cấp trên theo thời gian. / A parent over time.',
  examples: [{ parent: 'UBND-BINH-THUAN', validFrom: '2024-12-11' }]
}))

const identifier = {
  scheme: Type.String({
    pattern: '^[a-z0-9][a-z0-9_-]{0,31}$',
    description: 'Bộ mã: qd20 (QĐ 20/2020/QĐ-TTg) · qcvn102 (QCVN 102:2016) · gso (QĐ 124/2004, QĐ 19/2025) · … / ' +
      'The scheme of the code: qd20 (Decision 20/2020) · qcvn102 (QCVN 102:2016) · gso (Decisions 124/2004, 19/2025) ' +
      '· …'
  }),
  value: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$' })
}
export const AgencyIdentifier = shared('AgencyIdentifier', strict({
  ...identifier,
  validFrom: ref(CivilDate),
  validTo: until
}, {
  description: 'Mã trong một bộ mã khác, theo thời gian: một mã có thể được dùng lại cho cơ quan khác. / A code in ' +
    'another scheme, over time: schemes use a code again for another body.',
  examples: [{ scheme: 'gso', value: '593', validFrom: '2022-01-01' }]
}))

export const AgencyIdentifierInput = shared('AgencyIdentifierInput', strict({
  ...identifier,
  validFrom: Type.Optional(ref(CivilDate, {
    description: 'Mặc định: ngày đầu của cơ quan. / The agency\'s first day when absent.'
  })),
  validTo: until
}, { examples: [{ scheme: 'gso', value: '593' }] }))

const overTime = {
  names: Type.Array(ref(AgencyName), { minItems: 1, maxItems: 100 }),
  parents: Type.Array(ref(AgencyParent), { maxItems: 100 }),
  identifiers: Type.Array(ref(AgencyIdentifierInput), { maxItems: 100 })
}

export const AgencyInput = shared('AgencyInput', strict({
  code: ref(Code),
  kind,
  level,
  name: Type.Optional(ref(LocalizedText)),
  validFrom: Type.Optional(ref(CivilDate, {
    description: 'Ngày đầu; cùng với “name”. / The first day; goes with `name`.'
  })),
  validTo: until,
  names: Type.Optional(Type.Array(ref(AgencyName), {
    minItems: 1, maxItems: 100,
    description: 'Thay cho name, validFrom, validTo khi có nhiều tên. / In place of name, validFrom and validTo ' +
      'where there are several.'
  })),
  parent: Type.Optional(ref(CodeOrIdentifier, {
    description: 'Cấp trên trong suốt thời gian tồn tại. / The parent of its whole life.'
  })),
  parents: Type.Optional(overTime.parents),
  identifiers: Type.Optional(overTime.identifiers),
  note: Type.Optional(note),
  provenance: newProvenance,
  quote: Type.Optional(quote)
}, {
  description: 'Cơ quan mới. / A new agency.',
  examples: [{
    code: 'TO-CDS-MINH-HOA',
    kind: 'other',
    level: 'province',
    name: { vi: 'Tổ chuyển đổi số (minh họa)', en: 'Digital transformation group (illustrative)' },
    validFrom: '2025-03-01',
    parent: 'UBND-BINH-THUAN',
    identifiers: [{ scheme: 'noi-bo', value: 'T-07', validFrom: '2025-03-01' }],
    provenance: 'illustrative'
  }]
}))
export type AgencyInput = Static<typeof AgencyInput>

export const AgencyPatch = shared('AgencyPatch', patchOf({
  ...overTime,
  note: nullable(note),
  provenance: ref(Provenance),
  quote: nullable(quote)
}, {
  description: 'Đính chính hồ sơ: danh sách gửi lên thay toàn bộ danh sách cũ; mã, loại và cấp không đổi. Thay đổi ' +
    'tổ chức thì dùng /v1/reorganisations. / Corrects the record: a list replaces the whole list; code, kind and ' +
    'level stay. What happens to an agency is a reorganisation.',
  examples: [{ identifiers: [{ scheme: 'gso', value: '593', validFrom: '2022-01-01' }] }]
}))
export type AgencyPatch = Static<typeof AgencyPatch>

const example = {
  code: 'UBND-PHAN-THIET',
  name: { vi: 'Ủy ban nhân dân thành phố Phan Thiết', en: 'People\'s Committee of Phan Thiết City' },
  kind: 'district_committee',
  level: 'district',
  parent: 'UBND-BINH-THUAN',
  identifiers: [{ scheme: 'gso', value: '593', validFrom: '2022-01-01' }],
  validFrom: '2022-01-01',
  names: [
    {
      name: { vi: 'Ủy ban nhân dân thành phố Phan Thiết', en: 'People\'s Committee of Phan Thiết City' },
      validFrom: '2022-01-01'
    }
  ],
  parents: [{ parent: 'UBND-BINH-THUAN', validFrom: '2022-01-01' }],
  provenance: 'illustrative',
  recordedAt: RECORDED_AT
}

export const Agency = shared('Agency', strict({
  code: ref(Code),
  name: ref(LocalizedText, {
    description: 'Tên trong ngày tra cứu, hoặc tên gần ngày đó nhất. / The name of the day asked for, or the one ' +
      'nearest to it.'
  }),
  kind,
  level,
  parent: Type.Optional(ref(Code, { description: 'Cấp trên trong ngày tra cứu. / The parent on the day asked for.' })),
  identifiers: Type.Array(ref(AgencyIdentifier)),
  validFrom: ref(CivilDate, { description: 'Ngày đầu. / The first day.' }),
  validTo: until,
  names: Type.Array(ref(AgencyName)),
  parents: Type.Array(ref(AgencyParent)),
  note: Type.Optional(note),
  provenance: ref(Provenance),
  quote: Type.Optional(quote),
  recordedAt,
  enteredInError: Type.Optional(strict({
    duplicateOf: ref(Code, { description: 'Thực ra là cơ quan này. / The agency that it is.' }),
    reorganisation: ref(Code, { description: 'Ở /v1/reorganisations. / At /v1/reorganisations.' }),
    recordedAt: ref(Instant)
  }, {
    description: 'Có khi cơ quan bị ghi nhầm: không thuộc phạm vi nào, ở mọi ngày; tên, cấp trên, mã là những gì đã ' +
      'ghi ' +
      'trước đó. / Present when it was entered by mistake: in no scope on any day; names, parents and identifiers ' +
      'are what was recorded before.'
  }))
}, {
  description: 'Cơ quan, đơn vị: có ngày thành lập, đổi tên, sáp nhập, giải thể. / An agency and its life.',
  examples: [example]
}))
export type Agency = Static<typeof Agency>

export const AgencyList = listOf('AgencyList', ref(Agency), [{ data: [example] }])

export const schemas = [
  AgencyName, AgencyParent, AgencyIdentifier, AgencyIdentifierInput, AgencyInput, AgencyPatch, Agency, AgencyList
]
