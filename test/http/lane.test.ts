import { test } from 'tap'
import { Lane, type LaneLimits, type Leave } from '../../src/http/lane.js'

const lane = (limits: Partial<LaneLimits> = {}) =>
  new Lane({ atOnce: 2, each: 1, waiting: 3, waitingEach: 2, waitMs: 60_000, ...limits })

/** Who has a place, in the order in which they got it. */
function entering (of: Lane) {
  const entered: string[] = []
  const leaves = new Map<string, Leave>()
  const enter = (name: string, signal?: AbortSignal) => of.enter(name.split(' ')[0]!, signal).then(leave => {
    entered.push(name)
    leaves.set(name, leave)
  })
  const settle = () => new Promise<void>(resolve => { setImmediate(resolve) })
  return { entered, enter, leave: async (name: string) => { leaves.get(name)!(); await settle() }, settle }
}

test('a caller has so many places at once, and the others are for others', async t => {
  const one = lane()
  const { entered, enter, leave, settle } = entering(one)
  for (const name of ['a 1', 'a 2', 'a 3', 'b 1']) enter(name).catch(() => {})
  await settle()
  t.same(entered, ['a 1', 'b 1'], 'who comes later goes first where the earlier has a place already')
  await t.rejects(enter('a 4'), { code: 'unavailable', headers: { 'retry-after': '5' } }, 'as many wait as may of one caller')
  enter('c 1').catch(() => {})
  await t.rejects(enter('d 1'), { code: 'unavailable' }, 'and in all')
  await leave('b 1')
  t.same(entered, ['a 1', 'b 1', 'c 1'], 'the caller with the fewest places is the next')
  await leave('a 1')
  t.same(entered, ['a 1', 'b 1', 'c 1', 'a 2'])
  await leave('a 1')
  t.same([entered.length, one.running, one.waiting], [4, 2, 1], 'a place is given back once')
  await leave('a 2')
  await leave('a 3')
  await leave('c 1')
  t.same([one.running, one.waiting], [0, 0])
})

test('who waits too long, or has gone, does not wait', async t => {
  const one = lane({ atOnce: 1, waitMs: 10 })
  const { entered, enter, leave, settle } = entering(one)
  await enter('a 1')
  await t.rejects(enter('b 1'), { code: 'unavailable' })
  const gone = new AbortController()
  const leaving = enter('c 1', gone.signal)
  gone.abort()
  await t.rejects(leaving, { code: 'ECONNRESET' })
  await t.rejects(enter('c 2', gone.signal), { code: 'ECONNRESET' }, 'nor one who had gone before')
  t.equal(one.waiting, 0)
  await leave('a 1')
  await settle()
  t.same([entered, one.running], [['a 1'], 0])
})

test('places that come later', async t => {
  const one = lane({ atOnce: 0 })
  const { entered, enter, settle } = entering(one)
  enter('a 1').catch(() => {})
  enter('a 2').catch(() => {})
  await settle()
  t.same(entered, [])
  one.setPlaces(2, 2)
  await settle()
  t.same(entered, ['a 1', 'a 2'])
})
