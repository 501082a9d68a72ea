import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, Instant, LocalizedText, PeriodCode, Provenance, listOf, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { newProvenance, quote, unquotedProvenance } from '../fields.js'
import { DuplicateInput, figures } from './duplicate-schemas.js'
import { GRAPH_EXAMPLE, INPUT_EXAMPLE, REORGANISATION_EXAMPLE } from './examples.js'
import { AGENCY_KINDS, LEGAL_KINDS, LEVELS, REORGANISATION_KINDS, ROLES, SHARES } from '../../domain/words.js'

const LEGAL = 'rename: đổi tên · merge: sáp nhập, hợp nhất · split: chia, tách · transfer: điều chuyển chức năng · ' +
  'establish: thành lập · dissolve: giải thể, kết thúc'
const legalKind = oneOf(LEGAL_KINDS, { description: `${LEGAL}. / What happens, after NQ 190/2025/QH15.` })
export const kind = oneOf(REORGANISATION_KINDS, {
  description: `${LEGAL} · entered_in_error: cơ quan bị ghi hai lần, không phải sắp xếp tổ chức. / What happens, ` +
    'after NQ 190/2025/QH15; entered_in_error: an agency had been entered twice, which is no act of anybody.'
})
const share = oneOf(SHARES, { description: 'whole: toàn bộ · part: một phần. / Everything, or a part.' })
const identifier = {
  scheme: Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,31}$' }),
  value: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$' })
}
const MANY = 500
const agencies = (description: string) =>
  Type.Optional(Type.Array(ref(CodeOrIdentifier), { minItems: 1, maxItems: MANY, description }))
const codes = () => Type.Optional(Type.Array(ref(Code), { minItems: 1, maxItems: MANY }))

const functions = Type.Optional(strict({ targets: codes(), tasks: codes(), indicators: codes() }, {
  minProperties: 1,
  description: 'Chức năng nào; không nêu: tất cả những gì không mục nào khác nêu. / Which functions; absent: ' +
    'whatever no other entry names.'
}))
const passage = strict({ from: ref(CodeOrIdentifier), to: ref(CodeOrIdentifier), share, functions })
const established = strict({
  code: ref(Code),
  kind: oneOf(AGENCY_KINDS),
  level: oneOf(LEVELS),
  name: ref(LocalizedText),
  parent: Type.Optional(ref(CodeOrIdentifier)),
  identifiers: Type.Optional(Type.Array(strict(identifier), { maxItems: 100 })),
  note: Type.Optional(ref(LocalizedText)),
  provenance: newProvenance,
  quote: Type.Optional(quote)
})
const borne = strict({ agency: ref(CodeOrIdentifier), ...identifier })
const reason = Type.Optional(ref(LocalizedText, { description: 'Lý do, ghi chú. / Why.' }))

const parts = {
  establish: Type.Optional(Type.Array(established, {
    minItems: 1, maxItems: MANY, description: 'Cơ quan mới, từ ngày hiệu lực. / New bodies, from the day on.'
  })),
  rename: Type.Optional(Type.Array(
    strict({ agency: ref(CodeOrIdentifier), name: ref(LocalizedText) }), { minItems: 1, maxItems: MANY }
  )),
  from: agencies('Cơ quan chuyển đi; mặc định lấy từ “mapping”. / Who passes functions on; as in `mapping` when ' +
    'absent.'),
  to: agencies('Cơ quan tiếp nhận; mặc định lấy từ “mapping”. / Who receives; as in `mapping` when absent.'),
  mapping: Type.Optional(Type.Array(passage, {
    minItems: 1, maxItems: 2_000,
    description: 'Cơ quan nào chuyển gì cho cơ quan nào. Sáp nhập vào một cơ quan mà không có “mapping”: chuyển toàn ' +
      'bộ. / Who passes what on to whom. A merger into one body without a mapping passes everything on.'
  })),
  close: Type.Optional(Type.Array(ref(CodeOrIdentifier), {
    maxItems: MANY,
    description: 'Cơ quan kết thúc hoạt động vào ngày trước ngày hiệu lực; mặc định (merge, split, dissolve) mọi ' +
      '“from” không có trong “to”. / Bodies whose last day is the one before; by default, for merge, split and ' +
      'dissolve, every `from` that is not a `to`.'
  })),
  parents: Type.Optional(Type.Array(
    strict({ agency: ref(CodeOrIdentifier), parent: ref(CodeOrIdentifier) }),
    { minItems: 1, maxItems: 2_000, description: 'Cấp trên mới. / New parents from the day on.' }
  )),
  identifiers: Type.Optional(strict({
    close: Type.Optional(Type.Array(borne, { minItems: 1, maxItems: 2_000 })),
    open: Type.Optional(Type.Array(borne, { minItems: 1, maxItems: 2_000 }))
  }, {
    description: 'Mã hết hiệu lực và mã mới; mã của cơ quan kết thúc hoạt động tự hết hiệu lực. / Codes that end and ' +
      'begin; those of a body that ends, end by themselves.'
  }))
}

