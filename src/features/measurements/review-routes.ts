import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'drizzle-orm'
import { defineList } from '../../http/list.js'
import { MAX_ERRORS, Problem, notFound, type ProblemCode } from '../../http/problem.js'
import { Uuid, ref, strict } from '../../http/schema.js'
import { PROBLEM_TYPE } from '../../http/negotiation.js'
import { asOf } from '../moment.js'
import { readAsOf } from '../as-of.js'
import { listSteps, type StepRow } from './history.js'
import { presentMeasurement, presentReviews, presentStep } from './present.js'
import { sightOf } from '../sight.js'
import { findMeasurement, type MeasurementRow } from '../../world/measurements.js'
import { review, reviewAll, withdraw, type Changed } from '../pushes/review-actions.js'
import {
  MeasurementHistory, ReviewInput, ReviewResult, ReviewsInput, ReviewsProblem, WithdrawalInput
} from './review-schemas.js'
import type { ReviewCode } from '../pushes/row-codes.js'
import { fieldErrors } from '../pushes/row-problem.js'
import { Measurement } from './schemas.js'

const MEASUREMENT = { vi: 'số liệu', en: 'measurement' }
const tags = ['review']

const history = defineList<StepRow, 'position'>({
  sorts: { position: { column: sql`position`, of: row => row.position } },
  defaultSort: 'position',
  key: 'position',
  recorded: { column: sql`recorded_at`, of: row => row.recordedAt }
})

/**
 * The revision as it is now; else the problem of the first thing that speaks against it, with all of them under
 * `errors`.
 */
function changed (result: Changed | undefined, id: string): MeasurementRow {
  if (result === undefined) throw notFound(MEASUREMENT, id)
  if ('measurement' in result) return result.measurement
  const errors = fieldErrors(result.problems)
  throw new Problem(errors[0]!.code as ReviewCode & ProblemCode, { detail: errors[0]!.detail, errors })
}

