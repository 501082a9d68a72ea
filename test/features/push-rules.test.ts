import fc from 'fast-check'
import { test } from 'tap'
import { evaluateFigure, presentValue, sameFigure } from '../../src/features/pushes/figure.js'
import { decide, type StoredRevision } from '../../src/features/pushes/outcome.js'
import { createRowJudge } from '../../src/features/pushes/row-judge.js'
import type { AgencyFacts, IndicatorFacts, PushContext, PushRow, ResolvedRow } from '../../src/features/pushes/row.js'
import { breakdownKeyOf } from '../../src/domain/breakdown.js'
import { inScope, isMemberOfLevel, type PlacedAgency } from '../../src/world/target-scope.js'
import { rational } from '../../src/domain/decimal.js'

const administrative = {
  code: 'administrative', startDay: 15, monthOffset: -1 as const,
  deadlines: {
    monthly: [], quarterly: [{ tier: 'unit', rule: { workingDays: 2 } }], half_yearly: [], nine_months: [], yearly: []
  }
}
const province = { code: 'UBND', kind: 'provincial_committee' as const, level: 'province' as const, ancestors: new Set<string>() }
const district = { code: 'D1', kind: 'district_committee' as const, level: 'district' as const, ancestors: new Set(['UBND']) }
const lives = [{ from: '2020-01-01', to: null }]
const aboveOn = () => new Set(['UBND'])
const indicator: IndicatorFacts = {
  code: 'I', valueKind: 'ratio', decimals: 2, minimum: '0', maximum: '100', numerator: null, denominator: null, timeBasis: 'end_of_period',
  frequencies: ['quarterly'], reviewPolicy: 'automatic',
  calendar: administrative, scopes: [{ level: null, agency: 'UBND', planAgency: 'UBND' }]
}
const context = (changes: Partial<IndicatorFacts> = {}, agency: Partial<AgencyFacts> = {}, now = '2025-09-16T03:00:00.000000Z'): PushContext => ({
  now,
  indicators: new Map([['I', { ...indicator, ...changes }]]),
  agencies: new Map([['D1', { ...district, lives, aboveOn, ...agency }], ['gso:593', { ...district, lives, aboveOn }]]),
  members: new Map([['sector', new Set(['health'])]]),
  holidays: { off: new Set(), working: new Set() },
  life: { transitionsOf: () => [], extensionsOf: () => [] },
  leads: () => [],
  heirs: { endOf: () => undefined, successorOf: () => undefined },
  usesIn: () => undefined,
  mayReport: (_, code) => code === 'I'
})
const row: PushRow = { indicator: 'I', agency: 'D1', period: '2025-Q3', value: '50' }
const codes = (changes: Partial<PushRow>, where: PushContext = context()) =>
  createRowJudge(where)({ ...row, ...changes }).problems.map(({ code, pointer }) => `${pointer} ${code}`)

test('a row without fault is resolved under its key', async t => {
  const { problems, resolved } = createRowJudge(context())({ ...row, agency: 'gso:593', breakdown: { sector: 'health' } })
  t.same(problems, [])
  t.match(resolved, { agency: 'D1', indicator: 'I', period: '2025-Q3', breakdownKey: 'sector=health', quality: 'official', late: false, initialState: 'accepted', value: '50' })
})

