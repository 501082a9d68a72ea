import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { callerOf } from '../../http/caller.js'
import { Lane } from '../../http/lane.js'
import { STREAM_LIMITS } from '../../http/limits.js'
import { CSV_TYPE, JSON_TYPE, NDJSON_TYPE, PROBLEM_TYPE, XLSX_TYPE } from '../../http/negotiation.js'
import { MAX_ERRORS, Problem, badRequest, parameterError, type FieldError } from '../../http/problem.js'
import { createRowChecker } from '../../http/row-checker.js'
import { Decimal, Instant, ShownDecimal, WebAddress, oneOf, ref, strict } from '../../http/schema.js'
import { sendAnswer } from '../idempotency/answer.js'
import type { Answer } from '../../ledger/idempotency-keys.js'
import { fingerprintOf } from '../idempotency/request.js'
import type { Catalogue } from '../pushes/facts.js'
import { fieldErrors } from '../pushes/row-problem.js'
import { RowInput } from '../pushes/row-schema.js'
import { Replay, type Push, type Receipt } from '../pushes/actions.js'
import { ATOMIC_ROWS, Interrupted, passes, pushFile } from '../pushes/chunks.js'
import { presentReceipt, submissionUrl } from './present.js'
import { replaceQuery, replacementOf } from '../pushes/replace-query.js'
import { mediaType, openFile, receiveBody, type ReceivedFile } from '../pushes/receive.js'
import { Mode, SubmissionInput, SubmissionProblem, SubmissionReceipt } from './schemas.js'

const check = {
  row: createRowChecker(RowInput, [Decimal, ShownDecimal, Instant, WebAddress]),
  // the rows are checked one by one; their list is named among the fields there are
  members: createRowChecker(strict({ mode: Type.Optional(Mode), rows: Type.Optional(Type.Unknown()) }), [])
}

const TYPES = [JSON_TYPE, NDJSON_TYPE, CSV_TYPE, XLSX_TYPE]

/** Connections that a push of several chunks takes. */
const OF_LONG = 3
/** Pushes of several chunks at once: two keep two cores busy. */
const LONG_AT_ONCE = 2
/** How many may wait for their turn; what they have sent lies on the disk. */
const LONG_WAITING = 16
/** How long each waits at most: a million rows take a minute. */
const LONG_WAIT_MS = 120_000
const TOO_MANY_LONG = {
  vi: 'Quá nhiều lần gửi lớn đang chờ. Chưa có gì được ghi; hãy gửi lại sau.',
  en: 'Too many large pushes are waiting. Nothing was done; send it again later.'
}

/** Steps of unpacking (http/stream/spool.ts) at once, and how long one may wait for its turn. */
const UNPACKING_AT_ONCE = 2
const UNPACKING_WAIT_MS = 60_000

const ENDED_EARLY = {
  vi: 'Lần gửi dừng trước dòng cuối. Biên nhận ở “submission” cho biết những gì đã ghi; hãy gửi lại nguyên tệp với ' +
    'cùng khóa.',
  en: 'The push ended before its last row. The receipt at `submission` says what is stored; send the same file again ' +
    'with the same key.'
}

/**
 * The faults of the rows, under their place in the body, and of the withdrawals: as many as an answer lists, and one
 * more.
 */
function faultsOf ({ rows, replacedScope }: Receipt): FieldError[] {
  const faults: FieldError[] = []
  for (const { position, problems } of rows) {
    faults.push(...fieldErrors(problems, `/rows/${position}`))
    if (faults.length > MAX_ERRORS) return faults
  }
  const ofTheScope = fieldErrors(replacedScope?.problems ?? [])
  return [...faults, ...ofTheScope.map(({ code, detail }) => ({ parameter: 'replaceScope', code, detail }))]
}

const refusal = (description: string) =>
  ({ description, content: { [PROBLEM_TYPE]: { schema: ref(SubmissionProblem) } } })

