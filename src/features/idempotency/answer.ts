import type { FastifyReply } from 'fastify'
import type { Answer } from '../../ledger/idempotency-keys.js'

/** The rest belongs to the connection, to the request or to every answer. */
const KEPT = ['content-disposition', 'content-language', 'content-type', 'etag', 'last-modified', 'link', 'location']

/** What is about to be sent, as it can be stored. */
export function answerOf (reply: FastifyReply, payload: unknown): Answer {
  if (payload !== undefined && payload !== null && typeof payload !== 'string') {
    throw new TypeError('only text can be answered again under an Idempotency-Key')
  }
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(KEPT.flatMap(name =>
      reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
    body: payload ?? ''
  }
}

/** `replayed`: it is the answer to an earlier request. */
export function sendAnswer (
  reply: FastifyReply, { status, headers, body }: Answer, { replayed = false } = {}
): FastifyReply {
  reply.code(status).headers(headers)
  if (replayed) reply.header('idempotency-replayed', 'true')
  return body === '' ? reply.send() : reply.send(body)
}
