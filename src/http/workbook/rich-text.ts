import type { Problem } from '../problem.js'

const ESCAPE = /_x([0-9A-Fa-f]{4})_/g

/** Characters that XML cannot hold, and some that it need not, are written `_x000D_`. */
export function unescaped (text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/**
 * The text of an `si` or `is`, which begins at `depth`: that of its `t`, or of the `t` of each of its runs (`r`). How
 * it is read aloud (`rPh`) is none of it.
 */
export class RichText {
  #text = ''
  #isText = false
  #isRun = false

  constructor (readonly depth: number, readonly longest: number, readonly tooLong: () => Problem) {}

  open (name: string, depth: number): void {
    if (depth === this.depth + 1) this.#isRun = name === 'r'
    this.#isText = name === 't' && (depth === this.depth + 1 || (depth === this.depth + 2 && this.#isRun))
  }

  text (text: string): void {
    if (!this.#isText) return
    this.#text += text
    if (this.#text.length > this.longest) throw this.tooLong()
  }

  close (depth: number): void {
    if (depth > this.depth) this.#isText = false
  }

  take (): string {
    const text = unescaped(this.#text)
    this.#text = ''
    return text
  }
}
