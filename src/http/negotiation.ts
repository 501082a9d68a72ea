import Negotiator from 'negotiator'
import { Problem } from './problem.js'
import { contentCoding } from './stream/coding.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media types a route answers in, the default first. `application/json` where nothing is said. */
    produces?: readonly string[]
    /** The media types a route takes. By method where nothing is said. */
    consumes?: readonly string[]
    /** The handler reads the body itself (stream/spool.ts), and takes it compressed. */
    spools?: boolean
  }
  interface FastifyRequest {
    /** What the answer is to be: one of the route's `produces`. */
    responseType: string
  }
}

export const JSON_TYPE = 'application/json'
export const NDJSON_TYPE = 'application/x-ndjson'
export const CSV_TYPE = 'text/csv'
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** SDMX-CSV 2.0, the form in which statistical offices exchange data: a CSV whose columns a standard names. */
export const SDMX_CSV_TYPE = 'application/vnd.sdmx.data+csv;version=2.0.0'
export const MERGE_PATCH_TYPE = 'application/merge-patch+json'
export const PROBLEM_TYPE = 'application/problem+json'

/** What `?format=` calls them: for a link, which has no headers. */
export const FORMATS = {
  json: JSON_TYPE, csv: CSV_TYPE, ndjson: NDJSON_TYPE, xlsx: XLSX_TYPE, 'sdmx-csv': SDMX_CSV_TYPE
} as const

/**
 * The type that `?format=` names; it wins over the Accept header. Undefined where a route takes no such parameter, or
 * it names nothing that the route has: then the schema of the query refuses it.
 */
export function formatAsked (query: unknown, produces: readonly string[]): string | undefined {
  const name = (query as { format?: unknown } | null)?.format
  if (name === undefined || !produces.includes(CSV_TYPE)) return undefined
  const type = typeof name === 'string' && Object.hasOwn(FORMATS, name)
    ? FORMATS[name as keyof typeof FORMATS]
    : undefined
  return type !== undefined && produces.includes(type) ? type : produces[0]
}

/**
 * What every text of ours is anyway, and every SDMX-CSV: codes alone, periods as they are recorded, no keys. The
 * matching of media types compares parameters to the letter.
 */
const IMPLIED = /;\s*(?:charset\s*=\s*"?utf-8"?|header\s*=\s*"?present"?|labels\s*=\s*"?id"?|timeFormat\s*=\s*"?original"?|keys?\s*=\s*"?none"?)(?=\s*(?:[;,]|$))/gi

/** The first of `produces` that the Accept header prefers. 406 where none fits. */
export function chooseType (accept: string | undefined, produces: readonly string[]): string {
  if (accept === undefined || accept.trim() === '') return produces[0]!
  const chosen = new Negotiator({ headers: { accept: accept.replace(IMPLIED, '') } }).mediaType([...produces])
  if (chosen !== undefined) return chosen
  throw new Problem('not_acceptable', {
    detail: { vi: `Có ở các định dạng: ${produces.join(', ')}.`, en: `Available as: ${produces.join(', ')}.` },
    extra: { produces }
  })
}

/** Whether a client would rather have HTML: a browser. */
export function prefersHtml (accept: string | undefined): boolean {
  return accept !== undefined &&
    new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, 'text/html']) === 'text/html'
}

export function consumedBy (
  method: string, hasBody: boolean, declared: readonly string[] | undefined
): readonly string[] {
  if (declared !== undefined) return declared
  if (!hasBody) return []
  return method === 'PATCH' ? [MERGE_PATCH_TYPE, JSON_TYPE] : [JSON_TYPE]
}

function unsupported (method: string, consumes: readonly string[], vi: string, en: string): Problem {
  const types = consumes.join(', ')
  const headers: Record<string, string> = { accept: types }
  if (method === 'POST') headers['accept-post'] = types
  if (method === 'PATCH') headers['accept-patch'] = types
  return new Problem('unsupported_media_type', { detail: { vi, en }, headers, extra: { consumes } })
}

interface IncomingBody { method: string, headers: Record<string, string | string[] | undefined> }

export function announcesBody ({ headers }: IncomingBody): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Refuses a body that the route does not take, before it is read. */
export function checkContentType (request: IncomingBody, consumes: readonly string[], compressed = false): void {
  const { method, headers } = request
  const text = headers['content-type']
  if (!announcesBody(request)) return
  if (consumes.length === 0) {
    throw new Problem('invalid_request', {
      errors: [{
        pointer: '',
        code: 'body_not_allowed',
        detail: { vi: `${method} ở địa chỉ này không nhận nội dung.`, en: `${method} takes no body at this address.` }
      }],
      headers: { connection: 'close' }
    })
  }
  const types = consumes.join(', ')
  if (typeof text !== 'string' || text.trim() === '') {
    throw unsupported(
      method, consumes, `Thiếu Content-Type; hãy gửi một trong: ${types}.`,
      `The Content-Type is missing; send one of: ${types}.`
    )
  }
  const [essence = '', ...parameters] = text.split(';')
  if (!consumes.includes(essence.trim().toLowerCase())) {
    throw unsupported(
      method, consumes, `Content-Type này không được nhận; hãy gửi một trong: ${types}.`,
      `This Content-Type is not taken; send one of: ${types}.`
    )
  }
  const charset = parameters.map(p => /^\s*charset\s*=\s*"?([^";\s]+)"?\s*$/i.exec(p)?.[1]).find(c => c !== undefined)
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw unsupported(method, consumes, 'Chỉ nhận bảng mã UTF-8.', 'Only the charset UTF-8 is taken.')
  }
  const encoding = headers['content-encoding']
  if (compressed) {
    contentCoding(encoding as string | undefined)
  } else if (encoding !== undefined && encoding !== 'identity') {
    throw unsupported(
      method, consumes, 'Nội dung nén (Content-Encoding) không được nhận.',
      'A compressed body (Content-Encoding) is not taken.'
    )
  }
}
