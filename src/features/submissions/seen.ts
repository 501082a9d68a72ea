import { hash } from 'node:crypto'
import type { SeenKeys } from '../measurements/judge.js'

const FIRST_SLOTS = 1024
/** 96 bits of SHA-256: among 5 million keys two have the same with a probability of 10⁻¹⁶. */
const WORDS = 3
const FREE = -1

/** 16 bytes a slot, at most half of them taken: a million keys take 32 MiB, where a Map of strings would take 200. */
export function createSeenKeys (): SeenKeys {
  let words = new Uint32Array(FIRST_SLOTS * WORDS)
  let positions = new Int32Array(FIRST_SLOTS).fill(FREE)
  let taken = 0

  /** The slot of the digest, or the free one where it belongs. */
  function slotOf (a: number, b: number, c: number): number {
    const mask = positions.length - 1
    let slot = a & mask
    while (positions[slot] !== FREE && !(words[slot * WORDS] === a && words[slot * WORDS + 1] === b && words[slot * WORDS + 2] === c)) slot = (slot + 1) & mask
    return slot
  }

  function take (slot: number, position: number, a: number, b: number, c: number): void {
    positions[slot] = position
    words[slot * WORDS] = a
    words[slot * WORDS + 1] = b
    words[slot * WORDS + 2] = c
  }

  function grow (): void {
    const [oldWords, oldPositions] = [words, positions]
    words = new Uint32Array(oldWords.length * 2)
    positions = new Int32Array(oldPositions.length * 2).fill(FREE)
    oldPositions.forEach((position, i) => {
      if (position === FREE) return
      const [a, b, c] = [oldWords[i * WORDS]!, oldWords[i * WORDS + 1]!, oldWords[i * WORDS + 2]!]
      take(slotOf(a, b, c), position, a, b, c)
    })
  }

  return {
    first (key, position) {
      const digest = hash('sha256', key, 'buffer')
      const [a, b, c] = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)]
      const slot = slotOf(a, b, c)
      const found = positions[slot]!
      // a chunk that is judged again meets itself
      if (found !== FREE) return found === position ? undefined : found
      take(slot, position, a, b, c)
      if (++taken * 2 > positions.length) grow()
      return undefined
    }
  }
}
