import t from 'tap'
import { cutAndResend, everyCut } from '../features/cutting.js'
import { world } from '../features/pushing.js'

t.test('pushes of three chunks that are cut at every tenth, then sent whole with the same key', async t => {
  const made = await world(t)
  await cutAndResend(t, made, await everyCut(made.fresh, 5100), 3)
})
