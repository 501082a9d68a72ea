import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'tap'
import { createAjv } from '../../src/http/validation.js'
import { client, listen } from '../helper.js'
import { operationsOf, type Operation } from '../contract/example-walk.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DOCUMENT = join(ROOT, 'openapi/openapi.json')
const run = promisify(execFile)
type Json = Record<string, any>

const CSV = [
  'itemId,indicator,agency,period,numerator,denominator,quality,observedAt,reason',
  'bc-0001,XHS-07,UBND-PHAN-THIET,2025-Q3,96642,165200,official,2025-09-16T08:30:00+07:00,Bổ sung số liệu của hai phường',
  'bc-0002,XHS-07,UBND-NOWHERE,2025-Q3,1,2,official,2025-09-16T08:30:00+07:00,Bổ sung',
  ''
].join('\r\n')

const isList = ({ method, parameters }: Operation) => method === 'GET' && parameters.some(one => one.name === 'cursor')

/** What a call of a list needs beside a page's own parameters: those of its path, and of its query that are required. */
function neededBy ({ parameters }: Operation): { path: Json, query: Json } {
  const of = (place: string) => Object.fromEntries(parameters
    .filter(one => one.in === place && one.required === true).map(({ name, example }) => [name, example]))
  return { path: of('path'), query: of('query') }
}

/** Goes to the end of a list by `cursor` alone, and says how many items there were, in how many pages, and the total. */
const walk = (name: string, call: (query: string) => string) => `
  {
    const items: unknown[] = []
    let pages = 0, total: number | undefined, cursor: string | undefined
    do {
      const { data, error } = await (cursor === undefined ? ${call('{ limit: 9, count: \'exact\' as const }')} : ${call('{ cursor }')})
      if (typeof data !== 'object') throw new Error(${JSON.stringify(name)} + JSON.stringify(error))
      items.push(...data.data)
      total ??= data.count
      pages++
      cursor = data.next === undefined ? undefined : new URL(data.next).searchParams.get('cursor') ?? undefined
    } while (cursor !== undefined)
    found[${JSON.stringify(name)}] = [items.length, pages, total]
  }`

const withQuery = (needed: Json, query: string) => `{ ...${query}, ...${JSON.stringify(needed)} as const }`

const openapiFetch = (lists: readonly Operation[]) => `
import createClient from 'openapi-fetch'
import type { paths } from './schema.js'
const [url, token] = process.argv.slice(2)
const client = createClient<paths>({ baseUrl: url!, headers: { authorization: \`Bearer \${token}\` } })
const found: Record<string, [number, number, number | undefined]> = {}
${lists.map(one => {
  const { path, query } = neededBy(one)
  const place = Object.keys(path).length === 0 ? '' : `path: ${JSON.stringify(path)}, `
  return walk(one.operationId, page => `client.GET(${JSON.stringify(one.path)}, { params: { ${place}query: ${withQuery(query, page)} } })`)
}).join('')}
const { data: receipt, error } = await client.POST('/v1/submissions', {
  params: { query: { mode: 'partial' }, header: { 'Idempotency-Key': 'a file from openapi-fetch' } },
  headers: { 'Content-Type': 'text/csv' },
  body: ${JSON.stringify(CSV)},
  bodySerializer: body => body as string
})
if (receipt === undefined) throw new Error(JSON.stringify(error))
console.log(JSON.stringify({ found, counts: receipt.counts, codes: receipt.exceptions.map(one => one.problems[0]?.code) }))
`

const heyApi = (lists: readonly Operation[]) => `
import { client } from './hey/client.gen.js'
import * as api from './hey/sdk.gen.js'
const [url, token] = process.argv.slice(2)
client.setConfig({ baseUrl: url!, headers: { authorization: \`Bearer \${token}\` } })
const found: Record<string, [number, number, number | undefined]> = {}
${lists.map(one => {
  const { path, query } = neededBy(one)
  const place = Object.keys(path).length === 0 ? '' : `path: ${JSON.stringify(path)}, `
  return walk(one.operationId, page => `api.${one.operationId}({ ${place}query: ${withQuery(query, page)} })`)
}).join('')}
const { data: receipt, error } = await api.pushSubmission({
  query: { mode: 'partial' },
  headers: { 'Idempotency-Key': 'a file from hey-api', 'Content-Type': 'text/csv' } as { 'Idempotency-Key': string },
  // its types know the JSON of a body alone
  body: ${JSON.stringify(CSV)} as never,
  bodySerializer: null
})
if (receipt === undefined) throw new Error(JSON.stringify(error))
console.log(JSON.stringify({ found, counts: receipt.counts, codes: receipt.exceptions.map(one => one.problems[0]?.code) }))
`

