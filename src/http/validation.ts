import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { addFormats } from './formats.js'
import { MAX_ERRORS, Problem } from './problem.js'
import { presentErrors, type Part } from './schema-errors.js'
import { EXTENSION } from './sight.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Compiles what no request has needed yet. The process does it before it listens, so that no broken schema waits
     * for its first request.
     * @throws when one cannot be compiled
     */
    compileSchemas (): void
  }
}

type Schema = Record<string, unknown>

/**
 * Nothing is coerced, dropped or filled in, and everything wrong is reported. `verbose` gives the messages the schema
 * they explain.
 */
export function createAjv (schemas: Iterable<unknown>): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    strict: true,
    strictTypes: false,
    strictRequired: false
  })
  addFormats(ajv)
  for (const keyword of ['example', 'headers', 'content', EXTENSION]) ajv.addKeyword(keyword)
  for (const schema of schemas) ajv.addSchema(schema as Schema)
  return ajv
}

const INTEGER = /^(0|-?[1-9]\d{0,15})$/
const NUMBER = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/

/** The one reading of a parameter's text for its type; anything else stays text, and the schema refuses it. */
function readParameter (value: unknown, type: unknown): unknown {
  if (type === 'array') return Array.isArray(value) ? value : [value]
  if (typeof value !== 'string') return value
  if (type === 'integer' && INTEGER.test(value) && Number.isSafeInteger(Number(value))) return Number(value)
  if (type === 'number' && NUMBER.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

/** Ajv's own coercion takes `1e1`, ` 10` and `+5` for numbers. */
function readParameters (values: unknown, schema: Schema, shared: Record<string, Schema>): Schema {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const read: Schema = { ...(values as Schema | null) }
  for (const [name, property] of Object.entries(properties)) {
    const reference = property.$ref === undefined ? undefined : shared[String(property.$ref).replace(/#$/, '')]
    if (Object.hasOwn(read, name)) read[name] = readParameter(read[name], property.type ?? reference?.type)
  }
  return read
}

interface RouteSchema { schema: Schema, httpPart: Part, method: string, url: string }

/**
 * Responses stay as they are: fast-json-stringify turns null into 0 and 'false' into true. Tests hold them to their
 * schemas.
 */
const buildSerializer = () => () => (data: unknown) => JSON.stringify(data)

interface Compiler { ajv: Ajv2020, functions: Map<string, ValidateFunction> }

/**
 * What this process has compiled, by the names and texts of all schemas of the app: a second app of the same ones
 * compiles nothing.
 */
const compilers = new Map<string, Compiler>()

/**
 * The schemas that an app's routes share. A name means the same in all features, since the document has one namespace.
 */
export class SchemaPool {
  private readonly shared = new Map<string, { schema: Schema, text: string }>()
  private readonly seen = new WeakSet<Schema>()
  private compiler: Compiler | undefined

  add (schemas: Record<string, unknown>): void {
    for (const [name, schema] of Object.entries(schemas as Record<string, Schema>)) {
      if (this.seen.has(schema)) continue // Fastify asks again for every route
      const text = JSON.stringify(schema)
      const known = this.shared.get(name)
      if (known !== undefined && known.text !== text) throw new Error(`two schemas are called ${name}`)
      if (known === undefined) {
        this.shared.set(name, { schema, text })
        this.compiler = undefined
      }
      this.seen.add(schema)
    }
  }

  compile (schema: Schema): ValidateFunction {
    const { ajv, functions } = this.compiler ??= this.findCompiler()
    const text = JSON.stringify(schema)
    let found = functions.get(text)
    if (found === undefined) functions.set(text, found = ajv.compile(schema))
    return found
  }

  private findCompiler (): Compiler {
    const shared = [...this.shared].sort(([a], [b]) => a < b ? -1 : 1)
    const key = JSON.stringify(shared.map(([name, { text }]) => [name, text]))
    let found = compilers.get(key)
    if (found === undefined) {
      compilers.set(key, found = { ajv: createAjv(shared.map(([, { schema }]) => schema)), functions: new Map() })
    }
    return found
  }
}

export interface SchemaControl {
  schemaController: NonNullable<FastifyServerOptions['schemaController']>
  compileSchemas: FastifyInstance['compileSchemas']
}

/** The compilers of an app's routes: each compiles when the first request needs it. */
export function createSchemaControl (): SchemaControl {
  const pool = new SchemaPool()
  const routes: (() => unknown)[] = []

  function buildValidator (external: Record<string, Schema>) {
    pool.add(external)
    return ({ schema, httpPart: part, method, url }: RouteSchema) => {
      let compiled: ValidateFunction | undefined
      const compile = () => (compiled ??= pool.compile(schema))
      routes.push(() => {
        try {
          compile()
        } catch (cause) {
          throw new Error(`the schema of ${method} ${url} (${part}): ${(cause as Error).message}`, { cause })
        }
      })
      return (data: unknown) => {
        const validate = compile()
        const value = part === 'body' ? data : readParameters(data, schema, external)
        if (validate(value)) return { value }
        return { error: new Problem('invalid_request', presentErrors(validate.errors ?? [], part, MAX_ERRORS)) }
      }
    }
  }

  return {
    schemaController: {
      compilersFactory: { buildValidator, buildSerializer }
    } as unknown as SchemaControl['schemaController'],
    compileSchemas () { for (const compile of routes) compile() }
  }
}
