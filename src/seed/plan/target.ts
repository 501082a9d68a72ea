import type { BaselineSeed, ScopeSeed, TargetSeed } from '../types.js'
import { ISSUED, PLAN, PROVINCE } from './conventions.js'
import type { LocalText } from '../../domain/text.js'

const DUE: LocalText = {
  vi: 'Văn bản chỉ ghi “các mục tiêu đến năm 2025”: hạn 31/12/2025 và hiệu lực từ ngày ban hành 11/12/2024 là cách ' +
    'hiểu của hệ thống (ngày 14/12/2025, chốt số liệu năm theo Nghị định 09/2019/NĐ-CP, cũng là một cách hiểu).',
  en: 'The text says only “các mục tiêu đến năm 2025” (targets to 2025): the due date of 31 December 2025 and the ' +
    'effect from the day of issue, 11 December 2024, were read in (14 December 2025, the year\'s cut-off under ' +
    'Decree 09/2019/NĐ-CP, is another possible reading).'
}

const WHOLE_PROVINCE: LocalText = {
  vi: 'Văn bản không nêu cấp hay cơ quan: phạm vi toàn tỉnh là cách hiểu của hệ thống.',
  en: 'The text names neither a level nor an agency: the whole province as scope was read in.'
}

const EACH_SECTOR: LocalText = {
  vi: 'Hiểu “từng ngành, lĩnh vực” là mỗi ngành, lĩnh vực đều phải đạt, không phải bình quân; danh sách ngành, lĩnh ' +
    'vực văn bản không nêu.',
  en: '“từng ngành, lĩnh vực” (each sector and field) was read as every one having to reach the value, not their ' +
    'average; the text does not list them.'
}

/** How each phrase of the text became an operator. */
const COMPARISONS = {
  strict: {
    operator: 'gt', vi: '“trên” được hiểu là lớn hơn hẳn: bằng đúng con số thì chưa đạt.',
    en: '“trên” (above) was read as strictly greater: a figure equal to the number does not reach it.'
  },
  minimum: {
    operator: 'gte', vi: '“tối thiểu” được hiểu là lớn hơn hoặc bằng.',
    en: '“tối thiểu” (at least) was read as greater than or equal.'
  },
  reaches: {
    operator: 'gte', vi: '“đạt” không kèm từ so sánh: hiểu “ít nhất bằng” là cách hiểu của hệ thống.',
    en: '“đạt” (reaches) carries no comparison: “at least” was read in.'
  },
  makesUp: {
    operator: 'gte', vi: '“chiếm” không kèm từ so sánh: hiểu “ít nhất bằng” là cách hiểu của hệ thống.',
    en: '“chiếm” (makes up) carries no comparison: “at least” was read in.'
  },
  covers: {
    operator: 'gte', vi: '“phủ tới” không kèm từ so sánh: hiểu “ít nhất bằng” là cách hiểu của hệ thống.',
    en: '“phủ tới” (covers up to) carries no comparison: “at least” was read in.'
  },
  bare: {
    operator: 'gte', vi: 'Con số đứng một mình, không kèm từ so sánh: hiểu “ít nhất bằng” là cách hiểu của hệ thống.',
    en: 'The number stands alone, without a comparison: “at least” was read in.'
  }
} as const

const CLAIMED: LocalText = {
  vi: '“(đã đạt)” được ghi là tuyên bố của kế hoạch tại ngày ban hành, không kèm số liệu; cùng với “Tiếp tục”, hiểu ' +
    'là phải duy trì.',
  en: '“(đã đạt)” (already reached) was recorded as the plan\'s claim on the day of issue, without a figure; with ' +
    '“Tiếp tục” (continue) it was read as a level to maintain.'
}

const CLAUSES = {
  CQS: 'Về phát triển chính quyền số', KTS: 'Phát triển kinh tế số', XHS: 'Phát triển xã hội số'
} as const

interface Demand {
  /** After `4677-2025.`: the indicator's code, and the part of it. */
  readonly id: `${keyof typeof CLAUSES}-${string}`
  readonly value: string
  readonly comparison: keyof typeof COMPARISONS
  readonly wording: string
  readonly parent?: string
  /** Default: the whole province. */
  readonly scope?: ScopeSeed
  /** The text (or the reading) says that it is the whole province. */
  readonly scopeStated?: boolean
  /** The words that carry "(đã đạt)". */
  readonly claim?: string
  readonly reading?: LocalText
}

const targetId = (id: string) => `4677-2025.${id}`

/** The indicator and pillar are the first parts of the id; the reading of every phrase is written out. */
export function target (
  { id, value, comparison, wording, parent, scope, scopeStated = false, claim, reading }: Demand
): TargetSeed {
  const { operator } = COMPARISONS[comparison]
  const perSector = scope?.dimension === 'sector'
  const readings = [
    reading,
    COMPARISONS[comparison],
    scope === undefined && !scopeStated ? WHOLE_PROVINCE : undefined,
    perSector ? EACH_SECTOR : undefined,
    claim === undefined ? undefined : CLAIMED,
    DUE
  ].filter(text => text !== undefined)
  const baseline: BaselineSeed | undefined = claim === undefined
    ? undefined
    : { date: ISSUED, claim: true, source: claim }
  return {
    id: targetId(id),
    plan: PLAN,
    indicator: id.split('.')[0] ?? id,
    ...(parent === undefined ? {} : { parent: targetId(parent) }),
    scope: scope ?? { agency: PROVINCE },
    quantifier: perSector ? 'each' : 'aggregate',
    operator,
    value,
    unit: '%',
    dueDate: '2025-12-31',
    mode: claim === undefined ? 'reach' : 'maintain',
    ...(baseline && { baseline }),
    milestones: [],
    wording,
    interpretation: { vi: readings.map(text => text.vi).join(' '), en: readings.map(text => text.en).join(' ') },
    document: PLAN,
    clause: CLAUSES[id.slice(0, 3) as keyof typeof CLAUSES],
    version: 1,
    effectiveFrom: ISSUED,
    state: 'active',
    provenance: 'quoted'
  }
}
