import fc from 'fast-check'
import { test } from 'tap'
import { keyOf, type FigureName } from '../../src/features/pushes/row.js'
import { createSeenKeys } from '../../src/features/pushes/seen.js'

const named = (breakdownKey: string): FigureName => ({ indicator: 'I', period: '2025', agency: 'A', breakdownKey })

test('as a Map, for any order of any keys, also when all its places are taken', t => {
  // few names, so that they come again, at every place
  const name = fc.oneof(fc.constantFrom('', 'a', 'A', 'KTS-05', '2025', '\0', 'đ', 'x'.repeat(500)), fc.string({ unit: 'binary', maxLength: 1 }))
  const figure = fc.record({ indicator: name, period: name, agency: name, breakdownKey: name })
  const asked = fc.array(fc.tuple(figure, fc.nat({ max: 30 })), { maxLength: 60 })
  t.doesNotThrow(() => fc.assert(fc.property(asked, questions => {
    const map = new Map<string, number>()
    // no more than the different keys that come: the table is as full as it may be
    const seen = createSeenKeys(new Set(questions.map(([figure]) => keyOf(figure))).size)
    for (const [figure, position] of questions) {
      const key = keyOf(figure)
      const expected = map.get(key)
      if (expected === undefined) map.set(key, position)
      if (seen.first(figure, position) !== (expected === position ? undefined : expected)) return false
    }
    return true
  }), { numRuns: 500 }))
  t.end()
})

function askTwice (figureOf: (i: number) => FigureName, most: number) {
  const seen = createSeenKeys(most)
  const wrong = { new: 0, self: 0, again: 0 }
  for (let i = 0; i < most; i++) if (seen.first(figureOf(i), i) !== undefined) wrong.new++
  for (let i = most - 1; i >= 0; i--) {
    if (seen.first(figureOf(i), i) !== undefined) wrong.self++
    if (seen.first(figureOf(i), i + 1) !== i) wrong.again++
  }
  return wrong
}

test('hundreds of thousands of keys, and all of them again', t => {
  const right = { new: 0, self: 0, again: 0 }
  t.same(askTwice(i => ({ indicator: `I${i % 30}`, period: `${2000 + i % 7}`, agency: `A${i % 100}`, breakdownKey: `b${Math.floor(i / 2_100)}` }), 200_000), right, 'of few names')
  t.same(askTwice(i => named(`b${i}`), 210_000), right, 'of more names than are numbered')
  t.same(askTwice(i => ({ ...named(''), indicator: `I${i}` }), 40_000), right, 'of more indicators than are numbered')
  t.same(askTwice(i => ({ ...named(''), agency: `A${i}`, breakdownKey: `b${i}` }), 210_000), right, 'of more of both')
  t.end()
})

test('the smallest tables, the first position, and the largest', t => {
  for (const most of [1, 2, 3, 7]) {
    const seen = createSeenKeys(most)
    for (let i = 0; i < most; i++) t.equal(seen.first(named(`${i}`), i === 0 ? 0 : 5_000_000 - i), undefined)
    t.equal(seen.first(named('0'), 0), undefined, 'itself')
    t.equal(seen.first(named('0'), 1), 0)
    if (most > 1) t.equal(seen.first(named('1'), 0), 4_999_999)
  }
  t.end()
})
