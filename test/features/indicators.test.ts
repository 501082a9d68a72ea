import t from 'tap'
import { checkDecimals, checkFrequencies, checkIndicator, checkInUse, searchTextOf, type IndicatorFacts } from '../../src/features/indicators/rules.js'
import { build, client } from '../helper.js'
import { codes, faults, indicator, lay, pages, target, undated, writer } from './registry.js'
import type { Frequency, TimeBasis } from '../../src/domain/words.js'

const facts = (more: Partial<IndicatorFacts> = {}): IndicatorFacts => ({ valueKind: 'ratio', decimals: 2, aggregation: 'ratio_of_sums', ...more })
const said = (errors: { pointer?: string, code: string }[]) => errors.map(error => [error.pointer, error.code])

t.test('what an indicator may be', async t => {
  const text = { vi: 'Hồ sơ' }
  const cases: [string, Partial<IndicatorFacts>, [string, string][]][] = [
    ['a ratio', {}, []],
    ['bounds', { minimum: '0', maximum: '100' }, []],
    ['equal bounds', { minimum: '5.5', maximum: '5.50' }, []],
    ['bounds by value, not by text', { minimum: '9', maximum: '10' }, []],
    ['reversed bounds', { minimum: '10', maximum: '9.99' }, [['/maximum', 'bounds_reversed']]],
    ['negative bounds', { minimum: '-1', maximum: '-2' }, [['/maximum', 'bounds_reversed']]],
    ['sums of a number', { valueKind: 'number', aggregation: 'ratio_of_sums' }, [['/aggregation', 'aggregation_mismatch']]],
    ['summed percentages', { aggregation: 'sum' }, [['/aggregation', 'aggregation_mismatch']]],
    ['summed growth', { valueKind: 'growth', aggregation: 'sum' }, [['/aggregation', 'aggregation_mismatch']]],
    ['summed counts', { valueKind: 'count', aggregation: 'sum', decimals: 0 }, []],
    ['half a person', { valueKind: 'count', aggregation: 'sum', decimals: 1 }, [['/decimals', 'count_with_decimals']]],
    ['numerator alone', { numerator: text }, [['/denominator', 'denominator_required']]],
    ['denominator alone', { denominator: text, numerator: null }, [['/numerator', 'numerator_required']]],
    ['both', { numerator: text, denominator: text }, []],
    ['parts with bounds', { numerator: { ...text, decimals: 2, minimum: '0', maximum: '10.50' }, denominator: { ...text, unit: 'người', minimum: '1' } }, []],
    ['parts with reversed bounds', { numerator: { ...text, minimum: '2', maximum: '1' }, denominator: { ...text, minimum: '-1', maximum: '-1' } },
      [['/numerator/maximum', 'bounds_reversed'], ['/denominator/maximum', 'out_of_range']]],
    ['parts where none are counted', { valueKind: 'growth', aggregation: 'none', numerator: { ...text, unit: 'người', decimals: 1 }, denominator: { ...text, minimum: '0', maximum: '9' } },
      [['/numerator/unit', 'part_not_counted'], ['/numerator/decimals', 'part_not_counted'], ['/denominator/minimum', 'part_not_counted'], ['/denominator/maximum', 'part_not_counted']]]
  ]
  for (const [name, more, expected] of cases) t.same(said(checkIndicator(facts(more))), expected, name)
  t.same(said(checkDecimals(facts({ minimum: '0.001', maximum: '100.00' }))), [['/minimum', 'too_many_decimals']])
  t.same(said(checkDecimals(facts({ decimals: 0, minimum: null, maximum: '100.0' }))), [['/maximum', 'too_many_decimals']])
  t.same(said(checkIndicator(facts({ valueKind: 'growth', aggregation: 'direct', timeBasis: 'during_period' }))), [['/timeBasis', 'time_basis_mismatch']])
  t.same(said(checkIndicator(facts({ valueKind: 'growth', aggregation: 'direct', timeBasis: 'year_to_date' }))), [])
  const used = {
    unit: '%', valueKind: 'ratio', frequencies: ['quarterly', 'yearly'] as Frequency[], calendar: 'statistical', direction: 'higher_is_better', aggregation: 'sum',
    decimals: 2, timeBasis: 'end_of_period' as TimeBasis
  }
  const [aimed, measured] = [{ targets: true, figures: false }, { targets: false, figures: true }]
  const use: [string, Parameters<typeof checkInUse>[0], Partial<typeof used>, [string, string][]][] = [
    ['more decimals', measured, { decimals: 3 }, []],
    ['fewer decimals and another unit', aimed, { decimals: 1, unit: 'điểm' }, [['/unit', 'indicator_in_use'], ['/decimals', 'indicator_in_use']]],
    ['a frequency more', measured, { frequencies: ['monthly', 'quarterly', 'yearly'] }, []],
    ['a frequency less', aimed, { frequencies: ['quarterly'] }, [['/frequencies', 'indicator_in_use']]],
    ['another frequency', measured, { frequencies: ['monthly'] }, [['/frequencies', 'indicator_in_use']]],
    ['another time basis while there are targets only', aimed, { timeBasis: 'during_period' }, []],
    ['another time basis once there are figures', measured, { timeBasis: 'during_period' }, [['/timeBasis', 'indicator_in_use']]],
    ['anything while nothing rests on it', { targets: false, figures: false }, { timeBasis: 'year_to_date', frequencies: ['monthly'], decimals: 0 }, []]
  ]
  for (const [name, by, change, expected] of use) t.same(said(checkInUse(by, used, { ...used, ...change })), expected, name)
  const asked: [string, Parameters<typeof checkFrequencies>[0], [string, string][]][] = [
    ['one', { frequency: 'monthly' }, []],
    ['several', { frequencies: ['yearly', 'monthly'] }, []],
    ['the finest beside them', { frequency: 'monthly', frequencies: ['yearly', 'monthly'] }, []],
    ['another beside them', { frequency: 'yearly', frequencies: ['yearly', 'monthly'] }, [['/frequency', 'not_the_finest']]],
    ['twice the same', { frequencies: ['yearly', 'yearly'] }, [['/frequencies', 'not_unique']]],
    ['none', {}, [['/frequencies', 'required']]]
  ]
  for (const [name, given, expected] of asked) t.same(said(checkFrequencies(given)), expected, name)
  const part = { vi: 'Tiền', unit: 'đồng', decimals: 2 }
  t.same(said(checkDecimals(facts({ numerator: { vi: 'Đếm', minimum: '0.5' }, denominator: { ...part, maximum: '0.125' } }))), [['/numerator/minimum', 'too_many_decimals'], ['/denominator/maximum', 'too_many_decimals']])
  t.same(said(checkInUse(measured, used, { ...used, numerator: part, denominator: part })), [], 'what was not said may be said')
  t.same(said(checkInUse(measured, { ...used, numerator: part, denominator: part }, { ...used, numerator: { ...part, vi: 'Tiền thu', decimals: 3, minimum: '0' }, denominator: part })), [])
  t.same(said(checkInUse(measured, { ...used, numerator: part, denominator: part }, { ...used, numerator: { ...part, unit: 'triệu đồng' }, denominator: null })),
    [['/numerator/unit', 'indicator_in_use'], ['/denominator/unit', 'indicator_in_use'], ['/denominator/decimals', 'indicator_in_use']])
  t.equal(searchTextOf({ vi: 'Hồ sơ điện tử', en: 'E-files' }, { vi: 'Quý' }), 'ho so dien tu e files qui')
  t.equal(searchTextOf({ vi: 'Hồ sơ' }, null), 'ho so')
})

