import type { Config } from '../config.js'
import type { KeySettings } from '../features/identity/key-material.js'

export const keySettings = (
  { signingKey, keyEncryptionKey, dataDir }: Pick<Config, 'signingKey' | 'keyEncryptionKey' | 'dataDir'>
): KeySettings =>
  ({ pem: signingKey, encryptionKey: keyEncryptionKey, dataDir })
