import { createServer, type AddressInfo } from 'node:net'
import { test } from 'tap'
import { database } from '../helper.js'
import { eventually, temporaryDirectory } from '../setup/processes.js'
import { ready, refuses, token, up } from '../setup/server.js'

test('requests in flight end, with Connection: close', async t => {
  const { connectionString, pool } = await database(t)
  const dataDir = await temporaryDirectory(t)
  const { child, url, ended } = await up(t, { DATABASE_URL: connectionString, DATA_DIR: dataDir })
  const holder = await pool.connect()
  await holder.query('BEGIN; LOCK TABLE indicators')
  const slow = fetch(`${url}/v1/indicators`)
  const waiting = () => pool.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
  t.ok(await eventually(async () => (await waiting()).rowCount === 1), 'it waits for the table')
  child.kill('SIGTERM')
  t.ok(await eventually(async () => await fetch(url).then(() => false, () => true)), 'no new connections')
  await holder.query('COMMIT')
  holder.release()
  const response = await slow
  t.equal(response.status, 200)
  t.equal(response.headers.get('connection'), 'close')
  t.ok((await response.json() as { data: unknown[] }).data)
  t.equal(await ended, 0)
})

test('a request that does not end is cut after its time', async t => {
  const { connectionString, pool } = await database(t)
  const { child, url, ended } = await up(t, { DATABASE_URL: connectionString, DATA_DIR: await temporaryDirectory(t), SHUTDOWN_TIMEOUT_MS: '300' })
  const holder = await pool.connect()
  await holder.query('BEGIN; LOCK TABLE indicators')
  const slow = fetch(`${url}/v1/indicators`).then(() => 'answered', () => 'cut')
  const waiting = () => pool.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
  await eventually(async () => (await waiting()).rowCount === 1)
  child.kill('SIGTERM')
  t.equal(await ended, 0)
  t.equal(await slow, 'cut')
  holder.release(true)
})

test('with DATABASE_URL: migrated, no secret printed, two instances side by side', async t => {
  const { connectionString, pool } = await database(t, { migrated: false })
  const secret = 'a-secret-of-the-operator'
  const env = { DATABASE_URL: connectionString, DATA_DIR: await temporaryDirectory(t), BOOTSTRAP_CLIENT_ID: 'operator', BOOTSTRAP_CLIENT_SECRET: secret }
  const instances = await Promise.all([up(t, env), up(t, env)])
  for (const { url, stdout, stderr } of instances) {
    t.equal(await ready(url), 200)
    t.ok(await token(url, 'operator', secret))
    t.notOk((stdout() + stderr()).includes(secret))
  }
  t.same((await pool.query('SELECT id FROM clients')).rows, [{ id: 'operator' }])
})

test('what stops a start is said in one message', async t => {
  const { connectionString } = await database(t)
  const dataDir = await temporaryDirectory(t)
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await new Promise(resolve => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const cases: [env: Record<string, string>, message: RegExp][] = [
    [{ PORT: 'eighty', SEED: 'everything' }, /2 settings are wrong:\n {2}PORT is "eighty": .*\n {2}SEED is "everything": /],
    [{ PORT: String(port), DATABASE_URL: connectionString }, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken .* PORT=`)],
    [{ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/registry', CONNECTION_TIMEOUT_MS: '300' }, /database 127\.0\.0\.1:1\/registry of DATABASE_URL cannot be reached: nothing listens there/]
  ]
  for (const [env, message] of cases) await refuses(t, { DATA_DIR: dataDir, ...env }, message)
})
