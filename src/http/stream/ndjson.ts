import { invalidUtf8 } from '../encoding.js'
import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { withoutEndMark } from './end-mark.js'
import { lineTooLong, malformedJson, noRows, tooManyRows } from './faults.js'
import { readObject, utf8 } from './json-object.js'
import { wholeLines } from './lines.js'
import { BATCH, unreadable, type Chunks, type Row, type RowFile } from './rows.js'
import { isSound } from '../text.js'

const LF = 0x0a
const CR = 0x0d

/** Nothing but what JSON takes for space. */
function isBlank (bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false
  }
  return true
}

function hasMark (bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

async function countRows (source: Chunks, limits: StreamLimits): Promise<number> {
  let line = 1
  let rows = 0
  for await (const block of wholeLines(
    withoutEndMark(source.chunks(), limits.lineBytes), limits.lineBytes, () => lineTooLong(limits, line)
  )) {
    if (line === 1 && hasMark(block)) {
      throw malformedJson('', 'byte_order_mark', 'Bỏ dấu BOM ở đầu nội dung.', 'Leave out the byte order mark.')
    }
    for (let at = 0; at < block.length; line++) {
      const feed = block.indexOf(LF, at)
      const end = feed === -1 ? block.length : feed
      if (end - at > limits.lineBytes) throw lineTooLong(limits, line)
      if (!isBlank(block, at, end) && ++rows > limits.rows) throw tooManyRows(limits)
      at = end + 1
    }
  }
  if (line === 1) {
    throw malformedJson(
      '', 'empty_body', 'Nội dung rỗng; cần mỗi dòng một đối tượng JSON.',
      'The body is empty; a JSON object a line is needed.'
    )
  }
  if (rows === 0) throw noRows()
  return rows
}

/** The lines of a block that is UTF-8 as a whole: decoded and compared once. */
function * linesOfText (text: string, from: number): Generator<Row> {
  const isPlain = isSound(text)
  let line = from
  for (let at = 0; at < text.length; line++) {
    const feed = text.indexOf('\n', at)
    const end = feed === -1 ? text.length : feed
    const row = text.slice(at, end)
    // a row begins with its brace, nearly always
    if (text.charCodeAt(at) === 0x7b || !/^[ \t\r]*$/.test(row)) yield readObject(row, isPlain, line)
    at = end + 1
  }
}

function * linesOfBytes (block: Buffer, from: number): Generator<Row> {
  let line = from
  for (let at = 0; at < block.length; line++) {
    const feed = block.indexOf(LF, at)
    const end = feed === -1 ? block.length : feed
    if (!isBlank(block, at, end)) {
      const bytes = block.subarray(at, end)
      const text = decoded(bytes)
      yield text === undefined ? unreadable(line, [invalidUtf8(bytes)]) : readObject(text, false, line)
    }
    at = end + 1
  }
}

function decoded (bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

async function * readRows (source: Chunks, limits: StreamLimits): AsyncGenerator<Row[]> {
  let line = 1
  for await (const block of wholeLines(
    withoutEndMark(source.chunks(), limits.lineBytes), limits.lineBytes, () => lineTooLong(limits, line)
  )) {
    const text = decoded(block)
    let batch: Row[] = []
    for (const row of text === undefined ? linesOfBytes(block, line) : linesOfText(text, line)) {
      batch.push(row)
      if (batch.length === BATCH) {
        yield batch
        batch = []
      }
    }
    if (batch.length > 0) yield batch
    for (let at = block.indexOf(LF); at !== -1; at = block.indexOf(LF, at + 1)) line++
  }
}

/**
 * One JSON object a line; lines end in LF or CRLF, the last one perhaps in nothing; blank ones are counted as lines and
 * passed over. A line that is no object is a row with problems. Throws what is wrong with the whole, before any row.
 */
export async function openNdjson (source: Chunks, limits: StreamLimits = STREAM_LIMITS): Promise<RowFile> {
  const count = await countRows(source, limits)
  return { count, batches: () => readRows(source, limits) }
}
