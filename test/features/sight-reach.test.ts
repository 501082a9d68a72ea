import t from 'tap'
import { mayReport, listGrants } from '../../src/world/grants.js'
import { listReaching } from '../../src/features/pushes/reach.js'
import { today } from '../../src/http/today.js'
import { build, client, type TestGrant } from '../helper.js'
import { agency, indicator, lay, writer, type Body } from './registry.js'

const PERIODS = ['2024', '2025', '2025-H1', '2025-H2', '2025-9M', '2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4', '2025-05', '2025-06', '2025-07', '2025-12']

t.test('a client sees what awaits review of those whose figures it may report, also where they have moved', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  const make = async (url: string, payload: object): Promise<Body> => {
    const { status, body } = await api.post(url, payload)
    if (status >= 300) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`)
    return body
  }
  const below = (code: string, parent: string, level: string) => agency(code, code, { kind: `${level}_committee`, level, parent })
  for (const code of ['OLD', 'NEW']) await make('/v1/agencies', below(code, 'UBND-TINH', 'district'))
  for (const code of ['MOVES', 'STAYS']) await make('/v1/agencies', below(code, 'OLD', 'commune'))
  // on the first of July, within the administrative month of July, which begins on the 15th of June
  const { rows: [moved] } = await app.pool.query('update agency_parents set removed_at = recording_time() where agency_code = \'MOVES\' returning valid_from::text as since')
  await app.pool.query(`insert into agency_parents (agency_code, parent_code, valid_from, valid_to) values
    ('MOVES', 'OLD', $1, '2025-06-30'), ('MOVES', 'NEW', '2025-07-01', null)`, [moved.since])
  const frequencies = ['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly']
  for (const calendar of ['administrative', 'statistical']) {
    await make('/v1/indicators', indicator(`I-${calendar}`, calendar, {
      valueKind: 'number', unit: 'u', minimum: undefined, maximum: undefined, aggregation: 'sum', frequency: undefined, frequencies, calendar, reviewPolicy: 'manual'
    }))
  }
  const indicators = ['I-administrative', 'I-statistical']
  for (const code of indicators) {
    for (const place of ['OLD', 'NEW', 'MOVES', 'STAYS']) for (const period of PERIODS) await make('/v1/measurements', { indicator: code, agency: place, period, value: '1' })
  }
  const GRANTS: TestGrant[][] = [
    [{ agency: 'OLD', withSubtree: true }], [{ agency: 'NEW', withSubtree: true }], [{ agency: 'OLD' }], [{ agency: 'MOVES' }],
    [{ agency: 'UBND-TINH', withSubtree: true, indicator: 'I-statistical' }], [{ indicator: 'I-administrative' }, { agency: 'STAYS' }],
    [{ agency: 'OLD', withSubtree: true, indicator: 'I-administrative' }, { agency: 'NEW', indicator: 'I-statistical' }], [{}], []
  ]
  const figures = indicators.flatMap(indicator => ['OLD', 'NEW', 'MOVES', 'STAYS'].flatMap(agency => PERIODS.map(period => ({ indicator, agency, period }))))
  const reaching = await listReaching(app.db, figures, today())
  for (const grants of GRANTS) {
    const reader = await client(app, { scopes: ['measurements:write'], grants })
    const given = await listGrants(app.db, reader.id)
    const expected = figures.filter(({ agency, indicator }, i) => mayReport({ grants: given }, { agency, indicator, ancestors: () => reaching[i]! }, today()))
    const { data, count } = (await app.inject({ url: '/v1/measurements?state=submitted&limit=500&count=exact', headers: reader.headers })).json<Body>()
    const name = ({ indicator, agency, period }: Body) => `${indicator} ${agency} ${period}`
    t.same((data as Body[]).map(name).sort(), expected.map(name).sort(), `${JSON.stringify(grants)}: ${expected.length} of ${figures.length}`)
    t.equal(count, expected.length)
    const own = await app.inject({ url: '/v1/measurements?format=ndjson', headers: reader.headers })
    t.equal(own.body.split('\n').length - 1, expected.length, 'as a file too')
  }
})
