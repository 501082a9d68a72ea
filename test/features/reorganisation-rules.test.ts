import t from 'tap'
import { carries, findCircle, heirOf, lineageOf, wholeSuccessor, type Succession } from '../../src/domain/succession.js'
import { planDuties, planGrants, type Duty, type HeldGrant } from '../../src/features/reorganisations/duties.js'
import { complete, type Passage, type Request } from '../../src/features/reorganisations/rules.js'

const DAY = '2025-03-01'
const wanted = (mapping: Passage[], more: Partial<Request> = {}) => complete({ kind: 'merge', effectiveOn: DAY, mapping, ...more })
const whole = (from: string, to: string): Passage => ({ from, to, share: 'whole' })
const part = (from: string, to: string, functions?: Passage['functions']): Passage => ({ from, to, share: 'part', ...functions === undefined ? {} : { functions } })
const duty = (id: string, agency: string, role: Duty['role'], more: Partial<Duty> = {}): Duty => ({ id, agency, role, target: 'T', indicator: 'I', validFrom: '2024-12-16', ...more })

t.test('what was left to be understood', async t => {
  const merged = complete({ kind: 'merge', effectiveOn: DAY, from: ['A', 'B'], to: ['B'] })
  t.same(merged.mapping, [{ from: 'A', to: 'B', share: 'whole' }])
  t.same(merged.close, ['A'], 'who receives goes on')
  const split = complete({ kind: 'split', effectiveOn: DAY, mapping: [part('A', 'B'), part('A', 'C')] })
  t.same([split.from, split.to, split.close], [['A'], ['B', 'C'], ['A']])
  t.same(complete({ kind: 'transfer', effectiveOn: DAY, mapping: [part('A', 'B', { targets: ['T'] })] }).close, [], 'a transfer ends nobody')
  t.same(complete({ kind: 'dissolve', effectiveOn: DAY, close: ['A'] }).from, ['A'])
  t.same(complete({ kind: 'split', effectiveOn: DAY, from: ['A'], to: ['A', 'B'], close: [] }).close, [])
})

/** [change, id of the duty, agency, first day, last day] */
type Told = [string, string, string, string, string | undefined]
const DUTIES: [string, Passage[], Duty[], Told[] | string[]][] = [
  ['all to one', [whole('A', 'B')], [duty('1', 'A', 'lead'), duty('2', 'A', 'monitor', { target: undefined, task: 'P' })],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['ended', '2', 'A', '2024-12-16', '2025-02-28'], ['begun', '1', 'B', DAY, undefined], ['begun', '2', 'B', DAY, undefined]]],
  ['an end that was known is kept', [whole('A', 'B')], [duty('1', 'A', 'lead', { validTo: '2025-12-31' })],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['begun', '1', 'B', DAY, '2025-12-31']]],
  ['what ended the day before stays, what lasts a day longer moves', [whole('A', 'B')], [duty('1', 'A', 'lead', { validTo: '2025-02-28' }), duty('2', 'A', 'lead', { target: 'U', validTo: DAY })],
    [['ended', '2', 'A', '2024-12-16', '2025-02-28'], ['begun', '2', 'B', DAY, DAY]]],
  ['what would have begun later begins with the other', [whole('A', 'B')], [duty('1', 'A', 'lead', { validFrom: '2025-05-01' })],
    [['removed', '1', 'A', '2025-05-01', undefined], ['begun', '1', 'B', '2025-05-01', undefined]]],
  ['the lead comes to one that cooperates', [whole('A', 'B')], [duty('1', 'A', 'lead'), duty('2', 'B', 'cooperate')],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['ended', '2', 'B', '2024-12-16', '2025-02-28'], ['begun', '1', 'B', DAY, undefined]]],
  ['cooperation comes to the lead', [whole('A', 'B')], [duty('1', 'A', 'cooperate'), duty('2', 'B', 'lead')],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28']]],
  ['the lead\'s own role ends, and the weaker goes on', [whole('A', 'B')], [duty('1', 'A', 'cooperate'), duty('2', 'B', 'lead', { validTo: '2025-06-30' })],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['begun', '1', 'B', '2025-07-01', undefined]]],
  ['a lead for a while, between a cooperation', [whole('A', 'B')], [duty('1', 'A', 'lead', { validFrom: '2025-04-01', validTo: '2025-04-30' }), duty('2', 'B', 'cooperate')],
    [['removed', '1', 'A', '2025-04-01', '2025-04-30'], ['ended', '2', 'B', '2024-12-16', '2025-03-31'], ['begun', '2', 'B', '2025-05-01', undefined], ['begun', '1', 'B', '2025-04-01', '2025-04-30']]],
  ['of two predecessors the strongest, once', [whole('A', 'C'), whole('B', 'C')], [duty('1', 'A', 'monitor'), duty('2', 'B', 'cooperate')],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['ended', '2', 'B', '2024-12-16', '2025-02-28'], ['begun', '2', 'C', DAY, undefined]]],
  ['functions, and the rest', [part('A', 'B', { targets: ['T'] }), part('A', 'C')], [duty('1', 'A', 'lead'), duty('2', 'A', 'lead', { target: 'U' })],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['ended', '2', 'A', '2024-12-16', '2025-02-28'], ['begun', '1', 'B', DAY, undefined], ['begun', '2', 'C', DAY, undefined]]],
  ['a target is nearer than its indicator', [part('A', 'B', { indicators: ['I'] }), part('A', 'C', { targets: ['T'] })], [duty('1', 'A', 'lead'), duty('2', 'A', 'lead', { target: 'U' })],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['ended', '2', 'A', '2024-12-16', '2025-02-28'], ['begun', '1', 'C', DAY, undefined], ['begun', '2', 'B', DAY, undefined]]],
  ['cooperation may pass to several', [part('A', 'B', { targets: ['T'] }), part('A', 'C', { targets: ['T'] })], [duty('1', 'A', 'cooperate')],
    [['ended', '1', 'A', '2024-12-16', '2025-02-28'], ['begun', '1', 'B', DAY, undefined], ['begun', '1', 'C', DAY, undefined]]],
  ['the lead may not', [part('A', 'B', { targets: ['T'] }), part('A', 'C', { targets: ['T'] })], [duty('1', 'A', 'lead')], ['lead_to_several']],
  ['several and no functions', [part('A', 'B'), part('A', 'C')], [duty('1', 'A', 'monitor')], ['open_duty_without_successor']],
  ['nobody for what no function names', [part('A', 'B', { targets: ['T'] }), part('A', 'C', { targets: ['U'] })], [duty('1', 'A', 'lead'), duty('2', 'A', 'lead', { target: 'V', indicator: 'J' })], ['open_duty_without_successor']]
]

