import { createHash, randomUUID } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { abandoned } from '../../db/abandon.js'
import { parameterError, Problem } from '../problem.js'
import type { Coding } from './coding.js'
import { refuseBomb, tooManyBytes } from './faults.js'
import { ownPace } from './own-pace.js'
import { Receiver } from './receiver.js'

/** A body that has arrived whole. */
export interface Spool {
  /** Decoded. */
  readonly bytes: number
  /** Of the decoded bytes, in hex. */
  readonly sha256: string
  /** From the first byte, as often as wanted. A chunk lasts until the next one is asked for: keep copies. */
  chunks (): AsyncIterable<Buffer>
  /** So many bytes from a place on, which must be within the body. It lasts until the spool is closed. */
  read (position: number, length: number): Promise<Buffer>
  /** From now on it is read to its end whether its sender waits for that or not. */
  keep (): void
  /** Frees memory and file; again does nothing. */
  close (): Promise<void>
}

type File = Pick<FileHandle, 'read' | 'write' | 'close'>

export interface SpoolOptions {
  limits?: StreamLimits
  coding?: Coding
  /** Content-Length, where it was sent: what is too large is refused before it is read. */
  announced?: number | undefined
  /** Whether its sender has gone: until it is kept, nothing more is done with it then. */
  isGone?: (() => boolean) | undefined
  /** Waits until the next step of unpacking may be done, and gives back what ends it. */
  turn?: (() => Promise<() => void>) | undefined
  /** Tests run out of disk. */
  openFile?: () => Promise<File>
}

const SMALLEST = 16 * 1024
/** Unpacked in one step: at the largest ratio it becomes 3 MiB, in hundredths of a second. */
const STEP = 16 * 1024
/** Read back in pieces of this size. */
const PIECE = 256 * 1024

