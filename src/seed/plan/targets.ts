import type { TargetSeed } from '../types.js'
import { indicators } from './indicators.js'
import { target } from './target.js'
import type { LocalText } from '../../domain/text.js'

/** An indicator's sentence is its target's wording; CQS-02 alone holds several targets. */
const wordings = new Map(indicators.map(({ code, quote }) => [code, quote]))

function wordingOf (code: string): string {
  const wording = wordings.get(code)
  if (wording === undefined) throw new Error(`no indicator ${code}`)
  return wording
}

type Demand = Parameters<typeof target>[0]
const demand = (
  id: Demand['id'], value: string, comparison: Demand['comparison'], more: Partial<Demand> = {}
): TargetSeed =>
  target({ id, value, comparison, wording: more.wording ?? wordingOf(id), ...more })

const perSector = { scope: { dimension: 'sector' } } as const

/** The text joins "100%" and "90/80/60" by a colon without saying how they agree (DOMAIN: unresolved). */
const HEADLINE: LocalText = {
  vi: 'CHƯA CÓ CÁCH HIỂU THỐNG NHẤT: văn bản vừa ghi 100% vừa ghi 90%, 80%, 60% theo cấp mà không giải thích. Hệ ' +
    'thống ghi 100% là mục tiêu chung của cả ba cấp (phạm vi là toàn tỉnh), ba con số theo cấp là các mục tiêu con, ' +
    'đánh giá riêng từng mục tiêu; cách hiểu khác: 100% là hướng lâu dài và 90/80/60 là mức sàn năm 2025, hoặc 100% ' +
    'tính theo cơ quan và 90/80/60 tính theo hồ sơ.',
  en: 'UNRESOLVED: the text states 100% and also 90%, 80% and 60% by level, and does not explain. The registry ' +
    'records 100% as the headline for the three levels together (scope: the whole province) and the three figures as ' +
    'its parts, each judged on its own; other readings: 100% is the long-run aim and 90/80/60 the floor for 2025, or ' +
    '100% is of agencies and 90/80/60 of files.'
}

const LEVEL: LocalText = {
  vi: 'Là mục tiêu con của 100% nêu trước đó (xem 4677-2025.CQS-02, chưa có cách hiểu thống nhất). Việc trừ hồ sơ bí ' +
    'mật nhà nước được hiểu là áp dụng cho cả mục tiêu theo cấp. Tính gộp các cơ quan trong cấp, không phải từng cơ ' +
    'quan: cũng là cách hiểu của hệ thống.',
  en: 'Part of the 100% stated before it (see 4677-2025.CQS-02, unresolved). The exclusion of state-secret files was ' +
    'taken to hold for the level as well. The agencies of the level are counted together, not each by itself: this ' +
    'too was read in.'
}

const HEADLINE_WORDING = 'Tiếp tục rà soát thực hiện 100% hồ sơ công việc tại cấp tỉnh, cấp huyện và cấp xã được xử ' +
  'lý trên môi trường mạng (trừ hồ sơ công việc thuộc phạm vi bí mật nhà nước)'

const POOLED: LocalText = {
  vi: 'Văn bản không nêu ba đối tượng được tính chung hay tính riêng: tính chung một tỷ lệ là cách hiểu của hệ thống.',
  en: 'The text does not say whether the three populations are pooled or judged each: one pooled share was read in.'
}

const BOTH: LocalText = {
  vi: '“và” được hiểu là phải đáp ứng đồng thời cả hai điều kiện.',
  en: '“và” (and) was read as both conditions at once.'
}

const ALL_FOUR: LocalText = {
  vi: 'Bốn nội dung liệt kê được hiểu là phải hoàn thiện đồng thời.',
  en: 'The four parts listed were read as having to be completed all together.'
}

const ADULT: LocalText = {
  vi: 'Văn bản không nêu độ tuổi “trưởng thành”; hệ thống không tự đặt.',
  en: 'The text gives no age for “trưởng thành” (adult); the registry sets none.'
}

