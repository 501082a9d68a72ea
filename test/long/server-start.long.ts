import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { database } from '../helper.js'
import { temporaryDirectory } from '../setup/processes.js'
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
