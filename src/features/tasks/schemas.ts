import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, Decimal, Instant, LocalizedText, Provenance, Uuid, WebAddress, listOf, nullable,
  oneOf, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { position, RECORDED_AT, recordedAt, unquotedProvenance } from '../fields.js'
import { TASK_STATES } from './state.js'
import { TASK_KINDS } from '../../domain/words.js'

export const kind = oneOf(TASK_KINDS, {
  description: 'group: nhóm giải pháp · task: nhiệm vụ. / group: a group of duties · task: a duty.'
})

export const TaskIndicator = shared('TaskIndicator', strict({ indicator: ref(Code), provenance: ref(Provenance) }, {
  description: 'Chỉ tiêu mà nhiệm vụ phục vụ; kế hoạch không nêu các liên kết này. / An indicator the task serves; ' +
    'the plan does not state these links.',
  examples: [{ indicator: 'CQS-01', provenance: 'illustrative' }]
}))
export type TaskIndicator = Static<typeof TaskIndicator>

export const TaskIndicatorInput = shared('TaskIndicatorInput', strict({
  indicator: ref(Code), provenance: Type.Optional(unquotedProvenance)
}, {
  examples: [{ indicator: 'CQS-01' }]
}))

export const state = oneOf(TASK_STATES, {
  description: 'Suy ra từ ghi nhận tiến độ và hạn: done khi tỷ lệ ghi gần nhất là 100; overdue khi đã quá hạn mà ' +
    'chưa xong. Của nhóm: theo các nhiệm vụ bên dưới. / Derived from the progress notes and the due date: done when ' +
    'the percentage last stated is 100, overdue when the due date is over and it is not done. Of a group: from the ' +
    'tasks below it.'
})

const name = ref(LocalizedText)
const optional = {
  parent: ref(Code, { description: 'Nhóm chứa nhiệm vụ, cùng kế hoạch. / The group it belongs to, of the same plan.' }),
  wording: Type.String({
    pattern: '\\S', maxLength: 10_000, description: 'Nguyên văn trong kế hoạch. / The words of the plan.'
  }),
  note: ref(LocalizedText),
  dueDate: ref(CivilDate)
}
const withOptional = {
  parent: Type.Optional(optional.parent),
  wording: Type.Optional(optional.wording),
  note: Type.Optional(optional.note),
  dueDate: Type.Optional(optional.dueDate)
}
const newIndicators = Type.Array(ref(TaskIndicatorInput), { maxItems: 500 })

const example = {
  code: 'GP1.9',
  plan: '4677-KH-UBND-2024',
  kind: 'task' as const,
  parent: 'GP1',
  position: 30,
  name: { vi: 'Tập huấn nền tảng họp không giấy (minh họa)', en: 'Training on paperless meetings (illustrative)' },
  dueDate: '2025-12-31',
  provenance: 'illustrative' as const
}

export const TaskInput = shared('TaskInput', strict({
  code: ref(Code),
  plan: ref(Code),
  kind,
  name,
  position: Type.Optional(position),
  ...withOptional,
  indicators: Type.Optional(newIndicators),
  provenance: Type.Optional(ref(Provenance, {
    description: 'Mặc định operational; quoted cần wording. / operational when absent; quoted needs `wording`.'
  }))
}, {
  description: 'Nhiệm vụ mới; không có position thì xếp cuối kế hoạch. / A new task; last of its plan when no ' +
    'position is given.',
  examples: [example]
}))
export type TaskInput = Static<typeof TaskInput>

export const TaskPatch = shared('TaskPatch', patchOf({
  name,
  position,
  parent: nullable(optional.parent),
  wording: nullable(optional.wording),
  note: nullable(optional.note),
  dueDate: nullable(optional.dueDate),
  indicators: newIndicators,
  provenance: ref(Provenance)
}, {
  description: 'Mã, kế hoạch và loại không đổi; “indicators” gửi lên thay toàn bộ. / Code, plan and kind stay; ' +
    '`indicators` replaces all of them.',
  examples: [{ dueDate: '2025-09-30', indicators: [{ indicator: 'XHS-07' }] }]
}))
export type TaskPatch = Static<typeof TaskPatch>

