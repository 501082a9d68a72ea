import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { readTrustedIssuers, type TrustedIssuer } from './features/identity/trusted-issuers.js'

/**
 * One setting: the variable it is read from, and what a right value looks like, as the message about a wrong one says
 * it.
 */
const setting = (variable: string, right: string, rest: object = {}) => ({ variable, right, ...rest })
/** Its value never stands in a message: messages end up in logs. */
const secret = { secret: true }

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export const SEEDS = ['demo', 'plan', 'none'] as const
export type SeedName = typeof SEEDS[number]

const words = <const T extends readonly string[]>(variable: string, values: T, rest: object = {}) =>
  Type.Unsafe<T[number]>(Type.Enum([...values], setting(variable, `one of ${values.join(', ')}`, rest)))

const milliseconds = (variable: string, minimum: number, maximum: number, value: number) =>
  Type.Integer(setting(variable, `milliseconds, a whole number from ${minimum} to ${maximum}`, {
    minimum, maximum, default: value
  }))

const ConfigSchema = Type.Object({
  /** Absent: an embedded PostgreSQL under `dataDir`. */
  databaseUrl: Type.Optional(Type.String(setting(
    'DATABASE_URL', 'a URL such as postgres://user:password@host:5432/database', secret
  ))),
  /** Who makes and owns the tables, where the service itself is to log in as somebody who may not. */
  databaseOwnerUrl: Type.Optional(Type.String(setting(
    'DATABASE_OWNER_URL', 'a URL such as postgres://owner:password@host:5432/database', secret
  ))),
  /** Beside the program, so that a first start needs nothing; relative to the working directory. */
  dataDir: Type.String(setting('DATA_DIR', 'the path of a directory', { pattern: '^[^\\0]+$', default: './.data' })),
  /** Only this machine, until somebody decides otherwise. */
  host: Type.String(setting(
    'HOST', 'an address or host name to listen on, such as 127.0.0.1 or ::',
    { pattern: '^[A-Za-z0-9_.:%-]{1,253}$', default: '127.0.0.1' }
  )),
  /** 0: any free port. */
  port: Type.Integer(setting('PORT', 'a whole number from 0 to 65535', {
    minimum: 0, maximum: 65_535, default: 3_000
  })),
  /**
   * Where `/metrics` is served, apart from the API; 0: any free port. Empty is absent: then the default, unless it is
   * taken.
   */
  metricsHost: Type.String(setting(
    'METRICS_HOST', 'an address or host name to listen on, such as 127.0.0.1 or ::',
    { pattern: '^[A-Za-z0-9_.:%-]{1,253}$', default: '127.0.0.1' }
  )),
  metricsPort: Type.Optional(Type.Integer(setting(
    'METRICS_PORT', 'a whole number from 0 to 65535', { minimum: 0, maximum: 65_535 }
  ))),
  /** As clients see it: links, and the issuer and audience of tokens. Never with a slash at the end. */
  publicUrl: Type.Optional(Type.String(setting(
    'PUBLIC_URL', 'an http or https URL without query or fragment, such as https://indicators.example.gov.vn'
  ))),
  /** Something to look at on a first start; into a database somebody else keeps we put nothing unasked. */
  seed: words('SEED', SEEDS),
  bootstrapClientId: Type.Optional(Type.String(setting(
    'BOOTSTRAP_CLIENT_ID', 'letters, digits and . _ -, 1 to 64 of them, beginning with a letter or digit',
    { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }
  ))),
  /** Sixteen characters at least: it opens every scope. */
  bootstrapClientSecret: Type.Optional(Type.String(setting(
    'BOOTSTRAP_CLIENT_SECRET', '16 to 256 printable ASCII characters without spaces',
    { pattern: '^[\\x21-\\x7e]{16,256}$', ...secret }
  ))),
  /** The plan and its results are public; a province that thinks otherwise says `token`. */
  readAccess: words('READ_ACCESS', ['public', 'token'], { default: 'public' }),
  logLevel: words('LOG_LEVEL', LOG_LEVELS, { default: 'info' }),
  /** Nobody's X-Forwarded-* is believed unless said: a client could write its own address. */
  trustProxy: Type.Union(
    [Type.Boolean(), Type.Integer(), Type.Array(Type.String())],
    setting(
      'TRUST_PROXY',
      'true, false, the number of proxies in front (1 to 10), or their addresses and networks separated by commas, ' +
      'such as 10.0.0.0/8',
      { default: false }
    )
  ),
  /** Absent: one is made in `dataDir`. Instances that share a database must share it. */
  signingKey: Type.Optional(Type.String(setting(
    'SIGNING_KEY',
    'an unencrypted EC private key on the curve P-256 in PEM (openssl ecparam -name prime256v1 -genkey -noout); line ' +
    'ends may be written \\n',
    secret
  ))),
  /** Absent: it is derived from the signing key, and a stolen one then opens the others too. */
  keyEncryptionKey: Type.Optional(Type.String(setting(
    'KEY_ENCRYPTION_KEY', '32 random bytes in hexadecimal or base64 (openssl rand -hex 32)', secret
  ))),
  /** Nobody else's tokens are taken unless said. */
  trustedIssuers: Type.Optional(Type.Unsafe<readonly TrustedIssuer[]>(Type.Array(
    Type.Unknown(),
    setting('TRUSTED_ISSUERS', 'a JSON list of issuers, each with issuer, jwksUri and clients (docs/operations.md)')
  ))),
  /**
   * PostgreSQL allows 100 connections to all its clients together. Eight: three that answer, three that write, and two
   * of a thread that reads.
   */
  databasePoolMax: Type.Integer(setting('DATABASE_POOL_MAX', 'a whole number from 8 to 90', {
    minimum: 8, maximum: 90, default: 20
  })),
  /** Far beyond what a report system sends; what protects one from another are lanes (plugins/lanes.ts). */
  rateLimitClient: Type.Integer(setting(
    'RATE_LIMIT_CLIENT', 'requests a minute, a whole number from 0 (no limit) to 10000000',
    { minimum: 0, maximum: 10_000_000, default: 60_000 }
  )),
  rateLimitAddress: Type.Integer(setting(
    'RATE_LIMIT_ADDRESS', 'requests a minute, a whole number from 0 (no limit) to 10000000',
    { minimum: 0, maximum: 10_000_000, default: 6_000 }
  )),
  /** What computes long, in threads beside the one that answers everybody; each takes two of the connections. */
  readThreads: Type.Integer(setting(
    'READ_THREADS', 'a whole number from 1 to 8, at most a sixth of DATABASE_POOL_MAX', { minimum: 1, maximum: 8 }
  )),
  /** The longest read (status of a whole plan) takes well under a second; 30 s is a runaway. */
  statementTimeoutMs: milliseconds('STATEMENT_TIMEOUT_MS', 100, 600_000, 30_000),
  /** How long a request waits for a connection before it is answered 503. */
  connectionTimeoutMs: milliseconds('CONNECTION_TIMEOUT_MS', 100, 60_000, 5_000),
  /** Docker kills 10 s after SIGTERM, and the embedded database needs its share to stop. */
  shutdownTimeoutMs: milliseconds('SHUTDOWN_TIMEOUT_MS', 0, 600_000, 8_000)
})

