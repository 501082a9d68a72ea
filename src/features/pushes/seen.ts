import { hash } from 'node:crypto'
import type { SeenKeys } from './judge.js'
import { keyOf } from './row.js'

const WORDS = 3
const FREE = -1
/** Taken slots at most; above it the next free one is far. */
const LOAD = 0.7
/**
 * Names of each kind that get a number of their own: more than a country has communes, and than a file has breakdowns.
 */
const NAMES = 200_000
/** Set in the first word of a key that is known by its hash alone. */
const HASHED = 0x8000_0000

/** Numbers in the order of asking; undefined once there are too many. */
function numbering (): (name: string) => number | undefined {
  const numbers = new Map<string, number>()
  return name => {
    const known = numbers.get(name)
    if (known !== undefined || numbers.size === NAMES) return known
    numbers.set(name, numbers.size)
    return numbers.size - 1
  }
}

/** Of two names, each of few. */
function pairNumbering (): (one: string, other: string) => number | undefined {
  const [first, second] = [numbering(), numbering()]
  return (one, other) => {
    const [a, b] = [first(one), second(other)]
    return a === undefined || b === undefined || a >= 2 ** 15 || b >= 2 ** 16 ? undefined : a * 2 ** 16 + b
  }
}

/**
 * For so many keys at most: 23 bytes a key, where a Map of strings would take 200. A key is its three names' numbers,
 * which is exact; where there are too many names, 95 bits of SHA-256: 5 million keys share one with a probability of
 * 10⁻¹⁶.
 */
export function createSeenKeys (most: number): SeenKeys {
  const slots = Math.ceil(most / LOAD) + 1
  const words = new Uint32Array(slots * WORDS)
  const positions = new Int32Array(slots).fill(FREE)
  const dutyNumber = pairNumbering()
  const agencyNumber = numbering()
  const breakdownNumber = numbering()
  const word = new Uint32Array(WORDS)

  return {
    first (figure, position) {
      const duty = dutyNumber(figure.indicator, figure.period)
      const agency = agencyNumber(figure.agency)
      const breakdown = breakdownNumber(figure.breakdownKey)
      if (duty !== undefined && agency !== undefined && breakdown !== undefined) {
        word[0] = duty
        word[1] = agency
        word[2] = breakdown
      } else {
        const digest = hash('sha256', keyOf(figure), 'buffer')
        for (let i = 0; i < WORDS; i++) word[i] = digest.readUInt32LE(i * 4)
        word[0]! |= HASHED
      }
      let slot = mix(word) % slots
      while (positions[slot] !== FREE) {
        const at = slot * WORDS
        if (words[at] === word[0] && words[at + 1] === word[1] && words[at + 2] === word[2]) {
          // a chunk that is judged again meets itself
          return positions[slot] === position ? undefined : positions[slot]
        }
        slot = slot + 1 === slots ? 0 : slot + 1
      }
      positions[slot] = position
      words.set(word, slot * WORDS)
      return undefined
    }
  }
}

/** Where to look first: the mixing steps of MurmurHash3, so that numbers in a row do not lie in one. */
function mix (word: Uint32Array): number {
  let h = 0
  for (let i = 0; i < WORDS; i++) {
    let k = Math.imul(word[i]!, 0xcc9e2d51)
    k = Math.imul(k << 15 | k >>> 17, 0x1b873593)
    h ^= k
    h = Math.imul(h << 13 | h >>> 19, 5) + 0xe6546b64 | 0
  }
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b)
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35)
  return (h ^ h >>> 16) >>> 0
}
