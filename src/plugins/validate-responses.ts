import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { SchemaPool } from '../http/validation.js'

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
  const responses = (request.routeOptions.schema?.response ?? {}) as Record<string, { content?: Record<string, { schema: Schema }> }>
  return responses[status]?.content?.[type]?.schema ?? PROBLEM
}

/** Switched on in tests: holds every JSON answer to the schema that the document promises. */
async function validateResponses (app: FastifyInstance, { onMismatch = throwLoudly }: { onMismatch?: (mismatch: Error) => void }): Promise<void> {
  const pool = new SchemaPool()
  const compiled = new WeakMap<Schema, ValidateFunction>()
  const servers = new Set<FastifyInstance>()
  app.addHook('onRoute', function () { servers.add(this) })

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
    if (typeof payload !== 'string' || !/[/+]json$/.test(type) || request.routeOptions.schema?.hide === true) return payload
    const { statusCode } = reply
    const schema = statusCode >= 400 ? ofProblem(request, statusCode, type) : documented(request, statusCode, type)
    const where = `${request.method} ${request.routeOptions.url ?? request.url} → ${statusCode}`
    if (schema === undefined) {
      onMismatch(new Error(`${where}: this status has no documented schema`))
      return payload
    }
    const validate = validatorOf(schema)
    if (!validate(JSON.parse(payload))) {
      const errors = (validate.errors ?? []).slice(0, 10).map(e => `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`)
      onMismatch(new Error(`${where} does not fit its schema:\n  ${errors.join('\n  ')}\n  ${payload.slice(0, 2000)}`))
    }
    return payload
  })
}

export default fp(validateResponses, { fastify: '5.x', name: 'validate-responses' })
