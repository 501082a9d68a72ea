const [CR, LF, END_MARK] = [0x0d, 0x0a, 0x1a]

/** Where the mark is, with nothing but line ends and other marks behind it; the length where there is none. */
function markOf (bytes: Buffer): number {
  let mark = bytes.length
  for (let at = bytes.length - 1; at >= 0; at--) {
    if (bytes[at] === END_MARK) mark = at
    else if (bytes[at] !== CR && bytes[at] !== LF) break
  }
  return mark
}

/**
 * A text without the mark (Ctrl-Z) by which a program of DOS says that it ends. `most`: more bytes than these are no
 * such mark.
 */
export async function * withoutEndMark (chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let held: Buffer | undefined
  for await (const chunk of chunks) {
    const bytes = held === undefined ? chunk : Buffer.concat([held, chunk])
    const mark = markOf(bytes)
    if (mark === bytes.length || bytes.length - mark > most) {
      held = undefined
      yield bytes
    } else {
      // what follows shows whether it is the end; a copy, since the chunk is another one by then
      held = Buffer.from(bytes.subarray(mark))
      if (mark > 0) yield bytes.subarray(0, mark)
    }
  }
}
