import t from 'tap'
import { cutAndResend, everyCut } from './cutting.js'
import { world } from './pushing.js'

/** The same of pushes of several chunks: test/long/push-cut.long.ts. */
t.test('files that are cut at every tenth, then sent whole with the same key', async t => {
  const made = await world(t)
  const cuts = await everyCut(made.fresh, 12)
  t.equal(cuts.length, 3 * 4 * 11)
  await cutAndResend(t, made, cuts, 8)
})