t.test('create, read, list', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  const whole = {
    ...indicator('CQS-01', 'Hồ sơ xử lý trên môi trường điện tử'),
    name: { vi: 'Hồ sơ xử lý trên môi trường điện tử', en: 'Files processed online' },
    definition: { vi: 'Báo cáo quý' },
    numerator: { vi: 'Đã xử lý' },
    denominator: { vi: 'Tất cả', unit: 'hồ sơ', decimals: 0, minimum: '0', maximum: '1000000' },
    exclusions: { vi: 'Bí mật nhà nước' },
    minimum: '0',
    maximum: '100.00',
    provenance: 'quoted',
    quote: 'hồ sơ công việc'
  }
  const made = await api.post('/v1/indicators', whole)
  t.equal(made.status, 201)
  t.equal(made.headers.location, '/v1/indicators/CQS-01')
  t.same(undated(made.body), { ...whole, frequencies: ['quarterly'], timeBasis: 'end_of_period', timePerCollect: 'E' })
  const read = await api.get('/v1/indicators/CQS-01')
  t.same(read.body, made.body, 'as written, "100.00" too')
  t.equal(read.headers.etag, made.headers.etag)
  t.equal((await api.get('/v1/indicators/CQS-99')).status, 404)

  await api.post('/v1/indicators', indicator('KTS-01', 'Kinh tế số trong GRDP', { pillar: 'KTS', aggregation: 'direct', frequency: 'yearly', calendar: 'statistical', provenance: 'researched' }))
  await api.post('/v1/indicators', indicator('KTS-03', 'Năng suất lao động', { pillar: 'KTS', valueKind: 'growth', aggregation: 'none', minimum: '-50', reviewPolicy: 'manual' }))
  await api.post('/v1/indicators', indicator('XHS-99', 'Đơn thư quá hạn', { direction: 'lower_is_better', valueKind: 'count', decimals: 0, aggregation: 'sum', unit: 'đơn', frequency: 'monthly', provenance: 'illustrative' }))
  await api.post('/v1/targets', target('T1'))
  await api.post('/v1/targets', target('T2', { plan: 'KH-2026', indicator: 'KTS-01', dueDate: '2026-12-31' }))

  const cases: [string, string[]][] = [
    ['', ['CQS-01', 'KTS-01', 'KTS-03', 'XHS-99']],
    ['pillar=KTS', ['KTS-01', 'KTS-03']],
    ['plan=KH-2025', ['CQS-01']],
    ['plan=KH-2026&pillar=KTS', ['KTS-01']],
    ['frequency=yearly', ['KTS-01']],
    ['valueKind=growth', ['KTS-03']],
    ['calendar=administrative', ['CQS-01', 'KTS-03', 'XHS-99']],
    ['direction=lower_is_better', ['XHS-99']],
    ['aggregation=direct', ['KTS-01']],
    ['reviewPolicy=manual', ['KTS-03']],
    ['provenance=illustrative', ['XHS-99']],
    ['q=dien+tu', ['CQS-01']],
    ['q=qui', ['CQS-01']],
    ['q=QUÝ', ['CQS-01']],
    ['q=online+files', ['CQS-01']],
    ['q=don thu', ['XHS-99']],
    ['q=nang+suat+hồ', []],
    ['sort=-code', ['XHS-99', 'KTS-03', 'KTS-01', 'CQS-01']],
    ['sort=name', ['XHS-99', 'CQS-01', 'KTS-01', 'KTS-03']],
    ['sort=-pillar,code', ['KTS-01', 'KTS-03', 'CQS-01', 'XHS-99']]
  ]
  for (const [query, expected] of cases) t.same(codes((await api.get(`/v1/indicators?${query}`)).body), expected, query)
  t.same(await pages(api.get, '/v1/indicators?limit=1&sort=-pillar'), [['KTS-03'], ['KTS-01'], ['XHS-99'], ['CQS-01']])
  t.equal((await api.get('/v1/indicators?q=so&count=exact&limit=1')).body['count'], 2)

  for (const [query, place, code] of [
    ['pillar=NONE&plan=NONE&calendar=NONE', 'pillar plan calendar', 'unknown_code'], ['q=...', 'q', 'nothing_to_search'], ['sort=mood', 'sort', 'unknown_sort_field']
  ] as const) {
    const { status, body } = await api.get(`/v1/indicators?${query}`)
    t.equal(status, 400)
    t.same(faults(body), place.split(' ').map(name => [name, code]))
  }
  for (const query of ['frequency=weekly', 'valueKind=', 'colour=red', 'pillar=a%20b', 'pillar=KTS&pillar=CQS', 'limit=abc']) {
    t.equal((await api.get(`/v1/indicators?${query}`)).status, 400, query)
  }

  const of = async (query: string) => codes((await api.get(`/v1/indicators/CQS-01/targets?${query}`)).body, 'id')
  t.same(await of(''), ['T1'])
  t.same(await of('plan=KH-2026'), [])
  t.equal((await api.get('/v1/indicators/CQS-99/targets')).status, 404)
  t.equal((await api.get('/v1/indicators/CQS-01/targets?indicator=KTS-01')).status, 400)
})

