import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { PublicJwk } from '../../db/schema/keys.js'
import { bodyError, type FieldError } from '../../http/problem.js'

/** RFC 7518: the members that nobody but the owner of a key may know. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/** A private key that was sent is one no more. Asked before the schema, which would only call its members unknown. */
export function checkNotPrivate (body: unknown): FieldError[] {
  const jwk = (body as { jwk?: unknown } | null | undefined)?.jwk
  if (typeof jwk !== 'object' || jwk === null) return []
  return PRIVATE.filter(name => Object.hasOwn(jwk, name)).map(name => bodyError(`/jwk/${name}`, 'private_key',
    'Đây là khóa riêng: chỉ gửi khóa công khai. Khóa này coi như đã lộ, hãy tạo khóa khác.',
    'This is the private part of a key: send the public one alone. Regard this key as known to others, and make ' +
    'another.'))
}

/** The members of each kind, all of them and no other. */
const MEMBERS: Readonly<Record<PublicJwk['kty'], readonly (keyof PublicJwk)[]>> = {
  EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'], RSA: ['n', 'e']
}
const CURVES: Readonly<Record<string, PublicJwk['kty']>> = { 'P-256': 'EC', 'P-384': 'EC', Ed25519: 'OKP' }
const ALGORITHMS_OF: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'], 'P-384': ['ES384'], Ed25519: ['EdDSA'], RSA: ['RS256', 'PS256']
}
const RSA_BITS = { least: 2_048, most: 8_192 }

/** What is wrong with a public key; by itself, with what it says of itself. */
export function checkKey (jwk: PublicJwk): FieldError[] {
  const { kty, crv, alg } = jwk
  const members = MEMBERS[kty]
  const errors: FieldError[] = []
  for (const name of ['crv', 'x', 'y', 'n', 'e'] as const) {
    const has = jwk[name] !== undefined
    if (has === members.includes(name)) continue
    errors.push(has
      ? bodyError(
        `/jwk/${name}`, 'unknown_field', `Khóa ${kty} không có phần này.`, `A key of kind ${kty} has no such member.`
      )
      : bodyError(`/jwk/${name}`, 'required', `Khóa ${kty} cần phần này.`, `A key of kind ${kty} needs this member.`))
  }
  if (crv !== undefined && members.includes('crv') && CURVES[crv] !== kty) {
    errors.push(bodyError(
      '/jwk/crv', 'not_one_of', `Khóa ${kty} không ở trên ${crv}.`, `A key of kind ${kty} is not on ${crv}.`
    ))
  }
  const allowed = ALGORITHMS_OF[kty === 'RSA' ? kty : crv ?? ''] ?? []
  if (alg !== undefined && errors.length === 0 && !allowed.includes(alg)) {
    errors.push(bodyError(
      '/jwk/alg', 'not_one_of', `Khóa này ký bằng ${allowed.join(' hoặc ')}.`,
      `This key signs by ${allowed.join(' or ')}.`
    ))
  }
  return errors.length > 0 ? errors : checkNumbers(jwk)
}

function checkNumbers ({ kty, crv, x, y, n, e }: PublicJwk): FieldError[] {
  let bits: number | undefined
  try {
    const key = createPublicKey({ key: { kty, crv, x, y, n, e } as JsonWebKey, format: 'jwk' })
    bits = key.asymmetricKeyDetails?.modulusLength
  } catch {
    return [
      bodyError('/jwk', 'not_a_key', 'Các số này không phải một khóa công khai.', 'These numbers are no public key.')
    ]
  }
  if (kty === 'RSA' && (bits === undefined || bits < RSA_BITS.least || bits > RSA_BITS.most)) {
    return [
      bodyError(
        '/jwk/n', 'out_of_range', `Khóa RSA có từ ${RSA_BITS.least} đến ${RSA_BITS.most} bit.`,
        `An RSA key has ${RSA_BITS.least} to ${RSA_BITS.most} bits.`
      )
    ]
  }
  return []
}
