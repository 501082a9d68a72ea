import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { badRequest, bodyError, parameterError, Problem, type FieldError } from '../problem.js'
import { withoutEndMark } from './end-mark.js'
import { lineTooLong, tooManyRows } from './faults.js'
import { utf8 } from './json-object.js'
import { wholeLines } from './lines.js'
import type { Chunks } from './rows.js'

export const DELIMITERS = [',', ';'] as const
export type Delimiter = typeof DELIMITERS[number]

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22

/** Records cut out of one text: where each begins and ends, without its line ending. */
export interface Records {
  text: string
  /** The delimiter that was asked for, or that the first line names. */
  delimiter: Delimiter
  /** The bytes are no UTF-8: `text` has one character a byte, and every record is to be decoded by itself. */
  isLatin: boolean
  starts: number[]
  ends: number[]
  lines: number[]
  faults: (FieldError | undefined)[]
}

const STRAY = bodyError('', 'stray_quote',
  'Dấu ngoặc kép nằm trong một ô không được bao bằng ngoặc kép; bao cả ô và viết đôi dấu ở trong ("").',
  'A quotation mark in a cell that is not quoted: quote the whole cell and double the marks in it ("").')
const AFTER = bodyError('', 'text_after_quote',
  'Có ký tự sau dấu ngoặc kép đóng ô; dấu ở trong ô phải viết đôi ("").',
  'Something follows the closing quotation mark of a cell; marks within are doubled ("").')

interface Ending { stop: number, fault: FieldError | undefined }

/**
 * The line feed (or end) that ends a record with quotation marks in it; undefined while a cell is open. What is wrong
 * ends with its line.
 */
function endOfRecord (text: string, from: number, delimiter: number): Ending | undefined {
  const untilLineEnd = (at: number, fault: FieldError): Ending => {
    const feed = text.indexOf('\n', at)
    return { stop: feed === -1 ? text.length : feed, fault }
  }
  for (let at = from; ; at++) {
    if (text.charCodeAt(at) === QUOTE) {
      let close = text.indexOf('"', at + 1)
      while (close !== -1 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2)
      if (close === -1) return undefined
      at = close + 1
    } else {
      for (; at < text.length; at++) {
        const char = text.charCodeAt(at)
        if (char === delimiter || char === LF) break
        if (char === QUOTE) return untilLineEnd(at, STRAY)
      }
    }
    const char = at < text.length ? text.charCodeAt(at) : LF
    if (char === delimiter) continue
    if (char === LF) return { stop: at, fault: undefined }
    if (char === CR && text.charCodeAt(at + 1) === LF) return { stop: at + 1, fault: undefined }
    return untilLineEnd(at, AFTER)
  }
}

/** The cells of a record without a fault. */
export function cellsOf (record: string, delimiter: Delimiter): string[] {
  if (!record.includes('"')) return record.split(delimiter)
  const cells: string[] = []
  for (let at = 0; ; at++) {
    let end: number
    if (record.charCodeAt(at) === QUOTE) {
      let close = record.indexOf('"', at + 1)
      const isPlain = record.charCodeAt(close + 1) !== QUOTE
      while (record.charCodeAt(close + 1) === QUOTE) close = record.indexOf('"', close + 2)
      const text = record.slice(at + 1, close)
      cells.push(isPlain ? text : text.replaceAll('""', '"'))
      end = close + 1
    } else {
      end = record.indexOf(delimiter, at)
      if (end === -1) end = record.length
      cells.push(record.slice(at, end))
    }
    if (end === record.length) return cells
    at = end
  }
}

