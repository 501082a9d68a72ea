import type { Scope } from '../../db/schema/clients.js'
import type { TrustedIssuer } from './trusted-issuers.js'
import { InvalidToken, readAudience, readTimes, type Jws, type Json } from './jws.js'
import type { AccessToken } from './access-token.js'
import { isScope } from './scopes.js'

/** By name, or by a JSON pointer (RFC 6901) where claims are nested. */
function claim (claims: Json, path: string): unknown {
  if (!path.startsWith('/')) return Object.hasOwn(claims, path) ? claims[path] : undefined
  return path.slice(1).split('/').map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, name) =>
      typeof at === 'object' && at !== null && !Array.isArray(at) && Object.hasOwn(at, name)
        ? (at as Json)[name]
        : undefined, claims)
}

function wordsOf (value: unknown): string[] {
  if (value === undefined) return []
  if (typeof value === 'string') return value.split(' ').filter(word => word !== '')
  if (Array.isArray(value) && value.every(word => typeof word === 'string')) return value
  throw new InvalidToken('the claim of scopes is neither a text nor a list of texts')
}

const TYPES = [undefined, 'at+jwt', 'application/at+jwt', 'jwt']

/**
 * What a token of another issuer says, in our words: as which client it acts, and with which scopes at most. Its
 * signature is verified elsewhere. @throws InvalidToken
 */
export function readForeign (trusted: TrustedIssuer, publicUrl: string, { header, payload }: Jws): AccessToken {
  const { typ } = header
  if (typ !== undefined && typeof typ !== 'string') throw new InvalidToken('typ is not a text')
  if (trusted.typ === undefined
    ? !TYPES.includes(typ?.toLowerCase())
    : typ?.toLowerCase() !== trusted.typ.toLowerCase()) {
    throw new InvalidToken('typ is another')
  }
  if (!readAudience(payload).includes(trusted.audience ?? publicUrl)) throw new InvalidToken('aud is another')
  const times = readTimes(payload)
  if (times.issued === undefined) throw new InvalidToken('iat is missing')
  const lifetime = times.expires - times.issued
  if (lifetime <= 0 || lifetime > trusted.maxLifetime) throw new InvalidToken(`lives ${lifetime} s`)
  const name = claim(payload, trusted.clientClaim)
  if (typeof name !== 'string' || !Object.hasOwn(trusted.clients, name)) {
    throw new InvalidToken('its client is not one of those that are named')
  }
  const { scopes: meanings } = trusted
  const words = wordsOf(claim(payload, trusted.scopeClaim))
  const scopes = new Set<Scope>(words.flatMap(word =>
    meanings === undefined ? (isScope(word) ? [word] : []) : Object.hasOwn(meanings, word) ? meanings[word]! : []))
  const { jti } = payload
  return {
    clientId: trusted.clients[name]!, scopes: [...scopes], id: typeof jti === 'string' ? jti : undefined, times,
    issuer: trusted.issuer
  }
}
