import t from 'tap'
import { changes, checkAmendment, onlyDrops, type AmendedVersion } from '../../src/features/targets/amendment-rules.js'
import { build, client } from '../helper.js'
import { codes, faults, indicator, lay, target, writer } from './registry.js'

const version = (more: Partial<AmendedVersion> = {}): AmendedVersion => ({
  version: 1, effectiveFrom: '2024-12-11', operator: 'gte', value: '80', dueDate: '2025-12-31', milestones: [{ period: '2025-Q1', value: '50' }], provenance: 'quoted', ...more
})

t.test('what an amendment must be', async t => {
  const from = '2025-03-01'
  const cases: [string, Parameters<typeof checkAmendment>[0], Partial<AmendedVersion>, string[]][] = [
    ['another value', { effectiveFrom: from, value: '85' }, {}, []],
    ['the same value', { effectiveFrom: from, value: '80.0' }, {}, ['nothing_changed']],
    ['the same of everything', { effectiveFrom: from, value: '80', operator: 'gte', dueDate: '2025-12-31', milestones: [{ period: '2025-Q1', value: '50.0' }] }, {}, ['nothing_changed']],
    ['nothing', { effectiveFrom: from }, {}, ['nothing_changed']],
    ['another operator', { effectiveFrom: from, operator: 'gt' }, {}, []],
    ['another due date', { effectiveFrom: from, dueDate: '2026-01-31' }, {}, []],
    ['no milestones any more', { effectiveFrom: from, milestones: [] }, {}, []],
    ['dropped', { effectiveFrom: from, state: 'dropped' }, {}, []],
    ['on the very day', { effectiveFrom: '2024-12-11', value: '85' }, {}, []],
    ['a day before the target', { effectiveFrom: '2024-12-10', value: '85' }, {}, ['effective_before_target']],
    ['a day before the version before', { effectiveFrom: '2025-05-31', value: '85' }, { version: 3, effectiveFrom: '2025-06-01' }, ['effective_before_previous']],
    ['the day of the version before', { effectiveFrom: '2025-06-01', value: '85' }, { version: 3, effectiveFrom: '2025-06-01' }, []],
    ['illustrative made official', { effectiveFrom: from, value: '85', provenance: 'operational' }, { provenance: 'illustrative' }, ['illustrative_stays']],
    ['illustrative as before', { effectiveFrom: from, value: '85', provenance: 'illustrative' }, { provenance: 'illustrative' }, []],
    ['all at once', { effectiveFrom: '2024-01-01', provenance: 'quoted' }, { provenance: 'illustrative' }, ['nothing_changed', 'effective_before_target', 'illustrative_stays']]
  ]
  for (const [name, amendment, newest, expected] of cases) t.same(checkAmendment(amendment, version(newest), version()).map(error => error.code), expected, name)
  t.ok(changes({ effectiveFrom: from, milestones: [{ period: '2025-Q1', value: '51' }] }, version()))
  t.ok(onlyDrops({ effectiveFrom: from, state: 'dropped' }))
  t.notOk(onlyDrops({ effectiveFrom: from, state: 'dropped', value: '1' }))
})

const amendment = (more: object = {}) => ({ value: '85', effectiveFrom: '2025-06-01', reason: 'Điều chỉnh giữa năm', document: 'D2026', ...more })

async function start (test: Parameters<typeof build>[0]) {
  const app = await build(test)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một', { decimals: 1 }))
  await api.post('/v1/targets', target('A', {
    provenance: 'quoted', clause: 'II.1', interpretation: { vi: 'Hiểu là ít nhất' }, baseline: { value: '60', date: '2024-12-11', claim: false, source: 'Báo cáo' }, milestones: [{ period: '2025-Q2', value: '70' }]
  }))
  return { app, api }
}

