import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { test, type Test } from 'tap'
import { freePort } from '../../src/embedded/free-port.js'
import { database } from '../helper.js'
import { eventually, temporaryDirectory } from '../setup/processes.js'
import { ready, refuses, token, up } from '../setup/server.js'

const PGBOUNCER = '/usr/sbin/pgbouncer'
const here = existsSync(PGBOUNCER) || process.env.CI !== undefined ? {} : { skip: `there is no ${PGBOUNCER}` }
const first = { BOOTSTRAP_CLIENT_ID: 'first', BOOTSTRAP_CLIENT_SECRET: 'a-secret-of-the-first-one' }

/** A PgBouncer in front of that database; the address through it. */
async function pooled (t: Test, connectionString: string, mode: string, more: string[] = []): Promise<string> {
  const { hostname, port, pathname, username, password } = new URL(connectionString)
  const directory = await temporaryDirectory(t)
  const own = await freePort()
  const server = `host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${decodeURIComponent(username)}`
  await writeFile(join(directory, 'pgbouncer.ini'), [
    '[databases]', `registry = ${server}${password === '' ? '' : ` password=${decodeURIComponent(password)}`}`,
    '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${own}`, 'unix_socket_dir =', 'auth_type = any',
    `pool_mode = ${mode}`, 'default_pool_size = 20', ...more
  ].join('\n'))
  await chmod(directory, 0o755)
  // It does not run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(PGBOUNCER, [...user, join(directory, 'pgbouncer.ini')], { stdio: 'ignore' })
  const ended = new Promise(resolve => child.once('close', resolve))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const through = `postgres://whoever@127.0.0.1:${own}/registry`
  t.ok(await eventually(async () => {
    const client = new pg.Client({ connectionString: through })
    return await client.connect().then(async () => { await client.end(); return true }, () => false)
  }), `PgBouncer listens, pool_mode ${mode}`)
  return through
}

async function works (t: Test, env: Record<string, string>) {
  const { url, child, ended } = await up(t, { SEED: 'demo', ...first, ...env })
  t.equal(await ready(url), 200)
  const status = await fetch(`${url}/v1/status?indicator=KTS-05&on=2025-11-15`)
  t.match([status.status, await status.json()], [200, { data: [{ value: '10.00', performance: 'in_progress' }] }])
  const push = await fetch(`${url}/v1/measurements`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token(url, first.BOOTSTRAP_CLIENT_ID, first.BOOTSTRAP_CLIENT_SECRET)}`,
      'content-type': 'application/json'
    },
    body: JSON.stringify({
      indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10.5', reason: 'two more shops reported'
    })
  })
  t.match([push.status, await push.json()], [201, { revision: 2, recordedAt: /Z$/ }])
  child.kill('SIGTERM')
  t.equal(await ended, 0)
}

test('PgBouncer in session mode, before a database whose time zone and date style are others', here, async t => {
  const { connectionString, pool } = await database(t, { migrated: false })
  const name = new URL(connectionString).pathname.slice(1)
  await pool.query(`ALTER DATABASE "${name}" SET timezone = 'Asia/Ho_Chi_Minh'`)
  await pool.query(`ALTER DATABASE "${name}" SET datestyle = 'SQL, DMY'`)
  await works(t, { DATABASE_URL: await pooled(t, connectionString, 'session') })
})

test('one that lends a session to several is refused with a sentence', here, async t => {
  const { connectionString } = await database(t)
  for (const mode of ['transaction', 'statement']) {
    const through = await pooled(t, connectionString, mode)
    await refuses(t, { DATABASE_URL: through, ...first }, /pool_mode = session/)
  }
})
