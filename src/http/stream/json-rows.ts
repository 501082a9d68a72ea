import { parseJsonText } from '../body.js'
import { invalidUtf8 } from '../encoding.js'
import { STREAM_LIMITS, type StreamLimits } from '../limits.js'
import { badRequest, bodyError, Problem, type FieldError } from '../problem.js'
import { pointerToken } from '../text.js'
import { malformedJson, tooManyRows } from './faults.js'
import { readObject, utf8 } from './json-object.js'
import { JsonScanner, type Parts } from './json-scanner.js'
import { BATCH, unreadable, type Chunks, type Row, type RowFile } from './rows.js'

export interface JsonRowFile extends RowFile {
  /** All members but the list, read as body.ts reads a body. Which there may be is the caller's business. */
  readonly members: Record<string, unknown>
  /** The faults of the fields beside the rows. */
  readonly faults: readonly FieldError[]
}

export type MemberCheck = (members: Record<string, unknown>) => FieldError[]

const isWellFormed = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function tooLong ({ lineBytes }: StreamLimits, pointer: string, vi: string, en: string): Problem {
  return new Problem('content_too_large', {
    detail: {
      vi: `${vi} không quá ${lineBytes} byte. Chưa có gì được ghi.`,
      en: `${en} at most ${lineBytes} bytes. Nothing was done.`
    },
    extra: { limit: lineBytes, pointer }
  })
}

/** Goes through the whole file; what is wrong with it, down to the last bracket, is thrown. */
class Survey implements Parts {
  count = 0
  lists = 0
  readonly #members: string[] = []
  #memberBytes = 0
  readonly scanner: JsonScanner

  constructor (readonly name: string, readonly limits: StreamLimits) {
    this.scanner = new JsonScanner(
      name, limits.lineBytes, this, part => part === 'in_item' ? this.#itemTooLong() : this.#membersTooLong()
    )
  }

  #itemTooLong (): Problem {
    const pointer = `${pointerToken(this.name)}/${this.count}`
    return tooLong(this.limits, pointer, `Phần tử ${pointer}`, `The item ${pointer} has`)
  }

  #membersTooLong (): Problem {
    return tooLong(
      this.limits, '', `Các trường ngoài “${this.name}” cộng lại`,
      `The members other than \`${this.name}\` have together`
    )
  }

  member (key: string, value: Buffer, offset: number): void {
    this.#memberBytes += key.length + value.length
    if (this.#memberBytes > this.limits.lineBytes) throw this.#membersTooLong()
    let text
    try {
      text = utf8.decode(value)
    } catch {
      throw malformedJson('', 'invalid_utf8', 'Nội dung không phải UTF-8 hợp lệ.', 'The body is not valid UTF-8.')
    }
    if (!isWellFormed(key) || !isWellFormed(text)) throw this.scanner.broken(offset)
    this.#members.push(`${key}:${text}`)
  }

  list (): void {
    if (this.lists++ > 0) throw this.#twice()
  }

  item (text: Buffer, offset: number): void {
    if (!isWellFormed(text.toString())) throw this.scanner.broken(offset)
    if (++this.count > this.limits.rows) throw tooManyRows(this.limits)
  }

  #twice (): Problem {
    return malformedJson(
      pointerToken(this.name), 'duplicate_key', 'Khóa này xuất hiện hai lần.', 'This key stands twice.'
    )
  }

  /** With all that is wrong with them where there are no rows to go on with. */
  members (check: MemberCheck): Pick<JsonRowFile, 'members' | 'faults'> {
    const { [this.name]: list, ...members } = parseJsonText(`{${this.#members.join(',')}}`)
    if (list !== undefined && this.lists > 0) throw this.#twice()
    const faults = check(members)
    const fault = this.#listFault(list)
    if (fault !== undefined) throw badRequest([...faults, fault])
    return { members, faults }
  }

  #listFault (other: unknown): FieldError | undefined {
    const pointer = pointerToken(this.name)
    if (other !== undefined) {
      return bodyError(pointer, 'wrong_type', 'Phải là danh sách [ … ].', 'Must be a list [ … ].')
    }
    if (this.lists === 0) return bodyError(pointer, 'required', 'Cần có trường này.', 'This field is required.')
    if (this.count === 0) return bodyError(pointer, 'too_few', 'Cần ít nhất 1 phần tử.', 'Needs at least 1 items.')
    return undefined
  }
}

function readItem (bytes: Buffer): Row {
  let text = bytes.toString()
  if (text.includes('\ufffd')) {
    try {
      text = utf8.decode(bytes)
    } catch {
      return unreadable(undefined, [invalidUtf8(bytes)])
    }
  }
  return readObject(text, text.length === bytes.length || text === text.normalize('NFC'), undefined)
}

async function * readRows (source: Chunks, name: string, limits: StreamLimits): AsyncGenerator<Row[]> {
  let rows: Row[] = []
  const scanner = new JsonScanner(
    name, limits.lineBytes, { member () {}, list () {}, item (text) { rows.push(readItem(text)) } },
    () => new Error('an item has grown')
  )
  for await (const chunk of source.chunks()) {
    // tiny items: many rows a chunk
    for (let at = 0; at < chunk.length; at += PIECE) {
      scanner.feed(chunk.subarray(at, at + PIECE))
      for (; rows.length > BATCH; rows = rows.slice(BATCH)) yield rows.slice(0, BATCH)
    }
    if (rows.length > 0) yield rows
    rows = []
  }
}

const PIECE = 64 * 1024

/**
 * `{ "mode": …, "rows": [ … ] }` of any length; the members may stand before and after the list. An item that is no
 * object is a row with problems; JSON that is broken anywhere breaks the whole, since nothing after it can be trusted.
 */
export async function openJsonRows (
  source: Chunks, limits: StreamLimits = STREAM_LIMITS, check: MemberCheck = () => [], name = 'rows'
): Promise<JsonRowFile> {
  const survey = new Survey(name, limits)
  for await (const chunk of source.chunks()) survey.scanner.feed(chunk)
  survey.scanner.finish()
  return { ...survey.members(check), count: survey.count, batches: () => readRows(source, name, limits) }
}
