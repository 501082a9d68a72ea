import { isIP } from 'node:net'
import { SCOPES, type Scope } from '../../db/schema/clients.js'

/** The algorithms by which somebody else's tokens, and clients' assertions, may be signed: asymmetric ones. */
export const ALGORITHMS = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'] as const
export type Algorithm = typeof ALGORITHMS[number]

/** Another authorization server whose access tokens are taken (TRUSTED_ISSUERS, docs/operations.md). */
export interface TrustedIssuer {
  /** `iss`, compared letter by letter. */
  readonly issuer: string
  /** Where its keys are; the only address that is ever asked. */
  readonly jwksUri: string
  /** One of `aud`; absent: PUBLIC_URL. */
  readonly audience?: string
  /** `typ` of the header, where it has to be that; absent: `at+jwt`, `JWT` or none. */
  readonly typ?: string
  readonly algorithms: readonly Algorithm[]
  /** The claim that says who it is: a name, or a JSON pointer. */
  readonly clientClaim: string
  /** Its values, and the client of the registry that each acts as. Whoever is not named is nobody. */
  readonly clients: Readonly<Record<string, string>>
  /** The claim that says what it may do: words in one text, or a list of texts. */
  readonly scopeClaim: string
  /** What its words mean here; absent: what they say. */
  readonly scopes?: Readonly<Record<string, readonly Scope[]>>
  /** Seconds from `iat` to `exp`, at most. */
  readonly maxLifetime: number
}

type Fields = Record<string, unknown>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 2_048
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The name of this machine to itself. */
export function isLoopback (hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isSafeAddress (text: unknown): boolean {
  if (!isText(text) || !URL.canParse(text)) return false
  const { protocol, username, password, hash, hostname } = new URL(text)
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) && username === '' &&
    password === '' && hash === ''
}

const isScope = (word: unknown): word is Scope => SCOPES.includes(word as Scope)

/** For each field: whether a value is right, and what would be. */
const FIELDS: Record<keyof TrustedIssuer, readonly [
  is: (value: unknown) => boolean, right: string, required?: true
]> = {
  issuer: [isText, 'the iss of its tokens', true],
  jwksUri: [isSafeAddress, 'an https address (http on this machine alone) without user or fragment', true],
  audience: [isText, 'an aud of its tokens'],
  typ: [isText, 'the typ of its tokens\' header, such as at+jwt'],
  algorithms: [
    value => Array.isArray(value) && value.length > 0 && value.every(one => ALGORITHMS.includes(one as Algorithm)),
    `a list of ${ALGORITHMS.join(', ')}`
  ],
  clientClaim: [isText, 'the name of a claim, or a JSON pointer to one'],
  clients: [
    value => isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isText),
    'an object: values of the claim, each with the id of a client of the registry', true
  ],
  scopeClaim: [isText, 'the name of a claim, or a JSON pointer to one'],
  scopes: [
    value => isObject(value) && Object.values(value).every(words => Array.isArray(words) && words.every(isScope)),
    `an object: words of the claim, each with a list of ${SCOPES.join(', ')}`
  ],
  maxLifetime: [
    value => Number.isInteger(value) && Number(value) >= 60 && Number(value) <= 86_400, 'seconds, from 60 to 86400'
  ]
}

const DEFAULTS = { algorithms: ALGORITHMS, clientClaim: 'client_id', scopeClaim: 'scope', maxLifetime: 3_600 }

/** @throws Error saying what is wrong, and where */
export function readTrustedIssuers (text: string): readonly TrustedIssuer[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
  if (!Array.isArray(parsed)) throw new Error('it is not a list')
  const issuers = parsed.map((one: unknown, i) => {
    if (!isObject(one)) throw new Error(`[${i}] is not an object`)
    for (const name of Object.keys(one)) {
      if (!Object.hasOwn(FIELDS, name)) {
        throw new Error(`[${i}].${name} is not known`)
      }
    }
    for (const [name, [is, right, required]] of Object.entries(FIELDS)) {
      const value = one[name]
      if (value === undefined ? required === true : !is(value)) throw new Error(`[${i}].${name} must be ${right}`)
    }
    return { ...DEFAULTS, ...one } as unknown as TrustedIssuer
  })
  const twice = issuers.find(({ issuer }, i) => issuers.findIndex(other => other.issuer === issuer) < i)
  if (twice !== undefined) throw new Error(`the issuer ${twice.issuer} stands twice`)
  return issuers
}
