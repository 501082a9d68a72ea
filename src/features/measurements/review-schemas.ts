import { Type } from 'typebox'
import {
  ProblemSchema, Decimal, Instant, ShownDecimal, Uuid, listOf, nullable, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { EXAMPLE_IDS } from '../example-ids.js'
import { STEPS } from './history.js'
import { DECISIONS } from '../pushes/review-rules.js'
import { ReviewProblem, RowWarning } from '../pushes/row-schema.js'
import { QUALITIES, REVISION_STATES, SUBMISSION_MODES } from '../../domain/words.js'

const ID = EXAMPLE_IDS.measurement
const SUBMISSION = EXAMPLE_IDS.submission
export const MAX_REVIEWS = 1000

const revision = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Lần sửa đã xem: nếu nay đã khác thì bị từ chối. / The revision that was looked at: refused when ' +
    'another stands by now.'
})
const decisionFields = {
  decision: oneOf(DECISIONS, {
    description: 'accept: chấp nhận; return: trả lại để sửa; số đã được chấp nhận vẫn được tính cho đến khi được ' +
      'sửa. / return: sent back to be corrected; what was accepted goes on counting until it is.'
  }),
  comment: Type.Optional(Type.String({
    minLength: 1, maxLength: 2000, pattern: '\\S', description: 'Bắt buộc khi trả lại. / Required to return.'
  })),
  revision
}
const COMMENT = 'Mẫu số chưa gồm hai xã mới sáp nhập'

export const ReviewInput = shared('ReviewInput', strict(decisionFields, {
  description: 'Quyết định về một số liệu chờ duyệt. / A decision on a figure that awaits review.',
  examples: [{ decision: 'return', comment: COMMENT, revision: 1 }]
}))

export const ReviewsInput = shared('ReviewsInput', strict({
  mode: Type.Optional(oneOf(SUBMISSION_MODES, {
    description: 'Không nêu: atomic. atomic: một mục bị từ chối thì không ghi gì; partial: ghi các mục đúng. / ' +
      'Absent = atomic. atomic: one rejected item and nothing is recorded; partial: the good items are.'
  })),
  reviews: Type.Array(strict({ id: ref(Uuid), ...decisionFields }), { minItems: 1, maxItems: MAX_REVIEWS })
}, {
  description: 'Tới 1.000 quyết định một lần. / Up to 1,000 decisions at once.',
  examples: [{
    mode: 'partial',
    reviews: EXAMPLE_IDS.alsoPending.map(id => ({ id, revision: 1, decision: 'accept' }))
  }]
}))

const ReviewOutcome = shared('ReviewOutcome', strict({
  position: Type.Integer({
    minimum: 0, description: 'Thứ tự trong danh sách gửi, từ 0. / Place in the list that was sent, from 0.'
  }),
  id: ref(Uuid),
  revision: Type.Optional(Type.Integer({
    minimum: 1,
    description: 'Lần sửa được xét; không có khi số liệu không tồn tại. / The revision judged; absent where there is ' +
      'no such figure.'
  })),
  outcome: oneOf(['accepted', 'returned', 'rejected', 'not_written'], {
    description: 'not_written: mục đúng, không ghi vì đợt atomic có mục khác bị từ chối. / An item without fault in ' +
      'an atomic list that another stopped.'
  }),
  problems: Type.Array(ref(ReviewProblem))
}, {
  description: 'Kết quả của một mục. / What became of an item.',
  examples: [{ position: 0, id: ID, revision: 2, outcome: 'accepted', problems: [] }]
}))

const count = () => Type.Integer({ minimum: 0 })
export const ReviewResult = shared('ReviewResult', strict({
  mode: oneOf(SUBMISSION_MODES),
  state: oneOf(['completed', 'rejected']),
  counts: strict({ received: count(), accepted: count(), returned: count(), rejected: count() }),
  reviews: Type.Array(ref(ReviewOutcome), { maxItems: MAX_REVIEWS })
}, {
  description: 'Kết quả của một đợt duyệt, theo thứ tự gửi. / What became of a list of reviews, in its order.',
  examples: [
    {
      mode: 'partial', state: 'completed', counts: { received: 1, accepted: 1, returned: 0, rejected: 0 },
      reviews: [{ position: 0, id: ID, revision: 2, outcome: 'accepted', problems: [] }]
    }
  ]
}))

