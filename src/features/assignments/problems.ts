import type { ProblemDefinitions } from '../../http/problem-codes.js'
import type { ConstraintProblem, ConstraintProblems } from '../../http/problem.js'

const secondLead: ConstraintProblem = {
  code: 'second_lead',
  pointer: '/role',
  detail: {
    vi: 'Đã có cơ quan chủ trì trong những ngày đó; mỗi mục tiêu hay nhiệm vụ chỉ có một cơ quan chủ trì tại một ' +
      'thời điểm.',
    en: 'There is a lead on those days already: a target or a task has one lead at a time.'
  }
}
const twice: ConstraintProblem = {
  code: 'conflict',
  pointer: '/agency',
  detail: {
    vi: 'Cơ quan này đã được phân công vai trò đó trong những ngày đó.',
    en: 'This agency has that role on those days already.'
  }
}
const unknown = (pointer: string, vi: string, en: string): ConstraintProblem =>
  ({ code: 'unprocessable', pointer, detail: { vi, en } })

export const assignmentProblems = {
  second_lead: {
    status: 409,
    title: { vi: 'Đã có cơ quan chủ trì', en: 'There is a lead already' },
    about: {
      vi: 'Tại một thời điểm mỗi mục tiêu hoặc nhiệm vụ có nhiều nhất một cơ quan chủ trì. Hãy kết thúc phân công ' +
        'hiện có bằng “validTo” trước ngày bắt đầu phân công mới.',
      en: 'At any moment a target or a task has at most one lead. End the present assignment with `validTo` before ' +
        'the day the new one begins.'
    }
  }
} as const satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { assignments: typeof assignmentProblems }
}

export const assignmentConstraints: ConstraintProblems = {
  assignments_target_lead: secondLead,
  assignments_task_lead: secondLead,
  assignments_target_role: twice,
  assignments_task_role: twice,
  assignments_target_id_targets_id_fk: unknown('/target', 'Không có mục tiêu này.', 'There is no such target.'),
  assignments_task_code_tasks_code_fk: unknown('/task', 'Không có nhiệm vụ này.', 'There is no such task.'),
  assignments_agency_code_agencies_code_fk: unknown('/agency', 'Không có cơ quan này.', 'There is no such agency.'),
  assignments_document_id_documents_id_fk: unknown('/document', 'Không có văn bản này.', 'There is no such document.')
}
