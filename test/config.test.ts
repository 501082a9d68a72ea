import { generateKeyPairSync } from 'node:crypto'
import { test } from 'tap'
import { ConfigError, connectionsOf, localUrl, readConfig } from '../src/config.js'

function problemsOf (env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

const key = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

test('nothing set', async t => {
  t.match(readConfig({}), {
    dataDir: './.data', host: '127.0.0.1', port: 3000, publicUrl: 'http://127.0.0.1:3000', seed: 'demo', readAccess: 'public', logLevel: 'info', trustProxy: false, databasePoolMax: 20, readThreads: 2
  })
  t.notOk('databaseUrl' in readConfig({}))
})

test('threads take connections: as many as a quarter of them', async t => {
  t.equal(readConfig({ DATABASE_POOL_MAX: '8' }).readThreads, 1)
  t.equal(readConfig({ DATABASE_POOL_MAX: '90' }).readThreads, 2, 'two, unless said')
  t.equal(readConfig({ DATABASE_POOL_MAX: '48', READ_THREADS: '8' }).readThreads, 8)
  for (const [max, own, writing] of [['8', 3, 3], ['9', 4, 3], ['12', 4, 4], ['20', 8, 8], ['90', 43, 43]] as const) {
    t.same(connectionsOf(readConfig({ DATABASE_POOL_MAX: max })), { own, writing }, `${max} connections`)
  }
})

test('an empty variable is an absent one, and other people’s are not looked at', async t => {
  t.same(readConfig({ PORT: '', DATABASE_URL: '', SEED: '', SIGNING_KEY: '', PATH: '/bin', DATABASE_URI: 'x' }), readConfig({}))
})

test('into a database somebody keeps nothing is put unasked', async t => {
  const DATABASE_URL = 'postgres://u:p@db.example/registry'
  t.equal(readConfig({ DATABASE_URL }).seed, 'none')
  t.equal(readConfig({ DATABASE_URL, SEED: 'plan' }).seed, 'plan')
})

test('the address clients see', async t => {
  const of = (env: Record<string, string>) => readConfig(env).publicUrl
  t.equal(of({ PORT: '8080' }), 'http://127.0.0.1:8080')
  t.equal(of({ HOST: '0.0.0.0', PORT: '80' }), 'http://localhost')
  t.equal(of({ HOST: '::', PORT: '1' }), 'http://localhost:1')
  t.equal(of({ HOST: '::1' }), 'http://[::1]:3000')
  t.equal(of({ PUBLIC_URL: 'https://chitieu.example.gov.vn/' }), 'https://chitieu.example.gov.vn')
  t.equal(of({ PUBLIC_URL: 'https://EXAMPLE.vn:443/api//' }), 'https://example.vn/api')
  t.equal(localUrl('registry.local', 3000), 'http://registry.local:3000')
})

const right: [variable: string, text: string, name: string, value: unknown][] = [
  ['PORT', '0', 'port', 0],
  ['PORT', '65535', 'port', 65535],
  ['DATABASE_URL', 'postgresql:///registry?host=/var/run/postgresql', 'databaseUrl', 'postgresql:///registry?host=/var/run/postgresql'],
  ['READ_ACCESS', 'token', 'readAccess', 'token'],
  ['TRUST_PROXY', 'true', 'trustProxy', true],
  ['TRUST_PROXY', '2', 'trustProxy', 2],
  ['TRUST_PROXY', '10.0.0.0/8, ::1', 'trustProxy', ['10.0.0.0/8', '::1']],
  ['LOG_LEVEL', 'silent', 'logLevel', 'silent'],
  ['STATEMENT_TIMEOUT_MS', '100', 'statementTimeoutMs', 100],
  ['SHUTDOWN_TIMEOUT_MS', '0', 'shutdownTimeoutMs', 0],
  ['KEY_ENCRYPTION_KEY', 'AB'.repeat(32), 'keyEncryptionKey', 'ab'.repeat(32)],
  ['KEY_ENCRYPTION_KEY', `${'A'.repeat(43)}=`, 'keyEncryptionKey', '00'.repeat(32)],
  ['KEY_ENCRYPTION_KEY', '_'.repeat(42) + '8', 'keyEncryptionKey', 'ff'.repeat(32)]
]

test('right values', async t => {
  for (const [variable, text, name, value] of right) {
    t.same(readConfig({ [variable]: text })[name as 'port'], value, `${variable}=${text}`)
  }
  const pem = key('P-256')
  t.equal(readConfig({ SIGNING_KEY: pem }).signingKey, pem)
  t.equal(readConfig({ SIGNING_KEY: pem.replaceAll('\n', '\\n') }).signingKey, pem, 'line ends written \\n')
})

const wrong: [variable: string, text: string][] = [
  ...['65536', '-1', '3e3', '0x10', ' 80', '080', 'abc', '3000.5', '٣'].map((text): [string, string] => ['PORT', text]),
  ['HOST', 'http://x'], ['HOST', 'a b'],
  ['DATA_DIR', 'a\0b'],
  ['DATABASE_URL', 'mysql://a/b'], ['DATABASE_URL', 'localhost:5432'], ['DATABASE_URL', 'postgres://h:99999/d'],
  ['PUBLIC_URL', 'ftp://x'], ['PUBLIC_URL', 'example.gov.vn'], ['PUBLIC_URL', 'https://x/?a'], ['PUBLIC_URL', 'https://u:p@x'],
  ['SEED', 'DEMO'], ['SEED', 'true'],
  ['READ_ACCESS', 'Public'],
  ['LOG_LEVEL', 'verbose'],
  ['TRUST_PROXY', 'yes'], ['TRUST_PROXY', '0'], ['TRUST_PROXY', '11'], ['TRUST_PROXY', '10.0.0.0/33'], ['TRUST_PROXY', '10.0.0.1,'],
  ['SIGNING_KEY', 'secret'], ['SIGNING_KEY', key('P-384')],
  ['DATABASE_POOL_MAX', '7'], ['DATABASE_POOL_MAX', '1000'], ['READ_THREADS', '-1'], ['READ_THREADS', '0'], ['READ_THREADS', '4'], ['READ_THREADS', '9'],
  ['STATEMENT_TIMEOUT_MS', '1'], ['CONNECTION_TIMEOUT_MS', '1e3']
]

test('wrong values: one problem, naming the variable and what would be right', async t => {
  for (const [variable, text] of wrong) {
    const problems = problemsOf({ [variable]: text })
    t.equal(problems.length, 1, `${variable}=${JSON.stringify(text)}`)
    t.match(problems[0], new RegExp(`^${variable} is .*: it must be .+\\.$`, 's'))
  }
})

test('all wrong ones in one message', async t => {
  t.throws(() => readConfig({ PORT: 'x', SEED: 'y', READ_ACCESS: 'z' }), {
    name: 'ConfigError',
    message: /^3 settings are wrong:\n {2}PORT .*\n {2}SEED .*\n {2}READ_ACCESS .*$/
  })
  t.throws(() => readConfig({ PORT: 'x' }), { message: /^A setting is wrong:\n {2}PORT is "x": it must be a whole number from 0 to 65535\.$/ })
})

test('a secret never stands in the message', async t => {
  const problems = problemsOf({
    DATABASE_URL: 'http://u:hunter2@h/d', SIGNING_KEY: 'hunter2', BOOTSTRAP_CLIENT_ID: 'admin', BOOTSTRAP_CLIENT_SECRET: 'hunter2'
  })
  t.equal(problems.length, 3)
  t.notMatch(problems.join('\n'), /hunter2/)
})

test('the first client has both an id and a secret', async t => {
  t.match(problemsOf({ BOOTSTRAP_CLIENT_ID: 'admin' }), [/^BOOTSTRAP_CLIENT_SECRET is missing/])
  t.match(problemsOf({ BOOTSTRAP_CLIENT_SECRET: 'a-long-enough-secret' }), [/^BOOTSTRAP_CLIENT_ID is missing/])
  t.same(problemsOf({ BOOTSTRAP_CLIENT_ID: 'admin', BOOTSTRAP_CLIENT_SECRET: 'a-long-enough-secret' }), [])
})

const issuer = { issuer: 'https://id.example', jwksUri: 'https://id.example/certs', clients: { a: 'reporter' } }

test('issuers that are trusted', async t => {
  t.same(readConfig({ TRUSTED_ISSUERS: JSON.stringify([issuer]) }).trustedIssuers, [{
    ...issuer, algorithms: ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'], clientClaim: 'client_id', scopeClaim: 'scope', maxLifetime: 3_600
  }])
  const whole = {
    ...issuer, audience: 'api', typ: 'at+jwt', algorithms: ['RS256'], clientClaim: 'azp', scopeClaim: '/a/b', scopes: { r: ['measurements:write'] }, maxLifetime: 600
  }
  t.same(readConfig({ TRUSTED_ISSUERS: JSON.stringify([whole]) }).trustedIssuers, [whole])
  for (const jwksUri of ['http://127.0.0.1:8080/certs', 'http://localhost/certs', 'http://[::1]/certs']) {
    t.equal(readConfig({ TRUSTED_ISSUERS: JSON.stringify([{ ...issuer, jwksUri }]) }).trustedIssuers?.length, 1, jwksUri)
  }
  const wrong: [name: string, value: unknown, said: RegExp][] = [
    ['no JSON', undefined, /not JSON/],
    ['an object', issuer, /not a list/],
    ['a text', ['https://id.example'], /\[0\] is not an object/],
    ['http', [{ ...issuer, jwksUri: 'http://id.example/certs' }], /\[0\]\.jwksUri must be an https address/],
    ['http to something like this machine', [{ ...issuer, jwksUri: 'http://localhost.example/certs' }], /jwksUri/],
    ['a file', [{ ...issuer, jwksUri: 'file:///etc/passwd' }], /jwksUri/],
    ['a user', [{ ...issuer, jwksUri: 'https://a:b@id.example/' }], /jwksUri/],
    ['no address', [{ issuer: 'x', clients: { a: 'b' } }], /\[0\]\.jwksUri/],
    ['no issuer', [{ ...issuer, issuer: undefined }], /\[0\]\.issuer/],
    ['no client', [{ ...issuer, clients: {} }], /\[0\]\.clients/],
    ['a list of clients', [{ ...issuer, clients: ['a'] }], /\[0\]\.clients/],
    ['a scope that is none', [issuer, { ...issuer, issuer: 'y', scopes: { r: ['all'] } }], /\[1\]\.scopes/],
    ['none', [{ ...issuer, algorithms: ['none'] }], /algorithms must be a list of ES256/],
    ['HS256', [{ ...issuer, algorithms: ['HS256'] }], /algorithms/],
    ['an unknown field', [{ ...issuer, jwks_uri: 'x' }], /\[0\]\.jwks_uri is not known/],
    ['a lifetime of days', [{ ...issuer, maxLifetime: 100_000 }], /maxLifetime must be seconds/],
    ['one twice', [issuer, issuer], /https:\/\/id\.example stands twice/]
  ]
  for (const [name, value, said] of wrong) {
    const problems = problemsOf({ TRUSTED_ISSUERS: value === undefined ? '[{' : JSON.stringify(value) })
    t.equal(problems.length, 1, name)
    t.match(problems[0], /^TRUSTED_ISSUERS is not valid: /, name)
    t.match(problems[0], said, name)
  }
  for (const text of ['x', 'ab'.repeat(31), 'AA', `${'A'.repeat(42)}=`]) t.match(problemsOf({ KEY_ENCRYPTION_KEY: text }), [/^KEY_ENCRYPTION_KEY is not valid: it must be 32 random bytes/], text)
})