/** All settings of a process. `publicUrl` and `seed` are filled in from the others. */
export type Config = Static<typeof ConfigSchema> & { publicUrl: string }

/** One message for the person who starts the process: every wrong variable, what is wrong, and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor (readonly problems: readonly string[]) {
    super(`${problems.length === 1 ? 'A setting is' : `${problems.length} settings are`} ` +
      `wrong:\n${problems.map(problem => `  ${problem}`).join('\n')}`)
  }
}

type Setting = TSchema & { variable: string, right: string, secret?: boolean, default?: unknown, type?: string }
const SETTINGS = Object.entries(ConfigSchema.properties) as unknown as [keyof Config, Setting][]

/**
 * What a JSON schema cannot say. Each gives the value as the process wants it, or undefined where it is wrong; one
 * that can say what is wrong throws it.
 */
const READERS: Partial<Record<keyof Config, (text: string) => unknown>> = {
  databaseUrl: readDatabaseUrl,
  databaseOwnerUrl: readDatabaseUrl,
  publicUrl: readPublicUrl,
  trustProxy: readTrustProxy,
  signingKey: readSigningKey,
  keyEncryptionKey: readKeyEncryptionKey,
  trustedIssuers: readTrustedIssuers
}

/**
 * The settings in `env`; variables that are none of ours are not looked at, and an empty one counts as absent
 * (docker compose cannot leave one out).
 * @throws ConfigError naming every variable that is wrong.
 */
