import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { createTurns, type Turns } from './turns.js'

/**
 * 32 MiB and about 0.1 s, for a secret that a person thought of (BOOTSTRAP_CLIENT_SECRET). Those made here have 256
 * random bits, which no cost could improve: of them SHA-256 is stored.
 */
const LOG2_N = 15
const BLOCK_SIZE = 8
const PARALLELISM = 1
const KEY_BYTES = 32
/** The most a stored hash may ask for: 128 · N · r, and a margin. */
const MAX_MEMORY = 128 * 1024 * 1024

/** Secrets that may be live side by side, so that one can be replaced without an outage. */
export const LIVE_SECRETS = 2

/** Chosen secrets that this process knows again; a province has one or two. */
const MAX_KNOWN = 100

interface Cost { logN: number, r: number, p: number }

function derive (secret: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

/** The PHC string format: `$scrypt$ln=15,r=8,p=1$<salt>$<key>`. */
const CHOSEN = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,})\$([A-Za-z0-9+/]{43})$/
/** As the PHC format names an algorithm, without salt or cost. */
const GENERATED = /^\$sha256\$[A-Za-z0-9+/]{43}$/
const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

/** A new secret of 256 bits, safe in a form, in a header and in a shell. */
export function generateSecret (): string {
  return randomBytes(32).toString('base64url')
}

/** As `generateSecret` makes them. A person who chooses exactly so has a random one too. */
export const looksGenerated = (secret: string): boolean => /^[A-Za-z0-9_-]{43}$/.test(secret)

/** Of a secret of `generateSecret` only: without a cost, others could be guessed from it. */
export function hashGenerated (secret: string): string {
  return `$sha256$${base64(createHash('sha256').update(secret).digest())}`
}

export async function hashChosen (secret: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(secret, salt, { logN: LOG2_N, r: BLOCK_SIZE, p: PARALLELISM })
  return `$scrypt$ln=${LOG2_N},r=${BLOCK_SIZE},p=${PARALLELISM}$${base64(salt)}$${base64(key)}`
}

export const isChosen = (hash: string): boolean => CHOSEN.test(hash)

const equal = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

async function fits (secret: string, hash: string): Promise<boolean> {
  const [, logN, r, p, salt, key] = CHOSEN.exec(hash)!
  const derived = await derive(secret, Buffer.from(salt!, 'base64'), { logN: Number(logN), r: Number(r), p: Number(p) })
  return timingSafeEqual(derived, Buffer.from(key!, 'base64'))
}

/** Finds which of a client's stored hashes a secret fits. */
export interface SecretChecker {
  /** At no cost: one that was made here, or a chosen one that this process has seen fit before. */
  recognise (secret: string, hashes: readonly string[]): string | undefined
  /** The chosen ones, each at its cost and in its turn. `who`: the client and the address that asks. */
  derive (secret: string, hashes: readonly string[], who: string): Promise<string | undefined>
}

export function createSecretChecker (turns: Turns = createTurns()): SecretChecker {
  // of this process alone, so that what it remembers of a secret is worth nothing outside of it
  const key = randomBytes(32)
  const known = new Map<string, string>()
  const mark = (secret: string) => createHmac('sha256', key).update(secret).digest('base64')

  return {
    recognise (secret, hashes) {
      for (const hash of hashes) {
        if (!GENERATED.test(hash) && !isChosen(hash)) throw new Error('a stored secret is in no format of this release')
      }
      const [made, marked] = [hashGenerated(secret), mark(secret)]
      return hashes.find(hash => equal(hash, made) || equal(known.get(hash) ?? '', marked))
    },
    async derive (secret, hashes, who) {
      const chosen = hashes.filter(isChosen)
      if (chosen.length === 0) return undefined
      const results = await turns.take(who, () => Promise.all(chosen.map(hash => fits(secret, hash))))
      const found = chosen.find((_, i) => results[i])
      if (found === undefined) return undefined
      if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!)
      known.set(found, mark(secret))
      return found
    }
  }
}
