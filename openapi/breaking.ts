type Json = Record<string, unknown>
interface Reference { $ref?: string }
interface Schema extends Reference {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
}
interface Parameter extends Reference { name: string, in: string, required?: boolean, schema?: Schema }
interface Content extends Reference { content?: Record<string, { schema?: Schema }>, required?: boolean }
interface Operation { parameters?: Parameter[], requestBody?: Content, responses: Record<string, Content> }
export interface ComparedDocument { info: { version: string }, paths: Record<string, Record<string, Operation>>, components: Json }

/** Lists of codes of which the document says that more may be added: an integrator treats an unknown one by its status. */
const OPEN_LISTS = new Set(['ProblemCode', 'FieldErrorCode', 'RowCode', 'RowWarningCode', 'ReviewCode'])

/** What is sent to the registry, or what it answers: a list of values may grow in one and shrink in the other. */
type Direction = 'request' | 'answer'

/**
 * What a client written for `before` (openapi/released.json, which is replaced at a release: docs/architecture.md) would
 * break on with `after`, a line each: a path, operation, parameter, media type, status or field that is gone, something
 * newly required of a request or no longer sure in an answer, values that a request may no longer have or an answer newly
 * has, another type. Texts, examples and refusals do not count.
 */
export function findBreaks (before: ComparedDocument, after: ComparedDocument): string[] {
  const found: string[] = []
  const add = (place: string, what: string) => { if (!found.includes(`${place}: ${what}`)) found.push(`${place}: ${what}`) }
  const resolve = <T extends Reference>(document: ComparedDocument, value: T): T => value.$ref === undefined
    ? value
    : value.$ref.slice(2).split('/').reduce<unknown>((at, key) => (at as Json)[key], document) as T

  for (const [path, item] of Object.entries(before.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const now = after.paths[path]?.[method]
      const place = `${method.toUpperCase()} ${path}`
      if (now === undefined) add(place, 'is gone')
      else compareOperations(place, operation, now)
    }
  }
  return found

  function compareOperations (place: string, old: Operation, now: Operation): void {
    const keyOf = (one: Parameter) => `${one.in} ${one.name}`
    const olds = new Map((old.parameters ?? []).map(one => resolve(before, one)).map(one => [keyOf(one), one]))
    const nows = new Map((now.parameters ?? []).map(one => resolve(after, one)).map(one => [keyOf(one), one]))
    for (const [key, one] of olds) {
      const other = nows.get(key)
      if (other === undefined) add(`${place} ${key}`, 'is gone')
      else compare(`${place} ${key}`, one.schema, other.schema, 'request', [])
    }
    for (const [key, one] of nows) {
      if (one.required === true && olds.get(key)?.required !== true) add(`${place} ${key}`, 'is required')
    }
    compareContents(`${place} body`, old.requestBody, now.requestBody, 'request')
    if (now.requestBody?.required === true && old.requestBody?.required !== true) add(`${place} body`, 'is required')
    for (const [status, response] of Object.entries(old.responses)) {
      if (Number(status) >= 400) continue
      const other = now.responses[status]
      if (other === undefined) add(`${place} ${status}`, 'is gone')
      else compareContents(`${place} ${status}`, response, other, 'answer')
    }
  }

  function compareContents (place: string, old: Content | undefined, now: Content | undefined, direction: Direction): void {
    const contents = now === undefined ? {} : resolve(after, now).content ?? {}
    for (const [type, { schema }] of Object.entries(old === undefined ? {} : resolve(before, old).content ?? {})) {
      if (contents[type] === undefined) add(`${place} ${type}`, 'is gone')
      else compare(`${place} ${type}`, schema, contents[type].schema, direction, [])
    }
  }

  function compare (
    place: string, oldSchema: Schema | undefined, nowSchema: Schema | undefined, direction: Direction, within: string[]
  ): void {
    if (oldSchema === undefined || nowSchema === undefined) return
    const pair = `${oldSchema.$ref} ${nowSchema.$ref}`
    if (oldSchema.$ref !== undefined && within.includes(pair)) return
    const isOpen = nowSchema.$ref !== undefined && OPEN_LISTS.has(nowSchema.$ref.split('/').at(-1)!)
    const [old, now] = [resolve(before, oldSchema), resolve(after, nowSchema)]
    const deeper = oldSchema.$ref === undefined ? within : [...within, pair]

    const [oldTypes, nowTypes] = [typesOf(old, before), typesOf(now, after)]
    const gone = oldTypes.filter(type => !nowTypes.includes(type))
    const added = nowTypes.filter(type => !oldTypes.includes(type))
    if (direction === 'request' && gone.length > 0 && nowTypes.length > 0) add(place, `takes no ${gone.join(', ')}`)
    if (direction === 'answer' && added.length > 0 && oldTypes.length > 0) add(place, `may be ${added.join(', ')}`)

    compareValues(place, old, now, direction, isOpen)
    compareFields(place, old, now, direction, deeper)
    compare(`${place}[]`, old.items, now.items, direction, deeper)
    const [oldForms, nowForms] = [formsOf(old), formsOf(now)]
    for (const [index, form] of oldForms.entries()) compare(place, form, nowForms[index], direction, deeper)
  }

  function compareValues (place: string, old: Schema, now: Schema, direction: Direction, isOpen: boolean): void {
    const [olds, nows] = [valuesOf(old), valuesOf(now)]
    if (direction === 'request' && nows !== undefined) {
      const gone = olds === undefined ? ['any other value'] : olds.filter(value => !nows.includes(value))
      if (gone.length > 0) add(place, `no longer takes ${gone.join(', ')}`)
    }
    if (direction === 'answer' && olds !== undefined && !isOpen) {
      const added = nows === undefined ? ['any other value'] : nows.filter(value => !olds.includes(value))
      if (added.length > 0) add(place, `may be ${added.join(', ')}`)
    }
  }

  function compareFields (place: string, old: Schema, now: Schema, direction: Direction, within: string[]): void {
    const [olds, nows] = [old.properties ?? {}, now.properties ?? {}]
    for (const [name, schema] of Object.entries(olds)) {
      if (nows[name] === undefined) add(`${place}.${name}`, 'is gone')
      else compare(`${place}.${name}`, schema, nows[name], direction, within)
    }
    const [oldNeeds, nowNeeds] = [old.required ?? [], now.required ?? []]
    const needs = direction === 'request' ? nowNeeds.filter(name => !oldNeeds.includes(name)) : []
    for (const name of needs) add(`${place}.${name}`, 'is required')
    const unsure = direction === 'answer' ? oldNeeds.filter(name => !nowNeeds.includes(name) && nows[name] !== undefined) : []
    for (const name of unsure) add(`${place}.${name}`, 'may be absent')
  }

  function typesOf (schema: Schema, document: ComparedDocument): string[] {
    const own = schema.type === undefined ? [] : [schema.type].flat()
    const all = own.length > 0 ? own : (schema.anyOf ?? []).flatMap(form => typesOf(resolve(document, form), document))
    return [...new Set(all)]
  }
}

const formsOf = ({ anyOf }: Schema): Schema[] => (anyOf ?? []).filter(form => form.type !== 'null')

const valuesOf = (schema: Schema): unknown[] | undefined => schema.enum ?? (schema.const === undefined ? undefined : [schema.const])

/** Whether the version says that something may break: the major has moved, and of 0.x the minor. */
export function mayBreak (released: string, version: string): boolean {
  const [oldMajor, oldMinor] = released.split('.').map(Number)
  const [major, minor] = version.split('.').map(Number)
  return major! > oldMajor! || (major === 0 && oldMajor === 0 && minor! > oldMinor!)
}
