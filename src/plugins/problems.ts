import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { explainDatabaseError, type DatabaseFailure } from '../db/errors.js'
import { keyProblem } from '../features/idempotency/problem.js'
import { Problem, type Challenge, type ConstraintProblems } from '../http/problem.js'
import type { ProblemCode, ProblemDefinitions } from '../http/problem-codes.js'
import { commonHeaders, languageOf, renderProblem, type RenderedProblem } from '../http/render.js'

export interface ProblemsOptions {
  definitions: ProblemDefinitions
  constraints: ConstraintProblems
  version: string
  publicUrl: string
}

/** Seconds after which a client should try again: a restart of the database takes about as long as the first. */
const RETRY_AFTER: Partial<Record<DatabaseFailure['kind'], string>> = { unavailable: '5', conflict: '1' }

const BY_KIND: Record<DatabaseFailure['kind'], ProblemCode> = {
  unique: 'already_exists',
  foreign_key: 'unprocessable',
  referenced: 'still_referenced',
  exclusion: 'conflict',
  check: 'unprocessable',
  not_null: 'unprocessable',
  bad_input: 'invalid_request',
  unavailable: 'unavailable',
  conflict: 'unavailable'
}

const BUT_FOR_CASE = {
  vi: 'Hai mã không được chỉ khác nhau ở chữ hoa, chữ thường.', en: 'Two codes may not differ by case alone.'
}

function databaseProblem (
  error: unknown, { kind, constraint }: DatabaseFailure, constraints: ConstraintProblems, method: string
): Problem {
  const retryAfter = RETRY_AFTER[kind]
  if (retryAfter !== undefined) {
    return new Problem(BY_KIND[kind], { headers: { 'retry-after': retryAfter }, cause: error })
  }
  // A reference to nothing and the removal of what is referred to have one code and one constraint, and differ in the
  // server's words alone. A request that removes something refers to nothing new; what is declared of a constraint is
  // said to whoever makes the reference.
  if (kind === 'referenced' || (kind === 'foreign_key' && method === 'DELETE')) {
    return new Problem('still_referenced', { cause: error })
  }
  // migrations/0031: a code that is taken but for its case is taken
  const [named = '', byCase] = constraint?.split(/(_case)$/) ?? []
  const declared = Object.hasOwn(constraints, named) ? constraints[named] : undefined
  const known = declared === undefined || byCase === undefined
    ? declared
    : {
        ...declared,
        detail: { vi: `${declared.detail.vi} ${BUT_FOR_CASE.vi}`, en: `${declared.detail.en} ${BUT_FOR_CASE.en}` }
      }
  if (known !== undefined) {
    return new Problem(known.code, known.pointer === undefined
      ? { detail: known.detail, cause: error }
      : { errors: [{ pointer: known.pointer, code: known.code, detail: known.detail }], cause: error })
  }
  return new Problem(BY_KIND[kind], { cause: error })
}

/** Errors of Fastify and its plugins say a status; the problem is the one of that status. */
const BY_STATUS: Record<number, ProblemCode> = {
  400: 'invalid_request', 401: 'not_authenticated', 403: 'not_allowed', 404: 'not_found', 408: 'request_timeout',
  409: 'conflict', 413: 'content_too_large', 414: 'uri_too_long', 415: 'unsupported_media_type',
  429: 'too_many_requests', 431: 'headers_too_large', 503: 'unavailable'
}

function frameworkProblem (error: FastifyError, request: FastifyRequest): Problem {
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return new Problem('malformed_request', {
        detail: {
          vi: 'Mã hóa phần trăm (%XX) trong đường dẫn không phải UTF-8 hợp lệ.',
          en: 'The percent-encoding (%XX) of the path is not valid UTF-8.'
        }
      })
    case 'FST_ERR_CTP_BODY_TOO_LARGE': {
      const limit = request.routeOptions.bodyLimit
      return new Problem('content_too_large', {
        detail: { vi: `Nội dung không quá ${limit} byte.`, en: `A body has at most ${limit} bytes.` },
        extra: { limit },
        headers: { connection: 'close' }
      })
    }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return new Problem('malformed_request', { cause: error })
  }
  const code = BY_STATUS[error.statusCode ?? 500]
  return code === undefined ? new Problem('internal_error', { cause: error }) : new Problem(code, { cause: error })
}

/** RFC 6750, and where a client finds out how to get a token (RFC 9728). */
function challengeOf ({ error, description, scope }: Challenge, publicUrl: string): string {
  const parameters = {
    realm: 'indicator-registry',
    error,
    error_description: description,
    scope,
    resource_metadata: `${publicUrl}/.well-known/oauth-protected-resource`
  }
  const written = Object.entries(parameters)
    .flatMap(([name, value]) => value === undefined ? [] : [`${name}="${value}"`])
  return `Bearer ${written.join(', ')}`
}

async function problems (
  app: FastifyInstance, { definitions, constraints, version, publicUrl }: ProblemsOptions
): Promise<void> {
  const explain = (thrown: unknown, request: FastifyRequest): Problem => {
    const error = keyProblem(thrown)
    if (error instanceof Problem) return error
    const { code, statusCode } = error as Partial<FastifyError>
    const failure = code?.startsWith('FST_') === true || statusCode !== undefined
      ? undefined
      : explainDatabaseError(error)
    if (failure === undefined) return frameworkProblem(error as FastifyError, request)
    return databaseProblem(error, failure, constraints, request.method)
  }

  const log = (problem: Problem, status: number, request: FastifyRequest) => {
    // nobody hears of what was given up for a client that has gone
    const isUnheard = status === 503 && request.raw.socket?.destroyed === true
    const level = isUnheard ? 'debug' : status < 500 ? 'info' : status === 503 ? 'warn' : 'error'
    request.log[level](
      { problem: problem.code, ...(problem.cause === undefined ? {} : { err: problem.cause }) },
      'answered with a problem'
    )
  }

  const render = (problem: Problem, request: FastifyRequest) =>
    renderProblem(problem, { definitions, language: languageOf(request.headers), id: request.id })

  function answer (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const problem = explain(error, request)
    let rendered
    try {
      rendered = render(problem, request)
    } catch (cause) {
      request.log.error({ err: cause }, 'problem without a definition')
      rendered = render(new Problem('internal_error'), request)
    }
    log(problem, rendered.status, request)
    // what the route had already said of its own answer
    for (const name of [
      'etag', 'last-modified', 'link', 'location', 'content-disposition', 'content-length', 'content-location'
    ]) reply.removeHeader(name)
    const { challenge } = problem
    if (challenge !== undefined) reply.header('www-authenticate', challengeOf(challenge, publicUrl))
    return reply.code(rendered.status)
      .headers({ ...commonHeaders(version, request.id, publicUrl), ...rendered.headers }).send(rendered.body)
  }

  app.decorate('answerProblem', answer)
  app.decorate('renderProblem', render)
  app.setErrorHandler((error, request, reply) => answer(error, request, reply))
  app.setNotFoundHandler(() => { throw new Problem('not_found') })
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Answers any error as a problem: for the places that no error handler reaches. */
    answerProblem (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply
    /** What a problem is answered with, where that has to be known before it is sent. */
    renderProblem (problem: Problem, request: FastifyRequest): RenderedProblem
  }
}

export default fp(problems, { fastify: '5.x', name: 'problems' })
