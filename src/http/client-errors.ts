import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { DEFAULT_LANGUAGE } from './language.js'
import { Problem } from './problem.js'
import { commonProblems, type ProblemCode } from './problem-codes.js'
import { ownPace } from './stream/own-pace.js'
import { commonHeaders, languageOf, rawAnswer, renderProblem, requestId } from './render.js'

type ClientError = Error & { code?: string, rawPacket?: unknown, bytesParsed?: number }
/** The answer under way on it, which Node keeps to itself. */
interface Serving { _httpMessage?: (ServerResponse & { shouldKeepAlive: boolean }) | null }

/** The parser stopped in the request line: no line had ended in what it had read of this packet. */
function addressOverflowed ({ rawPacket, bytesParsed }: ClientError): boolean {
  if (!Buffer.isBuffer(rawPacket) || !/^[A-Z]+ /.test(rawPacket.subarray(0, 20).toString('latin1'))) return false
  const lineEnd = rawPacket.indexOf('\r\n')
  return lineEnd === -1 || lineEnd >= (bytesParsed ?? rawPacket.length)
}

function codeOf (error: ClientError): ProblemCode {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT': return 'request_timeout'
    case 'HPE_HEADER_OVERFLOW': return addressOverflowed(error) ? 'uri_too_long' : 'headers_too_large'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW': return 'content_too_large'
    default: return 'malformed_request'
  }
}

/** Requests that never become one for Fastify: written to the socket as a problem, and the connection ends. */
export function clientErrorHandler (version: string) {
  return (error: ClientError, socket: Socket): void => {
    const serving = (socket as Serving)._httpMessage
    // a long body on a slow line: its reader has a limit of its own
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && ownPace.has(serving?.req)) return
    // what came before was a whole request, perhaps a write that is being committed: it gets its own answer, and is
    // the last
    if (error.code !== 'ECONNRESET' && socket.writable && serving?.req.complete === true) {
      serving.shouldKeepAlive = false
      serving.once('finish', () => socket.destroySoon())
      return
    }
    // nobody to answer, or an answer already on its way that a second one would garble
    if (error.code === 'ECONNRESET' || !socket.writable || serving?.headersSent === true) {
      socket.destroy()
      return
    }
    const id = requestId({})
    const rendered = renderProblem(new Problem(codeOf(error)), {
      definitions: commonProblems, language: DEFAULT_LANGUAGE, id
    })
    socket.end(rawAnswer(rendered, version, id))
  }
}

/** CONNECT makes a tunnel, and there is none here. */
export function connectHandler (version: string) {
  return (request: IncomingMessage, socket: Duplex): void => {
    const id = requestId(request.headers)
    const rendered = renderProblem(
      new Problem('method_not_allowed', { headers: { allow: 'GET, HEAD, OPTIONS' } }),
      { definitions: commonProblems, language: languageOf(request.headers), id }
    )
    socket.on('error', () => {})
    socket.end(rawAnswer(rendered, version, id))
  }
}

/** An Expect other than 100-continue: Node would answer 417 without a word. */
export function expectationHandler (version: string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const id = requestId(request.headers)
    const { status, headers, body } = renderProblem(new Problem('expectation_failed'), {
      definitions: commonProblems, language: languageOf(request.headers), id
    })
    response.writeHead(status, {
      ...commonHeaders(version, id), ...headers, 'content-length': Buffer.byteLength(body), connection: 'close'
    })
    response.end(body)
  }
}