const pushRoute: FastifyPluginAsyncTypebox<{ catalogue: Catalogue }> = async (app, { catalogue }) => {
  const { publicUrl } = app.paging
  const { chunkRows } = app.streamLimits

  // the handler reads the body itself
  const take = (
    _request: FastifyRequest, payload: unknown, done: (error: Error | null, body?: unknown) => void
  ) => { done(null, payload) }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(TYPES, take)

  // some connections are left to what takes a moment
  const atOnce = app.pool.options.max < LONG_AT_ONCE * OF_LONG + 2 ? 1 : LONG_AT_ONCE
  const turns = new Lane(
    { atOnce, each: atOnce, waiting: LONG_WAITING, waitingEach: LONG_WAITING, waitMs: LONG_WAIT_MS }, TOO_MANY_LONG, 30
  )

  /**
   * One after the other for each client: of the four threads that unpack, write files and look up names, two stay free.
   */
  const unpacking = new Lane({
    atOnce: UNPACKING_AT_ONCE, each: 1, waiting: Infinity, waitingEach: Infinity, waitMs: UNPACKING_WAIT_MS
  })

  async function countingBombs<T> (caller: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Problem && error.code === 'compression_ratio_exceeded') app.lanes.bombed(caller)
      throw error
    }
  }

  async function inTurn (push: Push, file: ReceivedFile, request: FastifyRequest): Promise<Receipt> {
    const work = () => pushFile(app.pool, push, file, chunkRows)
    if (file.count <= chunkRows || push.mode === 'atomic') return app.lanes.within('push', request, work)
    const leave = await turns.enter(callerOf(request))
    try {
      return await work()
    } finally {
      leave()
    }
  }

  /** What a push is answered with, once it is done. */
  function answerTo (receipt: Receipt, request: FastifyRequest): Answer {
    const shown = presentReceipt(receipt, publicUrl, request.language)
    if (receipt.state === 'rejected') {
      const problem = new Problem('submission_rejected', { errors: faultsOf(receipt), extra: { receipt: shown } })
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

  /**
   * What ended the push, with the address of the receipt and, where that can be read, the receipt of what is stored.
   */
  function interruption ({ id, receipt, cause }: Interrupted, request: FastifyRequest): Problem {
    const extra = {
      submission: submissionUrl(publicUrl, id),
      ...receipt === undefined ? {} : { receipt: presentReceipt(receipt, publicUrl, request.language) }
    }
    // suspended, or without the scope since
    if (cause instanceof Problem && !passes(cause)) {
      const { code, detail = ENDED_EARLY, headers, challenge } = cause
      return new Problem(code, {
        detail, headers, ...challenge === undefined ? {} : { challenge }, cause, extra: { ...cause.extra, ...extra }
      })
    }
    // without a receipt the database is away
    if (receipt !== undefined && !passes(cause)) {
      return new Problem('internal_error', { detail: ENDED_EARLY, cause, extra })
    }
    return new Problem('unavailable', { detail: ENDED_EARLY, headers: { 'retry-after': '5' }, cause, extra })
  }

  function pushOf (
    request: FastifyRequest & {
      query: Parameters<typeof replacementOf>[0] & { mode?: Push['mode'], dryRun?: boolean, decimalComma?: boolean }
    },
    file: ReceivedFile
  ): Push {
    const { mode: asked, dryRun = false } = request.query
    const given = file.members['mode'] as Push['mode'] | undefined
    if (asked !== undefined && given !== undefined && asked !== given) {
      throw badRequest([
        parameterError(
          'mode', 'contradiction', `“mode” là “${asked}” trong địa chỉ nhưng “${given}” trong nội dung.`,
          `\`mode\` is "${asked}" in the query but "${given}" in the body.`
        )
      ])
    }
    const { clientId, scopes } = request.principal!
    const claim = {
      clientId, key: request.idempotencyKey!,
      fingerprint: fingerprintOf(request, `${mediaType(request)} ${file.sha256}`)
    }
    const mode = asked ?? given ?? 'atomic'
    return {
      clientId,
      mode,
      dryRun,
      decimalComma: request.query.decimalComma,
      reviews: scopes.includes('measurements:review'),
      catalogue,
      replaces: replacementOf(request.query, mode),
      // a dry run does nothing that could be done twice
      once: dryRun ? undefined : { claim, answer: receipt => answerTo(receipt, request) }
    }
  }

  app.post('/v1/submissions', {
    config: {
      scope: 'measurements:write',
      consumes: TYPES,
      spools: true,
      computes: true,
      idempotency: { own: true, required: true },
      problems: ['submission_rejected', 'compression_ratio_exceeded', 'not_allowed'],
      lane: 'push'
    },
    // rows are checked as they are read
    validatorCompiler: route => route.httpPart === 'body' ? () => true : app.validatorCompiler!(route),
    schema: {
      operationId: 'pushSubmission',
      tags: ['push'],
      summary: 'Gửi nhiều số liệu / Push many measurements',
      description: 'JSON, NDJSON (mỗi dòng một đối tượng), CSV hoặc sổ làm việc .xlsx (dòng tiêu đề là tên trường; ' +
        'phân tổ ở cột breakdown.<phân tổ>), tới 1 GiB và 5 triệu dòng, nén gzip hay br cũng được. Mỗi dòng có kết ' +
        `quả riêng. atomic (tới ${ATOMIC_ROWS} dòng): một dòng bị từ chối thì không ghi gì (422 kèm biên nhận); ` +
        `partial: ghi các dòng đúng, từng ${STREAM_LIMITS.chunkRows} dòng một giao dịch, và dòng hỏng của NDJSON, ` +
        'CSV hay .xlsx chỉ là một dòng bị từ chối. dryRun=true kiểm tra như khi gửi thật nhưng không ghi gì. ' +
        'replaceScope=true: những gì tệp không nêu thì bị rút. Dòng có action=withdraw rút số liệu của dòng. Với ' +
        '.xlsx chỉ đọc một trang tính, là trang có các cột ấy; số được nhận khi ô hiển thị đúng giá trị của ô. Dòng ' +
        'của biểu mẫu (cột #obligation) để trống thì được đếm ở leftEmpty. Gửi lại cùng tệp: mọi dòng ' +
        '“unchanged”.\n\nJSON, NDJSON (an object a line), CSV or a workbook in .xlsx (the header has the fields\' ' +
        'names; break-downs in columns breakdown.<dimension>), up to 1 GiB and 5 million rows, compressed with gzip ' +
        `or br if you like. Each row has an outcome of its own. atomic (up to ${ATOMIC_ROWS} rows): one rejected row ` +
        'and nothing is written (422 with the receipt); partial: the good rows are written, ' +
        `${STREAM_LIMITS.chunkRows} a transaction, and a broken line of NDJSON, CSV or .xlsx is but a rejected row. ` +
        'dryRun=true runs the same code and writes nothing. replaceScope=true: what the file does not name is ' +
        'withdrawn. A row with action=withdraw withdraws its figure. Of an .xlsx one sheet is read, the one with ' +
        'these columns; a number is taken where its cell shows what it holds. Rows of a template (column ' +
        '#obligation) that were left empty are counted in leftEmpty. The same file again is all `unchanged`.',
      querystring: strict({
        mode: Type.Optional(Mode),
        dryRun: Type.Optional(Type.Boolean({ description: 'true: không ghi gì. / true: nothing is written.' })),
        ...replaceQuery,
        delimiter: Type.Optional(oneOf([',', ';'], {
          description: 'Chỉ cho CSV; mặc định “,”, hoặc theo dòng đầu “sep=;”. / For CSV alone; "," when absent, or ' +
            'what a first line "sep=;" says.'
        })),
        decimalComma: Type.Optional(Type.Boolean({
          description: 'Chỉ cho CSV và ô văn bản của .xlsx; true: 12,5 là 12.5. / For CSV and cells of text in an ' +
            '.xlsx alone; true: 12,5 is 12.5.'
        })),
        ignoreColumns: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
          minItems: 1, maxItems: 64, uniqueItems: true,
          description: 'Lặp lại được. Cột của CSV, .xlsx (hay trường của dòng JSON, NDJSON) không phải của hệ thống: ' +
            'được bỏ qua. Cột có tên bắt đầu bằng “#” luôn được bỏ qua. / Repeatable. Columns of a CSV or .xlsx (or ' +
            'fields of rows of JSON and NDJSON) that are not ours: they are passed over. Columns whose names begin ' +
            'with "#" always are.'
        }))
      }),
      body: ref(SubmissionInput),
      response: {
        200: ref(SubmissionReceipt),
        201: ref(SubmissionReceipt),
        401: refusal('Chưa xác thực, hoặc client bị tạm dừng; lần gửi partial dừng giữa chừng vì thế có ' +
          '“submission”. / Not authenticated, or the client is suspended; a partial push that ended early for it has ' +
          '`submission`.'),
        403: refusal('Token thiếu scope; lần gửi partial dừng giữa chừng vì thế có “submission”. / The token lacks ' +
          'the scope; a partial push that ended early for it has `submission`.'),
        422: refusal('submission_rejected: atomic và có dòng bị từ chối, “receipt” là biên nhận; hoặc ' +
          'idempotency_key_reused. / submission_rejected: atomic and a row was rejected, `receipt` is the receipt; ' +
          'or idempotency_key_reused.'),
        500: refusal('Lỗi nội bộ. Lần gửi partial dừng giữa chừng: “submission” là địa chỉ biên nhận. / Internal ' +
          'error. Of a partial push that ended early `submission` is the address of the receipt.'),
        503: refusal('Tạm thời không phục vụ được. Lần gửi partial dừng giữa chừng: “submission” là địa chỉ biên ' +
          'nhận, “receipt” là biên nhận nếu đọc được. / Temporarily unavailable. Of a partial push that ended early ' +
          '`submission` is the address of the receipt, and `receipt` the receipt where it could be read.')
      }
    }
  }, async (request, reply) => {
    const { delimiter, decimalComma, ignoreColumns, replaceScope } = request.query
    const dialect = { delimiter, decimalComma, ignoreColumns, replaceScope }
    const caller = callerOf(request)
    const body = await countingBombs(caller, () =>
      receiveBody(request, dialect, app.streamLimits, () => unpacking.enter(caller)))
    // until here it has cost the disk alone, and nobody's place
    const open = () => countingBombs(caller, () => openFile(body, request, check, dialect, app.streamLimits))
    const file = await app.lanes.within('push', request, open, () => body.close())
    try {
      const push = pushOf(request, file)
      body.keep()
      const receipt = await inTurn(push, file, request)
      if (!push.dryRun) app.metrics.pushed(receipt.counts)
      return sendAnswer(reply, answerTo(receipt, request))
    } catch (error) {
      if (error instanceof Replay) return sendAnswer(reply, error.answer, { replayed: true })
      throw error instanceof Interrupted ? interruption(error, request) : error
    } finally {
      await file.close()
    }
  })
}

export default pushRoute