t.test('duties follow the functions', async t => {
  for (const [name, mapping, duties, expected] of DUTIES) {
    const { changes, errors } = planDuties(wanted(mapping), duties)
    const told = errors.length > 0
      ? errors.map(error => error.code)
      : changes.map((one): Told => one.change === 'begun'
        ? [one.change, one.duty.id, one.agency, one.validFrom, one.validTo]
        : [one.change, one.duty.id, one.duty.agency, one.duty.validFrom, one.change === 'ended' ? one.validTo : one.duty.validTo])
    t.same(told, expected, name)
  }
  const stays = planDuties(complete({ kind: 'transfer', effectiveOn: DAY, mapping: [part('A', 'B', { targets: ['T'] })] }), [duty('1', 'A', 'lead'), duty('2', 'A', 'lead', { target: 'U', indicator: 'J' })])
  t.same(stays.changes.map(one => [one.change, one.duty.id]), [['ended', '1'], ['begun', '1']], 'a body that goes on keeps what is not named')
})

const grant = (id: string, agency: string, more: Partial<HeldGrant> = {}): HeldGrant => ({ id, client: 'K', agency, withSubtree: false, ...more })
const GRANTS: [string, Passage[], HeldGrant[], [string, string, string | undefined, string | undefined, string | undefined][]][] = [
  ['a whole', [whole('A', 'B')], [grant('1', 'A', { withSubtree: true })], [['begun', 'B', undefined, DAY, undefined]]],
  ['that is there already', [whole('A', 'B')], [grant('1', 'A'), grant('2', 'B', { withSubtree: true })], []],
  ['that is too narrow', [whole('A', 'B')], [grant('1', 'A'), grant('2', 'B', { indicator: 'I' })], [['begun', 'B', undefined, DAY, undefined]]],
  ['that has an end', [whole('A', 'B')], [grant('1', 'A', { validFrom: '2025-06-01', validTo: '2025-12-31' })], [['begun', 'B', undefined, '2025-06-01', '2025-12-31']]],
  ['that has ended', [whole('A', 'B')], [grant('1', 'A', { validTo: '2025-02-28' })], []],
  ['of two predecessors once', [whole('A', 'C'), whole('B', 'C')], [grant('1', 'A'), grant('2', 'B')], [['begun', 'C', undefined, DAY, undefined]]],
  ['by indicator, the rest to one', [part('A', 'B', { targets: ['T'] }), part('A', 'C')], [grant('1', 'A'), grant('2', 'A', { indicator: 'I', client: 'L' }), grant('3', 'A', { indicator: 'J', client: 'M' })],
    [['begun', 'B', 'I', DAY, undefined], ['begun', 'C', undefined, DAY, undefined], ['begun', 'B', 'I', DAY, undefined], ['begun', 'C', 'J', DAY, undefined]]],
  ['nobody is clear', [part('A', 'B'), part('A', 'C')], [grant('1', 'A')], [['not_followed', 'A', undefined, undefined, undefined]]]
]

t.test('grants follow, and the old ones stay', async t => {
  for (const [name, mapping, grants, expected] of GRANTS) {
    const changes = planGrants(wanted(mapping), grants, new Map([['T', 'I']]))
    t.same(changes.map(one => one.change === 'begun' ? [one.change, one.agency, one.indicator, one.validFrom, one.validTo] : [one.change, one.grant.agency, undefined, undefined, undefined]), expected, name)
  }
})