t.test('an amendment is a version; what it does not name stays', async t => {
  const { api } = await start(t)
  const first = await api.get('/v1/targets/A')
  const made = await api.post('/v1/targets/A/amendments', amendment())
  t.equal(made.status, 201)
  t.equal(made.headers.location, '/v1/targets/A/versions/2')
  const { recordedAt, ...body } = made.body
  t.match(recordedAt, /Z$/)
  t.same(body, {
    operator: 'gte',
    value: '85',
    unit: '%',
    dueDate: '2025-12-31',
    mode: 'reach',
    baseline: { value: '60', date: '2024-12-11', claim: false, source: 'Báo cáo' },
    milestones: [{ period: '2025-Q2', value: '70' }],
    wording: 'đạt 80%',
    interpretation: { vi: 'Hiểu là ít nhất' },
    document: 'D2026',
    version: 2,
    effectiveFrom: '2025-06-01',
    state: 'active',
    reason: 'Điều chỉnh giữa năm',
    provenance: 'operational'
  }, 'the clause belonged to the document before')
  const served = await api.get('/v1/targets/A/versions/2')
  t.same(served.body, made.body)
  t.equal(served.headers.etag, made.headers.etag)
  t.match((await api.get('/v1/targets/A/versions/1')).body, { value: '80', clause: 'II.1', provenance: 'quoted' }, 'the first is as it was')
  t.equal((await api.get('/v1/targets/A/versions/3')).status, 404)
  t.equal((await api.get('/v1/targets/NONE/versions/1')).status, 404)
  t.equal((await api.get('/v1/targets/A/versions/0')).status, 400)
  t.equal((await api.get('/v1/targets/A?on=2025-05-31')).body['value'], '80')
  t.equal((await api.get('/v1/targets/A?on=2025-06-01')).body['value'], '85')
  t.not((await api.get('/v1/targets/A?on=2025-05-31')).headers.etag, first.headers.etag, 'the resource has another version, whatever the day')

  const second = await api.post('/v1/targets/A/amendments', amendment({
    value: undefined, operator: 'gt', dueDate: '2026-03-31', milestones: [{ period: '2025-Q4', value: '80' }, { period: '2025-Q3', value: '75.5' }], effectiveFrom: '2025-06-01', supersedes: 2, wording: 'đạt trên 85%', clause: 'Điều 1'
  }))
  t.match(second.body, { version: 3, value: '85', operator: 'gt', dueDate: '2026-03-31', wording: 'đạt trên 85%', clause: 'Điều 1', milestones: [{ period: '2025-Q3', value: '75.5' }, { period: '2025-Q4', value: '80' }] })
  t.notOk('interpretation' in second.body, 'it was of the words before')
  t.equal((await api.get('/v1/targets/A?on=2025-06-01')).body['version'], 3, 'of one day the later counts')
  t.same(codes((await api.get('/v1/targets/A/versions')).body, 'version'), [1, 2, 3])

  const dropped = await api.post('/v1/targets/A/amendments', amendment({ value: undefined, state: 'dropped', effectiveFrom: '2025-10-01' }))
  t.match(dropped.body, { version: 4, state: 'dropped', value: '85' })
  t.equal((await api.get('/v1/targets/A?on=2025-09-30')).body['state'], 'active')
  const late = await api.post('/v1/targets/A/amendments', amendment({ effectiveFrom: '2025-11-01' }))
  t.equal(late.status, 422)
  t.match(late.body, { code: 'target_dropped', type: '/problems/target-dropped' })
  t.equal((await api.get('/problems/target-dropped')).status, 200)
})

