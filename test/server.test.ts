import { execFile } from 'node:child_process'
import { readFile, readdir, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import file, { test, type Test } from 'tap'
import { copyOf, eventually, processesOn, temporaryDirectory } from './setup/processes.js'
import { ready, server, token, up } from './setup/server.js'

const onLinux = process.platform === 'linux' ? {} : { skip: 'looks into /proc' }

let made: Promise<string> | undefined

/** Where a start has been that ended in order. */
async function used (t: Test): Promise<string> {
  made ??= (async () => {
    const dataDir = join(await temporaryDirectory(file), 'data')
    const { child, ended } = await up(file, { DATA_DIR: dataDir })
    child.kill('SIGTERM')
    await ended
    return dataDir
  })()
  return await copyOf(t, await made)
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
  const dataDir = join(await temporaryDirectory(t), 'data')
  const started = await up(t, { DATA_DIR: dataDir, SEED: 'demo' })
  const lines = started.stdout().split('\n').filter(line => line.startsWith('    ')).map(line => line.trim())
  t.equal(lines.length, 2)
  const paste = async (line: string) => {
    const { stdout } = await promisify(execFile)('bash', ['-c', line])
    return JSON.parse(stdout)
  }
  const [, id, secret] = /Reviewer id +(\S+).*\n +Its secret +(\S+)/.exec(started.stdout())!
  t.same(JSON.parse(await readFile(join(dataDir, 'reviewer.json'), 'utf8')), { id, secret })
  const { scope } = JSON.parse(Buffer.from((await token(started.url, id!, secret!))!.split('.')[1]!, 'base64url').toString())
  t.equal(scope, 'registry:read measurements:review', 'a second client, to try a review with')
  t.match(await paste(lines[0]!), { indicator: 'KTS-05', period: '2025', value: '10.5' })
  t.match((await paste(lines[1]!)).data, [{ performance: 'achieved', value: '10.5' }], 'above 10 %, and read at once')
})

test('two starts on one directory: the second says so and the first serves on', onLinux, async t => {
  const dataDir = await used(t)
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
  const dataDir = await used(t)
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
