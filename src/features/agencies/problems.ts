import type { ConstraintProblems } from '../../http/problem.js'

const overlap = { vi: 'Trùng ngày với một mục đã có.', en: 'Shares days with an entry that is there already.' }

export const agencyConstraints: ConstraintProblems = {
  agencies_pkey: {
    code: 'already_exists', pointer: '/code',
    detail: { vi: 'Mã cơ quan này đã có, hoặc đã từng được dùng.', en: 'This agency code is taken, or was once.' }
  },
  agency_names_overlap: { code: 'conflict', pointer: '/names', detail: overlap },
  agency_parents_overlap: { code: 'conflict', pointer: '/parents', detail: overlap },
  agency_identifiers_overlap: { code: 'conflict', pointer: '/identifiers', detail: overlap },
  agency_identifiers_taken: {
    code: 'conflict',
    pointer: '/identifiers',
    detail: {
      vi: 'Mã này thuộc về một cơ quan khác trong những ngày đó.',
      en: 'This identifier belongs to another agency on those days.'
    }
  }
}
