import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { assignments } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, Provenance, ref, strict } from '../../http/schema.js'
import { marked } from '../../http/sight.js'
import { today } from '../../http/today.js'
import { readAsOf } from '../as-of.js'
import { asOf } from '../moment.js'
import { resolveNamed } from '../named.js'
import { sightOf } from '../sight.js'
import { isOwnAgency } from '../../world/sight.js'
import { changeAssignment, createAssignment } from './actions.js'
import { findAssignment, listAssignments, type AssignmentRow } from './queries.js'
import { evaluateCompleteness } from './rules.js'
import { Assignment, AssignmentInput, AssignmentList, AssignmentPatch, role, schemas } from './schemas.js'

const list = defineList<AssignmentRow, 'id' | 'agency' | 'target' | 'task' | 'role' | 'validFrom' | 'dueDate'>({
  sorts: {
    id: assignments.id,
    agency: { column: assignments.agencyCode, of: row => row.agencyCode },
    target: { column: assignments.targetId, of: row => row.targetId },
    task: { column: assignments.taskCode, of: row => row.taskCode },
    role: assignments.role,
    validFrom: assignments.validFrom,
    dueDate: assignments.dueDate
  },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: assignments.knownFrom, of: row => row.knownFrom }
})

const ASSIGNMENT = { vi: 'phân công', en: 'assignment' }
const tags = ['assignments']
const params = strict({ id: ref(Code) })

/** The row as documented: what is null is left out, and marked where it is of the reader's own agency. */
const presentTo = async (request: FastifyRequest) => {
  const isOwn = isOwnAgency(await sightOf(request))
  return (row: AssignmentRow): Assignment => marked(present(row), isOwn(row.agencyCode))
}

function present (row: AssignmentRow): Assignment {
  const {
    targetId: target, taskCode: task, personPosition: position, personName: name, personContact: contact,
    documentId: document, agencyCode: agency
  } = row
  const {
    id, role, duty, responsibility, startDate, dueDate, expectedResult, quote, validFrom, validTo, provenance
  } = row
  const optional = { target, task, duty, responsibility, startDate, dueDate, expectedResult, document, quote, validTo }
  return {
    id,
    agency,
    role,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
    ...(position === null
      ? {}
      : { person: { position, ...(name === null ? {} : { name }), ...(contact === null ? {} : { contact }) } }),
    validFrom,
    completeness: evaluateCompleteness({
      target, task, role, position, duty, responsibility, startDate, dueDate, expectedResult
    }),
    provenance,
    recordedAt: row.knownFrom
  }
}

const assignmentRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/assignments', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'listAssignments',
      tags,
      summary: 'Các phân công / List the assignments',
      description: 'Cơ quan nào làm gì cho mục tiêu hoặc nhiệm vụ nào, và “sáu rõ” đã đủ chưa. Không có “on” thì gồm ' +
        'cả các phân công đã hết hiệu lực.\n\nWho does what for which target or task, and whether the six clears are ' +
        'there. Without `on`, past ones are listed too.',
      querystring: list.query({
        target: Type.Optional(ref(Code)),
        task: Type.Optional(ref(Code)),
        agency: Type.Optional(ref(CodeOrIdentifier)),
        role: Type.Optional(role),
        indicator: Type.Optional(ref(Code, {
          description: 'Của mục tiêu được giao, hoặc của nhiệm vụ được giao phục vụ chỉ tiêu này. / Of the target ' +
            'assigned, or served by the task assigned.'
        })),
        plan: Type.Optional(ref(Code)),
        document: Type.Optional(ref(Code)),
        on: Type.Optional(ref(CivilDate, { description: 'Có hiệu lực trong ngày này. / In force on this day.' })),
        complete: Type.Optional(Type.Boolean({
          description: 'Đủ hay chưa đủ “sáu rõ”. / Whether all six clears are there.'
        })),
        provenance: Type.Optional(ref(Provenance)),
        asOf
      }),
      response: { 200: ref(AssignmentList) }
    }
  }, async (request, reply) => {
    const {
      target, task, agency: name, role, indicator, plan, document, on, complete, provenance, asOf
    } = request.query
    const page = list.page(request)
    const present = await presentTo(request)
    return readAsOf(app, asOf, async (db, at) => {
      const others = { target, task, indicator, plan, document }
      const { agency } = await resolveNamed(db, { agency: name }, others, on ?? today(), at)
      const { rows, count } = await listAssignments(
        db, { target, task, agency, role, indicator, plan, document, on, complete, provenance }, page, at
      )
      return page.send(reply, rows, present, { count })
    })
  })

  app.get('/v1/assignments/:id', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'getAssignment',
      tags,
      summary: 'Một phân công / An assignment',
      description: 'Với “completeness”: điều nào trong “sáu rõ” còn thiếu.\n\nWith `completeness`: which of the six ' +
        'clears are missing.',
      params,
      querystring: strict({ asOf }),
      response: { 200: ref(Assignment) }
    }
  }, async (request, reply) => {
    const row = await readAsOf(app, request.query.asOf, (db, at) => findAssignment(db, request.params.id, at))
    if (row === undefined) throw notFound(ASSIGNMENT, request.params.id)
    reply.rowVersion = row.rowVersion
    return (await presentTo(request))(row)
  })

  app.post('/v1/assignments', {
    config: { scope: 'registry:write', sighted: true, problems: ['second_lead', 'conflict', 'unprocessable'] },
    schema: {
      operationId: 'createAssignment',
      tags,
      summary: 'Phân công / Assign',
      description: 'Mỗi mục tiêu hoặc nhiệm vụ có nhiều nhất một cơ quan chủ trì tại một thời điểm: cơ quan thứ hai ' +
        'bị từ chối (409).\n\nA target or a task has at most one lead at any moment: a second is refused (409).',
      body: ref(AssignmentInput),
      response: { 201: ref(Assignment) }
    }
  }, async (request, reply) => {
    const row = await createAssignment(request.unit, request.body)
    return created(reply, `/v1/assignments/${row.id}`, row.rowVersion, (await presentTo(request))(row))
  })

  app.patch('/v1/assignments/:id', {
    config: { scope: 'registry:write', sighted: true, problems: ['second_lead', 'conflict', 'unprocessable'] },
    schema: {
      operationId: 'updateAssignment',
      tags,
      summary: 'Sửa hoặc kết thúc một phân công / Change or end an assignment',
      description: 'Kết thúc bằng “validTo”. Cần If-Match.\n\nEnd it with `validTo`. Needs If-Match.',
      params,
      body: ref(AssignmentPatch),
      response: { 200: ref(Assignment) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await changeAssignment(pool, id, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(ASSIGNMENT, id)
    reply.rowVersion = row.rowVersion
    return (await presentTo(request))(row)
  })
}

export default assignmentRoutes