const whole = {
  ...example,
  indicators: [{ indicator: 'CQS-02', provenance: 'illustrative' as const }],
  children: 0,
  state: 'in_progress' as const,
  progress: '40',
  recordedAt: RECORDED_AT
}

export const Task = shared('Task', strict({
  code: ref(Code),
  plan: ref(Code),
  kind,
  name,
  position,
  ...withOptional,
  indicators: Type.Array(ref(TaskIndicator)),
  children: Type.Integer({
    minimum: 0, description: 'Số nhiệm vụ trực tiếp bên dưới. / How many tasks are directly below.'
  }),
  state,
  progress: Type.Optional(ref(Decimal, { description: 'Tỷ lệ phần trăm ghi gần nhất. / The percentage last stated.' })),
  provenance: ref(Provenance),
  recordedAt
}, { description: 'Nhiệm vụ, giải pháp định tính của kế hoạch. / A qualitative duty of a plan.', examples: [whole] }))
export type Task = Static<typeof Task>

export const TaskList = listOf('TaskList', ref(Task), [{ data: [whole] }])

const progress = Type.String({
  pattern: '^(100(\\.0{1,12})?|[1-9]?[0-9](\\.[0-9]{1,12})?)$',
  description: 'Phần trăm hoàn thành, chuỗi thập phân từ 0 đến 100. / Percent done, a decimal string from 0 to 100.',
  examples: ['62.5']
})
const noteText = Type.String({
  pattern: '\\S', maxLength: 20_000, description: 'Đã làm gì, còn vướng mắc gì. / What was done, what is in the way.'
})
const noteFields = {
  text: noteText,
  progress: Type.Optional(progress),
  evidence: Type.Optional(ref(WebAddress, { description: 'Minh chứng. / Evidence.' }))
}
const note = {
  agency: 'SO-TTTT',
  date: '2025-03-10',
  text: 'Đã tập huấn 8 sở, ngành về nền tảng họp không giấy',
  progress: '40',
  evidence: 'https://example.org/bao-cao-tap-huan.pdf'
}

export const TaskNoteInput = shared('TaskNoteInput', strict({
  ...noteFields,
  agency: Type.Optional(ref(CodeOrIdentifier, {
    description: 'Cơ quan báo cáo, theo mã hoặc scheme:value có hiệu lực ngày “date”. / Who reports, by code or by a ' +
      'scheme:value in force on `date`.'
  })),
  date: Type.Optional(ref(CivilDate, {
    description: 'Mặc định hôm nay; không ở tương lai. / Today when absent; not in the future.'
  })),
  provenance: Type.Optional(unquotedProvenance)
}, { description: 'Ghi nhận tiến độ. / A progress note.', examples: [note] }))
export type TaskNoteInput = Static<typeof TaskNoteInput>

const wholeNote = {
  id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', task: 'GP1.9', ...note, provenance: 'operational' as const,
  client: 'reports', recordedAt: '2025-03-10T02:00:00.000000Z'
}

export const TaskNote = shared('TaskNote', strict({
  id: ref(Uuid),
  task: ref(Code),
  agency: Type.Optional(ref(Code)),
  date: ref(CivilDate),
  text: noteText,
  progress: Type.Optional(ref(Decimal, { description: 'Phần trăm hoàn thành. / Percent done.' })),
  evidence: noteFields.evidence,
  provenance: ref(Provenance),
  client: visible(
    'speaker',
    Type.String({
      description: 'Client đã ghi; chính client ấy cũng thấy. / The client that wrote it; it sees itself too.'
    })
  ),
  recordedAt: ref(Instant)
}, {
  description: 'Ghi nhận tiến độ: chỉ thêm, không sửa. / A progress note: appended, never edited.',
  examples: [wholeNote]
}))
export type TaskNote = Static<typeof TaskNote>

export const TaskNoteList = listOf('TaskNoteList', ref(TaskNote), [{ data: [wholeNote] }])

export const schemas = [
  TaskIndicator, TaskIndicatorInput, TaskInput, TaskPatch, Task, TaskList, TaskNoteInput, TaskNote, TaskNoteList
]
