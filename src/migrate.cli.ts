import { readConfig } from './config.js'
import { startEmbedded } from './embedded/postgres.js'
import { prepareDatabase } from './process/database.js'

/**
 * `npm run db:migrate`: brings the database of DATABASE_URL, else the embedded one under DATA_DIR, up to this release.
 */
const log = { debug () {}, info: tell, warn: tell }

function tell (details: object, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(details)}\n`)
}

try {
  const config = readConfig(process.env)
  if (config.databaseUrl !== undefined) await prepareDatabase(config, config.databaseUrl)
  else {
    const embedded = await startEmbedded({ dataDir: config.dataDir, log })
    await prepareDatabase(config, embedded.connectionString).finally(() => embedded.stop())
  }
  process.stdout.write('The database is up to this release.\n')
} catch (error) {
  process.stderr.write(`Cannot migrate. ${(error as Error).message}\n`)
  process.exitCode = 1
}
