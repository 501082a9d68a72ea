import type { ConstraintProblems } from '../../http/problem.js'

export const dimensionConstraints: ConstraintProblems = {
  dimensions_pkey: {
    code: 'already_exists', pointer: '/code',
    detail: { vi: 'Mã phân tổ này đã có.', en: 'This dimension code is taken.' }
  },
  dimension_members_pkey: {
    code: 'already_exists', pointer: '/code',
    detail: { vi: 'Phân tổ đã có thành phần mang mã này.', en: 'The dimension has a member of this code.' }
  }
}
