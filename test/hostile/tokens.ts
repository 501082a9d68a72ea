import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import type { KeyPair } from '../../src/features/identity/key-material.js'

/** What the registry must take for no token of its own. Each is right but for one fault, and is answered 401 `invalid_token`. */
export interface TokenCorpus { readonly right: Readonly<Record<string, string>>, readonly hostile: Readonly<Record<string, string>> }

export interface CorpusOptions {
  /** The key that signs. */
  keys: KeyPair
  /** Issuer and audience. */
  issuer: string
  /** An address that must never be asked. */
  trap: string
}

type Json = Record<string, unknown>

/** The tokens of `pusher`, a client that is active; `suspended` is one that is not, `reader` another, and `nobody` is not there. */
export function tokenCorpus ({ keys, issuer: PUBLIC_URL, trap }: CorpusOptions): TokenCorpus {
  const now = Math.floor(Date.now() / 1000)
  const header = { alg: 'ES256', typ: 'at+jwt', kid: keys.kid }
  const claims = {
    iss: PUBLIC_URL,
    aud: PUBLIC_URL,
    sub: 'pusher',
    client_id: 'pusher',
    scope: 'measurements:write',
    jti: '2f6e7c1a-8a55-4a3c-9a55-0d1f0f7c3b11',
    iat: now,
    exp: now + 900
  }

  const encode = (part: unknown) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
  const ecdsa = (key: string) => (input: string) => signBytes('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  const ours = ecdsa(keys.privatePem)
  const other = ecdsa(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  const hmac = (secret: string) => (input: string) => createHmac('sha256', secret).update(input).digest('base64url')

  /** A JWS over whatever is given, so that everything but the one fault is right. */
  function forge (changes: { header?: unknown, payload?: unknown, sign?: (input: string) => string }): string {
    const input = `${encode(changes.header ?? header)}.${encode(changes.payload ?? claims)}`
    return `${input}.${(changes.sign ?? ours)(input)}`
  }
  const withHeader = (changes: Json) => forge({ header: { ...header, ...changes } })
  const withClaims = (changes: Json) => forge({ payload: { ...claims, ...changes } })
  const without = (name: keyof typeof claims) => forge({ payload: Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)) })

  const good = forge({})
  const [goodHeader, goodPayload, goodSignature] = good.split('.') as [string, string, string]
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  /** The last character of 64 bytes in base64url carries two bits that count; the other four are free to a lax decoder. */
  const respelt = good.slice(0, -1) + 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    .split('').find(letter => letter !== good.at(-1) &&
      Buffer.from(goodSignature.slice(0, -1) + letter, 'base64url').equals(Buffer.from(goodSignature, 'base64url')))!

  const hostile: Record<string, string> = {
    // not a JWS at all
    'no token': '',
    'one word': 'token',
    'only dots': '..',
    'two segments': `${goodHeader}.${goodPayload}`,
    'four segments': `${good}.x`,
    'five segments, as a JWE': `${good}.x.y`,
    'a second token behind a space': `${good} ${good}`,
    'a second token behind a comma': `${good}, Bearer ${good}`,
    quoted: `"${good}"`,
    'padded base64': `${goodHeader}==.${goodPayload}.${goodSignature}`,
    'standard base64 alphabet': `${goodHeader}.${goodPayload}+/.${goodSignature}`,
    'percent-encoded': encodeURIComponent(`${good}%00`),
    'a signature spelt another way': respelt,
    '5 KB of token': withClaims({ pad: 'x'.repeat(5_000) }),
    '12 KB of nothing': 'a'.repeat(12_000),
    'dots without end': '.'.repeat(4_000),
    // header
    'header is no JSON': forge({ header: '{' }),
    'header is an array': forge({ header: [header] }),
    'header is null': forge({ header: 'null' }),
    'alg none without signature': forge({ header: { ...header, alg: 'none' }, sign: () => '' }),
    'alg none with signature': withHeader({ alg: 'none' }),
    'alg NONE': forge({ header: { ...header, alg: 'NONE' }, sign: () => '' }),
    'no alg': withHeader({ alg: undefined }),
    'alg is a number': withHeader({ alg: 256 }),
    'alg is an array': withHeader({ alg: ['ES256'] }),
    'alg in lower case': withHeader({ alg: 'es256' }),
    'HS256 keyed with our public PEM': forge({ header: { ...header, alg: 'HS256' }, sign: hmac(keys.publicPem) }),
    'HS256 keyed with our public JWK': forge({ header: { ...header, alg: 'HS256' }, sign: hmac(JSON.stringify(keys.publicJwk)) }),
    'HS256 keyed with nothing': forge({ header: { ...header, alg: 'HS256' }, sign: hmac('') }),
    RS256: forge({ header: { ...header, alg: 'RS256' }, sign: input => signBytes('sha256', Buffer.from(input), rsa).toString('base64url') }),
    'ES384 by name': withHeader({ alg: 'ES384' }),
    'an algorithm nobody has': withHeader({ alg: 'XX999' }),
    'typ JWT: an ID token is no access token': withHeader({ typ: 'JWT' }),
    'no typ': withHeader({ typ: undefined }),
    'typ is a number': withHeader({ typ: 1 }),
    'typ is an object': withHeader({ typ: { at: 'jwt' } }),
    'no kid': withHeader({ kid: undefined }),
    'kid of another key': withHeader({ kid: 'other' }),
    'kid is a path': withHeader({ kid: '../../dev/null' }),
    'kid is an object': withHeader({ kid: { $ne: null } }),
    'crit of an unknown extension': withHeader({ crit: ['b64'], b64: false }),
    'crit of exp': withHeader({ crit: ['exp'], exp: 1 }),
    'crit empty': withHeader({ crit: [] }),
    'crit null': withHeader({ crit: null }),
    'crit a string': withHeader({ crit: 'b64' }),
    'jwk of the attacker': forge({
      header: { ...header, jwk: attacker.publicKey.export({ format: 'jwk' }) },
      sign: ecdsa(attacker.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
    }),
    'jku of the attacker': forge({ header: { ...header, jku: 'http://127.0.0.1:1/jwks.json' }, sign: other }),
    // signature
    'another key': forge({ sign: other }),
    'no signature': `${goodHeader}.${goodPayload}.`,
    'signature of zeros (CVE-2022-21449)': forge({ sign: () => Buffer.alloc(64).toString('base64url') }),
    'signature of one byte': forge({ sign: () => 'AA' }),
    'signature twice as long': forge({ sign: input => Buffer.concat([Buffer.from(ours(input), 'base64url'), Buffer.alloc(64)]).toString('base64url') }),
    'signature in DER': forge({ sign: input => signBytes('sha256', Buffer.from(input), keys.privatePem).toString('base64url') }),
    'payload changed after signing': `${goodHeader}.${encode({ ...claims, scope: 'registry:admin' })}.${goodSignature}`,
    'header changed after signing': `${encode({ ...header, x: 1 })}.${goodPayload}.${goodSignature}`,
    // payload
    'payload is no JSON': forge({ payload: 'not json' }),
    'payload is an array': forge({ payload: [claims] }),
    'payload is a string': forge({ payload: '"claims"' }),
    'payload is null': forge({ payload: 'null' }),
    'payload is a number': forge({ payload: '1' }),
    'payload is empty': forge({ payload: '{}' }),
    'payload is not UTF-8': (input => `${input}.${ours(input)}`)(`${goodHeader}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}`),
    'payload nested without end': forge({ payload: '['.repeat(1_500) + ']'.repeat(1_500) }),
    'payload through __proto__': forge({ payload: `{"__proto__":${JSON.stringify(claims)}}` }),
    // times
    expired: withClaims({ iat: now - 1_000, exp: now - 100 }),
    'expired in the year 1': withClaims({ exp: -62_135_596_800 }),
    'exp far beyond a date': withClaims({ exp: -1e300 }),
    'lives a year': withClaims({ exp: now + 31_536_000 }),
    'lives for ever': withClaims({ exp: 1e300 }),
    'lives one second too long': withClaims({ exp: now + 901 }),
    'no lifetime at all': withClaims({ exp: now, iat: now + 1 }),
    'exp is text': withClaims({ exp: String(now + 900) }),
    'exp is null': withClaims({ exp: null }),
    'exp is a list': withClaims({ exp: [now + 900] }),
    'exp is true': withClaims({ exp: true }),
    'exp is a fraction': withClaims({ exp: now + 899.5 }),
    'iat is text': withClaims({ iat: String(now) }),
    'iat in the future': withClaims({ iat: now + 600, exp: now + 1_200 }),
    'nbf in the future': withClaims({ nbf: now + 600 }),
    'nbf beyond a date': withClaims({ nbf: 1e300 }),
    'nbf is text': withClaims({ nbf: 'now' }),
    'nbf is null': withClaims({ nbf: null }),
    // who, for whom
    'iss of another server': withClaims({ iss: 'https://evil.example' }),
    'iss with a slash more': withClaims({ iss: `${PUBLIC_URL}/` }),
    'iss is a list': withClaims({ iss: [PUBLIC_URL] }),
    'iss is an object': withClaims({ iss: { url: PUBLIC_URL } }),
    'aud of another service': withClaims({ aud: 'https://other.example' }),
    'aud empty': withClaims({ aud: '' }),
    'aud an empty list': withClaims({ aud: [] }),
    'aud a list with a number': withClaims({ aud: [PUBLIC_URL, 1] }),
    'aud is null': withClaims({ aud: null }),
    'sub is another than the client': withClaims({ sub: 'reader' }),
    'sub is a number': withClaims({ sub: 1 }),
    'client_id is a number': withClaims({ client_id: 1, sub: 1 }),
    'client_id is an object': withClaims({ client_id: { id: 'pusher' }, sub: { id: 'pusher' } }),
    'client_id with NUL': withClaims({ client_id: 'pusher\0', sub: 'pusher\0' }),
    'client_id is SQL': withClaims({ client_id: "' or 1=1 --", sub: "' or 1=1 --" }),
    'client_id is __proto__': withClaims({ client_id: '__proto__', sub: '__proto__' }),
    'unknown client': withClaims({ client_id: 'nobody', sub: 'nobody' }),
    'suspended client': withClaims({ client_id: 'suspended', sub: 'suspended' }),
    'jti empty': withClaims({ jti: '' }),
    'jti is a number': withClaims({ jti: 7 }),
    'scope is a list': withClaims({ scope: ['measurements:write'] }),
    'scope is a number': withClaims({ scope: 1 }),
    'scope with two spaces': withClaims({ scope: 'measurements:write  registry:admin' }),
    'scope with a line break': withClaims({ scope: 'measurements:write\nregistry:admin' }),
    // what should lead somewhere
    'jku of a listener': forge({ header: { ...header, jku: `${trap}/jku` }, sign: other }),
    'x5u of a listener': forge({ header: { ...header, x5u: `${trap}/x5u` }, sign: other }),
    'iss of a listener': withClaims({ iss: trap }),
    'iss of a listener, our key and its jku': forge({ header: { ...header, jku: `${trap}/both` }, payload: { ...claims, iss: trap } }),
    'kid of a listener': withHeader({ kid: `${trap}/kid` }),
    'jwks_uri in its claims': withClaims({ iss: trap, jwks_uri: `${trap}/claims` }),
    'x5c of the attacker': forge({ header: { ...header, x5c: ['MIIB'] }, sign: other }),
    'jwk with a private part': forge({
      header: { ...header, jwk: attacker.privateKey.export({ format: 'jwk' }) },
      sign: ecdsa(attacker.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
    }),
    // more of the header
    'kid is SQL': withHeader({ kid: "' or '1'='1" }),
    'kid is a command': withHeader({ kid: '|id' }),
    'kid is a device': withHeader({ kid: '/proc/self/environ' }),
    'kid with NUL': withHeader({ kid: `${keys.kid}\0` }),
    'kid in capitals': withHeader({ kid: keys.kid.toUpperCase() }),
    'kid is a list of ours': withHeader({ kid: [keys.kid] }),
    'kid of 2,000 characters': withHeader({ kid: 'k'.repeat(2_000) }),
    'alg twice': forge({ header: `{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"${keys.kid}"}` }),
    'kid twice': forge({ header: `{"alg":"ES256","typ":"at+jwt","kid":"other","kid":"${keys.kid}"}` }),
    'b64 false without crit': forge({ header: { ...header, b64: false, crit: undefined, x: { y: { z: {} } } }, sign: other }),
    'zip bomb by name': forge({ header: { ...header, zip: 'DEF' }, sign: other }),
    'nested: a token in a token': forge({ header: { ...header, cty: 'JWT' }, payload: forge({}) }),
    'JWE by name': forge({ header: { alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', kid: keys.kid } }),
    'JWE with five parts': `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.AAAA.AAAA.AAAA.AAAA`,
    'typ in full, of another kind': withHeader({ typ: 'application/jwt' }),
    'typ with a parameter': withHeader({ typ: 'at+jwt; v=1' }),
    'typ of a client\'s assertion': withHeader({ typ: 'client-authentication+jwt' }),
    'HS384 keyed with our public PEM': forge({ header: { ...header, alg: 'HS384' }, sign: hmac(keys.publicPem) }),
    'PS256 by name': withHeader({ alg: 'PS256' }),
    'EdDSA by name': withHeader({ alg: 'EdDSA' }),
    'ES256K by name': withHeader({ alg: 'ES256K' }),
    'alg with NUL': withHeader({ alg: 'ES256\0' }),
    'a header of nothing': forge({ header: '{}' }),
    'a header after a byte order mark': forge({ header: `\ufeff${JSON.stringify(header)}` }),
    'a header with a comment': forge({ header: `${JSON.stringify(header)}//` }),
    'a header nested 1,000 deep': forge({ header: `{"alg":"ES256","typ":"at+jwt","kid":"${keys.kid}","x":${'['.repeat(1_000)}${']'.repeat(1_000)}}` }),
    // more of the claims
    'a claim twice: sub': forge({ payload: JSON.stringify(claims).replace('{', '{"sub":"reader",') }),
    'a claim twice: scope': forge({ payload: JSON.stringify(claims).replace('{', '{"scope":"registry:admin",') }),
    'a claim twice: exp': forge({ payload: JSON.stringify(claims).replace('{', `{"exp":${now + 10},`) }),
    'a claim twice, spelt in two ways': forge({ payload: JSON.stringify(claims).replace('{', '{"s\\u0075b":"reader",') }),
    'payload after a byte order mark': forge({ payload: `\ufeff${JSON.stringify(claims)}` }),
    'payload with a trailing comma': forge({ payload: JSON.stringify(claims).replace('}', ',}') }),
    'payload in UTF-16': (input => `${input}.${ours(input)}`)(`${goodHeader}.${Buffer.from(JSON.stringify(claims), 'utf16le').toString('base64url')}`),
    'exp of the millisecond': withClaims({ exp: (now + 900) * 1_000 }),
    'exp beyond a safe number': forge({ payload: JSON.stringify(claims).replace(/"exp":\d+/, '"exp":9007199254740993') }),
    'exp is infinite': forge({ payload: JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400') }),
    'iat of the millisecond': withClaims({ iat: now * 1_000 }),
    'iat before exp by nothing': withClaims({ iat: now + 900 }),
    'iat negative': withClaims({ iat: -1 }),
    'iat a second too early': withClaims({ iat: now - 1, exp: now + 900 }),
    'nbf a list': withClaims({ nbf: [now] }),
    'aud nested': withClaims({ aud: [[PUBLIC_URL]] }),
    'aud an object': withClaims({ aud: { [PUBLIC_URL]: true } }),
    'aud in capitals': withClaims({ aud: PUBLIC_URL.toUpperCase() }),
    'aud with a space': withClaims({ aud: `${PUBLIC_URL} ` }),
    'aud of the token endpoint': withClaims({ aud: `${PUBLIC_URL}/oauth/token` }),
    'iss in capitals': withClaims({ iss: PUBLIC_URL.toUpperCase() }),
    'iss is null': withClaims({ iss: null }),
    'iss is __proto__': withClaims({ iss: '__proto__' }),
    'sub is a list': withClaims({ sub: ['pusher'] }),
    'sub in capitals': withClaims({ sub: 'PUSHER' }),
    'client_id with a path': withClaims({ client_id: '../admin', sub: '../admin' }),
    'client_id of 65 characters': withClaims({ client_id: 'a'.repeat(65), sub: 'a'.repeat(65) }),
    'client_id is null': withClaims({ client_id: null, sub: null }),
    'jti is a list': withClaims({ jti: ['a'] }),
    'jti with a space': withClaims({ jti: 'a b' }),
    'jti of 129 characters': withClaims({ jti: 'j'.repeat(129) }),
    'scope is null': withClaims({ scope: null }),
    'scope empty': withClaims({ scope: '' }),
    'scope with a quote': withClaims({ scope: 'measurements:write "' }),
    'scope begins with a space': withClaims({ scope: ' measurements:write' }),
    // written another way
    'a dot more': `${good}.`,
    'a dot before': `.${good}`,
    'a space within': `${goodHeader} .${goodPayload}.${goodSignature}`,
    'a letter more': `${good}A`,
    'a letter less': good.slice(0, -1),
    'the parts turned round': `${goodPayload}.${goodHeader}.${goodSignature}`,
    'a header of no canonical spelling': `${goodHeader.slice(0, -1)}${goodHeader.at(-1) === 'A' ? 'B' : 'A'}.${goodPayload}.${goodSignature}`,
    'a JSON serialization': JSON.stringify({ protected: goodHeader, payload: goodPayload, signature: goodSignature }),
    'Bearer twice': `Bearer ${good}`,
    'standard base64 of the signature': `${goodHeader}.${goodPayload}.${Buffer.from(goodSignature, 'base64url').toString('base64')}+/`,
    ...Object.fromEntries((Object.keys(claims) as (keyof typeof claims)[]).map(name => [`no ${name}`, without(name)]))
  }

  const right = {
    good,
    'typ in full': withHeader({ typ: 'application/at+jwt' }),
    'aud a list with us in it': withClaims({ aud: ['https://other.example', PUBLIC_URL] }),
    'nbf in the past': withClaims({ nbf: now - 60 }),
    'a clock 3 s ahead': withClaims({ iat: now + 3, exp: now + 903 }),
    'a claim of its own': withClaims({ x: 1 })
  }
  return { right, hostile }
}
