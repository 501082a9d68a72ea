import type { CivilDate } from '../../domain/date.js'

export const PLAN = '4677-KH-UBND-2024'
export const PROVINCE = 'UBND-BINH-THUAN'
export const ISSUED: CivilDate = '2024-12-11'

/**
 * From when the registry holds what it does not know the beginning of: the first day of the year of the oldest
 * document that the plan cites (10-NQ/TU, 18/3/2022). It is a convention, not the day an agency was founded.
 */
export const RECORD_BEGINS: CivilDate = '2022-01-01'
