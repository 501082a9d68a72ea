import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'drizzle-orm'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { agencies, agencyNames } from '../../db/schema/index.js'
import type { CivilDate as Day } from '../../domain/date.js'
import { created, requirePrecondition, shows } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, Provenance, ref, strict } from '../../http/schema.js'
import { searchWords } from '../../http/search.js'
import { today } from '../../http/today.js'
import { q } from '../fields.js'
import { readAsOf } from '../as-of.js'
import { asOf } from '../moment.js'
import { NOUNS, unknownReference } from '../references.js'
import { correctAgency, createAgency } from './actions.js'
import {
  findAgency, findFormer, listAgencies, listHistories, type AgencyRecord, type AgencyRow, type StoredHistory
} from './queries.js'
import { resolveAgencies } from '../../world/agencies.js'
import { lifetimeOf, nearest, parentOn } from './rules.js'
import { Agency, AgencyInput, AgencyList, AgencyPatch, kind, level, schemas } from './schemas.js'
import { LEVELS } from '../../domain/words.js'

const list = defineList<AgencyRow, 'code' | 'name' | 'level'>({
  sorts: {
    code: agencies.code,
    // the folded name: Vietnamese letters beside their bases, as in a telephone book
    name: { column: agencyNames.search, of: row => row.search },
    level: {
      column: sql`array_position(array[${sql.raw(LEVELS.map(level => `'${level}'`).join(', '))}], ${agencies.level})`,
      of: row => LEVELS.indexOf(row.level) + 1
    }
  },
  defaultSort: 'code',
  key: 'code',
  recorded: { column: agencies.knownFrom, of: row => row.knownFrom }
})

const onDay = Type.Optional(ref(CivilDate, {
  description: 'Cơ cấu tổ chức của ngày này; mặc định hôm nay (Asia/Ho_Chi_Minh). / The structure of this day; today ' +
    'in the province when absent.'
}))
const tags = ['agencies']

function present (row: AgencyRecord, history: StoredHistory, on: Day): Agency {
  const { code, kind, level, note, provenance, quote, knownFrom } = row
  const parent = parentOn(history, on)
  const withoutId = <T extends { id: number }>({ id, ...rest }: T) => rest
  return {
    code,
    name: nearest(history.names, on)!.name as Agency['name'],
    kind,
    level,
    ...(parent === undefined ? {} : { parent }),
    identifiers: history.identifiers.map(withoutId) as Agency['identifiers'],
    ...lifetimeOf(history.names) as Pick<Agency, 'validFrom' | 'validTo'>,
    names: history.names.map(withoutId) as Agency['names'],
    parents: history.parents.map(withoutId) as Agency['parents'],
    ...(note === null ? {} : { note }),
    provenance,
    ...(quote === null ? {} : { quote }),
    recordedAt: knownFrom
  }
}

const agencyRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  const presentOne = async (from: Queryable, row: AgencyRecord, on: Day, at?: string): Promise<Agency> => {
    if (row.duplicateOf === null) return present(row, (await listHistories(from, [row.code], at)).get(row.code)!, on)
    const { history, act } = await findFormer(from, row.code)
    const enteredInError = { duplicateOf: row.duplicateOf, reorganisation: act.id, recordedAt: act.recordedAt }
    return { ...present(row, history, on), enteredInError }
  }

  app.get('/v1/agencies', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listAgencies',
      tags,
      summary: 'Danh sách cơ quan của một ngày / List the agencies of a day',
      description: 'Các cơ quan tồn tại trong ngày “on”, với tên và cấp trên của ngày đó. “q” tìm không dấu trong ' +
        'tên tiếng Việt và tiếng Anh.\n\nThe agencies that exist on the day `on`, with that day\'s name and parent. ' +
        '`q` searches the Vietnamese and English names without diacritics.',
      querystring: list.query({
        on: onDay,
        q,
        identifier: Type.Optional(Type.String({
          pattern: '^[a-z0-9][a-z0-9_-]{0,31}:[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$',
          description: 'scheme:value, có hiệu lực trong ngày “on”. / In force on the day `on`.', examples: ['gso:593']
        })),
        kind: Type.Optional(kind),
        level: Type.Optional(level),
        parent: Type.Optional(ref(CodeOrIdentifier, {
          description: 'Cấp trên trực tiếp. / The agency directly above.'
        })),
        provenance: Type.Optional(ref(Provenance)),
        asOf
      }),
      response: { 200: ref(AgencyList) }
    }
  }, async (request, reply) => {
    const { q: searched, identifier, kind, level, provenance, parent: parentName } = request.query
    const on = request.query.on ?? today()
    const words = searchWords(searched)
    const [scheme, value] = identifier === undefined ? [] : identifier.split(':')
    const page = list.page(request)
    return readAsOf(app, request.query.asOf, async (tx, at) => {
      const parent = parentName === undefined
        ? undefined
        : (await resolveAgencies(tx, [parentName], on, at)).get(parentName)
      if (parentName !== undefined && parent === undefined) {
        throw badRequest([unknownReference('agency', parentName, { parameter: 'parent' })])
      }
      const { rows, count } = await listAgencies(tx, {
        on, words, kind, level, provenance, parent, identifier: scheme === undefined
          ? undefined
          : { scheme, value: value! }, asOf: at
      }, page)
      const histories = await listHistories(tx, rows.map(row => row.code), at)
      return page.send(reply, rows, row => present(row, histories.get(row.code)!, on), { count, pin: { on } })
    })
  })

  app.get('/v1/agencies/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getAgency',
      tags,
      summary: 'Một cơ quan và quá trình thay đổi / An agency and its life',
      description: 'Theo mã, hoặc “scheme:value” có hiệu lực trong ngày “on”. Cơ quan đã giải thể vẫn đọc được: ' +
        '“validTo” là ngày cuối.\n\nBy code, or by a scheme:value in force on the day `on`. A dissolved agency can ' +
        'still be read: `validTo` is its last day.',
      params: strict({ code: ref(CodeOrIdentifier) }),
      querystring: strict({ on: onDay, asOf }),
      response: { 200: ref(Agency) }
    }
  }, async (request, reply) => {
    const on = request.query.on ?? today()
    const name = request.params.code
    return readAsOf(app, request.query.asOf, async (tx, at) => {
      // a code means its own row here, also one that was entered by mistake
      const code = name.includes(':') ? (await resolveAgencies(tx, [name], on, at)).get(name) : name
      const row = code === undefined ? undefined : await findAgency(tx, code, at)
      if (row === undefined) throw notFound(NOUNS.agency, name)
      shows(reply, `/v1/agencies/${row.code}`, row.rowVersion)
      return presentOne(tx, row, on, at)
    })
  })

  app.post('/v1/agencies', {
    config: { scope: 'registry:write', problems: ['already_exists', 'conflict', 'unprocessable'] },
    schema: {
      operationId: 'createAgency',
      tags,
      summary: 'Ghi nhận một cơ quan / Register an agency',
      description: 'Mã do hệ thống này quản lý: ổn định, không dùng lại cho cơ quan khác. Ngày hiệu lực của tên, cấp ' +
        'trên và mã không được trùng nhau; cấp trên không được tạo vòng. Client được báo cáo thay mọi cơ quan bên ' +
        'dưới cấp trên ấy thì cần registry:admin.\n\nThe code is the registry\'s own: stable, never used again for ' +
        'another agency. Names, parents and identifiers must not overlap in time, and parents must not form a ' +
        'circle. A client that may report for all that stands below the parent needs registry:admin.',
      body: ref(AgencyInput),
      response: { 201: ref(Agency) }
    }
  }, async (request, reply) => {
    const row = await createAgency(request.unit, request.body, request.principal!)
    return created(reply, `/v1/agencies/${row.code}`, row.rowVersion, await presentOne(request.unit.db, row, today()))
  })

  app.patch('/v1/agencies/:code', {
    config: { scope: 'registry:write', problems: ['conflict', 'unprocessable'] },
    schema: {
      operationId: 'correctAgency',
      tags,
      summary: 'Đính chính hồ sơ một cơ quan / Correct the record of an agency',
      description: 'Nội dung đã ghi trước đây vẫn được lưu, kèm thời điểm bị thay thế. Đổi cấp trên, mã định danh ' +
        'hay thời gian tồn tại cần registry:admin. Cần If-Match.\n\nWhat was recorded before stays, with the time at ' +
        'which it was replaced. To change parents, identifiers or the days of its life takes registry:admin. Needs ' +
        'If-Match.',
      params: strict({ code: ref(Code) }),
      body: ref(AgencyPatch),
      response: { 200: ref(Agency) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await correctAgency(pool, code, request.body, requirePrecondition(request), request.principal!)
    if (row === undefined) throw notFound(NOUNS.agency, code)
    reply.rowVersion = row.rowVersion
    return presentOne(db, row, today())
  })
}

export default agencyRoutes
