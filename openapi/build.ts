import { generateKeyPairSync } from 'node:crypto'
import { pino } from 'pino'
import { buildApp } from '../src/app.js'
import { readConfig } from '../src/config.js'
import { openDatabase } from '../src/db/client.js'
import { loadSigningKeys } from '../src/features/identity/key-material.js'
import { toYaml } from '../src/plugins/openapi.js'

/** The document as the default settings publish it. Nothing is connected to and nothing listens. */
export async function buildDocument (): Promise<{ json: string, yaml: string }> {
  const config = readConfig({ DATABASE_URL: 'postgresql://nobody@localhost/never-connected' })
  const { pool, db, close } = openDatabase({ connectionString: config.databaseUrl! })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signingKeys = await loadSigningKeys({ pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, dataDir: config.dataDir })
  const app = await buildApp({ config, pool, db, signingKeys, logger: pino({ level: 'silent' }) })
  try {
    await app.ready()
    const document = app.swagger()
    return { json: `${JSON.stringify(document, null, 2)}\n`, yaml: toYaml(document) }
  } finally {
    await app.close()
    await close()
  }
}
