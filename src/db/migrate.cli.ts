import { readConfig } from '../config.js'
import { startEmbedded } from './embedded.js'
import { migrate } from './migrate.js'

/** `npm run db:migrate`: brings the database of DATABASE_URL, else the embedded one under DATA_DIR, up to this release. */
const log = { debug () {}, info: tell, warn: tell }

function tell (details: object, message: string): void {
  process.stderr.write(`${message} ${JSON.stringify(details)}\n`)
}

try {
  const { databaseUrl, dataDir } = readConfig(process.env)
  if (databaseUrl !== undefined) await migrate(databaseUrl)
  else {
    const embedded = await startEmbedded({ dataDir, log })
    await migrate(embedded.connectionString).finally(() => embedded.stop())
  }
  process.stdout.write('The database is up to this release.\n')
} catch (error) {
  process.stderr.write(`Cannot migrate. ${(error as Error).message}\n`)
  process.exitCode = 1
}
