import t from 'tap'
import { partsOf } from './workbook-files.js'
import { MARKERS, READERS, secretWorld, type Reader } from './sight-world.js'

type Json = Record<string, any>

/** How many pages of a list are followed; none of this world is longer. */
const PAGES = 40
/** Which rows there are, by what everybody may know of them: no other form of an answer, and nothing more in it. */
const PLAIN_FILTERS = new Set(['provenance', 'quality', 'kind', 'level', 'mode', 'role', 'severity', 'frequency', 'performance', 'reporting', 'outcome', 'warned', 'lang', 'count'])
/** Readers to whom nothing more than the public is shown: they are asked in fewer ways. */
const NO_MORE: ReadonlySet<Reader> = new Set(['plain', 'editor'])
const NOWHERE = '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'

/** Readers who may see a marker and never meet it, each with the reason. */
const NEVER_MET: readonly (readonly [marker: string, reader: Reader, why: string])[] = [
]

/** Every combination of the values that the path's parameters are given. */
function addresses (path: string, places: Record<string, Record<string, string[]>>): string[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(found => found[1]!)
  if (names.length === 0) return [path]
  const found = Object.keys(places).filter(one => path.startsWith(`${one}/`)).sort((a, b) => b.length - a.length)[0]
  return names.reduce<string[]>((all, name) => {
    const values = found === undefined ? undefined : places[found]![name]
    // whoever adds a route says what there is to be read by it
    if (values === undefined) throw new Error(`${path}: test/features/sight-world.ts says nothing of {${name}}`)
    return all.flatMap(one => values.map(value => one.replace(`{${name}}`, encodeURIComponent(value))))
  }, [path])
}

