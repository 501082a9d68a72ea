import type { ProblemDefinitions } from '../../http/problem-codes.js'

export const measurementProblems = {
  measurement_rejected: {
    status: 422,
    title: { vi: 'Số liệu bị từ chối', en: 'The measurement was rejected' },
    about: {
      vi: 'Số liệu vi phạm quy tắc của danh mục, phạm vi, lịch báo cáo hoặc quyền của hệ thống gửi; “errors” nêu mọi lỗi. Không có gì được ghi.',
      en: 'The measurement breaks a rule of the catalogue, the scope, the calendar or the client\'s grants; `errors` names every fault. Nothing was written.'
    }
  },
  submission_rejected: {
    status: 422,
    title: { vi: 'Lần gửi bị từ chối', en: 'The submission was rejected' },
    about: {
      vi: 'Lần gửi ở chế độ “atomic” có ít nhất một dòng bị từ chối nên không số liệu nào được ghi. “receipt” là biên nhận; “errors” nêu lỗi của các dòng. Hãy sửa rồi gửi lại, hoặc dùng “partial”.',
      en: 'At least one row of an `atomic` submission was rejected, so no measurement was written. `receipt` is its receipt; `errors` names the faults of the rows. Correct them and send again, or use `partial`.'
    }
  }
} satisfies ProblemDefinitions
