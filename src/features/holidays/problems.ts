import type { ConstraintProblems } from '../../http/problem.js'

export const holidayConstraints: ConstraintProblems = {
  public_holidays_pkey: {
    code: 'already_exists', pointer: '/day',
    detail: { vi: 'Ngày này đã có trong bảng.', en: 'This day is in the table already.' }
  }
}