t.test('every route, every reader: each marker is seen by whom it concerns, and by nobody else', async t => {
  const world = await secretWorld(t)
  const { app, headers } = world
  const document = app.swagger() as unknown as { paths: Record<string, Record<string, Json>>, components: Json }
  const resolve = (one: Json): Json => typeof one['$ref'] === 'string'
    ? resolve(one['$ref'].split('/').slice(1).reduce((at: Json, key: string) => at[key], document as unknown as Json))
    : one
  const now = (await app.pool.query<{ at: string }>('select clock_timestamp() as at')).rows[0]!.at

  /** The queries of an operation: none, each value of what has few, what names a client or a submission, a page at a time. */
  function queriesOf (operation: Json): string[] {
    const parameters = ((operation['parameters'] ?? []) as Json[]).map(resolve).filter(one => one['in'] === 'query')
    const has = (name: string) => parameters.some(one => one['name'] === name)
    const required = parameters.filter(one => one['required'] === true).map(one => `${one['name']}=${one['name'] === 'level' ? 'district' : '2025'}`).join('&')
    const varied = parameters.flatMap(({ name, schema }) => {
      const { type, enum: values = type === 'boolean' ? ['true', 'false'] : [] } = resolve(schema) as { type?: string, enum?: string[] }
      return PLAIN_FILTERS.has(name) ? [] : values.map(value => `${name}=${encodeURIComponent(value)}`)
    })
    const named = [
      ...has('client') ? ['client=zq-pusher'] : [],
      ...has('submission') ? world.places['/v1/submissions']!['id']!.slice(0, 2).map(id => `submission=${id}`) : [],
      ...has('asOf') ? [`asOf=${encodeURIComponent(now)}`] : [],
      ...has('template') ? ['template=true&format=csv&agency=D1', 'template=true&format=xlsx&agency=D1'] : [],
      ...has('on') && has('agency') ? ['agency=D1&on=2025-04-20', 'agency=D1&on=2026-01-20'] : [],
      ...has('items') ? ['items=true&format=csv', 'period=2025-Q1&items=true'] : [],
      ...has('agency') && has('view') ? ['agency=D1', 'agency=C1', 'agency=D3&view=restated', 'agency=D2', 'agency=D1&format=csv', 'agency=D1&format=xlsx'] : []
    ]
    return [...new Set(['', ...varied, ...named, ...has('limit') ? ['count=exact&limit=2'] : []])]
      .map(query => [required, query].filter(text => text !== '').join('&'))
  }

  const met = new Map<string, Set<Reader>>([...MARKERS.keys()].map(marker => [marker, new Set()]))
  const counted = { operations: 0, requests: 0, cells: 0, statuses: new Map<number, number>() }

  /** Asks, and holds what is answered to the table; the text that was searched. */
  async function ask (reader: Reader, method: string, url: string, payload?: object) {
    const answer = await app.inject({ method: method as 'GET', url, headers: headers[reader], ...payload === undefined ? {} : { payload } })
    counted.requests++
    counted.statuses.set(answer.statusCode, (counted.statuses.get(answer.statusCode) ?? 0) + 1)
    const isWorkbook = String(answer.headers['content-type']).includes('spreadsheetml')
    const text = `${JSON.stringify(answer.headers)} ${isWorkbook && answer.rawPayload.length > 22 ? [...partsOf(answer.rawPayload).values()].join(' ') : answer.body}`
    for (const [marker, allowed] of MARKERS) {
      counted.cells++
      if (url.includes(marker) || !text.includes(marker)) continue
      met.get(marker)!.add(reader)
      if (!allowed.includes(reader)) t.fail(`${reader} reads ${marker} at ${method} ${url}`, { around: text.slice(Math.max(0, text.indexOf(marker) - 200), text.indexOf(marker) + 100) })
    }
    if (answer.statusCode >= 500) t.fail(`${method} ${url}: ${answer.statusCode} ${answer.body}`)
    return answer
  }

  const here = (url: string) => url.replace('http://registry.test', '')
  const publicUrls: string[] = []
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      counted.operations++
      if (method !== 'get') continue
      for (const address of addresses(path, world.places)) {
        for (const query of queriesOf(operation)) {
          const url = query === '' ? address : `${address}?${query}`
          publicUrls.push(url)
          for (const reader of READERS) {
            if (NO_MORE.has(reader) && query !== '' && !/ndjson|count|state|basis|client|submission/.test(query)) continue
            let next: string | undefined = url
            for (let page = 0; next !== undefined && page < PAGES; page++) {
              const answer = await ask(reader, 'GET', here(next))
              next = url.includes('limit=') && answer.statusCode === 200 ? answer.json<Json>()['next'] : undefined
              // what a page of others ends with opens nothing
              if (next !== undefined && reader === 'reviewer' && page === 0) {
                for (const other of READERS) await ask(other, 'GET', here(next))
              }
            }
          }
        }
      }
    }
  }
  // nothing is changed by a body that says nothing; what is refused tells nothing
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of Object.keys(item).filter(method => method !== 'get')) {
      for (const address of addresses(path, world.places)) {
        for (const reader of READERS) await ask(reader, method.toUpperCase(), address, {})
      }
    }
  }

  const exceptions = NEVER_MET.map(([marker, reader]) => `${marker} ${reader}`)
  const unmet = [...MARKERS].flatMap(([marker, allowed]) =>
    allowed.filter(reader => !met.get(marker)!.has(reader)).map(reader => `${marker} ${reader}`))
  t.same(unmet.sort(), [...exceptions].sort(), 'whoever may see a marker does')
  const statuses = [...counted.statuses].sort().map(([status, n]) => `${n} × ${status}`).join(', ')
  t.comment(`${counted.operations} operations, ${counted.requests} requests (${statuses}), ${counted.cells} cells: ` +
    `${MARKERS.size} markers × ${READERS.length} readers, ${exceptions.length} exceptions`)

  await t.test('what is hidden answers as what does not exist', async t => {
    const plain = ({ statusCode, body }: { statusCode: number, body: string }, id: string) =>
      [statusCode, body.replaceAll(id, 'ID').replace(/"instance":"[^"]*"/, '')]
    const same: [string, unknown, unknown][] = []
    for (const reader of ['nobody', 'administrator'] as const) {
      for (const rest of ['', '/revisions', '/history', '?asOf=' + encodeURIComponent(now)]) {
        const absent = plain(await ask(reader, 'GET', `/v1/measurements/${NOWHERE}${rest}`), NOWHERE)
        t.equal(absent[0], 404)
        for (const id of world.hidden) same.push([`${reader} ${id}${rest}`, plain(await ask(reader, 'GET', `/v1/measurements/${id}${rest}`), id), absent])
      }
    }
    t.same(same.filter(([, found, expected]) => JSON.stringify(found) !== JSON.stringify(expected)), [])
    t.equal(same.length, 8 * world.hidden.length)
    const [payload, url] = [{ reason: 'của ai?', revision: 1 }, (id: string) => `/v1/measurements/${id}/withdrawal`]
    const absent = plain(await ask('other', 'POST', url(NOWHERE), payload), NOWHERE)
    const others = (await app.inject({ url: '/v1/measurements?agency=D1&state=submitted', headers: headers.reviewer })).json<Json>()['data'] as Json[]
    for (const { id } of others.filter(one => one['period'] === '2025-Q2')) {
      t.same(plain(await ask('other', 'POST', url(id), payload), id), absent, 'nor is a stranger told that there is something to withdraw')
    }
  })

  await t.test('nor do the problems of a push for others tell what is stored', async t => {
    for (const period of ['2025-Q1', '2025-Q2', '2024-Q3', '2024-Q4']) {
      const row = { indicator: 'DIEM', agency: 'D1', period, value: '22.020203' }
      const answer = await ask('other', 'POST', '/v1/measurements?dryRun=true', row)
      t.same(answer.json<Json>()['errors'].map((one: Json) => one['code']), ['not_assigned'], period)
    }
  })

  await t.test('to ask for what one does not see is refused', async t => {
    const asking = ['state=submitted', 'state=returned', 'state=withdrawn', 'client=zq-pusher', `submission=${NOWHERE}`]
    const expected: Record<Reader, number[]> = {
      nobody: [401, 401, 401, 401, 401],
      plain: [403, 403, 403, 403, 403],
      editor: [403, 403, 403, 403, 403],
      own: [200, 200, 200, 200, 200],
      other: [200, 200, 200, 200, 200],
      reviewer: [200, 200, 200, 200, 200],
      administrator: [403, 403, 403, 200, 200]
    }
    for (const reader of READERS) {
      for (const format of ['json', 'csv']) {
        const statuses: number[] = []
        for (const query of asking) statuses.push((await ask(reader, 'GET', `/v1/measurements?${query}&format=${format}`)).statusCode)
        t.same(statuses, expected[reader], `${reader} ${format}`)
      }
      const basis = await ask(reader, 'GET', '/v1/status?basis=submitted')
      t.equal(basis.statusCode, { nobody: 401, plain: 403, editor: 403, own: 200, other: 200, reviewer: 200, administrator: 403 }[reader], `basis ${reader}`)
    }
    const { body } = await ask('plain', 'GET', '/v1/measurements?state=submitted')
    t.match(JSON.parse(body), { code: 'insufficient_scope', requiredScopes: ['measurements:write', 'measurements:review'] })
  })

  await t.test('whose the answer is, is said to caches; a token that is no good is refused, not passed over', async t => {
    const about = async (url: string, reader: Reader) => {
      const { headers: { 'cache-control': cache, vary } } = await ask(reader, 'GET', url)
      return [cache, vary]
    }
    for (const reader of ['nobody', 'reviewer'] as const) {
      for (const url of ['/v1/measurements', `/v1/measurements/${world.measurements[0]!}`, '/v1/measurements?format=csv', '/v1/assignments', '/v1/obligations', '/v1/indicators/DIEM/series?agency=D1']) {
        t.same(await about(url, reader), ['private, no-cache', 'Accept, Accept-Language, Authorization'], `${reader} ${url}`)
      }
      for (const url of ['/v1/status', '/v1/indicators', '/v1/rankings?level=district']) {
        t.same(await about(url, reader), ['no-cache', 'Accept, Accept-Language, Authorization'], `${reader} ${url}`)
      }
    }
    t.same(await about('/v1/status?basis=submitted', 'own'), ['private, no-cache', 'Accept, Accept-Language, Authorization'])
    t.equal((await app.inject({ url: '/v1/measurements', headers: { authorization: 'Bearer nothing' } })).statusCode, 401)
  })

  await t.test('no tag, no instant and no byte of a public answer tells that another pending figure came', async t => {
    const read = async () => new Map(await Promise.all(publicUrls.filter(url => !/openapi|asOf=|xlsx|^\/(health|docs)/.test(url)).map(async url => {
      const { statusCode, headers, body } = await app.inject(url)
      const bare = body.replace(/"instance":"[^"]*"/, '')
      return [url, [statusCode, headers['etag'], bare]] as const
    })))
    const before = await read()
    await world.figure('D1', '2025-Q2', '22.5')
    await world.figure('D2', '2025-Q1', '31.5', { note: 'sửa' })
    const after = await read()
    const changed = [...before].filter(([url, answer]) => JSON.stringify(after.get(url)) !== JSON.stringify(answer)).map(([url]) => url)
    t.same(changed, [], `of ${before.size} addresses`)
    // the figure that stands under a correction, and its correction's correction
    const { id } = (await app.inject('/v1/measurements?agency=D1&period=2025-Q1')).json<Json>()['data'][0]
    t.match((await app.inject(`/v1/measurements/${id}`)).json(), { revision: 1, value: '11.010101', state: 'accepted' })
  })
})
