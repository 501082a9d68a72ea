import { Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

/** A file of an archive, whose content is made while it is written. */
export interface ZipEntry { readonly name: string, readonly content: AsyncIterable<string> | Iterable<string> }

interface Written { name: Buffer, crc: number, packed: number, size: number, at: number }

/** What the fields of an archive without the extension ZIP64 can say. */
const MOST = 0xffff_ffff
/** Sizes follow the content, since they are not known before; names are UTF-8. */
const FLAGS = 0x0808
const DEFLATE = 8
/** 1 January 1980: the same content is the same bytes. */
const DATE = 0x0021
const VERSION = 20

/** Beyond 4 GiB, which would need an extension that not every reader has. */
export class ArchiveTooLarge extends Error {
  override readonly name = 'ArchiveTooLarge'
}

/** An archive, piece by piece: it holds no more of it than what is being packed, and a line for each file. */
export async function * zip (entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer, undefined> {
  const written: Written[] = []
  let offset = 0
  for await (const { name, content } of entries) {
    const entry: Written = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, at: offset }
    const local = Buffer.concat([localHeader(entry), entry.name])
    yield local
    for await (const piece of packed(content, entry)) yield piece
    offset = within(offset + local.length + entry.packed + DESCRIPTOR)
    yield descriptor(entry)
    written.push(entry)
  }
  const directory = Buffer.concat(written.flatMap(entry => [centralHeader(entry), entry.name]))
  within(offset + directory.length)
  yield Buffer.concat([directory, endOf(written.length, directory.length, offset)])
}

async function * packed (content: ZipEntry['content'], entry: Written): AsyncGenerator<Buffer, undefined> {
  async function * counted () {
    for await (const piece of content) {
      const bytes = Buffer.from(piece)
      entry.crc = crc32(bytes, entry.crc)
      entry.size = within(entry.size + bytes.length)
      yield bytes
    }
  }
  const source = Readable.from(counted(), { highWaterMark: 1 })
  const deflate = createDeflateRaw()
  source.on('error', error => { deflate.destroy(error) })
  source.pipe(deflate)
  try {
    for await (const piece of deflate as AsyncIterable<Buffer>) {
      entry.packed = within(entry.packed + piece.length)
      yield piece
    }
  } finally {
    source.destroy()
    deflate.destroy()
  }
}

function within (bytes: number): number {
  if (bytes > MOST) throw new ArchiveTooLarge('a workbook may have 4 GiB')
  return bytes
}

function localHeader ({ name }: Written): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x0403_4b50, 0)
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(FLAGS, 6)
  header.writeUInt16LE(DEFLATE, 8)
  header.writeUInt16LE(DATE, 12)
  header.writeUInt16LE(name.length, 26)
  return header
}

const DESCRIPTOR = 16

function descriptor ({ crc, packed, size }: Written): Buffer {
  const bytes = Buffer.alloc(DESCRIPTOR)
  bytes.writeUInt32LE(0x0807_4b50, 0)
  bytes.writeUInt32LE(crc, 4)
  bytes.writeUInt32LE(packed, 8)
  bytes.writeUInt32LE(size, 12)
  return bytes
}

function centralHeader ({ name, crc, packed, size, at }: Written): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x0201_4b50, 0)
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(VERSION, 6)
  header.writeUInt16LE(FLAGS, 8)
  header.writeUInt16LE(DEFLATE, 10)
  header.writeUInt16LE(DATE, 14)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(packed, 20)
  header.writeUInt32LE(size, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(at, 42)
  return header
}

function endOf (count: number, size: number, at: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return end
}
