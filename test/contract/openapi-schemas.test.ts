import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import fc from 'fast-check'
import t from 'tap'
import { findBreaks, mayBreak, type ComparedDocument } from '../../openapi/breaking.js'
import { isDecimal, isShownDecimal } from '../../src/domain/decimal.js'
import { FORMATS, isInstant, isWebAddress } from '../../src/http/formats.js'

/** Its default export is itself or below `default`, by the module system that loads it. */
const addFormats = ajvFormats as unknown as (ajv: Ajv2020) => void

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
    // which of the codes a refusal can have; ProblemCode says what they mean
    if (/\/problem\+json\/schema\/allOf\/1\/properties\/code$/.test(place)) return
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
  const file = new URL('../../openapi/released.json', import.meta.url)
  const released = JSON.parse(await readFile(file, 'utf8')) as ComparedDocument
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
      code: { type: 'string' },
      state: { $ref: '#/components/schemas/State' },
      parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } }
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
    [({ paths }) => { Object.assign(paths['/things'].post.parameters[0]!, { required: true }) },
      'POST /things query state: is required'],
    [({ paths }) => { paths['/things'].post.parameters[0]!.schema.enum = ['a'] },
      'POST /things query state: no longer takes b'],
    [({ paths }) => { paths['/things'].post.responses[200].content = {} as never }, `${OUT}: is gone`],
    [({ components }) => { components.schemas.Thing.required = ['code', 'state'] }, `${IN}.state: is required`],
    [({ components }) => { components.schemas.Thing.required = [] }, `${OUT}.code: may be absent`],
    [({ components }) => { components.schemas.State.enum = ['a', 'b', 'c'] }, `${OUT}.state: may be c`],
    [({ components }) => { components.schemas.State.enum = ['a'] }, `${IN}.state: no longer takes b`],
    [({ components }) => {
      Object.assign(components.schemas.Thing.properties, { code: { anyOf: [{ type: 'string' }, { type: 'null' }] } })
    }, `${OUT}.code: may be null`],
    [({ components }) => { Object.assign(components.schemas.Thing.properties, { code: { type: 'integer' } }) },
      `${IN}.code: takes no string`, `${OUT}.code: may be integer`],
    [({ components }) => { delete (components.schemas.Thing.properties as Json)['parts'] },
      `${IN}.parts: is gone`, `${OUT}.parts: is gone`]
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

t.test('the patterns of the document take what the registry takes, and nothing else', async t => {
  const ajv = new Ajv2020({ strict: false })
  addFormats(ajv)
  for (const ours of ['decimal', 'shown-decimal']) ajv.addFormat(ours, true)
  ajv.addSchema({ $id: 'document', components: document.components })
  const published = (name: string) => ajv.compile({ $ref: `document#/components/schemas/${name}` })

  const isKnown = (text: string) => isInstant(text) && !/\.[0-9]{7}/.test(text)
  const isUuid = (text: string) => FORMATS['uuid']!.test(text)
  /** What no pattern can tell, and validators read otherwise: nobody is told that it is taken when it is not. */
  const yearsEnd = (text: string) => /^(0001-01-01|9999-12-31)T/i.test(text)
  // a host whose last label is a number must be an IPv4 address as a whole
  const strangeAddress = (text: string) => /[[\]@]/.test(text) || /^https?:\/\/([^/?#:]*\.)?[0-9][^./?#:]*\.?([:/?#]|$)/i.test(text) ||
    !/^https?:\/\/[a-z0-9.-]+(:[0-9]{1,4})?([/?#]|$)/i.test(text)
  type Test = (text: string) => boolean
  const scalars: [name: string, isTaken: Test, valid: string[], strange?: Test][] = [
    ['Decimal', isDecimal, ['0', '-1', '82.50', '0.000000000001', '999999999999999999.999999999999', '-0.5']],
    ['ShownDecimal', isShownDecimal, ['0', '89.95', '-0.05', `0.${'1'.repeat(64)}`]],
    ['CivilDate', FORMATS['date']!.test, ['2025-06-30', '2024-02-29', '0001-01-01', '9999-12-31']],
    ['Instant', isInstant,
      ['2025-06-30T16:15:00+07:00', '2025-06-30t00:00:00.1234567z', '2024-02-29T23:59:59-15:59'], yearsEnd],
    ['KnownInstant', isKnown, ['2025-06-30T16:15:00.123456Z', '2025-06-30T16:15:00+07:00'], yearsEnd],
    ['Uuid', isUuid, ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90']],
    ['WebAddress', isWebAddress, ['https://example.org/report.pdf', 'http://a.vn:8080/x?y=%20#z'], strangeAddress]
  ]
  const nasty = [
    '', ' ', '-0', '-0.0', '-0.', '+1', '01', '.5', '5.', '1e3', '0x10', 'NaN', '1,5', '１', '82.50\n', '0000-01-01',
    '2025-02-30', '2025-13-01', '2025-6-3', '2025-06-30T24:00:00Z', '2025-06-30T23:59:60Z', '2025-06-30T16:15:00',
    '2025-06-30 16:15:00Z', '2025-06-30T16:15Z', '2025-06-30T16:15:00+16:00', '2025-06-30T16:15:00+0700',
    '0197C2F4-6C0E-7B1C-9F57-2A3F5D1C8E90', 'urn:uuid:0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', 'ftp://x.vn',
    'HTTPS://x.vn', 'https://', 'https://x.vn/ a', 'https://x.vn/%zz', 'https://x.vn/%', 'https://x.vn/ố',
    'javascript:alert(1)', '//x.vn'
  ]
  for (const [name, isTaken, valid, strange = () => false] of scalars) {
    const isPublished = published(name)
    for (const text of valid) t.ok(isTaken(text) && isPublished(text), `${name}: ${text}`)
    const wrong: string[] = []
    const check = (text: string) => { if (isPublished(text) !== isTaken(text) && !strange(text)) wrong.push(text) }
    for (const text of nasty) check(text)
    const change = fc.tuple(fc.constantFrom(...valid, ...nasty), fc.nat(40), fc.nat(3),
      fc.oneof(fc.constantFrom('', '0', '-', '.', ':', 'T', 'Z', '9', '\n', '%', '@', '\0'),
        fc.string({ maxLength: 3, unit: 'grapheme' })))
    fc.assert(fc.property(change, ([text, at, cut, put]) => {
      check(text.slice(0, at) + put + text.slice(at + cut))
    }), { numRuns: 2000 })
    t.same(wrong, [], name)
  }

  const text = ajv.compile({ $ref: 'document#/components/schemas/LocalizedText' })
  for (const [vi, taken] of [
    ['Chuyển đổi số', true], ['  a\n😀', true], [' \n ', false], ['', false], ['a\0b', false], ['\0', false]
  ] as const) {
    t.equal(text({ vi }), taken, JSON.stringify(vi))
  }
  const started = performance.now()
  for (const one of ['\0', ' ', 'a', '0', '%', '-'].map(character => character.repeat(200_000))) {
    for (const [name] of scalars) published(name)(one)
    text({ vi: one })
    text({ vi: `${one}\0` })
  }
  t.ok(performance.now() - started < 2000, 'no text is slow to match')
})
