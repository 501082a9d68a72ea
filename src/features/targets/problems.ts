import type { ConstraintProblems, LocalText } from '../../http/problem.js'

const unknown = (pointer: string, vi: string, en: string) => ({ code: 'unprocessable', pointer, detail: { vi, en } satisfies LocalText })

export const targetConstraints: ConstraintProblems = {
  targets_pkey: { code: 'already_exists', pointer: '/id', detail: { vi: 'Mã mục tiêu này đã có.', en: 'This target id is taken.' } },
  targets_plan_code_plans_code_fk: unknown('/plan', 'Không có kế hoạch này.', 'There is no such plan.'),
  targets_indicator_code_indicators_code_fk: unknown('/indicator', 'Không có chỉ tiêu này.', 'There is no such indicator.'),
  targets_parent_id_targets_id_fk: unknown('/parent', 'Không có mục tiêu này.', 'There is no such target.'),
  targets_parent_check: unknown('/parent', 'Một mục tiêu không thể là cấp trên của chính nó.', 'A target cannot be its own parent.'),
  targets_scope_agency_agencies_code_fk: unknown('/scope/agency', 'Không có cơ quan này.', 'There is no such agency.'),
  targets_scope_dimension_dimensions_code_fk: unknown('/scope/dimension', 'Không có phân tổ này.', 'There is no such dimension.'),
  targets_scope_member_fkey: unknown('/scope/member', 'Phân tổ không có thành phần này.', 'The dimension has no such member.'),
  target_versions_document_id_documents_id_fk: unknown('/document', 'Không có văn bản này.', 'There is no such document.')
}
