import type { Readable } from 'node:stream'
import type { StreamLimits } from '../limits.js'
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
  readonly #began = performance.now()

  constructor (
    readonly source: Readable, readonly limits: Pick<StreamLimits, 'bytes' | 'idleMs' | 'patienceMs' | 'bytesPerSecond'>
  ) {}

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
    const { idleMs, patienceMs, bytesPerSecond } = this.limits
    const allowedMs = this.#began + patienceMs + this.bytes / bytesPerSecond * 1_000 - performance.now()
    const inTime = await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => { resolve(false) }, Math.min(idleMs, Math.max(0, allowedMs)))
      this.#wake = () => { clearTimeout(timer); resolve(true) }
    })
    if (inTime) return
    if (allowedMs < idleMs) throw tooSlow(bytesPerSecond)
    const seconds = Math.ceil(idleMs / 1000)
    throw new Problem('request_timeout', {
      detail: {
        vi: `Không nhận được byte nào trong ${seconds} giây. Chưa có gì được ghi; hãy gửi lại.`,
        en: `Not a byte came in ${seconds} s. Nothing was done; send it again.`
      },
      headers: { connection: 'close' },
      extra: { limit: seconds }
    })
  }
}

function tooSlow (bytesPerSecond: number): Problem {
  return new Problem('request_timeout', {
    detail: {
      vi: `Nội dung đến chậm hơn ${bytesPerSecond} byte một giây. Chưa có gì được ghi; hãy gửi lại.`,
      en: `The body came at less than ${bytesPerSecond} bytes a second. Nothing was done; send it again.`
    },
    headers: { connection: 'close' },
    extra: { bytesPerSecond }
  })
}
