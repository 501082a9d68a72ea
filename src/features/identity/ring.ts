import { setTimeout as sleep } from 'node:timers/promises'
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import type { Database } from '../../db/client.js'
import type { PublicJwk } from '../../db/schema/keys.js'
import { unwrapKey, type SigningKeys } from './key-material.js'
import { InvalidToken, type Json } from './jws.js'
import { introduceKey } from './key-actions.js'
import { listSigningKeys, type SigningKeyRow } from './key-queries.js'

/** Between two questions about keys that nobody knows: whoever comes within waits for the next. */
const COOL_DOWN_MS = 200
/** What a key of ours is called. */
const KID = /^[A-Za-z0-9_-]{43}$/

/** The key that is to sign was encrypted with another; the message says what to do about it. */
export class LockedKeys extends Error {
  override readonly name = 'LockedKeys'
  constructor () {
    super('The signing keys in the database were encrypted with another KEY_ENCRYPTION_KEY. Set that one again. If ' +
      'it is ' +
      'lost, set SIGNING_KEY to a new key (openssl ecparam -name prime256v1 -genkey -noout): it signs from then on.')
  }
}

/** Where the keys of an issuer come from. */
export interface KeySource {
  /** Another number whenever a key has come or gone: what was verified before is to be verified again. */
  readonly generation: number
  /** Looks whether they have changed, if that was long ago. Goes on with those it has where it cannot. */
  fresh (): Promise<void>
  /** The keys by which such a header may be signed. @throws InvalidToken where there is none */
  find (header: Json): Promise<readonly KeyObject[]>
}

export interface KeyRing extends KeySource {
  /** With what a token is signed now. @throws LockedKeys */
  signer (): Promise<{ kid: string, key: KeyObject }>
  /** What others verify with: the key that signs, those of tokens that still live, and the next one. */
  published (): Promise<readonly PublicJwk[]>
  /** After a change that this process made. */
  forget (): void
}

export interface RingOptions {
  db: Database
  pool: pg.Pool
  /** The key that the process was started with. */
  keys: SigningKeys
  log: Pick<FastifyBaseLogger, 'warn'>
  /** How long a process may not know that a key was revoked, or that another signs. */
  knownMs: number
  now?: () => number
}

interface Known { readonly row: Pick<SigningKeyRow, 'kid' | 'publicJwk' | 'state'>, readonly key: KeyObject }

const publicKeyOf = (jwk: PublicJwk): KeyObject => createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })

/** The keys of this registry: those in the database, which all instances share. */
export function createKeyRing ({ db, pool, keys, log, knownMs, now = () => performance.now() }: RingOptions): KeyRing {
  let known: readonly Known[] = []
  let signing: { kid: string, key: KeyObject } | undefined
  let loaded = -Infinity
  let looked = -Infinity
  let generation = 0
  let changes = 0
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  async function load (): Promise<void> {
    const begun = changes
    let rows = await listSigningKeys(db)
    const isHere = keys.given ? rows.some(({ kid }) => kid === keys.kid) : rows.some(({ state }) => state === 'signing')
    if (!isHere) {
      await introduceKey(pool, keys)
      rows = await listSigningKeys(db)
    }
    const usable = rows.filter(({ state }) => ['upcoming', 'signing', 'verifying'].includes(state))
    const nameOf = (list: readonly Pick<SigningKeyRow, 'kid'>[]) => list.map(({ kid }) => kid).join(' ')
    if (nameOf(usable) !== nameOf(known.map(({ row }) => row))) generation++
    known = usable.map(row =>
      ({ row, key: known.find(one => one.row.kid === row.kid)?.key ?? publicKeyOf(row.publicJwk) }))
    signing = findSigner(usable)
    // where this process has changed them meanwhile, it has to look again
    if (begun === changes) loaded = now()
  }

  /** The newest that may sign, of those whose private part can be had. */
  function findSigner (usable: readonly SigningKeyRow[]): typeof signing {
    for (const { kid, wrapped, state } of usable.toReversed()) {
      if (state === 'upcoming') continue
      if (signing?.kid === kid) return signing
      const pair = kid === keys.kid ? keys : wrapped === null ? undefined : unwrapKey(kid, wrapped, keys.wrappingKeys)
      if (pair !== undefined) return { kid, key: createPrivateKey(pair.privatePem) }
      log.warn(
        { kid },
        'a signing key cannot be decrypted: KEY_ENCRYPTION_KEY or SIGNING_KEY is another than where it was made'
      )
    }
    return undefined
  }

  function look (): Promise<void> {
    looked = now()
    running ??= load().finally(() => { running = undefined })
    return running
  }

  /** Sees what was committed before it was called: one that runs already may have begun too early. */
  function lookSoon (): Promise<void> {
    next ??= (async () => {
      await running?.catch(() => {})
      const wait = looked + COOL_DOWN_MS - now()
      if (wait > 0) await sleep(wait)
      next = undefined
      await look()
    })()
    return next
  }

  async function fresh (): Promise<void> {
    if (now() - loaded < knownMs) return
    // once known, they go on while the database does not answer
    if (known.length > 0 && now() - looked < COOL_DOWN_MS) return
    try {
      await look()
    } catch (error) {
      if (known.length === 0) throw error
      log.warn({ err: error }, 'the signing keys could not be read again')
    }
  }

  return {
    get generation () { return generation },
    fresh,
    async find ({ kid }) {
      await fresh()
      const byId = () => known.find(({ row }) => row.kid === kid)
      let found = byId()
      if (found === undefined && typeof kid === 'string' && KID.test(kid)) {
        await lookSoon()
          .catch((error: unknown) => { log.warn({ err: error }, 'the signing keys could not be read again') })
        found = byId()
      }
      if (found === undefined) throw new InvalidToken('kid is not of a key of ours')
      return [found.key]
    },
    async signer () {
      await fresh()
      if (signing === undefined) throw new LockedKeys()
      return signing
    },
    async published () {
      await fresh()
      return known.map(({ row }) => row.publicJwk)
    },
    forget () {
      changes++
      loaded = looked = -Infinity
    }
  }
}
