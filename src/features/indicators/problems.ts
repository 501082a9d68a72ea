import type { ConstraintProblems } from '../../http/problem.js'

export const indicatorConstraints: ConstraintProblems = {
  indicators_pkey: {
    code: 'already_exists', pointer: '/code',
    detail: { vi: 'Mã chỉ tiêu này đã có.', en: 'This indicator code is taken.' }
  },
  indicators_pillar_code_pillars_code_fk: {
    code: 'unprocessable', pointer: '/pillar',
    detail: { vi: 'Không có nhóm chỉ tiêu này.', en: 'There is no such pillar.' }
  },
  indicators_calendar_code_calendars_code_fk: {
    code: 'unprocessable', pointer: '/calendar',
    detail: { vi: 'Không có lịch báo cáo này.', en: 'There is no such calendar.' }
  }
}