const reviewRoutes: FastifyPluginAsyncTypebox = async app => {
  app.post('/v1/measurements/:id/review', {
    config: {
      scope: 'measurements:review',
      problems: ['own_measurement', 'revision_changed', 'not_pending', 'comment_required', 'period_locked']
    },
    schema: {
      operationId: 'reviewMeasurement',
      tags,
      summary: 'Duyệt hoặc trả lại một số liệu / Accept or return a measurement',
      description: 'Lần sửa đang chờ duyệt (submitted), và không phải do chính client này gửi. Số liệu đã được ' +
        'chấp nhận cũng có thể bị trả lại để sửa: số đó vẫn được tính (counts) cho đến khi được sửa. Số liệu bị trả ' +
        'lại ' +
        'thì gửi một lần sửa mới.\n\nA revision that is submitted, and not one that the same client ' +
        'pushed. One that was accepted can be returned for correction as well: it goes on counting (`counts`) until ' +
        'it is corrected. A returned figure is answered by a new revision.',
      params: strict({ id: ref(Uuid) }),
      body: ref(ReviewInput),
      response: { 200: ref(Measurement) }
    }
  }, async request => {
    const { id } = request.params
    return presentMeasurement(
      changed(await review(request.unit, request.principal!.clientId, { id, ...request.body }), id), request.language
    )
  })

  app.post('/v1/reviews', {
    config: { scope: 'measurements:review', computes: true, problems: ['reviews_rejected'] },
    schema: {
      operationId: 'reviewMeasurements',
      tags,
      summary: 'Duyệt nhiều số liệu / Review many measurements',
      description: 'Tới 1.000 quyết định; mỗi mục có kết quả riêng, theo thứ tự. atomic: một mục bị từ chối thì ' +
        'không ghi gì (422 kèm kết quả); partial: ghi các mục đúng.\n\nUp to 1,000 decisions, each with an outcome ' +
        'of its own, in order. atomic: one rejected item and nothing is recorded (422 with the outcomes); partial: ' +
        'the good items are.',
      body: ref(ReviewsInput),
      response: {
        200: ref(ReviewResult),
        422: {
          description: 'reviews_rejected: atomic và có mục bị từ chối, “result” là kết quả từng mục; hoặc ' +
            'idempotency_key_reused. / reviews_rejected: atomic and an item was rejected, `result` is the outcome of ' +
            'each; or idempotency_key_reused.',
          content: { [PROBLEM_TYPE]: { schema: ref(ReviewsProblem) } }
        }
      }
    }
  }, async request => {
    const { mode = 'atomic', reviews } = request.body
    const result = await reviewAll(request.unit, request.principal!.clientId, reviews, mode)
    const shown = presentReviews(result, request.language)
    if (result.state === 'completed') return shown
    const errors = result.reviews.flatMap(({ position, problems }) => fieldErrors(problems, `/reviews/${position}`))
    throw new Problem('reviews_rejected', {
      errors: errors.slice(0, MAX_ERRORS), truncated: errors.length > MAX_ERRORS, extra: { result: shown }
    })
  })

  app.post('/v1/measurements/:id/withdrawal', {
    config: {
      scope: ['measurements:write', 'measurements:review'],
      sighted: true,
      problems: ['not_allowed', 'revision_changed', 'already_withdrawn', 'period_locked']
    },
    schema: {
      operationId: 'withdrawMeasurement',
      tags,
      summary: 'Rút một số liệu / Withdraw a measurement',
      description: 'Rút lần sửa đang có hiệu lực. Lần sửa đang chờ duyệt hoặc bị trả lại: lần đã chấp nhận trước đó ' +
        'lại có hiệu lực. Lần đã chấp nhận: không còn giá trị nào. Dành cho người duyệt (measurements:review) và ' +
        'client có measurements:write được cấp quyền báo cáo số liệu đó, dù client nào đã gửi. Lần gửi sau không ' +
        'khôi phục số liệu đã rút, trừ khi nêu lý do và một quan sát mới hơn.\n\nWithdraws the revision that stands. ' +
        'One that is pending or was returned: what was accepted before it stands again. One that was accepted: no ' +
        'value is left. For those who review (measurements:review), and for a client with measurements:write whose ' +
        'grants cover the figure, whoever pushed it. The next push does not bring it back, except with a reason and ' +
        'a newer observation.',
      params: strict({ id: ref(Uuid) }),
      body: ref(WithdrawalInput),
      response: { 200: ref(Measurement) }
    }
  }, async request => {
    const { id } = request.params
    // asked first, so that neither the answer nor the time it takes tells a client of a figure that it is not shown
    if (await findMeasurement(request.unit.db, id, { sight: await sightOf(request) }) === undefined) {
      throw notFound(MEASUREMENT, id)
    }
    const result = await withdraw(request.unit, request.principal!, { id, ...request.body })
    if (result === 'not_assigned') {
      throw new Problem('not_allowed', {
        detail: {
          vi: 'Client này không được cấp quyền báo cáo số liệu đó.', en: 'This client may not report that figure.'
        }
      })
    }
    return presentMeasurement(changed(result, id), request.language, true)
  })

  app.get('/v1/measurements/:id/history', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'listMeasurementHistory',
      tags: ['measurements'],
      summary: 'Lịch sử của một số liệu / The history of a measurement',
      description: 'Mọi lần gửi, chấp nhận, trả lại và rút, theo thứ tự: ai, khi nào, vì sao. Công khai chỉ có: lần ' +
        'sửa nào đang được chấp nhận đã được gửi và chấp nhận khi nào.\n\nEvery push, acceptance, return and ' +
        'withdrawal, in order: by whom, when, and why. Of these the public has when revisions that are accepted were ' +
        'pushed and accepted.',
      params: strict({ id: ref(Uuid) }),
      querystring: history.query({ asOf }),
      response: { 200: ref(MeasurementHistory) }
    }
  }, async (request, reply) => {
    const sight = await sightOf(request)
    const page = history.page(request, sight.key)
    const { id } = request.params
    const { rows, count } = await readAsOf(app, request.query.asOf, async (db, at) => {
      if (await findMeasurement(db, id, { at, sight }) === undefined) throw notFound(MEASUREMENT, id)
      return listSteps(db, id, page, sight, at)
    })
    return page.send(reply, rows, row => presentStep(row, request.language), { count })
  })
}

export default reviewRoutes
