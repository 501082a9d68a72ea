import { randomInt } from 'node:crypto'
import type { Test } from 'tap'

export interface Random {
  /** From 0 to below 1. */
  next (): number
  /** A whole number from 0 to below `limit`. */
  below (limit: number): number
  /** That many different ones below `limit`. */
  some (count: number, limit: number): number[]
}

/** mulberry32: the same stream for the same numbers. */
export function random (...numbers: number[]): Random {
  let state = numbers.reduce((hash, number) => Math.imul(hash ^ number, 0x9E3779B1) ^ (hash >>> 15), 0x2545F491)
  function next () {
    state = (state + 0x6D2B79F5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    some (count, limit) {
      const found = new Set<number>()
      while (found.size < count) found.add(below(limit))
      return [...found]
    }
  }
}

/** The seed of this run: CHAOS_SEED, or another each time. What is sent and when is killed follows from it; how the two meet does not. */
export function seedOf (t: Test): number {
  const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000))
  t.comment(`CHAOS_SEED=${seed}`)
  return seed
}
