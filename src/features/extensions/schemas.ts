import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, Instant, PeriodCode, Uuid, listOf, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { EXAMPLE_IDS } from '../example-ids.js'
import { reason } from '../fields.js'
import { EXTENSION_KINDS } from '../../domain/words.js'

export const kind = oneOf(EXTENSION_KINDS, {
  description: 'extension: gia hạn đến “until” · excuse: miễn báo cáo. / extension: more time, up to `until` · ' +
    'excuse: nothing is owed.'
})

const fields = {
  kind,
  indicator: Type.Optional(ref(Code, { description: 'Không nêu: mọi chỉ tiêu. / All indicators when absent.' })),
  period: ref(PeriodCode),
  until: Type.Optional(ref(CivilDate, {
    description: 'Ngày cuối được gửi, sau hạn hiện tại; chỉ của extension. / The last day, after the present ' +
      'deadline; of an extension only.'
  })),
  reason,
  grantedBy: Type.Optional(Type.String({
    pattern: '\\S', maxLength: 500, description: 'Người hoặc cơ quan quyết định. / Who decided it.'
  })),
  document: Type.Optional(ref(Code, { description: 'Văn bản quyết định. / The document that decides it.' }))
}
const withSubtree = Type.Boolean({
  description: 'Cả các cơ quan ở bên dưới vào ngày cuối của kỳ. / ' +
  'The agencies too that stood below it on the last day of the period.'
})

const example = {
  kind: 'extension' as const, agency: 'UBND-PHU-QUI', indicator: 'XHS-12', period: '2025-Q4', until: '2026-01-31',
  reason: 'Trạm y tế trên đảo mất kết nối', grantedBy: 'Phó Chủ tịch UBND tỉnh'
}

export const ExtensionInput = shared('ExtensionInput', strict({
  ...fields, agency: ref(CodeOrIdentifier), withSubtree: Type.Optional(withSubtree)
}, {
  description: 'Gia hạn hoặc miễn báo cáo cho một cơ quan trong một kỳ. / More time, or nothing owed, for an agency ' +
    'in a period.',
  examples: [example]
}))
export type ExtensionInput = Static<typeof ExtensionInput>

export const RevocationInput = shared('RevocationInput', strict({ reason }, {
  description: 'Thu hồi: từ lúc ghi nhận coi như không có; số liệu đã nhận thì giữ nguyên. / From its recording on ' +
    'as if it had not been; figures already taken stay as they are.', examples: [{ reason: 'Cấp nhầm đơn vị' }]
}))
export type RevocationInput = Static<typeof RevocationInput>

const client = visible('recorder', Type.String({ description: 'Client đã ghi. / The client that recorded it.' }))
const ground = visible('ground', reason)
const whole = {
  id: EXAMPLE_IDS.extension, ...example, withSubtree: false, client: 'admin', recordedAt: '2025-12-17T02:00:00.000000Z'
}

export const Extension = shared('Extension', strict({
  id: ref(Uuid),
  ...fields,
  reason: ground,
  agency: ref(Code),
  withSubtree,
  client,
  recordedAt: ref(Instant),
  revocation: Type.Optional(strict({ reason: ground, client, recordedAt: ref(Instant) }, {
    description: 'Có khi đã thu hồi. / Present when it was revoked.'
  }))
}, { description: 'Gia hạn hoặc miễn báo cáo. / An extension, or an excuse.', examples: [whole] }))
export type Extension = Static<typeof Extension>

export const ExtensionList = listOf('ExtensionList', ref(Extension), [{ data: [whole] }])

export const schemas = [ExtensionInput, RevocationInput, Extension, ExtensionList]
