import { addDays, type CivilDate } from './date.js'

/** The day a workbook counts from: those of Macintosh once began in 1904. */
export type Epoch = 1900 | 1904

/** 31/12/9999. */
const LAST_SERIAL = { 1900: 2_958_465, 1904: 2_957_003 } as const
/** Lotus took 1900 for a leap year, and Excel's day 60 is its 29th of February. */
const FALSE_LEAP_DAY = 60
const SECONDS_OF_DAY = 86_400

/** The day and the time, to the second, that a spreadsheet's number of days shows; undefined where it shows none. */
export function momentOfSerial (serial: number, epoch: Epoch): { day: CivilDate, time: string } | undefined {
  const seconds = Math.round(serial * SECONDS_OF_DAY)
  const days = Math.floor(seconds / SECONDS_OF_DAY)
  if (!(days >= 0 && days <= LAST_SERIAL[epoch])) return undefined
  return { day: dayOf(days, epoch), time: timeOf(seconds - days * SECONDS_OF_DAY) }
}

function dayOf (days: number, epoch: Epoch): CivilDate {
  if (epoch === 1904) return addDays('1904-01-01', days)
  return addDays('1899-12-31', days < FALSE_LEAP_DAY ? days : days - 1)
}

function timeOf (seconds: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  return `${two(seconds / 3600)}:${two(seconds / 60 % 60)}:${two(seconds % 60)}`
}
