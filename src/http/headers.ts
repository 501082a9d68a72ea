import type { FastifyRequest } from 'fastify'

/** Node keeps the first of two equal headers, or joins them, and says nothing: only the raw ones tell. */
export function isRepeated (request: Pick<FastifyRequest, 'raw'>, name: string): boolean {
  return request.raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length > 1
}
