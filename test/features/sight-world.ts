import type { Test } from 'tap'
import { statusRules, type Scope } from '../../src/db/schema/index.js'
import { build, client } from '../helper.js'
import { agency, indicator, lay, target, writer, type Body } from './registry.js'

export const READERS = ['nobody', 'plain', 'editor', 'own', 'other', 'reviewer', 'administrator'] as const
export type Reader = typeof READERS[number]

/** What each reader's token says, and of whom it may push: `own` for D1 and all below it, `other` for D2. */
const TOKENS: Record<Exclude<Reader, 'nobody'>, { scopes: Scope[], agency?: string }> = {
  plain: { scopes: ['registry:read'] },
  editor: { scopes: ['registry:write'] },
  own: { scopes: ['measurements:write'], agency: 'D1' },
  other: { scopes: ['measurements:write'], agency: 'D2' },
  reviewer: { scopes: ['measurements:review'] },
  administrator: { scopes: ['registry:admin'] }
}

/** Of each secret, and of some things that are none, who may see it: written by hand, before anything was run. */
const TABLE: readonly (readonly [about: string, readers: readonly Reader[], ...markers: string[]])[] = [
  ['figures that are accepted, with their notes', READERS, '11.010101', '12.020202', '13.030303', '14.040404', 'zq-note-accepted'],
  ['a correction that awaits review, with all that came with it', ['own', 'reviewer'],
    '21.010101', 'zq-note-correction', 'zq-evidence-correction', 'zq-reason-correction', 'zq-item-correction'],
  ['awaiting review, returned, taken back before and after it was accepted', ['own', 'reviewer'], '22.020202', '23.030303', '24.040404', '25.050505'],
  ['of a commune below, which the district may report for', ['own', 'reviewer'], '26.060606'],
  ['what was said of them', ['own', 'reviewer'], 'zq-comment-returned', 'zq-why-retracted', 'zq-why-withdrawn'],
  ['what a reviewer said of figures that are accepted', ['own', 'reviewer'], 'zq-comment-correct-it', 'zq-comment-accepted'],
  ['of another district', ['other', 'reviewer'], '31.010101', 'zq-item-other'],
  ['who pushed', ['own', 'other', 'reviewer', 'administrator'], 'zq-pusher'],
  ['what the pusher calls it, and who reviewed it', ['own', 'reviewer', 'administrator'], 'zq-item-accepted', 'zq-judge'],
  ['a figure of a body that was entered twice, moved while it awaited review', ['reviewer', 'administrator'], '41.010101'],
  ['the position', READERS, 'zq-position'],
  ['the person', ['own', 'administrator'], 'zq-person-name', 'zq-person-contact'],
  ['why more time was given', ['own', 'reviewer', 'administrator'], 'zq-ground', 'zq-why-revoked'],
  ['who recorded that', ['administrator'], 'zq-clerk'],
  ['what an agency explains and notes', READERS, 'zq-cause', 'zq-note-of-task'],
  ['by which client it did', ['own', 'administrator'], 'zq-speaker'],
  ['who wrote the note', ['administrator'], 'zq-scribe'],
  ['clients, and what they may do', ['administrator'], 'zq-grantee', 'zq-contact@example.vn']
]
export const MARKERS: ReadonlyMap<string, readonly Reader[]> =
  new Map(TABLE.flatMap(([, readers, ...markers]) => markers.map(marker => [marker, readers] as const)))

