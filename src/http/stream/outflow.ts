import { Readable } from 'node:stream'

/** The reader took nothing for too long. */
export class Stalled extends Error {
  override readonly name = 'Stalled'
}

export interface Outflow {
  /** Generated one at a time, when there is room for the next. */
  pieces: AsyncIterator<string | Buffer>
  /** Read ahead, so that what fails at once fails before there is an answer. */
  first: IteratorResult<string | Buffer, unknown>
  /** Milliseconds in which the one who reads must take a piece. */
  stallMs: number
  /**
   * Once, as soon as nothing more is read: `busy` while a piece was still being waited for, `error` where it was cut
   * off.
   */
  close (end: { busy: boolean, error: Error | undefined }): Promise<void>
}

/** Pieces of text at the pace of the one who reads: at most two are held, and who reads nothing is not waited for. */
export class OutflowStream extends Readable {
  readonly #outflow: Outflow
  #first: IteratorResult<string | Buffer, unknown> | undefined
  #timer: NodeJS.Timeout | undefined
  #busy = false
  #closed = false

  constructor (outflow: Outflow) {
    super({ highWaterMark: 1 })
    this.#outflow = outflow
    this.#first = outflow.first
    this.#watch()
  }

  override _read (): void {
    this.#next().then(piece => {
      if (!this.destroyed) this.push(piece)
    }, (error: Error) => { this.destroy(error) })
  }

  async #next (): Promise<string | Buffer | null> {
    const { done, value } = await this.#piece()
    this.#watch()
    if (done !== true) return value as string | Buffer
    await this.#close(undefined)
    return null
  }

  async #piece (): Promise<IteratorResult<string | Buffer, unknown>> {
    const first = this.#first
    this.#first = undefined
    if (first !== undefined) return first
    this.#busy = true
    try {
      return await this.#outflow.pieces.next()
    } finally {
      this.#busy = false
    }
  }

  #watch (): void {
    clearTimeout(this.#timer)
    if (this.destroyed) return
    this.#timer = setTimeout(() => {
      // what takes long here is not the reader's fault, and has time limits of its own
      if (this.#busy) this.#watch()
      else this.destroy(new Stalled(`nothing was taken in ${this.#outflow.stallMs} ms`))
    }, this.#outflow.stallMs)
  }

  override _destroy (error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#close(error ?? undefined).then(() => { callback(error) }, (failure: Error) => { callback(error ?? failure) })
  }

  async #close (error: Error | undefined): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#outflow.close({ busy: this.#busy, error })
  }
}