export const ReorganisationInput = shared('ReorganisationInput', strict({
  id: Type.Optional(ref(Code, { description: 'Không nêu: hệ thống tự đặt. / Made by the registry when absent.' })),
  kind: legalKind,
  effectiveOn: ref(CivilDate, {
    description: 'Ngày hiệu lực; quá khứ hay tương lai đều được. / The day from which it holds; past or future.'
  }),
  document: ref(Code, { description: 'Văn bản quyết định. / The document that decides it.' }),
  reason,
  ...parts,
  provenance: Type.Optional(unquotedProvenance)
}, { description: 'Một lần sắp xếp tổ chức. / A reorganisation.', examples: [INPUT_EXAMPLE] }))
export type ReorganisationInput = Static<typeof ReorganisationInput>

const fact = {
  agency: ref(Code),
  change: oneOf(['ended', 'removed', 'begun'], {
    description: 'ended: hết hiệu lực ngày “validTo” · removed: không bao giờ có hiệu lực · begun: từ “validFrom”. / ' +
      'Ends on `validTo`; never comes; begins on `validFrom`.'
  }),
  validFrom: ref(CivilDate), validTo: Type.Optional(ref(CivilDate))
}
export const ReorganisationChanges = shared('ReorganisationChanges', strict({
  agencies: Type.Array(strict({
    agency: ref(Code), change: oneOf(['ended', 'established', 'entered_in_error']),
    on: ref(CivilDate, { description: 'Ngày cuối, hoặc ngày đầu. / The last day, or the first.' })
  })),
  names: Type.Array(strict({ ...fact, name: ref(LocalizedText) })),
  parents: Type.Array(strict({ ...fact, parent: ref(Code) })),
  identifiers: Type.Array(strict({ ...fact, ...identifier })),
  assignments: Type.Array(strict({
    id: Type.String(), ...fact, target: Type.Optional(Type.String()), task: Type.Optional(Type.String()),
    role: oneOf(ROLES),
    succeeds: Type.Optional(Type.String({
      description: 'Phân công trước được tiếp nối. / The assignment that it continues.'
    }))
  })),
  grants: visible('grants', Type.Array(strict({
    change: oneOf(['begun', 'not_followed'], {
      description: 'not_followed: không rõ cơ quan tiếp nhận, quản trị viên quyết định. / No successor is clear: an ' +
        'administrator decides.'
    }),
    client: Type.String(), agency: ref(Code), from: ref(Code, {
      description: 'Cơ quan của phạm vi đã có; phạm vi đó vẫn còn. / The body of the grant that there was, and stays.'
    }),
    withSubtree: Type.Boolean(), indicator: Type.Optional(ref(Code)), validFrom: Type.Optional(ref(CivilDate)),
    validTo: Type.Optional(ref(CivilDate))
  }))),
  obligations: Type.Optional(Type.Array(strict({
    agency: ref(Code, {
      description: 'Cơ quan phải báo cáo kể từ ngày ấy. / Who owes it from the day on.'
    }), from: ref(Code), subject: ref(Code, {
      description: 'Số liệu của cơ quan nào. / The body that the figure is for.'
    }),
    indicator: ref(Code), period: ref(PeriodCode), deadline: ref(CivilDate)
  }), {
    description: 'Báo cáo của kỳ đã hết mà cơ quan kết thúc trước hạn chưa gửi; không có ở những lần ghi trước khi ' +
      'có mục này. / Reports of periods that are over, which a body that ends before the deadline has not sent; ' +
      'absent where it was recorded before this was listed.'
  })),
  extensions: Type.Optional(Type.Integer({
    description: 'entered_in_error: số lần gia hạn, miễn báo cáo nay cũng có ' +
    'hiệu lực cho cơ quan đúng. / Of entered_in_error: extensions and excuses that hold for the right agency too.'
  })),
  figures: Type.Optional(figures),
  notApplicable: Type.Array(Type.String(), {
    description: 'Mục tiêu không còn cơ quan nào trong phạm vi từ ngày đó. / Targets in whose scope nobody is left ' +
      'from the day on.'
  })
}, {
  description: 'Những gì đã (hoặc sẽ) thay đổi. / What moved, or would move.',
  examples: [REORGANISATION_EXAMPLE.changes]
}))
export type Changes = Static<typeof ReorganisationChanges>

