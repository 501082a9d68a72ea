import { dayInProvince, type CivilDate } from '../domain/date.js'

/** The day it is in the province now, whatever the server's time zone. */
export function today (): CivilDate {
  return dayInProvince(new Date().toISOString())
}
