import type { ConstraintProblems } from '../../http/problem.js'

export const taskConstraints: ConstraintProblems = {
  tasks_pkey: {
    code: 'already_exists', pointer: '/code', detail: { vi: 'Mã nhiệm vụ này đã có.', en: 'This task code is taken.' }
  },
  tasks_plan_code_plans_code_fk: {
    code: 'unprocessable', pointer: '/plan', detail: { vi: 'Không có kế hoạch này.', en: 'There is no such plan.' }
  },
  tasks_parent_code_tasks_code_fk: {
    code: 'unprocessable', pointer: '/parent', detail: { vi: 'Không có nhiệm vụ này.', en: 'There is no such task.' }
  },
  task_indicators_indicator_code_indicators_code_fk: {
    code: 'unprocessable', pointer: '/indicators',
    detail: { vi: 'Không có chỉ tiêu này.', en: 'There is no such indicator.' }
  },
  task_notes_agency_code_agencies_code_fk: {
    code: 'unprocessable', pointer: '/agency', detail: { vi: 'Không có cơ quan này.', en: 'There is no such agency.' }
  }
}
