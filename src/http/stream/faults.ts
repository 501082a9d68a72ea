import type { StreamLimits } from '../limits.js'
import { bodyError, Problem, type FaultCode } from '../problem.js'

/**
 * What a whole file is refused for. Where a limit is behind it, the answer says which (`limit`), and where (`line`).
 */

export function tooManyBytes (limit: number): Problem {
  return new Problem('content_too_large', {
    detail: {
      vi: `Nội dung (sau giải nén) không quá ${limit} byte.`, en: `A body (decoded) has at most ${limit} bytes.`
    },
    headers: { connection: 'close' },
    extra: { limit }
  })
}

/** What a few bytes become, before it has cost anything worth speaking of. `sent` is packed. */
export function refuseBomb (
  { unpacked, ratio }: Pick<StreamLimits, 'unpacked' | 'ratio'>, bytes: number, sent: number
): void {
  if (bytes <= unpacked || bytes <= ratio * sent) return
  throw new Problem('compression_ratio_exceeded', {
    detail: {
      vi: `Nội dung giải nén ra hơn ${unpacked} byte và hơn ${ratio} lần số byte đã gửi. Chưa có gì được ghi; hãy ` +
        'gửi không nén, hoặc chia nhỏ.',
      en: `The body unpacks to more than ${unpacked} bytes, and to more than ${ratio} for each that was sent. ` +
        'Nothing was done; send it without compression, or divide it.'
    },
    headers: { connection: 'close' },
    extra: { unpacked, ratio }
  })
}

export function lineTooLong ({ lineBytes }: Pick<StreamLimits, 'lineBytes'>, line: number): Problem {
  return new Problem('content_too_large', {
    detail: {
      vi: `Dòng ${line} dài quá ${lineBytes} byte. Chưa có gì được ghi.`,
      en: `Line ${line} is longer than ${lineBytes} bytes. Nothing was done.`
    },
    extra: { limit: lineBytes, line }
  })
}

export function tooManyRows ({ rows }: StreamLimits): Problem {
  return new Problem('content_too_large', {
    detail: {
      vi: `Không quá ${rows} dòng dữ liệu trong một lần gửi. Chưa có gì được ghi.`,
      en: `At most ${rows} rows in one push. Nothing was done.`
    },
    extra: { limit: rows }
  })
}

export function malformedJson (
  pointer: string, code: FaultCode, vi: string, en: string, extra: Record<string, unknown> = {}
): Problem {
  return new Problem('malformed_json', { errors: [bodyError(pointer, code, vi, en)], extra })
}

export function noRows (): Problem {
  return new Problem('invalid_request', {
    errors: [bodyError('', 'no_rows', 'Không có dòng dữ liệu nào.', 'There is not a single row.')]
  })
}
