import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { parse } from 'yaml'
import { buildDocument } from '../../openapi/build.js'
import { createAjv } from '../../src/http/validation.js'
import { inLanguage, mapTexts, splitText } from '../../src/plugins/openapi-language.js'
import { VERSION } from '../../src/http/version.js'

type Json = Record<string, unknown>
interface Media { schema: Json, example?: unknown, examples?: Record<string, { value: unknown }> }
interface Content { description?: string, content?: Record<string, Media>, headers?: Json, $ref?: string }
interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { $ref?: string, name: string, in: string, description?: string, example?: unknown, schema: Json }[]
  requestBody?: Content
  responses: Record<string, Content>
}
interface Document {
  info: Json
  tags: { name: string, description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>, responses: Record<string, Content>, securitySchemes: Json } & Record<string, Json>
  'x-tagGroups': unknown
}

/** Letters that Vietnamese has and English has not. */
const VIETNAMESE = /[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]/iu

/** What a Vietnamese text does not have: the tone of `khoá` and `luỹ`, and words that misled and were replaced. */
const MISLEADING = new RegExp([
  '(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\\p{L})', '\\d %', '(?<!mã )bí mật', 'câu trả lời', 'nợ số liệu', 'nói về',
  'thành viên', 'tần suất', 'cửa sổ', 'sổ tính', 'mốc gốc', 'mức gốc', 'rút lại', 'chấm dứt', 'cơ quan ghi nhầm',
  'sự thật', 'chỉ số'
].join('|'), 'iu')

t.test('a text of the document is Vietnamese, then English', t => {
  t.same(splitText('Mã. / The code.'), { vi: 'Mã.', en: 'The code.' })
  t.same(splitText('Một.\n\nOne.'), { vi: 'Một.', en: 'One.' })
  t.same(splitText('a / b.\n\nc / d.'), { vi: 'a / b.', en: 'c / d.' }, 'between paragraphs a slash is a slash')
  t.same(splitText('Một.\n\nHai.\n\nOne.\n\nTwo.'), { vi: 'Một.\n\nHai.', en: 'One.\n\nTwo.' })
  t.same(splitText('# Một\n\nHai\n\n---\n\n# One'), { vi: '# Một\n\nHai', en: '# One' })
  for (const text of ['', 'Mã.', 'Mã/The code.', 'a / b / c', ' / b', 'a / ', 'a\n\nb\n\nc', 'a\n\n---\n\nb\n\n---\n\nc']) t.equal(splitText(text), undefined, text)
  t.end()
})

const isJson = (type: string) => /[/+]json$/.test(type)

