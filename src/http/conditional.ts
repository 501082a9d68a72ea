import { createHash, createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly entityTags: EntityTags
  }
  interface FastifyReply {
    /**
     * The row version behind this answer: it becomes part of the ETag, so that If-Match can be decided inside the
     * UPDATE.
     */
    rowVersion: number | undefined
    /** Of a 201 that shows something else than a GET of its Location: the text of that, which the ETag is about. */
    represented: string | undefined
    /**
     * What a read has that If-Match did not want: Fastify drops the headers of an answer that an error takes the place
     * of.
     */
    refusedTag: string | undefined
  }
}

const TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*)*$/
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g
const VERSIONED = /^(\d{1,15})-([\w-]{22})\.([\w-]{11})$/

/** 132 bits of SHA-256 in base64url. */
const HASH_LENGTH = 22
/** 66 bits of HMAC-SHA-256: nobody guesses them, and a wrong guess is 412. */
const SEAL_LENGTH = 11

function parseTags (header: string): { weak: boolean, value: string }[] {
  return TAGS.test(header) ? [...header.matchAll(TAG)].map(m => ({ weak: m[1] !== undefined, value: m[2]! })) : []
}

/** Of what is no row: a list, an export, a page. */
export function entityTag (hash: string): string {
  return `"${hash}"`
}

/** The address of a resource without its query, however it is escaped: what a tag is sealed for. */
function resourceOf (path: string): string {
  const text = path.split('?')[0]!
  try {
    return decodeURIComponent(text).normalize('NFC')
  } catch {
    return text
  }
}

/**
 * Strong tags: `"<hash>"` of what is shown and, of a row that can be changed, `"<version>-<hash>.<seal>"`. A row is
 * shown in several forms (of another day, to another reader), each with a tag of its own; the seal says that the
 * registry gave this tag for this resource, so that any of them is taken in If-Match while the row has that version,
 * and no other.
 */
export class EntityTags {
  constructor (private readonly key: Buffer) {}

  of (path: string, text: string, version?: number): string {
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, HASH_LENGTH)
    return version === undefined ? entityTag(hash) : `"${version}-${hash}.${this.seal(path, version, hash)}"`
  }

  /** The versions of the row at `path` that these tags were given for. */
  versionsOf (path: string, header: string): number[] {
    return parseTags(header).flatMap(({ weak, value }) => {
      const [, version = '', hash = '', seal] = VERSIONED.exec(value) ?? []
      return !weak && seal === this.seal(path, Number(version), hash) && String(Number(version)) === version
        ? [Number(version)]
        : []
    })
  }

  private seal (path: string, version: number, hash: string): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([resourceOf(path), version, hash])).digest('base64url').slice(0, SEAL_LENGTH)
  }
}

/** If-None-Match compares weakly: a list, a weak tag and `*` all count. */
export function matchesNone (header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || parseTags(header).some(tag => `"${tag.value}"` === etag)
}

/** If-Match compares strongly: a weak tag is never the same. */
export function matchesStrongly (header: string, etag: string | undefined): boolean {
  return header.trim() === '*' || parseTags(header).some(tag => !tag.weak && `"${tag.value}"` === etag)
}

/** What If-Match allows: any existing version, or one of these. Weak tags never match; an empty list means 412. */
export type Precondition = '*' | readonly number[]

/** Throws 428 when a PATCH, PUT or DELETE comes without If-Match. The UPDATE then says `where version = any(…)`. */
export function requirePrecondition (request: Pick<FastifyRequest, 'headers' | 'server' | 'url'>): Precondition {
  const header = request.headers['if-match']
  if (header === undefined) {
    throw new Problem('precondition_required', {
      detail: {
        vi: 'Hãy đọc tài nguyên này bằng GET, rồi gửi ETag của phản hồi ấy trong tiêu đề If-Match: để không ghi đè ' +
          'thay đổi mà mình chưa đọc.',
        en: 'Read this resource with GET, and send the ETag of that answer in If-Match, so that nobody overwrites ' +
          'what they have not read.'
      }
    })
  }
  return header.trim() === '*' ? '*' : request.server.entityTags.versionsOf(request.url, header)
}

/** Whether a row of this version may be changed. For rows already locked inside the transaction. */
export function admits (precondition: Precondition, version: number): boolean {
  return precondition === '*' || precondition.includes(version)
}

/** To throw when the UPDATE found no row of an admitted version although the row exists. */
export function stale (): Problem {
  return new Problem('precondition_failed', {
    detail: {
      vi: 'ETag trong If-Match không phải của phiên bản hiện tại của tài nguyên này: có thể đã có người sửa. Hãy đọc ' +
        'lại bằng GET, xem còn cần sửa không, rồi gửi lại với ETag mới (cũng ở tiêu đề ETag của phản hồi này).',
      en: 'The tag in If-Match is not of the present version of this resource: somebody may have changed it. Read it ' +
        'again with GET, see whether the change is still wanted, and send it with the new ETag (which stands in the ' +
        'ETag of this answer too).'
    }
  })
}

/** 201 with Location, and the ETag that a GET of it will have. `version`: of a row that can be changed. */
export function created<Body> (
  reply: FastifyReply, location: string, version: number | undefined, body: Body, represented?: object
): Body {
  reply.code(201).header('location', location)
  reply.rowVersion = version
  if (represented !== undefined) reply.represented = JSON.stringify(represented)
  return body
}

/** The answer to an action shows the resource that it was done to, as a GET of its own address does. */
export function shows (reply: FastifyReply, location: string, version: number): void {
  reply.header('content-location', location)
  reply.rowVersion = version
}
