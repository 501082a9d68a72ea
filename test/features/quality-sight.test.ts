import { test } from 'tap'
import { client, standing } from '../helper.js'
import { WHOLE, province, rule } from './quality-world.js'
import { agency, indicator, type Body } from './registry.js'

/** A client that reports for some, and tries figures: what each would come to, and what it is told. */
async function reporter (app: Awaited<ReturnType<typeof province>>['app'], grants: { agency: string, withSubtree?: boolean }[]) {
  const { headers } = await client(app, { scopes: ['measurements:write'], grants })
  const send = async (query: string, code: string, agency: string, period: string, value: string, more: object = {}) => {
    const answer = await app.inject({ method: 'POST', url: `/v1/measurements${query}`, headers, payload: { indicator: code, agency, period, value, ...more } })
    const body = answer.json<Body>()
    const said = (answer.statusCode < 300 ? body['warnings'] : body['errors']) as Body[]
    return { id: body['id'] as string, state: body['state'] as string | undefined, told: said.map(({ code, detail }) => `${code}: ${detail}`) }
  }
  return {
    push: (code: string, agency: string, period: string, value: string, more?: object) => send('', code, agency, period, value, more),
    tries: (code: string, agency: string, period: string, value: string, more?: object) => send('?dryRun=true', code, agency, period, value, more)
  }
}

test('parts: whoever pushes is judged by what is accepted, and by what is its own', async t => {
  const { app, post } = await province(t)
  await post('/v1/quality-rules', rule('TONG', 'parts', { of: 'children', tolerance: '0' }))
  await post('/v1/quality-rules', rule('CAO', 'range', { maximum: '100' }, { severity: 'warn' }))
  const one = await reporter(app, [{ agency: 'H1' }])
  const two = await reporter(app, [{ agency: 'H2' }])
  const whole = await reporter(app, [{ agency: WHOLE }])
  const all = await reporter(app, [{ agency: WHOLE, withSubtree: true }])
  const review = async (id: string) => {
    const answer = await post(`/v1/measurements/${id}/review`, { revision: await standing(app, id), decision: 'accept' })
    t.equal(answer.status, 200, JSON.stringify(answer.body))
  }

  // above 100 it awaits review; 101 + 20 = 121
  const pending = await one.push('DEM', 'H1', '2025-Q1', '101')
  t.match([pending.state, (await two.push('DEM', 'H2', '2025-Q1', '20')).state], ['submitted', 'accepted'])
  t.match(await whole.tries('DEM', WHOLE, '2025-Q1', '50'), { state: 'accepted', told: [] }, 'a district is missing')
  t.match((await all.tries('DEM', WHOLE, '2025-Q1', '50')).told, [/^quality_rule: .*TONG.*121/], 'its own')
  await review(pending.id)
  t.match((await whole.tries('DEM', WHOLE, '2025-Q1', '50')).told, [/^quality_rule: .*TONG.*121/], 'accepted')

  // its correction to 150 awaits review: what was accepted stands
  t.match(await one.push('DEM', 'H1', '2025-Q1', '150', { reason: 'đếm lại' }), { state: 'submitted' })
  const [right] = (await whole.tries('DEM', WHOLE, '2025-Q1', '121')).told
  t.match(right, /^quality_rule: .*CAO/, '101 + 20, and nothing is wrong but that it is much')
  t.match((await whole.tries('DEM', WHOLE, '2025-Q1', '170')).told, [/TONG.*121/])
  t.match((await all.tries('DEM', WHOLE, '2025-Q1', '121')).told, [/TONG.*170/], '150 + 20')

  // a part below a total that awaits review
  const total = await whole.push('DEM', WHOLE, '2025-Q2', '200')
  t.match([total.state, (await two.push('DEM', 'H2', '2025-Q2', '1')).state], ['submitted', 'accepted'])
  t.match(await one.tries('DEM', 'H1', '2025-Q2', '1'), { state: 'accepted', told: [] })
  t.match((await all.tries('DEM', 'H1', '2025-Q2', '1')).told, [/TONG.*200/])
  await review(total.id)
  t.match((await one.tries('DEM', 'H1', '2025-Q2', '1')).told, [/TONG.*200/])
})

test('other periods: of an agency that had another above it then', async t => {
  const { app, post } = await province(t)
  const made = await post('/v1/indicators', indicator('TRONG-KY', 'Trong kỳ', {
    frequency: undefined, frequencies: ['quarterly', 'yearly'], calendar: 'statistical', timeBasis: 'during_period',
    valueKind: 'count', decimals: 0, unit: 'hồ sơ', aggregation: 'sum', maximum: undefined
  }))
  t.equal(made.status, 201)
  await post('/v1/agencies', agency('XA', 'Xã', { kind: 'commune_committee', level: 'commune', parent: 'H2' }))
  // below H1 in the second quarter alone
  await app.pool.query("update agency_parents set valid_to = '2025-03-31' where agency_code = 'XA'")
  await app.pool.query("insert into agency_parents (agency_code, parent_code, valid_from, valid_to) values ('XA', 'H1', '2025-04-01', '2025-06-30'), ('XA', 'H2', '2025-07-01', null)")
  await post('/v1/quality-rules', rule('CAO', 'range', { maximum: '100000' }, { severity: 'warn', indicators: ['TRONG-KY'] }))
  const then = await reporter(app, [{ agency: 'H1', withSubtree: true }])
  const now = await reporter(app, [{ agency: 'H2', withSubtree: true }])

  const first = await now.push('TRONG-KY', 'XA', '2025-Q1', '900000')
  for (const period of ['2025-Q3', '2025-Q4']) t.same(await now.push('TRONG-KY', 'XA', period, '900').then(one => one.state), 'accepted')
  const year = await now.push('TRONG-KY', 'XA', '2025', '2000000')
  t.same([first.state, year.state], ['submitted', 'submitted'])

  const told = async (who: typeof now) => (await who.tries('TRONG-KY', 'XA', '2025-Q2', '900')).told
  // 900000 + 900 + 900 + 900 = 902700
  t.match(await told(now), [/^period_contradiction: .*2000000.*902700/, /^magnitude_changed: .*900000/])
  t.match(await then.tries('TRONG-KY', 'XA', '2025-Q2', '900'), { state: 'accepted', told: [] }, 'nothing of what awaits review')
  for (const { id } of [first, year]) await post(`/v1/measurements/${id}/review`, { revision: 1, decision: 'accept' })
  t.same(await told(then), await told(now), 'accepted, it is everybody\'s')
})
