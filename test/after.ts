import { setTimeout as sleep } from 'node:timers/promises'
import { review } from './setup/answers.js'
import { collectLeaks } from './setup/logs.js'
import { readState } from './setup/state.js'

const { undocumented, neverSeen } = await review(process.ppid)
const list = (lines: readonly string[]) => lines.map(line => `#   ${line}`).join('\n')
if (neverSeen.length > 0) console.log(`# documented, and shown by no test (${neverSeen.length}):\n${list(neverSeen)}`)
if (undocumented.length > 0) {
  console.error(`# answered, and not documented (${undocumented.length}):\n${list(undocumented)}`)
  process.exitCode = 1
}

const leaks = await collectLeaks(process.ppid)
if (leaks.length > 0) {
  console.error(`# secrets that a log has (${leaks.length}):\n${list(leaks.map(secret => `${secret.slice(0, 12)}…`))}`)
  process.exitCode = 1
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
