import type { AgencySeed } from '../types.js'
import { PROVINCE, RECORD_BEGINS } from './conventions.js'
import type { LocalText } from '../../domain/text.js'

/*
 * The agencies as they stood on 11/12/2024. None ends here: the reorganisations of 2025 (departments about 1/3/2025,
 * districts and province on 1/7/2025) are entered as reorganisations. Codes are the registry's own. The electronic
 * codes of Bình Thuận's agencies (QĐ 20/2020/QĐ-TTg) were not found and are not invented; departments that could be
 * confirmed for another year only are left out.
 */

const SINCE: LocalText = {
  vi: 'Ngày bắt đầu hiệu lực là quy ước của hệ thống, không phải ngày thành lập.',
  en: 'The first day of validity is a convention of the registry, not the day of founding.'
}

const inForce = { identifiers: [], validFrom: RECORD_BEGINS, note: SINCE } as const

function department (code: string, vi: string, en: string): AgencySeed {
  return {
    ...inForce,
    code,
    name: { vi: `${vi} tỉnh Bình Thuận`, en: `${en} of Bình Thuận Province` },
    kind: 'department',
    level: 'province',
    parent: PROVINCE,
    provenance: 'researched'
  }
}

/** @param gso code of the unit that the committee governs, by the list in force until 30/6/2025 */
function district (code: string, gso: string, vi: string, en: string): AgencySeed {
  return {
    code,
    name: { vi: `Ủy ban nhân dân ${vi}`, en: `People's Committee of ${en}` },
    kind: 'district_committee',
    level: 'district',
    parent: PROVINCE,
    identifiers: [{ scheme: 'gso', value: gso, validFrom: RECORD_BEGINS, provenance: 'researched' }],
    validFrom: RECORD_BEGINS,
    note: {
      vi: `${SINCE.vi} Mã GSO là mã của đơn vị hành chính, không phải của Ủy ban nhân dân.`,
      en: `${SINCE.en} The GSO code is that of the administrative unit, not of the committee.`
    },
    provenance: 'researched'
  }
}

const named: readonly AgencySeed[] = [
  {
    code: PROVINCE,
    name: { vi: 'Ủy ban nhân dân tỉnh Bình Thuận', en: 'People\'s Committee of Bình Thuận Province' },
    kind: 'provincial_committee',
    level: 'province',
    identifiers: [{ scheme: 'gso', value: '60', validFrom: RECORD_BEGINS, provenance: 'researched' }],
    validFrom: RECORD_BEGINS,
    note: {
      vi: `${SINCE.vi} Mã GSO là mã của tỉnh, không phải của Ủy ban nhân dân.`,
      en: `${SINCE.en} The GSO code is that of the province, not of the committee.`
    },
    provenance: 'quoted',
    quote: 'Uỷ ban nhân dân tỉnh Bình Thuận'
  },
  {
    ...department('SO-TTTT', 'Sở Thông tin và Truyền thông', 'Department of Information and Communications'),
    provenance: 'quoted',
    quote: 'Sở Thông tin và Truyền thông'
  },
  {
    ...inForce,
    code: 'BCD-CCHC-CDS-DA06',
    name: {
      vi: 'Ban Chỉ đạo Cải cách hành chính, Chuyển đổi số và Đề án 06 tỉnh Bình Thuận',
      en: 'Steering Committee for Administrative Reform, Digital Transformation and Project 06 of Bình Thuận Province'
    },
    kind: 'steering_body',
    level: 'province',
    note: {
      vi: `${SINCE.vi} Văn bản viết lặp “Ban Ban Chỉ đạo”; không nêu cơ quan cấp trên của Ban.`,
      en: `${SINCE.en} The text doubles a word (“Ban Ban Chỉ đạo”) and names no body above the committee.`
    },
    provenance: 'quoted',
    quote: 'Ban Ban Chỉ đạo Cải cách hành chính, Chuyển đổi số và Đề án 06 tỉnh Bình Thuận'
  },
  {
    ...inForce,
    code: 'TINH-UY-BINH-THUAN',
    name: { vi: 'Tỉnh ủy Bình Thuận', en: 'Provincial Party Committee of Bình Thuận' },
    kind: 'other',
    level: 'province',
    note: {
      vi: `${SINCE.vi} Văn bản nêu “Tỉnh ủy (khóa XIV)” và “Ban Chấp hành Đảng bộ tỉnh (khóa XIV)”, nơi ban hành ` +
        'Nghị quyết 10-NQ/TU; không phải cơ quan hành chính nhà nước.',
      en: `${SINCE.en} The text says “Tỉnh ủy (khóa XIV)” and “Ban Chấp hành Đảng bộ tỉnh (khóa XIV)”, the issuer of ` +
        'Resolution 10-NQ/TU; it is a Party body, not part of the state administration.'
    },
    provenance: 'quoted',
    quote: 'Tỉnh ủy (khóa XIV)'
  }
]

const departments: readonly AgencySeed[] = [
  department('SO-KHCN', 'Sở Khoa học và Công nghệ', 'Department of Science and Technology'),
  department('SO-CT', 'Sở Công Thương', 'Department of Industry and Trade'),
  department('SO-KHDT', 'Sở Kế hoạch và Đầu tư', 'Department of Planning and Investment'),
  department('SO-TNMT', 'Sở Tài nguyên và Môi trường', 'Department of Natural Resources and Environment'),
  department('SO-XD', 'Sở Xây dựng', 'Department of Construction'),
  department('SO-GTVT', 'Sở Giao thông vận tải', 'Department of Transport'),
  department('SO-NNPTNT', 'Sở Nông nghiệp và Phát triển nông thôn', 'Department of Agriculture and Rural Development'),
  department('SO-TC', 'Sở Tài chính', 'Department of Finance')
]

const districts: readonly AgencySeed[] = [
  district('UBND-PHAN-THIET', '593', 'thành phố Phan Thiết', 'Phan Thiết City'),
  district('UBND-LA-GI', '594', 'thị xã La Gi', 'La Gi Town'),
  district('UBND-TUY-PHONG', '595', 'huyện Tuy Phong', 'Tuy Phong District'),
  district('UBND-BAC-BINH', '596', 'huyện Bắc Bình', 'Bắc Bình District'),
  district('UBND-HAM-THUAN-BAC', '597', 'huyện Hàm Thuận Bắc', 'Hàm Thuận Bắc District'),
  district('UBND-HAM-THUAN-NAM', '598', 'huyện Hàm Thuận Nam', 'Hàm Thuận Nam District'),
  district('UBND-TANH-LINH', '599', 'huyện Tánh Linh', 'Tánh Linh District'),
  district('UBND-DUC-LINH', '600', 'huyện Đức Linh', 'Đức Linh District'),
  district('UBND-HAM-TAN', '601', 'huyện Hàm Tân', 'Hàm Tân District'),
  district('UBND-PHU-QUI', '602', 'huyện Phú Quí', 'Phú Quí District')
]

/** Parents before children. */
export const agencies: readonly AgencySeed[] = [...named, ...departments, ...districts]
