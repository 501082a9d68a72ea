import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Document } from './openapi-document.js'
import { exampleOf, MEANINGS, PLACES } from './openapi-examples.js'

type Json = Record<string, unknown>
interface Parameter {
  name: string, in: string, required?: boolean, description?: string, example?: unknown, schema?: Json
}
interface RouteSchema {
  querystring?: Json, params?: Json, headers?: Json, body?: Json, response?: Record<string, Json>
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** What is said of a place beside the `$ref` to what stands there. */
const ANNOTATIONS = ['description', 'examples', 'deprecated', 'readOnly', 'writeOnly'] as const

/**
 * @fastify/swagger drops whatever stands beside a `$ref`, which 3.1 allows: puts it back from the schema as it was
 * written.
 */
function restore (written: unknown, published: unknown): void {
  if (!isObject(written) || !isObject(published)) return
  if (typeof published.$ref === 'string' && typeof written.$ref === 'string') {
    for (const key of ANNOTATIONS) if (written[key] !== undefined) published[key] = written[key]
    return
  }
  for (const [key, value] of Object.entries(written)) restore(value, published[key])
}

/** A parameter says what it is and what it may be itself: Swagger UI looks nowhere else. */
function completeParameter (parameter: Parameter, written: Json, path: string, operationId: string): void {
  const segments = path.split('/')
  const segment = parameter.in === 'path' ? segments[segments.indexOf(`{${parameter.name}}`) - 1] : undefined
  const description = PLACES[segment ?? '']?.meaning ?? written.description ?? MEANINGS[parameter.name]
  if (description !== undefined) parameter.description = String(description)
  const [own] = (written.examples ?? []) as unknown[]
  const example = exampleOf(operationId, parameter.name, segment) ?? own
  delete parameter.example
  if (example === undefined) return
  // Swagger UI fills the form with what stands at the parameter: filters that nobody asked for would hide rows
  if (parameter.required === true || parameter.name === 'dryRun') parameter.example = example
  else parameter.schema = { ...parameter.schema, examples: [example] }
}

const PARTS = { query: 'querystring', path: 'params', header: 'headers' } as const

/** Remembers the schemas as they were written, and completes the document made of them. */
export function createSiblings (app: FastifyInstance): (document: Document) => Document {
  const servers = new Set<FastifyInstance>()
  const routes: RouteOptions[] = []
  app.addHook('onRoute', function (route) {
    servers.add(this)
    routes.push(route)
  })

  return document => {
    const shared = Object.assign({}, ...[...servers].map(server => server.getSchemas())) as Record<string, Json>
    restore(shared, document.components.schemas)
    for (const { method, url, schema } of routes) {
      const path = url.replaceAll(/:(\w+)/g, '{$1}')
      const operation = document.paths[path]?.[String(method).toLowerCase()]
      if (operation === undefined || schema === undefined) continue
      const { body, response, ...parts } = schema as RouteSchema
      for (const parameter of (operation.parameters ?? []) as Parameter[]) {
        const properties = (parts[PARTS[parameter.in as keyof typeof PARTS]]?.properties ?? {}) as Record<string, Json>
        const written = properties[parameter.name]
        if (written !== undefined) completeParameter(parameter, written, path, operation.operationId!)
      }
      for (const media of Object.values(operation.requestBody?.content ?? {})) restore(body, media.schema)
      for (const [status, written] of Object.entries(response ?? {})) {
        const published = operation.responses[status]
        if (published === undefined || '$ref' in published) continue
        for (const [type, media] of Object.entries(published.content ?? {})) {
          restore(
            (written.content as Record<string, { schema: Json }> | undefined)?.[type]?.schema ?? written, media.schema
          )
        }
      }
    }
    return document
  }
}
