import t from 'tap'
import { viewBody, type View } from '../../src/domain/body-view.js'
import type { Succession } from '../../src/domain/succession.js'

const passage = (from: string, to: string, effectiveOn: string, more: Partial<Succession> = {}): Succession =>
  ({ from, to, share: 'whole', effectiveOn, reorganisation: `${from}-${effectiveOn}`, ...more })

/** A and B become C in March, and C becomes D in July. X is divided in March: I-1 goes to Y, the rest to C2. L lives, and gives M a function. */
const ALL: Succession[] = [
  passage('A', 'C', '2025-03-01'),
  passage('B', 'C', '2025-03-01'),
  passage('C', 'D', '2025-07-01'),
  passage('X', 'Y', '2025-03-01', { share: 'part', indicators: ['I-1'] }),
  passage('X', 'C2', '2025-03-01', { share: 'part' }),
  passage('L', 'M', '2025-05-01', { share: 'part', indicators: ['I-1'] })
]
const ENDS: Record<string, string> = { A: '2025-03-01', B: '2025-03-01', C: '2025-07-01', X: '2025-03-01', Z: '2025-03-01' }

const seen = (view: View, code: string, on: string) => {
  const { body, predecessorsFor, adds, restatement } = viewBody(view, code, ALL, on, other => (ENDS[other] ?? '9999') <= on)
  const shown = (indicator: string) => [...predecessorsFor(indicator)].sort().join('')
  return [body, shown('I-1'), shown('I-2'), adds, restatement === undefined ? undefined : restatement.possible ? restatement.agencies.join('') : `${restatement.code} ${restatement.agencies.join('')}`]
}

t.test('what a body is taken to be, by hand', async t => {
  for (const [view, code, on, ...expected] of [
    ['as_reported', 'A', '2025-04-01', 'A', '', '', false, undefined],
    ['as_reported', 'C', '2025-04-01', 'C', '', '', false, undefined],
    ['current', 'A', '2025-02-28', 'A', '', '', false, undefined],
    ['current', 'A', '2025-04-01', 'C', 'AB', 'AB', false, undefined],
    ['current', 'A', '2025-07-01', 'D', 'ABC', 'ABC', false, undefined],
    ['current', 'C', '2025-02-28', 'C', '', '', false, undefined],
    ['restated', 'A', '2025-02-28', 'A', '', '', true, ''],
    ['restated', 'A', '2025-04-01', 'C', 'AB', 'AB', true, 'AB'],
    ['restated', 'D', '2025-07-01', 'D', 'ABC', 'ABC', true, 'ABC'],
    ['restated', 'D', '2025-06-30', 'D', '', '', true, ''],
    ['current', 'X', '2025-04-01', 'X', '', '', false, 'no_whole_successor X'],
    ['restated', 'X', '2025-04-01', 'X', '', '', false, 'no_whole_successor X'],
    ['current', 'Z', '2025-04-01', 'Z', '', '', false, 'no_whole_successor Z'],
    ['current', 'Y', '2025-04-01', 'Y', 'X', '', false, undefined],
    ['current', 'C2', '2025-04-01', 'C2', '', 'X', false, undefined],
    ['restated', 'C2', '2025-04-01', 'C2', '', '', false, 'passed_on_in_part X'],
    ['current', 'M', '2025-06-01', 'M', '', '', false, undefined],
    ['restated', 'M', '2025-06-01', 'M', '', '', false, 'passed_on_in_part L'],
    ['restated', 'L', '2025-06-01', 'L', '', '', false, 'gave_away_part L'],
    ['restated', 'L', '2025-04-30', 'L', '', '', true, '']
  ] as const) t.same(seen(view, code, on), expected, `${view} ${code} ${on}`)
})

t.test('an obstacle is said in both languages', async t => {
  const { restatement } = viewBody('restated', 'C2', ALL, '2025-04-01', code => code === 'X')
  t.match(restatement, { possible: false, reason: { vi: /^X chỉ chuyển một phần/, en: /^X passed on a part only/ } })
})
