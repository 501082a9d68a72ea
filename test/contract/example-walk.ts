import { randomUUID } from 'node:crypto'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse as Answer } from 'fastify'

type Json = Record<string, any>

export interface Parameter { name: string, in: string, required?: boolean, description?: string, example?: unknown, schema: Json }
interface Media { schema: Json, example?: unknown, examples?: Record<string, { value: unknown }> }
export interface Body { type: string, label: string, value: unknown }
export interface Operation {
  path: string
  method: string
  operationId: string
  parameters: Parameter[]
  bodies: Body[]
  responses: Json
  security: Json[]
}

/** The operations of a document, as somebody meets them who follows its references. */
export function operationsOf (document: Json): Operation[] {
  const resolve = (value: Json): Json => value['$ref'] === undefined
    ? value
    : String(value['$ref']).slice(2).split('/').reduce<any>((at, key) => at[key], document)
  return Object.entries<Json>(document['paths']).flatMap(([path, item]) => Object.entries<Json>(item).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operationId: operation['operationId'],
    parameters: ((operation['parameters'] ?? []) as Json[]).map(resolve)
      .map(one => ({ ...one, example: one['example'] ?? one['schema'].examples?.[0] })) as Parameter[],
    bodies: Object.entries<Media>(operation['requestBody']?.content ?? {}).flatMap(([type, { example, examples }]) => [
      ...example === undefined ? [] : [{ type, label: 'example', value: example }],
      ...Object.entries(examples ?? {}).map(([label, { value }]) => ({ type, label, value }))
    ]),
    responses: operation['responses'],
    security: operation['security'] ?? []
  })))
}

/** What Swagger UI sends without anybody's doing. */
export const prefilled = ({ parameters }: Operation): Parameter[] =>
  parameters.filter(one => one.in === 'query' && (one.required === true || one.name === 'dryRun'))

/** The rest of the query; a cursor comes out of an answer alone. */
export const optional = (operation: Operation): Parameter[] =>
  operation.parameters.filter(one => one.in === 'query' && one.name !== 'cursor' && !prefilled(operation).includes(one))

/** The address with the examples of its path, and of these parameters of the query. */
export function urlOf ({ path, parameters }: Operation, query: readonly Parameter[]): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(parameters.find(one => one.in === 'path' && one.name === name)?.example)))
  const search = new URLSearchParams(query.flatMap(({ name, example }) =>
    [example].flat().map((one): [string, string] => [name, String(one)])))
  return search.size === 0 ? filled : `${filled}?${search}`
}

/** How many rows an answer has: undefined where it is no list. */
export function rowsOf (answer: Answer): number | undefined {
  if (!/[/+]json/.test(String(answer.headers['content-type']))) return undefined
  return answer.json<{ data?: unknown[] }>().data?.length
}

/** Sends a write with an example of its body, as it stands: its key is new, and its If-Match what the resource says. */
export async function write (app: FastifyInstance, operation: Operation, body: Body | undefined, authorization: string): Promise<Answer> {
  const url = urlOf(operation, prefilled(operation))
  const headers: Record<string, string> = { authorization }
  if (operation.method === 'POST') headers['idempotency-key'] = randomUUID()
  else headers['if-match'] = String((await app.inject({ url, headers })).headers['etag'])
  const request: InjectOptions = { method: operation.method as 'POST', url, headers }
  if (body !== undefined) {
    headers['content-type'] = body.type
    request.payload = typeof body.value === 'string' ? body.value : JSON.stringify(body.value)
  }
  return app.inject(request)
}
