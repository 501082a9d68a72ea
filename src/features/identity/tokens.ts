import { randomUUID, type KeyObject } from 'node:crypto'
import type { FastifyJWTOptions, JWT } from '@fastify/jwt'
import { compactVerify, errors } from 'jose'
import type { Scope } from '../../db/schema/clients.js'
import type { TrustedIssuer } from './trusted-issuers.js'
import { readForeign } from './foreign.js'
import {
  checkTimes, CLOCK_TOLERANCE, InvalidToken, readAudience, readJws, readTimes, TOKEN_LIFETIME, type Jws
} from './jws.js'
import type { KeyRing, KeySource } from './ring.js'
import { isScope, parseScopes } from './scopes.js'
import type { KeyPair } from './key-material.js'
import type { AccessToken } from './access-token.js'

/** What a client's id may look like; it stands in tokens, so it is checked before it reaches the database. */
export const CLIENT_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
/** Of the ids of tokens and assertions. */
export const JTI = /^[\x21-\x7e]{1,128}$/

/** A token is a few hundred bytes; clients that push all day use one for its fifteen minutes. */
const MAX_VERIFIED = 1_000

/**
 * For tokens of our own. Issuer and audience are both PUBLIC_URL: the registry is its own authorization server and the
 * only resource it issues for. Everything a verifier leaves open by default is pinned; the key is named each time,
 * since keys rotate, and the one that is given here is never used.
 */
export function jwtOptions ({ privatePem, publicPem }: KeyPair, publicUrl: string): FastifyJWTOptions {
  return {
    secret: { private: privatePem, public: publicPem },
    sign: {
      algorithm: 'ES256', iss: publicUrl, aud: publicUrl, expiresIn: TOKEN_LIFETIME,
      header: { alg: 'ES256', typ: 'at+jwt' }
    },
    verify: {
      algorithms: ['ES256'],
      allowedIss: publicUrl,
      allowedAud: publicUrl,
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id', 'scope'],
      checkTyp: 'at+jwt',
      clockTolerance: CLOCK_TOLERANCE * 1_000,
      // its own keeps refusals too; ours is in `Tokens`
      cache: false
    }
  }
}

export interface TokensOptions {
  /** With `jwtOptions`. */
  jwt: JWT
  ring: KeyRing
  /** Issuer and audience of our own. */
  publicUrl: string
  trusted?: readonly { readonly issuer: TrustedIssuer, readonly keys: KeySource }[]
}

interface Verified { readonly token: AccessToken, readonly keys: KeySource, readonly generation: number }

/** What our own say. @throws InvalidToken */
function readOwn (publicUrl: string, { header, payload }: Jws): AccessToken {
  const { typ } = header
  if (typeof typ !== 'string' || !/^(application\/)?at\+jwt$/i.test(typ)) throw new InvalidToken('typ is not at+jwt')
  if (!readAudience(payload).includes(publicUrl)) throw new InvalidToken('aud is another')
  const times = readTimes(payload)
  if (times.issued === undefined) throw new InvalidToken('iat is missing')
  const lifetime = times.expires - times.issued
  if (lifetime <= 0 || lifetime > TOKEN_LIFETIME) throw new InvalidToken(`lives ${lifetime} s`)
  const { sub, client_id: clientId, jti, scope } = payload
  if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId)) throw new InvalidToken('client_id is not an id')
  if (sub !== clientId) throw new InvalidToken('sub is not the client')
  if (typeof jti !== 'string' || !JTI.test(jti)) throw new InvalidToken('jti is not an id')
  const words = typeof scope === 'string' ? parseScopes(scope) : undefined
  if (words === undefined) throw new InvalidToken('scope is not a list of scopes')
  return { clientId, scopes: words.filter(isScope), id: jti, times, issuer: publicUrl }
}

/** @throws InvalidToken where none of the keys has signed it by one of the algorithms */
export async function verifySignature (
  text: string, keys: readonly KeyObject[], algorithms: readonly string[]
): Promise<void> {
  for (const key of keys) {
    try {
      await compactVerify(text, key, { algorithms: [...algorithms] })
      return
    } catch (error) {
      // a TypeError: the key is of another kind than the algorithm
      if (!(error instanceof errors.JOSEError) && !(error instanceof TypeError)) throw error
    }
  }
  throw new InvalidToken('the signature does not fit')
}

/** Issues access tokens, and verifies them and those of the issuers that are trusted. */
export class Tokens {
  private readonly verified = new Map<string, Verified>()

  constructor (private readonly options: TokensOptions) {}

  /** Whether tokens can be issued. @throws LockedKeys */
  async check (): Promise<void> {
    await this.options.ring.signer()
  }

  async issue (clientId: string, scopes: readonly Scope[]): Promise<string> {
    const { ring, jwt } = this.options
    const { kid, key } = await ring.signer()
    const claims = { sub: clientId, client_id: clientId, scope: scopes.join(' '), jti: randomUUID() }
    return jwt.sign(claims, { key: key.export({ type: 'pkcs8', format: 'pem' }) as string, kid })
  }

  /**
   * Its signature once, as long as the keys of its issuer are the same: that costs more than all else of a request. Its
   * times every time. Whether its client is suspended is another question.
   * @throws InvalidToken whatever is wrong with it
   */
  async verify (text: string): Promise<AccessToken> {
    const known = this.verified.get(text)
    if (known !== undefined) {
      await known.keys.fresh()
      if (known.generation === known.keys.generation) {
        checkTimes(known.token.times)
        return known.token
      }
      this.verified.delete(text)
    }
    const jws = readJws(text)
    const { read, keys, algorithms } = this.judgeOf(jws)
    const token = read(jws)
    checkTimes(token.times)
    const found = await keys.find(jws.header)
    // before the signature is looked at: keys that change meanwhile are another generation
    const { generation } = keys
    if (keys === this.options.ring) this.verifyOwn(text, found)
    else await verifySignature(text, found, algorithms)
    // the oldest first: whoever still uses it pays for one more verification
    if (this.verified.size >= MAX_VERIFIED) this.verified.delete(this.verified.keys().next().value!)
    this.verified.set(text, { token, keys, generation })
    return token
  }

  private verifyOwn (text: string, [key]: readonly KeyObject[]): void {
    try {
      this.options.jwt.verify(text, { key: key!.export({ type: 'spki', format: 'pem' }) as string })
    } catch (error) {
      throw new InvalidToken((error as Error).message)
    }
  }

  /** By `iss`, which names one of those that are known and leads nowhere else. */
  private judgeOf ({ payload: { iss } }: Jws): {
    read: (jws: Jws) => AccessToken, keys: KeySource, algorithms: readonly string[]
  } {
    const { ring, publicUrl, trusted = [] } = this.options
    if (iss === publicUrl) return { read: jws => readOwn(publicUrl, jws), keys: ring, algorithms: ['ES256'] }
    const found = trusted.find(({ issuer }) => issuer.issuer === iss)
    if (found === undefined) throw new InvalidToken('iss is not known')
    return {
      read: jws => readForeign(found.issuer, publicUrl, jws), keys: found.keys, algorithms: found.issuer.algorithms
    }
  }
}
