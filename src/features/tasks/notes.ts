import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { taskNotes } from '../../db/schema/index.js'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, Provenance, Uuid, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { readAsOf } from '../as-of.js'
import { asOf } from '../moment.js'
import { NOUNS, unknownReference } from '../references.js'
import { createTaskNote } from './actions.js'
import { presentTaskNote } from './present.js'
import { findTask, findTaskNote, listTaskNotes, type TaskNoteRow } from './queries.js'
import { TaskNote, TaskNoteInput, TaskNoteList } from './schemas.js'

const list = defineList<TaskNoteRow, 'date' | 'id'>({
  sorts: { date: { column: taskNotes.notedOn, of: row => row.notedOn }, id: taskNotes.id },
  defaultSort: '-date,-recordedAt',
  key: 'id',
  recorded: taskNotes.recordedAt
})

const tags = ['tasks']
const params = strict({ code: ref(Code) })
/** A note never changes. */
const VERSION = 1

/** The notes of a task; its schemas are those of the tasks. */
export const taskNoteRoutes: FastifyPluginAsyncTypebox = async app => {
  const { db } = app

  app.get('/v1/tasks/:code/notes', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listTaskNotes',
      tags,
      summary: 'Tiến độ của một nhiệm vụ / List the progress notes of a task',
      description: 'Mới nhất trước.\n\nNewest first.',
      params,
      querystring: list.query({
        agency: Type.Optional(ref(CodeOrIdentifier, {
          description: 'scheme:value có hiệu lực hôm nay. / A scheme:value in force today.'
        })),
        from: Type.Optional(ref(CivilDate, { description: 'Từ ngày này. / Noted on this day or later.' })),
        to: Type.Optional(ref(CivilDate, { description: 'Đến hết ngày này. / Noted on this day or earlier.' })),
        provenance: Type.Optional(ref(Provenance)),
        asOf
      }),
      response: { 200: ref(TaskNoteList) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const { agency: name, from, to, provenance, asOf } = request.query
    const page = list.page(request)
    return readAsOf(app, asOf, async (db, at) => {
      if (await findTask(db, code, { on: today(), at }) === undefined) throw notFound(NOUNS.task, code)
      const agency = name === undefined ? undefined : (await resolveAgencies(db, [name], today(), at)).get(name)
      if (name !== undefined && agency === undefined) {
        throw badRequest([unknownReference('agency', name, { parameter: 'agency' })])
      }
      const { rows, count } = await listTaskNotes(db, { task: code, agency, from, to, provenance, at }, page)
      return page.send(reply, rows, presentTaskNote(request.principal?.clientId), { count })
    })
  })

  app.get('/v1/tasks/:code/notes/:id', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getTaskNote',
      tags,
      summary: 'Một ghi nhận tiến độ / A progress note',
      description: 'Không bao giờ thay đổi; sửa sai bằng một ghi nhận mới.\n\nIt never changes; a mistake is ' +
        'answered by another note.',
      params: strict({ code: ref(Code), id: ref(Uuid) }),
      response: { 200: ref(TaskNote) }
    }
  }, async (request, reply) => {
    const { code, id } = request.params
    const row = await findTaskNote(db, code, id)
    if (row === undefined) throw notFound({ vi: 'ghi nhận tiến độ', en: 'progress note' }, id)
    reply.rowVersion = VERSION
    return presentTaskNote(request.principal?.clientId)(row)
  })

  app.post('/v1/tasks/:code/notes', {
    config: { scope: 'registry:write', problems: ['unprocessable'] },
    schema: {
      operationId: 'createTaskNote',
      tags,
      summary: 'Ghi nhận tiến độ / Add a progress note',
      description: 'Chỉ thêm, không sửa, không xóa.\n\nAppended; never edited, never removed.',
      params,
      body: ref(TaskNoteInput),
      response: { 201: ref(TaskNote) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await createTaskNote(request.unit, code, request.body, request.principal?.clientId)
    if (row === undefined) throw notFound(NOUNS.task, code)
    return created(
      reply, `/v1/tasks/${code}/notes/${row.id}`, VERSION, presentTaskNote(request.principal?.clientId)(row)
    )
  })
}
