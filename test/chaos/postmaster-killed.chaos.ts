import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { eventually } from '../setup/processes.js'
import { ready } from '../setup/server.js'
import { audit, replayOnceMore, report } from './audit.js'
import { cluster } from './cluster.js'
import { mixture } from './operations.js'
import { Meter, pushAll } from './pusher.js'
import { random, seedOf } from './random.js'
import { healthy, registry } from './registry.js'

const OPERATIONS = 900
const WRITERS = 16
/** About what a second is good for. Where others use the machine too, it takes longer. */
const ANSWERS = 90
const BOUND_MS = 180_000

test('the postmaster is killed every second; the server stays', async t => {
  const seed = seedOf(t)
  const database = await cluster(t)
  const server = await registry(t, database)
  const { child } = server.current()
  const chance = random(seed, -1)
  const meter = new Meter()
  const begun = Date.now()
  let [writing, kills, answers, unready] = [true, 0, 0, 0]
  const unrecovered: number[] = []

  const isWriting = () => writing

  async function torment () {
    while (isWriting()) {
      const enough = answers + ANSWERS
      await sleep(500 + chance.below(1_000))
      await eventually(() => answers >= enough || !isWriting(), 60)
      if (!isWriting()) return
      await database.kill()
      kills++
      if (await ready(server.url) === 503) unready++
      await database.restart()
      if (!await eventually(async () => await ready(server.url) === 200)) unrecovered.push(kills)
    }
  }

  const tormented = torment()
  const done = await pushAll(server, { count: OPERATIONS, at: mixture(seed, 300, 2) }, {
    writers: WRITERS, until: begun + BOUND_MS, meter, chance: random(seed, -2), seen: (_, { status }) => { if (status < 500) answers++ }
  }).finally(() => { writing = false })
  await tormented
  const again = await replayOnceMore(server, done, random(seed, -3))
  report(t, done, await audit(database.pool, done), meter, { kills, seconds: Math.round((Date.now() - begun) / 1_000) })
  t.same(again, [], 'each answer comes again')
  t.ok(kills >= 8, 'it was killed often enough')
  t.equal(unready, kills, '/health/ready says so each time')
  t.same(unrecovered, [], 'and that it is over')
  t.same([child.exitCode, child.signalCode, server.current().child.pid], [null, null, child.pid], 'it is the same process')
  t.ok(meter.counts['answer 503']! > 0, 'writers were told')
  t.same(Object.keys(meter.counts).filter(name => name.startsWith('no answer')), [], 'every request was answered')
  t.same(await healthy(server, database), [])
  t.same(server.complaints(), [], 'nothing to complain of')
})
