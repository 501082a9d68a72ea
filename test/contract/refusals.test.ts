import type { LightMyRequestResponse as Answer } from 'fastify'
import { test } from 'tap'
import { build, client } from '../helper.js'
import { operationsOf, prefilled, urlOf, type Operation } from './example-walk.js'

/**
 * Every refusal that follows from what an operation is (its path, its body, who may do it, what it asks for) is brought
 * about at every operation that documents it. What must be answered stands here; that the document has the status, the
 * headers and the code is held by plugins/validate-responses.ts.
 */

interface Refusal {
  status: number
  code: string
  /** Whether the operation can be refused so. */
  of: (operation: Operation) => boolean
  /** Changes to a request that would be right. */
  change: (request: Request, operation: Operation) => Partial<Request>
  headers?: readonly string[]
}
interface Request {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, string>
  payload?: string
}

const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000'
const UNKNOWN: Readonly<Record<string, string>> = {
  version: '999', sequence: '999', day: '2031-01-01', type: 'khong-co', kid: 'A'.repeat(43)
}

/** The address of something that does not exist. Every period exists: there it is what stands before it in the path. */
function unknownUrl (operation: Operation): string {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(found => found[1]!).filter(name => name !== 'period')
  return urlOf({
    ...operation,
    parameters: operation.parameters.map(one => one.in !== 'path' || one.name !== names.at(-1)
      ? one
      : { ...one, example: /uuid/i.test(JSON.stringify(one.schema)) ? UNKNOWN_ID : UNKNOWN[one.name] ?? 'KHONG-CO' })
  }, prefilled(operation))
}

const changes = ({ method }: Operation) => method === 'PATCH' || method === 'DELETE'
const guarded = ({ security }: Operation) => security.length > 0 && security.every(one => Object.keys(one).length > 0)
const takesJson = ({ bodies }: Operation) => bodies.some(({ type }) => /[/+]json$/.test(type))
const isOAuth = ({ operationId }: Operation) => ['issueToken', 'revokeToken'].includes(operationId)

const REFUSALS: readonly Refusal[] = [
  {
    status: 401,
    code: 'not_authenticated',
    of: guarded,
    change: ({ headers: { authorization: _, ...headers } }) => ({ headers }),
    headers: ['www-authenticate']
  },
  {
    status: 401,
    code: 'invalid_token',
    of: guarded,
    change: ({ headers }) => ({ headers: { ...headers, authorization: 'Bearer a.b.c' } }),
    headers: ['www-authenticate']
  },
  {
    status: 406,
    code: 'not_acceptable',
    of: () => true,
    change: ({ headers }) => ({ headers: { ...headers, accept: 'image/png' } })
  },
  {
    status: 404,
    code: 'not_found',
    of: ({ path, responses }) => path.includes('{') && '404' in responses,
    change: ({ headers }, operation) => ({ url: unknownUrl(operation), headers: { ...headers, 'if-match': '*' } })
  },
  {
    status: 415,
    code: 'unsupported_media_type',
    of: ({ bodies }) => bodies.length > 0,
    change: ({ headers }) => ({ headers: { ...headers, 'content-type': 'image/png' } })
  },
  { status: 400, code: 'malformed_json', of: takesJson, change: () => ({ payload: '{"' }) },
  {
    status: 428,
    code: 'precondition_required',
    of: changes,
    change: ({ headers: { 'if-match': _, ...headers } }) => ({ headers })
  },
  {
    status: 412,
    code: 'precondition_failed',
    of: changes,
    change: ({ headers }) => ({ headers: { ...headers, 'if-match': '"1"' } }),
    headers: ['etag']
  },
  {
    // no tag can be of what a POST is about, and none is passed over
    status: 412,
    code: 'precondition_failed',
    of: one => one.method === 'POST' && !isOAuth(one),
    change: ({ headers }) => ({ headers: { ...headers, 'if-match': '"1"' } })
  }
]

