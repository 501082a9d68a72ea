import { weekday, type CivilDate } from '../../domain/date.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import type { HolidayKind } from '../../domain/words.js'

/** A working day needs no entry: only Saturdays and Sundays are worked in exchange. */
export function checkHoliday ({ day, kind }: { day: CivilDate, kind: HolidayKind }): FieldError[] {
  const isWeekend = [0, 6].includes(weekday(day))
  if (kind === 'off' || isWeekend) return []
  return [bodyError('/kind', 'not_a_weekend',
    `Ngày ${day} không phải thứ Bảy hay Chủ nhật, vốn đã là ngày làm việc.`,
    `${day} is no Saturday or Sunday: it is a working day anyway.`)]
}
