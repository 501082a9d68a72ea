import type { DimensionSeed } from '../types.js'

export const dimensions: readonly DimensionSeed[] = [
  {
    code: 'sector',
    name: { vi: 'Ngành, lĩnh vực', en: 'Sector or field' },
    note: {
      vi: 'Kế hoạch yêu cầu với “từng ngành, lĩnh vực” nhưng không nêu danh sách: chưa có thành viên nào cho đến khi ' +
        'có văn bản xác định.',
      en: 'The plan makes demands of “từng ngành, lĩnh vực” (each sector and field) but lists none: it has no ' +
        'members until a document names them.'
    },
    members: [],
    provenance: 'quoted',
    quote: 'từng ngành, lĩnh vực'
  }
]
