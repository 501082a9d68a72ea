import type { ConstraintProblems } from '../../http/problem.js'

const unknown = { vi: 'Không có văn bản này.', en: 'There is no such document.' }

export const documentConstraints: ConstraintProblems = {
  documents_pkey: {
    code: 'already_exists',
    pointer: '/id',
    detail: {
      vi: 'Đã có văn bản mang id này (id không gửi thì lấy từ số và năm). Cùng số, cùng năm nhưng khác cơ quan ban ' +
        'hành thì gửi một id khác.',
      en: 'A document has this id (derived from number and year when not given). For the same number and year of ' +
        'another issuer, give another id.'
    }
  },
  documents_number_key: {
    code: 'already_exists', pointer: '/number',
    detail: {
      vi: 'Văn bản này đã có: cùng số, cơ quan ban hành và ngày.',
      en: 'This document is there already: same number, issuer and date.'
    }
  },
  document_relations_to_id_documents_id_fk: { code: 'unprocessable', pointer: '/relations', detail: unknown }
}
