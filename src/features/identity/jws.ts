import { parseJsonObject } from '../../http/body.js'
import { Problem } from '../../http/problem.js'

/** The message is for the log; a client is told only whether it has expired. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken'
  constructor (message: string, readonly expired: boolean = false) {
    super(message)
  }
}

/** Seconds (CONTRACT §8). A token of ours whose `exp - iat` is more is refused, whoever signed it. */
export const TOKEN_LIFETIME = 900

export type Json = Readonly<Record<string, unknown>>
export interface Jws { readonly header: Json, readonly payload: Json }

/** Ours have about 700 characters; those of others hold more claims. */
export const MAX_TOKEN_LENGTH = 4_096
/** Seconds by which the clocks of two machines may differ. */
export const CLOCK_TOLERANCE = 5

/** Base64url that decodes to the same bytes in two spellings would give one token two names. */
const isCanonical = (segment: string) => Buffer.from(segment, 'base64url').toString('base64url') === segment

/** Strict JSON: no key twice, UTF-8, not nested without end. */
function parse (segment: string, what: string): Json {
  try {
    return parseJsonObject(Buffer.from(segment, 'base64url')) as Json
  } catch (error) {
    if (error instanceof Problem) throw new InvalidToken(`the ${what} is not an object in strict JSON`)
    throw error
  }
}

/**
 * A compact JWS as it is written, its signature not verified.
 * @throws InvalidToken where it is none, is not spelt canonically, or asks for an extension (`crit`): none is
 * understood
 */
export function readJws (text: string): Jws {
  if (text.length > MAX_TOKEN_LENGTH) throw new InvalidToken(`${text.length} characters long`)
  const segments = text.split('.')
  if (segments.length !== 3 || !segments.every(segment => segment !== '' && isCanonical(segment))) {
    throw new InvalidToken('not a compact JWS')
  }
  const header = parse(segments[0]!, 'header')
  if ('crit' in header) throw new InvalidToken('crit is not supported')
  return { header, payload: parse(segments[1]!, 'payload') }
}

export interface Times {
  /** Seconds since 1970. */
  readonly issued: number | undefined
  readonly notBefore: number | undefined
  readonly expires: number
}

function seconds (claims: Json, name: string): number | undefined {
  const value = claims[name]
  if (!(name in claims)) return undefined
  if (!Number.isSafeInteger(value)) throw new InvalidToken(`${name} is not a whole number`)
  return value as number
}

/** @throws InvalidToken where one is no whole number, or `exp` is missing */
export function readTimes (claims: Json): Times {
  const expires = seconds(claims, 'exp')
  if (expires === undefined) throw new InvalidToken('exp is missing')
  return { issued: seconds(claims, 'iat'), notBefore: seconds(claims, 'nbf'), expires }
}

/** Asked again of a token that was verified before: the clock goes on, and may have been set back. */
export function checkTimes ({ issued, notBefore, expires }: Times, now = Date.now() / 1_000): void {
  if (expires <= now - CLOCK_TOLERANCE) throw new InvalidToken('expired', true)
  if (issued !== undefined && issued > now + CLOCK_TOLERANCE) throw new InvalidToken('issued in the future')
  if (notBefore !== undefined && notBefore > now + CLOCK_TOLERANCE) throw new InvalidToken('not valid yet')
}

/** The values of `aud`. @throws InvalidToken where it is neither a text nor a list of texts */
export function readAudience ({ aud }: Json): readonly string[] {
  const values = [aud].flat()
  if (values.length === 0 || !values.every(one => typeof one === 'string')) {
    throw new InvalidToken('aud is not a text or a list of texts')
  }
  return values as string[]
}
