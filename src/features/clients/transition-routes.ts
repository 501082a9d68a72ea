import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { clientTransitions } from '../../db/schema/clients.js'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { ref, strict } from '../../http/schema.js'
import { presentTransition } from './present.js'
import { findClientWithGrants } from './queries.js'
import { ClientId, ClientTransition, ClientTransitionInput, ClientTransitionList, sequence } from './schemas.js'
import { createTransition } from './transition-actions.js'
import { findTransition, listTransitions, type TransitionRow } from './transition-queries.js'

const list = defineList<TransitionRow, 'sequence'>({
  sorts: { sequence: clientTransitions.sequence },
  defaultSort: 'sequence',
  key: 'sequence',
  recorded: clientTransitions.recordedAt
})

const CLIENT = { vi: 'client', en: 'client' }
const TRANSITION = { vi: 'lần chuyển trạng thái', en: 'transition' }
const tags = ['clients']
const params = strict({ id: ref(ClientId) })
/** A transition never changes. */
const VERSION = 1

export const transitionRoutes: FastifyPluginAsyncTypebox = async app => {
  const { db } = app

  app.get('/v1/clients/:id/transitions', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'listClientTransitions',
      tags,
      summary: 'Các lần tạm dừng, hoạt động lại, kết thúc / List the suspensions and resumptions of a client',
      description: 'Ai, khi nào, vì sao; theo thứ tự ghi nhận.\n\nBy whom, when and why, in the order of recording.',
      params,
      querystring: list.query({}),
      response: { 200: ref(ClientTransitionList) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const page = list.page(request)
    if (await findClientWithGrants(db, id) === undefined) throw notFound(CLIENT, id)
    const { rows, count } = await listTransitions(db, id, page)
    return page.send(reply, rows, presentTransition, { count })
  })

  app.get('/v1/clients/:id/transitions/:sequence', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'getClientTransition',
      tags,
      summary: 'Một lần tạm dừng, hoạt động lại hoặc kết thúc / A suspension, a resumption, or the end',
      description: 'Không bao giờ thay đổi.\n\nIt never changes.',
      params: strict({ id: ref(ClientId), sequence }),
      response: { 200: ref(ClientTransition) }
    }
  }, async (request, reply) => {
    const { id, sequence } = request.params
    const row = await findTransition(db, id, sequence)
    if (row === undefined) throw notFound(TRANSITION, `${id}/${sequence}`)
    reply.rowVersion = VERSION
    return presentTransition(row)
  })

  app.post('/v1/clients/:id/transitions', {
    config: { scope: 'registry:admin', problems: ['client_ended', 'conflict', 'last_administrator', 'unprocessable'] },
    schema: {
      operationId: 'createClientTransition',
      tags,
      summary: 'Tạm dừng, cho hoạt động lại hoặc kết thúc một client / Suspend, resume or end a client',
      description: 'Tạm dừng và kết thúc: không lấy được token mới, số liệu gửi lên bị từ chối ngay, và mọi token ' +
        'đang có hết tác dụng trong 15 giây, trên mọi máy chủ. Kết thúc là vĩnh viễn. Không áp dụng cho chính mình; ' +
        'quản trị viên cuối cùng được giữ lại.\n\nSuspended or ended, it gets no token, its pushes are refused at ' +
        'once, and its running tokens stop within 15 s, on every instance. The end is for good. Nobody does it to ' +
        'itself, and the last administrator stays.',
      params,
      body: ref(ClientTransitionInput),
      response: { 201: ref(ClientTransition) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await createTransition(request.unit, id, request.body, request.principal!.clientId)
    if (row === undefined) throw notFound(CLIENT, id)
    return created(reply, `/v1/clients/${id}/transitions/${row.sequence}`, VERSION, presentTransition(row))
  })
}