export const Reorganisation = shared('Reorganisation', strict({
  id: Type.Optional(ref(Code, {
    description: 'Không có khi chạy thử mà không gửi id. / Absent in a dry run without one.'
  })),
  kind,
  effectiveOn: ref(CivilDate, {
    description: 'Ngày hiệu lực; entered_in_error: ngày đầu của cơ quan bị ghi nhầm, vì có hiệu lực cho mọi ngày. / ' +
      'The day from which it holds; of entered_in_error the first day of the duplicate, since it holds for all days.'
  }),
  document: Type.Optional(ref(Code, { description: 'Không có ở entered_in_error. / Absent for entered_in_error.' })),
  reason,
  ...parts,
  duplicate: Type.Optional(ref(Code, {
    description: 'entered_in_error: cơ quan bị ghi nhầm. / The agency entered in error.'
  })),
  duplicateOf: Type.Optional(ref(Code, { description: 'entered_in_error: cơ quan đúng. / The agency that it is.' })),
  disagreements: Type.Optional(oneOf(['refuse', 'keep_right'])),
  provenance: ref(Provenance),
  dryRun: Type.Boolean(),
  recordedAt: Type.Optional(ref(Instant)),
  changes: ref(ReorganisationChanges)
}, {
  description: 'Một lần sắp xếp tổ chức và những thay đổi kèm theo. / A reorganisation, and what it changed.',
  examples: [REORGANISATION_EXAMPLE]
}))
export type Reorganisation = Static<typeof Reorganisation>

export const ReorganisationList = listOf('ReorganisationList', ref(Reorganisation), [
  { data: [REORGANISATION_EXAMPLE] }
])

export const SuccessionGraph = shared('SuccessionGraph', strict({
  agency: ref(Code),
  direction: oneOf(['successors', 'predecessors']),
  on: ref(CivilDate),
  asOf: ref(Instant),
  nodes: Type.Array(strict({
    code: ref(Code), name: ref(LocalizedText, {
      description: 'Tên trong ngày “on”, hoặc gần ngày đó nhất. / The name of the day `on`, or nearest to it.'
    }),
    kind: oneOf(AGENCY_KINDS), level: oneOf(LEVELS), validFrom: ref(CivilDate), validTo: Type.Optional(ref(CivilDate)),
    alive: Type.Boolean({ description: 'Còn tồn tại trong ngày “on”. / Exists on the day `on`.' })
  })),
  edges: Type.Array(strict({
    from: ref(Code), to: ref(Code), share, functions, effectiveOn: ref(CivilDate), reorganisation: ref(Code), kind
  }))
}, {
  description: 'Đồ thị kế thừa: cơ quan nào tiếp nhận từ cơ quan nào, toàn bộ hay một phần. / Who took over from ' +
    'whom, everything or a part.',
  examples: [GRAPH_EXAMPLE]
}))
export type SuccessionGraph = Static<typeof SuccessionGraph>

export const schemas = [
  DuplicateInput, ReorganisationInput, ReorganisationChanges, Reorganisation, ReorganisationList, SuccessionGraph
]
