/**
 * The line on which each row of a file began. In nearly every file the rows follow each other line by line, and then
 * nothing is kept; from the first row on that lies elsewhere (after an empty line, or a cell of several lines), 4 bytes
 * a row are.
 */
export class LineNumbers {
  /** Of the row at position 0. */
  #first = 0
  #lines: Int32Array | undefined

  constructor (readonly rows: number) {}

  /** In the order of the file, as often as it is read. */
  note (position: number, line: number): void {
    if (position === 0) this.#first = line
    if (this.#lines === undefined && line === this.#first + position) return
    this.#lines ??= new Int32Array(this.rows)
    this.#lines[position] = line
  }

  of (position: number): number {
    const kept = this.#lines?.[position] ?? 0
    return kept === 0 ? this.#first + position : kept
  }
}
