import { setTimeout as sleep } from 'node:timers/promises'
import { readState } from './setup/state.js'

const state = await readState()
if (state !== undefined) {
  try {
    process.kill(state.keeper, 'SIGTERM')
    while (process.kill(state.keeper, 0)) await sleep(20)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