export function readConfig (env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const config: Record<string, unknown> = {}
  for (const [name, schema] of SETTINGS) {
    const text = env[schema.variable]
    if (text === undefined || text === '') {
      if (schema.default !== undefined) config[name] = schema.default
      continue
    }
    let value: unknown
    try {
      value = READERS[name]?.(text) ??
        (READERS[name] ? undefined : schema.type === 'integer' ? readInteger(text) : text)
    } catch (error) {
      problems.push(`${schema.variable} is not valid: ${(error as Error).message}. It must be ${schema.right}.`)
      continue
    }
    if (value !== undefined && Value.Check(schema, value)) config[name] = value
    else {
      problems.push(`${schema.variable} ` +
      `${schema.secret ? 'is not valid' : `is ${JSON.stringify(text.slice(0, 100))}`}: it must be ${schema.right}.`)
    }
  }
  if (Boolean(env['BOOTSTRAP_CLIENT_ID']) !== Boolean(env['BOOTSTRAP_CLIENT_SECRET'])) {
    const [given, missing] = env['BOOTSTRAP_CLIENT_ID'] ? ['ID', 'SECRET'] : ['SECRET', 'ID']
    problems.push(`BOOTSTRAP_CLIENT_${missing} is missing: it must be set together with BOOTSTRAP_CLIENT_${given}, ` +
      'or neither.')
  }
  const { databasePoolMax } = config as { databasePoolMax?: number }
  config.readThreads ??= Math.min(2, Math.floor((databasePoolMax ?? 0) / 6))
  if (databasePoolMax !== undefined && config.readThreads as number > databasePoolMax / 6) {
    problems.push(`READ_THREADS is "${config.readThreads as number}": it must be at most a sixth of ` +
      `DATABASE_POOL_MAX, which is ${databasePoolMax}.`)
  }
  if (env['DATABASE_OWNER_URL'] && !env['DATABASE_URL']) {
    problems.push('DATABASE_OWNER_URL is set without DATABASE_URL: the embedded database has an owner of its own.')
  }
  if (problems.length > 0) throw new ConfigError(problems)
  config.seed ??= config.databaseUrl === undefined ? 'demo' : 'none'
  config.publicUrl ??= localUrl(config.host as string, config.port as number)
  return config as unknown as Config
}

/** A read in a thread uses one at a time; the second is for what its request asks beside its snapshot. */
export const CONNECTIONS_OF_A_READ_THREAD = 2

/**
 * What each part of the process has of the connections: the thread that writes has half of what is not for reading
 * ones.
 */
export function connectionsOf (
  { databasePoolMax, readThreads }: Pick<Config, 'databasePoolMax' | 'readThreads'>
): { own: number, writing: number } {
  const left = databasePoolMax - readThreads * CONNECTIONS_OF_A_READ_THREAD
  const writing = Math.floor(left / 2)
  return { own: left - writing, writing }
}

/** How a person on this machine reaches a server that listens there. */
export function localUrl (host: string, port: number): string {
  const name = ['0.0.0.0', '::'].includes(host) ? 'localhost' : isIP(host) === 6 ? `[${host}]` : host
  return `http://${name}${port === 80 ? '' : `:${port}`}`
}

function readDatabaseUrl (text: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(text) ? text : undefined
}

function readInteger (text: string): number | undefined {
  return /^(0|[1-9][0-9]{0,9})$/.test(text) ? Number(text) : undefined
}

function readPublicUrl (text: string): string | undefined {
  if (!URL.canParse(text) || /[?#\s]/.test(text)) return undefined
  const url = new URL(text)
  if (!['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return url.href.replace(/\/+$/, '')
}

function readTrustProxy (text: string): boolean | number | string[] | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  const hops = readInteger(text)
  if (hops !== undefined) return hops >= 1 && hops <= 10 ? hops : undefined
  const networks = text.split(',').map(part => part.trim())
  return networks.every(isNetwork) ? networks : undefined
}

function isNetwork (text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  if (prefix === undefined) return true
  const bits = readInteger(prefix)
  return bits !== undefined && bits <= (version === 4 ? 32 : 128)
}

function readSigningKey (text: string): string | undefined {
  const pem = text.replaceAll('\\n', '\n')
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? pem : undefined
  } catch {
    return undefined
  }
}

function readKeyEncryptionKey (text: string): string | undefined {
  const bytes = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined
  return bytes?.length === 32 ? bytes.toString('hex') : undefined
}