t.test('what is refused', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  const cases: [string, object, number, [string, string][]][] = [
    ['taken', indicator('CQS-01', 'Hai'), 409, [['/code', 'already_exists']]],
    ['unknown pillar and calendar', indicator('A', 'A', { pillar: 'NONE', calendar: 'NONE' }), 422, [['/pillar', 'unknown_pillar'], ['/calendar', 'unknown_calendar']]],
    ['quoted without words', indicator('A', 'A', { provenance: 'quoted' }), 422, [['/quote', 'quote_required']]],
    ['a bound too fine, and all else', indicator('A', 'A', { maximum: '99.999', aggregation: 'sum', pillar: 'NONE' }), 400,
      [['/maximum', 'too_many_decimals'], ['/aggregation', 'aggregation_mismatch'], ['/pillar', 'unknown_pillar']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/indicators', payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
  }
  const { name, ...nameless } = indicator('A', 'A')
  for (const payload of [
    nameless, indicator('A', 'A', { maximum: 100 }), indicator('A', 'A', { maximum: 'NaN' }), indicator('A', 'A', { maximum: '1e2' }), indicator('A', 'A', { minimum: null }),
    indicator('A', 'A', { minimum: '-0' }), indicator('A', 'A', { decimals: '2' }), indicator('A', 'A', { decimals: 13 }), indicator('A', 'A', { decimals: 1.5 }),
    indicator('A', 'A', { maxmum: '100' }), indicator('A', 'A', { unit: ' ' }), indicator('A', 'A', { frequency: 'weekly' }), [indicator('A', 'A')]
  ]) t.equal((await api.post('/v1/indicators', payload)).status, 400, JSON.stringify(payload))
  t.equal((await api.post('/v1/indicators', '{"code": "A", "code": "B"}')).status, 400)
  t.equal((await app.inject({ method: 'POST', url: '/v1/indicators', payload: indicator('A', 'A') })).statusCode, 401)
  const reader = await client(app, { scopes: ['measurements:write'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/indicators', headers: reader.headers, payload: indicator('A', 'A') })).statusCode, 403)
  t.same(codes((await api.get('/v1/indicators')).body), ['CQS-01'])
})

t.test('changes', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Hồ sơ', { definition: { vi: 'Cũ' }, population: { vi: 'Dân' } }))
  const url = '/v1/indicators/CQS-01'
  const changed = await api.change(url, { name: { vi: 'Văn bản' }, population: null, minimum: null, frequency: 'monthly', decimals: 1 })
  t.equal(changed.status, 200)
  t.match(changed.headers.etag, /^"2-/)
  const { minimum, ...expected } = indicator('CQS-01', 'Văn bản', { frequency: 'monthly', decimals: 1, definition: { vi: 'Cũ' }, provenance: 'operational' })
  t.same(undated(changed.body), { ...expected, frequencies: ['monthly'], timeBasis: 'end_of_period', timePerCollect: 'E' })
  const several = await api.change('/v1/indicators/CQS-01', { frequencies: ['yearly', 'monthly'], timeBasis: 'year_to_date' })
  t.match(several.body, { frequency: 'monthly', frequencies: ['monthly', 'yearly'], timeBasis: 'year_to_date' })
  t.equal(several.body['timePerCollect'], undefined)
  t.same(codes((await api.get('/v1/indicators?frequency=yearly&timeBasis=year_to_date')).body), ['CQS-01'])
  t.same(codes((await api.get('/v1/indicators?frequency=quarterly')).body), [])
  t.same(faults((await api.change('/v1/indicators/CQS-01', { frequency: 'yearly', frequencies: ['yearly', 'monthly'] })).body), [['/frequency', 'not_the_finest']])
  t.same(codes((await api.get('/v1/indicators?q=van+ban+cu')).body), ['CQS-01'])
  t.same(codes((await api.get('/v1/indicators?q=ho+so')).body), [])

  t.same(faults((await api.change(url, { aggregation: 'sum' })).body), [['/aggregation', 'aggregation_mismatch']])
  t.same(faults((await api.change(url, { maximum: '99.99' })).body), [['/maximum', 'too_many_decimals']])
  t.same(faults((await api.change(url, { provenance: 'quoted' })).body), [['/quote', 'quote_required']])
  await api.post('/v1/targets', target('T1', { value: '80.5' }))
  const fixed = await api.change(url, { unit: 'điểm', decimals: 0 })
  t.equal(fixed.status, 422)
  t.same(faults(fixed.body), [['/unit', 'indicator_in_use'], ['/decimals', 'indicator_in_use']])
  t.equal((await api.change(url, { decimals: 3, unit: '%' })).status, 200)

  t.equal((await api.patch(url, { decimals: 2 })).status, 428)
  t.equal((await api.patch(url, { decimals: 4 }, { 'if-match': '"1-x"' })).status, 412)
  t.equal((await api.patch('/v1/indicators/NONE', { decimals: 4 }, { 'if-match': '*' })).status, 404)
  for (const patch of [{ code: 'X' }, { name: null }, { colour: 'red' }, {}, { decimals: null }, { minimum: 1 }]) {
    t.equal((await api.change(url, patch)).status, 400, JSON.stringify(patch))
  }
  const { headers: { etag } } = await api.get(url)
  const race = await Promise.all(['A', 'B', 'C'].map(vi => api.patch(url, { name: { vi } }, { 'if-match': String(etag) })))
  t.same(race.map(answer => answer.status).sort(), [200, 412, 412], 'one of three wins')
})
