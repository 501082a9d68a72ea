import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Test } from 'tap'
import { build, client, database, owner, type BuildOptions, type TestClient } from '../helper.js'
import { agency, indicator, lay, writer, type Body, type Writer } from './registry.js'

export const PROVINCE = 'UBND-TINH'
export const NDJSON = 'application/x-ndjson'
export const CSV = 'text/csv'
export const JSON_BODY = 'application/json'
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export interface PushedRow extends Record<string, unknown> {
  indicator: string, agency: string, period: string
  itemId?: string, value?: string, breakdown?: Record<string, string>, note?: string, reason?: string
}

export interface Sent { mode?: string, type?: string, key?: string, query?: string, headers?: Record<string, string>, as?: TestClient, to?: FastifyInstance }

/** A province with indicators for each to have one of its own, a dimension of 8,000 cells, and somebody who pushes. */
export async function world (t: Test, options: BuildOptions = {}) {
  const given = options.database ?? await database(t, { max: 10, ...options })
  const app = await build(t, { ...options, database: given })
  const api = await writer(app)
  await lay(app, api)
  for (const code of ['H1', 'H2']) await api.post('/v1/agencies', agency(code, `Huyện ${code}`, { kind: 'district_committee', level: 'district', parent: PROVINCE }))
  await app.pool.query(`insert into dimensions (code, name) values ('cell', '{"vi":"ô"}');
    insert into dimension_members (dimension_code, code, name) select 'cell', 'c' || i, '{"vi":"ô"}' from generate_series(0, 8000) i`)
  const pusher = await client(app)

  let made = 0
  /** The code of an indicator without a figure. */
  async function fresh (more: object = {}): Promise<string> {
    const code = `CHI-TIEU-${++made}`
    const { status, body } = await api.post('/v1/indicators', indicator(code, code, { valueKind: 'number', decimals: 1, unit: 'hồ sơ', aggregation: 'sum', maximum: undefined, ...more }))
    if (status !== 201) throw new Error(JSON.stringify(body))
    return code
  }

  async function push (body: string | Buffer | readonly PushedRow[], { mode = 'partial', type = NDJSON, key = randomUUID(), query = '', headers = {}, as = pusher, to = app }: Sent = {}) {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : written(body, type)
    const response = await to.inject({ method: 'POST', url: `/v1/submissions?mode=${mode}${query}`, headers: { ...as.headers, 'accept-language': 'en', 'content-type': type, ...key === '' ? {} : { 'idempotency-key': key }, ...headers }, payload })
    return { status: response.statusCode, body: response.json<Body>(), headers: response.headers, replayed: response.headers['idempotency-replayed'] === 'true' }
  }
  const get = async (url: string): Promise<Body> => (await app.inject({ url: url.replace('http://registry.test', ''), headers: { ...pusher.headers, 'accept-language': 'en' } })).json()

  /** All rows of a receipt, page by page. */
  async function rowsOf (receipt: Body, query = '', limit = 500): Promise<Body[]> {
    const found: Body[] = []
    for (let next: string | undefined = `${receipt['rows']}?limit=${limit}${query}`; next !== undefined;) {
      const page: Body = await get(next)
      found.push(...page['data'])
      next = page['next']
    }
    return found
  }

  /** A connection of the test's own. */
  async function session (): Promise<pg.Client> {
    const own = new pg.Client({ connectionString: given.connectionString })
    own.on('error', () => {})
    await own.connect()
    t.teardown(() => own.end())
    return own
  }
  const one = async (query: string, values: unknown[] = []): Promise<any> => Object.values((await app.pool.query(query, values)).rows[0] ?? {})[0]

  return {
    app,
    given,
    ...api as Omit<Writer, 'get'>,
    pusher,
    fresh,
    push,
    get,
    rowsOf,
    session,
    one,
    stored: async (indicator: string) => Number(await one('select count(*) from measurements where indicator_code = $1', [indicator])),
    /** Pushes that judge these rows wait for as long as the session holds them. */
    hold: (own: pg.Client, indicator: string) => own.query('select pg_advisory_lock(hashtextextended($1, 4677))', [indicator]),
    release: (own: pg.Client) => own.query('select pg_advisory_unlock_all()'),
    /** The processes of the app that wait for a lock, once there are so many. */
    async waiting (count = 1): Promise<number[]> {
      for (;;) {
        const { rows } = await owner(app.pool).query("select pid from pg_stat_activity where datname = current_database() and application_name = 'indicator-registry' and wait_event_type = 'Lock' order by pid")
        if (rows.length >= count) return rows.map(({ pid }) => pid)
        await sleep(5)
      }
    },
    /** The receipt of the push that is running now, once so many of its rows are stored. */
    async running (received: number): Promise<Body> {
      for (;;) {
        const { data } = await get('/v1/submissions?state=running')
        if (data.length > 0 && data[0].counts.received >= received) return data[0]
        await sleep(5)
      }
    }
  }
}

export const cells = (indicator: string, count: number, more: Partial<PushedRow> = {}): PushedRow[] =>
  Array.from({ length: count }, (_, i) => ({ itemId: `r${i}`, indicator, agency: PROVINCE, period: '2025-Q1', breakdown: { cell: `c${i}` }, value: `${i % 1000}`, ...more }))

export function written (rows: readonly PushedRow[], type: string, more: object = {}): string {
  if (type === NDJSON) return rows.map(row => JSON.stringify(row)).join('\n')
  if (type === JSON_BODY) return JSON.stringify({ ...more, rows })
  return [
    'agency,indicator,itemId,value,period,breakdown.cell,note',
    ...rows.map(({ agency, indicator, itemId = '', value = '', period, breakdown, note = '' }) => [agency, indicator, itemId, value, period, breakdown?.['cell'] ?? '', note].join(','))
  ].join('\r\n')
}

export const problems = (row: Body): string => (row['problems'] as Body[]).map(({ pointer, code }) => pointer === '' ? code : `${pointer} ${code}`).join(', ')
