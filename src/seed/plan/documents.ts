import type { DocumentedPlanSeed, DocumentSeed, PillarSeed } from '../types.js'
import { ISSUED, PLAN, PROVINCE } from './conventions.js'
import { source } from './source.js'

const RESOLUTION = '10-NQ-TU-2022'
const EARLIER_PLAN = '1282-KH-UBND-2022'

export const documents: readonly DocumentSeed[] = [
  {
    id: RESOLUTION,
    number: '10-NQ/TU',
    type: 'Nghị quyết',
    issuer: 'Ban Chấp hành Đảng bộ tỉnh Bình Thuận (khóa XIV)',
    issuedOn: '2022-03-18',
    title: {
      vi: 'Nghị quyết về chuyển đổi số tỉnh Bình Thuận đến năm 2025, định hướng đến năm 2030',
      en: 'Resolution on the digital transformation of Bình Thuận Province to 2025, with orientations to 2030'
    },
    relations: [],
    provenance: 'quoted',
    quote: 'Nghị quyết số 10-NQ/TU ngày 18/3/2022 của Ban Chấp hành Đảng bộ tỉnh (khóa XIV) về chuyển đối số tỉnh ' +
      'Bình Thuận đến năm 2025, định hướng đến năm 2030'
  },
  {
    id: EARLIER_PLAN,
    number: '1282/KH-UBND',
    type: 'Kế hoạch',
    issuer: 'Ủy ban nhân dân tỉnh Bình Thuận',
    issuedOn: '2022-05-04',
    title: {
      vi: 'Kế hoạch thực hiện Nghị quyết số 10-NQ/TU',
      en: 'Plan to implement Resolution 10-NQ/TU'
    },
    relations: [{ kind: 'implements', to: RESOLUTION }],
    provenance: 'quoted',
    quote: 'Kế hoạch số 1282/KH-UBND ngày 4/5/2022 của Ủy ban nhân dân tỉnh thực hiện Nghị quyết số 10-NQ/TU'
  },
  {
    id: PLAN,
    number: '4677/KH-UBND',
    type: 'Kế hoạch',
    issuer: 'Ủy ban nhân dân tỉnh Bình Thuận',
    issuedOn: ISSUED,
    title: {
      vi: 'Kế hoạch về chuyển đổi số tỉnh Bình Thuận năm 2025',
      en: 'Plan on the digital transformation of Bình Thuận Province in 2025'
    },
    url: source.url,
    // "tiếp tục triển khai thực hiện hoàn thành các mục tiêu, nhiệm vụ đề ra tại" the one and the other
    relations: [{ kind: 'basis', to: RESOLUTION }, { kind: 'basis', to: EARLIER_PLAN }],
    provenance: 'quoted',
    quote: 'Ngày 11/12/2024, UBND tỉnh đã ban hành kế hoạch số 4677/KH-UBND về chuyển đổi số tỉnh Bình Thuận năm ' +
      '2025. Kế hoạch đề ra các nội dung tiếp tục triển khai thực hiện hoàn thành các mục tiêu, nhiệm vụ đề ra tại ' +
      'Nghị quyết số 10-NQ/TU ngày 18/3/2022 của Ban Chấp hành Đảng bộ tỉnh (khóa XIV) về chuyển đối số tỉnh Bình ' +
      'Thuận đến năm 2025, định hướng đến năm 2030 và Kế hoạch số 1282/KH-UBND ngày 4/5/2022 của Ủy ban nhân dân ' +
      'tỉnh thực hiện Nghị quyết số 10-NQ/TU.'
  }
]

export const plan: DocumentedPlanSeed = {
  code: PLAN,
  document: PLAN,
  year: 2025,
  name: {
    vi: 'Kế hoạch chuyển đổi số tỉnh Bình Thuận năm 2025',
    en: 'Digital Transformation Plan of Bình Thuận Province for 2025'
  },
  issuedOn: ISSUED,
  ownerAgency: PROVINCE,
  provenance: 'quoted',
  quote: 'Ngày 11/12/2024, UBND tỉnh đã ban hành kế hoạch số 4677/KH-UBND về chuyển đổi số tỉnh Bình Thuận năm 2025.'
}

export const pillars: readonly PillarSeed[] = [
  {
    code: 'CQS', name: { vi: 'Chính quyền số', en: 'Digital government' }, wording: 'Về phát triển chính quyền số',
    provenance: 'quoted'
  },
  {
    code: 'KTS', name: { vi: 'Kinh tế số', en: 'Digital economy' }, wording: 'Phát triển kinh tế số',
    provenance: 'quoted'
  },
  {
    code: 'XHS', name: { vi: 'Xã hội số', en: 'Digital society' }, wording: 'Phát triển xã hội số', provenance: 'quoted'
  }
]
