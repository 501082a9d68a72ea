import type { LightMyRequestResponse as Answer } from 'fastify'
import { test } from 'tap'
import { ensureBootstrapClient, REVIEWER } from '../../src/features/clients/bootstrap.js'
import { build } from '../helper.js'
import { operationsOf, optional, prefilled, rowsOf, urlOf, write, type Operation, type Parameter } from './example-walk.js'

/** They say something of every list, or of another format than JSON, and are sent together with the rest. */
const GENERAL = ['limit', 'sort', 'count', 'recordedFrom', 'recordedTo', 'asOf']
const OF_FILES = ['bom', 'delimiter', 'decimalComma', 'format', 'template']

/** A parameter that goes with another one. */
const COMPANIONS: Record<string, string[]> = {
  'listMeasurements withSubtree': ['agency'],
  'listObligations state': ['on'],
  'listObligationCompleteness state': ['on']
}

/** Whose filters no single row can answer to: a target with a parent is not broken down by a dimension, and so on. */
const NOT_TOGETHER = new Set([
  'listClients', 'listTargets', 'listIndicatorTargets', 'listExplanations', 'listAssignments', 'listQualityRules', 'listTasks'
])

/** Lists that are empty until somebody writes: the demonstration hands no target down, and the plan gives no task a date. */
const EMPTY_BEFORE = new Set(['listTargetAllocations', 'listTasks dueFrom', 'listTasks dueTo'])
/** No indicator of the plan has targets with a parent, and by dimension. */
const EMPTY = new Set(['listIndicatorTargets dimension'])

/** Nobody reviews what they pushed themselves: these are sent by the second client of the demonstration. */
const BY_REVIEWER = new Set(['reviewMeasurement', 'reviewMeasurements'])

/** Where the first of several examples has been sent, the next meets what that has made. */
const AFTER_THE_FIRST: Record<string, number> = { allocateTarget: 409 }

test('every example of the document works as it stands with SEED=demo', async t => {
  const app = await build(t, { seed: 'demo' })
  await app.ready()
  const tokens = new Map<string, string>()
  for (const [id, role] of [['admin', undefined], ['reviewer', REVIEWER]] as const) {
    const secret = `secret-of-the-${id}-of-this-test`
    await ensureBootstrapClient(app.pool, { id, secret }, role)
    const { bodies: [form] } = operationsOf(app.swagger()).find(one => one.operationId === 'issueToken')!
    const filled = { ...form!.value as Record<string, string>, client_id: id, client_secret: secret }
    const answer = await app.inject({
      method: 'POST', url: '/oauth/token', headers: { 'content-type': form!.type }, payload: new URLSearchParams(filled).toString()
    })
    t.equal(answer.statusCode, 200, `the form of the document gets the ${id} a token`)
    tokens.set(id, `Bearer ${answer.json().access_token}`)
    const { bodies: [given] } = operationsOf(app.swagger()).find(one => one.operationId === 'revokeToken')!
    const back = { ...given!.value as Record<string, string>, client_id: id, client_secret: secret }
    const revoked = await app.inject({
      method: 'POST', url: '/oauth/revoke', headers: { 'content-type': given!.type }, payload: new URLSearchParams(back).toString()
    })
    t.equal(revoked.statusCode, 200, 'the form of the document gives one back')
  }
  const operations = operationsOf(JSON.parse(JSON.stringify(app.swagger())))
  const done = new Set(['issueToken', 'revokeToken'])
  const why = (answer: Answer) => answer.statusCode < 300 ? '' : ` → ${answer.body.slice(0, 500)}`

  async function read (operation: Operation, label: string, parameters: readonly Parameter[]): Promise<void> {
    const { operationId } = operation
    const name = label === '' ? operationId : `${operationId} ${label}`
    const url = urlOf(operation, [...prefilled(operation), ...parameters])
    const answer = await app.inject({ url, headers: { authorization: tokens.get('admin'), accept: 'application/json, */*;q=0.1' } })
    const expected = operationId === 'getApiIndex' ? [200, 303] : [200]
    if (!expected.includes(answer.statusCode)) t.fail(`${name}: ${url}${why(answer)}`)
    const mayBeEmpty = EMPTY.has(name) || EMPTY_BEFORE.has(name) || EMPTY_BEFORE.has(operationId) || (label === 'all' && NOT_TOGETHER.has(operationId))
    if (rowsOf(answer) === 0 && !mayBeEmpty) t.fail(`${name}: nothing is found by ${url}`)
    done.add(operationId)
  }
  const companions = (operation: Operation, { name }: Parameter) => optional(operation)
    .filter(one => COMPANIONS[`${operation.operationId} ${name}`]?.includes(one.name))

  let singles = 0
  for (const operation of operations.filter(one => one.method === 'GET')) {
    await read(operation, '', [])
    const free = optional(operation).filter(({ name }) => !OF_FILES.includes(name))
    if (free.length > 0) await read(operation, 'all', free)
    for (const one of free.filter(({ name }) => !GENERAL.includes(name))) {
      await read(operation, one.name, [...companions(operation, one), one])
      singles++
    }
  }
  t.ok(singles > 200, `${singles} filters by themselves`)

  let bodies = 0
  const writes = operations.filter(one => one.method !== 'GET' && !done.has(one.operationId))
  for (const operation of [...writes.filter(one => one.method !== 'DELETE'), ...writes.filter(one => one.method === 'DELETE')]) {
    const { operationId } = operation
    for (const [i, body] of (operation.bodies.length === 0 ? [undefined] : operation.bodies).entries()) {
      const answer = await write(app, operation, body, tokens.get(BY_REVIEWER.has(operationId) ? 'reviewer' : 'admin')!)
      const later = i === 0 ? undefined : AFTER_THE_FIRST[operationId]
      if (answer.statusCode >= 300 && answer.statusCode !== later) t.fail(`${operationId} ${body?.type} ${body?.label}: ${answer.statusCode}${why(answer)}`)
      t.ok(String(answer.statusCode) in operation.responses, `${operationId}: ${answer.statusCode} is documented`)
      bodies++
    }
    done.add(operationId)
  }
  t.ok(bodies > 60, `${bodies} bodies`)

  EMPTY_BEFORE.clear()
  for (const [operationId, name] of [['listTargetAllocations', 'state'], ['listTasks', 'dueFrom'], ['listTasks', 'dueTo']]) {
    const operation = operations.find(one => one.operationId === operationId)!
    await read(operation, name!, operation.parameters.filter(one => one.name === name))
  }
  t.same(operations.map(one => one.operationId).filter(id => !done.has(id)), [], 'all of all')
})
