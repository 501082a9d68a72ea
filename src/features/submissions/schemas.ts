import { Type } from 'typebox'
import { Instant, ProblemSchema, Uuid, listOf, nullable, oneOf, ref, shared, strict } from '../../http/schema.js'
import { STANDINGS } from '../pushes/standing.js'
import { MAX_EXCEPTIONS } from '../pushes/exceptions.js'
import { MAX_ERRORS } from '../../http/problem.js'
import { MEASUREMENT_ID, ROW_EXAMPLE, RowInput, RowProblem, RowWarning, SUBMISSION_ID } from '../pushes/row-schema.js'
import { OUTCOMES, SUBMISSION_MODES, SUBMISSION_STATES } from '../../domain/words.js'

export const Mode = oneOf(SUBMISSION_MODES, {
  description: 'atomic: ghi tất cả hoặc không ghi gì; partial: ghi các dòng đúng. / atomic: all or nothing; partial: ' +
    'the good rows.'
})

export const SubmissionInput = shared('SubmissionInput', strict({
  mode: Type.Optional(oneOf(SUBMISSION_MODES, {
    description: 'Không nêu: atomic. atomic: một dòng lỗi thì không ghi gì; partial: ghi các dòng đúng. / Absent = ' +
      'atomic. atomic: one bad row and nothing is written; partial: the good rows are.'
  })),
  rows: Type.Array(ref(RowInput), { minItems: 1 })
}, {
  description: 'Một lần gửi nhiều số liệu; cũng nhận NDJSON, CSV và .xlsx. / A push of many measurements; NDJSON, ' +
    'CSV and .xlsx are taken too.',
  examples: [{ mode: 'partial', rows: [ROW_EXAMPLE] }]
}))

export const SubmissionRow = shared('SubmissionRow', strict({
  position: Type.Integer({ minimum: 0, description: 'Thứ tự trong lần gửi, từ 0. / Place in the push, from 0.' }),
  itemId: Type.Optional(Type.String()),
  line: Type.Optional(Type.Integer({
    minimum: 1,
    description: 'Dòng trong tệp, từ 1, của NDJSON và CSV; của .xlsx là dòng của trang tính. / Line of the file, ' +
      'from 1, of NDJSON and CSV; of an .xlsx the row of its sheet.'
  })),
  action: Type.Optional(oneOf(['withdraw'], { description: 'Dòng rút số liệu. / The row withdraws its figure.' })),
  outcome: oneOf(OUTCOMES, {
    description: 'unchanged: không có gì mới, không ghi gì; withdrawn: dòng đã rút số liệu; not_written: dòng đúng, ' +
      'không ghi vì lần gửi ' +
      'atomic có dòng khác bị từ chối. / unchanged: nothing new, nothing written; withdrawn: the row has withdrawn ' +
      'its figure; ' +
      'not_written: a row without fault in an atomic push that another row stopped.'
  }),
  indicator: Type.String(),
  agency: Type.String(),
  period: Type.String(),
  measurement: Type.Optional(strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) })),
  standing: Type.Optional(oneOf(STANDINGS, {
    description: 'Chỉ trong /rows: số liệu của dòng hiện nay ra sao. stands: còn nguyên như dòng đã nêu · returned: ' +
      'bị trả lại để sửa · withdrawn: đã bị rút · replaced: đã có số khác. / In /rows alone: how the figure of the ' +
      'row stands now. stands: as the row said · returned: sent back to be corrected · withdrawn · replaced: another ' +
      'figure stands.'
  })),
  problems: Type.Array(ref(RowProblem)),
  warnings: Type.Array(ref(RowWarning))
}, {
  description: 'Kết quả của một dòng. / What became of a row.',
  examples: [
    {
      position: 0, itemId: 'bc-2025-q3-0007', outcome: 'revised', indicator: 'XHS-07', agency: 'UBND-PHAN-THIET',
      period: '2025-Q3', measurement: { id: MEASUREMENT_ID, revision: 2 }, problems: [], warnings: []
    }
  ]
}))
const ROW_OUTCOME_EXAMPLE = (SubmissionRow as unknown as { examples: object[] }).examples[0]!
export const SubmissionRowList = listOf('SubmissionRowList', ref(SubmissionRow), [{ data: [ROW_OUTCOME_EXAMPLE] }])

export const SUBMISSION_FAULTS = [
  'interrupted', 'unavailable', 'internal_error', 'invalid_token', 'insufficient_scope'
] as const
export type SubmissionFault = typeof SUBMISSION_FAULTS[number]

