import { spawn } from 'node:child_process'
import { mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import file, { test, type Test } from 'tap'
import { copyOf, eventually, processesOn, startProcess, temporaryDirectory } from '../setup/processes.js'

const onLinux = process.platform === 'linux' ? {} : { skip: 'looks into /proc' }

async function hold (t: Test, dataDir: string) {
  const process = startProcess(t, 'test/setup/embedded.process.ts', {}, [dataDir])
  const [, pid, connectionString] = await process.says(/up (\d+) (\S+)/)
  return { ...process, pid: Number(pid), connectionString: connectionString! }
}

let made: Promise<string> | undefined

/** Where a start has been that ended in order. */
async function used (t: Test): Promise<string> {
  made ??= (async () => {
    const dataDir = join(await temporaryDirectory(file), 'data')
    const { child, ended } = await hold(file, dataDir)
    child.kill('SIGTERM')
    await ended
    return dataDir
  })()
  return await copyOf(t, await made)
}

async function query (connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('a first start, a clean end, a second start on the same data', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'new', 'data')
  const first = await hold(t, dataDir)
  const [settings] = await query(first.connectionString, `SELECT current_setting('server_version_num')::int AS version,
    current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit, current_setting('TimeZone') AS zone,
    current_setting('listen_addresses') AS listen, pg_encoding_to_char(encoding) AS encoding, datcollate AS collate
    FROM pg_database WHERE datname = current_database()`)
  t.match(settings, { fsync: 'on', commit: 'on', zone: 'UTC', listen: '127.0.0.1', encoding: 'UTF8', collate: 'C' })
  t.ok((settings?.['version'] as number) >= 180_000)
  await query(first.connectionString, "CREATE TABLE kept AS SELECT 'điện tử' AS word")
  for (const name of ['postgres-password', 'lock']) t.equal((await stat(join(dataDir, name))).mode & 0o777, 0o600, name)
  t.equal((await stat(join(dataDir, 'postgres'))).mode & 0o777, 0o700)
  first.child.kill('SIGTERM')
  t.equal(await first.ended, 0)
  t.ok(await eventually(() => processesOn(dataDir).length === 0), 'no process is left')
  t.same((await readdir(dataDir)).sort(), ['postgres', 'postgres-password'], 'and no lock')

  const second = await hold(t, dataDir)
  t.same(await query(second.connectionString, 'SELECT word FROM kept'), [{ word: 'điện tử' }])
  second.child.kill('SIGTERM')
  t.equal(await second.ended, 0)
})

test('the second of two starts on one directory says so, and the first goes on', onLinux, async t => {
  const dataDir = await used(t)
  const first = await hold(t, dataDir)
  const second = startProcess(t, 'test/setup/embedded.process.ts', {}, [dataDir])
  const [, message] = await second.says(/refused: (.*)/)
  t.equal(await second.ended, 1)
  t.match(message, /DirectoryInUse/)
  t.ok(message?.includes(dataDir), 'names the directory')
  t.ok(message?.includes(String(first.child.pid)), 'names the process')
  t.same(await query(first.connectionString, 'SELECT 1 AS one'), [{ one: 1 }])
})

test('of five starts at once on an empty directory one comes up', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const starts = [1, 2, 3, 4, 5].map(() => startProcess(t, 'test/setup/embedded.process.ts', {}, [dataDir]))
  const outcomes = await Promise.all(starts.map(async start => (await start.says(/(up|refused: DirectoryInUse)/))[1]))
  t.same(outcomes.sort(), ['refused: DirectoryInUse', 'refused: DirectoryInUse', 'refused: DirectoryInUse', 'refused: DirectoryInUse', 'up'])
})

test('killed: the server follows, what was committed is there, the next start comes up', onLinux, async t => {
  const dataDir = await used(t)
  const first = await hold(t, dataDir)
  await query(first.connectionString, 'CREATE TABLE kept AS SELECT 7 AS n')
  first.child.kill('SIGKILL')
  await first.ended
  t.ok(await eventually(() => processesOn(dataDir).length === 0), 'the server has stopped')
  const second = await hold(t, dataDir)
  t.same(await query(second.connectionString, 'SELECT n FROM kept'), [{ n: 7 }])
})