test('each fault by its code and place', async t => {
  const cases: [string, Partial<PushRow>, string[], PushContext?][] = [
    ['indicator', { indicator: 'X' }, ['/indicator unknown_indicator']],
    ['agency', { agency: 'X' }, ['/agency unknown_agency']],
    ['Q5', { period: '2025-Q5' }, ['/period unknown_period']],
    ['month 13', { period: '2025-13' }, ['/period unknown_period']],
    ['another frequency', { period: '2025-09' }, ['/period period_mismatch']],
    // Q4 runs 15/09–14/12: on 14/09 it has not begun, on 15/09 it has
    ['not begun', { period: '2025-Q4' }, ['/period period_not_open'], context({}, {}, '2025-09-14T16:59:59.999999Z')],
    ['begun', { period: '2025-Q4' }, [], context({}, {}, '2025-09-14T17:00:00.000000Z')],
    ['dimension', { breakdown: { sex: 'female' } }, ['/breakdown/sex unknown_dimension']],
    ['member', { breakdown: { sector: 'mining' } }, ['/breakdown/sector unknown_member']],
    ['no figure', { value: undefined }, ['/value value_required']],
    ['half a ratio', { value: undefined, numerator: '1' }, ['/denominator denominator_required']],
    ['the other half', { value: undefined, denominator: '1' }, ['/numerator numerator_required']],
    ['too many decimals', { value: '50.001' }, ['/value too_many_decimals']],
    ['trailing zeros are decimals', { value: '50.000' }, ['/value too_many_decimals']],
    ['below', { value: '-0.01' }, ['/value value_out_of_range']],
    ['above', { value: '100.01' }, ['/value value_out_of_range']],
    ['at the top', { value: '100' }, []],
    ['numerator above denominator', { value: undefined, numerator: '3', denominator: '2' }, ['/numerator numerator_exceeds_denominator']],
    ['negative denominator', { value: undefined, numerator: '1', denominator: '-2' }, ['/denominator value_out_of_range']],
    ['negative numerator', { value: undefined, numerator: '-1', denominator: '2' }, ['/numerator value_out_of_range']],
    ['both and agreeing', { value: '89.95', numerator: '1799', denominator: '2000' }, []],
    ['both, agreeing when rounded', { value: '33.33', numerator: '1', denominator: '3' }, []],
    ['both, rounded more than the indicator is', { value: '90', numerator: '1799', denominator: '2000' }, ['/value ratio_mismatch']],
    ['both and disagreeing', { value: '89.96', numerator: '1799', denominator: '2000' }, ['/value ratio_mismatch']],
    ['not applicable', { value: undefined, numerator: '0', denominator: '0' }, []],
    ['not applicable with a value', { value: '0', numerator: '0', denominator: '0' }, ['/value ratio_mismatch']],
    ['something of nothing', { value: undefined, numerator: '1', denominator: '0' }, ['/numerator numerator_exceeds_denominator']],
    ['ratio of a growth', { value: undefined, numerator: '1', denominator: '2' }, ['/numerator numerator_not_allowed'], context({ valueKind: 'growth' })],
    ['growth is unbounded', { value: '-12.5' }, [], context({ valueKind: 'growth', minimum: null, maximum: null })],
    ['not in scope', {}, ['/agency agency_not_in_scope'], context({ scopes: [{ level: 'commune', agency: null, planAgency: 'UBND' }] })],
    ['an indicator without targets takes all', {}, [], context({ scopes: [] })],
    ['not alive', {}, ['/agency agency_not_valid_in_period'], context({}, { lives: [{ from: '2020-01-01', to: '2025-06-14' }] })],
    ['alive on the first day', {}, [], context({}, { lives: [{ from: '2020-01-01', to: '2025-06-15' }] })],
    ['future', { observedAt: '2025-09-16T03:06:00Z' }, ['/observedAt observed_in_future']],
    ['within the tolerance of clocks', { observedAt: '2025-09-16T10:04:00+07:00' }, []],
    ['all together', { indicator: 'X', agency: 'Y', period: 'Z', value: undefined, breakdown: { a: 'b' } },
      ['/indicator unknown_indicator', '/agency unknown_agency', '/period unknown_period', '/breakdown/a unknown_dimension']]
  ]
  for (const [name, changes, expected, where] of cases) t.same(codes(changes, where), expected, name)
  t.same(codes({}, { ...context(), mayReport: () => false }), ['/agency not_assigned'])
})

