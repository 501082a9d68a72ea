import type { Readable } from 'node:stream'
import { Problem } from '../problem.js'
import { tooManyBytes } from './faults.js'

const gone = () => Object.assign(new Error('the client went away before the end of the body'), { code: 'ECONNRESET' })

/**
 * The bytes of a request, a chunk whenever one is asked for. It never destroys the request, since its connection has an
 * answer to carry: when the reading stops early, what still comes is thrown away.
 */
export class Receiver {
  /** As they were sent. */
  bytes = 0
  #wake: () => void = () => {}
  #stopped = false
  #closed = false
  #failure: Error | undefined

  constructor (readonly source: Readable, readonly limits: { bytes: number, idleMs: number }) {}

  /** No more is wanted: who waits for a byte waits no longer. */
  stop (): void {
    this.#stopped = true
    this.#wake()
  }

  /** What was announced is more than is taken. */
  refuse (): never {
    this.source.on('error', () => {}).resume()
    throw tooManyBytes(this.limits.bytes)
  }

  async * [Symbol.asyncIterator] (): AsyncGenerator<Buffer> {
    const { source, limits } = this
    const onReadable = () => { this.#wake() }
    const onClose = () => { this.#closed = true; this.#wake() }
    const onError = (error: Error) => { this.#failure = error; this.#wake() }
    source.on('readable', onReadable).on('end', onReadable).on('close', onClose).on('error', onError)
    this.#closed = source.destroyed
    try {
      while (!this.#stopped) {
        const chunk = source.read() as Buffer | null
        if (chunk !== null) {
          this.bytes += chunk.length
          if (this.bytes > limits.bytes) throw tooManyBytes(limits.bytes)
          yield chunk
        } else if (source.readableEnded) {
          return
        } else if (this.#failure !== undefined || this.#closed) {
          throw this.#failure ?? gone()
        } else {
          await this.#byte()
        }
      }
    } finally {
      source.off('readable', onReadable).off('end', onReadable).off('close', onClose).off('error', onError)
      if (!source.readableEnded && !source.destroyed) source.on('error', () => {}).resume()
    }
  }

  async #byte (): Promise<void> {
    const { idleMs } = this.limits
    const inTime = await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => { resolve(false) }, idleMs)
      this.#wake = () => { clearTimeout(timer); resolve(true) }
    })
    if (inTime) return
    const seconds = Math.ceil(idleMs / 1000)
    throw new Problem('request_timeout', {
      detail: { vi: `Không nhận được byte nào trong ${seconds} giây. Chưa có gì được ghi; hãy gửi lại.`, en: `Not a byte came in ${seconds} s. Nothing was done; send it again.` },
      headers: { connection: 'close' },
      extra: { limit: seconds }
    })
  }
}