export const WithdrawalInput = shared('WithdrawalInput', strict({
  reason: Type.String({
    minLength: 1, maxLength: 2000, pattern: '\\S', description: 'Vì sao rút. / Why it is withdrawn.'
  }),
  revision
}, {
  description: 'Rút lần sửa đang có hiệu lực. / Withdraws the revision that stands.',
  examples: [{ reason: 'Báo cáo nhầm kỳ', revision: 1 }]
}))

const PUSHED = {
  position: 1, step: 'pushed', revision: 1, state: 'submitted', client: 'demo',
  recordedAt: '2025-09-15T02:00:00.123456Z',
  value: '58.5', numerator: '96642', denominator: '165200', quality: 'official', submission: SUBMISSION,
  externalId: 'bc-2025-q3-0007', late: false, warnings: []
}
const MeasurementStep = shared('MeasurementStep', strict({
  position: Type.Integer({
    minimum: 1,
    description: 'Thứ tự trong lịch sử; không bao giờ đổi; bỏ qua các số của bước không được hiển thị. / Place in ' +
      'the history; never changes; those of steps that are not shown are left out.'
  }),
  step: oneOf(STEPS, {
    description: 'pushed: gửi · accepted: chấp nhận · returned: trả lại · withdrawn: rút. / What happened.'
  }),
  revision: Type.Integer({ minimum: 1 }),
  state: oneOf(REVISION_STATES, {
    description: 'Trạng thái của lần sửa sau bước này; gửi mà “accepted” là được chấp nhận tự động. / Of the ' +
      'revision after the step; a push that is `accepted` was accepted automatically.'
  }),
  client: visible('origin', Type.String({ description: 'Client đã thực hiện. / The client that did it.' })),
  recordedAt: ref(Instant),
  comment: visible('comment', Type.String({ description: 'Ý kiến của người duyệt. / The reviewer\'s comment.' })),
  reason: Type.Optional(Type.String({ description: 'Lý do sửa hoặc rút. / Why it was corrected or withdrawn.' })),
  value: Type.Optional(nullable(ref(ShownDecimal, {
    description: 'Số đã gửi; null = không áp dụng. / The figure pushed; null = not applicable.'
  }))),
  numerator: Type.Optional(ref(Decimal)),
  denominator: Type.Optional(ref(Decimal)),
  quality: Type.Optional(oneOf(QUALITIES)),
  submission: visible('origin', ref(Uuid)),
  externalId: visible('origin', Type.String()),
  late: Type.Optional(Type.Boolean()),
  warnings: visible('advice', Type.Array(ref(RowWarning)))
}, { description: 'Một bước trong lịch sử của số liệu. / A step in the history of a figure.', examples: [PUSHED] }))

export const MeasurementHistory = listOf('MeasurementHistory', ref(MeasurementStep), [{
  data: [
    PUSHED,
    {
      position: 2, step: 'returned', revision: 1, state: 'returned', client: 'phong-tong-hop',
      recordedAt: '2025-09-16T01:10:00.000000Z', comment: COMMENT
    }
  ]
}])

/** A problem that has the outcomes beside it. */
export const ReviewsProblem = shared('ReviewsProblem', Type.Object({
  ...ProblemSchema.properties,
  result: Type.Optional(ref(ReviewResult, {
    description: 'reviews_rejected: kết quả của từng mục. / reviews_rejected: the outcome of each item.'
  }))
}, {
  description: 'Một vấn đề theo RFC 9457, kèm kết quả từng mục nếu có. / A problem after RFC 9457, with the outcome ' +
    'of each item where there is one.'
}))

export const reviewSchemas = [
  ReviewProblem, ReviewInput, ReviewsInput, ReviewOutcome, ReviewResult, ReviewsProblem, WithdrawalInput,
  MeasurementStep, MeasurementHistory
]
