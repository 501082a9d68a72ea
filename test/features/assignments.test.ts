import { sql } from 'drizzle-orm'
import t from 'tap'
import { assignments } from '../../src/db/schema/index.js'
import { withTransaction } from '../../src/ledger/transaction.js'
import { lockStructure } from '../../src/features/agencies/actions.js'
import { checkDates, checkObject, checkPerson, evaluateCompleteness, type AssignmentFacts, type Clear } from '../../src/features/assignments/rules.js'
import { build, client } from '../helper.js'
import { agency, codes, faults, indicator, lay, pages, serve, target, writer } from './registry.js'

const clear: AssignmentFacts = {
  target: 'A', role: 'lead', position: 'Phó Giám đốc', duty: 'Rà soát', responsibility: 'Trước UBND tỉnh', startDate: '2025-01-01', dueDate: '2025-12-31', expectedResult: '100%'
}
/** What is left out, and what is then missing. */
const COMPLETENESS: [string, Partial<AssignmentFacts>, Clear[]][] = [
  ['all six', {}, []],
  ['a task in place of a target', { target: null, task: 'GP1.1' }, []],
  ['nobody', { position: null }, ['person']],
  ['no duty', { duty: null }, ['task']],
  ['a role alone', { responsibility: null }, ['responsibility']],
  ['no start', { startDate: null }, ['time']],
  ['no end', { dueDate: null }, ['time']],
  ['no result', { expectedResult: null }, ['result']],
  ['blank is not clear', { duty: ' \n', expectedResult: '\t' }, ['task', 'result']],
  ['only who', { position: null, duty: null, responsibility: null, startDate: null, dueDate: null, expectedResult: null }, ['person', 'task', 'responsibility', 'time', 'result']]
]
const said = (errors: { pointer?: string, code: string }[]) => errors.map(error => [error.pointer, error.code])

t.test('the six clears', async t => {
  for (const [name, more, missing] of COMPLETENESS) {
    const { clear: found, missing: named } = evaluateCompleteness({ ...clear, ...more })
    t.same(named, missing, name)
    t.same(Object.entries(found).filter(([, value]) => !value).map(([key]) => key), missing, name)
    t.same(Object.keys(found), ['objective', 'person', 'task', 'responsibility', 'time', 'result'])
  }
  t.same(evaluateCompleteness({}).missing, ['objective', 'person', 'task', 'responsibility', 'time', 'result'])
})

t.test('what fits together', async t => {
  t.same(said(checkDates({ validFrom: '2025-01-01', startDate: '2025-02-01', dueDate: '2025-02-01', validTo: '2025-01-01' })), [])
  t.same(said(checkDates({ validFrom: '2025-01-02', startDate: '2025-02-02', dueDate: '2025-02-01', validTo: '2025-01-01' })), [['/dueDate', 'due_before_start'], ['/validTo', 'ends_before_it_begins']])
  t.same(said(checkObject({ target: 'A' })), [])
  t.same(said(checkObject({ task: 'A' })), [])
  t.same(said(checkObject({ target: 'A', task: 'A' })), [['/task', 'target_or_task']])
  t.same(said(checkObject({})), [['/target', 'target_or_task']])
  t.same(said(checkPerson({})), [])
  t.same(said(checkPerson({ position: 'GĐ', name: 'A' })), [])
  t.same(said(checkPerson({ name: 'A' })), [['/person/position', 'position_required']])
})

async function start (...options: Parameters<typeof build>) {
  const app = await build(...options)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('KTS-01', 'Hai', { pillar: 'KTS' }))
  await api.post('/v1/targets', target('A'))
  await api.post('/v1/targets', target('B', { indicator: 'KTS-01', plan: 'KH-2026', dueDate: '2026-12-31' }))
  await api.post('/v1/agencies', agency('STTTT', 'Sở Thông tin và Truyền thông', { validTo: '2025-02-28', identifiers: [{ scheme: 'qd20', value: 'X.01', validTo: '2025-02-28' }] }))
  await api.post('/v1/agencies', agency('SKHCN', 'Sở Khoa học và Công nghệ'))
  return { app, api }
}
const lead = (more: object = {}) => ({ target: 'A', agency: 'STTTT', role: 'lead', validFrom: '2025-01-01', ...'agency' in more ? {} : { validTo: '2025-02-28' }, ...more })

