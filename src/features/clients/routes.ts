import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { clients, SCOPES } from '../../db/schema/clients.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CodeOrIdentifier, ref, strict } from '../../http/schema.js'
import { searchWords } from '../../http/search.js'
import { today } from '../../http/today.js'
import { loadTimelineOf } from '../../world/ancestors.js'
import { q } from '../fields.js'
import type { ClientDirectory } from '../identity/directory.js'
import { resolveNamed } from '../named.js'
import { changeClient, createClient } from './actions.js'
import { presentClient, presentSelf } from './present.js'
import { findClientWithGrants, listClients, type ClientRow } from './queries.js'
import type { GrantRow } from '../../world/grants.js'
import { Client, ClientId, ClientInput, ClientList, ClientPatch, ClientSelf, schemas, scope, state } from './schemas.js'
import { keyRoutes } from './key-routes.js'
import { secretRoutes } from './secret-routes.js'
import { transitionRoutes } from './transition-routes.js'

const list = defineList<ClientRow & { grants: readonly GrantRow[] }, 'id' | 'name' | 'state'>({
  sorts: { id: clients.id, name: clients.name, state: clients.state },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: clients.changedAt, of: row => row.changedAt }
})

const CLIENT = { vi: 'client', en: 'client' }
const tags = ['clients']
const params = strict({ id: ref(ClientId) })

const clientRoutes: FastifyPluginAsyncTypebox<{ directory: ClientDirectory }> = async (app, { directory }) => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  // after the answer's transaction: this process judges by what has changed at once, every other within the
  // directory's age
  app.addHook('onSend', async request => {
    const { id } = request.params as { id?: string }
    if (request.method !== 'GET' && request.method !== 'HEAD' && id !== undefined) directory.forget(id)
  })

  app.get('/v1/clients', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'listClients',
      tags,
      summary: 'Danh sách client / List the clients',
      description: 'Các hệ thống được kết nối, cả những hệ thống đã kết thúc; chỉ quản trị viên thấy.\n\nThe systems ' +
        'that are connected, those that have ended too; shown to administrators alone.',
      querystring: list.query({
        state: Type.Optional(state),
        scope: Type.Optional(ref(scope)),
        agency: Type.Optional(ref(CodeOrIdentifier, {
          description: 'Client hôm nay được gửi số liệu của cơ quan này: phạm vi được cấp nêu chính cơ quan, nêu cơ ' +
            'quan cấp trên cùng các cơ quan trực thuộc, hoặc gồm mọi cơ quan. / Those that may push for this agency ' +
            'today: by a grant of its own, of one above with its subtree, or of all agencies.'
        })),
        q
      }),
      response: { 200: ref(ClientList) }
    }
  }, async (request, reply) => {
    const { state, scope, agency: name, q } = request.query
    const page = list.page(request)
    const day = today()
    const { agency } = await resolveNamed(db, { agency: name }, {}, day)
    const reporting = agency === undefined
      ? undefined
      : { agency, ancestors: (await loadTimelineOf(db, [agency])).aboveOn(agency, day), day }
    const { rows, count } = await listClients(db, { state, scope, reporting, words: searchWords(q) }, page)
    return page.send(reply, rows, ({ grants, ...client }) => presentClient({ client, grants }), { count })
  })

  app.get('/v1/clients/me', {
    // whatever its token may do
    config: { scope: SCOPES },
    schema: {
      operationId: 'getOwnClient',
      tags,
      summary: 'Client đang gọi: được làm gì / The client that calls: what it may do',
      description: 'Scope, phạm vi được cấp và nguồn gốc của từng phạm vi; token này mang scope nào, đến khi nào. ' +
        'Token nào cũng đọc được.\n\nIts scopes, its grants and where they came from; which scopes this token ' +
        'carries, and until when. For any token.',
      response: { 200: ref(ClientSelf) }
    }
  }, async request => {
    const { clientId } = request.principal!
    const found = await findClientWithGrants(db, clientId)
    if (found === undefined) throw notFound(CLIENT, clientId)
    return presentSelf(found, request.principal!)
  })

  app.get('/v1/clients/:id', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'getClient',
      tags,
      summary: 'Một client / A client',
      description: 'Kèm các phạm vi được cấp và nguồn gốc của từng phạm vi.\n\nWith its grants, and where each came ' +
        'from.',
      params,
      response: { 200: ref(Client) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const found = await findClientWithGrants(db, id)
    if (found === undefined) throw notFound(CLIENT, id)
    reply.rowVersion = found.client.rowVersion
    return presentClient(found)
  })

  app.post('/v1/clients', {
    config: { scope: 'registry:admin', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createClient',
      tags,
      summary: 'Tạo client / Create a client',
      description: 'Chưa có mã bí mật: tạo bằng POST /v1/clients/{id}/secrets.\n\nIt has no secret yet: make one ' +
        'with POST /v1/clients/{id}/secrets.',
      body: ref(ClientInput),
      response: { 201: ref(Client) }
    }
  }, async (request, reply) => {
    const made = await createClient(request.unit, request.body)
    const { id, rowVersion } = made.client
    // somebody may have asked about it before it was there
    directory.forget(id)
    return created(reply, `/v1/clients/${id}`, rowVersion, presentClient(made))
  })

  app.patch('/v1/clients/:id', {
    config: { scope: 'registry:admin', problems: ['client_ended', 'last_administrator', 'unprocessable'] },
    schema: {
      operationId: 'updateClient',
      tags,
      summary: 'Sửa client: tên, liên hệ, scope, phạm vi / Change a client: name, contact, scopes, grants',
      description: '“grants” là toàn bộ danh sách mới. Hiệu lực: ngay với việc gửi số liệu, trong 15 giây với việc ' +
        'khác. Cần If-Match.\n\n`grants` is the whole new list. A change holds at once for pushes, within 15 s for ' +
        'all else. Needs If-Match.',
      params,
      body: ref(ClientPatch),
      response: { 200: ref(Client) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const changed = await changeClient(pool, id, request.body, requirePrecondition(request))
    if (changed === undefined) throw notFound(CLIENT, id)
    reply.rowVersion = changed.client.rowVersion
    return presentClient(changed)
  })

  await app.register(secretRoutes)
  await app.register(keyRoutes)
  await app.register(transitionRoutes)
}

export default clientRoutes
