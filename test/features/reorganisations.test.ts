import { eq } from 'drizzle-orm'
import t, { type Test } from 'tap'
import { agencyIdentifiers, clientGrants, reorganisations } from '../../src/db/schema/index.js'
import { withTransaction } from '../../src/ledger/transaction.js'
import { lockStructure } from '../../src/features/agencies/actions.js'
import { build, client, type TestGrant } from '../helper.js'
import { codes, faults, writer, type Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'
const DISTRICTS = ['PHAN-THIET', 'LA-GI', 'TUY-PHONG', 'BAC-BINH', 'HAM-THUAN-BAC', 'HAM-THUAN-NAM', 'TANH-LINH', 'DUC-LINH', 'HAM-TAN', 'PHU-QUI'].map(name => `UBND-${name}`)
const DEPARTMENTS = ['SO-KHCN', 'SO-CT', 'SO-KHDT', 'SO-TNMT', 'SO-XD', 'SO-GTVT', 'SO-NNPTNT', 'SO-TC']
const T = (id: string) => `4677-2025.${id}`

/** The plan's seed: the world of 11/12/2024. */
async function start (t: Test) {
  const app = await build(t, { seed: 'plan' })
  const api = await writer(app)
  await api.post('/v1/documents', { id: 'NQ-190-2025', number: '190/2025/QH15', type: 'Nghị quyết', issuer: 'Quốc hội', issuedOn: '2025-02-19', title: { vi: 'Về sắp xếp tổ chức bộ máy' } })
  await api.post('/v1/documents', { id: 'NQ-202-2025', number: '202/2025/QH15', type: 'Nghị quyết', issuer: 'Quốc hội', issuedOn: '2025-06-12', title: { vi: 'Về sắp xếp đơn vị hành chính cấp tỉnh' } })
  /** Must be answered 2xx. */
  const make = async (url: string, payload: object): Promise<Body> => {
    const { status, body } = await api.post(url, payload)
    t.ok(status < 300, `${url}: ${JSON.stringify(body).slice(0, 600)}`)
    return body
  }
  const assign = (id: string, agency: string, role: string, more: object = {}) =>
    make('/v1/assignments', { target: T(id), agency, role, validFrom: '2024-12-16', person: { position: 'Giám đốc' }, duty: `Việc ${id}`, ...more })
  /** Who has which role on a day: [target or task, agency, role]. */
  const roles = async (on: string, query = '') => {
    const { body } = await api.get(`/v1/assignments?limit=500&on=${on}&sort=target,task${query}`)
    return (body['data'] as Body[]).map(one => [String(one['target'] ?? one['task']).replace('4677-2025.', ''), one['agency'], one['role']])
      .sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
  }
  const reader = (id: string, grants: readonly TestGrant[]) => client(app, { id, scopes: ['measurements:write'], grants })
  const grantsOf = async (id: string) => (await app.db.select().from(clientGrants).orderBy(clientGrants.id)).filter(one => one.clientId === id)
    .map(one => [one.agencyCode, one.withSubtree, one.indicatorCode, one.validFrom, one.validTo])
  return { app, api, make, assign, roles, reader, grantsOf }
}

/** Sở TT&TT ends on 28/02/2025: Sở KH&CN takes the rest, telecommunications go to Sở XD, task GP4.1 to Sở CT. */
const MARCH = {
  id: 'SX-2025-03',
  kind: 'merge',
  effectiveOn: '2025-03-01',
  document: 'NQ-190-2025',
  reason: { vi: 'Hợp nhất Sở Thông tin và Truyền thông và Sở Khoa học và Công nghệ' },
  from: ['SO-TTTT', 'SO-KHCN'],
  to: ['SO-KHCN', 'SO-XD', 'SO-CT'],
  mapping: [
    { from: 'SO-TTTT', to: 'SO-KHCN', share: 'part' },
    { from: 'SO-TTTT', to: 'SO-XD', share: 'part', functions: { targets: [T('XHS-01')], indicators: ['XHS-02'] } },
    { from: 'SO-TTTT', to: 'SO-CT', share: 'part', functions: { tasks: ['GP4.1'] } }
  ]
}

t.test('March 2025: two departments become one, and functions go elsewhere', async t => {
  const { app, api, make, assign, roles, reader, grantsOf } = await start(t)
  await assign('CQS-01', 'SO-TTTT', 'lead')
  await assign('XHS-01', 'SO-TTTT', 'lead')
  await assign('XHS-02', 'SO-TTTT', 'lead')
  await assign('KTS-07', 'SO-KHCN', 'lead')
  await assign('KTS-07', 'SO-TTTT', 'cooperate')
  await assign('XHS-13', 'SO-TTTT', 'lead')
  await assign('XHS-13', 'SO-KHCN', 'cooperate')
  await assign('KTS-05', 'SO-TTTT', 'monitor', { validTo: '2025-01-31' })
  await make('/v1/assignments', { task: 'GP4.1', agency: 'SO-TTTT', role: 'lead', validFrom: '2024-12-16' })
  await reader('tttt', [{ agency: 'SO-TTTT' }])
  await reader('vien-thong', [{ agency: 'SO-TTTT', indicator: 'XHS-02' }])
  const before = await roles('2025-02-28')

  const trial = await api.post('/v1/reorganisations?dryRun=true', MARCH)
  t.equal(trial.status, 200)
  t.equal(trial.body['dryRun'], true)
  t.equal(trial.body['recordedAt'], undefined)
  t.same((await app.db.select().from(reorganisations)).length, 0, 'a dry run writes nothing')
  t.same(await roles('2025-03-01'), before)

  const { status, body, headers } = await api.post('/v1/reorganisations', MARCH)
  t.equal(status, 201)
  t.equal(headers['location'], '/v1/reorganisations/SX-2025-03')
  t.match(body, { id: 'SX-2025-03', kind: 'merge', effectiveOn: '2025-03-01', document: 'NQ-190-2025', dryRun: false, mapping: MARCH.mapping })
  const { changes } = body
  t.same(changes['agencies'], [{ agency: 'SO-TTTT', change: 'ended', on: '2025-02-28' }])
  t.match(changes['names'], [{ agency: 'SO-TTTT', change: 'ended', validTo: '2025-02-28' }])
  t.match(changes['parents'], [{ agency: 'SO-TTTT', change: 'ended', parent: PROVINCE, validTo: '2025-02-28' }])
  t.same(changes['notApplicable'], [])
  const withoutIds = (one: Body) => JSON.stringify({ ...one, assignments: one['assignments'].map(({ id, succeeds, ...rest }: Body) => rest) })
  t.equal(withoutIds(trial.body['changes']), withoutIds(changes), 'the dry run said exactly what moved')

  t.same(await roles('2025-02-28'), before, 'the day before is as it was')
  t.same(await roles('2025-03-01'), [
    ['CQS-01', 'SO-KHCN', 'lead'],
    ['GP4.1', 'SO-CT', 'lead'],
    ['KTS-07', 'SO-KHCN', 'lead'],
    ['TD1', 'SO-KHCN', 'monitor'],
    ['XHS-01', 'SO-XD', 'lead'],
    ['XHS-02', 'SO-XD', 'lead'],
    ['XHS-13', 'SO-KHCN', 'lead']
  ], 'functions as named, the rest to one, the strongest role once')
  t.same(await roles('2025-01-31', `&target=${T('KTS-05')}`), [['KTS-05', 'SO-TTTT', 'monitor']], 'what had ended stays')

  const moved = (await api.get(`/v1/assignments?target=${T('CQS-01')}&on=2025-03-01`)).body['data'][0]
  t.match(moved, { duty: 'Việc CQS-01', validFrom: '2025-03-01', completeness: { clear: { task: true, person: false } } })
  t.equal(moved.person, undefined, 'the director of the old department does not lead the new one')
  t.equal(changes['assignments'].find((one: Body) => one['id'] === moved.id).succeeds,
    (await api.get(`/v1/assignments?target=${T('CQS-01')}&on=2025-02-28`)).body['data'][0].id)

  t.same(await grantsOf('tttt'), [
    ['SO-TTTT', false, null, null, null],
    ['SO-XD', false, 'XHS-01', '2025-03-01', null],
    ['SO-XD', false, 'XHS-02', '2025-03-01', null],
    ['SO-KHCN', false, null, '2025-03-01', null]
  ], 'the old grant stays for late figures')
  t.same(await grantsOf('vien-thong'), [['SO-TTTT', false, 'XHS-02', null, null], ['SO-XD', false, 'XHS-02', '2025-03-01', null]])

  t.match((await api.get('/v1/agencies/SO-TTTT')).body, { validTo: '2025-02-28' })
  t.notOk(codes((await api.get('/v1/agencies?limit=500&on=2025-03-01')).body).includes('SO-TTTT'))
  t.ok(codes((await api.get('/v1/agencies?limit=500&on=2025-02-28')).body).includes('SO-TTTT'))

  const after = await api.get('/v1/agencies/SO-TTTT/successors?on=2025-03-01')
  t.match(after.body, { agency: 'SO-TTTT', direction: 'successors' })
  t.same(after.body['edges'].map((one: Body) => [one['from'], one['to'], one['share'], one['functions']]), [
    ['SO-TTTT', 'SO-CT', 'part', { tasks: ['GP4.1'] }],
    ['SO-TTTT', 'SO-KHCN', 'part', undefined],
    ['SO-TTTT', 'SO-XD', 'part', { targets: [T('XHS-01')], indicators: ['XHS-02'] }]
  ])
  t.same(after.body['nodes'].map((one: Body) => [one['code'], one['alive'], one['validTo']]),
    [['SO-CT', true, undefined], ['SO-KHCN', true, undefined], ['SO-TTTT', false, '2025-02-28'], ['SO-XD', true, undefined]])
  t.same((await api.get('/v1/agencies/SO-TTTT/successors?on=2025-02-28')).body['edges'], [], 'not yet')
  t.same((await api.get('/v1/agencies/SO-KHCN/predecessors')).body['edges'].map((one: Body) => one['from']), ['SO-TTTT'])
  t.equal((await api.get('/v1/agencies/NIEMAND/successors')).status, 404)

  const again = await api.post('/v1/reorganisations', { ...MARCH, id: 'SX-2' })
  t.equal(again.status, 422)
  t.same(faults(again.body), [['/from/0', 'already_ended']])
})

/** Communes in the manner of NQ 1671: 22978 Phong Phú is split, Hàm Tiến and Mũi Né become one under the code of Hàm Tiến. */
async function layCommunes (make: (url: string, payload: object) => Promise<Body>) {
  const commune = (code: string, vi: string, parent: string, gso: string) => make('/v1/agencies', {
    code, kind: 'commune_committee', level: 'commune', name: { vi }, validFrom: '2024-12-11', parent, identifiers: [{ scheme: 'gso', value: gso }], provenance: 'researched'
  })
  await commune('HAM-TIEN', 'UBND phường Hàm Tiến', 'UBND-PHAN-THIET', '22918')
  await commune('MUI-NE-CU', 'UBND phường Mũi Né', 'UBND-PHAN-THIET', '22912')
  await commune('PHONG-PHU', 'UBND xã Phong Phú', 'UBND-TUY-PHONG', '22978')
  await commune('PHAN-RI-CUA', 'UBND thị trấn Phan Rí Cửa', 'UBND-TUY-PHONG', '22972')
}

const JULY = {
  id: 'SX-2025-07',
  kind: 'merge',
  effectiveOn: '2025-07-01',
  document: 'NQ-202-2025',
  from: [PROVINCE, 'UBND-DAK-NONG', 'UBND-LAM-DONG', ...DEPARTMENTS, 'SO-TTTT', ...DISTRICTS, 'HAM-TIEN', 'MUI-NE-CU', 'PHONG-PHU'],
  to: ['UBND-LAM-DONG', 'SO-KHCN-LD', 'MUI-NE', 'PHAN-RI-CUA', 'TUY-PHONG'],
  establish: [
    { code: 'SO-KHCN-LD', kind: 'department', level: 'province', name: { vi: 'Sở KH&CN tỉnh Lâm Đồng' }, parent: 'UBND-LAM-DONG' },
    { code: 'MUI-NE', kind: 'commune_committee', level: 'commune', name: { vi: 'UBND phường Mũi Né' }, parent: 'UBND-LAM-DONG', identifiers: [{ scheme: 'gso', value: '22918' }] },
    { code: 'TUY-PHONG', kind: 'commune_committee', level: 'commune', name: { vi: 'UBND xã Tuy Phong' }, parent: 'UBND-LAM-DONG' }
  ],
  mapping: [
    { from: PROVINCE, to: 'UBND-LAM-DONG', share: 'whole' },
    { from: 'UBND-DAK-NONG', to: 'UBND-LAM-DONG', share: 'whole' },
    ...[...DEPARTMENTS, 'SO-TTTT'].map(from => ({ from, to: 'SO-KHCN-LD', share: 'whole' })),
    ...DISTRICTS.map(from => ({ from, to: 'UBND-LAM-DONG', share: 'part' })),
    { from: 'HAM-TIEN', to: 'MUI-NE', share: 'whole' },
    { from: 'MUI-NE-CU', to: 'MUI-NE', share: 'whole' },
    { from: 'PHONG-PHU', to: 'TUY-PHONG', share: 'part' },
    { from: 'PHONG-PHU', to: 'PHAN-RI-CUA', share: 'part' }
  ],
  parents: [{ agency: 'PHAN-RI-CUA', parent: 'UBND-LAM-DONG' }]
}

t.test('July 2025: the province, its districts and the level end', async t => {
  const { api, make, assign, roles, reader, grantsOf } = await start(t)
  await make('/v1/agencies', { code: 'UBND-LAM-DONG', kind: 'provincial_committee', level: 'province', name: { vi: 'UBND tỉnh Lâm Đồng' }, validFrom: '2020-01-01', identifiers: [{ scheme: 'gso', value: '68' }] })
  await make('/v1/agencies', { code: 'UBND-DAK-NONG', kind: 'provincial_committee', level: 'province', name: { vi: 'UBND tỉnh Đắk Nông' }, validFrom: '2020-01-01', identifiers: [{ scheme: 'gso', value: '67' }] })
  await layCommunes(make)
  await assign('CQS-02.H', 'SO-TTTT', 'lead')
  for (const district of DISTRICTS) await assign('CQS-02.H', district, 'cooperate')
  await assign('CQS-02.H', 'SO-KHCN', 'cooperate')
  await assign('CQS-02.X', 'HAM-TIEN', 'cooperate')
  await assign('CQS-02.X', 'MUI-NE-CU', 'monitor')
  await reader('tinh', [{ agency: PROVINCE, withSubtree: true }])
  await reader('phong-phu', [{ agency: 'PHONG-PHU' }])

  // Phong Phú goes to two, and nobody can tell who sends what it has not: it reports one figure, and is excused from the other
  const early = await api.post('/v1/reorganisations?dryRun=true', JULY)
  t.equal(early.status, 422)
  t.match(early.body['errors'], ['2025-Q1', '2025-Q2'].map(period => ({ pointer: '/mapping', code: 'open_duty_without_successor', detail: new RegExp(`“PHONG-PHU” còn phải báo cáo số liệu CQS-02 kỳ ${period}.*extensions`) })))
  t.equal(early.body['errors'].length, 2, 'all others have one heir')
  await make('/v1/measurements', { indicator: 'CQS-02', agency: 'PHONG-PHU', period: '2025-Q1', numerator: '1', denominator: '2' })
  await make('/v1/extensions', { kind: 'excuse', agency: 'UBND-TUY-PHONG', withSubtree: true, indicator: 'CQS-02', period: '2025-Q2', reason: 'Sắp xếp đơn vị hành chính' })

  const trial = await api.post('/v1/reorganisations?dryRun=true', JULY)
  t.equal(trial.status, 200, JSON.stringify(trial.body).slice(0, 1500))
  const { changes } = trial.body
  t.equal(changes['agencies'].filter((one: Body) => one['change'] === 'ended').length, 1 + 1 + 9 + 10 + 3)
  t.same(changes['agencies'].filter((one: Body) => one['change'] === 'established'),
    ['SO-KHCN-LD', 'MUI-NE', 'TUY-PHONG'].map(agency => ({ agency, change: 'established', on: '2025-07-01' })))
  t.same(changes['identifiers'].filter((one: Body) => one['value'] === '22918').map((one: Body) => [one['agency'], one['change'], one['validFrom'], one['validTo']]), [
    ['HAM-TIEN', 'ended', '2024-12-11', '2025-06-30'], ['MUI-NE', 'begun', '2025-07-01', undefined]
  ], 'a code is used again for another body')
  t.equal(changes['notApplicable'].length, 29, 'the plan is that of a province that ends: every target of it')
  t.ok(changes['notApplicable'].includes(T('CQS-02.H')))
  t.same(changes['grants'], [
    { change: 'not_followed', client: 'phong-phu', agency: 'PHONG-PHU', from: 'PHONG-PHU', withSubtree: false },
    { change: 'begun', client: 'tinh', agency: 'UBND-LAM-DONG', from: PROVINCE, withSubtree: true, validFrom: '2025-07-01' }
  ].sort((a, b) => a.client < b.client ? 1 : -1))

  const status = async (id: string, on: string) => (await api.get(`/v1/status?limit=500&on=${on}`)).body['data'].find((one: Body) => one['target'].id === T(id))?.performance
  t.equal(await status('CQS-02.H', '2025-07-01'), 'no_data', 'before it is entered')
  await make('/v1/reorganisations', JULY)
  t.equal(await status('CQS-02.H', '2025-06-30'), 'no_data', 'the last day of the level')
  for (const on of ['2025-07-01', '2025-12-31', '2026-03-01']) t.equal(await status('CQS-02.H', on), 'not_applicable', `${on}: not missed`)

  t.same(await roles('2025-06-30', `&target=${T('CQS-02.H')}`), [...DISTRICTS, 'SO-KHCN'].sort().map(agency => ['CQS-02.H', agency, 'cooperate']).concat([['CQS-02.H', 'SO-TTTT', 'lead']])
    .sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  t.same(await roles('2025-07-01', `&target=${T('CQS-02.H')}`), [['CQS-02.H', 'SO-KHCN-LD', 'lead'], ['CQS-02.H', 'UBND-LAM-DONG', 'cooperate']], 'of ten roles one')
  t.same(await roles('2025-07-01', `&target=${T('CQS-02.X')}`), [['CQS-02.X', 'MUI-NE', 'cooperate']])
  t.same(await grantsOf('tinh'), [[PROVINCE, true, null, null, null], ['UBND-LAM-DONG', true, null, '2025-07-01', null]])
  t.same(await grantsOf('phong-phu'), [['PHONG-PHU', false, null, null, null]], 'split: nobody guesses')

  t.equal((await api.get('/v1/agencies/gso:22918?on=2025-06-30')).body['code'], 'HAM-TIEN')
  t.equal((await api.get('/v1/agencies/gso:22918?on=2025-07-01')).body['code'], 'MUI-NE')
  t.equal((await api.get('/v1/agencies/PHAN-RI-CUA?on=2025-06-30')).body['parent'], 'UBND-TUY-PHONG')
  t.equal((await api.get('/v1/agencies/PHAN-RI-CUA?on=2025-07-01')).body['parent'], 'UBND-LAM-DONG')
  t.same(codes((await api.get('/v1/agencies?limit=500&on=2025-07-01&level=district')).body), [])
  t.same(codes((await api.get('/v1/agencies?limit=500&on=2025-07-01&level=commune')).body), ['MUI-NE', 'PHAN-RI-CUA', 'TUY-PHONG'])
  t.equal((await api.get('/v1/agencies/gso:60?on=2025-06-30')).body['code'], PROVINCE)
  t.equal((await api.get('/v1/agencies/gso:60?on=2025-07-01')).status, 404, 'closed with its bearer')

  const line = await api.get('/v1/agencies/MUI-NE/predecessors?on=2025-07-01')
  t.same(line.body['edges'].map((one: Body) => one['from']), ['HAM-TIEN', 'MUI-NE-CU'])
  t.same((await api.get('/v1/reorganisations?agency=HAM-TIEN')).body['data'].map((one: Body) => one['id']), ['SX-2025-07'])
})

t.test('what a body leaves unreported', async t => {
  const { app, api, make } = await start(t)
  const end = (effectiveOn: string, more: object = {}) => ({ kind: 'dissolve', effectiveOn, document: 'NQ-202-2025', from: ['UBND-LA-GI'], ...more })
  const refused = async (payload: object, query = '') => {
    const { status, body } = await api.post(`/v1/reorganisations${query}`, payload)
    t.equal(status, 422, JSON.stringify(body).slice(0, 300))
    t.ok((body['errors'] as Body[]).every(one => one['pointer'] === '/mapping' && one['code'] === 'open_duty_without_successor'))
    return (body['errors'] as Body[]).map(one => /số liệu (\S+) kỳ (\S+), trạng thái “(\w+)”/.exec(one['detail'])!.slice(1).join(' ')).sort()
  }
  const passes = async (payload: object): Promise<Body[]> => {
    const { status, body } = await api.post('/v1/reorganisations?dryRun=true', payload)
    t.equal(status, 200, JSON.stringify(body).slice(0, 600))
    return body['changes'].obligations
  }
  const whole = { to: ['UBND-HAM-TAN'], mapping: [{ from: 'UBND-LA-GI', to: 'UBND-HAM-TAN', share: 'whole' }] }
  const QUARTERLY = ['CQS-02', 'CQS-05', 'XHS-03', 'XHS-04', 'XHS-07', 'XHS-10', 'XHS-12']

  // Q1 runs until Friday 14/03, and is due on Tuesday 18/03
  t.same(await passes(end('2025-03-14')), [], 'nothing is over: who comes after it owes, or nobody')
  const q1 = (state: string) => QUARTERLY.map(code => `${code} 2025-Q1 ${state}`)
  t.same(await refused(end('2025-03-15')), q1('not_due'), 'its last day is that of the period')
  for (const query of ['', '?dryRun=true']) t.same(await refused(end('2025-03-18'), query), q1('due'))
  t.same(await refused(end('2025-03-20')), q1('overdue'))
  t.same((await app.db.select().from(reorganisations)).length, 0)

  const moved = QUARTERLY.map(indicator => ({ agency: 'UBND-HAM-TAN', from: 'UBND-LA-GI', subject: 'UBND-LA-GI', indicator, period: '2025-Q1', deadline: '2025-03-18' }))
  const byIndicator = (list: Body[]) => list.toSorted((a, b) => a['indicator'] < b['indicator'] ? -1 : 1)
  t.same(byIndicator(await passes(end('2025-03-18', whole))), moved, 'the whole goes on with them')
  t.same(await passes(end('2025-03-19', whole)), [], 'what it let lapse stays its own')
  const parts = {
    to: ['UBND-HAM-TAN', 'UBND-DUC-LINH', 'UBND-TANH-LINH'],
    mapping: [
      { from: 'UBND-LA-GI', to: 'UBND-DUC-LINH', share: 'part', functions: { targets: [T('XHS-12')], indicators: ['XHS-03'] } },
      { from: 'UBND-LA-GI', to: 'UBND-TANH-LINH', share: 'part', functions: { indicators: ['XHS-03'] } }
    ]
  }
  t.same(await refused(end('2025-03-18', parts)), q1('due').filter(one => !one.startsWith('XHS-12')), 'to two, or to nobody')
  const rest = { ...parts, mapping: [...parts.mapping.slice(0, 1), { from: 'UBND-LA-GI', to: 'UBND-HAM-TAN', share: 'part' }], to: ['UBND-HAM-TAN', 'UBND-DUC-LINH'] }
  const shared = byIndicator(await passes(end('2025-03-18', rest)))
  t.same(shared, moved.map(one => ['XHS-03', 'XHS-12'].includes(one.indicator) ? { ...one, agency: 'UBND-DUC-LINH' } : one), 'the rest to one')

  // a body that goes on answers for its own, whatever function it gave away; what it took over it answers for too
  await make('/v1/reorganisations', { kind: 'transfer', effectiveOn: '2025-02-01', document: 'NQ-202-2025', mapping: [{ from: 'SO-CT', to: 'SO-TC', share: 'part', functions: { indicators: ['CQS-02'] } }] })
  t.same(await refused(end('2025-05-20', { from: ['SO-CT'] })), ['CQS-02 2025-Q1 overdue'])
  t.same(await refused(end('2025-05-20', { from: ['SO-TC'] })), ['CQS-02 2025-Q1 overdue'])
  await make('/v1/reorganisations', { kind: 'merge', effectiveOn: '2025-05-20', document: 'NQ-202-2025', from: ['SO-CT'], to: ['SO-TC'] })
  const both = (await api.post('/v1/reorganisations', end('2025-05-25', { from: ['SO-TC'] }))).body['errors'] as Body[]
  t.match(both.map(one => one['detail']).sort(), [/^“SO-TC” còn phải báo cáo số liệu CQS-02 kỳ 2025-Q1 của “SO-CT”, trạng thái/, /^“SO-TC” còn phải báo cáo số liệu CQS-02 kỳ 2025-Q1, trạng thái/])

  await make('/v1/extensions', { kind: 'extension', agency: 'UBND-LA-GI', indicator: 'XHS-04', period: '2025-Q1', until: '2025-04-01', reason: 'Đổi hệ thống' })
  await make('/v1/submissions', {
    mode: 'atomic', rows: [
      { indicator: 'XHS-07', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '1', denominator: '2' },
      { indicator: 'XHS-10', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '1', denominator: '2' }
    ]
  })
  const left = q1('overdue').filter(one => !/XHS-(07|10)/.test(one)).map(one => one.replace('XHS-04 2025-Q1 overdue', 'XHS-04 2025-Q1 due'))
  t.same(await refused(end('2025-03-20')), left)
  t.same((await passes(end('2025-03-20', whole))).map(one => [one['indicator'], one['deadline']]), [['XHS-04', '2025-04-01']])
  await make('/v1/extensions', { kind: 'excuse', agency: PROVINCE, withSubtree: true, period: '2025-Q1', reason: 'Kết thúc hoạt động cấp huyện' })
  t.same(await passes(end('2025-03-20')), [], 'excused')

  // as it was said, so it reads
  await make('/v1/reorganisations', end('2025-03-18', { ...rest, from: ['UBND-PHU-QUI'], mapping: rest.mapping.map(one => ({ ...one, from: 'UBND-PHU-QUI' })) }))
  const half = end('2025-06-17', { from: ['UBND-BAC-BINH'], to: rest.to, mapping: rest.mapping.map(one => ({ ...one, from: 'UBND-BAC-BINH' })) })
  const said = (await make('/v1/reorganisations', half))['changes'].obligations as Body[]
  t.ok(said.length > 10)
  const owed = (await api.get('/v1/obligations?limit=500&on=2025-06-17')).body['data'] as Body[]
  t.same(owed.filter(one => one['takenOverFrom']?.code === 'UBND-BAC-BINH').map(one => [one['agency'].code, one['indicator'].code, one['period'], one['deadline']].join()).sort(),
    said.map(one => [one['agency'], one['indicator'], one['period'], one['deadline']].join()).sort())

  // to be: what a period will bring that still runs nobody knows
  t.equal((await api.post('/v1/reorganisations?dryRun=true', end('2199-01-01', { from: ['SO-XD'] }))).status, 422, 'SO-XD has not reported')
  for (const period of ['2025-Q2', '2025-Q3', '2025-Q4']) await make('/v1/extensions', { kind: 'excuse', agency: 'SO-XD', period, reason: 'Hợp nhất' })
  t.same(await passes(end('2199-01-01', { from: ['SO-XD'] })), [])
})

t.test('a department that is renamed, founded, split and loses a function', async t => {
  const { api, make, assign, roles } = await start(t)
  const document = 'NQ-190-2025'
  await assign('KTS-05', 'SO-CT', 'lead')
  await assign('KTS-06', 'SO-CT', 'lead')
  await make('/v1/reorganisations', { kind: 'rename', effectiveOn: '2025-03-01', document, rename: [{ agency: 'SO-TC', name: { vi: 'Sở Tài chính và Kế hoạch' } }] })
  t.equal((await api.get('/v1/agencies/SO-TC?on=2025-02-28')).body['name'].vi, 'Sở Tài chính tỉnh Bình Thuận')
  t.equal((await api.get('/v1/agencies/SO-TC?on=2025-03-01')).body['name'].vi, 'Sở Tài chính và Kế hoạch')
  t.equal((await api.get('/v1/agencies/SO-TC?on=2025-03-01')).body['parent'], PROVINCE)
  await make('/v1/reorganisations', { kind: 'establish', effectiveOn: '2025-03-01', document, establish: [{ code: 'BAN-DT', kind: 'department', level: 'province', name: { vi: 'Ban Dân tộc' }, parent: PROVINCE }] })
  t.match((await api.get('/v1/agencies/BAN-DT')).body, { validFrom: '2025-03-01', parent: PROVINCE })
  await make('/v1/reorganisations', { kind: 'transfer', effectiveOn: '2025-04-01', document, mapping: [{ from: 'SO-CT', to: 'SO-KHCN', share: 'part', functions: { indicators: ['KTS-06'] } }] })
  t.same(await roles('2025-03-31', '&agency=SO-CT'), [['KTS-05', 'SO-CT', 'lead'], ['KTS-06', 'SO-CT', 'lead']])
  t.same(await roles('2025-04-01', '&plan=4677-KH-UBND-2024&role=lead'), [['KTS-05', 'SO-CT', 'lead'], ['KTS-06', 'SO-KHCN', 'lead']])
  await make('/v1/reorganisations', {
    kind: 'split', effectiveOn: '2099-01-01', document, from: ['SO-CT'], to: ['SO-CT', 'SO-TM'],
    establish: [{ code: 'SO-TM', kind: 'department', level: 'province', name: { vi: 'Sở Thương mại' }, parent: PROVINCE }],
    mapping: [{ from: 'SO-CT', to: 'SO-TM', share: 'part', functions: { targets: [T('KTS-05')] } }]
  })
  t.same(await roles('2098-12-31', `&target=${T('KTS-05')}`), [['KTS-05', 'SO-CT', 'lead']], 'it comes by itself')
  t.same(await roles('2099-01-01', `&target=${T('KTS-05')}`), [['KTS-05', 'SO-TM', 'lead']])
  t.match((await api.get('/v1/agencies/SO-CT?on=2099-01-01')).body, { code: 'SO-CT', validTo: undefined })
  t.equal((await api.get('/v1/agencies/SO-CT/successors')).body['edges'].length, 1, 'today')
  t.equal((await api.get('/v1/agencies/SO-CT/successors?on=2099-01-01')).body['edges'].length, 2)

  t.same((await api.get('/v1/reorganisations?sort=effectiveOn')).body['data'].map((one: Body) => one['kind']).sort(), ['establish', 'rename', 'split', 'transfer'])
  t.same((await api.get('/v1/reorganisations?kind=transfer&agency=SO-KHCN&from=2025-04-01&to=2025-04-01&document=NQ-190-2025&count=exact')).body['count'], 1)
  t.same((await api.get('/v1/reorganisations?agency=SO-XD')).body['data'], [])
  t.equal((await api.get('/v1/reorganisations?agency=NIEMAND')).status, 400)
  t.equal((await api.get('/v1/reorganisations/NIEMAND')).status, 404)
})

t.test('what was known before it was entered', async t => {
  const { api, make, assign } = await start(t)
  await assign('CQS-01', 'SO-TTTT', 'lead')
  await make('/v1/reorganisations', { ...MARCH, mapping: undefined, to: ['SO-KHCN'] })
  const { recordedAt } = (await api.get('/v1/reorganisations/SX-2025-03')).body
  const earlier = recordedAt.replace(/\d{6}Z$/, (micros: string) => `${String(Number(micros.slice(0, 6)) - 1).padStart(6, '0')}Z`)
  const alive = async (asOf: string) => codes((await api.get(`/v1/agencies?on=2025-03-01&limit=500&asOf=${asOf}`)).body).includes('SO-TTTT')
  t.equal(await alive(earlier), true)
  t.equal(await alive(recordedAt), false)
  t.equal((await api.get(`/v1/agencies/SO-TTTT?asOf=${earlier}`)).body['validTo'], undefined)
  t.equal((await api.get(`/v1/agencies/SO-TTTT?asOf=${recordedAt}`)).body['validTo'], '2025-02-28')
  t.equal((await api.get(`/v1/reorganisations/SX-2025-03?asOf=${earlier}`)).status, 404)
  t.same((await api.get(`/v1/reorganisations?asOf=${earlier}`)).body['data'], [])
  t.same((await api.get(`/v1/agencies/SO-TTTT/successors?asOf=${earlier}`)).body['edges'], [])
  t.equal((await api.get(`/v1/agencies/SO-TTTT/successors?asOf=${recordedAt}`)).body['edges'].length, 1)
  t.same(faults((await api.get('/v1/agencies?asOf=2999-01-01T00:00:00Z')).body), [['asOf', 'as_of_in_future']])
})

t.test('refused: every fault at once, nothing stored', async t => {
  const { app, api, make, assign } = await start(t)
  await assign('CQS-01', 'SO-TTTT', 'lead')
  await assign('KTS-05', 'SO-CT', 'cooperate')
  await layCommunes(make)
  const base = { effectiveOn: '2025-03-01', document: 'NQ-190-2025' }
  const established = (code: string, more: object = {}) => ({ code, kind: 'department', level: 'province', name: { vi: code }, ...more })
  const cases: [string, object, number, [string, string][]][] = [
    ['no document', { ...base, kind: 'dissolve', from: ['SO-XD'], document: 'KHONG-CO' }, 422, [['/document', 'unknown_document']]],
    ['open duties and nobody', { ...base, kind: 'dissolve', from: ['SO-CT'] }, 422, [['/mapping', 'open_duty_without_successor']]],
    ['open duties and two', { ...base, kind: 'split', from: ['SO-CT'], to: ['SO-XD', 'SO-TC'], mapping: [{ from: 'SO-CT', to: 'SO-XD', share: 'part' }, { from: 'SO-CT', to: 'SO-TC', share: 'part' }] }, 422, [['/mapping', 'open_duty_without_successor']]],
    ['a lead to two', { ...base, kind: 'split', from: ['SO-TTTT'], to: ['SO-XD', 'SO-TC'], mapping: ['SO-XD', 'SO-TC'].map(to => ({ from: 'SO-TTTT', to, share: 'part', functions: { targets: [T('CQS-01')], tasks: ['TD1'] } })) }, 422, [['/mapping', 'lead_to_several']]],
    ['orphans', { ...base, kind: 'dissolve', from: ['UBND-PHAN-THIET', 'UBND-TUY-PHONG'], parents: [{ agency: 'HAM-TIEN', parent: PROVINCE }, { agency: 'PHONG-PHU', parent: PROVINCE }] }, 422, [['/parents', 'orphaned_agency'], ['/parents', 'orphaned_agency']]],
    ['a parent that ends', { ...base, kind: 'dissolve', from: ['UBND-PHAN-THIET', 'UBND-LA-GI'], parents: ['HAM-TIEN', 'MUI-NE-CU'].map(agency => ({ agency, parent: 'UBND-LA-GI' })) }, 422, [['/parents/0/parent', 'agency_not_alive'], ['/parents/1/parent', 'agency_not_alive'], ['/parents', 'orphaned_agency'], ['/parents', 'orphaned_agency']]],
    ['a circle of parents', { ...base, kind: 'rename', rename: [{ agency: 'SO-XD', name: { vi: 'Sở' } }], parents: [{ agency: PROVINCE, parent: 'SO-XD' }] }, 422, [['/parents', 'cyclic_parents']]],
    ['a circle of successors', { ...base, kind: 'merge', from: ['SO-XD', 'SO-TC'], to: ['SO-XD', 'SO-TC'], close: ['SO-XD', 'SO-TC'], mapping: [{ from: 'SO-XD', to: 'SO-TC', share: 'whole' }, { from: 'SO-TC', to: 'SO-XD', share: 'whole' }] }, 422, [['/to/0', 'successor_not_alive'], ['/to/1', 'successor_not_alive'], ['/mapping', 'cyclic_successors']]],
    ['not yet', { ...base, effectiveOn: '2022-01-01', kind: 'dissolve', from: ['SO-XD'] }, 422, [['/from/0', 'not_alive']]],
    ['a taken code', { ...base, kind: 'establish', establish: [established('SO-XD')] }, 409, [['/establish/0/code', 'already_exists']]],
    ['twice', { ...base, kind: 'establish', establish: [established('A'), established('A')] }, 422, [['/establish/1', 'duplicate']]],
    ['the wrong parts', { ...base, kind: 'rename', from: ['SO-XD'], close: ['SO-XD'] }, 422, [['/rename', 'required_for_kind'], ['/from', 'not_for_kind'], ['/close', 'not_for_kind']]],
    ['one is no merger', { ...base, kind: 'merge', from: ['SO-XD'], to: ['A'], establish: [established('A')] }, 422, [['/from', 'one_is_no_merger']]],
    ['one is no split', { ...base, kind: 'split', from: ['SO-XD'], to: ['A'], establish: [established('A')], mapping: [{ from: 'SO-XD', to: 'A', share: 'part' }] }, 422, [['/to', 'one_is_no_split']]],
    ['a whole and more', { ...base, kind: 'split', from: ['SO-XD'], to: ['SO-TC', 'SO-CT'], mapping: [{ from: 'SO-XD', to: 'SO-TC', share: 'whole' }, { from: 'SO-XD', to: 'SO-CT', share: 'part' }] }, 422, [['/mapping/0/share', 'whole_and_more']]],
    ['a whole of one that goes on, a transfer of everything', { ...base, kind: 'transfer', mapping: [{ from: 'SO-XD', to: 'SO-TC', share: 'whole' }, { from: 'SO-CT', to: 'SO-TC', share: 'part' }] }, 422, [['/mapping/0/share', 'whole_but_alive'], ['/mapping/1/functions', 'functions_required']]],
    ['who takes what', { ...base, kind: 'merge', from: ['SO-XD', 'SO-GTVT'], to: ['A', 'B'], establish: [established('A'), established('B')], mapping: [{ from: 'SO-XD', to: 'A', share: 'whole' }] }, 422, [['/from/1', 'mapping_required'], ['/to/1', 'mapping_required']]],
    ['unknown everything', { ...base, kind: 'transfer', mapping: [{ from: 'X', to: 'gso:999', share: 'part', functions: { targets: ['T'], tasks: ['U'], indicators: ['I'] } }] }, 422, [['/mapping/0/from', 'unknown_agency'], ['/mapping/0/to', 'unknown_agency'], ['/mapping/0/functions/targets/0', 'unknown_target'], ['/mapping/0/functions/tasks/0', 'unknown_task'], ['/mapping/0/functions/indicators/0', 'unknown_indicator']]],
    ['somebody else\'s code', { ...base, kind: 'rename', rename: [{ agency: 'SO-XD', name: { vi: 'Sở' } }], identifiers: { close: [{ agency: 'SO-XD', scheme: 'gso', value: '593' }] } }, 422, [['/identifiers/close/0/value', 'identifier_not_borne']]],
    ['a code that is another\'s', { ...base, kind: 'rename', rename: [{ agency: 'SO-XD', name: { vi: 'Sở' } }], identifiers: { open: [{ agency: 'SO-XD', scheme: 'gso', value: '593' }] } }, 409, [['/identifiers', 'conflict']]],
    ['a day that is none', { ...base, effectiveOn: '2025-06-31', kind: 'dissolve', from: ['SO-XD'] }, 400, [['/effectiveOn', 'not_a_date']]],
    ['before all records', { ...base, effectiveOn: '0001-01-01', kind: 'dissolve', from: ['SO-XD'] }, 400, [['/effectiveOn', 'out_of_range']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    for (const query of ['?dryRun=true', '']) {
      const answer = await api.post(`/v1/reorganisations${query}`, payload)
      t.equal(answer.status, status, `${name}${query}`)
      t.same(faults(answer.body), expected, `${name}${query}`)
    }
  }
  t.same(await app.db.select().from(reorganisations), [])
  t.ok(codes((await api.get('/v1/agencies?limit=500&on=2025-03-01')).body).includes('SO-XD'))
  const { headers } = await client(app, { scopes: ['registry:write'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/reorganisations', headers, payload: MARCH })).statusCode, 403)
  await t.rejects(app.db.delete(reorganisations), 'append-only')
})

t.test('at the same time', async t => {
  const { api, assign, roles } = await start(t)
  await assign('CQS-01', 'SO-TTTT', 'lead')
  const merge = (id: string, to: string) => api.post('/v1/reorganisations', { id, kind: 'merge', effectiveOn: '2025-03-01', document: 'NQ-190-2025', from: ['SO-TTTT'], to: [to] })
  const answers = await Promise.all([
    ...['SO-KHCN', 'SO-XD', 'SO-CT', 'SO-TC'].map((to, i) => merge(`SX-${i}`, to)),
    ...[1, 2, 3, 4].map(i => api.post('/v1/assignments', { task: `GP1.${i}`, agency: 'SO-TTTT', role: 'lead', validFrom: '2024-12-16' }))
  ])
  t.equal(answers.slice(0, 4).filter(one => one.status === 201).length, 1, 'one of them')
  t.ok(answers.slice(0, 4).every(one => one.status === 201 || faults(one.body).every(([, code]) => code === 'already_ended')))
  const [winner] = answers.slice(0, 4).filter(one => one.status === 201)
  t.same((await roles('2025-03-01', `&target=${T('CQS-01')}`)), [['CQS-01', winner!.body['to'][0], 'lead']])
  const given = answers.slice(4)
  t.ok(given.every(one => one.status === 201 || faults(one.body).every(([, code]) => code === 'outlives_agency')))
  const written = given.filter(one => one.status === 201).length
  const left = (await roles('2025-03-01')).filter(([, agency]) => agency === 'SO-TTTT')
  t.same(left, [], `of ${written} duties that were given meanwhile none is left with a body that has ended`)
})

t.test('an identifier that passes to another body meanwhile means whoever bears it then', async t => {
  const { app, api } = await start(t)
  t.equal((await api.change('/v1/agencies/SO-XD', { identifiers: [{ scheme: 'x', value: '1' }] })).status, 200)
  const moved = await withTransaction(app.pool, async tx => {
    await lockStructure(tx, [])
    const asked = api.post('/v1/reorganisations?dryRun=true', { kind: 'rename', effectiveOn: '2025-03-01', document: 'NQ-190-2025', rename: [{ agency: 'x:1', name: { vi: 'Sở Mới' } }] })
    await new Promise(resolve => setTimeout(resolve, 300))
    await tx.update(agencyIdentifiers).set({ agencyCode: 'SO-TC' }).where(eq(agencyIdentifiers.scheme, 'x'))
    return [asked]
  })
  const { status, body } = await moved[0]!
  t.equal(status, 200, JSON.stringify(body))
  t.same(body['rename'], [{ agency: 'SO-TC', name: { vi: 'Sở Mới' } }])
})

t.test('who may report for whom, before and after', async t => {
  const { app, make, reader } = await start(t)
  // a process knows a client's grants for up to 15 seconds: each of these pushes for the first time
  const [early, after, future] = [await reader('early', [{ agency: 'SO-TTTT' }]), await reader('after', [{ agency: 'SO-TTTT' }]), await reader('future', [{ agency: 'SO-XD' }])]
  const push = async ({ headers }: typeof early, agency: string, period: string) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: { indicator: 'CQS-02', agency, period, numerator: '1', denominator: '2' } })
    return answer.statusCode < 300 ? 'written' : faults(answer.json<Body>()).map(([, code]) => code).join()
  }
  t.equal(await push(early, 'SO-KHCN', '2025-Q2'), 'not_assigned')
  await make('/v1/reorganisations', { kind: 'merge', effectiveOn: '2025-03-01', document: 'NQ-190-2025', from: ['SO-TTTT', 'SO-KHCN'], to: ['SO-KHCN'] })
  await make('/v1/reorganisations', { kind: 'merge', effectiveOn: '2099-03-01', document: 'NQ-190-2025', from: ['SO-XD', 'SO-GTVT'], to: ['SO-GTVT'] })
  t.equal(await push(after, 'SO-KHCN', '2025-Q2'), 'written', 'the successor\'s figure')
  t.equal(await push(after, 'SO-TTTT', '2025-Q1'), 'written', 'a late figure of the body that ended')
  t.equal(await push(after, 'SO-TTTT', '2025-Q2'), 'agency_not_valid_in_period')
  t.equal(await push(future, 'SO-GTVT', '2025-Q2'), 'not_assigned', 'not until 2099')
  t.equal(await push(future, 'SO-XD', '2025-Q2'), 'written')
})
