import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { RandomAccessReader, fromRandomAccessReaderPromise, type Entry, type ZipFile } from 'yauzl'
import type { StreamLimits } from '../limits.js'
import { Problem } from '../problem.js'
import { refuseBomb } from '../stream/faults.js'
import type { Spool } from '../stream/spool.js'
import { damaged, damagedPart, tooMuch, workbookFault } from './faults.js'
import { encrypted, otherZip, refuseOtherKinds } from './kinds.js'

/** Parts that a workbook may have: each sheet, table and picture is one or two. */
const MOST_PARTS = 10_000
const PIECE = 64 * 1024

class SpoolReader extends RandomAccessReader {
  constructor (readonly spool: Spool) { super() }

  override _readStreamForRange (start: number, end: number): Readable {
    const { spool } = this
    return Readable.from((async function * () {
      for (let at = start; at < end; at += PIECE) yield await spool.read(at, Math.min(PIECE, end - at))
    })(), { objectMode: false, highWaterMark: PIECE })
  }
}

/**
 * The parts of a workbook: files in a zip, of which a directory at the end says where they are. A part is unpacked
 * while it is read, and never kept.
 */
export class Package {
  /**
   * The parts that have been read, and what they have unpacked; what the directory says of it is held to in reading.
   */
  readonly #opened = new Set<Entry>()
  #unpacked = 0

  private constructor (
    readonly zip: ZipFile, readonly bytes: number, readonly limits: StreamLimits, readonly entries: ReadonlyMap<string,
    Entry>
  ) {}

  /** @throws Problem where the file is something else, protected, with macros, or no sound zip */
  static async open (spool: Spool, limits: StreamLimits): Promise<Package> {
    await refuseOtherKinds(spool)
    const entries = new Map<string, Entry>()
    const zip = await sound(async () => {
      const found = await fromRandomAccessReaderPromise(new SpoolReader(spool), spool.bytes, { autoClose: false })
      for await (const entry of found.eachEntry()) {
        if (entries.size === MOST_PARTS) throw tooManyParts()
        const name = nameOf(entry.fileName)
        if (entries.has(name)) throw damagedPart(name)
        entries.set(name, entry)
      }
      return found
    })
    if (entries.has('encryptedpackage') || [...entries.values()].some(entry => entry.isEncrypted())) throw encrypted()
    if (!entries.has('[content_types].xml') || !entries.has('_rels/.rels')) throw otherZip(entries.keys())
    if ([...entries.keys()].some(name => name.endsWith('vbaproject.bin'))) throw withMacros()
    return new Package(zip, spool.bytes, limits, entries)
  }

  has (part: string): boolean { return this.entries.has(nameOf(part)) }

  /** The text of a part, in pieces. @throws Problem where it is not there, damaged, or too large */
  async * read (part: string): AsyncGenerator<string> {
    const entry = this.entries.get(nameOf(part))
    if (entry === undefined) throw damagedPart(part)
    this.#count(entry)
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const decode = (bytes?: Buffer) => {
      try {
        return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
      } catch (cause) {
        throw damagedPart(part, cause)
      }
    }
    const stream = await sound(() => this.zip.openReadStreamPromise(entry), part)
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    let sum = 0
    try {
      for (;;) {
        const { value, done } = await sound(() => pieces.next(), part)
        if (done === true) break
        sum = crc32(value, sum)
        yield decode(value)
      }
      if (sum !== entry.crc32) throw damagedPart(part)
      const rest = decode()
      if (rest !== '') yield rest
    } finally {
      stream.destroy()
    }
  }

  #count (entry: Entry): void {
    if (this.#opened.has(entry)) return
    this.#opened.add(entry)
    this.#unpacked += entry.uncompressedSize
    refuseBomb(this.limits, this.#unpacked, this.bytes)
    const { bytes } = this.limits
    if (this.#unpacked <= bytes) return
    throw tooMuch(bytes, `Nội dung sổ làm việc sau giải nén không quá ${bytes} byte.`,
      `What a workbook has unpacked is at most ${bytes} bytes.`)
  }
}

/** Names of parts are the same in capitals. */
const nameOf = (part: string): string => part.replace(/^\//, '').toLowerCase()

/** What a zip and its coding say of themselves, as a problem; what happens to the disk is one already. */
async function sound<T> (work: () => Promise<T>, part?: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem) throw error
    if (part !== undefined) throw damagedPart(part, error)
    throw damaged('tệp nén (zip) không trọn vẹn', 'it is no complete zip', error)
  }
}

function tooManyParts (): Problem {
  return tooMuch(
    MOST_PARTS, `Một sổ làm việc có nhiều nhất ${MOST_PARTS} phần.`, `A workbook has at most ${MOST_PARTS} parts.`
  )
}

function withMacros (): Problem {
  return workbookFault('macro_workbook',
    'Sổ làm việc có macro (.xlsm); hãy lưu lại ở dạng “Excel Workbook (*.xlsx)”, không có macro.',
    'The workbook has macros (.xlsm): save it as "Excel Workbook (*.xlsx)", without them.')
}
