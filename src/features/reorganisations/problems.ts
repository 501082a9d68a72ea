import type { ConstraintProblems } from '../../http/problem.js'

export const reorganisationConstraints: ConstraintProblems = {
  reorganisations_pkey: {
    code: 'already_exists', pointer: '/id',
    detail: { vi: 'Đã có lần sắp xếp mang id này.', en: 'A reorganisation has this id.' }
  },
  reorganisation_successions_whole: {
    code: 'conflict', pointer: '/mapping',
    detail: {
      vi: 'Cơ quan này đã chuyển toàn bộ cho một cơ quan khác.',
      en: 'This body has passed everything on to another already.'
    }
  }
}
