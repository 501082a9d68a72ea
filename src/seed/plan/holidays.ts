import type { CivilDate } from '../../domain/date.js'
import type { HolidaySeed } from '../types.js'
import type { LocalText } from '../../domain/text.js'

/*
 * Working days that are off, and Saturdays worked in exchange, for state bodies (Labour Code 2019, Articles 111.3 and
 * 112, and the yearly announcements). Weekends inside a break are counted out anyway and not listed: Tết 2025 ran from
 * 25/1 to 2/2, Tết 2026 from 14/2 to 22/2. From 11/12 to 31/12/2024 there was none.
 * Left out for 2026 as not confirmed: the exchange of Monday 31/8 for Saturday 22/8, and Vietnamese Culture Day
 * (24/11), decided in principle while the Labour Code had yet to be amended.
 */

const NEW_YEAR: LocalText = { vi: 'Tết Dương lịch', en: 'New Year\'s Day' }
const TET: LocalText = { vi: 'Tết Nguyên đán', en: 'Lunar New Year (Tết)' }
const HUNG_KINGS: LocalText = { vi: 'Giỗ Tổ Hùng Vương', en: 'Hùng Kings\' Commemoration Day' }
const VICTORY: LocalText = { vi: 'Ngày Chiến thắng', en: 'Victory Day' }
const LABOUR: LocalText = { vi: 'Ngày Quốc tế lao động', en: 'International Labour Day' }
const NATIONAL: LocalText = { vi: 'Quốc khánh', en: 'National Day' }

const off = (day: CivilDate, name: LocalText): HolidaySeed => ({ day, kind: 'off', name, provenance: 'researched' })
const working = (day: CivilDate, name: LocalText): HolidaySeed =>
  ({ day, kind: 'working', name, provenance: 'researched' })

export const holidays: readonly HolidaySeed[] = [
  off('2024-09-02', NATIONAL),
  off('2024-09-03', NATIONAL),

  off('2025-01-01', NEW_YEAR),
  off('2025-01-27', TET),
  off('2025-01-28', TET),
  off('2025-01-29', TET),
  off('2025-01-30', TET),
  off('2025-01-31', TET),
  off('2025-04-07', HUNG_KINGS),
  working('2025-04-26', { vi: 'Làm bù cho ngày 2/5/2025', en: 'Worked in exchange for 2 May 2025' }),
  off('2025-04-30', VICTORY),
  off('2025-05-01', LABOUR),
  off('2025-05-02', { vi: 'Hoán đổi với ngày 26/4/2025', en: 'Exchanged for 26 April 2025' }),
  off('2025-09-01', NATIONAL),
  off('2025-09-02', NATIONAL),

  off('2026-01-01', NEW_YEAR),
  off('2026-01-02', { vi: 'Hoán đổi với ngày 10/1/2026', en: 'Exchanged for 10 January 2026' }),
  working('2026-01-10', { vi: 'Làm bù cho ngày 2/1/2026', en: 'Worked in exchange for 2 January 2026' }),
  off('2026-02-16', TET),
  off('2026-02-17', TET),
  off('2026-02-18', TET),
  off('2026-02-19', TET),
  off('2026-02-20', TET),
  off('2026-04-27', {
    vi: 'Nghỉ bù Giỗ Tổ Hùng Vương (26/4/2026 là Chủ nhật)',
    en: 'In lieu of Hùng Kings\' Commemoration Day (26 April 2026 is a Sunday)'
  }),
  off('2026-04-30', VICTORY),
  off('2026-05-01', LABOUR),
  off('2026-09-01', NATIONAL),
  off('2026-09-02', NATIONAL)
]
