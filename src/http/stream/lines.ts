import type { Problem } from '../problem.js'

const LF = 0x0a
const EMPTY = Buffer.alloc(0)

/**
 * Whole lines with their line feeds (the last one may have none), as many as a chunk ends; a line without an end is
 * not waited for.
 */
export async function * wholeLines (
  chunks: AsyncIterable<Buffer>, lineBytes: number, tooLong: () => Problem
): AsyncGenerator<Buffer> {
  let rest: Buffer = EMPTY
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1
    if (end > 0) yield rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)])
    // a copy, since the chunk is another one by then
    rest = end > 0 ? Buffer.from(chunk.subarray(end)) : Buffer.concat([rest, chunk])
    if (rest.length > lineBytes + 1) throw tooLong()
  }
  if (rest.length > 0) yield rest
}
