import t from 'tap'
import { createClientDirectory } from '../../src/features/identity/directory.js'
import type { Caller } from '../../src/features/identity/queries.js'

const record = (id: string): Caller => ({ id, state: 'active', scopes: [], revoked: new Set() })

t.test('asks once per client and half a minute at most', async t => {
  let now = 0
  const asked: string[] = []
  const directory = createClientDirectory(async id => { asked.push(id); return record(id) }, { ttlMs: 15_000, now: () => now })
  await Promise.all([directory.find('a'), directory.find('a'), directory.find('b')])
  t.strictSame(asked, ['a', 'b'], 'callers of one moment share the question')
  now = 14_999
  await directory.find('a')
  t.equal(asked.length, 2)
  now = 30_000
  await directory.find('a')
  t.strictSame(asked, ['a', 'b', 'a'])
  directory.forget('a')
  await directory.find('a')
  t.equal(asked.length, 4)
  now = -3_600_000
  await directory.find('a')
  t.equal(asked.length, 5, 'a clock set back does not keep it')
})

t.test('a failure is passed on and not remembered; an unknown client is', async t => {
  let calls = 0
  const directory = createClientDirectory(async () => {
    calls++
    if (calls === 1) throw new Error('no database')
    return undefined
  }, { ttlMs: 15_000 })
  await t.rejects(directory.find('a'), /no database/)
  t.equal(await directory.find('a'), undefined)
  t.equal(await directory.find('a'), undefined)
  t.equal(calls, 2)
})

t.test('holds a bounded number of clients', async t => {
  let calls = 0
  const directory = createClientDirectory(async id => { calls++; return record(id) }, { ttlMs: 15_000 })
  for (let i = 0; i < 2_001; i++) await directory.find(`c${i}`)
  await directory.find('c2000')
  t.equal(calls, 2_001)
  await directory.find('c0')
  t.equal(calls, 2_002, 'the oldest was let go')
})