/** Nobody else can open it, and it is gone with the process however that ends. */
async function openUnnamed (): Promise<File> {
  const path = join(tmpdir(), `registry-spool-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await unlink(path)
  } catch (error) {
    await file.close()
    throw error
  }
  return file
}

/** The disk is full or away, which says nothing of the request. */
async function onDisk<T> (work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new Problem('unavailable', {
      detail: {
        vi: 'Máy chủ không lưu tạm được nội dung. Chưa có gì được ghi; hãy gửi lại sau.',
        en: 'The server could not keep the body for now. Nothing was done; send it again later.'
      },
      headers: { 'retry-after': '30', connection: 'close' },
      cause
    })
  }
}

/**
 * One block of memory that becomes the write buffer of a file when it is full. Written first, then finished, then read.
 */
export class Store implements Spool {
  bytes = 0
  sha256 = ''
  #block: Buffer
  #used = 0
  #file: File | undefined
  #closed = false
  readonly #hash = createHash('sha256')

  #isGone: () => boolean

  constructor (
    readonly limits: StreamLimits, readonly openFile: () => Promise<File> = openUnnamed,
    isGone: () => boolean = () => false
  ) {
    this.#isGone = isGone
    this.#block = Buffer.allocUnsafe(Math.min(SMALLEST, limits.memoryBytes))
  }

  keep (): void { this.#isGone = () => false }

  /** @throws as of a lost connection where its sender has gone */
  #heed (): void { if (this.#isGone()) throw abandoned() }

  async write (chunk: Buffer): Promise<void> {
    this.#heed()
    this.bytes += chunk.length
    if (this.bytes > this.limits.bytes) throw tooManyBytes(this.limits.bytes)
    this.#hash.update(chunk)
    for (let at = 0; at < chunk.length;) {
      if (this.#used === this.#block.length) await this.#makeRoom()
      const copied = chunk.copy(this.#block, this.#used, at)
      this.#used += copied
      at += copied
    }
  }

  async #makeRoom (): Promise<void> {
    const { memoryBytes } = this.limits
    if (this.#block.length >= memoryBytes) return await this.#flush()
    const larger = Buffer.allocUnsafe(Math.min(2 * this.#block.length, memoryBytes))
    this.#block.copy(larger)
    this.#block = larger
  }

  async #flush (): Promise<void> {
    await onDisk(async () => {
      this.#file ??= await this.openFile()
      for (let at = 0; at < this.#used;) at += (await this.#file.write(this.#block, at, this.#used - at)).bytesWritten
    })
    this.#used = 0
  }

  async finish (): Promise<Spool> {
    if (this.#file !== undefined) {
      await this.#flush()
      this.#block = Buffer.alloc(0)
    }
    this.sha256 = this.#hash.digest('hex')
    return this
  }

  async * chunks (): AsyncGenerator<Buffer> {
    if (this.#closed) throw new Error('this spool is closed')
    this.#heed()
    if (this.#file === undefined) {
      if (this.#used > 0) yield this.#block.subarray(0, this.#used)
      return
    }
    const piece = Buffer.allocUnsafeSlow(PIECE)
    for (let position = 0; position < this.bytes;) {
      this.#heed()
      const { bytesRead } = await onDisk(() =>
        this.#file!.read(piece, 0, Math.min(PIECE, this.bytes - position), position))
      if (bytesRead === 0) throw new Error('the spool file is shorter than what was written')
      position += bytesRead
      yield piece.subarray(0, bytesRead)
    }
  }

  async read (position: number, length: number): Promise<Buffer> {
    if (this.#closed) throw new Error('this spool is closed')
    this.#heed()
    if (this.#file === undefined) return this.#block.subarray(position, position + length)
    const bytes = Buffer.allocUnsafeSlow(length)
    for (let at = 0; at < length;) {
      const { bytesRead } = await onDisk(() => this.#file!.read(bytes, at, length - at, position + at))
      if (bytesRead === 0) throw new Error('the spool file is shorter than what was written')
      at += bytesRead
    }
    return bytes
  }

  async close (): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#block = Buffer.alloc(0)
    await this.#file?.close()
  }
}

function damaged (coding: Coding, cause?: unknown): Problem {
  return new Problem('invalid_request', {
    errors: [parameterError('Content-Encoding', 'damaged_coding',
      `Nội dung không phải là một luồng ${coding} trọn vẹn: bị cắt giữa chừng, hỏng, hoặc có thừa ở cuối. Chưa có gì ` +
      'được ghi.',
      `The body is not one whole ${coding} stream: cut short, damaged, or followed by something else. Nothing was ` +
      'done.')],
    headers: { connection: 'close' },
    cause
  })
}

/** A chunk that unpacks to a thousand is unpacked piece by piece, each counted and stored before the next. */
async function decode (
  receiver: Receiver, coding: 'gzip' | 'br', store: Store, turn: NonNullable<SpoolOptions['turn']>
): Promise<void> {
  const options = { chunkSize: 64 * 1024 }
  const decoder = coding === 'gzip' ? createGunzip(options) : createBrotliDecompress(options)
  let isOver = false
  let proceed: () => void = () => {}
  const stored = (async () => {
    try {
      for await (const chunk of decoder) {
        await store.write(chunk as Buffer)
        refuseBomb(store.limits, store.bytes, receiver.bytes)
      }
    } finally {
      isOver = true
      receiver.stop() // which may be waiting for a byte that nobody wants any more
      proceed()
    }
  })()
  const over = stored.catch(() => {})
  try {
    for await (const chunk of receiver) {
      for (let at = 0; at < chunk.length; at += STEP) {
        if (isOver) break
        const end = await turn()
        // not a pipeline: at what follows the end of its stream zlib stops, and answers no write any more
        await new Promise<void>(resolve => {
          proceed = resolve
          if (isOver) resolve()
          else decoder.write(chunk.subarray(at, at + STEP), () => { resolve() })
        })
        end()
      }
      if (isOver) break
    }
    if (!isOver) decoder.end()
  } catch (error) {
    decoder.destroy()
    await over
    throw error
  }
  try {
    await stored
  } catch (error) {
    throw error instanceof Problem || (error as NodeJS.ErrnoException).code === 'ECONNRESET'
      ? error
      : damaged(coding, error)
  }
  if (decoder.bytesWritten !== receiver.bytes || !receiver.source.readableEnded) throw damaged(coding)
}

/**
 * Reads a request's body to its end, decoded, as fast as it can be kept, before anything is done with it. Whatever is
 * wrong with the body or the line is thrown, everything is freed, and nothing has happened. Close what it returns.
 */
export async function spool (source: Readable, options: SpoolOptions = {}): Promise<Spool> {
  const {
    limits = STREAM_LIMITS, coding = 'identity', announced = 0, openFile = openUnnamed, isGone,
    turn = async () => () => {}
  } = options
  const receiver = new Receiver(source, limits)
  const store = new Store(limits, openFile, isGone)
  ownPace.begin(source)
  try {
    if (announced > limits.bytes) receiver.refuse()
    if (coding === 'identity') for await (const chunk of receiver) await store.write(chunk)
    else await decode(receiver, coding, store, turn)
    return await store.finish()
  } catch (error) {
    await store.close()
    throw error
  } finally {
    ownPace.end(source)
  }
}
