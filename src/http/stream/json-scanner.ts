import { malformedJson } from './faults.js'

type State = 'start' | 'first_key' | 'key' | 'in_key' | 'colon' | 'value' | 'in_value' | 'after_value' | 'first_item' |
  'item' | 'in_item' | 'end'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

export interface Parts {
  /** A member other than the list; both as they are written. The key is a whole JSON string. */
  member (key: string, value: Buffer, offset: number): void
  /** The list begins. */
  list (): void
  /** One item as it is written, perhaps with space around it; it lasts as long as the chunk. */
  item (text: Buffer, offset: number): void
}

/**
 * Cuts `{ "a": …, "rows": [ …, … ], "b": … }` into members and items as its bytes come by. What stands inside of those
 * is not looked at beyond brackets and strings: whoever parses them finds what is wrong there.
 */
export class JsonScanner {
  #state: State = 'start'
  /** Bytes of earlier chunks. */
  #before = 0
  /** Of a key, value or item that began in an earlier chunk. */
  #begun: Buffer[] = []
  #begunBytes = 0
  #offset = 0
  #depth = 0
  #inString = false
  #escaped = false
  #key = ''

  constructor (
    readonly listKey: string, readonly partBytes: number, readonly parts: Parts,
    readonly tooLong: (what: 'in_key' | 'in_value' | 'in_item') => Error
  ) {}

  feed (chunk: Buffer): void {
    let from = 0
    let i = 0
    while (i < chunk.length) {
      const byte = chunk[i]!
      switch (this.#state) {
        case 'in_key': {
          i = this.#endOfString(chunk, i)
          if (this.#inString) break
          this.#key = this.#part(chunk, from, i).toString()
          this.#state = 'colon'
          break
        }
        case 'in_value': case 'in_item': {
          i = this.#endOfValue(chunk, i)
          if (i === chunk.length) break
          const part = this.#part(chunk, from, i)
          if (this.#state === 'in_item') {
            if (chunk[i] === CLOSE_OBJECT) throw this.broken(this.#before + i)
            this.parts.item(part, this.#offset)
            this.#state = chunk[i] === COMMA ? 'item' : 'after_value'
            i++
          } else {
            if (chunk[i] === CLOSE_LIST) throw this.broken(this.#before + i)
            this.parts.member(this.#key, part, this.#offset)
            this.#state = 'after_value'
          }
          break
        }
        default:
          if (isSpace(byte)) {
            i++
          } else {
            this.#step(byte, this.#before + i)
            from = i
            // a value begins with the byte that says so
            if (!this.#isInValue()) i++
          }
      }
    }
    if (this.#state === 'in_key' || this.#state === 'in_value' || this.#state === 'in_item') {
      const part = chunk.subarray(this.#begun.length === 0 ? from : 0)
      this.#begunBytes += part.length
      if (this.#begunBytes > this.partBytes) throw this.tooLong(this.#state)
      this.#begun.push(Buffer.from(part))
    }
    this.#before += chunk.length
  }

  finish (): void {
    if (this.#before === 0 || this.#state === 'start') {
      throw malformedJson(
        '', 'empty_body', 'Nội dung rỗng; cần một đối tượng JSON.', 'The body is empty; a JSON object is needed.'
      )
    }
    if (this.#state !== 'end') throw this.broken(this.#before)
  }

  broken (offset: number): Error {
    return malformedJson('', 'not_json',
      `Không phải JSON hợp lệ: lỗi ở byte thứ ${offset} (bị cắt giữa chừng?). Chưa có gì được ghi.`,
      `Not valid JSON: an error at byte ${offset} (cut short?). Nothing was done.`, { offset })
  }

  #isInValue (): boolean {
    return this.#state === 'in_value' || this.#state === 'in_item'
  }

  /** Between the parts: the next byte that is no space. */
  #step (byte: number, offset: number): void {
    switch (this.#state) {
      case 'start':
        if (byte === 0xef && offset === 0) {
          throw malformedJson('', 'byte_order_mark', 'Bỏ dấu BOM ở đầu nội dung.', 'Leave out the byte order mark.')
        }
        if (byte !== OPEN_OBJECT) {
          throw malformedJson(
            '', 'not_an_object', 'Ngoài cùng phải là một đối tượng { … }.', 'The top must be an object { … }.'
          )
        }
        this.#state = 'first_key'
        return
      case 'first_key': case 'key':
        if (byte === CLOSE_OBJECT && this.#state === 'first_key') this.#state = 'end'
        else if (byte === QUOTE) { this.#begin('in_key', offset); this.#inString = true } else throw this.broken(offset)
        return
      case 'colon':
        if (byte !== 0x3a) throw this.broken(offset)
        this.#state = 'value'
        return
      case 'value':
        if (byte === OPEN_LIST && this.#isList(offset)) {
          this.#state = 'first_item'
          this.parts.list()
        } else {
          this.#begin('in_value', offset)
        }
        return
      case 'first_item': case 'item':
        if (byte !== CLOSE_LIST) this.#begin('in_item', offset)
        else if (this.#state === 'first_item') this.#state = 'after_value'
        else throw this.broken(offset)
        return
      case 'after_value':
        if (byte !== COMMA && byte !== CLOSE_OBJECT) throw this.broken(offset)
        this.#state = byte === COMMA ? 'key' : 'end'
        return
      default:
        throw this.broken(offset)
    }
  }

  #isList (offset: number): boolean {
    try {
      return JSON.parse(this.#key) === this.listKey
    } catch {
      throw this.broken(offset)
    }
  }

  #begin (state: 'in_key' | 'in_value' | 'in_item', offset: number): void {
    this.#state = state
    this.#offset = offset
    this.#depth = 0
  }

  /** What began earlier, and this chunk's end of it. */
  #part (chunk: Buffer, from: number, to: number): Buffer {
    if (this.#begun.length === 0) {
      if (to - from > this.partBytes) throw this.tooLong(this.#state as 'in_item')
      return chunk.subarray(from, to)
    }
    const part = Buffer.concat([...this.#begun, chunk.subarray(0, to)])
    this.#begun = []
    this.#begunBytes = 0
    if (part.length > this.partBytes) throw this.tooLong(this.#state as 'in_item')
    return part
  }

  /** Behind the closing quotation mark, or the end of the chunk while the string goes on. */
  #endOfString (chunk: Buffer, from: number): number {
    let escaped = this.#escaped
    for (let i = from; i < chunk.length; i++) {
      if (escaped) escaped = false
      else if (chunk[i] === BACKSLASH) escaped = true
      else if (chunk[i] === QUOTE) {
        this.#escaped = false
        this.#inString = false
        return i + 1
      }
    }
    this.#escaped = escaped
    return chunk.length
  }

  /** The comma or bracket that ends the value, or the end of the chunk while it goes on. */
  #endOfValue (chunk: Buffer, from: number): number {
    let depth = this.#depth
    let i = from
    while (i < chunk.length) {
      if (this.#inString) {
        i = this.#endOfString(chunk, i)
        continue
      }
      const byte = chunk[i]!
      if (byte === QUOTE) this.#inString = true
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++
      else if (depth === 0) {
        if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST) break
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth--
      i++
    }
    this.#depth = depth
    return i
  }
}
