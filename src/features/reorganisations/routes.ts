import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { reorganisations } from '../../db/schema/index.js'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { asOf, readMoment } from '../moment.js'
import { resolveNamed } from '../named.js'
import { reorganise } from './actions.js'
import { repairDuplicate } from './duplicate.js'
import { DuplicateInput } from './duplicate-schemas.js'
import graphRoutes from './graph-routes.js'
import { presentReorganisation } from './present.js'
import { findReorganisation, listReorganisations, type ReorganisationRow } from './queries.js'
import { Reorganisation, ReorganisationInput, ReorganisationList, kind, schemas } from './schemas.js'

const list = defineList<ReorganisationRow, 'id' | 'effectiveOn' | 'kind'>({
  sorts: { id: reorganisations.id, effectiveOn: reorganisations.effectiveOn, kind: reorganisations.kind },
  defaultSort: '-effectiveOn',
  key: 'id',
  recorded: reorganisations.recordedAt
})

const REORGANISATION = { vi: 'lần sắp xếp tổ chức', en: 'reorganisation' }
const tags = ['reorganisations']

const reorganisationRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/reorganisations', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listReorganisations',
      tags,
      summary: 'Các lần sắp xếp tổ chức / List the reorganisations',
      description: 'Mới nhất trước, kể cả những lần có hiệu lực trong tương lai.\n\nThe newest first, future ones too.',
      querystring: list.query({
        kind: Type.Optional(kind),
        agency: Type.Optional(ref(CodeOrIdentifier, { description: 'Có tham gia. / That took part.' })),
        document: Type.Optional(ref(Code)),
        from: Type.Optional(ref(CivilDate, {
          description: 'Có hiệu lực từ ngày này. / Effective on this day or later.'
        })),
        to: Type.Optional(ref(CivilDate, {
          description: 'Có hiệu lực đến ngày này. / Effective on this day or earlier.'
        })),
        asOf
      }),
      response: { 200: ref(ReorganisationList) }
    }
  }, async (request, reply) => {
    const { agency: name, kind, document, from, to } = request.query
    const page = list.page(request)
    return readMoment(pool, request.query, async (tx, at) => {
      const { agency } = await resolveNamed(tx, { agency: name }, { document }, today(), at)
      const { rows, count } = await listReorganisations(tx, at, { kind, agency, document, from, to }, page)
      return page.send(reply, rows, row => presentReorganisation(row), { count })
    })
  })

  app.get('/v1/reorganisations/:id', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getReorganisation',
      tags,
      summary: 'Một lần sắp xếp tổ chức / A reorganisation',
      description: 'Nội dung đã gửi và mọi thay đổi kèm theo.\n\nWhat was asked for, and all that it moved.',
      params: strict({ id: ref(Code) }),
      querystring: strict({ asOf }),
      response: { 200: ref(Reorganisation) }
    }
  }, async request => readMoment(pool, request.query, async (tx, at) => {
    const row = await findReorganisation(tx, request.params.id, at)
    if (row === undefined) throw notFound(REORGANISATION, request.params.id)
    return presentReorganisation(row)
  }))

  app.post('/v1/reorganisations', {
    config: { scope: 'registry:admin', computes: true, problems: ['already_exists', 'conflict', 'unprocessable'] },
    schema: {
      operationId: 'createReorganisation',
      tags,
      summary: 'Sắp xếp tổ chức / Reorganise agencies',
      description: [
        'Áp dụng trong một giao dịch: tên, cấp trên, mã của cơ quan kết thúc hoạt động hết hiệu lực vào ngày trước ' +
        'ngày hiệu lực; phân công và phạm vi được cấp chuyển theo “mapping”; nội dung đã ghi không bị sửa. Phân công ' +
        'mới giữ nguyên nhiệm vụ nhưng không giữ tên người: phải nêu lại. Phân công còn hiệu lực, và số liệu chưa ' +
        'báo cáo của kỳ đã hết, mà không rõ cơ quan nào tiếp nhận thì bị từ chối (open_duty_without_successor). ' +
        '“dryRun=true” cho biết chính xác những gì sẽ thay đổi, không ghi gì (200).',
        'Applied in one transaction: names, parents and identifiers of bodies that end, end the day before; ' +
        'assignments and grants to report follow the mapping; nothing recorded is rewritten. A new assignment keeps ' +
        'the duty, not the person: that is said anew. Open assignments, and unreported figures of periods that are ' +
        'over, with which nobody clearly goes on are refused (`open_duty_without_successor`). `dryRun=true` shows ' +
        'exactly what would move and writes nothing (200).'
      ].join('\n\n'),
      querystring: strict({
        dryRun: Type.Optional(Type.Boolean({ description: 'true: chạy thử, không ghi gì. / true: writes nothing.' }))
      }),
      body: ref(ReorganisationInput),
      response: { 200: ref(Reorganisation), 201: ref(Reorganisation) }
    }
  }, async (request, reply) => {
    const dryRun = request.query.dryRun === true
    const row = await reorganise(request.unit, request.body, request.principal!.clientId, dryRun)
    if (dryRun) return presentReorganisation(row, true)
    return created(reply, `/v1/reorganisations/${row.id}`, undefined, presentReorganisation(row))
  })

  app.post('/v1/agencies/:code/entered-in-error', {
    config: { scope: 'registry:admin', computes: true, problems: ['already_exists', 'conflict', 'unprocessable'] },
    schema: {
      operationId: 'repairDuplicateAgency',
      tags: ['agencies'],
      summary: 'Cơ quan bị ghi hai lần / An agency that was entered twice',
      description: [
        'Không phải sắp xếp tổ chức: cơ quan ở địa chỉ này do ghi nhầm mà có, thực ra là “duplicateOf”. Với mọi ' +
          'ngày, cơ quan này không thuộc phạm vi nào nữa; mã định danh, cơ quan trực thuộc, phân công, phạm vi được ' +
          'cấp, ' +
          'gia hạn là của cơ quan đúng; số liệu chỉ cơ quan này có được chuyển cùng mọi lần sửa, số liệu riêng của ' +
          'cơ ' +
          'quan này bị rút kèm lý do. ' +
          'Hai bên có số liệu khác nhau cho cùng một khóa thì bị từ chối kèm danh sách (figures_disagree), trừ khi ' +
          '“disagreements” là keep_right. Không thể hoàn tác; “asOf” trước đó vẫn cho kết quả cũ. “dryRun=true” ' +
          'không ghi gì (200). Ghi ở /v1/reorganisations, loại entered_in_error.',
        'No reorganisation: the agency of this address exists by mistake and is `duplicateOf`. On all days it is in ' +
          'no scope any more; its identifiers, the bodies below it, its assignments, grants and extensions are those ' +
          'of the right agency; figures that only it has pass on with all their revisions, and its own are withdrawn ' +
          'with the reason. Where both have a figure for one key and they differ, it is refused with the list ' +
          '(`figures_disagree`), unless `disagreements` is keep_right. It cannot be undone; an earlier `asOf` ' +
          'answers as before. `dryRun=true` writes nothing (200). It is recorded at /v1/reorganisations, kind ' +
          'entered_in_error.'
      ].join('\n\n'),
      params: strict({ code: ref(Code) }),
      querystring: strict({
        dryRun: Type.Optional(Type.Boolean({ description: 'true: chạy thử, không ghi gì. / true: writes nothing.' }))
      }),
      body: ref(DuplicateInput),
      response: { 200: ref(Reorganisation), 201: ref(Reorganisation) }
    }
  }, async (request, reply) => {
    const dryRun = request.query.dryRun === true
    const { code } = request.params
    const row = await repairDuplicate(request.unit, code, request.body, request.principal!.clientId, dryRun)
    if (dryRun) return presentReorganisation(row, true)
    return created(reply, `/v1/reorganisations/${row.id}`, undefined, presentReorganisation(row))
  })

  await app.register(graphRoutes)
}

export default reorganisationRoutes
