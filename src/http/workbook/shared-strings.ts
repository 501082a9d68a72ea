import type { StreamLimits } from '../limits.js'
import { Store } from '../stream/spool.js'
import { damagedPart, tooMuch } from './faults.js'
import type { Package } from './package.js'
import { RichText } from './rich-text.js'
import { readXml } from './xml.js'

/**
 * Bytes of a page, which is read back as one, and how many stay in memory: programs number texts in the order of the
 * cells.
 */
const PAGE = 16 * 1024
const KEPT = 512
/** Texts of a workbook: 4 bytes of each stay in memory. */
const MOST_STRINGS = 8_000_000
const GROUP = 64 * 1024

/**
 * The texts of a workbook that cells refer to by number, one behind the other in a file where they are many; in UTF-16,
 * which holds whatever a workbook may hold.
 */
export class SharedStrings {
  /** Where each begins, in characters, and where the last one ends. */
  readonly #starts: Uint32Array[] = [new Uint32Array(GROUP)]
  readonly #pages = new Map<number, Buffer>()
  readonly #store: Store
  #count = 0

  private constructor (limits: StreamLimits) {
    // two bytes a character
    this.#store = new Store({ ...limits, bytes: 2 * limits.bytes })
  }

  static async read (pack: Package, part: string | undefined, limits: StreamLimits): Promise<SharedStrings> {
    const strings = new SharedStrings(limits)
    try {
      if (part !== undefined) await strings.#fill(pack, part, limits)
      await strings.#store.finish()
      return strings
    } catch (error) {
      await strings.close()
      throw error
    }
  }

  async #fill (pack: Package, part: string, { lineBytes }: StreamLimits): Promise<void> {
    const item = new RichText(2, lineBytes, () => tooMuch(lineBytes,
      `Một ô có nhiều nhất ${lineBytes} ký tự.`, `A cell has at most ${lineBytes} characters.`))
    const reader = {
      texts: [] as string[],
      open (name: string, _attributes: object, depth: number) {
        if (depth === 1 && name !== 'sst') throw damagedPart(part)
        item.open(name, depth)
      },
      text (text: string) { item.text(text) },
      close (name: string, depth: number) {
        item.close(depth)
        if (depth === 2 && name === 'si') this.texts.push(item.take())
      }
    }
    for await (const { texts } of readXml(pack, part, reader)) {
      if (texts.length === 0) continue
      reader.texts = []
      await this.#add(texts)
    }
  }

  async #add (texts: readonly string[]): Promise<void> {
    if (this.#count + texts.length > MOST_STRINGS) {
      throw tooMuch(MOST_STRINGS, `Sổ làm việc có nhiều nhất ${MOST_STRINGS} chuỗi khác nhau.`,
        `A workbook has at most ${MOST_STRINGS} different texts.`)
    }
    let end = this.#startOf(this.#count)
    for (const text of texts) {
      end += text.length
      this.#count++
      const group = this.#starts[Math.floor(this.#count / GROUP)] ??= new Uint32Array(GROUP)
      group[this.#count % GROUP] = end
    }
    await this.#store.write(Buffer.from(texts.join(''), 'utf16le'))
  }

  #startOf (index: number): number {
    return this.#starts[Math.floor(index / GROUP)]![index % GROUP]!
  }

  has (index: number): boolean { return index >= 0 && index < this.#count }

  /** The text, where all of it is in memory; else ask `get`. */
  peek (index: number): string | undefined {
    const [start, end] = [2 * this.#startOf(index), 2 * this.#startOf(index + 1)]
    const number = Math.floor(start / PAGE)
    const page = this.#pages.get(number)
    return page === undefined || end > (number + 1) * PAGE
      ? undefined
      : page.toString('utf16le', start % PAGE, end - number * PAGE)
  }

  /** Of one that there is. */
  async get (index: number): Promise<string> {
    const [start, end] = [2 * this.#startOf(index), 2 * this.#startOf(index + 1)]
    const number = Math.floor(start / PAGE)
    if (end > (number + 1) * PAGE) return (await this.#store.read(start, end - start)).toString('utf16le')
    const position = number * PAGE
    // the one that came first is the first to go
    if (this.#pages.size === KEPT) this.#pages.delete(this.#pages.keys().next().value!)
    const page = await this.#store.read(position, Math.min(PAGE, this.#store.bytes - position))
    this.#pages.set(number, page)
    return page.toString('utf16le', start - position, end - position)
  }

  async close (): Promise<void> { await this.#store.close() }
}
