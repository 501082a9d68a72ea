import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import pLimit from 'p-limit'
import { Type } from 'typebox'
import { explainDatabaseError } from '../../db/errors.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { STREAM_LIMITS } from '../../http/limits.js'
import { CSV_TYPE, JSON_TYPE, NDJSON_TYPE } from '../../http/negotiation.js'
import { MAX_ERRORS, Problem, badRequest, parameterError } from '../../http/problem.js'
import { createRowChecker } from '../../http/row-checker.js'
import { Decimal, Instant, WebAddress, oneOf, ref, strict } from '../../http/schema.js'
import { sendAnswer } from '../idempotency/answer.js'
import type { Answer } from '../idempotency/keys.js'
import { fingerprintOf } from '../idempotency/request.js'
import { MeasurementInput } from '../measurements/row-schema.js'
import { Replay, type Push, type Receipt } from './actions.js'
import { ATOMIC_ROWS, Interrupted, pushFile } from './chunks.js'
import { presentReceipt } from './present.js'
import { replaceQuery, replacementOf } from './replace-query.js'
import { mediaType, receive, type ReceivedFile } from './receive.js'
import { Mode, SubmissionInput, SubmissionReceipt } from './schemas.js'

const check = {
  row: createRowChecker(MeasurementInput, [Decimal, Instant, WebAddress]),
  members: createRowChecker(strict({ mode: Type.Optional(Mode) }), [])
}

/** Connections that a push of several chunks takes. */
const OF_LONG = 3
/** Pushes of several chunks at once: two keep two cores busy. */
const LONG_AT_ONCE = 2
/** How many may wait for their turn; what they have sent lies on the disk. */
const LONG_WAITING = 16

/** The faults of all rows, under their place in the body, and of the withdrawals. */
function faultsOf ({ rows, replacedScope }: Receipt) {
  const both = ({ vi, en }: StoredProblem['detail']) => ({ vi, en: en ?? vi })
  return [
    ...rows.flatMap(row => row.problems.map(({ pointer, code, detail }) => ({ pointer: `/rows/${row.position}${pointer}`, code, detail: both(detail) }))),
    ...(replacedScope?.problems ?? []).map(({ code, detail }) => ({ parameter: 'replaceScope', code, detail: both(detail) }))
  ]
}

