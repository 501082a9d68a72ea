import fc from 'fast-check'
import { test } from 'tap'
import { createSeenKeys } from '../../src/features/submissions/seen.js'

test('as a Map, for any order of any keys, also when all its places are taken', t => {
  // few keys, so that they come again; all that SHA-256 takes: empty, long, of any letters
  const key = fc.oneof(fc.constantFrom('', 'a', 'A', '["KTS-05","2025","X",""]', '\0', 'đ', 'x'.repeat(500)), fc.string({ unit: 'binary', maxLength: 3 }))
  const asked = fc.array(fc.tuple(key, fc.nat({ max: 30 })), { maxLength: 60 })
  t.doesNotThrow(() => fc.assert(fc.property(asked, questions => {
    const map = new Map<string, number>()
    // no more than the different keys that come: the table is as full as it may be
    const seen = createSeenKeys(new Set(questions.map(([key]) => key)).size)
    for (const [key, position] of questions) {
      const expected = map.get(key)
      if (expected === undefined) map.set(key, position)
      if (seen.first(key, position) !== (expected === position ? undefined : expected)) return false
    }
    return true
  }), { numRuns: 500 }))
  t.end()
})

test('two hundred thousand keys, and all of them again', t => {
  const most = 200_000
  const seen = createSeenKeys(most)
  const wrong = { new: 0, self: 0, again: 0 }
  for (let i = 0; i < most; i++) if (seen.first(`key ${i}`, i) !== undefined) wrong.new++
  for (let i = most - 1; i >= 0; i--) {
    if (seen.first(`key ${i}`, i) !== undefined) wrong.self++
    if (seen.first(`key ${i}`, i + 1) !== i) wrong.again++
  }
  t.same(wrong, { new: 0, self: 0, again: 0 })
  t.end()
})

test('the smallest tables, the first position, and the largest', t => {
  for (const most of [1, 2, 3, 7]) {
    const seen = createSeenKeys(most)
    for (let i = 0; i < most; i++) t.equal(seen.first(`${i}`, i === 0 ? 0 : 5_000_000 - i), undefined)
    t.equal(seen.first('0', 0), undefined, 'itself')
    t.equal(seen.first('0', 1), 0)
    if (most > 1) t.equal(seen.first('1', 0), 4_999_999)
  }
  t.end()
})