test('clients generated from the document page through every list and push a CSV', { timeout: 280_000 }, async t => {
  const { app, url } = await listen(t, { seed: 'demo', config: { publicUrl: 'http://127.0.0.1' } })
  const { token } = await client(app, { id: 'admin' })
  const lists = operationsOf(app.swagger()).filter(isList)
  await mkdir(join(ROOT, '.tap'), { recursive: true })
  const directory = await mkdtemp(join(ROOT, '.tap/clients-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))

  const { default: openapiTS, astToString } = await import('openapi-typescript')
  await writeFile(join(directory, 'schema.d.ts'), astToString(await openapiTS(new URL(`file://${DOCUMENT}`))))
  const { createClient } = await import('@hey-api/openapi-ts')
  await createClient({
    input: DOCUMENT,
    output: { path: join(directory, 'hey'), importFileExtension: '.js' },
    plugins: ['@hey-api/typescript', '@hey-api/client-fetch', '@hey-api/sdk'],
    logs: { level: 'silent' }
  })
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
  await writeFile(join(directory, 'openapi-fetch.ts'), openapiFetch(lists))
  await writeFile(join(directory, 'hey-api.ts'), heyApi(lists))
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      strict: true, noUncheckedIndexedAccess: true, target: 'es2023', module: 'nodenext', skipLibCheck: false, outDir: 'out',
      rootDir: '.', lib: ['es2023', 'dom', 'dom.iterable'], types: ['node']
    },
    include: ['openapi-fetch.ts', 'hey-api.ts', 'schema.d.ts', 'hey']
  }))
  const compiled = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory]).catch(error => error)
  t.equal(compiled.stdout, '', 'both compile strictly')

  for (const [program, outcome] of [['openapi-fetch', 'revised'], ['hey-api', 'unchanged']] as const) {
    const { stdout } = await run(process.execPath, [join(directory, 'out', `${program}.js`), url, token])
    const { found, counts, codes } = JSON.parse(stdout) as Json
    t.same(Object.keys(found).sort(), lists.map(one => one.operationId).sort(), `${program}: every list`)
    for (const [name, [items, pages, total]] of Object.entries<[number, number, number]>(found)) {
      t.equal(items, total, `${program} ${name}: all ${total} in ${pages} pages`)
    }
    t.ok(Object.values<[number, number]>(found).filter(([, pages]) => pages > 1).length >= 10, `${program}: many lists have several pages`)
    t.match(counts, { received: 2, [outcome]: 1, rejected: 1 })
    t.same(codes, ['unknown_agency'])
  }
})

test('the schemas of the document hold over 3,000 answers', { timeout: 280_000 }, async t => {
  const { app } = await listen(t, { seed: 'demo', validateResponses: false })
  const { headers } = await client(app, { id: 'admin' })
  const document = JSON.parse(JSON.stringify(app.swagger()).replaceAll(/"#\/components\/schemas\/(\w+)"/g, '"$1#"')) as Json
  const ajv = createAjv(Object.entries<Json>(document['components'].schemas).map(([$id, schema]) => ({ ...schema, $id })))
  ajv.addKeyword('x-enum-descriptions')
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>()
  const templates = Object.keys(document['paths']).map(path => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  const seen = new Map<string, number>()

  async function get (url: string): Promise<Json> {
    const [path] = url.split('?')
    const template = templates.find(one => one.path === path) ?? templates.find(one => one.pattern.test(path!))!
    const answer = await app.inject({ url, headers })
    if (answer.statusCode !== 200) t.fail(`${url} → ${answer.body.slice(0, 300)}`)
    const schema = document['paths'][template.path].get.responses['200'].content['application/json'].schema
    const validate = compiled.get(template.path) ?? ajv.compile(schema)
    compiled.set(template.path, validate)
    const body = answer.json<Json>()
    if (!validate(body)) t.fail(`${url}: ${JSON.stringify(validate.errors?.slice(0, 3).map(one => [one.instancePath, one.message]))}`)
    seen.set(template.path, (seen.get(template.path) ?? 0) + 1)
    return body
  }
  async function all (url: string): Promise<Json[]> {
    const found: Json[] = []
    for (let next: string | undefined = `${url}${url.includes('?') ? '&' : '?'}limit=25`; next !== undefined;) {
      const page: Json = await get(next)
      found.push(...page['data'])
      next = page['next'] === undefined ? undefined : page['next'].slice(page['next'].indexOf('/v1/'))
    }
    return found
  }

  for (const { id } of await all('/v1/measurements')) {
    for (const rest of ['', '?asOf=2026-01-15T00:00:00Z', '/revisions', '/history', '/history?asOf=2026-01-15T00:00:00Z']) {
      await get(`/v1/measurements/${id}${rest}`)
    }
  }
  const targets = await all('/v1/targets')
  for (const { id } of targets) for (const rest of ['', '/versions', '/allocations', '/reconciliation']) await get(`/v1/targets/${id}${rest}`)
  for (const { code } of await all('/v1/indicators')) {
    for (const rest of ['', '/targets', '/status', '/series', '/series?view=restated&on=2025-12-31', '/series?view=current&on=2025-12-31']) await get(`/v1/indicators/${code}${rest}`)
  }
  for (const { code } of await all('/v1/agencies?on=2025-12-31')) {
    for (const rest of ['', '/successors', '/predecessors', '/scorecard?on=2025-12-31']) await get(`/v1/agencies/${code}${rest}`)
  }
  for (const { id } of await all('/v1/assignments')) await get(`/v1/assignments/${id}`)
  for (const { code } of await all('/v1/tasks')) for (const rest of ['', '/notes']) await get(`/v1/tasks/${code}${rest}`)
  for (const { id } of await all('/v1/submissions')) { await get(`/v1/submissions/${id}`); await all(`/v1/submissions/${id}/rows`) }
  for (const path of ['plans', 'documents', 'pillars', 'dimensions', 'calendars', 'holidays', 'extensions', 'explanations', 'clients', 'quality-rules', 'quality-outcomes', 'reorganisations', 'status-rules']) await all(`/v1/${path}`)
  for (let month = 1; month <= 12; month++) {
    const on = `2025-${String(month).padStart(2, '0')}-15`
    await all(`/v1/status?on=${on}`)
    await all(`/v1/obligations?on=${on}`)
    await all(`/v1/obligations/completeness?on=${on}`)
    await get(`/v1/plans/4677-KH-UBND-2024/summary?on=${on}&asOf=${on}T00:00:00Z`)
    for (const level of ['province', 'district']) await get(`/v1/rankings?level=${level}&on=${on}&items=true`)
  }
  const answers = [...seen.values()].reduce((sum, one) => sum + one, 0)
  t.ok(answers >= 3000, `${answers} answers of ${seen.size} operations`)
})
