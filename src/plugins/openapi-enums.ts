import { NAMED_ENUMS, type NamedEnum } from './openapi-enum-texts.js'

type Json = Record<string, unknown>

const keyOf = (values: readonly string[]): string => [...values].sort().join('\n')
const BY_VALUES = new Map(NAMED_ENUMS.map(one => [keyOf(Object.keys(one.values)), one]))

/** More values than a line can tell are told in a list. */
const IN_A_LINE = 12

/** `quoted` stands in the plan · `researched` looked up elsewhere …, in both languages. */
function described ({ about, values }: NamedEnum): string {
  const isList = Object.keys(values).length > IN_A_LINE
  return [0, 1].map(i => {
    const told = Object.entries(values).map(([value, texts]) => `\`${value}\` ${texts[i]}`)
    return isList ? `${about[i]}:\n- ${told.join('\n- ')}` : `${about[i]}: ${told.join(' · ')}.`
  }).join(isList ? '\n\n' : ' / ')
}

function schemaOf (one: NamedEnum): Json {
  return {
    type: 'string',
    enum: Object.keys(one.values),
    'x-enum-descriptions': Object.values(one.values).map(texts => texts.join(' / ')),
    description: described(one)
  }
}

/**
 * Where a schema lists the values of a named enumeration it refers to the name; what it says beside (description,
 * examples) stays with the reference. Adds the names that are in use to `schemas`.
 */
export function nameEnums (paths: unknown, schemas: Record<string, Json>, codes: readonly NamedEnum[]): void {
  const all = [...NAMED_ENUMS, ...codes]
  const used = new Set<NamedEnum>()
  const visit = (at: unknown): void => {
    if (typeof at !== 'object' || at === null) return
    if (!Array.isArray(at) && refer(at as Json)) return
    for (const [key, value] of Object.entries(at)) if (key !== 'example' && key !== 'examples') visit(value)
  }
  const refer = (schema: Json): boolean => {
    const values = schema.enum
    if (!Array.isArray(values) || !['string', undefined].includes(schema.type as string)) return false
    const found = BY_VALUES.get(keyOf(values as string[]))
    if (found === undefined) return false
    used.add(found)
    delete schema.type
    delete schema.enum
    schema.$ref = `#/components/schemas/${found.name}`
    return true
  }
  visit(paths)
  for (const [name, schema] of Object.entries(schemas)) {
    // one that is shared already is told here what its values mean
    const own = all.find(one => one.name === name)
    if (own !== undefined && Array.isArray(schema.enum)) used.add(own)
    else visit(schema)
  }
  for (const one of used) {
    if (schemas[one.name] !== undefined && !Array.isArray(schemas[one.name]!.enum)) {
      throw new Error(`the document has a schema "${one.name}" that is no enumeration`)
    }
    schemas[one.name] = schemaOf(one)
  }
}