export const targets: readonly TargetSeed[] = [
  demand('CQS-01', '100', 'bare', {
    reading: {
      vi: 'Mục tiêu chỉ tính thủ tục “đủ điều kiện”; văn bản không nêu ai xác nhận.',
      en: 'Only eligible procedures count; the text does not say who certifies them.'
    }
  }),
  demand('CQS-02', '100', 'bare', { wording: HEADLINE_WORDING, scopeStated: true, reading: HEADLINE }),
  demand('CQS-02.T', '90', 'bare', {
    wording: '90% hồ sơ công việc tại cấp tỉnh', parent: 'CQS-02', scope: { level: 'province' }, reading: LEVEL
  }),
  demand('CQS-02.H', '80', 'bare', {
    wording: '80% hồ sơ công việc tại cấp huyện', parent: 'CQS-02', scope: { level: 'district' }, reading: LEVEL
  }),
  demand('CQS-02.X', '60', 'bare', {
    wording: '60% hồ sơ công việc tại cấp xã', parent: 'CQS-02', scope: { level: 'commune' }, reading: LEVEL
  }),
  demand('CQS-03', '70', 'reaches', perSector),
  demand('CQS-04', '100', 'bare', { reading: BOTH }),
  demand('CQS-05', '50', 'bare', { reading: BOTH }),

  demand('KTS-01', '20', 'makesUp', { scopeStated: true }),
  demand('KTS-02', '10', 'minimum', perSector),
  demand('KTS-03', '7', 'minimum', {
    reading: {
      vi: '“hàng năm” hiểu là năm nào cũng phải đạt; kế hoạch năm 2025 được đánh giá bằng số liệu năm 2025 so với ' +
        'năm 2024.',
      en: '“hàng năm” (annually) was read as every year; the plan for 2025 is judged by 2025 against 2024.'
    }
  }),
  demand('KTS-04', '75', 'reaches', { reading: POOLED }),
  demand('KTS-05', '10', 'strict'),
  demand('KTS-06', '50', 'strict', {
    reading: {
      vi: 'Sử dụng ít nhất một trong ba loại hợp đồng được hiểu là đủ.',
      en: 'Using at least one of the three kinds of contract was read as enough.'
    }
  }),
  demand('KTS-07', '2', 'strict'),

  demand('XHS-01', '90', 'covers', { claim: '90% hộ gia đình, trường học, bệnh viện (đã đạt)', reading: POOLED }),
  demand('XHS-02', '100', 'reaches', {
    claim: 'đạt 100% (đã đạt)',
    reading: {
      vi: 'Văn bản không nêu mẫu số; “4G/5G” hiểu là 4G hoặc 5G.',
      en: 'The text gives no denominator; “4G/5G” was read as 4G or 5G.'
    }
  }),
  demand('XHS-03', '80', 'reaches', { claim: 'có tài khoản thanh toán điện tử đạt 80% (đã đạt)' }),
  demand('XHS-04', '100', 'reaches', {
    reading: {
      vi: 'Văn bản không định nghĩa “danh tính số”.', en: 'The text does not define “danh tính số” (digital identity).'
    }
  }),
  demand('XHS-05', '70', 'reaches', { claim: 'có khả năng sử dụng các kỹ năng số cơ bản đạt 70% (đã đạt)' }),
  demand('XHS-06', '80', 'reaches', { reading: ADULT }),
  demand('XHS-07', '50', 'strict', { reading: ADULT }),
  demand('XHS-08', '70', 'strict', {
    reading: {
      vi: 'Văn bản không nêu độ tuổi lao động; hệ thống không tự đặt.',
      en: 'The text gives no working age; the registry sets none.'
    }
  }),
  demand('XHS-09', '70', 'strict', {
    reading: {
      vi: 'Văn bản không định nghĩa “mức cơ bản”.', en: 'The text does not define “mức cơ bản” (the basic level).'
    }
  }),
  demand('XHS-10', '50', 'strict', { reading: ADULT }),
  demand('XHS-11', '30', 'strict', { reading: ADULT }),
  demand('XHS-12', '90', 'reaches'),
  demand('XHS-13', '80', 'reaches', { reading: ALL_FOUR }),
  demand('XHS-14', '70', 'reaches', { reading: ALL_FOUR })
]
