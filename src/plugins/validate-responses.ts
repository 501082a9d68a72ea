import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { SchemaPool } from '../http/validation.js'
import type { Document } from './openapi-document.js'
import { isOurs, publishedAnswers, undocumented, type PublishedAnswers } from './published-answers.js'

type Schema = Record<string, unknown>

const PROBLEM: Schema = { $ref: 'Problem#' }

/** By default a mismatch ends the test's process: nobody can overlook it. */
const throwLoudly = (mismatch: Error): void => { process.nextTick(() => { throw mismatch }) }

/** The schema documented for a status and a media type; undefined where the route says nothing about that status. */
function documented (request: FastifyRequest, status: number, type: string): Schema | undefined {
  const responses = (request.routeOptions.schema?.response ?? {}) as Record<string, Schema>
  const found = responses[status] ?? responses[`${Math.floor(status / 100)}xx`] ?? responses.default
  const content = found?.content as Record<string, { schema: Schema }> | undefined
  return content === undefined ? found : content[type]?.schema
}

/** Of a problem: the schema that the route has of its own for it, or that of all. */
function ofProblem (request: FastifyRequest, status: number, type: string): Schema {
  const responses = (request.routeOptions.schema?.response ?? {}) as Record<string, {
    content?: Record<string, { schema: Schema }>
  }>
  return responses[status]?.content?.[type]?.schema ?? PROBLEM
}

export interface ValidateOptions {
  onMismatch?: (mismatch: Error) => void
  /**
   * Hears of every answer that the document has, with the names of its headers or the code of its problem: what is
   * documented and never occurs can be listed (test/setup/answers.ts).
   */
  seen?: (operation: string, status: number, what: readonly string[]) => void
  /** Hears of what an answer has and the document has not; by default it is a mismatch like others. */
  onUndocumented?: (what: string) => void
}

/**
 * What this process has read out of the document, by all routes and the statuses they declare: apps of the same ones
 * share it.
 */
const published = new Map<string, PublishedAnswers>()

/**
 * Switched on in tests: holds every JSON answer to the schema that the document promises, and every answer of an
 * operation to the statuses, headers, media types and members of problems that the published document names.
 */
async function validateResponses (
  app: FastifyInstance,
  { onMismatch = throwLoudly, seen = () => {}, onUndocumented = what => onMismatch(new Error(what)) }: ValidateOptions
): Promise<void> {
  const pool = new SchemaPool()
  const compiled = new WeakMap<Schema, ValidateFunction>()
  const servers = new Set<FastifyInstance>()
  const routes: string[] = []
  app.addHook('onRoute', function ({ method, url, schema }) {
    servers.add(this)
    routes.push(`${String(method)} ${url} ${Object.keys(schema?.response ?? {}).join()}`)
  })

  let answers: PublishedAnswers | undefined
  function answersOf (operation: string) {
    if (answers === undefined) {
      const key = routes.join('\n')
      answers = published.get(key) ?? publishedAnswers(app.swagger() as unknown as Document)
      published.set(key, answers)
    }
    return answers.get(operation)
  }

  // when all has been said, of streams and of 304 too; whatever the answer is made of
  app.addHook('onResponse', async (request, reply) => {
    const { operationId, hide } = (request.routeOptions.schema ?? {}) as { operationId?: string, hide?: boolean }
    if (operationId === undefined || hide === true || request.is404) return
    const documentedAnswers = answersOf(operationId)
    if (documentedAnswers === undefined) return
    const { statusCode: status } = reply
    const headers = Object.keys(reply.getHeaders()).map(name => name.toLowerCase()).filter(isOurs)
    // a version belongs to the type; what is said of any text, behind a space, does not
    const type = String(reply.getHeader('content-type') ?? '').split('; ')[0]!
    const found = undocumented(documentedAnswers, { status, headers, type })
    if (found.length > 0) onUndocumented(`${operationId} → ${status}: the document does not have ${found.join(', ')}`)
    seen(operationId, status, headers)
  })

  function validatorOf (schema: Schema): ValidateFunction {
    const known = compiled.get(schema)
    if (known !== undefined) return known
    // all at once and none twice: each schema more is another compiler, which begins anew
    for (const server of servers) pool.add(server.getSchemas())
    servers.clear()
    const validate = pool.compile(schema)
    compiled.set(schema, validate)
    return validate
  }

  app.addHook('onSend', async (request, reply, payload) => {
    const type = String(reply.getHeader('content-type') ?? '').split(';')[0]!
    if (typeof payload !== 'string' || !/[/+]json$/.test(type) || request.routeOptions.schema?.hide === true) {
      return payload
    }
    const { statusCode } = reply
    const schema = statusCode >= 400 ? ofProblem(request, statusCode, type) : documented(request, statusCode, type)
    const where = `${request.method} ${request.routeOptions.url ?? request.url} → ${statusCode}`
    if (schema === undefined) {
      onMismatch(new Error(`${where}: this status has no documented schema`))
      return payload
    }
    const validate = validatorOf(schema)
    const body = JSON.parse(payload) as { code?: string }
    const { operationId } = (request.routeOptions.schema ?? {}) as { operationId?: string }
    const published = operationId === undefined || statusCode < 400
      ? undefined
      : answersOf(operationId)?.get(statusCode)
    const more = published?.members === undefined ? [] : Object.keys(body).filter(name => !published.members!.has(name))
    if (more.length > 0) onUndocumented(`${where}: the document does not have the member ${more.join(', ')}`)
    if (published !== undefined) seen(operationId!, statusCode, [`${body.code}`])
    if (published !== undefined && !published.codes.has(`${body.code}`)) {
      onUndocumented(`${where}: the document does not have the code ${body.code} (problems of the route)`)
    }
    if (!validate(body)) {
      const errors = (validate.errors ?? []).slice(0, 10)
        .map(e => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`)
      onMismatch(new Error(`${where} does not fit its schema:\n  ${errors.join('\n  ')}\n  ${payload.slice(0, 2000)}`))
    }
    return payload
  })
}

export default fp(validateResponses, { fastify: '5.x', name: 'validate-responses' })
