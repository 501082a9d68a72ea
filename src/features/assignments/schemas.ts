import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, Provenance, listOf, nullable, oneOf, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'
import { CLEARS } from './rules.js'
import { ROLES } from '../../domain/words.js'

export const role = oneOf(ROLES, {
  description: 'lead: chủ trì · cooperate: phối hợp · monitor: theo dõi. / lead · cooperate · monitor.'
})
const text = (maxLength: number, description: string) => Type.String({ pattern: '\\S', maxLength, description })

const position = text(
  500, 'Chức vụ: ai giữ chức vụ này thì chịu trách nhiệm. / The position: whoever holds it answers.'
)
const name = text(500, 'Họ tên. / Name.')
const contact = text(500, 'Liên hệ công vụ. / Official contact.')
export const AssignmentPerson = shared('AssignmentPerson', strict({
  position,
  name: Type.Optional(name),
  contact: Type.Optional(contact)
}, { description: 'Rõ người. / The person.', examples: [{ position: 'Phó Giám đốc Sở' }] }))
/** The person of an assignment in an answer: the position is public, name and contact are not. */
export const AssignmentPersonShown = shared('AssignmentPersonShown', strict({
  position,
  name: visible('person', name),
  contact: visible('person', contact)
}, { description: 'Rõ người. / The person.', examples: [{ position: 'Phó Giám đốc Sở' }] }))
export const AssignmentPersonPatch = shared('AssignmentPersonPatch', patchOf({
  position, name: nullable(name), contact: nullable(contact)
}, { examples: [{ position: 'Giám đốc Sở', name: null }] }))

const clears = {
  duty: text(10_000, 'Rõ việc. / The duty.'),
  responsibility: text(10_000, 'Rõ trách nhiệm, cùng với vai trò. / The responsibility, beside the role.'),
  startDate: ref(CivilDate),
  dueDate: ref(CivilDate, { description: 'Rõ thời gian: bắt đầu và hạn. / The time: start and due date.' }),
  expectedResult: text(10_000, 'Rõ kết quả. / The expected result.'),
  document: ref(Code, { description: 'Văn bản giao việc. / The document that assigns it.' }),
  quote
}
const optionalClears = {
  duty: Type.Optional(clears.duty),
  responsibility: Type.Optional(clears.responsibility),
  startDate: Type.Optional(clears.startDate),
  dueDate: Type.Optional(clears.dueDate),
  expectedResult: Type.Optional(clears.expectedResult),
  document: Type.Optional(clears.document),
  quote: Type.Optional(clears.quote)
}
const validTo = ref(CivilDate, { description: 'Ngày cuối còn hiệu lực. / The last day in force.' })

const example = {
  target: '4677-2025.XHS-07',
  agency: 'SO-KHCN',
  role: 'monitor' as const,
  person: { position: 'Phó Giám đốc Sở' },
  duty: 'Theo dõi việc cấp chữ ký số cho người dân',
  responsibility: 'Chịu trách nhiệm trước UBND tỉnh về kết quả theo dõi',
  startDate: '2025-01-01',
  dueDate: '2025-12-31',
  expectedResult: 'Báo cáo hằng quý',
  validFrom: '2025-01-01',
  provenance: 'illustrative' as const
}

export const AssignmentInput = shared('AssignmentInput', strict({
  target: Type.Optional(ref(Code)),
  task: Type.Optional(ref(Code)),
  agency: ref(CodeOrIdentifier),
  role,
  person: Type.Optional(ref(AssignmentPerson)),
  ...optionalClears,
  validFrom: Type.Optional(ref(CivilDate, {
    description: 'Mặc định: startDate, nếu không có thì hôm nay. / startDate when absent, else today.'
  })),
  validTo: Type.Optional(validTo),
  provenance: newProvenance
}, { description: 'Đúng một trong hai: target hoặc task. / Exactly one of target and task.', examples: [example] }))
export type AssignmentInput = Static<typeof AssignmentInput>

export const AssignmentPatch = shared('AssignmentPatch', patchOf({
  person: nullable(ref(AssignmentPersonPatch)),
  duty: nullable(clears.duty),
  responsibility: nullable(clears.responsibility),
  startDate: nullable(clears.startDate),
  dueDate: nullable(clears.dueDate),
  expectedResult: nullable(clears.expectedResult),
  document: nullable(clears.document),
  quote: nullable(clears.quote),
  validTo: nullable(validTo),
  provenance: ref(Provenance)
}, {
  description: 'Chỉ những gì thay đổi; null xóa. Kết thúc phân công bằng validTo; đổi cơ quan hoặc vai trò là một ' +
    'phân công khác. / Only what changes; null removes. End it with validTo; another agency or role is another ' +
    'assignment.',
  examples: [{ expectedResult: 'Trên 50% dân số trưởng thành có chữ ký số' }]
}))
export type AssignmentPatch = Static<typeof AssignmentPatch>

export const AssignmentCompleteness = shared('AssignmentCompleteness', strict({
  clear: strict(Object.fromEntries(CLEARS.map(clear =>
    [clear, Type.Boolean()])) as Record<typeof CLEARS[number], ReturnType<typeof Type.Boolean>>),
  missing: Type.Array(oneOf(CLEARS))
}, {
  description: '“Sáu rõ”: mục tiêu, người, việc, trách nhiệm, thời gian, kết quả. / The six clears.',
  examples: [
    {
      clear: { objective: true, person: false, task: true, responsibility: true, time: true, result: true },
      missing: ['person']
    }
  ]
}))

const wholeExample = {
  id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90',
  ...example,
  completeness: {
    clear: { objective: true, person: true, task: true, responsibility: true, time: true, result: true }, missing: []
  },
  recordedAt: RECORDED_AT
}

export const Assignment = shared('Assignment', strict({
  id: ref(Code),
  target: Type.Optional(ref(Code)),
  task: Type.Optional(ref(Code)),
  agency: ref(Code),
  role,
  person: Type.Optional(ref(AssignmentPersonShown)),
  ...optionalClears,
  validFrom: ref(CivilDate),
  validTo: Type.Optional(validTo),
  completeness: ref(AssignmentCompleteness),
  provenance: ref(Provenance),
  recordedAt
}, {
  description: 'Phân công: cơ quan nào làm gì cho một mục tiêu hoặc nhiệm vụ. / An assignment: an agency\'s duty for ' +
    'a target or a task.',
  examples: [wholeExample]
}))
export type Assignment = Static<typeof Assignment>

export const AssignmentList = listOf('AssignmentList', ref(Assignment), [{ data: [wholeExample] }])

export const schemas = [
  AssignmentPerson, AssignmentPersonShown, AssignmentPersonPatch, AssignmentInput, AssignmentPatch,
  AssignmentCompleteness, Assignment, AssignmentList
]
