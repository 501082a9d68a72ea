import { test } from 'tap'
import { duplicateReview, judgeReview, judgeWithdrawal, type Review, type StandingRevision } from '../../src/features/pushes/review-rules.js'

const standing = (changes: Partial<StandingRevision> = {}): StandingRevision =>
  ({ id: 'm', indicator: 'I', agency: 'A', period: '2025-Q3', revision: 2, state: 'submitted', client: 'pusher', ...changes })

test('what speaks against a review: all of it, the gravest first', async t => {
  const cases: [string, Partial<Review>, StandingRevision | undefined, boolean, string[]][] = [
    ['accepted by another', {}, standing(), false, []],
    ['the revision that stands', { revision: 2 }, standing(), false, []],
    ['returned with a comment', { decision: 'return', comment: 'sai kỳ' }, standing(), false, []],
    ['accepted with a comment', { comment: 'đúng' }, standing(), false, []],
    ['no such figure', {}, undefined, false, ['/id unknown_measurement']],
    ['no such figure, and no comment', { decision: 'return' }, undefined, false, ['/id unknown_measurement', '/comment comment_required']],
    ['an earlier revision', { revision: 1 }, standing(), false, ['/revision revision_changed']],
    ['a later revision', { revision: 3 }, standing(), false, ['/revision revision_changed']],
    ['what stands is not what was asked about', { revision: 1 }, standing({ state: 'accepted', client: 'reviewer' }), true, ['/revision revision_changed']],
    ['accepted already', {}, standing({ state: 'accepted' }), false, [' not_pending']],
    ['an accepted one, returned for correction', { decision: 'return', comment: 'sai' }, standing({ state: 'accepted' }), false, []],
    ['returned a second time', { decision: 'return', comment: 'sai' }, standing({ state: 'returned' }), false, [' not_pending']],
    ['returned already', {}, standing({ state: 'returned' }), false, [' not_pending']],
    ['withdrawn', {}, standing({ state: 'withdrawn' }), false, [' not_pending']],
    ['one\'s own', {}, standing({ client: 'reviewer' }), false, [' own_measurement']],
    ['a locked period', {}, standing(), true, [' period_locked']],
    ['no comment', { decision: 'return' }, standing(), false, ['/comment comment_required']],
    ['everything', { decision: 'return' }, standing({ state: 'returned', client: 'reviewer' }), true, [' own_measurement', ' not_pending', ' period_locked', '/comment comment_required']]
  ]
  for (const [name, review, found, locked, expected] of cases) {
    const problems = judgeReview({ id: 'm', revision: 2, decision: 'accept', ...review }, { standing: found, locked }, 'reviewer')
    t.same(problems.map(({ pointer, code }) => `${pointer} ${code}`), expected, name)
    t.ok(problems.every(({ detail }) => detail.vi.length > 0 && detail.en !== undefined), `${name}: in both languages`)
  }
  t.match(duplicateReview(3), { pointer: '/id', code: 'duplicate_review', detail: { en: /item 3/ } })
})

test('what speaks against a withdrawal', async t => {
  const cases: [string, number, Partial<StandingRevision>, boolean, string[]][] = [
    ['pending', 2, {}, false, []],
    ['returned', 2, { state: 'returned' }, false, []],
    ['accepted', 2, { state: 'accepted' }, false, []],
    ['another revision', 1, { state: 'accepted' }, true, ['revision_changed']],
    ['withdrawn', 2, { state: 'withdrawn' }, false, ['already_withdrawn']],
    ['locked', 2, {}, true, ['period_locked']],
    ['withdrawn and locked', 2, { state: 'withdrawn' }, true, ['already_withdrawn', 'period_locked']]
  ]
  for (const [name, asked, found, locked, expected] of cases) {
    t.same(judgeWithdrawal(asked, { standing: standing(found), locked }).map(({ code }) => code), expected, name)
  }
})
