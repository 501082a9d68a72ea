import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, randomUUID, type KeyObject } from 'node:crypto'
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

export interface SigningKeys {
  /** RFC 7638 thumbprint of the public key: the same key has the same id in every instance. */
  readonly kid: string
  readonly publicJwk: PublicSigningJwk
  readonly publicPem: string
  readonly privatePem: string
  /** 32 bytes for one purpose (`cursor`, …), the same in every instance that has this key, and useless for any other purpose. */
  deriveKey (purpose: string): Buffer
}

export const SIGNING_KEY_FILE = 'signing-key.pem'

function keysOf (pem: string, source: string): SigningKeys {
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
  const { d } = privateKey.export({ format: 'jwk' }) as { d: string }
  const secret = Buffer.from(d, 'base64url')
  return {
    kid,
    publicJwk: { kty: 'EC', crv: 'P-256', x, y, use: 'sig', alg: 'ES256', kid },
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    deriveKey: purpose => Buffer.from(hkdfSync('sha256', secret, 'indicator-registry', purpose, 32))
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

/** The ES256 key that signs access tokens: the PEM given, else the one under the data directory, made on the first start. */
export async function loadSigningKeys ({ pem, dataDir }: { pem?: string | undefined, dataDir: string }): Promise<SigningKeys> {
  // an environment variable often carries its line ends as \n
  if (pem !== undefined) return keysOf(pem.replaceAll('\\n', '\n'), 'the signing key')
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
  return keysOf(text, path)
}