const passage = (from: string, to: string, effectiveOn: string, more: Partial<Succession> = {}): Succession => ({ from, to, effectiveOn, share: 'whole', reorganisation: effectiveOn, ...more })
const ALL = [
  passage('A', 'B', '2025-03-01'), passage('B', 'C', '2025-07-01'), passage('B', 'X', '2024-01-01', { share: 'part', indicators: ['I'] }), passage('D', 'C', '2025-07-01')
]
const ways = (edges: readonly Succession[]) => edges.map(one => `${one.from}${one.to}`)

t.test('the graph', async t => {
  const depth = 20
  t.same(ways(lineageOf(ALL, 'A', 'successors', { on: '2025-12-31', depth })), ['AB', 'BC'], 'what B gave before it received is not from A')
  t.same(ways(lineageOf(ALL, 'A', 'successors', { on: '2025-06-30', depth })), ['AB'])
  t.same(ways(lineageOf(ALL, 'A', 'successors', { on: '2025-12-31', depth: 1 })), ['AB'])
  t.same(ways(lineageOf(ALL, 'C', 'predecessors', { on: '2025-12-31', depth })), ['AB', 'BC', 'DC'])
  t.same(ways(lineageOf(ALL, 'X', 'predecessors', { on: '2025-12-31', depth })), ['BX'], 'A was not in B yet')
  t.same(ways(lineageOf([passage('A', 'B', '2025-01-01', { share: 'part' }), passage('B', 'A', '2025-01-01', { share: 'part' })], 'A', 'successors', { on: '2025-12-31', depth: Infinity })), ['AB', 'BA'], 'ends')
  t.equal(wholeSuccessor(ALL, 'A', '2025-12-31'), 'C')
  t.equal(wholeSuccessor(ALL, 'A', '2025-06-30'), 'B')
  t.equal(wholeSuccessor(ALL, 'A', '2025-02-28'), undefined)
  t.equal(wholeSuccessor(ALL, 'C', '2025-12-31'), undefined)
  const [named, rest] = [passage('A', 'B', DAY, { share: 'part', indicators: ['I'] }), passage('A', 'C', DAY, { share: 'part' })]
  t.same([[named, 'I'], [named, 'J'], [rest, 'I'], [rest, 'J']].map(([one, indicator]) => carries(one as Succession, [named, rest], indicator as string)), [true, false, false, true])
  t.same(findCircle([{ from: 'A', to: 'B' }, { from: 'B', to: 'C' }, { from: 'C', to: 'B' }]), ['B', 'C', 'B'])
  t.equal(findCircle([{ from: 'A', to: 'B' }, { from: 'A', to: 'C' }, { from: 'B', to: 'C' }]), undefined)
})

/** [what passed on, and when; indicator; the first day without it; heir] */
const HEIRS: [string, Succession[], string, string, string | undefined][] = [
  ['nobody', [passage('B', 'C', DAY)], 'I', '2025-12-31', undefined],
  ['on another day, when it went on', [passage('A', 'B', '2025-01-01', { share: 'part', indicators: ['I'] })], 'I', DAY, undefined],
  ['a whole', [passage('A', 'B', DAY)], 'I', DAY, 'B'],
  ['one part is all that there is', [passage('A', 'B', DAY, { share: 'part' })], 'I', DAY, 'B'],
  ['the function', [passage('A', 'B', DAY, { share: 'part', indicators: ['I'] }), passage('A', 'C', DAY, { share: 'part' })], 'I', DAY, 'B'],
  ['the rest', [passage('A', 'B', DAY, { share: 'part', indicators: ['I'] }), passage('A', 'C', DAY, { share: 'part' })], 'J', DAY, 'C'],
  ['no rest', [passage('A', 'B', DAY, { share: 'part', indicators: ['I'] })], 'J', DAY, undefined],
  ['tasks only', [passage('A', 'B', DAY, { share: 'part', indicators: [] })], 'I', DAY, undefined],
  ['two', [passage('A', 'B', DAY, { share: 'part' }), passage('A', 'C', DAY, { share: 'part' })], 'I', DAY, undefined],
  ['two by name', [passage('A', 'B', DAY, { share: 'part', indicators: ['I'] }), passage('A', 'C', DAY, { share: 'part', indicators: ['I'] })], 'I', DAY, undefined],
  ['what it gave away while it lived is another matter', [passage('A', 'B', '2025-01-01', { share: 'part', indicators: ['I'] }), passage('A', 'C', DAY)], 'I', DAY, 'C'],
  ['a function on the day itself is nearer than the whole', [passage('A', 'B', DAY, { share: 'part', indicators: ['I'], reorganisation: 'X' }), passage('A', 'C', DAY)], 'I', DAY, 'B']
]

t.test('who goes on with the figures of a body that ended', async t => {
  for (const [name, all, indicator, on, heir] of HEIRS) t.equal(heirOf(all, 'A', indicator, on), heir, name)
})
