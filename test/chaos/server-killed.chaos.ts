import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { eventually } from '../setup/processes.js'
import { audit, replayOnceMore, report } from './audit.js'
import { cluster } from './cluster.js'
import { mixture } from './operations.js'
import { Meter, pushAll } from './pusher.js'
import { random, seedOf } from './random.js'
import { healthy, registry } from './registry.js'

const OPERATIONS = 4_000
const WRITERS = 16
/** About what half a second is good for. Where others use the machine too, it takes longer. */
const ANSWERS = 220
const BOUND_MS = 270_000

test('the server is killed every half second under sixteen writers', async t => {
  const seed = seedOf(t)
  const database = await cluster(t)
  const server = await registry(t, database)
  const chance = random(seed, -1)
  const meter = new Meter()
  const begun = Date.now()
  let [writing, kills, answers] = [true, 0, 0]

  const isWriting = () => writing

  async function torment () {
    while (isWriting()) {
      const enough = answers + ANSWERS
      await sleep(250 + chance.below(500))
      await eventually(() => answers >= enough || !isWriting(), 60)
      if (!isWriting()) return
      await server.kill()
      kills++
      await server.start()
    }
  }

  const tormented = torment()
  const done = await pushAll(server, { count: OPERATIONS, at: mixture(seed, 1_000, 2) }, {
    writers: WRITERS, until: begun + BOUND_MS, meter, chance: random(seed, -2), seen: () => { answers++ }
  }).finally(() => { writing = false })
  await tormented
  const again = await replayOnceMore(server, done, random(seed, -3))
  report(t, done, await audit(database.pool, done), meter, { kills, seconds: Math.round((Date.now() - begun) / 1_000) })
  t.same(again, [], 'each answer comes again')
  t.ok(kills >= 14, 'it was killed often enough')
  t.same(await healthy(server, database), [])
  t.same(server.complaints(), [], 'and never had anything to complain of')
})