test('each operation is refused as the document says', async t => {
  const app = await build(t, { seed: 'demo' })
  const { headers: { authorization } } = await client(app)
  const operations = operationsOf(JSON.parse(JSON.stringify(app.swagger())))

  /** A request that would be right, but for its If-Match. */
  function right (operation: Operation): Request {
    const [body] = operation.bodies
    return {
      method: operation.method as 'GET',
      url: urlOf(operation, prefilled(operation)),
      headers: {
        ...isOAuth(operation) ? {} : { authorization: authorization! },
        'accept-language': 'en',
        ...operation.method === 'POST' && !isOAuth(operation)
          ? { 'idempotency-key': `refused ${operation.operationId}` }
          : {},
        ...body === undefined ? {} : { 'content-type': body.type }
      },
      ...body === undefined ? {} : { payload: typeof body.value === 'string' ? body.value : JSON.stringify(body.value) }
    }
  }
  const say = ({ statusCode, body }: Answer) => `${statusCode} ${body.slice(0, 300)}`

  for (const { status, code, of, change, headers = [] } of REFUSALS) {
    const refused = operations.filter(of)
    const wrong: string[] = []
    for (const operation of refused) {
      const request = right(operation)
      const answer = await app.inject({ ...request, ...change(request, operation) } as object)
      const problem = answer.json()
      const fits = answer.statusCode === status && problem.code === code && problem.status === status &&
        headers.every(name => answer.headers[name] !== undefined)
      if (!fits) wrong.push(`${operation.operationId}: ${say(answer)}`)
      // they say what is missing, and not its kind alone
      if ([401, 412, 428].includes(status) && !problem.detail) wrong.push(`${operation.operationId}: no detail`)
    }
    t.same(wrong, [], `${status} ${code}`)
    t.comment(`${status} ${code}: ${refused.length} operations`)
    t.ok(refused.length > 10, `${refused.length} operations`)
  }

  await t.test('a token that may do nothing here', async t => {
    const { headers: { authorization } } = await client(app, { scopes: ['webhooks:write'] })
    const refused = operations.filter(one => guarded(one) && one.operationId !== 'getOwnClient')
    for (const operation of refused) {
      const request = right(operation)
      const answer = await app.inject({ ...request, headers: { ...request.headers, authorization } } as object)
      const expected = { status: 403, code: 'insufficient_scope', requiredScopes: [/:/] }
      t.match(answer.json(), expected, `${operation.operationId}: ${say(answer)}`)
    }
  })

  await t.test('what has not changed is not sent again', async t => {
    for (const operation of operations.filter(one => one.method === 'GET')) {
      const limit = operation.parameters.filter(({ name }) => name === 'limit').map(one => ({ ...one, example: 1 }))
      const url = urlOf(operation, [...prefilled(operation), ...limit])
      const headers = { authorization, accept: 'application/json, */*;q=0.1' }
      const first = await app.inject({ url, headers } as object)
      const { etag } = first.headers
      if (etag === undefined) continue
      const again = await app.inject({ url, headers: { ...headers, 'if-none-match': etag } } as object)
      const { statusCode, body, headers: { etag: tag, link } } = again
      t.same([statusCode, body, tag, link], [304, '', etag, first.headers['link']], `${operation.operationId}: ${say(again)}`)
    }
  })

  await t.test('an address that belongs to another operation', async t => {
    const shadowed = operations.filter(({ responses }) => '405' in responses)
    t.ok(shadowed.length > 0)
    for (const operation of shadowed) {
      const pattern = new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/{}]+')}$`)
      for (const { path } of operations.filter(one => one.path !== operation.path && pattern.test(one.path))) {
        const request = right(operation)
        const answer = await app.inject({ ...request, url: path } as object)
        if (operations.some(one => one.path === path && one.method === operation.method)) continue
        t.same([answer.statusCode, answer.json().code], [405, 'method_not_allowed'], `${operation.method} ${path}`)
        t.ok(answer.headers['allow'])
      }
    }
  })

  await t.test('the page of a problem, for a browser', async t => {
    const answer = await app.inject({ url: '/problems', headers: { accept: 'text/html' } })
    t.match(answer.headers, { 'content-type': /^text\/html/, 'content-security-policy': /default-src/ })
  })

  await t.test('a token in the address', async t => {
    const answer = await app.inject('/v1/clients?access_token=x')
    t.match(answer.json(), { status: 400, code: 'invalid_request', errors: [{ parameter: 'access_token' }] })
    t.match(answer.headers['www-authenticate'], /error="invalid_request"/)
    t.notOk('strict-transport-security' in answer.headers, 'clients come by http here')
  })

  t.equal((await app.pool.query('select from idempotency_keys')).rowCount, 0, 'nothing was done')

  await t.test('what contradicts what is there', async t => {
    const write = async (method: 'POST' | 'PATCH', url: string, payload: object) => {
      const { headers: { etag } } = await app.inject({ url, headers: { authorization } } as object)
      const answer = await app.inject({
        method, url, payload, headers: { authorization, ...method === 'PATCH' ? { 'if-match': etag } : {} }
      } as object)
      const { code, errors = [] } = answer.json()
      return [answer.statusCode, code, errors[0]?.pointer]
    }
    const reason = { vi: 'Nhập hai lần' }
    const [{ id: reorganisation }] = (await app.inject('/v1/reorganisations?limit=1')).json().data
    const person = { position: 'Phó Giám đốc Sở' }
    const duty = { target: '4677-2025.XHS-07', agency: 'SO-KHCN', role: 'monitor', person }
    const made = async (more: object) => {
      const answer = await app.inject({
        method: 'POST', url: '/v1/assignments', headers: { authorization }, payload: { ...duty, ...more }
      } as object)
      t.equal(answer.statusCode, 201, say(answer))
      return answer.json().id
    }
    await made({ validFrom: '2025-06-01' })
    const earlier = await made({ validFrom: '2025-01-01', validTo: '2025-05-31' })

    t.same(await write('PATCH', `/v1/assignments/${earlier}`, { validTo: '2025-07-01' }), [409, 'conflict', '/agency'])
    const taken = { identifiers: [{ scheme: 'gso', value: '593', validFrom: '2022-01-01' }] }
    t.same(await write('PATCH', '/v1/agencies/SO-KHCN', taken), [409, 'conflict', '/identifiers'])
    const repair = operations.find(({ operationId }) => operationId === 'repairDuplicateAgency')!
    const duplicate = { ...repair.bodies[0]!.value as object, id: reorganisation }
    t.same(await write('POST', urlOf(repair, []), duplicate), [409, 'already_exists', '/id'])
    t.same(await write('POST', '/v1/dimensions', { code: 'Q', name: reason, provenance: 'quoted' }), [422, 'unprocessable', '/quote'])
    const unknown = { plans: [{ plan: 'KHONG-CO', position: 1 }] }
    t.same(await write('PATCH', '/v1/pillars/CQS', unknown), [422, 'unprocessable', '/plans/0/plan'])
  })
})
