import {
  createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync,
  randomBytes, randomUUID, type KeyObject
} from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

export interface PublicSigningJwk {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
  use: 'sig'
  alg: 'ES256'
  kid: string
}

export interface KeyPair {
  /** RFC 7638 thumbprint of the public key: the same key has the same id in every instance. */
  readonly kid: string
  readonly publicJwk: PublicSigningJwk
  readonly publicPem: string
  readonly privatePem: string
}

/** The key with which a process starts; the others are in the database (features/identity/ring.ts). */
export interface SigningKeys extends KeyPair {
  /** By SIGNING_KEY or the file, so that it is to sign; else it is one for a database that has none yet. */
  readonly given: boolean
  /**
   * 32 bytes for one purpose (`cursor`, …), the same in every instance that has this KEY_ENCRYPTION_KEY, or else this
   * signing key, and useless for any other purpose.
   */
  deriveKey (purpose: string): Buffer
  /**
   * With which private parts in the database are encrypted; those after it were in use before there was a
   * KEY_ENCRYPTION_KEY.
   */
  readonly wrappingKeys: readonly [Buffer, ...Buffer[]]
}

export const SIGNING_KEY_FILE = 'signing-key.pem'

/** @throws Error where it is no P-256 private key in PEM; `source` names it */
export function keyPairOf (pem: string, source: string): KeyPair {
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey(pem)
  } catch (cause) {
    throw new Error(`${source}: not an unencrypted private key in PEM`, { cause })
  }
  if (privateKey.asymmetricKeyType !== 'ec' || privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(`${source}: must be an EC private key on the curve P-256 (ES256)`)
  }
  const publicKey = createPublicKey(privateKey)
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string, y: string }
  // RFC 7638: the required members only, in this order, without spaces
  const kid = createHash('sha256').update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })).digest('base64url')
  return {
    kid,
    publicJwk: { kty: 'EC', crv: 'P-256', x, y, use: 'sig', alg: 'ES256', kid },
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  }
}

export function generateKeyPair (): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return keyPairOf(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'a new key')
}

const WRAPPING = 'signing keys'

function withDerived (pair: KeyPair, encryptionKey: Buffer | undefined, given: boolean): SigningKeys {
  const { d } = createPrivateKey(pair.privatePem).export({ format: 'jwk' }) as { d: string }
  const own = Buffer.from(d, 'base64url')
  const derive = (root: Buffer, purpose: string) =>
    Buffer.from(hkdfSync('sha256', root, 'indicator-registry', purpose, 32))
  const [root, ...former] = encryptionKey === undefined ? [own] as const : [encryptionKey, own] as const
  return {
    ...pair,
    given,
    deriveKey: purpose => derive(root, purpose),
    wrappingKeys: [derive(root, WRAPPING), ...former.map(key => derive(key, WRAPPING))]
  }
}

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypted with AES-256-GCM, as it may stand in the database; bound to the id of its key. */
export function wrapKey ({ kid, privatePem }: KeyPair, key: Buffer): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(kid))
  return Buffer.concat([iv, cipher.update(privatePem), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** Undefined where it was encrypted with none of these keys, or altered. */
export function unwrapKey (kid: string, wrapped: string, keys: readonly Buffer[]): KeyPair | undefined {
  for (const key of keys) {
    const pair = unwrapWith(kid, wrapped, key)
    if (pair !== undefined) return pair
  }
  return undefined
}

function unwrapWith (kid: string, wrapped: string, key: Buffer): KeyPair | undefined {
  const bytes = Buffer.from(wrapped, 'base64')
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(kid)).setAuthTag(bytes.subarray(-TAG_BYTES))
    const pem = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString()
    const pair = keyPairOf(pem, kid)
    return pair.kid === kid ? pair : undefined
  } catch {
    return undefined
  }
}

async function writeDurably (path: string, text: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file?.close()
  }
}

/**
 * Makes the key under a name of its own and links it to the final one: a link fails where the name is taken, so of two
 * processes that start at once exactly one key survives, and nobody ever reads half a file.
 */
async function makeKeyFile (dataDir: string, path: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const draft = join(dataDir, `.${SIGNING_KEY_FILE}.${randomUUID()}`)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  try {
    await writeDurably(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
    await link(draft, path)
    const directory = await open(dataDir, 'r')
    await directory.sync().finally(() => directory.close())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}

export interface KeySettings {
  pem?: string | undefined
  /** 32 bytes in hexadecimal. */
  encryptionKey?: string | undefined
  dataDir: string
}

/**
 * The ES256 key to start with: the PEM given, else the one under the data directory, made on the first start. With a
 * key-encryption key there is no file: the keys are in the database.
 */
export async function loadSigningKeys ({ pem, encryptionKey, dataDir }: KeySettings): Promise<SigningKeys> {
  const root = encryptionKey === undefined ? undefined : Buffer.from(encryptionKey, 'hex')
  // an environment variable often carries its line ends as \n
  if (pem !== undefined) return withDerived(keyPairOf(pem.replaceAll('\\n', '\n'), 'the signing key'), root, true)
  if (root !== undefined) return withDerived(generateKeyPair(), root, false)
  const path = join(dataDir, SIGNING_KEY_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await makeKeyFile(dataDir, path)
    text = await readFile(path, 'utf8')
  }
  // restored from a backup it may have come back readable by others; some mounts cannot say it otherwise
  await chmod(path, 0o600).catch(() => {})
  return withDerived(keyPairOf(text, path), undefined, true)
}
