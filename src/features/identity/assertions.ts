import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { PublicJwk } from '../../db/schema/keys.js'
import type { Algorithm } from './trusted-issuers.js'
import { CLOCK_TOLERANCE, checkTimes, InvalidToken, readAudience, readJws, readTimes } from './jws.js'
import { CLIENT_ID_PATTERN, JTI } from './tokens.js'
import type { LocalText } from '../../domain/text.js'

/** RFC 7523 §2.2. */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** Seconds from now to `exp`, at most: so long is its `jti` remembered. */
export const ASSERTION_LIFETIME = 300

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
const TYPES = [undefined, 'jwt', 'client-authentication+jwt']

/** What is wrong with an assertion, for whoever made it: nothing of it tells which clients there are. */
export class WrongAssertion extends Error {
  override readonly name = 'WrongAssertion'
  constructor (readonly detail: LocalText) {
    super(detail.en)
  }
}

export interface Assertion {
  readonly text: string
  readonly clientId: string
  readonly jti: string
  readonly kid: string | undefined
  readonly alg: string
  /** Seconds since 1970. */
  readonly expires: number
}

const fail = (vi: string, en: string): never => { throw new WrongAssertion({ vi, en }) }

/**
 * What an assertion says, its signature not verified. Its audience is the issuer and nothing else: what another server
 * was sent cannot be brought here, nor ours there.
 * @throws WrongAssertion
 */
export function readAssertion (text: string, issuer: string): Assertion {
  try {
    const { header, payload } = readJws(text)
    const { typ, kid, alg } = header
    if ((typ !== undefined && typeof typ !== 'string') || !TYPES.includes(typ?.toLowerCase())) {
      fail(
        '“typ” phải là client-authentication+jwt hoặc JWT, hoặc không có.',
        '`typ` must be client-authentication+jwt or JWT, or absent.'
      )
    }
    if (kid !== undefined && typeof kid !== 'string') fail('“kid” phải là chuỗi.', '`kid` must be a text.')
    const { iss, sub, jti } = payload
    if (typeof sub !== 'string' || !CLIENT_ID.test(sub) || iss !== sub) {
      fail('“iss” và “sub” phải là mã client.', '`iss` and `sub` must be the client id.')
    }
    const [audience, ...others] = readAudience(payload)
    if (audience !== issuer || others.length > 0) {
      fail(
        `“aud” phải là ${issuer} và không gì khác (không phải địa chỉ của token endpoint).`,
        `\`aud\` must be ${issuer} and nothing else (not the address of the token endpoint).`
      )
    }
    if (typeof jti !== 'string' || !JTI.test(jti)) {
      fail(
        '“jti” phải là một mã dùng một lần, 1 đến 128 ký tự.', '`jti` must be an id used once, of 1 to 128 characters.'
      )
    }
    const times = readTimes(payload)
    checkTimes(times)
    if (times.expires > Date.now() / 1_000 + ASSERTION_LIFETIME + CLOCK_TOLERANCE) {
      fail(`“exp” phải trong vòng ${ASSERTION_LIFETIME} giây.`, `\`exp\` must be within ${ASSERTION_LIFETIME} s.`)
    }
    return {
      text, clientId: sub as string, jti: jti as string, kid: kid as string | undefined, alg: String(alg),
      expires: times.expires
    }
  } catch (error) {
    if (error instanceof InvalidToken) {
      return fail(
        `client_assertion không hợp lệ: ${error.message}.`, `client_assertion is not valid: ${error.message}.`
      )
    }
    throw error
  }
}

const OF_CURVE: Readonly<Record<string, readonly Algorithm[]>> = {
  'P-256': ['ES256'], 'P-384': ['ES384'], Ed25519: ['EdDSA']
}

/** By which algorithms a key may sign; none where it is of no kind that is taken. */
export function algorithmsOf ({ kty, crv = '', alg }: PublicJwk): readonly string[] {
  const all = kty === 'RSA' ? ['RS256', 'PS256'] : OF_CURVE[crv] ?? []
  return alg === undefined ? all : all.filter(one => one === alg)
}

export const publicKeyOf = (jwk: PublicJwk): KeyObject => createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
