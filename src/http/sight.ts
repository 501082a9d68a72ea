import { Type, type Static, type TOptional, type TSchema, type TUnsafe } from 'typebox'
import type { Audience } from '../domain/audience.js'

/**
 * Every kind of field that is not everybody's, and whose it is. All that shows one names its kind, and nothing else.
 */
export const VISIBLE_TO = {
  /** Who pushed a figure, by which submission, and what the pusher calls it. */
  origin: ['own_agency', 'reviewer', 'administrator'],
  /** What the registry said to the pusher of a figure: it may quote figures that are not accepted. */
  advice: ['own_agency', 'reviewer'],
  /** What a reviewer says to those who report. */
  comment: ['own_agency', 'reviewer'],
  /** Why somebody was given more time. */
  ground: ['own_agency', 'reviewer', 'administrator'],
  /** The name and the contact of a person; the position is public. */
  person: ['own_agency', 'administrator'],
  /** Which client recorded something else than a figure. */
  recorder: ['administrator'],
  /** The same of what an agency says of itself. */
  speaker: ['own_agency', 'administrator'],
  /** Figures that nobody need have accepted, whoever they are of. */
  figures: ['reviewer', 'administrator'],
  /** Clients, and what they are allowed. */
  grants: ['administrator']
} as const satisfies Record<string, readonly Audience[]>
export type Kind = keyof typeof VISIBLE_TO

/** Where the document says it, of a field and of an operation that has such fields. */
export const EXTENSION = 'x-visible-to'

/** A field that is absent for whom it does not concern. */
export function visible<T extends TSchema> (kind: Kind, schema: T): TOptional<TUnsafe<Static<T>>> {
  return Type.Optional(Type.Unsafe<Static<T>>({ ...schema, [EXTENSION]: [...VISIBLE_TO[kind]] }))
}

/** On an object that is about the reader's own agency, and holds for all that is in it. No serialiser knows symbols. */
const OWN = Symbol('own')

/** `isOwn`: whether the agency is the reader's own. */
export function marked<T extends object> (value: T, isOwn: boolean): T {
  return isOwn ? Object.assign(value, { [OWN]: true }) : value
}

export const isMarked = (value: object): boolean => OWN in value

/** Whether the reader is one of those whom a field concerns. */
export const sees = (reader: ReadonlySet<Audience>, audiences: readonly Audience[], isOwn: boolean): boolean =>
  audiences.some(one => one === 'own_agency' ? isOwn : reader.has(one))

/** Of a schema, which of its fields are not everybody's. */
export interface Veil {
  readonly audiences: ReadonlyMap<string, readonly Audience[]>
  readonly inner: ReadonlyMap<string, Veil>
  readonly items: Veil | undefined
}

type Json = Record<string, unknown>

/** Undefined where all of it is everybody's. `find`: a shared schema by its `$id`. */
export function veilOf (schema: Json, find: (id: string) => Json | undefined): Veil | undefined {
  const known = new Map<string, Veil | undefined>()
  const read = (one: Json): Veil | undefined => {
    if (typeof one['$ref'] !== 'string') return readPlain(one)
    const id = one['$ref'].replace(/#$/, '')
    // a schema that holds itself says of the inner one what it says of the outer: nothing more is to be found in it
    if (!known.has(id)) {
      known.set(id, undefined)
      const found = find(id)
      known.set(id, found === undefined ? undefined : read(found))
    }
    return known.get(id)
  }
  const readPlain = (one: Json): Veil | undefined => {
    const audiences = new Map<string, readonly Audience[]>()
    const inner = new Map<string, Veil>()
    for (const [name, property] of Object.entries((one['properties'] ?? {}) as Record<string, Json>)) {
      const told = property[EXTENSION] as Audience[] | undefined
      if (told !== undefined) audiences.set(name, told)
      const veil = read(property)
      if (veil !== undefined) inner.set(name, veil)
    }
    const items = one['items'] === undefined ? undefined : read(one['items'] as Json)
    const own = audiences.size > 0 || inner.size > 0 || items !== undefined ? { audiences, inner, items } : undefined
    const alternatives = [one['anyOf'], one['oneOf'], one['allOf']].flatMap(some => (some ?? []) as Json[]).map(read)
    return [own, ...alternatives].reduce(both, undefined)
  }
  return read(schema)
}

function both (a: Veil | undefined, b: Veil | undefined): Veil | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const inner = new Map(a.inner)
  for (const [name, veil] of b.inner) inner.set(name, both(inner.get(name), veil)!)
  return { audiences: new Map([...a.audiences, ...b.audiences]), inner, items: both(a.items, b.items) }
}

/** The value without the fields that do not concern the reader. */
export function unveil (value: unknown, veil: Veil | undefined, reader: ReadonlySet<Audience>, isOwn = false): unknown {
  if (veil === undefined || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => unveil(item, veil.items ?? veil, reader, isOwn))
  const own = isOwn || isMarked(value)
  const shown: Json = {}
  for (const [name, field] of Object.entries(value)) {
    const audiences = veil.audiences.get(name)
    if (audiences !== undefined && !sees(reader, audiences, own)) continue
    const inner = veil.inner.get(name)
    shown[name] = inner === undefined ? field : unveil(field, inner, reader, own)
  }
  return shown
}
