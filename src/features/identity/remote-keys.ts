import { KeyObject } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet } from 'jose'
import type { TrustedIssuer } from './trusted-issuers.js'
import { Problem } from '../../http/problem.js'
import { InvalidToken, type Json } from './jws.js'
import type { KeySource } from './ring.js'

/** A key that its issuer has withdrawn is not taken longer than this. */
const AGE_MS = 600_000
/** Between two questions, whoever asks for which key. */
const COOL_DOWN_MS = 30_000
const TIMEOUT_MS = 5_000
/** Hundreds of keys. */
const MAX_BYTES = 256 * 1024

/** @throws Error where it is not answered in time, with 200, within the size, without a redirect */
async function fetchKeySet (uri: string, timeoutMs: number): Promise<JSONWebKeySet> {
  const response = await fetch(uri, {
    headers: {
      accept: 'application/jwk-set+json, application/json'
    }, redirect: 'error', signal: AbortSignal.timeout(timeoutMs)
  })
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel()
    throw new Error(`answered ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    // leaving the loop ends the connection
    if (size > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString()) as JSONWebKeySet
}

const keyOf = (key: CryptoKey): KeyObject => KeyObject.from(key as Parameters<typeof KeyObject.from>[0])

export interface RemoteOptions {
  log: Pick<FastifyBaseLogger, 'warn'>
  now?: () => number
  timeoutMs?: number
}

/** The keys of another issuer, by its JWKS: asked for when they are needed, kept while it does not answer. */
export function createRemoteKeys (
  { issuer, jwksUri }: TrustedIssuer, { log, now = () => performance.now(), timeoutMs = TIMEOUT_MS }: RemoteOptions
): KeySource {
  let keySet: ReturnType<typeof createLocalJWKSet> | undefined
  let text = ''
  let generation = 0
  let loaded = -Infinity
  let looked = -Infinity
  let running: Promise<void> | undefined

  async function load (): Promise<void> {
    try {
      const found = await fetchKeySet(jwksUri, timeoutMs)
      const next = createLocalJWKSet(found)
      if (JSON.stringify(found) !== text) generation++
      text = JSON.stringify(found)
      keySet = next
      loaded = now()
    } catch (error) {
      log.warn({ issuer, reason: (error as Error).message }, 'the keys of a trusted issuer could not be read')
    }
  }
  /** Undefined where it was asked too short a time ago. */
  function look (): Promise<void> | undefined {
    if (running === undefined) {
      if (now() - looked < COOL_DOWN_MS) return undefined
      looked = now()
      running = load().finally(() => { running = undefined })
    }
    return running
  }

  /** More than one where the token names none of several. */
  async function match (header: Json): Promise<readonly KeyObject[]> {
    if (keySet === undefined) return []
    try {
      return [keyOf(await keySet(header as { alg: string }))]
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return []
      const keys: KeyObject[] = []
      for await (const key of error) keys.push(keyOf(key))
      return keys
    }
  }

  return {
    get generation () { return generation },
    async fresh () {
      if (now() - loaded < AGE_MS) return
      // nobody waits for what can be done without
      const looking = look()
      if (keySet === undefined) await looking
    },
    async find (header) {
      await this.fresh()
      let found = await match(header)
      if (found.length === 0) {
        await look()
        found = await match(header)
      }
      if (keySet === undefined) {
        throw new Problem('unavailable', { headers: { 'retry-after': String(COOL_DOWN_MS / 1_000) } })
      }
      if (found.length === 0) throw new InvalidToken('no key of its issuer fits')
      return found
    }
  }
}
