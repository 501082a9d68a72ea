import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks for `/health/live` every 5 ms, whether the one before was answered or not, in a process of its own, and prints how many
 * milliseconds each took. Usage: fair-prober.ts <url> <seconds>
 */
const EVERY_MS = 5
const [url = '', seconds = ''] = process.argv.slice(2)
const { port } = new URL(url)
const agent = new Agent({ keepAlive: true })
const times: number[] = []
const asked: Promise<void>[] = []
const begun = performance.now()
const ask = (): Promise<void> => new Promise(resolve => {
  const began = performance.now()
  const over = () => { times.push(Math.round((performance.now() - began) * 10) / 10); resolve() }
  request({ host: '127.0.0.1', port, agent, path: '/health/live' }, answer => { answer.resume().on('end', over) }).on('error', over).end()
})
// what this process itself was held up by the system is not counted as a delay of the other
for (let i = 0; performance.now() < begun + Number(seconds) * 1_000; i++) {
  asked.push(ask())
  await sleep(EVERY_MS)
}
await Promise.all(asked)
agent.destroy()
process.stdout.write(JSON.stringify(times))