test('what is counted has decimals and bounds of its own', async t => {
  const money = context({ numerator: { decimals: 2, minimum: '0' }, denominator: { decimals: 3, minimum: '1', maximum: '1000000' } })
  const parts = (numerator: string, denominator: string, value?: string) => ({ value, numerator, denominator })
  const none = context({ minimum: null, maximum: null })
  const cases: [string, Partial<PushRow>, string[], PushContext?][] = [
    ['thousands dots in both', parts('88.450', '96.010'), ['/numerator too_many_decimals', '/denominator too_many_decimals']],
    ['in the numerator alone: the share is small, and right', parts('88.450', '96010'), ['/numerator too_many_decimals']],
    ['in the denominator alone', parts('88450', '96.010'), ['/denominator too_many_decimals', '/numerator numerator_exceeds_denominator']],
    ['zeros at the end count', parts('88.0', '96'), ['/numerator too_many_decimals']],
    ['as counts', parts('88450', '96010'), []],
    ['beside their share', parts('88.450', '96.010', '92.13'), ['/numerator too_many_decimals', '/denominator too_many_decimals']],
    ['not applicable, and yet', parts('0.0', '0.00'), ['/numerator too_many_decimals', '/denominator too_many_decimals']],
    ['without bounds of the share', parts('1.001', '1'), ['/numerator too_many_decimals'], none],
    ['money', parts('88.45', '96.010'), [], money],
    ['money with more decimals', parts('88.450', '96.0101'), ['/numerator too_many_decimals', '/denominator too_many_decimals'], money],
    ['too little and too much', parts('-0.01', '1000000.001'), ['/numerator value_out_of_range', '/denominator value_out_of_range'], money],
    ['at its bounds', parts('0', '1'), [], money],
    ['nothing to measure is no part out of bounds', parts('0', '0'), [], money],
    ['a negative denominator is said once', parts('0', '-3'), ['/denominator value_out_of_range'], money],
    ['less than nothing of nothing', parts('-1', '0'), ['/numerator value_out_of_range'], money]
  ]
  for (const [name, changes, expected, where] of cases) t.same(codes(changes, where), expected, name)
  const said = createRowJudge(context())({ ...row, ...parts('88.450', '96010') }).problems[0]!.detail
  t.match(said.vi, /Tử số của I .* 0 chữ số thập phân.*88450/u)
  t.match(said.en, /numerator of I .* no decimals.*88450/u)
})

test('late from the day after the unit\'s deadline: two working days after 14/09/2025, a Sunday', async t => {
  const late = (now: string) => createRowJudge(context({}, {}, now))(row).resolved?.late
  t.equal(late('2025-09-16T16:59:59.999999Z'), false, 'Tuesday 16/09 in the province')
  t.equal(late('2025-09-16T17:00:00.000000Z'), true, 'Wednesday')
})

test('a manual policy awaits review', async t => {
  t.equal(createRowJudge(context({ reviewPolicy: 'manual' }))(row).resolved?.initialState, 'submitted')
})

test('figures', async t => {
  t.same(evaluateFigure({ numerator: '1799', denominator: '2000' }), { kind: 'number', value: rational(1799n, 20n) })
  t.same(evaluateFigure({ numerator: '0', denominator: '0' }), { kind: 'not_applicable' })
  t.equal(presentValue({ numerator: '1799', denominator: '2000' }), '89.95')
  t.equal(presentValue({ numerator: '2', denominator: '3' }), '66.666666666667')
  t.equal(presentValue({ value: '82.50' }), '82.50', 'as it was given')
  t.equal(presentValue({ numerator: '0', denominator: '0' }), null)
  t.ok(sameFigure({ value: '82.5' }, { value: '82.50' }))
  t.notOk(sameFigure({ numerator: '1', denominator: '2' }, { numerator: '2', denominator: '4' }), 'the parts are the figure')
  t.notOk(sameFigure({ numerator: '1', denominator: '2' }, { value: '50' }))
})

