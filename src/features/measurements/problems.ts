import type { ProblemDefinitions } from '../../http/problem-codes.js'
import type { ConstraintProblems } from '../../http/problem.js'

export const measurementProblems = {
  measurement_rejected: {
    status: 422,
    title: { vi: 'Số liệu bị từ chối', en: 'The measurement was rejected' },
    about: {
      vi: 'Số liệu vi phạm quy tắc của danh mục, phạm vi, lịch báo cáo hoặc phạm vi được cấp của client; “errors” ' +
        'nêu mọi lỗi. Không có gì được ghi.',
      en: 'The measurement breaks a rule of the catalogue, the scope, the calendar or the client\'s grants; `errors` ' +
        'names every fault. Nothing was written.'
    }
  },
  submission_rejected: {
    status: 422,
    title: { vi: 'Lần gửi bị từ chối', en: 'The submission was rejected' },
    about: {
      vi: 'Lần gửi ở chế độ “atomic” có ít nhất một dòng bị từ chối nên không số liệu nào được ghi. “receipt” là ' +
        'biên nhận; “errors” nêu lỗi của các dòng. Hãy sửa rồi gửi lại, hoặc dùng “partial”.',
      en: 'At least one row of an `atomic` submission was rejected, so no measurement was written. `receipt` is its ' +
        'receipt; `errors` names the faults of the rows. Correct them and send again, or use `partial`.'
    }
  },
  reviews_rejected: {
    status: 422,
    title: { vi: 'Đợt duyệt bị từ chối', en: 'The reviews were rejected' },
    about: {
      vi: 'Đợt duyệt ở chế độ “atomic” có ít nhất một mục bị từ chối nên không mục nào được ghi. “result” là kết quả ' +
        'từng mục; “errors” nêu lỗi. Hãy sửa rồi gửi lại, hoặc dùng “partial”.',
      en: 'At least one item of an `atomic` list of reviews was rejected, so none was recorded. `result` has the ' +
        'outcome of each; `errors` names the faults. Correct them and send again, or use `partial`.'
    }
  },
  own_measurement: {
    status: 403,
    title: { vi: 'Không được tự duyệt', en: 'One\'s own measurement' },
    about: {
      vi: 'Không client nào được duyệt số liệu do chính mình gửi. Hãy để một client khác có scope ' +
        '“measurements:review” duyệt.',
      en: 'Nobody reviews what the same client pushed. Let another client with `measurements:review` do it.'
    }
  },
  revision_changed: {
    status: 409,
    title: { vi: 'Lần sửa hiện hành đã khác', en: 'Another revision stands by now' },
    about: {
      vi: '“revision” không phải lần sửa đang có hiệu lực của số liệu: từ khi bạn đọc, số liệu đã được sửa hoặc rút. ' +
        'Hãy đọc lại số liệu rồi quyết định.',
      en: '`revision` is not the one that stands for the figure: it was corrected or withdrawn since you read it. ' +
        'Read the measurement again and decide on what it says now.'
    }
  },
  not_pending: {
    status: 422,
    title: { vi: 'Số liệu không chờ duyệt', en: 'The measurement does not await review' },
    about: {
      vi: 'Chỉ lần sửa ở trạng thái “submitted” mới được chấp nhận; lần sửa “submitted” hoặc “accepted” mới bị trả ' +
        'lại. Số liệu đã bị trả lại thì gửi lần sửa mới, hoặc rút.',
      en: 'Only a revision that is `submitted` can be accepted, and only one that is `submitted` or `accepted` ' +
        'returned. A returned figure is answered by a new revision, or withdrawn.'
    }
  },
  comment_required: {
    status: 422,
    title: { vi: 'Thiếu lý do trả lại', en: 'A comment is required' },
    about: {
      vi: 'Trả lại số liệu phải nêu lý do trong “comment”, để đơn vị gửi biết cần sửa gì.',
      en: 'A figure is returned only with a `comment`, so that those who pushed it know what to correct.'
    }
  },
  already_withdrawn: {
    status: 422,
    title: { vi: 'Số liệu đã được rút', en: 'The measurement has been withdrawn already' },
    about: {
      vi: 'Lần sửa đang xét đã được rút trước đó; không có gì được ghi.',
      en: 'The revision has been withdrawn before; nothing was recorded.'
    }
  },
  period_locked: {
    status: 422,
    title: { vi: 'Kỳ báo cáo đã khóa', en: 'The period is locked' },
    about: {
      vi: 'Kỳ của số liệu đã khóa: không gửi, duyệt hay rút được nữa, trừ khi có gia hạn cho số liệu đó.',
      en: 'The period of the figure is locked: it takes no push, review or withdrawal, except under an extension for ' +
        'the figure.'
    }
  }
} satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { measurements: typeof measurementProblems }
}

const WALL = {
  code: 'not_allowed',
  detail: {
    vi: 'Client không có quyền đối với số liệu này, hoặc vừa mất quyền ấy; không có gì được ghi.',
    en: 'The client has no right to do this to the figure, or has just lost it; nothing was written.'
  }
} as const

/**
 * What stands behind the rules of review-rules.ts, should two requests ever get past the lock of the indicator; and the
 * second wall of the database, behind what the service asks of grants and scopes (migrations/0030_walls.sql).
 */
export const measurementConstraints: ConstraintProblems = {
  measurements_within_grants: WALL,
  measurement_events_within_rights: WALL,
  measurement_events_decision_key: {
    code: 'not_pending',
    detail: { vi: 'Lần sửa này vừa được duyệt hoặc trả lại.', en: 'The revision has just been accepted or returned.' }
  },
  measurement_events_returned_key: {
    code: 'not_pending',
    detail: { vi: 'Lần sửa này vừa bị trả lại.', en: 'The revision has just been returned.' }
  },
  measurement_events_withdrawal_key: {
    code: 'already_withdrawn',
    detail: { vi: 'Lần sửa này vừa được rút.', en: 'The revision has just been withdrawn.' }
  },
  measurement_events_pkey: {
    code: 'revision_changed',
    detail: {
      vi: 'Số liệu vừa được duyệt hoặc rút; hãy đọc lại.',
      en: 'The measurement has just been reviewed or withdrawn; read it again.'
    }
  }
}