t.test('create, read, list', async t => {
  const { app, api } = await start(t)
  const wanted = {
    target: 'A',
    agency: 'STTTT',
    role: 'lead',
    person: { position: 'Phó Giám đốc', name: 'Nguyễn Văn A' },
    duty: 'Rà soát',
    responsibility: 'Trước UBND tỉnh',
    startDate: '2025-01-01',
    dueDate: '2025-12-31',
    expectedResult: '100%',
    document: 'D2025',
    validFrom: '2025-01-01',
    validTo: '2025-02-28',
    provenance: 'illustrative'
  }
  const first = await api.post('/v1/assignments', { ...wanted, agency: 'qd20:X.01' })
  t.equal(first.status, 201)
  const { id, recordedAt, ...body } = first.body
  t.match(recordedAt, /Z$/)
  t.equal(first.headers.location, `/v1/assignments/${id}`)
  t.same(body, { ...wanted, completeness: { clear: { objective: true, person: true, task: true, responsibility: true, time: true, result: true }, missing: [] } })
  t.same((await api.get(`/v1/assignments/${id}`)).body, first.body)
  t.equal((await api.get('/v1/assignments/none')).status, 404)

  const second = (await api.post('/v1/assignments', { target: 'A', agency: 'SKHCN', role: 'lead', validFrom: '2025-03-01' })).body
  t.same(second['completeness'].missing, ['person', 'task', 'responsibility', 'time', 'result'])
  const third = (await api.post('/v1/assignments', { task: 'GP1.1', agency: 'SKHCN', role: 'monitor', startDate: '2025-05-01', provenance: 'quoted', quote: 'theo dõi' })).body
  t.equal(third['validFrom'], '2025-05-01', 'from the start date when not said')
  const fourth = (await api.post('/v1/assignments', { target: 'B', agency: 'SKHCN', role: 'cooperate', validFrom: '2026-01-01' })).body
  await serve(app, 'GP1.1', 'KTS-01')

  const names = new Map([[id, '1'], [second['id'], '2'], [third['id'], '3'], [fourth['id'], '4']])
  const listed = async (query: string) => codes((await api.get(`/v1/assignments?${query}`)).body, 'id').map(found => names.get(found)).sort().join('')
  const cases: [string, string][] = [
    ['', '1234'], ['target=A', '12'], ['task=GP1.1', '3'], ['agency=SKHCN', '234'], ['agency=STTTT', '1'], ['agency=qd20:X.01&on=2025-02-01', '1'],
    ['role=lead', '12'], ['role=monitor', '3'], ['indicator=CQS-01', '12'], ['indicator=KTS-01', '34'], ['plan=KH-2025', '123'], ['plan=KH-2026', '4'],
    ['document=D2025', '1'], ['on=2025-02-28', '1'], ['on=2025-03-01', '2'], ['on=2026-06-01', '234'], ['on=2024-12-31', ''],
    ['complete=true', '1'], ['complete=false', '234'], ['provenance=quoted', '3'], ['role=lead&on=2025-05-01', '2']
  ]
  for (const [query, expected] of cases) t.equal(await listed(query), expected, query)
  const order = async (sort: string) => (await pages(api.get, `/v1/assignments?limit=1&sort=${sort}`, 'id')).map(([found]) => names.get(found!)).join('')
  t.equal(await order('validFrom'), '1234')
  t.equal(await order('-validFrom'), '4321')
  t.equal(await order('task,validFrom'), '3124', 'those without a task last')
  t.equal(await order('-agency,-validFrom'), '1432')
  t.equal((await order('dueDate'))[0], '1')
  t.equal((await api.get('/v1/assignments?limit=1&count=exact&agency=SKHCN')).body['count'], 3)

  const unknown = await api.get('/v1/assignments?target=X&task=X&indicator=X&plan=X&document=X&agency=X')
  t.equal(unknown.status, 400)
  t.same(faults(unknown.body), ['target', 'task', 'indicator', 'plan', 'document', 'agency'].map(name => [name, 'unknown_code']))
  for (const query of ['complete=1', 'complete=TRUE', 'role=boss', 'on=2025-13-01', 'colour=red', 'sort=person']) {
    t.equal((await api.get(`/v1/assignments?${query}`)).status, 400, query)
  }
})

