import type { Ajv2020 } from 'ajv/dist/2020.js'
import { isCivilDate } from '../domain/date.js'
import { isDecimal, isShownDecimal } from '../domain/decimal.js'
import type { FaultCode } from './fault-codes.js'
import type { LocalText } from '../domain/text.js'

/**
 * RFC 3339 with an offset. Programs write seven digits of a second (Power Automate) or nine: `toMicroseconds` cuts
 * them.
 */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,30})?(?:[Zz]|[+-](\d{2}):(\d{2}))$/
const ADDRESS = /^https?:\/\/[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~[\]]+$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/

/** A real day, hour and minute; PostgreSQL turns a leap second and 24:00 into another moment, so they are refused. */
export function isInstant (text: string): boolean {
  const [, date, hour, minute, second, offsetHour = '00', offsetMinute = '00'] = INSTANT.exec(text) ?? []
  return date !== undefined && isDay(date) && Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59 &&
    Number(offsetHour) <= 15 && Number(offsetMinute) <= 59 && isWithinYears(Date.parse(text))
}

/**
 * The instant without the digits of a second that the database cannot hold: cut, since rounded it might lie ahead of
 * the clock.
 */
export function toMicroseconds (instant: string): string {
  // the longest that needs no look: six digits and Z, or two and an offset
  return instant.length <= 27 ? instant : instant.replace(/(\.\d{6})\d+/, '$1')
}

const FIRST = Date.parse('0001-01-01T00:00:00Z')
const END = Date.parse('+010000-01-01T00:00:00Z')

/** Of the years 1 to 9999 in UTC too: an offset may lead out of them, and what is before them has no RFC 3339 form. */
function isWithinYears (at: number): boolean {
  return at >= FIRST && at < END
}

/** PostgreSQL has no year 0. */
function isDay (text: string): boolean {
  return isCivilDate(text) && !text.startsWith('0000')
}

export function isWebAddress (text: string): boolean {
  if (!ADDRESS.test(text) || /%(?![0-9A-Fa-f]{2})/.test(text) || !URL.canParse(text)) return false
  const { username, password, hostname } = new URL(text)
  return username === '' && password === '' && hostname !== ''
}

interface Format { test: (text: string) => boolean, code: FaultCode, detail: LocalText }

const NOT_A_DECIMAL: Pick<Format, 'code' | 'detail'> = {
  code: 'not_a_decimal',
  detail: {
    vi: 'Phải là số thập phân viết dạng chuỗi với dấu chấm, không có số mũ hay dấu phân cách, ví dụ "82.50".',
    en: 'Must be a decimal as a string, with a point, no exponent and no separators, such as "82.50".'
  }
}

export const FORMATS: Readonly<Record<string, Format>> = {
  date: {
    test: isDay, code: 'not_a_date', detail: {
      vi: 'Phải là một ngày có thật dạng YYYY-MM-DD, ví dụ 2025-06-30.',
      en: 'Must be a real day as YYYY-MM-DD, such as 2025-06-30.'
    }
  },
  'date-time': {
    test: isInstant, code: 'not_an_instant', detail: {
      vi: 'Phải là thời điểm RFC 3339 có múi giờ, ví dụ 2025-06-30T16:15:00+07:00.',
      en: 'Must be an RFC 3339 instant with an offset, such as 2025-06-30T16:15:00+07:00.'
    }
  },
  uri: {
    test: isWebAddress, code: 'not_a_web_address', detail: {
      vi: 'Phải là địa chỉ http hoặc https đầy đủ; ký tự ngoài ASCII viết dưới dạng %XX.',
      en: 'Must be an absolute http or https address; write characters beyond ASCII as %XX.'
    }
  },
  'uri-reference': {
    test: text => !/[\s\\]/.test(text) && URL.canParse(text, 'http://localhost'), code: 'not_an_address', detail: {
      vi: 'Phải là địa chỉ hoặc đường dẫn.', en: 'Must be an address or a path.'
    }
  },
  uuid: {
    test: text => UUID.test(text), code: 'not_a_uuid', detail: {
      vi: 'Phải là UUID chữ thường.', en: 'Must be a UUID in lower case.'
    }
  },
  decimal: { test: isDecimal, ...NOT_A_DECIMAL },
  'shown-decimal': { test: isShownDecimal, ...NOT_A_DECIMAL },
  email: {
    test: text => text.length <= 254 && EMAIL.test(text), code: 'not_an_email', detail: {
      vi: 'Phải là địa chỉ thư điện tử.', en: 'Must be an e-mail address.'
    }
  }
}

export function addFormats (ajv: Ajv2020): void {
  for (const [name, { test }] of Object.entries(FORMATS)) ajv.addFormat(name, { type: 'string', validate: test })
}
