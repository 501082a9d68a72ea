import type { MemberSeed } from '../types.js'

/** Members for the plan's dimension `sector`, of which its text lists none. */
const sector = (code: string, vi: string, en: string): MemberSeed =>
  ({ code, name: { vi, en }, provenance: 'illustrative' })

export const sectors: readonly MemberSeed[] = [
  sector('NONG-NGHIEP', 'Nông nghiệp và phát triển nông thôn', 'Agriculture and rural development'),
  sector('CONG-THUONG', 'Công Thương', 'Industry and trade'),
  sector('DU-LICH', 'Du lịch', 'Tourism'),
  sector('GIAO-DUC', 'Giáo dục và đào tạo', 'Education and training'),
  sector('Y-TE', 'Y tế', 'Health'),
  sector('TAI-NGUYEN-MOI-TRUONG', 'Tài nguyên và môi trường', 'Natural resources and environment'),
  sector('GIAO-THONG-XAY-DUNG', 'Giao thông vận tải và xây dựng', 'Transport and construction'),
  sector('TAI-CHINH-NGAN-HANG', 'Tài chính, ngân hàng', 'Finance and banking')
]
