import type { Test } from 'tap'
import { freePort } from '../../src/embedded/free-port.js'
import { eventually, temporaryDirectory, type Started } from '../setup/processes.js'
import { ready, server, token } from '../setup/server.js'
import type { Cluster } from './cluster.js'
import { AGENCIES, CELLS } from './operations.js'

const CLIENT = { id: 'chaos', secret: 'secret-of-the-chaos-client' }

/** The registry as a process of its own. Its port stays, however often it is killed. */
export interface Registry {
  url: string
  port: number
  token: string
  /** The process there is now. */
  current (): Started
  /** SIGKILL, and nothing else. */
  kill (): Promise<void>
  start (): Promise<void>
  /** It ended by itself. */
  dead (): boolean
  /** Of all of its processes, what must not be: their crashes and their 500s. */
  complaints (): string[]
}

/** `through`: where it finds the database, other than directly. */
export async function registry (t: Test, { connectionString, pool }: Cluster, { through, env = {} }: { through?: string, env?: Record<string, string> } = {}): Promise<Registry> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const settings = {
    DATABASE_URL: through ?? connectionString, DATA_DIR: await temporaryDirectory(t), PORT: String(port), LOG_LEVEL: 'error',
    BOOTSTRAP_CLIENT_ID: CLIENT.id, BOOTSTRAP_CLIENT_SECRET: CLIENT.secret, ...env
  }
  const started: Started[] = []
  const deaths: string[] = []
  let mayEnd = false
  t.teardown(() => { mayEnd = true })
  const current = () => started.at(-1)!
  async function start () {
    mayEnd = false
    started.push(server(t, settings))
    current().ended.then(how => { if (!mayEnd) deaths.push(`it ended by itself: ${how}`) }, () => {})
    await current().says(/Swagger UI +http/)
  }
  await start()
  if ((await pool.query("SELECT FROM indicators WHERE code = 'CHAOS'")).rowCount === 0) await pool.query(WORLD)
  return {
    url,
    port,
    token: (await token(url, CLIENT.id, CLIENT.secret))!,
    current,
    start,
    async kill () {
      mayEnd = true
      current().child.kill('SIGKILL')
      await current().ended
    },
    dead: () => deaths.length > 0,
    complaints: () => [...deaths, ...started.flatMap(({ stderr }) => stderr().split('\n').filter(line => line !== '' && !/^{"level":[1-4]0,/.test(line))).map(line => line.slice(0, 800))].slice(0, 20)
  }
}

/** One indicator, communes, and members of one dimension: figures enough for everybody. */
const WORLD = `
  INSERT INTO agencies (code, kind, level) SELECT 'XA-' || i, 'commune_committee', 'commune' FROM generate_series(1, ${AGENCIES}) i;
  INSERT INTO agency_names (agency_code, name_vi, search, valid_from) SELECT 'XA-' || i, 'Xã ' || i, 'xa ' || i, '1950-01-01' FROM generate_series(1, ${AGENCIES}) i;
  INSERT INTO dimensions (code, name) VALUES ('cell', '{"vi":"ô"}');
  INSERT INTO dimension_members (dimension_code, code, name) SELECT 'cell', 'm' || i, '{"vi":"ô"}' FROM generate_series(0, ${CELLS}) i;
  INSERT INTO pillars (code, name) VALUES ('CQS', '{"vi":"Chính quyền số"}');
  INSERT INTO indicators (code, pillar_code, name_vi, search, unit, value_kind, decimals, minimum, maximum, direction, aggregation, frequency, calendar_code, review_policy)
    VALUES ('CHAOS', 'CQS', 'Số đo', 'so do', '%', 'number', 0, 0, 1000000000, 'higher_is_better', 'mean', 'monthly', 'statistical', 'automatic')`

/** What is not as it must be once nobody asks for anything any more. */
export async function healthy ({ url }: Registry, { pool }: Cluster): Promise<string[]> {
  const faults: string[] = []
  if (!await eventually(async () => await ready(url) === 200)) faults.push('it is not ready')
  const busy = async () => (await pool.query("SELECT pid, state, query FROM pg_stat_activity WHERE application_name = 'indicator-registry' AND state <> 'idle'")).rows
  if (!await eventually(async () => (await busy()).length === 0)) faults.push(`a connection was not given back: ${JSON.stringify(await busy())}`)
  // more than it has connections
  const reads = await Promise.all(Array.from({ length: 12 }, () => fetch(`${url}/v1/indicators`).then(({ status }) => status, (error: Error) => error.message)))
  if (reads.some(status => status !== 200)) faults.push(`reads are answered ${reads.join(', ')}`)
  return faults
}