/** A small province in which everything that is hidden says so. */
export async function secretWorld (t: Test) {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2020-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' })

  const as = async (id: string, scopes: Scope[], grants: { agency?: string, withSubtree?: boolean }[] = []) => {
    const { headers } = await client(app, { id, scopes, grants })
    return async (url: string, payload: object): Promise<Body> => {
      const answer = await app.inject({ method: 'POST', url, headers, payload })
      if (answer.statusCode >= 300) throw new Error(`${id} ${url}: ${answer.statusCode} ${answer.body}`)
      return answer.json<Body>()
    }
  }
  const make = async (url: string, payload: object): Promise<Body> => {
    const { status, body } = await api.post(url, payload)
    if (status >= 300) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`)
    return body
  }

  const district = (code: string, more: object = {}) => agency(code, `Huyện ${code}`, {
    kind: 'district_committee', level: 'district', parent: 'UBND-TINH', ...more
  })
  for (const code of ['D1', 'D2', 'D3', 'TWICE']) await make('/v1/agencies', district(code))
  await make('/v1/agencies', agency('C1', 'Xã C1', { kind: 'commune_committee', level: 'commune', parent: 'D1' }))
  await make('/v1/agencies', agency('ENDS', 'Sở sẽ kết thúc'))
  await make('/v1/agencies', agency('GOES-ON', 'Sở tiếp nhận'))
  const number = { valueKind: 'number', unit: 'điểm', decimals: 6, minimum: null, maximum: null, aggregation: 'mean', calendar: 'statistical' }
  await make('/v1/indicators', indicator('DIEM', 'Điểm', { ...number, minimum: undefined, maximum: undefined, reviewPolicy: 'manual' }))
  await make('/v1/targets', target('T-ALL', { indicator: 'DIEM', value: '10', unit: 'điểm', quantifier: 'each', scope: { level: 'district' } }))
  await make('/v1/targets', target('T-D1', { indicator: 'DIEM', value: '10', unit: 'điểm', scope: { agency: 'D1' } }))

  // of the figures
  const push = await as('zq-pusher', ['measurements:write'], [{}])
  const judge = await as('zq-judge', ['measurements:review'])
  const figure = (agency: string, period: string, value: string, more: object = {}) =>
    push('/v1/measurements', { indicator: 'DIEM', agency, period, value, ...more })
  const review = (id: string, decision: string, comment?: string) =>
    judge(`/v1/measurements/${id}/review`, { decision, comment, revision: 1 })
  const accepted = async (agency: string, period: string, value: string, more: object = {}, comment?: string) => {
    const made = await figure(agency, period, value, more)
    await review(made['id'], 'accept', comment)
    return made['id'] as string
  }
  await accepted('D1', '2025-Q1', '11.010101', { note: 'zq-note-accepted', itemId: 'zq-item-accepted' }, 'zq-comment-accepted')
  await figure('D1', '2025-Q1', '21.010101', {
    note: 'zq-note-correction', evidence: 'https://example.vn/zq-evidence-correction', reason: 'zq-reason-correction', itemId: 'zq-item-correction'
  })
  await figure('D1', '2025-Q2', '22.020202')
  // the registry warns of the next one by the one before it, which nobody has accepted
  await make('/v1/quality-rules', { code: 'LECH', name: { vi: 'Chênh lệch' }, kind: 'change', params: { absolute: '0.5' }, severity: 'warn', indicators: ['DIEM'], state: 'active' })
  await accepted('D1', '2025-Q3', '13.030303')
  await review(await accepted('D1', '2025-Q4', '14.040404'), 'return', 'zq-comment-correct-it')
  const returned = await figure('D1', '2024-Q1', '23.030303')
  await review(returned['id'], 'return', 'zq-comment-returned')
  const retracted = await figure('D1', '2024-Q2', '24.040404')
  await judge(`/v1/measurements/${retracted['id']}/withdrawal`, { reason: 'zq-why-retracted', revision: 1 })
  const withdrawn = await accepted('D1', '2024-Q3', '25.050505')
  await judge(`/v1/measurements/${withdrawn}/withdrawal`, { reason: 'zq-why-withdrawn', revision: 1 })
  await figure('C1', '2025-Q1', '26.060606')
  await accepted('D3', '2025-Q1', '12.020202')
  await figure('D2', '2025-Q1', '31.010101', { itemId: 'zq-item-other' })
  await figure('TWICE', '2025-Q2', '41.010101')

  // of persons, decisions and clients
  await make('/v1/assignments', {
    target: 'T-D1', agency: 'D1', role: 'lead', validFrom: '2025-01-01',
    person: { position: 'zq-position', name: 'zq-person-name', contact: 'zq-person-contact' }
  })
  await make('/v1/assignments', { task: 'GP1.1', agency: 'D1', role: 'lead', validFrom: '2025-01-01', person: { position: 'zq-position', name: 'zq-person-name' } })
  const clerk = await as('zq-clerk', ['registry:admin'])
  const extension = await clerk('/v1/extensions', { kind: 'extension', agency: 'D1', period: '2025-Q2', until: '2099-12-31', reason: 'zq-ground' })
  const revoked = await clerk('/v1/extensions', { kind: 'excuse', agency: 'D1', period: '2025-Q1', indicator: 'DIEM', reason: 'zq-ground' })
  await clerk(`/v1/extensions/${revoked['id']}/revocation`, { reason: 'zq-why-revoked' })
  await clerk('/v1/calendars/statistical/periods/2024-Q3/transitions', { to: 'open', reason: 'mở lại' })
  const speak = await as('zq-speaker', ['measurements:write'], [{ agency: 'D1' }])
  const explanation = await speak('/v1/explanations', { target: 'T-D1', kind: 'off_target', cause: 'zq-cause', remedy: 'bổ sung' })
  const scribe = await as('zq-scribe', ['registry:write'])
  const note = await scribe('/v1/tasks/GP1.1/notes', { agency: 'D1', text: 'zq-note-of-task' })
  await make('/v1/clients', {
    id: 'zq-grantee', name: 'Hệ thống', scopes: ['measurements:write'], grants: [{ agency: 'ENDS' }], contact: { email: 'zq-contact@example.vn' }
  })
  await make('/v1/agencies/TWICE/entered-in-error', { id: 'TWICE-IS-D3', duplicateOf: 'D3', reason: { vi: 'Nhập hai lần' } })
  await make('/v1/documents', { id: 'QD-1', number: '1/QĐ', type: 'Quyết định', issuer: 'UBND tỉnh', issuedOn: '2025-01-02', title: { vi: 'Sắp xếp' } })
  await make('/v1/reorganisations', { id: 'SX-1', kind: 'merge', effectiveOn: '2025-03-01', document: 'QD-1', from: ['ENDS'], to: ['GOES-ON'] })

  const { rows } = await app.pool.query<{ id: string }>('select distinct id from measurements order by id')
  const { rows: submissions } = await app.pool.query<{ id: string }>('select id from submissions order by id')
  const { rows: pending } = await app.pool.query<{ id: string }>(`
    select id from measurements m where not exists (
      select from measurements n left join measurement_events e on e.measurement_id = n.id and e.revision = n.revision
      where n.id = m.id and e.kind = 'accepted')`)
  const headers: Record<Reader, Record<string, string>> = { nobody: {} } as Record<Reader, Record<string, string>>
  for (const [reader, { scopes, agency }] of Object.entries(TOKENS)) {
    const made = await client(app, { id: `reader-${reader}`, scopes, grants: agency === undefined ? [] : [{ agency, withSubtree: true }] })
    headers[reader as Reader] = made.headers
  }
  return {
    app, headers, figure, measurements: rows.map(({ id }) => id), hidden: [...pending.map(({ id }) => id), withdrawn],
    /** What stands in place of the parameters of a path, by how the path begins. */
    places: {
      '/v1/measurements': { id: rows.map(({ id }) => id) },
      '/v1/submissions': { id: submissions.map(({ id }) => id) },
      '/v1/extensions': { id: [extension['id'], revoked['id']] },
      '/v1/explanations': { id: [explanation['id']] },
      '/v1/tasks': { code: ['GP1.1'], id: [note['id']] },
      '/v1/reorganisations': { id: ['SX-1', 'TWICE-IS-D3'] },
      '/v1/assignments': { id: (await api.get('/v1/assignments?limit=500')).body['data'].map((one: Body) => one['id']) },
      '/v1/clients': { id: ['zq-grantee', 'zq-pusher'], secret: ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'], key: ['0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'], sequence: ['1'] },
      '/v1/signing-keys': { kid: ['none'] },
      '/v1/agencies': { code: ['D1', 'D3'] },
      '/v1/indicators': { code: ['DIEM'] },
      '/v1/targets': { id: ['T-D1'], version: ['1'] },
      '/v1/plans': { code: ['KH-2025'] },
      '/v1/pillars': { code: ['CQS'] },
      '/v1/documents': { id: ['D2025'] },
      '/v1/dimensions': { code: ['NGANH'], member: ['Y-TE'] },
      '/v1/calendars': { code: ['statistical'], period: ['2024-Q3'], sequence: ['1'] },
      '/v1/holidays': { day: ['2025-01-01'] },
      '/v1/quality-rules': { code: ['LECH'] },
      '/v1/status-rules': { version: ['1'] },
      '/problems': { type: ['invalid-request'] }
    } as Record<string, Record<string, string[]>>
  }
}