test('what a row means beside what is stored', async t => {
  const resolved = (changes: Partial<ResolvedRow> = {}) => ({ ...createRowJudge(context())(row).resolved!, ...changes })
  const stored = (changes: Partial<StoredRevision> = {}): StoredRevision => ({
    id: 'm', revision: 1, newest: 1, state: 'accepted', quality: 'official', value: '50', note: undefined, evidence: undefined, observedAt: undefined, accepted: { value: '50' }, ...changes
  })
  const outcome = (changes: Partial<PushRow>, figure: Partial<ResolvedRow>, before?: StoredRevision) => {
    const result = decide({ ...row, ...changes }, resolved(figure), before)
    return result.outcome === 'rejected' ? result.problems.map(({ code }) => code) : result.outcome
  }
  t.equal(outcome({}, {}), 'created')
  t.equal(outcome({}, {}, stored()), 'unchanged')
  t.equal(outcome({}, { value: '50.00' }, stored()), 'unchanged', 'the same number')
  t.equal(outcome({ observedAt: '2025-09-10T00:00:00Z', reason: 'again' }, {}, stored()), 'unchanged', 'seen again')
  t.equal(outcome({}, {}, stored({ observedAt: '2025-09-12T00:00:00.000000Z' })), 'unchanged')
  t.same(outcome({}, { value: '51' }, stored()), ['reason_required'])
  t.equal(outcome({ reason: 'recount' }, { value: '51' }, stored()), 'revised')
  t.equal(outcome({}, { value: '51' }, stored({ state: 'submitted', accepted: undefined })), 'revised', 'never accepted: no reason needed')
  t.equal(outcome({}, {}, stored({ state: 'returned', accepted: undefined })), 'revised', 'a returned figure is answered, even by itself')
  t.equal(outcome({ note: 'n' }, {}, stored()), 'unchanged', 'a note alone is no news')
  t.same(outcome({ observedAt: '2025-09-10T00:00:00Z' }, { value: '51' }, stored({ observedAt: '2025-09-10T00:00:00.000001Z' })), ['stale_observation', 'reason_required'])
  t.equal(outcome({ observedAt: '2025-09-10T07:00:00.000001+07:00', reason: 'r' }, { value: '51' }, stored({ observedAt: '2025-09-10T00:00:00.000001Z' })), 'revised', 'the same instant is not older')
})

test('scopes', async t => {
  const department: PlacedAgency = { code: 'SO', kind: 'department', level: 'province', ancestors: new Set(['UBND']) }
  t.ok(isMemberOfLevel(department, 'province'))
  t.notOk(isMemberOfLevel(province, 'province'), 'the committee is the whole, not a member of its level')
  t.ok(isMemberOfLevel(district, 'district'))
  t.ok(inScope({ level: null, agency: null, planAgency: 'UBND' }, province))
  t.ok(inScope({ level: 'district', agency: null, planAgency: 'UBND' }, district))
  t.notOk(inScope({ level: 'district', agency: null, planAgency: 'UBND' }, department))
  t.notOk(inScope({ level: null, agency: 'D2', planAgency: 'UBND' }, district))
  t.notOk(inScope({ level: 'district', agency: null, planAgency: 'OTHER' }, district), 'another province')
})

test('properties', async t => {
  const pairs = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[a-z]{1,5}$/)), { maxLength: 3 })
  fc.assert(fc.property(pairs, entries => {
    const breakdown = Object.fromEntries(entries)
    t.equal(breakdownKeyOf(breakdown), breakdownKeyOf(Object.fromEntries(Object.entries(breakdown).reverse())))
  }), { numRuns: 50 })
  fc.assert(fc.property(fc.bigInt(0n, 10n ** 15n), fc.bigInt(1n, 10n ** 15n), (a, b) => {
    const [numerator, denominator] = a <= b ? [a, b] : [b, a === 0n ? 1n : a]
    const { problems } = createRowJudge(context())({ ...row, value: undefined, numerator: `${numerator}`, denominator: `${denominator}` })
    return problems.length === 0
  }), { numRuns: 200 })
})
