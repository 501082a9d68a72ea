import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, LocalizedText, Provenance, listOf, nullable, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'

export const year = Type.Integer({
  minimum: 1900, maximum: 2199, description: 'Năm của kế hoạch. / The year of the plan.'
})

const fields = {
  name: ref(LocalizedText),
  document: ref(Code, { description: 'Văn bản ban hành kế hoạch. / The document that the plan is.' }),
  issuedOn: ref(CivilDate)
}
const owner = ref(CodeOrIdentifier, {
  description: 'Cơ quan ban hành, theo mã hoặc scheme:value có hiệu lực ngày issuedOn. / Who issued it, by code or ' +
    'by a scheme:value in force on issuedOn.'
})

const example = {
  code: '1282-KH-UBND-2022',
  name: { vi: 'Kế hoạch thực hiện Nghị quyết số 10-NQ/TU', en: 'Plan to implement Resolution 10-NQ/TU' },
  document: '1282-KH-UBND-2022',
  year: 2022,
  issuedOn: '2022-05-04',
  agency: 'UBND-BINH-THUAN',
  provenance: 'quoted' as const,
  quote: 'Kế hoạch số 1282/KH-UBND ngày 4/5/2022 của Ủy ban nhân dân tỉnh thực hiện Nghị quyết số 10-NQ/TU'
}

const whole = { ...example, recordedAt: RECORDED_AT }

export const PlanInput = shared('PlanInput', strict({
  code: ref(Code), ...fields, year, agency: owner, provenance: newProvenance, quote: Type.Optional(quote)
}, { description: 'Kế hoạch mới. / A new plan.', examples: [example] }))
export type PlanInput = Static<typeof PlanInput>

export const PlanPatch = shared('PlanPatch', patchOf({
  ...fields, agency: owner, provenance: ref(Provenance), quote: nullable(quote)
}, {
  description: 'Mã và năm không đổi. / Code and year stay.',
  examples: [
    {
      name: {
        vi: 'Kế hoạch chuyển đổi số tỉnh Bình Thuận năm 2025', en: 'Digital transformation plan of Bình Thuận for 2025'
      }
    }
  ]
}))
export type PlanPatch = Static<typeof PlanPatch>

export const Plan = shared('Plan', strict({
  code: ref(Code),
  ...fields,
  year,
  agency: ref(Code, { description: 'Cơ quan ban hành. / Who issued it.' }),
  provenance: ref(Provenance),
  quote: Type.Optional(quote),
  recordedAt
}, {
  description: 'Kế hoạch: một văn bản có năm và mục tiêu. / A plan: a document with a year and targets.',
  examples: [whole]
}))
export type Plan = Static<typeof Plan>

export const PlanList = listOf('PlanList', ref(Plan), [{ data: [whole] }])

export const schemas = [PlanInput, PlanPatch, Plan, PlanList]
