import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Test } from 'tap'
import { clearLeftovers } from '../../src/embedded/cluster.js'
import { usableBinaries } from '../../src/embedded/binaries.js'
import { spawnServer, type ServerProcess } from '../../src/embedded/process.js'
import { findPlace } from '../../src/embedded/user.js'
import { startEmbedded } from '../../src/embedded/postgres.js'
import { temporaryDirectory } from '../setup/processes.js'

const log = { debug () {}, info () {}, warn () {} }
const MAX_CONNECTIONS = 60

/** A PostgreSQL that writes to the disk before it answers COMMIT, and that can be killed and started again where it was. */
export interface Cluster {
  connectionString: string
  port: number
  /** Ours, to look at what is stored. It does not outlive a kill. */
  pool: pg.Pool
  /** SIGKILL for the postmaster alone; its backends find out by themselves. */
  kill (): Promise<void>
  /** On the same data and the same port. */
  restart (): Promise<void>
}

export async function cluster (t: Test): Promise<Cluster> {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const embedded = await startEmbedded({ dataDir, log, durable: true, maxConnections: MAX_CONNECTIONS })
  t.teardown(() => embedded.stop())
  const { connectionString } = embedded
  const port = Number(new URL(connectionString).port)
  const pool = new pg.Pool({ connectionString, max: 4 })
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  t.teardown(() => pool.end())
  let again: ServerProcess | undefined
  t.teardown(() => again?.stop())

  return {
    connectionString,
    port,
    pool,
    async kill () {
      process.kill(again?.pid ?? embedded.pid, 'SIGKILL')
      await again?.ended
      await embedded.stop()
    },
    async restart () {
      const place = await findPlace(dataDir, log)
      const native = await usableBinaries(join(place.cluster, '..'), place.user)
      for (const end = Date.now() + 30_000; ; await sleep(100)) {
        await clearLeftovers(place.cluster, log)
        again = spawnServer({ native, place, log, port, durable: true, maxConnections: MAX_CONNECTIONS })
        const outcome = await Promise.race([again.ready, again.ended])
        if (outcome === true) return
        // backends of the one that was killed are still there
        if (Date.now() > end) throw new Error(`PostgreSQL does not start again: ${outcome}`)
      }
    }
  }
}