test('killed together with its guard: the next start stops the server left behind', onLinux, async t => {
  const dataDir = await used(t)
  const first = await hold(t, dataDir)
  await query(first.connectionString, 'CREATE TABLE kept AS SELECT 8 AS n')
  for (const pid of await guardsOf(first.child.pid!)) process.kill(pid, 'SIGKILL')
  first.child.kill('SIGKILL')
  await first.ended
  t.same(await query(first.connectionString, 'SELECT n FROM kept'), [{ n: 8 }], 'the server still runs')
  const second = await hold(t, dataDir)
  t.match(second.stdout(), /stopping the database server that a killed start left behind/)
  t.not(second.pid, first.pid)
  t.same(await query(second.connectionString, 'SELECT n FROM kept'), [{ n: 8 }])
})

test('everything killed at once, as by a power cut', onLinux, async t => {
  const dataDir = await used(t)
  const first = await hold(t, dataDir)
  await query(first.connectionString, 'CREATE TABLE kept AS SELECT 9 AS n')
  first.child.kill('SIGSTOP')
  process.kill(first.pid, 'SIGKILL')
  first.child.kill('SIGKILL')
  await first.ended
  t.ok(await stat(join(dataDir, 'postgres', 'postmaster.pid')), 'its pid file is still there')
  const second = await hold(t, dataDir)
  t.same(await query(second.connectionString, 'SELECT n FROM kept'), [{ n: 9 }])
})

test('pid files that name another program’s process block nothing, and that process lives', onLinux, async t => {
  const dataDir = await used(t)
  const stranger = spawn('sleep', ['600'], process.getuid?.() === 0 ? await ownerOf(join(dataDir, 'postgres')) : {})
  t.teardown(() => stranger.kill('SIGKILL'))
  await writeFile(join(dataDir, 'postgres', 'postmaster.pid'), `${stranger.pid}\n${join(dataDir, 'postgres')}\n1\n5432\n\n127.0.0.1\n\nready   \n`)
  await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: stranger.pid, began: '1', place: 'elsewhere' }))
  await utimes(join(dataDir, 'lock'), 1, 1)
  const second = await hold(t, dataDir)
  t.match(second.stdout(), /removed the pid file/)
  t.equal(stranger.exitCode, null)
  t.equal(stranger.signalCode, null)
})

test('a start killed while it made the cluster is begun anew', onLinux, async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  await mkdir(join(dataDir, 'postgres.new', 'base'), { recursive: true })
  await writeFile(join(dataDir, 'postgres-password'), 'half-made\n', { mode: 0o600 })
  await writeFile(join(dataDir, 'lock'), '{"pid":', { mode: 0o600 })
  const first = await hold(t, dataDir)
  t.match(first.connectionString, /half-made/)
  t.same(await query(first.connectionString, 'SELECT 1 AS one'), [{ one: 1 }])
})

test('the server killed under us is told', onLinux, async t => {
  const dataDir = await used(t)
  const first = await hold(t, dataDir)
  process.kill(first.pid, 'SIGKILL')
  await first.says(/lost: /)
  t.equal(await first.ended, 3)
})

test('what cannot be repaired is said', onLinux, async t => {
  const dataDir = await used(t)
  const refusal = async () => (await startProcess(t, 'test/setup/embedded.process.ts', {}, [dataDir]).says(/refused: (.*)/))[1]
  const password = await readFile(join(dataDir, 'postgres-password'))
  await rm(join(dataDir, 'postgres-password'))
  t.match(await refusal(), /postgres-password, the password of the database .* is missing/)
  await writeFile(join(dataDir, 'postgres-password'), 'another')
  t.match(await refusal(), /refuses the password/)
  await writeFile(join(dataDir, 'postgres-password'), password)
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n')
  t.match(await refusal(), /made by PostgreSQL 17/)
  t.ok(await eventually(() => processesOn(join(dataDir, 'postgres')).length === 0), 'and nothing is left running')
})

async function guardsOf (pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  const isGuard = async (child: number) => (await readFile(`/proc/${child}/cmdline`, 'utf8')).includes('read -r _')
  const pids = children.trim().split(' ').map(Number)
  const guards = await Promise.all(pids.map(isGuard))
  return pids.filter((_, index) => guards[index])
}

async function ownerOf (path: string): Promise<{ uid: number, gid: number }> {
  const { uid, gid } = await stat(path)
  return { uid, gid }
}
