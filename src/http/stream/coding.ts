import { Problem } from '../problem.js'

/**
 * The Content-Encodings that spool.ts decodes. `deflate` is not among them: half of its senders mean another format by
 * it.
 */
export const CODINGS = ['gzip', 'br'] as const
export type Coding = typeof CODINGS[number] | 'identity'

const NAMES = new Map<string, Coding>([
  ['', 'identity'], ['identity', 'identity'], ['gzip', 'gzip'], ['x-gzip', 'gzip'], ['br', 'br']
])

/**
 * 415 with the codings that are taken in Accept-Encoding (RFC 9110 §12.5.3). Codings applied one after the other are
 * refused.
 */
export function contentCoding (header: string | undefined): Coding {
  const coding = NAMES.get((header ?? '').trim().toLowerCase())
  if (coding !== undefined) return coding
  const taken = CODINGS.join(', ')
  throw new Problem('unsupported_media_type', {
    detail: {
      vi: `Content-Encoding này không được nhận; hãy dùng một trong: ${taken}, hoặc không nén.`,
      en: `This Content-Encoding is not taken; use one of ${taken}, or none.`
    },
    headers: { 'accept-encoding': taken, connection: 'close' },
    extra: { contentCodings: CODINGS }
  })
}
