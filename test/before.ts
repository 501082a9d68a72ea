import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build, built } from './setup/built.js'
import { UNMEASURED } from './setup/processes.js'
import { readState, stateFile } from './setup/state.js'

/** Starts the one database server of the run, and goes; `after.ts` ends it. Templates are made by the first test that needs one. */
await build()
const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-before-'))
const output = join(directory, 'keeper.log')
const keeper = spawn(process.execPath, [built('test/setup/keeper.ts'), String(process.ppid), stateFile()], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, ...UNMEASURED },
  detached: true,
  stdio: ['ignore', openSync(output, 'a'), openSync(output, 'a')]
})
try {
  while (await readState() === undefined) {
    if (keeper.exitCode !== null) throw new Error(`the database for the tests did not start:\n${await readFile(output, 'utf8')}`)
    await sleep(20)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
keeper.unref()
