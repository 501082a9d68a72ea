import type { Test } from 'tap'
import { client, listen, type TestClient, pushKey } from '../helper.js'
import type { Body } from './registry.js'

export const PLAN = '4677-KH-UBND-2024'
export const PROVINCE = 'UBND-BINH-THUAN'
export const T = (id: string) => `4677-2025.${id}`

/** Nine of 1,000 units and Phú Quí with 500: 9,500 in all. */
export const DISTRICTS = ['BAC-BINH', 'DUC-LINH', 'HAM-TAN', 'HAM-THUAN-BAC', 'HAM-THUAN-NAM', 'LA-GI', 'PHAN-THIET', 'TANH-LINH', 'TUY-PHONG', 'PHU-QUI'].map(name => `UBND-${name}`)
/** Seven of 100 files and SO-KHCN with 200, since it does the work of SO-TTTT too: 900 in all. */
export const DEPARTMENTS = ['SO-CT', 'SO-GTVT', 'SO-KHCN', 'SO-KHDT', 'SO-NNPTNT', 'SO-TC', 'SO-TNMT', 'SO-XD']
/** Of the 45 communes that followed in truth, two stand for all: one that is a whole district, one that is a part of one. */
export const ISLAND = 'UBND-DK-PHU-QUI'
export const WARD = 'UBND-P-MUI-NE'

/** Rows of one indicator and period; an agency without a numerator has not reported. */
export function rows (indicator: string, period: string, agencies: readonly string[], numerators: readonly (number | undefined)[], denominatorOf: (agency: string) => number): object[] {
  return numerators.flatMap((numerator, i) => numerator === undefined
    ? []
    : [{ indicator, agency: agencies[i], period, numerator: String(numerator), denominator: String(denominatorOf(agencies[i]!)) }])
}
export const ofDistricts = (indicator: string, period: string, numerators: readonly (number | undefined)[]) =>
  rows(indicator, period, DISTRICTS, numerators, agency => agency === 'UBND-PHU-QUI' ? 500 : 1000)
export const ofDepartments = (period: string, numerators: readonly (number | undefined)[]) =>
  rows('CQS-02', period, DEPARTMENTS, numerators, agency => agency === 'SO-KHCN' ? 200 : 100)
/** The island, the ward. */
export const ofCommunes = (indicator: string, period: string, numerators: readonly number[], denominators: readonly number[]) =>
  rows(indicator, period, [ISLAND, WARD], numerators, agency => denominators[agency === ISLAND ? 0 : 1]!)

export interface Answer { status: number, body: Body, text: string }

/** The registry with the plan as issued, behind a socket, and the five systems that talk to it. */
export async function open (t: Test) {
  const { app, url } = await listen(t, { seed: 'plan' })
  const call = async (method: string, path: string, headers: Record<string, string>, payload?: object): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { connection: 'close', ...headers, ...pushKey(method === 'POST' ? path : ''), ...payload === undefined ? {} : { 'content-type': 'application/json' } },
      ...payload === undefined ? {} : { body: JSON.stringify(payload) }
    })
    const text = await response.text()
    return { status: response.status, text, body: text === '' ? {} : JSON.parse(text) }
  }
  const speak = ({ headers }: TestClient) => ({
    post: (path: string, payload: object) => call('POST', path, headers, payload),
    /** Must be answered 2xx. */
    async make (path: string, payload: object): Promise<Body> {
      const { status, body, text } = await call('POST', path, headers, payload)
      t.ok(status < 300, `POST ${path}${status < 300 ? '' : `: ${status} ${text.slice(0, 500)}`}`)
      return body
    },
    /** Every row is written. */
    async push (...rows: object[]): Promise<void> {
      const { status, body, text } = await call('POST', '/v1/submissions', headers, { mode: 'atomic', rows })
      const written = status < 300 && body['counts'].created + body['counts'].revised === rows.length
      t.ok(written, `${rows.length} rows are written${written ? '' : `: ${status} ${text.slice(0, 800)}`}`)
    },
    /** The codes of the one row that is refused. */
    async refused (row: object): Promise<string[]> {
      const { status, body } = await call('POST', '/v1/measurements', headers, row)
      t.equal(status, 422, 'refused')
      return (body['errors'] as Body[]).map(error => error['code'])
    }
  })
  // what awaits review is part of the year
  const reader = await client(app, { id: 'nguoi-doc', scopes: ['measurements:review'] })
  const get = (path: string) => call('GET', path, reader.headers)
  const clientOf = async (id: string, options: Parameters<typeof client>[1] = {}) => speak(await client(app, { id, ...options }))
  return {
    get,
    async list (path: string): Promise<Body[]> {
      const { status, body, text } = await get(path)
      t.equal(status, 200, `GET ${path}${status === 200 ? '' : `: ${text.slice(0, 300)}`}`)
      return body['data']
    },
    now: async () => (await app.pool.query('select clock_timestamp() as at')).rows[0].at as string,
    admin: await clientOf('admin', { grants: [] }),
    department: await clientOf('so-tttt', {
      scopes: ['measurements:write', 'measurements:review'],
      grants: [{ agency: 'SO-TTTT' }, { agency: PROVINCE, indicator: 'CQS-01' }, { agency: PROVINCE, indicator: 'CQS-04' }]
    }),
    trade: await clientOf('so-ct', { scopes: ['measurements:write'], grants: [{ agency: PROVINCE, indicator: 'KTS-05' }] }),
    localities: await clientOf('huyen', { scopes: ['measurements:write'], grants: [{ agency: PROVINCE, withSubtree: true }] }),
    office: await clientOf('van-phong', { scopes: ['measurements:review'] })
  }
}

export type World = Awaited<ReturnType<typeof open>>