t.test('what is refused, and nothing is stored', async t => {
  const { app, api } = await start(t)
  await api.post('/v1/targets/A/amendments', amendment())
  const cases: [string, object, number, [string, string][]][] = [
    ['before the target', amendment({ value: '90', effectiveFrom: '2024-12-10' }), 422, [['/effectiveFrom', 'effective_before_target']]],
    ['before the amendment before', amendment({ value: '90', effectiveFrom: '2025-05-31' }), 422, [['/effectiveFrom', 'effective_before_previous']]],
    ['nothing changed', amendment(), 422, [['', 'nothing_changed']]],
    ['no such document', amendment({ value: '90', document: 'X' }), 422, [['/document', 'unknown_document']]],
    ['out of range', amendment({ value: '101' }), 422, [['/value', 'value_out_of_range']]],
    ['unreachable', amendment({ value: '100', operator: 'gt' }), 422, [['/operator', 'target_unreachable']]],
    ['due before it is in force', amendment({ value: '90', dueDate: '2025-05-31' }), 422, [['/dueDate', 'due_before_effective']]],
    ['a milestone after the new due date', amendment({ value: '90', effectiveFrom: '2025-06-01', dueDate: '2025-06-02', milestones: [{ period: '2025-Q4', value: '80' }] }), 422, [['/milestones/0/period', 'milestone_after_due']]],
    ['a milestone of another frequency', amendment({ milestones: [{ period: '2025-06', value: '80' }] }), 422, [['/milestones/0/period', 'period_mismatch']]],
    ['too many decimals, and the rest', amendment({ value: '85.55', effectiveFrom: '2024-01-01', document: 'X' }), 400,
      [['/value', 'too_many_decimals'], ['/effectiveFrom', 'effective_before_target'], ['/document', 'unknown_document']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/targets/A/amendments', payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
  }
  for (const more of [{ reason: undefined }, { reason: ' ' }, { document: undefined }, { effectiveFrom: undefined }, { effectiveFrom: '2025-06-31' }, { value: 85 }, { value: null }, { state: 'active' }, { unit: 'x' }, { mode: 'reach' }, { version: 5 }, { milestones: [{ period: '2025-13', value: '1' }] }, { milestones: [{ period: '2025-Q5', value: '1' }] }]) {
    t.equal((await api.post('/v1/targets/A/amendments', amendment(more))).status, 400, JSON.stringify(more))
  }
  t.equal((await api.post('/v1/targets/NONE/amendments', amendment())).status, 404)
  t.same(codes((await api.get('/v1/targets/A/versions')).body, 'version'), [1, 2])

  const reader = await client(app, { scopes: ['registry:read', 'measurements:write'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/targets/A/amendments', payload: amendment({ value: '90' }), headers: reader.headers })).statusCode, 403)
  t.equal((await app.inject({ method: 'POST', url: '/v1/targets/A/amendments', payload: amendment({ value: '90' }) })).statusCode, 401)
  for (const url of ['/v1/targets/A', '/v1/targets/A/versions/1']) {
    for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
      const answer = await app.inject({ method, url, headers: { ...reader.headers, 'if-match': '*', 'content-type': 'application/json' }, payload: '{}' })
      t.equal(answer.statusCode, 405, `${method} ${url}`)
      t.match(answer.headers.allow, /GET/)
    }
  }
})

t.test('a target can be dropped although its figures would not be allowed any more', async t => {
  const { api } = await start(t)
  t.equal((await api.change('/v1/indicators/CQS-01', { maximum: '75' })).status, 200)
  t.same(faults((await api.post('/v1/targets/A/amendments', amendment({ value: undefined, dueDate: '2026-01-31' }))).body), [['/value', 'value_out_of_range']])
  t.equal((await api.post('/v1/targets/A/amendments', amendment({ value: undefined, state: 'dropped' }))).status, 201)
})

t.test('what is illustrative stays so', async t => {
  const { api } = await start(t)
  await api.post('/v1/targets', target('B', { provenance: 'illustrative' }))
  t.same(faults((await api.post('/v1/targets/B/amendments', amendment({ provenance: 'operational' }))).body), [['/provenance', 'illustrative_stays']])
  t.match((await api.post('/v1/targets/B/amendments', amendment())).body, { version: 2, provenance: 'illustrative' })
  t.match((await api.post('/v1/targets/A/amendments', amendment({ provenance: 'illustrative' }))).body, { version: 2, provenance: 'illustrative' })
})

t.test('many at once: each is a version of its own, in the order of the days', async t => {
  const { api } = await start(t)
  const days = ['2025-02-01', '2025-08-01', '2025-03-01', '2025-07-01', '2025-04-01', '2025-06-01', '2025-05-01', '2025-02-01']
  const answers = await Promise.all(days.map((effectiveFrom, i) => api.post('/v1/targets/A/amendments', amendment({ value: `${81 + i}`, effectiveFrom }))))
  const landed = answers.filter(({ status }) => status === 201)
  for (const { status, body } of answers.filter(({ status }) => status !== 201)) {
    if (status === 409) t.equal(body['code'], 'already_amended')
    else t.same([status, faults(body)], [422, [['/effectiveFrom', 'effective_before_previous']]])
  }
  t.ok(landed.some(({ body }) => body['effectiveFrom'] === '2025-08-01'), 'the latest day can always land')
  const stored = (await api.get('/v1/targets/A/versions?limit=100')).body['data'] as { version: number, effectiveFrom: string, recordedAt: string, value: string }[]
  t.same(stored.map(one => one.version), [1, ...landed.map((_, i) => i + 2)], 'no version is lost, none is twice')
  t.same(stored.slice(1).map(one => one.value).sort(), landed.map(({ body }) => body['value']).sort())
  for (const [i, one] of stored.slice(1).entries()) {
    t.ok(one.effectiveFrom >= stored[i]!.effectiveFrom, `${one.version} is not in force before ${one.version - 1}`)
    t.ok(one.recordedAt > stored[i]!.recordedAt, 'known in the order of the versions')
  }

  const fields = [{ value: '99' }, { dueDate: '2026-06-30' }, { operator: 'gt' }]
  const all = await Promise.all(fields.map(field => api.post('/v1/targets/A/amendments', amendment({ value: undefined, ...field, effectiveFrom: '2025-09-01' }))))
  t.same(all.map(({ status }) => status).sort(), [201, 409, 409], 'of one day one wins')
  const winner = (await api.get('/v1/targets/A?on=2025-09-01')).body
  const won = fields[all.findIndex(({ status }) => status === 201)]!
  t.match(winner, won)
  t.equal(winner['version'], stored.length + 1)
})

t.test('a second amendment for one day says which it takes the place of', async t => {
  const { api } = await start(t)
  const amend = async (more: object) => {
    const { status, body } = await api.post('/v1/targets/A/amendments', amendment(more))
    return [status, body['code'] ?? body['version']]
  }
  t.same(await amend({ supersedes: 2 }), [409, 'already_amended'], 'there is none yet')
  t.same(await amend({ effectiveFrom: '2024-12-11', value: '81' }), [201, 2], 'the first version is no amendment')
  t.same(await amend({ effectiveFrom: '2024-12-11', value: '82' }), [409, 'already_amended'])
  t.same(await amend({}), [201, 3], 'its day is free')
  t.same(await amend({ value: '86' }), [409, 'already_amended'])
  t.same(await amend({ value: '86', supersedes: 2 }), [409, 'already_amended'], 'of another day')
  t.same(await amend({ value: '86', supersedes: 4 }), [409, 'already_amended'], 'not there yet')
  t.same(await amend({ value: '86', supersedes: 3 }), [201, 4])
  t.same(await amend({ value: '87', supersedes: 3 }), [409, 'already_amended'], 'somebody was quicker')
  t.same(await amend({ value: '87', effectiveFrom: '2025-07-01', supersedes: 4 }), [409, 'already_amended'], 'takes no place')
  const answer = await api.post('/v1/targets/A/amendments', amendment({ value: '87' }))
  t.match(answer.body['detail'], /"?supersedes"?”?: 4/)
  t.equal((await api.get('/v1/targets/A?on=2025-06-01')).body['value'], '86')
  t.same(codes((await api.get('/v1/targets/A/versions')).body, 'version'), [1, 2, 3, 4])
})