function countLines (text: string, from: number, to: number): number {
  let lines = 0
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/**
 * Nothing but delimiters, and cells that are empty between quotation marks. A record of figures is known by its first
 * character.
 */
function isBlank (text: string, from: number, to: number, delimiter: number): boolean {
  let isStart = true
  for (let at = from; at < to; at++) {
    const char = text.charCodeAt(at)
    if (char === delimiter) isStart = true
    else if (isStart && char === QUOTE && text.charCodeAt(at + 1) === QUOTE &&
      text.charCodeAt(at + 2) !== QUOTE) { isStart = false; at++ } else return false
  }
  return true
}

/**
 * Cuts what is whole; says where the rest begins, and on which line. Empty lines, and records whose cells are all
 * empty, are no records.
 */
function cut (
  text: string, isLatin: boolean, firstLine: number, mark: Delimiter
): { records: Records, rest: number, line: number } {
  const records: Records = { text, delimiter: mark, isLatin, starts: [], ends: [], lines: [], faults: [] }
  const delimiter = mark.charCodeAt(0)
  let line = firstLine
  let at = 0
  let quote = text.indexOf('"')
  while (at < text.length) {
    let feed = text.indexOf('\n', at)
    if (feed === -1) feed = text.length
    if (quote !== -1 && quote < at) quote = text.indexOf('"', at)
    let stop = feed
    let fault: FieldError | undefined
    if (quote !== -1 && quote < feed) {
      const ending = endOfRecord(text, at, delimiter)
      if (ending === undefined) break
      ({ stop, fault } = ending)
    }
    const end = stop < text.length && stop > at && text.charCodeAt(stop - 1) === CR ? stop - 1 : stop
    if (end > at && !isBlank(text, at, end, delimiter)) {
      records.starts.push(at)
      records.ends.push(end)
      records.lines.push(line)
      records.faults.push(fault)
    }
    line += stop === feed ? 1 : 1 + countLines(text, at, stop)
    at = stop + 1
  }
  return { records, rest: at, line }
}

function toText (bytes: Buffer): { text: string, isLatin: boolean } {
  try {
    return { text: utf8.decode(bytes), isLatin: false }
  } catch {
    return { text: bytes.toString('latin1'), isLatin: true }
  }
}

function isLonger ({ text, isLatin, starts, ends }: Records, index: number, bytes: number): boolean {
  const [start, end] = [starts[index]!, ends[index]!]
  if (end - start > bytes) return true
  return !isLatin && 3 * (end - start) > bytes && Buffer.byteLength(text.slice(start, end)) > bytes
}

/** `sep=;`, by which a spreadsheet is told the delimiter, with the delimiters of cells that are empty. */
const SEPARATOR = /^"?sep=(.)"?\1*\r?\n/i
const LONGEST_SEPARATOR = 200

/**
 * The delimiter that the first line says, and how many bytes that line has. @throws Problem where it is none, or not
 * the one that was asked for
 */
function separatorOf (bytes: Buffer, asked: Delimiter | undefined): { delimiter: Delimiter, length: number } {
  const found = SEPARATOR.exec(bytes.toString('latin1', 0, LONGEST_SEPARATOR))
  if (found === null) return { delimiter: asked ?? ',', length: 0 }
  const delimiter = DELIMITERS.find(one => one === found[1])
  if (delimiter === undefined) {
    throw badRequest([bodyError('', 'unknown_delimiter',
      'Dòng đầu nêu một dấu phân cách không được nhận; hãy dùng “sep=,” hoặc “sep=;”.',
      'The first line names a delimiter that is not taken: write `sep=,` or `sep=;`.')])
  }
  if (asked !== undefined && asked !== delimiter) {
    throw badRequest([parameterError('delimiter', 'contradiction',
      `“delimiter” là “${asked}”, nhưng dòng đầu của tệp ghi “sep=${delimiter}”.`,
      `\`delimiter\` is "${asked}", but the first line of the file says "sep=${delimiter}".`)])
  }
  return { delimiter, length: found[0].length }
}

/**
 * All records of a file, the header among them. Throws what breaks the file: a limit, or a cell that is never closed.
 */
export async function * csvRecords (
  source: Chunks, asked: Delimiter | undefined, limits: StreamLimits = STREAM_LIMITS
): AsyncGenerator<Records> {
  let delimiter = asked ?? ','
  let line = 1
  let count = 0
  let begun: Buffer | undefined
  let isFirst = true
  for await (const block of wholeLines(
    withoutEndMark(source.chunks(), limits.lineBytes), limits.lineBytes, () => lineTooLong(limits, line)
  )) {
    let bytes = begun === undefined ? block : Buffer.concat([begun, block])
    if (isFirst) {
      // the mark that spreadsheets put in front
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
      const separator = separatorOf(bytes, asked)
      delimiter = separator.delimiter
      if (separator.length > 0) {
        bytes = bytes.subarray(separator.length)
        line = 2
      }
      isFirst = false
    }
    const { text, isLatin } = toText(bytes)
    const { records, rest, line: next } = cut(text, isLatin, line, delimiter)
    for (let i = 0; i < records.starts.length; i++) {
      if (isLonger(records, i, limits.lineBytes)) {
        throw lineTooLong(limits, records.lines[i]!)
      }
    }
    count += records.starts.length
    if (count > limits.rows + 1) throw tooManyRows(limits)
    line = next
    yield records
    begun = undefined
    if (rest < text.length) {
      const tail = isLatin ? bytes.subarray(rest) : bytes.subarray(bytes.length - Buffer.byteLength(text.slice(rest)))
      begun = Buffer.from(tail)
      if (begun.length > limits.lineBytes) throw lineTooLong(limits, line)
    }
  }
  if (begun !== undefined) {
    throw new Problem('invalid_request', {
      errors: badRequest([bodyError('', 'quote_not_closed',
        `Ô bắt đầu ở bản ghi tại dòng ${line} không có dấu ngoặc kép đóng (bị cắt giữa chừng?). Chưa có gì được ghi.`,
        `A cell of the record in line ${line} is never closed by a quotation mark (cut short?). Nothing was ` +
        'done.')]).errors,
      extra: { line }
    })
  }
}
