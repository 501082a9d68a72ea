import type { ConstraintProblems } from '../../http/problem.js'

export const planConstraints: ConstraintProblems = {
  plans_pkey: {
    code: 'already_exists', pointer: '/code', detail: { vi: 'Mã kế hoạch này đã có.', en: 'This plan code is taken.' }
  },
  plans_document_id_documents_id_fk: {
    code: 'unprocessable', pointer: '/document',
    detail: { vi: 'Không có văn bản này.', en: 'There is no such document.' }
  },
  plans_agency_code_agencies_code_fk: {
    code: 'unprocessable', pointer: '/agency', detail: { vi: 'Không có cơ quan này.', en: 'There is no such agency.' }
  }
}
