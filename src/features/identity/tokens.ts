import { randomUUID } from 'node:crypto'
import type { FastifyJWTOptions, JWT } from '@fastify/jwt'
import { SCOPES, type Scope } from '../../db/schema/clients.js'
import type { SigningKeys } from '../../keys.js'

/** Seconds (CONTRACT §8). A token whose `exp - iat` is more is refused, whoever signed it. */
export const TOKEN_LIFETIME = 900
/** Seconds by which the clocks of two instances may differ. */
const CLOCK_TOLERANCE = 5
/** Ours have about 700 characters. */
const MAX_TOKEN_LENGTH = 4_096
/** What a client's id may look like; it stands in tokens, so it is checked before it reaches the database. */
export const CLIENT_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
const JTI = /^[\x21-\x7e]{1,128}$/
/** RFC 6749 §3.3, one space between two. */
const SCOPE_LIST = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
const REQUIRED = ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id', 'scope']

export interface AccessToken {
  readonly clientId: string
  readonly scopes: readonly Scope[]
  readonly id: string
  /** Seconds since 1970. */
  readonly expires: number
}

/** The message is for the log; a client is told only whether it has expired. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken'
  constructor (message: string, readonly expired: boolean = false) {
    super(message)
  }
}

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)

/** The words of a scope parameter or claim; undefined where it is not written as RFC 6749 §3.3 says. */
export function parseScopes (text: string): string[] | undefined {
  return SCOPE_LIST.test(text) ? [...new Set(text.split(' '))] : undefined
}

/**
 * Issuer and audience are both PUBLIC_URL: the registry is its own authorization server and the only resource it issues
 * for. Everything a verifier leaves open by default is pinned.
 */
export function jwtOptions (keys: SigningKeys, publicUrl: string): FastifyJWTOptions {
  return {
    secret: { private: keys.privatePem, public: keys.publicPem },
    sign: {
      algorithm: 'ES256',
      iss: publicUrl,
      aud: publicUrl,
      kid: keys.kid,
      expiresIn: TOKEN_LIFETIME,
      header: { alg: 'ES256', typ: 'at+jwt' }
    },
    verify: {
      algorithms: ['ES256'],
      allowedIss: publicUrl,
      allowedAud: publicUrl,
      requiredClaims: REQUIRED,
      checkTyp: 'at+jwt',
      clockTolerance: CLOCK_TOLERANCE * 1000,
      complete: true,
      // its own keeps refusals too and names a token by a hash; ours is `createTokenVerifier`
      cache: false
    }
  }
}

export function issueToken (jwt: JWT, clientId: string, scopes: readonly Scope[]): string {
  return jwt.sign({ sub: clientId, client_id: clientId, scope: scopes.join(' '), jti: randomUUID() })
}

function checkHeader (header: Record<string, unknown>, kid: string): void {
  if (header['kid'] !== kid) throw new InvalidToken('kid is not of a key of ours')
  // no extension is understood, and the library overlooks a crit that is null, 0 or ""
  if ('crit' in header) throw new InvalidToken('crit is not supported')
}

function checkTimes ({ exp, iat }: Record<string, unknown>): void {
  if (!Number.isSafeInteger(exp) || !Number.isSafeInteger(iat)) throw new InvalidToken('exp or iat is not a whole number')
  const lifetime = (exp as number) - (iat as number)
  if (lifetime <= 0 || lifetime > TOKEN_LIFETIME) throw new InvalidToken(`lives ${lifetime} s`)
  if ((iat as number) > Date.now() / 1000 + CLOCK_TOLERANCE) throw new InvalidToken('issued in the future')
}

function readClaims (payload: Record<string, unknown>): AccessToken {
  const { sub, client_id: clientId, jti, scope } = payload
  if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId)) throw new InvalidToken('client_id is not an id')
  if (sub !== clientId) throw new InvalidToken('sub is not the client')
  if (typeof jti !== 'string' || !JTI.test(jti)) throw new InvalidToken('jti is not an id')
  const words = typeof scope === 'string' ? parseScopes(scope) : undefined
  if (words === undefined) throw new InvalidToken('scope is not a list of scopes')
  return { clientId, scopes: words.filter(isScope), id: jti, expires: payload['exp'] as number }
}

/** Base64url that decodes to the same bytes in two spellings would give one token two names. */
const isCanonical = (segment: string) => Buffer.from(segment, 'base64url').toString('base64url') === segment

/** A token is a few hundred bytes; clients that push all day use one for its fifteen minutes. */
const MAX_VERIFIED = 1_000

/**
 * Verifies each token once, as long as this process has the key it was made for: the signature costs more than all else
 * of a request. Kept by all of its text and only until it expires; whether its client is suspended is another question.
 */
export function createTokenVerifier (jwt: JWT, kid: string): (token: string) => AccessToken {
  const verified = new Map<string, AccessToken>()
  return text => {
    const known = verified.get(text)
    if (known !== undefined && Date.now() / 1000 < known.expires) return known
    verified.delete(text)
    const token = verifyToken(jwt, text, kid)
    // the oldest first: whoever still uses it pays for one more verification
    if (verified.size >= MAX_VERIFIED) verified.delete(verified.keys().next().value!)
    verified.set(text, token)
    return token
  }
}

/** Throws InvalidToken whatever is wrong with it, and nothing else. */
function verifyToken (jwt: JWT, token: string, kid: string): AccessToken {
  if (token.length > MAX_TOKEN_LENGTH) throw new InvalidToken(`${token.length} characters long`)
  const segments = token.split('.')
  if (segments.length !== 3 || !segments.every(segment => segment !== '' && isCanonical(segment))) {
    throw new InvalidToken('not a compact JWS')
  }
  let verified: { header: Record<string, unknown>, payload: Record<string, unknown> }
  try {
    verified = jwt.verify(token)
  } catch (error) {
    const { code, message } = error as { code?: unknown, message?: unknown }
    throw new InvalidToken(String(message), code === 'FAST_JWT_EXPIRED')
  }
  checkHeader(verified.header, kid)
  checkTimes(verified.payload)
  return readClaims(verified.payload)
}