t.test('the filter and the rule agree on what is complete', async t => {
  // blank texts cannot come through the API, and do not fit what it documents
  const { app, api } = await start(t, { validateResponses: false })
  const { position, target: object, task, ...rest } = clear
  for (const [i, [, more]] of COMPLETENESS.entries()) {
    const { position: person = clear.position, target: targetId, task: taskCode, ...others } = more
    await app.db.insert(assignments).values({
      ...rest, ...others, id: String(i), role: 'cooperate', agencyCode: 'SKHCN', personPosition: person ?? null, validFrom: `20${10 + i}-01-01`, validTo: `20${10 + i}-12-31`,
      ...(targetId === null ? { taskCode: 'GP1.1' } : { targetId: 'A' })
    } as typeof assignments.$inferInsert)
  }
  const ids = async (query: string) => codes((await api.get(`/v1/assignments?${query}`)).body, 'id')
  const complete = COMPLETENESS.flatMap(([, , missing], i) => missing.length === 0 ? [String(i)] : [])
  t.same(await ids('complete=true'), complete)
  t.equal((await ids('complete=false')).length, COMPLETENESS.length - complete.length)
})

t.test('what is refused', async t => {
  const { app, api } = await start(t)
  t.equal((await api.post('/v1/assignments', lead())).status, 201)
  const cases: [string, object, number, [string, string][]][] = [
    ['a second lead', lead({ agency: 'SKHCN', validFrom: '2025-02-01' }), 409, [['/role', 'second_lead']]],
    ['the same role twice', lead({ role: 'lead', validFrom: '2024-01-01', validTo: '2025-01-01' }), 409, []],
    ['an agency no longer there', lead({ target: 'B', validFrom: '2025-03-01', validTo: '2025-12-31' }), 422, [['/agency', 'agency_not_alive']]],
    ['a duty that outlives its agency', lead({ target: 'B', validTo: '2025-03-01' }), 422, [['/validTo', 'outlives_agency']]],
    ['a duty without end of an agency that ends', lead({ target: 'B', agency: 'STTTT' }), 422, [['/validTo', 'outlives_agency']]],
    ['an identifier no longer borne', lead({ agency: 'qd20:X.01', validFrom: '2025-03-01' }), 422, [['/agency', 'unknown_agency']]],
    ['nothing known', lead({ target: 'X', agency: 'X', document: 'X', dueDate: '2025-01-01', startDate: '2025-01-02' }), 422,
      [['/agency', 'unknown_agency'], ['/dueDate', 'due_before_start'], ['/target', 'unknown_target'], ['/document', 'unknown_document']]],
    ['unknown task', { task: 'X', agency: 'SKHCN', role: 'lead' }, 422, [['/task', 'unknown_task']]],
    ['quoted without words', lead({ target: 'B', provenance: 'quoted' }), 422, [['/quote', 'quote_required']]],
    ['target and task', lead({ task: 'GP1.1' }), 400, [['/task', 'target_or_task']]],
    ['neither', { agency: 'SKHCN', role: 'lead' }, 400, [['/target', 'target_or_task']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/assignments', payload)
    t.equal(answer.status, status, name)
    if (expected.length > 0) t.same(faults(answer.body), expected, name)
  }
  t.equal((await api.post('/v1/assignments', lead({ role: 'cooperate' }))).status, 201)
  t.same(faults((await api.post('/v1/assignments', lead({ role: 'cooperate' }))).body), [['/agency', 'conflict']])
  for (const payload of [
    lead({ role: 'boss' }), lead({ person: 'A' }), lead({ person: { name: 'A' } }), lead({ duty: '' }), lead({ duty: null }), lead({ completeness: {} }), lead({ startDate: '2025-02-30' }), lead({ agency: 'a b' })
  ]) t.equal((await api.post('/v1/assignments', payload)).status, 400, JSON.stringify(payload))
  const leads = await Promise.all(['SKHCN', 'UBND-TINH'].map(name => api.post('/v1/assignments', { task: 'GP1.1', agency: name, role: 'lead', validFrom: '2025-01-01' })))
  t.same(leads.map(answer => answer.status).sort(), [201, 409], 'at once: the database refuses the second')
  t.equal((await app.inject({ method: 'POST', url: '/v1/assignments', payload: lead() })).statusCode, 401)
  const reader = await client(app, { scopes: ['registry:admin'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/assignments', headers: reader.headers, payload: lead() })).statusCode, 403)
})

t.test('changes, and the end of an assignment', async t => {
  const { api } = await start(t)
  const { id } = (await api.post('/v1/assignments', lead({ agency: 'SKHCN', person: { position: 'GĐ', name: 'A' }, startDate: '2025-01-01' }))).body
  const url = `/v1/assignments/${id}`
  t.match((await api.change(url, { duty: 'Làm', dueDate: '2025-06-30', person: { name: null } })).body, { duty: 'Làm', person: { position: 'GĐ' }, completeness: { missing: ['responsibility', 'result'] } })
  t.notOk('name' in (await api.get(url)).body['person'])
  t.same((await api.change(url, { person: { contact: 'a@b' } })).body['person'], { position: 'GĐ', contact: 'a@b' })
  t.notOk('person' in (await api.change(url, { person: null })).body)
  t.same(faults((await api.change(url, { person: { name: 'A' } })).body), [['/person/position', 'position_required']])
  t.same(faults((await api.change(url, { dueDate: '2024-06-30' })).body), [['/dueDate', 'due_before_start']])
  t.same(faults((await api.change(url, { validTo: '2024-06-30', document: 'X' })).body), [['/validTo', 'ends_before_it_begins'], ['/document', 'unknown_document']])
  t.notOk('duty' in (await api.change(url, { duty: null, document: 'D2026' })).body)

  t.equal((await api.change(url, { validTo: '2025-05-31' })).status, 200)
  t.equal((await api.post('/v1/assignments', lead({ agency: 'UBND-TINH', validFrom: '2025-06-01' }))).status, 201, 'another lead may follow')
  const reopened = await api.change(url, { validTo: null })
  t.equal(reopened.status, 409)
  t.equal(reopened.body['code'], 'second_lead')
  t.equal((await api.get(url)).body['validTo'], '2025-05-31')

  t.equal((await api.patch(url, { duty: 'x' })).status, 428)
  t.equal((await api.patch(url, { duty: 'x' }, { 'if-match': '"1-a"' })).status, 412)
  t.equal((await api.patch('/v1/assignments/none', { duty: 'x' }, { 'if-match': '*' })).status, 404)
  for (const patch of [{ role: 'monitor' }, { agency: 'STTTT' }, { target: 'B' }, { validFrom: '2025-01-02' }, { provenance: null }, { person: {} }, {}, { duty: 1 }]) {
    t.equal((await api.change(url, patch)).status, 400, JSON.stringify(patch))
  }
})

t.test('a change waits for a reorganisation of its agency without holding what that needs', async t => {
  const app = await build(t, { max: 10 })
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/agencies', agency('STTTT', 'Sở TT&TT', { parent: 'UBND-TINH' }))
  const { body: { id } } = await api.post('/v1/assignments', { task: 'GP1.1', agency: 'STTTT', role: 'lead', validFrom: '2025-01-01' })
  const [changing] = await withTransaction(app.pool, async tx => {
    await lockStructure(tx, ['STTTT'])
    const changing = api.change(`/v1/assignments/${id}`, { validTo: '2025-12-31' })
    await new Promise(resolve => setTimeout(resolve, 300))
    t.equal((await tx.execute(sql`select from assignments where id = ${id} for update nowait`)).rowCount, 1)
    return [changing]
  })
  t.equal((await changing).status, 200)
})
