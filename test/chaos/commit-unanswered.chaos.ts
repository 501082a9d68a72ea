import { test } from 'tap'
import { audit, replayOnceMore, report, untrueReceipts } from './audit.js'
import { cluster } from './cluster.js'
import { mixture } from './operations.js'
import { Meter, pushAll, type Answer } from './pusher.js'
import { random, seedOf } from './random.js'
import { healthy, registry } from './registry.js'
import { relay, type Fate } from './relay.js'

const OPERATIONS = 700
const WRITERS = 8
const BOUND_MS = 90_000
/** One COMMIT in this many. */
const CUT = 4

test('the answer to COMMIT is lost on its way', async t => {
  const seed = seedOf(t)
  const database = await cluster(t)
  const chance = random(seed, -1)
  const meter = new Meter()
  let armed = false
  const between = await relay(t, database, () => {
    if (!armed || chance.below(CUT) !== 0) return 'through'
    const fate: Fate = chance.below(4) === 0 ? 'unsent' : 'unanswered'
    meter.add(`COMMIT ${fate}`)
    return fate
  })
  const through = new URL(database.connectionString)
  through.port = String(between.port)
  const server = await registry(t, database, { through: through.href })
  armed = true
  const refusals: Answer[] = []
  const begun = Date.now()
  const done = await pushAll(server, { count: OPERATIONS, at: mixture(seed, 230, 3) }, {
    writers: WRITERS, until: begun + BOUND_MS, meter, chance: random(seed, -2), seen: (_, answer) => { if (answer.status === 503) refusals.push(answer) }
  })
  armed = false
  const again = await replayOnceMore(server, done, random(seed, -3))
  report(t, done, await audit(database.pool, done), meter, { seconds: Math.round((Date.now() - begun) / 1_000) })
  t.same(again, [], 'each answer comes again')
  t.ok(meter.counts['COMMIT unanswered']! >= 50, 'often enough')
  t.ok(done.filter(({ replayed }) => replayed).length >= 40, 'what was done was answered by a replay')
  t.same(await untrueReceipts(database.pool, refusals), [], 'what a 503 says is stored is')
  t.same(Object.keys(meter.counts).filter(name => name.startsWith('no answer')), [], 'every request was answered')
  t.same(await healthy(server, database), [])
  t.same(server.complaints(), [], 'nothing to complain of')
})
