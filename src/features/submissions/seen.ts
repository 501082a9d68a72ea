import { hash } from 'node:crypto'
import type { SeenKeys } from '../measurements/judge.js'

/** 96 bits of SHA-256: among 5 million keys two have the same with a probability of 10⁻¹⁶. */
const WORDS = 3
const FREE = -1
/** Taken slots at most; above it the next free one is far. */
const LOAD = 0.7

/** For so many keys at most: 23 bytes a key, where a Map of strings would take 200. */
export function createSeenKeys (most: number): SeenKeys {
  const slots = Math.ceil(most / LOAD) + 1
  const words = new Uint32Array(slots * WORDS)
  const positions = new Int32Array(slots).fill(FREE)

  return {
    first (key, position) {
      const digest = hash('sha256', key, 'buffer')
      const [a, b, c] = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)]
      let slot = (a + (b & 0xfffff) * 2 ** 32) % slots
      while (positions[slot] !== FREE) {
        if (words[slot * WORDS] === a && words[slot * WORDS + 1] === b && words[slot * WORDS + 2] === c) {
          // a chunk that is judged again meets itself
          return positions[slot] === position ? undefined : positions[slot]
        }
        slot = slot + 1 === slots ? 0 : slot + 1
      }
      positions[slot] = position
      words[slot * WORDS] = a
      words[slot * WORDS + 1] = b
      words[slot * WORDS + 2] = c
      return undefined
    }
  }
}
