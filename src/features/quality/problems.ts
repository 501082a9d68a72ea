import type { ConstraintProblems } from '../../http/problem.js'

export const qualityConstraints: ConstraintProblems = {
  quality_rules_pkey: {
    code: 'already_exists', pointer: '/code', detail: { vi: 'Mã quy tắc này đã có.', en: 'This rule code is taken.' }
  },
  quality_rules_pillar_code_pillars_code_fk: {
    code: 'unprocessable', pointer: '/pillar',
    detail: { vi: 'Không có nhóm chỉ tiêu này.', en: 'There is no such pillar.' }
  }
}
