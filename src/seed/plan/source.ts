import type { SourceSeed } from '../types.js'

/** What every quote is checked against (test/seed/plan.test.ts). */
export const source: SourceSeed = {
  file: 'ke-hoach-4677-2025.txt',
  title: 'Uỷ ban nhân dân tỉnh Bình Thuận ban hành Kế hoạch chuyển đổi số năm 2025',
  publisher: 'stttt.binhthuan.gov.vn',
  url: 'https://stttt.binhthuan.gov.vn/tin-tong-hop/uy-ban-nhan-dan-tinh-binh-thuan-ban-hanh-ke-hoach-chuyen-doi-so-nam-2025-901788',
  note: {
    vi: 'Bài giới thiệu kế hoạch trên trang của Sở Thông tin và Truyền thông, không phải toàn văn kế hoạch; các phụ ' +
      'lục, trong đó có thể có phân công theo từng chỉ tiêu, không có ở đây.',
    en: 'The announcement of the plan on the site of the Department of Information and Communications, not the ' +
      'plan\'s full text; the annexes, which may hold the assignments for each indicator, are not part of it.'
  }
}
