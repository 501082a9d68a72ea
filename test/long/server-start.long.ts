import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { database } from '../helper.js'
import { eventually, temporaryDirectory } from '../setup/processes.js'
import { refuses, server, token, up } from '../setup/server.js'

const onLinux = process.platform === 'linux' ? {} : { skip: 'looks into /proc' }

test('killed while it starts, again and again', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  for (const after of [100, 300, 600, 1_000, 1_500]) {
    const started = server(t, { DATA_DIR: dataDir })
    setTimeout(() => started.child.kill('SIGKILL'), after)
    await started.ended
  }
  const last = await up(t, { DATA_DIR: dataDir })
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  t.ok(await token(last.url, client.id, client.secret))
})

test('what stops a start, besides what server-stop.long.ts has', async t => {
  const { connectionString } = await database(t)
  const dataDir = await temporaryDirectory(t)
  await writeFile(join(dataDir, 'file'), '')
  const elsewhere = new URL(connectionString)
  elsewhere.pathname = '/no_such'
  const cases: [env: Record<string, string>, message: RegExp][] = [
    [{ HOST: '192.0.2.1', DATABASE_URL: connectionString }, /192\.0\.2\.1 is not an address of this machine/],
    [{ DATABASE_URL: elsewhere.href }, /it has no database of that name/],
    [{ DATABASE_URL: 'postgres://u:hunter2@no-such-host.invalid/registry' }, /cannot be reached: (there is no such host|the host name cannot be looked up)/],
    [{ DATA_DIR: join(dataDir, 'file', 'data') }, /cannot be made/]
  ]
  for (const [env, message] of cases) await refuses(t, { DATA_DIR: dataDir, ...env }, message)
})

test('the database is lost while it is brought up to this release', async t => {
  const { connectionString, pool } = await database(t, { migrated: false })
  const holder = await pool.connect()
  // by which one process at a time migrates (src/db/migrate.ts)
  await holder.query(`select pg_advisory_lock(${BigInt(`0x${Buffer.from('registry').toString('hex')}`)})`)
  const { ended, stderr } = server(t, { DATABASE_URL: connectionString, DATA_DIR: await temporaryDirectory(t) })
  const waiting = "select pid from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())"
  t.ok(await eventually(async () => (await pool.query(waiting)).rowCount === 1), 'it waits for its turn')
  await pool.query(`select pg_terminate_backend(pid) from (${waiting}) waiting`)
  t.equal(await ended, 1)
  t.match(stderr(), /\nCannot start\. The database was lost while it was brought up to this release \([^)]+\)\. What was begun of it is undone; start again when it answers\.\n/)
  t.notMatch(stderr(), / at .*\.[jt]s:\d+/, 'one sentence, and nothing of the inside')
  holder.release(true)
})
