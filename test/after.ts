import { setTimeout as sleep } from 'node:timers/promises'
import { neverSeen } from './setup/answers.js'
import { readState } from './setup/state.js'

const missing = await neverSeen(process.ppid)
if (missing !== undefined && missing.length > 0) {
  console.log(`# documented, and shown by no test (${missing.length}):\n${missing.map(line => `#   ${line}`).join('\n')}`)
}

const state = await readState()
if (state !== undefined) {
  try {
    process.kill(state.keeper, 'SIGTERM')
    while (process.kill(state.keeper, 0)) await sleep(20)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
