import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.js'

declare module 'fastify' {
  interface FastifyReply {
    /** The row version behind this answer: it becomes part of the ETag, so that If-Match can be decided inside the UPDATE. */
    rowVersion: number | undefined
  }
}

const TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*)*$/
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g

function parseTags (header: string): { weak: boolean, value: string }[] {
  return TAGS.test(header) ? [...header.matchAll(TAG)].map(m => ({ weak: m[1] !== undefined, value: m[2]! })) : []
}

/** `"<version>-<hash>"` of a row, `"<hash>"` of anything else. */
export function entityTag (hash: string, version?: number): string {
  return version === undefined ? `"${hash}"` : `"${version}-${hash}"`
}

/** If-None-Match compares weakly: a list, a weak tag and `*` all count. */
export function matchesNone (header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || parseTags(header).some(tag => `"${tag.value}"` === etag)
}

/** What If-Match allows: any existing version, or one of these. Weak tags never match; an empty list means 412. */
export type Precondition = '*' | readonly number[]

/** Throws 428 when a PATCH, PUT or DELETE comes without If-Match. The UPDATE then says `where version = any(…)`. */
export function requirePrecondition (request: Pick<FastifyRequest, 'headers'>): Precondition {
  const header = request.headers['if-match']
  if (header === undefined) throw new Problem('precondition_required')
  if (header.trim() === '*') return '*'
  return parseTags(header).flatMap(tag => {
    const version = /^(\d{1,15})-/.exec(tag.value)?.[1]
    return tag.weak || version === undefined ? [] : [Number(version)]
  })
}

/** Whether a row of this version may be changed. For rows already locked inside the transaction. */
export function admits (precondition: Precondition, version: number): boolean {
  return precondition === '*' || precondition.includes(version)
}

/** To throw when the UPDATE found no row of an admitted version although the row exists. */
export function stale (): Problem {
  return new Problem('precondition_failed')
}

/** 201 with Location and, through the row version, an ETag. */
export function created<Body> (reply: FastifyReply, location: string, version: number, body: Body): Body {
  reply.code(201).header('location', location)
  reply.rowVersion = version
  return body
}
