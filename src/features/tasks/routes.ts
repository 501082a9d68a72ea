import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { tasks } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { CivilDate, Code, Provenance, ref, strict } from '../../http/schema.js'
import { searchWords } from '../../http/search.js'
import { today } from '../../http/today.js'
import { readAsOf } from '../as-of.js'
import { q } from '../fields.js'
import { asOf } from '../moment.js'
import { findUnknown, NOUNS } from '../references.js'
import { changeTask, createTask } from './actions.js'
import { taskNoteRoutes } from './notes.js'
import { presentTask } from './present.js'
import { findTask, listTaskLinks, listTasks, type TaskRow } from './queries.js'
import { kind, schemas, state, Task, TaskInput, TaskList, TaskPatch } from './schemas.js'

const list = defineList<TaskRow, 'code' | 'plan' | 'position' | 'dueDate'>({
  sorts: {
    code: tasks.code,
    plan: { column: tasks.planCode, of: row => row.planCode },
    position: tasks.position,
    dueDate: tasks.dueDate
  },
  defaultSort: 'plan,position',
  key: 'code',
  recorded: { column: tasks.knownFrom, of: row => row.knownFrom }
})

const tags = ['tasks']
const params = strict({ code: ref(Code) })
const onDay = Type.Optional(ref(CivilDate, {
  description: 'Tình trạng trong ngày này; mặc định hôm nay. / The state on this day; today when absent.'
}))

const taskRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  const presentOne = async (from: Queryable, row: TaskRow, at?: string) =>
    presentTask(row, (await listTaskLinks(from, [row.code], at)).get(row.code)!)

  app.get('/v1/tasks', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listTasks',
      tags,
      summary: 'Danh sách nhiệm vụ, giải pháp / List the tasks',
      description: 'Theo thứ tự của kế hoạch: nhóm rồi các nhiệm vụ của nhóm. “q” tìm không dấu trong tên và nguyên ' +
        'văn.\n\nIn the order of the plan: a group, then its tasks. `q` searches names and wording without ' +
        'diacritics.',
      querystring: list.query({
        q,
        plan: Type.Optional(ref(Code)),
        parent: Type.Optional(ref(Code, { description: 'Trực tiếp dưới nhóm này. / Directly below this group.' })),
        kind: Type.Optional(kind),
        state: Type.Optional(state),
        indicator: Type.Optional(ref(Code, { description: 'Phục vụ chỉ tiêu này. / Serves this indicator.' })),
        dueFrom: Type.Optional(ref(CivilDate, { description: 'Hạn từ ngày này. / Due on this day or later.' })),
        dueTo: Type.Optional(ref(CivilDate, { description: 'Hạn đến hết ngày này. / Due on this day or earlier.' })),
        provenance: Type.Optional(ref(Provenance)),
        on: onDay,
        asOf
      }),
      response: { 200: ref(TaskList) }
    }
  }, async (request, reply) => {
    const { q, plan, parent, kind, state, indicator, dueFrom, dueTo, provenance, on = today(), asOf } = request.query
    const words = searchWords(q)
    const page = list.page(request)
    return readAsOf(app, asOf, async (db, at) => {
      const unknown = await findUnknown(db, [
        { noun: 'plan', value: plan, parameter: 'plan' },
        { noun: 'task', value: parent, parameter: 'parent' },
        { noun: 'indicator', value: indicator, parameter: 'indicator' }
      ])
      if (unknown.length > 0) throw badRequest(unknown)
      const { rows, count } = await listTasks(
        db, { words, plan, parent, kind, state, indicator, dueFrom, dueTo, provenance }, { on, at }, page
      )
      const links = await listTaskLinks(db, rows.map(row => row.code), at)
      return page.send(reply, rows, row => presentTask(row, links.get(row.code)!), { count, pin: { on } })
    })
  })

  app.get('/v1/tasks/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getTask',
      tags,
      summary: 'Một nhiệm vụ / A task',
      description: 'Tiến độ ở /notes, phân công ở /v1/assignments?task=.\n\nProgress is at /notes, who does it at ' +
        '/v1/assignments?task=.',
      params,
      querystring: strict({ on: onDay, asOf }),
      response: { 200: ref(Task) }
    }
  }, async (request, reply) => {
    const { params: { code }, query: { on = today(), asOf } } = request
    return readAsOf(app, asOf, async (db, at) => {
      const row = await findTask(db, code, { on, at })
      if (row === undefined) throw notFound(NOUNS.task, code)
      reply.rowVersion = row.rowVersion
      return presentOne(db, row, at)
    })
  })

  app.post('/v1/tasks', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createTask',
      tags,
      summary: 'Thêm một nhiệm vụ / Create a task',
      description: '“parent” là một nhóm cùng kế hoạch.\n\n`parent` is a group of the same plan.',
      body: ref(TaskInput),
      response: { 201: ref(Task) }
    }
  }, async (request, reply) => {
    const row = await createTask(request.unit, request.body)
    return created(reply, `/v1/tasks/${row.code}`, row.rowVersion, await presentOne(request.unit.db, row))
  })

  app.patch('/v1/tasks/:code', {
    config: { scope: 'registry:write', problems: ['unprocessable'] },
    schema: {
      operationId: 'updateTask',
      tags,
      summary: 'Sửa một nhiệm vụ / Change a task',
      description: 'Mã, kế hoạch và loại không đổi. Cần If-Match.\n\nCode, plan and kind stay. Needs If-Match.',
      params,
      body: ref(TaskPatch),
      response: { 200: ref(Task) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changeTask(pool, code, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(NOUNS.task, code)
    reply.rowVersion = row.rowVersion
    return presentOne(db, row)
  })

  await app.register(taskNoteRoutes)
}

export default taskRoutes