const pushRoute: FastifyPluginAsyncTypebox = async app => {
  const { publicUrl } = app.paging
  const { chunkRows } = app.streamLimits

  // the handler reads the body itself
  const take = (_request: FastifyRequest, payload: unknown, done: (error: Error | null, body?: unknown) => void) => { done(null, payload) }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([JSON_TYPE, NDJSON_TYPE, CSV_TYPE], take)

  // in a small pool two would each hold what the other waits for
  const turns = pLimit(app.pool.options.max < LONG_AT_ONCE * OF_LONG ? 1 : LONG_AT_ONCE)

  async function inTurn (push: Push, file: ReceivedFile): Promise<Receipt> {
    const work = () => pushFile(app.pool, push, file, chunkRows)
    if (file.count <= chunkRows || push.mode === 'atomic') return work()
    if (turns.pendingCount >= LONG_WAITING) {
      throw new Problem('unavailable', {
        detail: { vi: 'Quá nhiều lần gửi lớn đang chờ. Chưa có gì được ghi; hãy gửi lại sau.', en: 'Too many large pushes are waiting. Nothing was done; send it again later.' },
        headers: { 'retry-after': '30' }
      })
    }
    return turns(work)
  }

  /** What a push is answered with, once it is done. */
  function answerTo (receipt: Receipt, request: FastifyRequest): Answer {
    const shown = presentReceipt(receipt, publicUrl, request.language)
    if (receipt.state === 'rejected') {
      const errors = faultsOf(receipt)
      const problem = new Problem('submission_rejected', { errors: errors.slice(0, MAX_ERRORS), truncated: errors.length > MAX_ERRORS, extra: { receipt: shown } })
      return app.renderProblem(problem, request)
    }
    return {
      status: receipt.mode === 'atomic' && receipt.id !== undefined ? 201 : 200,
      headers: {
        'content-type': `${JSON_TYPE}; charset=utf-8`,
        'content-language': request.language,
        ...receipt.id === undefined ? {} : { location: `/v1/submissions/${receipt.id}` }
      },
      body: JSON.stringify(shown)
    }
  }

  /** What ended the push, with the receipt of what is stored. */
  function interruption ({ receipt, cause }: Interrupted, request: FastifyRequest): unknown {
    const extra = { receipt: presentReceipt(receipt, publicUrl, request.language) }
    if (cause instanceof Problem) return Object.assign(cause, { extra: { ...cause.extra, ...extra } })
    const failure = explainDatabaseError(cause)
    if (failure?.kind !== 'unavailable' && failure?.kind !== 'conflict') return cause
    return new Problem('unavailable', { headers: { 'retry-after': '5' }, cause, extra })
  }

  function pushOf (request: FastifyRequest & { query: Parameters<typeof replacementOf>[0] & { mode?: Push['mode'], dryRun?: boolean } }, file: ReceivedFile): Push {
    const { mode: asked, dryRun = false } = request.query
    const given = file.members['mode'] as Push['mode'] | undefined
    if (asked !== undefined && given !== undefined && asked !== given) {
      throw badRequest([parameterError('mode', 'contradiction', `“mode” là “${asked}” trong địa chỉ nhưng “${given}” trong nội dung.`, `\`mode\` is "${asked}" in the query but "${given}" in the body.`)])
    }
    const { clientId } = request.principal!
    const claim = { clientId, key: request.idempotencyKey!, fingerprint: fingerprintOf(request, `${mediaType(request)} ${file.sha256}`) }
    const mode = asked ?? given ?? 'atomic'
    return {
      clientId,
      mode,
      dryRun,
      replaces: replacementOf(request.query, mode),
      // a dry run does nothing that could be done twice
      once: dryRun ? undefined : { claim, answer: receipt => answerTo(receipt, request) }
    }
  }

  app.post('/v1/submissions', {
    config: { scope: 'measurements:write', consumes: [JSON_TYPE, NDJSON_TYPE, CSV_TYPE], spools: true, idempotency: { own: true, required: true } },
    // rows are checked as they are read
    validatorCompiler: route => route.httpPart === 'body' ? () => true : app.validatorCompiler!(route),
    schema: {
      operationId: 'pushSubmission',
      tags: ['submissions'],
      summary: 'Gửi nhiều số liệu / Push many measurements',
      description: `JSON, NDJSON (mỗi dòng một đối tượng) hoặc CSV (dòng tiêu đề là tên trường; phân tổ ở cột breakdown.<phân tổ>), tới 1 GiB và 5 triệu dòng, nén gzip hay br cũng được. Mỗi dòng có kết quả riêng. atomic (tới ${ATOMIC_ROWS} dòng): một dòng bị từ chối thì không ghi gì (422 kèm biên nhận); partial: ghi các dòng đúng, từng ${STREAM_LIMITS.chunkRows} dòng một giao dịch, và dòng NDJSON hay CSV hỏng chỉ là một dòng bị từ chối. dryRun=true chạy cùng mã và không ghi gì. replaceScope=true: những gì tệp không nêu thì bị rút. Gửi lại cùng tệp: mọi dòng “unchanged”.\n\nJSON, NDJSON (an object a line) or CSV (the header has the fields' names; break-downs in columns breakdown.<dimension>), up to 1 GiB and 5 million rows, compressed with gzip or br if you like. Each row has an outcome of its own. atomic (up to ${ATOMIC_ROWS} rows): one rejected row and nothing is written (422 with the receipt); partial: the good rows are written, ${STREAM_LIMITS.chunkRows} a transaction, and a broken line of NDJSON or CSV is but a rejected row. dryRun=true runs the same code and writes nothing. replaceScope=true: what the file does not name is withdrawn. The same file again is all \`unchanged\`.`,
      querystring: strict({
        mode: Type.Optional(Mode),
        dryRun: Type.Optional(Type.Boolean({ description: 'true: không ghi gì. / true: nothing is written.' })),
        ...replaceQuery,
        delimiter: Type.Optional(oneOf([',', ';'], { description: 'Chỉ cho CSV; mặc định “,”. / For CSV alone; "," when absent.' })),
        decimalComma: Type.Optional(Type.Boolean({ description: 'Chỉ cho CSV; true: 12,5 là 12.5. / For CSV alone; true: 12,5 is 12.5.' }))
      }),
      body: ref(SubmissionInput),
      response: { 200: ref(SubmissionReceipt), 201: ref(SubmissionReceipt) }
    }
  }, async (request, reply) => {
    const { delimiter, decimalComma } = request.query
    const file = await receive(request, check, { delimiter, decimalComma }, app.streamLimits)
    try {
      const push = pushOf(request, file)
      return sendAnswer(reply, answerTo(await inTurn(push, file), request))
    } catch (error) {
      if (error instanceof Replay) return sendAnswer(reply, error.answer, { replayed: true })
      throw error instanceof Interrupted ? interruption(error, request) : error
    } finally {
      await file.close()
    }
  })
}

export default pushRoute