const count = () => Type.Integer({ minimum: 0 })
const submissionFields = {
  id: nullable(ref(Uuid, {
    description: 'null sau dryRun: không có gì được ghi. / null after a dry run: nothing was written.'
  })),
  client: Type.String(),
  mode: oneOf(SUBMISSION_MODES),
  dryRun: Type.Boolean(),
  state: oneOf(SUBMISSION_STATES, {
    description: 'running: còn đang xử lý; rejected: atomic và có dòng bị từ chối, không ghi gì; interrupted: dừng ' +
      'giữa chừng, phần đã ghi đúng như counts và rows nêu. / running: still being worked on; rejected: atomic with ' +
      'a rejected row, nothing written; interrupted: it ended before its last row, and what is written is what ' +
      'counts and rows say.'
  }),
  counts: strict({
    received: count(), created: count(), revised: count(), unchanged: count(), rejected: count(), warned: count(),
    withdrawn: Type.Integer({
      minimum: 0,
      description: 'Số liệu bị rút: bởi dòng có action=withdraw, và, với replaceScope, vì tệp không nêu (những số ' +
        'này không phải dòng của tệp). / Figures withdrawn: by rows with action=withdraw, and, with replaceScope, ' +
        'because the file does not name them (these are no rows of it).'
    }),
    leftEmpty: Type.Integer({
      minimum: 0,
      description: 'Dòng của biểu mẫu không điền gì: không tính vào received. / Rows of a template into which ' +
        'nothing was filled: they are not among those received.'
    })
  }),
  recordedAt: nullable(ref(Instant)),
  rows: nullable(Type.String({
    format: 'uri', description: 'Địa chỉ của kết quả mọi dòng. / Where the outcome of every row is.'
  })),
  fault: Type.Optional(strict({
    code: oneOf(SUBMISSION_FAULTS, {
      description: 'interrupted: tiến trình xử lý đã dừng; unavailable: hệ thống bị gián đoạn; internal_error: lỗi ' +
        'của hệ thống; invalid_token, insufficient_scope: client bị tạm dừng hoặc mất scope giữa chừng. Trong mọi ' +
        'trường hợp: gửi lại cả tệp. / interrupted: the process that worked on it is gone; unavailable: the registry ' +
        'was interrupted; internal_error: a fault of the registry; invalid_token, insufficient_scope: the client was ' +
        'suspended, or lost the scope, meanwhile. In each case send the whole file again.'
    }),
    detail: Type.String()
  }, {
    description: 'Chỉ khi interrupted: vì sao dừng trước dòng cuối. / Of an interrupted push alone: why it ended ' +
      'before its last row.'
  }))
}
const SUBMISSION_EXAMPLE = {
  id: SUBMISSION_ID, client: 'demo', mode: 'partial', dryRun: false, state: 'completed',
  counts: { received: 1, created: 0, revised: 1, unchanged: 0, rejected: 0, warned: 0, withdrawn: 0, leftEmpty: 0 },
  recordedAt: '2025-09-15T02:00:00.123456Z', rows: `https://registry.example.vn/v1/submissions/${SUBMISSION_ID}/rows`
}
export const Submission = shared(
  'Submission', strict(submissionFields, { description: 'Một lần gửi. / A push.', examples: [SUBMISSION_EXAMPLE] })
)
export const SubmissionList = listOf('SubmissionList', ref(Submission), [{ data: [SUBMISSION_EXAMPLE] }])
export const SubmissionReceipt = shared('SubmissionReceipt', strict({
  ...submissionFields,
  replacedScope: Type.Optional(strict({
    indicators: Type.Array(Type.String()), agencies: Type.Array(Type.String()), periods: Type.Array(Type.String()),
    reason: Type.String()
  }, {
    description: 'Chỉ với replaceScope: tệp là dữ liệu đầy đủ của chỉ tiêu × cơ quan × kỳ. / With replaceScope ' +
      'alone: the file is the whole truth for indicators × agencies × periods.'
  })),
  withdrawn: Type.Optional(Type.Array(ref(Uuid), {
    maxItems: MAX_EXCEPTIONS,
    description: 'Chỉ với replaceScope: 1.000 số liệu đầu bị rút; đủ ở /v1/measurements?state=withdrawn. / With ' +
      'replaceScope alone: the first 1,000 measurements that were withdrawn; all are at ' +
      '/v1/measurements?state=withdrawn.'
  })),
  problems: Type.Optional(Type.Array(ref(RowProblem), {
    maxItems: MAX_ERRORS,
    description: 'Chỉ với replaceScope: vì sao không rút được, tới 100 lỗi đầu; khi có thì không ghi gì. / With ' +
      'replaceScope alone: what spoke against the withdrawals, the first 100 faults; with any, nothing is written.'
  })),
  exceptions: Type.Array(ref(SubmissionRow), {
    maxItems: MAX_EXCEPTIONS,
    description: 'Tới 1.000 dòng đầu bị từ chối hoặc có cảnh báo. / The first 1,000 rows that were rejected or have ' +
      'a warning.'
  }),
  truncated: Type.Optional(Type.Boolean({
    description: 'true: còn nhiều dòng như vậy hơn số trong exceptions; đủ ở rows. / true: there are more such rows ' +
      'than exceptions has; all are at rows.'
  }))
}, {
  description: 'Biên nhận của một lần gửi. / The receipt of a push.',
  examples: [{ ...SUBMISSION_EXAMPLE, exceptions: [] }]
}))

/** A problem that has a receipt beside it. */
export const SubmissionProblem = shared('SubmissionProblem', Type.Object({
  ...ProblemSchema.properties,
  submission: Type.Optional(Type.String({
    format: 'uri',
    description: 'Lần gửi partial đã dừng trước dòng cuối: địa chỉ biên nhận; 404 ở đó nghĩa là chưa ghi gì. / Of a ' +
      'partial push that ended before its last row: the address of its receipt; a 404 there means that nothing was ' +
      'stored.'
  })),
  receipt: Type.Optional(ref(SubmissionReceipt, {
    description: 'Biên nhận của những gì đã ghi. / The receipt of what is stored.'
  }))
}, {
  description: 'Một vấn đề theo RFC 9457, kèm biên nhận nếu có. / A problem after RFC 9457, with the receipt where ' +
    'there is one.',
  examples: [
    {
      type: '/problems/unavailable', title: 'Tạm thời không phục vụ được', status: 503, code: 'unavailable',
      instance: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90',
      submission: `https://registry.example.vn/v1/submissions/${SUBMISSION_ID}`
    }
  ]
}))

export const submissionSchemas = [
  SubmissionInput, SubmissionRow, SubmissionRowList, Submission, SubmissionList, SubmissionReceipt, SubmissionProblem
]
