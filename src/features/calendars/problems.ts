import type { ConstraintProblems } from '../../http/problem.js'

export const calendarConstraints: ConstraintProblems = {
  calendars_pkey: {
    code: 'already_exists', pointer: '/code',
    detail: { vi: 'Mã lịch báo cáo này đã có.', en: 'This calendar code is taken.' }
  }
}
