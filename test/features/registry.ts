import type { FastifyInstance } from 'fastify'
import {
  calendars, dimensionMembers, dimensions, documents, pillars, plans, taskIndicators, tasks
} from '../../src/db/schema/index.js'
import { client, pushKey } from '../helper.js'
import { FREQUENCIES } from '../../src/domain/words.js'

export type Body = Record<string, any>

/** Talks to the app as a client with all scopes. */
export async function writer (app: FastifyInstance) {
  const { headers } = await client(app)
  const call = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object | string, more: Record<string, string> = {}) => {
    const response = await app.inject({
      method,
      url,
      headers: { ...headers, ...pushKey(method === 'POST' ? url : ''), ...(payload === undefined ? {} : { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }), ...more },
      ...(payload === undefined ? {} : { payload })
    })
    return { status: response.statusCode, body: response.body === '' ? {} as Body : response.json<Body>(), headers: response.headers }
  }
  return {
    get: (url: string) => call('GET', url),
    post: (url: string, payload: object | string) => call('POST', url, payload),
    patch: (url: string, payload: object | string, more?: Record<string, string>) => call('PATCH', url, payload, more),
    /** Reads the resource and changes what was read. */
    async change (url: string, payload: object) {
      const { headers: { etag } } = await call('GET', url)
      return call('PATCH', url, payload, { 'if-match': String(etag) })
    }
  }
}

export type Writer = Awaited<ReturnType<typeof writer>>

/** What every write of an agency needs besides its code and name. */
export const agency = (code: string, vi: string, more: object = {}) => ({
  code, kind: 'department', level: 'province', name: { vi }, validFrom: '2020-01-01', ...more
})

export const indicator = (code: string, vi: string, more: object = {}) => ({
  code,
  pillar: 'CQS',
  name: { vi },
  unit: '%',
  valueKind: 'ratio',
  decimals: 2,
  minimum: '0',
  maximum: '100',
  direction: 'higher_is_better',
  aggregation: 'ratio_of_sums',
  frequency: 'quarterly',
  calendar: 'administrative',
  reviewPolicy: 'automatic',
  ...more
})

export const target = (id: string, more: object = {}) => ({
  id, plan: 'KH-2025', indicator: 'CQS-01', operator: 'gte', value: '80', dueDate: '2025-12-31', wording: 'đạt 80%', ...more
})

/** A resource without the instant of its recording, which it must have. */
export function undated ({ recordedAt, ...rest }: Body): Body {
  if (typeof recordedAt !== 'string') throw new TypeError('the resource does not say when it was recorded')
  return rest
}

/** Codes and messages of a problem's errors: [place, code]. */
export const faults = (body: Body): [string, string][] => (body['errors'] as Body[] ?? []).map(error => [error['pointer'] ?? error['parameter'], error['code']])

export const codes = (body: Body, key = 'code'): string[] => (body['data'] as Body[]).map(item => item[key])

/** Follows `next` to the end. */
export async function pages (get: Writer['get'], url: string, key = 'code'): Promise<string[][]> {
  const found: string[][] = []
  for (let next: string | undefined = url; next !== undefined;) {
    const { body } = await get(next.replace('http://registry.test', ''))
    found.push(codes(body, key))
    next = body['next']
  }
  return found
}

/** The rows that agencies, indicators, targets and assignments refer to, and the province's committee. */
export async function lay (app: FastifyInstance, { post }: Writer): Promise<void> {
  const { db } = app
  await post('/v1/agencies', agency('UBND-TINH', 'Ủy ban nhân dân tỉnh', { kind: 'provincial_committee' }))
  const deadlines = Object.fromEntries(FREQUENCIES.map(frequency => [frequency, [{ tier: 'unit', rule: { workingDays: 2 } }]])) as never
  await db.insert(calendars).values([
    { code: 'administrative', name: { vi: 'Hành chính' }, startDay: 15, monthOffset: -1, deadlines },
    { code: 'statistical', name: { vi: 'Thống kê' }, startDay: 1, monthOffset: 0, deadlines }
  ]).onConflictDoNothing()
  await db.insert(pillars).values([{ code: 'CQS', name: { vi: 'Chính quyền số' } }, { code: 'KTS', name: { vi: 'Kinh tế số' } }])
  await db.insert(documents).values(['D2025', 'D2026'].map((id, i) => ({
    id, number: id, type: 'plan', issuer: 'UBND tỉnh', issuedOn: `202${4 + i}-12-11`, title: { vi: id }
  })))
  await db.insert(plans).values([2025, 2026].map(year => ({
    code: `KH-${year}`, documentId: `D${year}`, year, name: { vi: `Kế hoạch ${year}` }, issuedOn: `${year - 1}-12-11`, agencyCode: 'UBND-TINH'
  })))
  await db.insert(dimensions).values({ code: 'NGANH', name: { vi: 'Ngành, lĩnh vực' } })
  await db.insert(dimensionMembers).values({ dimensionCode: 'NGANH', code: 'Y-TE', name: { vi: 'Y tế' } })
  await db.insert(tasks).values([
    { code: 'GP1.1', planCode: 'KH-2025', kind: 'task', name: { vi: 'Chỉ đạo' } },
    { code: 'GP1.2', planCode: 'KH-2026', kind: 'task', name: { vi: 'Tiên phong' } }
  ])
}

export async function serve (app: FastifyInstance, task: string, indicatorCode: string): Promise<void> {
  await app.db.insert(taskIndicators).values({ taskCode: task, indicatorCode })
}
