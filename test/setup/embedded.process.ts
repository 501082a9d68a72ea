import { startEmbedded } from '../../src/embedded/postgres.js'

/** A process that holds an embedded database: what `server.ts` does, without the rest. Usage: embedded.process.ts <data directory> */
const say = (details: object, message: string) => console.log(`log: ${message} ${JSON.stringify(details)}`)
try {
  const database = await startEmbedded({
    dataDir: process.argv[2]!, log: { debug () {}, info: say, warn: say }, onExit: reason => { console.log(`lost: ${reason}`); process.exit(3) }
  })
  console.log(`up ${database.pid} ${database.connectionString}`)
  process.on('SIGTERM', () => { database.stop().then(() => process.exit(0)) })
} catch (error) {
  console.log(`refused: ${(error as Error).name}: ${(error as Error).message}`)
  process.exit(1)
}
