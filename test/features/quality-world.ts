import type { Test } from 'tap'
import { build } from '../helper.js'
import { agency, indicator, lay, writer, type Body, type Writer } from './registry.js'

export const WHOLE = 'UBND-TINH'

/** A province with two districts, and three indicators: a count that adds up, a ratio, and one reviewed by hand. */
export async function province (t: Test) {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  const lays = async (url: string, body: object) => { if ((await api.post(url, body)).status !== 201) t.fail(JSON.stringify(body)) }
  for (const code of ['H1', 'H2']) await lays('/v1/agencies', agency(code, `Huyện ${code}`, { kind: 'district_committee', level: 'district', parent: WHOLE }))
  await lays('/v1/agencies', agency('SO', 'Sở', { parent: WHOLE }))
  await lays('/v1/indicators', indicator('DEM', 'Số đếm', { valueKind: 'count', decimals: 0, unit: 'hồ sơ', aggregation: 'sum', maximum: undefined }))
  await lays('/v1/indicators', indicator('TY-LE', 'Tỷ lệ', { pillar: 'KTS', maximum: '1000' }))
  await app.db.$client.query('insert into dimension_members (dimension_code, code, name) values (\'NGANH\', \'GIAO-DUC\', \'{"vi":"Giáo dục"}\')')
  return { app, ...api, push: pusher(api) }
}

/** Rows as [agency, period, figure, more]; the answer as [outcome, codes of problems, rules that warned] of each. */
function pusher ({ post, get }: Writer) {
  return async (code: string, rows: [string, string, string, object?][], query = '?mode=partial') => {
    const { status, body } = await post(`/v1/submissions${query}`, {
      rows: rows.map(([agency, period, figure, more]) => {
        const [value, denominator] = figure.split('/')
        return { indicator: code, agency, period, ...denominator === undefined ? { value } : { numerator: value, denominator }, ...more }
      })
    })
    const receipt = status === 422 ? body['receipt'] as Body : body
    const outcomes: Body[] = receipt['id'] === null ? receipt['exceptions'] : (await get(`/v1/submissions/${receipt['id']}/rows?limit=500`)).body['data']
    const said = (row: Body, key: string) => (row[key] as Body[]).map(one => one['rule'] === undefined ? one['code'] : `${one['code']} ${one['rule'].code} ${one['rule'].version}`)
    return { status, body, receipt, rows: outcomes.map(row => [row['outcome'], said(row, 'problems'), said(row, 'warnings')]) }
  }
}

export const rule = (code: string, kind: string, params: object, more: object = {}) =>
  ({ code, name: { vi: `Quy tắc ${code}`, en: `Rule ${code}` }, kind, params, severity: 'block', state: 'active', indicators: ['DEM'], ...more })
