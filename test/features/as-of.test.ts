import { generateKeyPairSync } from 'node:crypto'
import { eq } from 'drizzle-orm'
import t from 'tap'
import { assignments, dimensionMembers, indicators, pillars, statusRules } from '../../src/db/schema/index.js'
import { build, client, owner } from '../helper.js'
import { agency, indicator, pages, writer } from './registry.js'

const DAY = '2025-11-20'
const PATHS = [
  `/v1/status?on=${DAY}&limit=500`,
  `/v1/status?on=${DAY}&basis=submitted&indicator=KTS-05`,
  `/v1/plans/4677-KH-UBND-2024/summary?on=${DAY}`,
  `/v1/indicators/CQS-02/status?on=${DAY}`,
  `/v1/indicators/KTS-05/series?on=${DAY}`
]

t.test('what a report saw can be read again to the byte, whatever was learnt since', async t => {
  const app = await build(t, { seed: 'demo' })
  const { post, change } = await writer(app)
  const { headers } = await client(app)
  const read = async (path: string) => {
    const response = await app.inject({ url: path, headers })
    t.equal(response.statusCode, 200, path)
    return response.body
  }
  const now = async () => (await app.pool.query('select clock_timestamp() as at')).rows[0].at as string
  const moments: { at: string, seen: Map<string, string> }[] = []
  /** What is answered now, and the instant at which it was asked. */
  const remember = async () => {
    const seen = new Map<string, string>()
    for (const path of PATHS) seen.set(path, await read(path))
    moments.push({ at: await now(), seen })
  }
  const learn: [string, () => Promise<unknown>][] = [
    ['a corrected figure', () => post('/v1/measurements', { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10.5', observedAt: '2025-11-14T09:00:00+07:00', reason: 'Thêm hai sàn' })],
    ['a version of a target', () => app.pool.query(`
      insert into target_versions (target_id, version, effective_from, operator, value, unit, due_date, mode, wording, document_id, reason)
      select target_id, 9, date '2025-06-01', 'gte', 12, unit, due_date, mode, wording, document_id, 'test' from target_versions v
      join targets t on t.id = v.target_id where t.indicator_code = 'KTS-05' and v.version = 1`)],
    ['an indicator\'s name', () => change('/v1/indicators/KTS-05', { name: { vi: 'Tỷ trọng TMĐT' } })],
    ['the end of a district', async () => {
      const { body } = await (await writer(app)).get('/v1/agencies/UBND-TUY-PHONG')
      const ended = (one: object) => ({ ...one, validTo: '2025-06-30' })
      return change('/v1/agencies/UBND-TUY-PHONG', { names: body['names'].map(ended), parents: body['parents'].map(ended), identifiers: body['identifiers'].map(ended) })
    }],
    ['other thresholds', () => app.db.insert(statusRules).values({ version: 2, effectiveFrom: '2025-01-01', pace: 'linear', onTrack: '0.99', atRisk: '0.90' })],
    ['a pillar\'s name', () => app.db.update(pillars).set({ name: { vi: 'Trụ cột' } })],
    ['a member of a dimension', () => app.db.delete(dimensionMembers).where(eq(dimensionMembers.position, 1))],
    ['who leads', () => app.db.update(assignments).set({ removedAt: '2025-01-01T00:00:00.000000Z' }).where(eq(assignments.role, 'lead'))],
    ['the order of things', () => app.db.update(indicators).set({ decimals: 4 })]
  ]
  await remember()
  for (const [what, learning] of learn) {
    const result = await learning() as { status?: number } | undefined
    if (result?.status !== undefined) t.ok(result.status < 300, what)
    await remember()
  }
  const different = new Set(moments.map(({ seen }) => [...seen.values()].join('\n')))
  t.ok(different.size >= learn.length - 1, `what is learnt shows in the answers: ${different.size} of ${moments.length}`)
  for (const [i, { at, seen }] of moments.entries()) {
    for (const [path, body] of seen) {
      t.equal(await read(`${path}&asOf=${at}`.replace('summary&', 'summary?')), body, `${path} as of moment ${i}`)
      const { asOf = at } = (JSON.parse(body).data?.[0] ?? JSON.parse(body)) as { asOf?: string }
      t.equal(await read(`${path}&asOf=${asOf}`), body, `${path} as of the instant that the answer names, ${i}`)
    }
  }
})

t.test('asOf is an instant that has come', async t => {
  const app = await build(t)
  for (const [value, code] of [['2999-01-01T00:00:00Z', 'as_of_in_future'], ['2025-06-31T00:00:00Z', 'bad_instant'], ['yesterday', 'bad_instant']]) {
    const { statusCode, body } = await app.inject(`/v1/status?asOf=${value}`)
    t.equal(statusCode, 400)
    const [error] = JSON.parse(body).errors
    t.equal(error.parameter, 'asOf')
    if (code !== 'bad_instant') t.equal(error.code, code)
  }
  for (const early of ['0001-01-01T00:00:00%2B14:00', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) {
    const { body, statusCode } = await app.inject(`/v1/status?asOf=${early}`)
    t.ok(statusCode === 400 || JSON.parse(body).data.length === 0, `${early}: ${statusCode}`)
  }
})

/** Lists whose rows say when they were recorded, and something that each of them has in the world below. */
const RECORDED: Record<string, string> = {
  '/v1/agencies': '/v1/agencies',
  '/v1/assignments': '/v1/assignments',
  '/v1/calendars': '/v1/calendars',
  '/v1/calendars/{code}/periods/{period}/transitions': '/v1/calendars/administrative/periods/2025-Q1/transitions',
  '/v1/clients': '/v1/clients',
  '/v1/clients/{id}/keys': '/v1/clients/:client/keys',
  '/v1/clients/{id}/secrets': '/v1/clients/:client/secrets',
  '/v1/clients/{id}/transitions': '/v1/clients/:client/transitions',
  '/v1/dimensions': '/v1/dimensions',
  '/v1/dimensions/{code}/members': '/v1/dimensions/sector/members',
  '/v1/documents': '/v1/documents',
  '/v1/explanations': '/v1/explanations',
  '/v1/explanations/{id}/versions': '/v1/explanations/:explanation/versions',
  '/v1/extensions': '/v1/extensions',
  '/v1/holidays': '/v1/holidays',
  '/v1/indicators': '/v1/indicators',
  '/v1/indicators/{code}/targets': '/v1/indicators/CQS-01/targets',
  '/v1/measurements': '/v1/measurements',
  '/v1/measurements/{id}/history': '/v1/measurements/:figure/history',
  '/v1/measurements/{id}/revisions': '/v1/measurements/:figure/revisions',
  '/v1/pillars': '/v1/pillars',
  '/v1/plans': '/v1/plans',
  '/v1/quality-outcomes': '/v1/quality-outcomes',
  '/v1/quality-rules': '/v1/quality-rules',
  '/v1/quality-rules/{code}/versions': '/v1/quality-rules/GIU-NGUYEN/versions',
  '/v1/reorganisations': '/v1/reorganisations',
  '/v1/signing-keys': '/v1/signing-keys',
  '/v1/status-rules': '/v1/status-rules',
  '/v1/submissions': '/v1/submissions',
  '/v1/targets': '/v1/targets',
  '/v1/targets/{id}/allocations': '/v1/targets/:whole/allocations',
  '/v1/targets/{id}/versions': '/v1/targets/:target/versions',
  '/v1/tasks': '/v1/tasks',
  '/v1/tasks/{code}/notes': '/v1/tasks/:task/notes'
}
/** The other lists, and parameters of which a cursor has to know. */
const COMPUTED: Record<string, string> = {
  '/v1/calendars/{code}/periods': '/v1/calendars/administrative/periods?year=2025&frequency=quarterly&sort=-deadline',
  '/v1/indicators/{code}/status': '/v1/indicators/CQS-02/status?basis=submitted&sort=-target',
  '/v1/obligations': '/v1/obligations?year=2025&indicator=CQS-02&sort=-deadline,agency',
  '/v1/obligations/completeness': '/v1/obligations/completeness?by=indicator&year=2025&sort=-expected',
  '/v1/ranking-methods': '/v1/ranking-methods?sort=-version',
  '/v1/rankings': '/v1/rankings?level=district&method=attainment',
  '/v1/status': '/v1/status?pillar=KTS&sort=indicator',
  '/v1/submissions/{id}/rows': '/v1/submissions/:submission/rows?outcome=created&sort=-position'
}
const FIGURE = { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025' }
const PLAN = '4677-KH-UBND-2024'
const DISTRICTS = ['UBND-TUY-PHONG', 'UBND-LA-GI', 'UBND-PHAN-THIET']

/** One of each. */
const made = (n: number, document: string): [url: string, body: object][] => [
  ['/v1/calendars/administrative/periods/2025-Q1/transitions', { to: 'open', reason: 'mở', effectiveOn: '2025-06-01' }],
  ['/v1/extensions', { kind: 'excuse', agency: 'UBND-TUY-PHONG', period: '2025-Q1', reason: 'bão' }],
  ['/v1/explanations', {
    obligation: { indicator: 'CQS-02', agency: 'UBND-LA-GI', period: `2025-Q${n}` }, kind: 'late', cause: 'Bão', remedy: 'Gửi bù'
  }],
  ['/v1/tasks/:task/notes', { date: '2025-03-10', text: 'Xong', progress: '10' }],
  ['/v1/status-rules', { effectiveFrom: `203${n}-01-01`, onTrack: '0.95', atRisk: '0.8' }],
  ['/v1/targets/:target/amendments', { effectiveFrom: `2025-0${n}-01`, document, reason: 'Đổi', value: `9${n}` }],
  ['/v1/reorganisations', {
    kind: 'rename', effectiveOn: `2026-0${n}-01`, document, rename: [{ agency: 'UBND-TUY-PHONG', name: { vi: `Huyện ${n}` } }]
  }],
  ['/v1/agencies', agency(`SO-${n}`, `Sở ${n}`)],
  ['/v1/clients', { id: `may-${n}`, name: `Máy ${n}`, scopes: ['registry:read'] }],
  ['/v1/clients/:client/transitions', { to: n === 2 ? 'active' : 'suspended', reason: `lần ${n}` }],
  // two may live at a time
  ...n < 3 ? [['/v1/clients/:client/secrets', {}] as [string, object]] : [],
  ['/v1/clients/:client/keys', { jwk: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) }],
  // another can follow when this one signs
  ...n === 1 ? [['/v1/signing-keys', { reason: 'Theo lịch' }] as [string, object]] : [],
  ['/v1/documents', { number: `${n}/QD`, type: 'Quyết định', issuer: 'UBND tỉnh', issuedOn: '2025-01-01', title: { vi: `Quyết định ${n}` } }],
  ['/v1/plans', { code: `KH-${n}`, name: { vi: `Kế hoạch ${n}` }, document, year: 2025, issuedOn: '2025-01-01', agency: 'UBND-BINH-THUAN' }],
  ['/v1/pillars', { code: `NHOM-${n}`, name: { vi: `Nhóm ${n}` } }],
  ['/v1/indicators', indicator(`CT-${n}`, `Chỉ tiêu ${n}`)],
  ['/v1/tasks', { code: `NV-${n}`, plan: PLAN, kind: 'task', name: { vi: `Nhiệm vụ ${n}` } }],
  ['/v1/assignments', { target: ':target', agency: DISTRICTS[n - 1], role: 'monitor', validFrom: '2025-01-01', validTo: '2025-06-30' }],
  ['/v1/calendars', { code: `lich-${n}`, name: { vi: `Lịch ${n}` }, startDay: n, monthOffset: 0, deadlines: {} }],
  ['/v1/holidays', { day: `2035-01-0${n}`, kind: 'off', name: { vi: `Ngày nghỉ ${n}` } }],
  ['/v1/dimensions', { code: `phan-to-${n}`, name: { vi: `Phân tổ ${n}` } }],
  ['/v1/dimensions/sector/members', { code: `nganh-${n}`, name: { vi: `Ngành ${n}` } }],
  ['/v1/targets/:whole/allocations', {
    method: 'equal', agencies: [{ agency: DISTRICTS[n - 1] }], document, effectiveFrom: '2025-01-01'
  }],
  ['/v1/quality-rules', { code: `DAY-${n}`, name: { vi: `Đầy ${n}` }, kind: 'change', params: { absolute: '0' }, severity: 'warn' }],
  // warned of: it differs from the year before
  ['/v1/measurements', { ...FIGURE, value: `9.${n}`, reason: 'đếm lại' }]
]

t.test('what was recorded within a span, and in the order of recording', async t => {
  const app = await build(t, { seed: 'plan' })
  const { get, post, change } = await writer(app)
  const { body: openapi } = await get('/v1/openapi.json')
  const figure = await post('/v1/measurements', { ...FIGURE, value: '9.25' })
  t.equal(figure.status, 201)
  await post('/v1/measurements', { ...FIGURE, period: '2024', value: '9' })
  await post('/v1/quality-rules', {
    code: 'GIU-NGUYEN', name: { vi: 'Giữ nguyên' }, kind: 'change', params: { absolute: '0' }, indicators: ['KTS-05'], severity: 'warn', state: 'active'
  })
  const first = async (url: string, key: string): Promise<string> => (await get(url)).body['data'][0][key]
  const target = await first('/v1/targets?indicator=KTS-05', 'id')
  const task = await first('/v1/tasks?kind=task', 'code')
  const document = await first('/v1/documents', 'id')
  const missed = await post('/v1/explanations', { target, kind: 'off_target', cause: 'Bão', remedy: 'Làm bù' })
  const whole = await first('/v1/targets?indicator=CQS-01', 'id')
  const machine = await post('/v1/clients', { id: 'may', name: 'Máy', scopes: ['measurements:write'] })
  t.equal(machine.status, 201)
  const names: Record<string, string> = { client: 'may', figure: figure.body['id'], target, task, whole, explanation: missed.body['id'] }
  const path = (url: string) => url.replace(/:(\w+)/, (_, name: string) => names[name]!)
  for (const note of ['một', 'hai']) {
    await change('/v1/quality-rules/GIU-NGUYEN', { note: { vi: note } })
  }
  const sameAsRead: [url: string, etag: unknown, read: unknown][] = []
  await change(path('/v1/explanations/:explanation'), { remedy: 'Làm bù nhanh' })
  for (const [url, body] of [1, 2, 3].flatMap(n => made(n, document))) {
    const { status, body: answer, headers } = await post(path(url), JSON.stringify(body).replace('":target"', `"${target}"`))
    if (status >= 300) t.fail(`${url}: ${JSON.stringify(answer)}`)
    sameAsRead.push([url, headers.etag, (await get(String(headers.location))).headers.etag])
  }
  t.same(sameAsRead.filter(([, etag, read]) => etag === undefined || etag !== read), [], 'what was created has the ETag of the GET that follows')
  const listing = async (url: string) => {
    const { status, body } = await get(url)
    if (status !== 200) t.fail(`${url}: ${JSON.stringify(body)}`)
    return body as { data: { recordedAt: string }[], count: number, next?: string }
  }

  interface Operation { parameters?: { name?: string }[], responses: Record<string, any> }
  const operations = Object.entries(openapi['paths'] as Record<string, { get?: Operation }>)
  const resolve = (schema: any) => schema?.$ref === undefined ? schema : openapi['components'].schemas[schema.$ref.split('/').at(-1)]
  const saysWhen = ({ responses }: Operation) => {
    const list = resolve(responses['200']?.content?.['application/json']?.schema)
    return resolve(list?.properties?.data?.items)?.properties?.recordedAt !== undefined
  }
  const takesSpan = ({ parameters }: Operation) => parameters?.some(({ name }) => name === 'recordedFrom') === true
  const those = (does: (operation: Operation) => boolean) => operations.flatMap(([url, { get }]) => get !== undefined && does(get) ? [url] : [])
  const [taking, saying] = [those(takesSpan), those(saysWhen)]
  t.same(taking.toSorted(), Object.keys(RECORDED), 'these')
  t.same(saying.toSorted(), taking.toSorted(), 'every list whose rows say when they were recorded, and no other')

  for (const template of Object.values(RECORDED)) {
    await t.test(template, async t => {
      const url = path(template)
      const { data, count } = await listing(`${url}?count=exact&sort=-recordedAt&limit=500`)
      const instants = data.map(row => row.recordedAt)
      t.same(instants, instants.toSorted().reverse(), 'the newest first')
      const up = await listing(`${url}?limit=500&sort=recordedAt`)
      t.same(up.data.map(row => row.recordedAt), instants.toReversed(), 'and the oldest first')
      const split = instants[Math.floor(instants.length / 2)]!
      const later = await listing(`${url}?count=exact&limit=500&recordedFrom=${split}`)
      const earlier = await listing(`${url}?count=exact&limit=500&recordedTo=${split}`)
      t.ok(later.data.length > 0 && later.data.every(row => row.recordedAt >= split), 'from an instant on, it included')
      t.ok(earlier.data.every(row => row.recordedAt < split), 'until an instant, it excluded')
      t.same([later.data.length, earlier.data.length], [later.count, earlier.count])
      t.equal(later.count + earlier.count, count, 'spans that adjoin leave nothing out and have nothing in common')
      const empty = await listing(`${url}?count=exact&recordedFrom=${split}&recordedTo=${split}`)
      t.same(empty, { data: [], count: 0 }, 'an empty span')
      t.same((await listing(`${url}?recordedFrom=2999-01-01T00:00:00Z`)).data, [])
      for (const [sort, expected] of [['-recordedAt', data], ['recordedAt', up.data]] as const) {
        const seen: object[] = []
        let next: string | undefined = `${url}?sort=${sort}&limit=${Math.ceil(later.count / 3)}&recordedFrom=${split}`
        while (next !== undefined) {
          const page: Awaited<ReturnType<typeof listing>> = await listing(next.replace('http://registry.test', ''))
          seen.push(...page.data)
          next = page.next
        }
        t.same(seen, expected.filter(row => row.recordedAt >= split), `page by page, ${sort}: none is lost, none comes twice`)
      }
      const { next: second } = await listing(`${url}?sort=-recordedAt&limit=1`)
      if (second === undefined) return
      const other = `${second.replace('http://registry.test', '')}&recordedFrom=${split}`
      t.match(await get(other), { status: 400, body: { code: 'invalid_cursor' } }, 'a cursor is bound to the span')
    })
  }

  await t.test('a cursor alone is enough on every list', async t => {
    const rows = DISTRICTS.map((agency, n) => ({ indicator: 'CQS-02', agency, period: '2025-Q1', numerator: `${n + 8}`, denominator: '10' }))
    const pushed = await post('/v1/submissions', { mode: 'atomic', rows })
    t.equal(pushed.status, 201, JSON.stringify(pushed.body))
    names['submission'] = pushed.body['id']
    t.same((await get(String(pushed.headers.location))).headers.etag, pushed.headers.etag, 'a submission too')
    const recorded = Object.fromEntries(Object.entries(RECORDED).map(([url, list]) => [url, `${list}?recordedFrom=2000-01-01T00%3A00%3A00Z&sort=-recordedAt`]))
    const lists = { ...COMPUTED, ...recorded }
    t.same(Object.keys(lists).sort(), those(({ parameters }) => parameters?.some(({ name }) => name === 'cursor') === true).toSorted(), 'all of them')
    for (const one of [...Object.values(lists), ...Object.values(RECORDED), '/v1/tasks?q=tien&on=2025-06-01', '/v1/agencies?level=district&on=2025-06-01']) {
      const url = path(one)
      const address = url.split('?')[0]!
      const { data } = await listing(`${url}${url.includes('?') ? '&' : '?'}limit=500`)
      if (data.length < 2) t.match(one, /ranking-methods/, `${url} has at least two rows`)
      const limit = data.length > 8 ? Math.ceil(data.length / 4) : 1
      const seen: object[] = []
      let more = `${url}${url.includes('?') ? '&' : '?'}limit=${limit}`
      for (let pages = 0; more !== '' && pages < 10; pages++) {
        const page = await listing(more)
        seen.push(...page.data)
        more = page.next === undefined ? '' : `${address}?limit=${limit}&cursor=${new URL(page.next).searchParams.get('cursor')}`
      }
      // of a status it is the newest instant of what stands on its page
      const undated = (rows: object[]) => rows.map(row => ({ ...row, asOf: undefined }))
      t.same(undated(seen), undated(data), url)
    }
    const { next, count } = await listing('/v1/status?limit=1&count=exact')
    const cursor = new URL(next!).searchParams.get('cursor')!
    t.equal((await listing(`/v1/status?cursor=${cursor}`)).data.length, Math.min(50, count - 1), 'as many as by default without a limit')
    const following = await listing(`/v1/status?cursor=${cursor}`)
    t.same(await listing(`/v1/status?cursor=${cursor}&format=json`), following, 'the form is no part of the question')
    t.match(await get(`/v1/status?cursor=${cursor}&on=2025-01-01&plan=${PLAN}`), {
      status: 400,
      body: { code: 'invalid_cursor', errors: [{ parameter: 'on', code: 'contradicts_cursor' }, { parameter: 'plan', code: 'contradicts_cursor' }] }
    })
  })

  await t.test('to the microsecond, over pages', async t => {
    const micros = ['000001', '000002', '000002', '000999', '001000']
    for (const [i, one] of micros.entries()) {
      await owner(app.pool).query(`
        insert into measurements select (jsonb_populate_record(m,
          jsonb_build_object('id', gen_random_uuid(), 'period', $1::text, 'recorded_at', $2::text))).*
        from measurements m where m.id = $3 and m.revision = 1`, [`201${i}`, `2024-01-01T00:00:00.${one}Z`, names['figure']])
    }
    const read = async (from: string, to: string) => {
      const { data } = await listing(`/v1/measurements?sort=recordedAt&recordedFrom=2024-01-01T${from}&recordedTo=2024-01-01T${to}`)
      return data.map(row => row.recordedAt.slice(-7, -1))
    }
    t.same(await read('00:00:00Z', '00:00:00.000002Z'), ['000001'])
    t.same(await read('00:00:00.000002Z', '07:00:00.000999%2B07:00'), ['000002', '000002'])
    t.same(await read('00:00:00.0009Z', '00:00:00.001001Z'), ['000999', '001000'])
    const paged: string[] = []
    let next: string | undefined = '/v1/measurements?recordedTo=2024-02-01T00:00:00Z&sort=recordedAt&limit=1'
    while (next !== undefined && paged.length < 9) {
      const page: Awaited<ReturnType<typeof listing>> = await listing(next.replace('http://registry.test', ''))
      paged.push(...page.data.map(row => row.recordedAt.slice(-7, -1)))
      next = page.next
    }
    t.same(paged, micros)
    const { headers } = await client(app)
    const { body } = await app.inject({
      url: '/v1/measurements?recordedTo=2024-01-01T00:00:00.000002Z', headers: { ...headers, accept: 'application/x-ndjson' }
    })
    t.same(body.trim().split('\n').map(line => JSON.parse(line).recordedAt), ['2024-01-01T00:00:00.000001Z'], 'exports too')
  })

  await t.test('measurements are found by the index, not by sorting all of them', async t => {
    // the statements that the route really sends, planned without what is cheaper for few rows
    const asked: { text: string, values: unknown[] }[] = []
    const { query } = app.pool
    app.pool.query = ((statement: { text: string }, values: unknown[]) => {
      asked.push({ text: statement.text, values })
      return (query as any).call(app.pool, statement, values)
    }) as never
    t.teardown(() => { app.pool.query = query })
    const { next } = await listing('/v1/measurements?sort=-recordedAt&limit=1&recordedFrom=2024-01-01T00:00:00Z')
    await listing(next!.replace('http://registry.test', ''))
    await listing('/v1/measurements?sort=recordedAt&recordedTo=2025-01-01T00:00:00Z')
    const lists = asked.filter(({ text }) => /order by m\.recorded_at/.test(text))
    t.equal(lists.length, 3)
    const connection = await app.pool.connect()
    t.teardown(() => { connection.release(true) })
    for (const name of ['seqscan', 'bitmapscan', 'sort']) await connection.query(`set enable_${name} = off`)
    for (const { text, values } of lists) {
      const { rows } = await connection.query(`explain ${text}`, values)
      const plan = rows.map(row => row['QUERY PLAN']).join('\n')
      t.match(plan, /Index Scan (Backward )?using measurements_recorded_index on measurements m\b/, text)
      t.match(plan, /Index Cond: .*recorded_at/)
      // rows of one instant are put into the order of their ids
      t.notMatch(plan.split('SubPlan')[0], /-> +Sort\b/, 'nothing of it is sorted but rows of one instant')
    }
  })

  await t.test('a span that can still grow is refused', async t => {
    for (const [query, parameter, code] of [
      ['recordedTo=2999-01-01T00:00:00Z', 'recordedTo', 'recorded_to_in_future'],
      ['recordedFrom=2025-01-02T00:00:00Z&recordedTo=2025-01-01T00:00:00Z', 'recordedFrom', 'bad_range'],
      ['recordedFrom=2025-01-01T00:00:00.000002Z&recordedTo=2025-01-01T00:00:00.000001Z', 'recordedFrom', 'bad_range'],
      ['recordedFrom=2025-01-01', 'recordedFrom', 'not_an_instant'],
      ['recordedTo=', 'recordedTo', 'not_an_instant'],
      ['recordedTo=2025-01-01T00:00:00', 'recordedTo', 'not_an_instant']
    ] as const) {
      t.match(await get(`/v1/measurements?${query}`), { status: 400, body: { errors: [{ parameter, code }] } }, query)
    }
    const none = await get('/v1/obligations?recordedFrom=2025-01-01T00:00:00Z')
    t.match(none, { status: 400, body: { errors: [{ parameter: 'recordedFrom', code: 'unknown_parameter' }] } }, 'nor where nothing is recorded')
  })
})

t.test('a change moves a row into the span of the change, and out of that in which it was first recorded', async t => {
  const app = await build(t, { seed: 'plan' })
  const { get, change } = await writer(app)
  const name = { vi: 'Tên khác' }
  const lists: [list: string, path: string, patch: object, asOf: boolean][] = [
    ['/v1/agencies', '/v1/agencies/UBND-LA-GI', { note: name }, true],
    ['/v1/assignments', '/v1/assignments/:id', { duty: 'việc khác' }, true],
    ['/v1/calendars', '/v1/calendars/statistical', { name }, false],
    ['/v1/dimensions', '/v1/dimensions/sector', { name }, false],
    ['/v1/dimensions/sector/members', '/v1/dimensions/sector/members/y-te', { name }, false],
    ['/v1/documents', '/v1/documents/4677-KH-UBND-2024', { relations: [] }, false],
    ['/v1/holidays', '/v1/holidays/2025-05-02', { name }, true],
    ['/v1/indicators', '/v1/indicators/KTS-05', { reviewPolicy: 'manual' }, false],
    ['/v1/pillars', '/v1/pillars/CQS', { plans: [] }, false],
    ['/v1/pillars?plan=4677-KH-UBND-2024', '/v1/pillars/KTS', { name }, false],
    ['/v1/plans', '/v1/plans/4677-KH-UBND-2024', { name }, false],
    ['/v1/quality-rules', '/v1/quality-rules/DAY', { state: 'retired' }, false],
    ['/v1/tasks', '/v1/tasks/GP1.2', { indicators: [] }, true]
  ]
  const { post } = await writer(app)
  const { body: { data: [{ id: target }] } } = await get('/v1/targets?indicator=KTS-05')
  const assigned = await post('/v1/assignments', { target, agency: 'UBND-LA-GI', role: 'monitor', validFrom: '2025-01-01' })
  await post('/v1/dimensions/sector/members', { code: 'y-te', name: { vi: 'Y tế' } })
  await post('/v1/quality-rules', {
    code: 'DAY', name: { vi: 'Thay đổi' }, kind: 'change', params: { absolute: '0' }, severity: 'warn'
  })
  for (const [list, template, patch, takesAsOf] of lists) {
    await t.test(list, async t => {
      const path = template.replace(':id', assigned.body['id'])
      const { body: before } = await get(path)
      const { status, body: after } = await change(path, patch)
      t.equal(status, 200, JSON.stringify(after))
      t.ok(after['recordedAt'] > before['recordedAt'], `${after['recordedAt']} is after ${before['recordedAt']}`)
      t.same((await get(path)).body, after, 'read again')
      const span = async (query: string) => {
        const { body } = await get(`${list}${list.includes('?') ? '&' : '?'}limit=500&${query}`)
        return body['data'] as object[]
      }
      t.same(await span(`recordedFrom=${after['recordedAt']}`), [after], 'alone in the span of its change')
      t.same((await span('sort=-recordedAt'))[0], after, 'the last to be recorded')
      t.equal((await span(`recordedTo=${after['recordedAt']}`)).length + 1, (await span('')).length, 'and in no other')
      if (!takesAsOf) return
      const then = await span(`asOf=${before['recordedAt']}`)
      t.match(then.filter(row => JSON.stringify(row) === JSON.stringify(before)), [before], 'as it was known before the change')
      t.same(await span(`asOf=${before['recordedAt']}&recordedFrom=${after['recordedAt']}`), [], 'what was not known yet was not recorded')
    })
  }
})

t.test('rows that are changed in place are in order to the microsecond, over pages', async t => {
  const app = await build(t, { seed: 'plan' })
  const { get } = await writer(app)
  const micros = ['000001', '000002', '000002', '000999', '001000']
  for (const [i, one] of micros.entries()) {
    await app.pool.query('insert into dimension_members (dimension_code, code, name, known_from) values ($1, $2, $3, $4)',
      ['sector', `m${i}`, { vi: `Ngành ${i}` }, `2024-01-01T00:00:00.${one}Z`])
  }
  for (const [sort, expected] of [['recordedAt', ['m0', 'm1', 'm2', 'm3', 'm4']], ['-recordedAt', ['m4', 'm3', 'm2', 'm1', 'm0']]] as const) {
    t.same((await pages(get, `/v1/dimensions/sector/members?sort=${sort}&limit=1`)).flat(), expected)
  }
  const within = (from: string, to: string) =>
    pages(get, `/v1/dimensions/sector/members?recordedFrom=2024-01-01T00:00:00.${from}Z&recordedTo=2024-01-01T00:00:00.${to}Z&sort=code`)
  t.same((await within('000001', '000002')).flat(), ['m0'])
  t.same((await within('000002', '000999')).flat(), ['m1', 'm2'])
  t.same((await within('000999', '001001')).flat(), ['m3', 'm4'])
})
