import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Problem } from './problem.js'

export interface SmallBodyLimits {
  bytes: number
  /** Time until the first byte. */
  patienceMs: number
  /** What must come after that, or the sender is cut. */
  bytesPerSecond: number
}

/**
 * A body that is read whole. It comes at a minimum rate: so many bytes a second beyond a first patience.
 * @throws Problem content_too_large, request_timeout; the connection ends with either
 */
export async function readSmallBody (payload: Readable, limits: SmallBodyLimits): Promise<Buffer> {
  return arrived(payload, limits) ?? await receive(payload, limits)
}

/** A body that came with its head, as nearly every one does: nobody is waited for. @throws Problem content_too_large */
function arrived (payload: Readable, { bytes }: SmallBodyLimits): Buffer | undefined {
  const announced = Number((payload as Partial<IncomingMessage>).headers?.['content-length'])
  if (payload.readableLength !== announced || payload.readableFlowing !== null || payload.destroyed) return undefined
  if (announced > bytes) throw tooLarge(bytes)
  const body = payload.read() as Buffer | null
  // nothing more comes but its end
  payload.on('error', passOver).resume()
  return body ?? Buffer.alloc(0)
}

/** What still comes must not end the process. */
const passOver = () => {}

function tooLarge (bytes: number): Problem {
  return new Problem('content_too_large', {
    detail: { vi: `Nội dung không quá ${bytes} byte.`, en: `The body has at most ${bytes} bytes.` },
    headers: { connection: 'close' },
    extra: { limit: bytes }
  })
}

function receive (payload: Readable, { bytes, patienceMs, bytesPerSecond }: SmallBodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const chunks: Buffer[] = []
    let size = 0
    let timer: NodeJS.Timeout

    function end (result: () => void): void {
      clearTimeout(timer)
      payload.off('data', read).off('end', whole).off('error', fail).off('close', gone)
      payload.on('error', passOver)
      result()
    }
    const refuse = (problem: Problem) => end(() => { payload.pause(); reject(problem) })
    const late = () => refuse(new Problem('request_timeout', { headers: { connection: 'close' } }))
    function wait (): void {
      clearTimeout(timer)
      timer = setTimeout(late, began + patienceMs + size / bytesPerSecond * 1_000 - performance.now())
    }
    function read (chunk: Buffer): void {
      size += chunk.length
      if (size > bytes) {
        refuse(tooLarge(bytes))
        return
      }
      chunks.push(chunk)
      wait()
    }
    const whole = () => end(() => resolve(Buffer.concat(chunks)))
    const fail = (error: Error) => end(() => reject(error))
    const gone = () => fail(Object.assign(new Error('the sender has gone'), { code: 'ECONNRESET' }))

    wait()
    payload.on('data', read).on('end', whole).on('error', fail).on('close', gone)
  })
}
