import type { ProblemDefinitions } from '../../http/problem-codes.js'
import type { ConstraintProblem, ConstraintProblems } from '../../http/problem.js'

export const targetProblems = {
  target_dropped: {
    status: 422,
    title: { vi: 'Mục tiêu không được thực hiện nữa', en: 'The target has been dropped' },
    about: {
      vi: 'Mục tiêu không còn được thực hiện nên không điều chỉnh, không giao cho cơ quan khác được nữa. Nếu lại ' +
        'phải thực hiện, hãy tạo mục tiêu mới theo văn bản mới.',
      en: 'The target is no longer pursued, so it can neither be amended nor handed down. If it is to be pursued ' +
        'after all, create a new target on the ground of the new document.'
    }
  },
  already_amended: {
    status: 409,
    title: { vi: 'Ngày này đã có điều chỉnh', en: 'There is an amendment for this day' },
    about: {
      vi: 'Đã có một điều chỉnh có hiệu lực từ cùng ngày, hoặc “supersedes” nêu phiên bản khác; không có gì được ' +
        'ghi. Hãy đọc các phiên bản (/versions); nếu điều chỉnh này thay điều chỉnh ấy, nêu số phiên bản của nó ở ' +
        '“supersedes”.',
      en: 'Another amendment is in force from the same day, or `supersedes` names another version; nothing was ' +
        'written. Read the versions (/versions); if this amendment takes the place of that one, name its version in ' +
        '`supersedes`.'
    }
  },
  already_allocated: {
    status: 409,
    title: { vi: 'Đã giao cho cơ quan này', en: 'Handed down to this agency already' },
    about: {
      vi: 'Mỗi cơ quan chỉ được giao một phần của một mục tiêu. “errors” nêu các cơ quan đã được giao; không có gì ' +
        'được ghi. Để đổi phần đã giao, điều chỉnh mục tiêu con (/amendments).',
      en: 'An agency has one part of a target. `errors` names those that have theirs; nothing was written. To change ' +
        'a part, amend the child target (/amendments).'
    }
  }
} as const satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { targets: typeof targetProblems }
}

const unknown = (pointer: string, vi: string, en: string): ConstraintProblem =>
  ({ code: 'unprocessable', pointer, detail: { vi, en } })

export const targetConstraints: ConstraintProblems = {
  targets_pkey: {
    code: 'already_exists', pointer: '/id', detail: { vi: 'Mã mục tiêu này đã có.', en: 'This target id is taken.' }
  },
  targets_plan_code_plans_code_fk: unknown('/plan', 'Không có kế hoạch này.', 'There is no such plan.'),
  targets_indicator_code_indicators_code_fk: unknown(
    '/indicator', 'Không có chỉ tiêu này.', 'There is no such indicator.'
  ),
  targets_parent_id_targets_id_fk: unknown('/parent', 'Không có mục tiêu này.', 'There is no such target.'),
  targets_parent_check: unknown(
    '/parent', 'Một mục tiêu không thể là cấp trên của chính nó.', 'A target cannot be its own parent.'
  ),
  targets_allocation_key: {
    code: 'already_allocated', pointer: '/agencies',
    detail: {
      vi: 'Mục tiêu đã được giao cho một trong các cơ quan này.',
      en: 'One of these agencies has a part of the target already.'
    }
  },
  targets_scope_agency_agencies_code_fk: unknown('/scope/agency', 'Không có cơ quan này.', 'There is no such agency.'),
  targets_scope_dimension_dimensions_code_fk: unknown(
    '/scope/dimension', 'Không có phân tổ này.', 'There is no such dimension.'
  ),
  targets_scope_member_fkey: unknown(
    '/scope/member', 'Phân tổ không có thành phần này.', 'The dimension has no such member.'
  ),
  target_versions_document_id_documents_id_fk: unknown(
    '/document', 'Không có văn bản này.', 'There is no such document.'
  )
}
