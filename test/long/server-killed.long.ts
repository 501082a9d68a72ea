import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'tap'
import { temporaryDirectory } from '../setup/processes.js'
import { server, token, up } from '../setup/server.js'

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
