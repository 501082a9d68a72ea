import type { FastifyRequest } from 'fastify'

/**
 * What a thread says in place of `Connection: close`, which on its own connection could cut off the answer
 * (threads.ts).
 */
export const LAST_ANSWER = 'x-registry-last-answer'

/** Node keeps the first of two equal headers, or joins them, and says nothing: only the raw ones tell. */
export function isRepeated (request: Pick<FastifyRequest, 'raw'>, name: string): boolean {
  return request.raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length > 1
}
