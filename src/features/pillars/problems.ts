import type { ConstraintProblems } from '../../http/problem.js'

export const pillarConstraints: ConstraintProblems = {
  pillars_pkey: {
    code: 'already_exists', pointer: '/code',
    detail: { vi: 'Mã nhóm chỉ tiêu này đã có.', en: 'This pillar code is taken.' }
  },
  plan_pillars_position_key: {
    code: 'already_exists', pointer: '/plans',
    detail: { vi: 'Một nhóm khác đã ở vị trí này của kế hoạch.', en: 'Another pillar has this position in the plan.' }
  },
  plan_pillars_plan_code_plans_code_fk: {
    code: 'unprocessable', pointer: '/plans', detail: { vi: 'Không có kế hoạch này.', en: 'There is no such plan.' }
  }
}
