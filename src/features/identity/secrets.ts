import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { Problem } from '../../http/problem.js'

/**
 * 32 MiB and about 0.1 s. Secrets made here have 256 random bits, which no cost could improve; the cost is for a first
 * administrator's secret that a person thought of.
 */
const LOG2_N = 15
const BLOCK_SIZE = 8
const PARALLELISM = 1
const KEY_BYTES = 32
/** The most a stored hash may ask for: 128 · N · r, and a margin. */
const MAX_MEMORY = 128 * 1024 * 1024

/** Secrets that may be live side by side, so that one can be replaced without an outage. */
export const LIVE_SECRETS = 2

/** Of the four threads of libuv, two stay free for files and names. */
const MAX_RUNNING = 2
/** About 6 s of work ahead of the newest; whoever comes after is told to come back. */
const MAX_WAITING = 100

/** Lets `running` pieces of work run at once and `waiting` wait, and refuses the rest with 503. */
export function createGate (running: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = running
  const queue: (() => void)[] = []
  return async work => {
    if (free > 0) free--
    else {
      if (queue.length >= waiting) throw new Problem('unavailable', { headers: { 'retry-after': '5' } })
      await new Promise<void>(resolve => { queue.push(resolve) })
    }
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) free++
      else next()
    }
  }
}

const gate = createGate(MAX_RUNNING, MAX_WAITING)

interface Cost { logN: number, r: number, p: number }

function derive (secret: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  return gate(() => new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  }))
}

/** The PHC string format: `$scrypt$ln=15,r=8,p=1$<salt>$<key>`. */
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,})\$([A-Za-z0-9+/]{43})$/
const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** What a secret that fits nothing is compared with, at the same cost. */
const DECOY = `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(KEY_BYTES))}`

/** A new secret of 256 bits, safe in a form, in a header and in a shell. */
export function generateSecret (): string {
  return randomBytes(32).toString('base64url')
}

export async function hashSecret (secret: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(secret, salt, { logN: LOG2_N, r: BLOCK_SIZE, p: PARALLELISM })
  return `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${base64(salt)}$${base64(key)}`
}

async function fits (secret: string, hash: string): Promise<boolean> {
  const [, logN, r, p, salt, key] = STORED.exec(hash) ?? []
  if (salt === undefined || key === undefined) throw new Error('a stored secret is not in the format of hashSecret')
  const derived = await derive(secret, Buffer.from(salt, 'base64'), { logN: Number(logN), r: Number(r), p: Number(p) })
  return timingSafeEqual(derived, Buffer.from(key, 'base64'))
}

/**
 * The stored hash that the secret fits, of the client's live ones. Takes the time of LIVE_SECRETS comparisons whatever is
 * given, so that nobody learns which clients exist, or how many secrets they have.
 */
export async function matchSecret (secret: string, hashes: readonly string[]): Promise<string | undefined> {
  const compared = [...hashes.slice(0, LIVE_SECRETS)]
  while (compared.length < LIVE_SECRETS) compared.push(DECOY)
  const results = await Promise.all(compared.map(async hash => await fits(secret, hash) && hash !== DECOY))
  return compared.find((_, i) => results[i])
}