t.test('the OpenAPI document', async t => {
  const { json, yaml } = await buildDocument()
  const document = JSON.parse(json) as Document
  const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation, name: `${method.toUpperCase()} ${path}` })))
  const resolve = <T extends { $ref?: string }>(value: T): T => value.$ref === undefined
    ? value
    : value.$ref.slice(2).split('/').reduce<unknown>((at, key) => (at as Json)[key.replaceAll('~1', '/').replaceAll('~0', '~')], document) as T

  await t.test('is valid OpenAPI 3.1, the same in both forms, twice', async t => {
    const result = await new Validator().validate(JSON.parse(json))
    t.ok(result.valid, JSON.stringify(result.errors)?.slice(0, 3000))
    t.same(parse(yaml), document)
    t.equal(document.info.version, VERSION)
    t.same(await buildDocument(), { json, yaml }, 'deterministic')
  })

  await t.test('is committed as it is: npm run openapi', async t => {
    const committed = (name: string) => readFile(new URL(`../../openapi/${name}`, import.meta.url), 'utf8')
    t.ok(await committed('openapi.json') === json, 'openapi/openapi.json is stale')
    t.ok(await committed('openapi.yaml') === yaml, 'openapi/openapi.yaml is stale')
  })

  await t.test('in one language it says the same, in that language alone', async t => {
    const [texts, faults]: [string[], string[]] = [[], []]
    mapTexts(document, (text, path) => {
      const halves = splitText(text)
      // what an English text says of Vietnamese stands in quotation marks, brackets or code
      const english = halves?.en.replaceAll(/“[^”]*”|"[^"]*"|`[^`]*`|\*[^*]*\*|\([^)]*\)/g, '')
      if (english === undefined || VIETNAMESE.test(english)) faults.push(`${path}: ${text}`)
      texts.push(text)
      return text
    })
    t.same(faults, [])
    t.ok(texts.length > 1_000)
    for (const language of ['vi', 'en'] as const) {
      const one = inLanguage(document, language)
      t.match(one.info, { title: { vi: 'Hệ thống quản lý chỉ tiêu chuyển đổi số cấp tỉnh', en: 'Provincial Indicator Registry' }[language] })
      t.ok((await new Validator().validate(structuredClone(one as unknown as Json))).valid)
      const shape = (of: Document) => mapTexts(of, () => '')
      t.same(shape(one), shape(document), 'nothing else differs')
    }
  })

  await t.test('its Vietnamese has one word for one thing, spelt in one way: docs/decisions/vietnamese.md', async t => {
    const faults: string[] = []
    mapTexts(document, (text, path) => {
      const found = MISLEADING.exec(splitText(text)?.vi ?? '')?.[0]
      if (found !== undefined) faults.push(`“${found}” at ${path}: ${text}`)
      return text
    })
    t.same(faults, [])
    for (const text of ['khoá', 'xoá đi', 'mọi luỹ kế', 'số 20 %', 'cơ quan nợ số liệu', 'Thành viên']) t.match(text, MISLEADING)
    for (const text of ['khóa', 'quý III', 'lũy kế', 'Ủy ban', 'Phú Quý', 'hoàn toàn', '20%', 'mã bí mật']) t.notMatch(text, MISLEADING)
  })

  await t.test('a reader meets it in the order of use', async t => {
    t.same(document['x-tagGroups'], [
      { name: 'Đọc / Pull', tags: ['status', 'obligations', 'series', 'measurements', 'rankings'] },
      { name: 'Gửi / Push', tags: ['push', 'explanations'] },
      { name: 'Duyệt / Review', tags: ['review', 'quality'] },
      {
        name: 'Kế hoạch và danh mục / Plan and catalogue',
        tags: ['plans', 'pillars', 'indicators', 'targets', 'tasks', 'assignments', 'documents', 'agencies', 'dimensions']
      },
      {
        name: 'Quản trị / Administer',
        tags: ['clients', 'calendars', 'extensions', 'reorganisations', 'status-rules', 'identity', 'operations']
      }
    ])
    const tags = document.tags.map(tag => tag.name)
    t.same(tags, (document['x-tagGroups'] as { tags: string[] }[]).flatMap(group => group.tags))
    const read = tags.flatMap(tag => operations.filter(({ operation }) => operation.tags[0] === tag))
    t.equal(read[0]?.name, 'GET /v1/status')
    t.equal(read.find(({ operation }) => operation.tags[0] === 'push')?.name, 'POST /v1/measurements')
  })

  await t.test('every reference leads somewhere, under a good name', async t => {
    for (const reference of new Set([...json.matchAll(/"\$ref": "([^"]+)"/g)].map(m => m[1]!))) {
      t.match(reference, /^#\/components\/(schemas|responses|headers|parameters)\/[A-Z][A-Za-z0-9]*$/)
      t.ok(resolve({ $ref: reference }) !== undefined, reference)
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      t.match(name, /^[A-Z][A-Za-z0-9]*$/)
      t.notOk('$id' in schema, name)
    }
  })

  await t.test('every operation says what it is', async t => {
    const ids = operations.map(o => o.operation.operationId)
    t.same(ids.filter((id, i) => ids.indexOf(id) !== i), [], 'operationIds are unique')
    const tags = new Set(document.tags.map(tag => tag.name))
    for (const { operation, name } of operations) {
      t.match(operation.operationId, /^[a-z]+[A-Z][A-Za-z0-9]*$/, `${name}: operationId`)
      t.match(operation.summary, / \/ /, `${name}: summary in both languages`)
      t.ok(operation.description, `${name}: description`)
      t.equal(operation.tags.length, 1, `${name}: one tag`)
      t.ok(tags.has(operation.tags[0]!), `${name}: a described tag, not ${operation.tags[0]}`)
      t.ok(Array.isArray(operation.security), `${name}: security`)
      for (const scheme of operation.security.flatMap(Object.keys)) t.ok(scheme in document.components.securitySchemes, `${name}: ${scheme}`)
      for (const parameter of (operation.parameters ?? []).map(resolve)) {
        t.match(parameter.description, / \/ |RFC /, `${name}: ${parameter.name} is described, itself`)
      }
    }
  })

  await t.test('each parameter of a path or query has an example of its own', async t => {
    const shared = new Set<string>()
    for (const { operation, name } of operations) {
      const examples = new Map<unknown, string>()
      for (const { name: parameter, in: place, example, schema } of (operation.parameters ?? []).map(resolve)) {
        if (place === 'header' || parameter === 'cursor') continue
        const own = example ?? (schema.examples as unknown[] | undefined)?.[0]
        t.not(own, undefined, `${name}: ${parameter} has an example`)
        if (typeof own !== 'string' || own.length < 3) continue
        const other = examples.get(own)
        if (other !== undefined) shared.add(`${other} ${parameter}`)
        examples.set(own, parameter)
      }
    }
    // a plan has the id of its document, who owes a figure mostly owes its own, and days and their order are what they are
    t.same([...shared].sort(), ['agency subject', 'plan document'])
  })

  await t.test('every property of every schema is described', async t => {
    const silent: string[] = []
    const look = (at: unknown, path: string): void => {
      if (typeof at !== 'object' || at === null) return
      const { properties = {} } = at as { properties?: Record<string, Json> }
      for (const [key, property] of Object.entries(properties)) if (!property.description) silent.push(`${path}/${key}`)
      for (const [key, value] of Object.entries(at)) if (key !== 'example' && key !== 'examples') look(value, `${path}/${key}`)
    }
    look(document.components.schemas, '')
    look(document.paths, '')
    t.same(silent, [])
  })

  await t.test('every refusal is a problem', async t => {
    for (const { operation, name, method } of operations) {
      const statuses = Object.keys(operation.responses)
      const guarded = operation.security.length > 0 && !operation.security.some(s => Object.keys(s).length === 0)
      const needed = ['400', '406', '500', '503', ...guarded ? ['401', '403'] : [], ...['patch', 'put', 'delete'].includes(method) ? ['412', '428'] : []]
      t.same(needed.filter(status => !statuses.includes(status)), [], name)
      const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400)
      const told = refusals.map(([status, response]) => {
        const { content = {}, headers = {}, description } = resolve(response)
        return [status, Boolean(description), Object.keys(content), 'X-Request-Id' in headers && 'API-Version' in headers]
      })
      t.same(told, refusals.map(([status]) => [status, true, ['application/problem+json'], true]), `${name}: described, a problem, with our headers`)
    }
  })

  await t.test('examples stand everywhere and fit their schemas', async t => {
    const local = JSON.parse(json.replaceAll(/"#\/components\/schemas\/(\w+)"/g, '"$1#"')) as Document
    const ajv = createAjv(Object.entries(local.components.schemas).map(([$id, schema]) => ({ ...schema, $id })))
    ajv.addFormat('binary', true)
    ajv.addVocabulary(['x-enum-descriptions'])
    const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
    const compile = (text: string) => {
      const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text))
      compiled.set(text, validate)
      return validate
    }
    const check = (name: string, media: Media, needed: boolean) => {
      const examples = [...(media.example === undefined ? [] : [media.example]), ...Object.values(media.examples ?? {}).map(e => e.value)]
      if (needed) t.ok(examples.length > 0, `${name}: an example`)
      const validate = compile(JSON.stringify(media.schema).replaceAll(/"#\/components\/schemas\/(\w+)"/g, '"$1#"'))
      for (const example of examples) t.ok(validate(example), `${name}: ${JSON.stringify(validate.errors?.map(e => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`))}`)
    }
    for (const { operation, name } of operations) {
      for (const [type, media] of Object.entries(operation.requestBody?.content ?? {})) check(`${name} body ${type}`, media, isJson(type))
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const [type, media] of Object.entries(resolve(response).content ?? {})) {
          if (isJson(type)) check(`${name} ${status} ${type}`, media, Number(status) < 300)
        }
      }
    }
    for (const [name, schema] of Object.entries(local.components.schemas)) {
      for (const example of (schema.examples ?? []) as unknown[]) {
        const validate = ajv.getSchema(name)!
        t.ok(validate(example), `${name}: ${JSON.stringify(validate.errors?.map(e => `${e.instancePath} ${e.message}`))}`)
      }
    }
  })

  await t.test('no field has a default: it would be published as required, and is not applied', async t => {
    const found: string[] = []
    const look = (at: unknown, path: string): void => {
      if (typeof at !== 'object' || at === null) return
      for (const [key, value] of Object.entries(at)) {
        if (key === 'default' && !path.endsWith('/properties')) found.push(path)
        if (key !== 'example' && key !== 'examples') look(value, `${path}/${key}`)
      }
    }
    look(document.components.schemas, '')
    look(document.paths, '')
    t.same(found, [])
  })
})
