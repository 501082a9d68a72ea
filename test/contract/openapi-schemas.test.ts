import { readFile } from 'node:fs/promises'
import t from 'tap'
import { findBreaks, mayBreak, type ComparedDocument } from '../../openapi/breaking.js'

type Json = Record<string, unknown>
interface Document { paths: Json, components: { schemas: Record<string, Json> } & Record<string, Json> }

const document = JSON.parse(await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')) as Document

/** Every object of the document that stands where a schema may, with its place; examples are data and are left out. */
function eachObject (at: unknown, look: (object: Json, place: string) => void, place = ''): void {
  if (typeof at !== 'object' || at === null) return
  if (!Array.isArray(at)) look(at as Json, place)
  for (const [key, value] of Object.entries(at)) {
    if (key !== 'example' && key !== 'examples') eachObject(value, look, `${place}/${key}`)
  }
}

t.test('every enumeration has a name and says what its values mean, in both languages', async t => {
  const inline: string[] = []
  const twice: string[] = []
  const untold: string[] = []
  const seen = new Map<string, string>()
  eachObject(document, ({ enum: values, description, 'x-enum-descriptions': texts }, place) => {
    if (!Array.isArray(values)) return
    if (!/^\/components\/schemas\/\w+$/.test(place)) return inline.push(`${place}: ${values.join(', ')}`)
    const key = [...values].sort().join()
    if (seen.has(key)) twice.push(`${place} has the values of ${seen.get(key)}`)
    seen.set(key, place)
    const halves = String(description).split(/ \/ |\n\n/)
    const told = Array.isArray(texts) && texts.length === values.length &&
      texts.every(text => /^(?:(?! \/ ).)+ \/ (?:(?! \/ ).)+$/.test(text)) &&
      halves.length === 2 && values.every(value => halves.every(half => half.includes(`\`${value}\``)))
    if (!told) untold.push(place)
  })
  t.same(inline, [], 'one that stands in its place: give it a name and texts in plugins/openapi-enum-texts.ts')
  t.same(twice, [])
  t.same(untold, [])
  t.not(seen.size, 0)
})

t.test('nothing breaks that was released, unless the version says so', async t => {
  const released = JSON.parse(await readFile(new URL('../../openapi/released.json', import.meta.url), 'utf8')) as ComparedDocument
  const today = document as unknown as ComparedDocument
  /** What was published and never answered: nobody can have read it. */
  const NEVER_ANSWERED = ['POST /v1/reviews 200 application/json.reviews[].problems[].rule: is gone']
  const breaks = findBreaks(released, today).filter(one => !NEVER_ANSWERED.includes(one))
  if (!mayBreak(released.info.version, today.info.version)) t.same(breaks, [])
  t.ok(Object.keys(released.paths).length > 90, 'of a whole document')
})

t.test('what breaks', async t => {
  const operation = {
    parameters: [{ name: 'state', in: 'query', schema: { enum: ['a', 'b'], type: 'string' } }],
    requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
    responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } }, 404: {} }
  }
  const thing = {
    type: 'object',
    required: ['code'],
    properties: {
      code: { type: 'string' }, state: { $ref: '#/components/schemas/State' }, parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } }
    }
  }
  const before = {
    info: { version: '0.1.0' },
    paths: { '/things': { post: operation, delete: { responses: {} } } },
    components: { schemas: { Thing: thing, State: { type: 'string', enum: ['a', 'b'] } } }
  }
  type Change = (document: typeof before & { components: { schemas: Record<string, Json> } }) => void
  const IN = 'POST /things body application/json'
  const OUT = 'POST /things 200 application/json'
  const cases: [Change, ...string[]][] = [
    [() => {}],
    [({ paths }) => { Object.assign(paths, { '/more': { get: { responses: {} } } }) }],
    [({ paths }) => { delete (paths['/things'].post.responses as Json)[404] }],
    [({ components }) => { Object.assign(components.schemas.Thing.properties, { note: { type: 'string' } }) }],
    [({ paths }) => { delete (paths['/things'] as Json)['delete'] }, 'DELETE /things: is gone'],
    [({ paths }) => { paths['/things'].post.parameters = [] }, 'POST /things query state: is gone'],
    [({ paths }) => { Object.assign(paths['/things'].post.parameters[0]!, { required: true }) }, 'POST /things query state: is required'],
    [({ paths }) => { paths['/things'].post.parameters[0]!.schema.enum = ['a'] }, 'POST /things query state: no longer takes b'],
    [({ paths }) => { paths['/things'].post.responses[200].content = {} as never }, `${OUT}: is gone`],
    [({ components }) => { components.schemas.Thing.required = ['code', 'state'] }, `${IN}.state: is required`],
    [({ components }) => { components.schemas.Thing.required = [] }, `${OUT}.code: may be absent`],
    [({ components }) => { components.schemas.State.enum = ['a', 'b', 'c'] }, `${OUT}.state: may be c`],
    [({ components }) => { components.schemas.State.enum = ['a'] }, `${IN}.state: no longer takes b`],
    [({ components }) => { Object.assign(components.schemas.Thing.properties, { code: { anyOf: [{ type: 'string' }, { type: 'null' }] } }) }, `${OUT}.code: may be null`],
    [({ components }) => { Object.assign(components.schemas.Thing.properties, { code: { type: 'integer' } }) },
      `${IN}.code: takes no string`, `${OUT}.code: may be integer`],
    [({ components }) => { delete (components.schemas.Thing.properties as Json)['parts'] }, `${IN}.parts: is gone`, `${OUT}.parts: is gone`]
  ]
  for (const [change, ...expected] of cases) {
    const after = structuredClone(before)
    change(after as never)
    t.same(findBreaks(before as never, after as never), expected, change.toString())
  }
  for (const [released, version, may] of [
    ['0.1.0', '0.1.0', false], ['0.1.0', '0.1.9', false], ['0.1.0', '0.2.0', true], ['0.2.0', '0.1.0', false],
    ['0.9.0', '1.0.0', true], ['1.2.0', '1.3.0', false], ['1.2.0', '2.0.0', true]
  ] as const) t.equal(mayBreak(released, version), may, `${released} to ${version}`)
})
