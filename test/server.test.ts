import { execFile } from 'node:child_process'
import { readFile, readdir, stat, unlink, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test, type Test } from 'tap'
import { database } from './helper.js'
import { eventually, processesOn, startProcess, temporaryDirectory, type Started } from './setup/processes.js'

const onLinux = process.platform === 'linux' ? {} : { skip: 'looks into /proc' }

const server = (t: Test, env: Record<string, string>) => startProcess(t, 'src/server.ts', { PORT: '0', SEED: 'none', ...env })

async function up (t: Test, env: Record<string, string>): Promise<Started & { url: string }> {
  const started = server(t, env)
  const [, url] = await started.says(/Swagger UI +(http\S+)\/docs/)
  return { ...started, url: url! }
}

async function ready (url: string): Promise<number> {
  return (await fetch(`${url}/health/ready`)).status
}

async function token (url: string, id: string, secret: string): Promise<string | undefined> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials'
  })
  return (await response.json() as { access_token?: string }).access_token
}

test('a first start, SIGTERM, a second start: the same client and the same key', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const first = await up(t, { DATA_DIR: dataDir })
  t.equal(await ready(first.url), 200)
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  t.ok(first.stdout().includes(client.id) && first.stdout().includes(client.secret), 'the banner says how to get in')
  t.notMatch(first.stdout(), /^\{/m, 'the log is not on standard output')
  for (const name of ['client.json', 'signing-key.pem', 'postgres-password']) t.equal((await stat(join(dataDir, name))).mode & 0o777, 0o600, name)
  t.ok(await token(first.url, client.id, client.secret))
  const keys = await (await fetch(`${first.url}/.well-known/jwks.json`)).text()
  first.child.kill('SIGTERM')
  t.equal(await first.ended, 0)
  t.same(processesOn(dataDir), [], 'no process is left behind')

  const second = await up(t, { DATA_DIR: dataDir })
  t.ok(await token(second.url, client.id, client.secret))
  t.equal(await (await fetch(`${second.url}/.well-known/jwks.json`)).text(), keys)
  t.equal(JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8')).secret, client.secret)
  second.child.kill('SIGINT')
  second.child.kill('SIGINT')
  t.equal(await second.ended, 0, 'Ctrl-C under npm arrives twice, and is one')
  t.same(processesOn(dataDir), [])
})

test('the lines of the banner, pasted, work', onLinux, async t => {
  const started = await up(t, { DATA_DIR: join(await temporaryDirectory(t), 'data'), SEED: 'plan' })
  const lines = started.stdout().split('\n').filter(line => line.startsWith('    ')).map(line => line.trim())
  t.equal(lines.length, 2)
  const paste = async (line: string) => {
    const { stdout } = await promisify(execFile)('bash', ['-c', line])
    return JSON.parse(stdout)
  }
  t.match(await paste(lines[0]!), { indicator: 'CQS-01', period: '2025-Q3', value: '82.5' })
  t.equal((await paste(lines[1]!)).data.length, 5)
})

test('two starts on one directory: the second says so and the first serves on', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const first = await up(t, { DATA_DIR: dataDir })
  const second = server(t, { DATA_DIR: dataDir })
  t.equal(await second.ended, 1)
  t.match(second.stderr(), /^\nCannot start\. Another start \(process \d+\) already works on /)
  t.ok(second.stderr().includes(dataDir))
  t.equal(await ready(first.url), 200)
})

test('killed, and started again at once', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const first = await up(t, { DATA_DIR: dataDir })
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  first.child.kill('SIGKILL')
  const second = await up(t, { DATA_DIR: dataDir })
  t.equal(await ready(second.url), 200)
  t.ok(await token(second.url, client.id, client.secret), 'what was answered is there')
})

test('killed while it starts, again and again', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  for (const after of [200, 700, 1_200, 1_800, 2_500]) {
    const started = server(t, { DATA_DIR: dataDir })
    setTimeout(() => started.child.kill('SIGKILL'), after)
    await started.ended
  }
  const last = await up(t, { DATA_DIR: dataDir })
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  t.ok(await token(last.url, client.id, client.secret))
})

test('SIGTERM while it starts ends it, and leaves nothing behind', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const started = server(t, { DATA_DIR: dataDir })
  t.ok(await eventually(async () => (await readdir(dataDir).catch(() => [])).length > 0))
  started.child.kill('SIGTERM')
  t.equal(await started.ended, 0)
  t.notMatch(started.stdout(), /Swagger/)
  t.ok(await eventually(() => processesOn(dataDir).length === 0))
})

test('the client file lost: another client, whose secret works', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const first = await up(t, { DATA_DIR: dataDir })
  first.child.kill('SIGTERM')
  await first.ended
  await writeFile(join(dataDir, 'client.json'), 'no JSON')
  const damaged = server(t, { DATA_DIR: dataDir })
  t.equal(await damaged.ended, 1)
  t.match(damaged.stderr(), /client\.json is damaged/)
  t.same(processesOn(dataDir), [], 'a start that fails late leaves no server either')
  await unlink(join(dataDir, 'client.json'))
  const second = await up(t, { DATA_DIR: dataDir })
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  t.ok(await token(second.url, client.id, client.secret))
})

test('requests in flight end, with Connection: close', onLinux, async t => {
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

test('a request that does not end is cut after its time', onLinux, async t => {
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

test('with DATABASE_URL: migrated, no secret printed, two instances side by side', onLinux, async t => {
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

test('what stops a start is said in one message', onLinux, async t => {
  const { connectionString } = await database(t)
  const dataDir = await temporaryDirectory(t)
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await new Promise(resolve => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const elsewhere = (change: (url: URL) => void) => {
    const url = new URL(connectionString)
    change(url)
    return url.href
  }
  const cases: [env: Record<string, string>, message: RegExp][] = [
    [{ PORT: 'eighty', SEED: 'everything' }, /2 settings are wrong:\n {2}PORT is "eighty": .*\n {2}SEED is "everything": /],
    [{ PORT: String(port), DATABASE_URL: connectionString }, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is taken .* PORT=`)],
    [{ HOST: '192.0.2.1', DATABASE_URL: connectionString }, /192\.0\.2\.1 is not an address of this machine/],
    [{ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/registry', CONNECTION_TIMEOUT_MS: '300' }, /database 127\.0\.0\.1:1\/registry of DATABASE_URL cannot be reached: nothing listens there/],
    [{ DATABASE_URL: elsewhere(url => { url.pathname = '/no_such' }) }, /it has no database of that name/],
    [{ DATABASE_URL: 'postgres://u:hunter2@no-such-host.invalid/registry' }, /cannot be reached: (there is no such host|the host name cannot be looked up)/],
    [{ DATA_DIR: join(dataDir, 'file', 'data') }, /cannot be made/]
  ]
  await writeFile(join(dataDir, 'file'), '')
  for (const [env, message] of cases) {
    const started = server(t, { DATA_DIR: dataDir, ...env })
    t.equal(await started.ended, 1, Object.keys(env).join(' '))
    t.match(started.stderr(), /^\nCannot start\. /)
    t.match(started.stderr(), message)
    t.notMatch(started.stderr(), /hunter2|\n +at /, 'no password and no stack')
  }
})
