import { Type, type Static } from 'typebox'
import { CivilDate, Code, Decimal, LocalizedText, Provenance, ref, shared, strict } from '../../http/schema.js'
import { operator, TargetMilestone } from './schemas.js'

const text = (maxLength: number, description: string) => Type.String({ pattern: '\\S', maxLength, description })

export const TargetAmendment = shared('TargetAmendment', strict({
  value: Type.Optional(ref(Decimal)),
  operator: Type.Optional(operator),
  dueDate: Type.Optional(ref(CivilDate)),
  milestones: Type.Optional(Type.Array(ref(TargetMilestone), {
    maxItems: 100,
    description: 'Thay toàn bộ các mốc; rỗng: không còn mốc. / Replaces all milestones; empty: none are left.'
  })),
  state: Type.Optional(Type.Literal('dropped', {
    description: 'Không thực hiện nữa; sau đó không điều chỉnh được nữa. / No longer pursued; nothing can be amended ' +
      'after it.'
  })),
  effectiveFrom: ref(CivilDate, {
    description: 'Từ ngày này; không trước phiên bản mới nhất. / From this day on; not before the newest version.'
  }),
  supersedes: Type.Optional(Type.Integer({
    minimum: 2,
    maximum: 2_147_483_647,
    description: 'Phiên bản có hiệu lực từ cùng ngày mà điều chỉnh này thay; bắt buộc khi đã có một phiên bản như ' +
      'thế. / The version in force from the same day that this one takes the place of; required where there is one.'
  })),
  reason: text(10_000, 'Vì sao điều chỉnh. / Why it is amended.'),
  document: ref(Code, { description: 'Văn bản quyết định điều chỉnh. / The document that decides it.' }),
  clause: Type.Optional(text(500, 'Mục, điểm trong văn bản ấy. / The clause of that document.')),
  wording: Type.Optional(text(
    10_000, 'Nguyên văn mới; không nêu: giữ nguyên văn trước. / The new words; those before when absent.'
  )),
  interpretation: Type.Optional(ref(LocalizedText, {
    description: 'Điều được suy ra từ nguyên văn. / What was read into the words.'
  })),
  provenance: Type.Optional(ref(Provenance, {
    description: 'Mặc định operational; của phiên bản minh họa: illustrative. / operational when absent, ' +
      'illustrative after an illustrative version.'
  }))
}, {
  description: 'Điều chỉnh mục tiêu: ít nhất một điều phải đổi; điều không nêu thì giữ nguyên. / An amendment: it ' +
    'changes at least one thing; what it does not name stays.',
  examples: [
    {
      value: '55', effectiveFrom: '2025-07-01', reason: 'Điều chỉnh theo chỉ đạo của Chính phủ',
      document: '4677-KH-UBND-2024'
    }
  ]
}))
export type AmendmentInput = Static<typeof TargetAmendment>

export const amendmentSchemas = [TargetAmendment]
