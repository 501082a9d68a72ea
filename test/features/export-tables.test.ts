import type { FastifyInstance } from 'fastify'
import Papa from 'papaparse'
import { test } from 'tap'
import { build, client, pushKey } from '../helper.js'
import { faults, type Body } from './registry.js'
import { partsOf, records, sheetsOf } from './workbook-files.js'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const WHOLE = 'UBND-BINH-THUAN'

const STATUS_HEADER = 'target.id,indicator.code,indicator.name.vi,indicator.name.en,target.operator,target.value,value,' +
  'indicator.unit,period,performance,reporting.state,target.dueDate,provisional,illustrative,explanation.text.vi,' +
  'explanation.text.en,explanation.comparison,numerator,denominator,gap,expectedValue,attainment,basis,reporting.period,' +
  'reporting.deadline,coverage.expected,coverage.reported,coverage.missing,coverage.passed,coverage.failed,' +
  'coverage.notApplicable,coverage.explained,lead.code,lead.name.vi,lead.name.en,pillar,target.plan,target.parent,' +
  'target.allocation,target.scope.level,target.scope.agency,target.scope.dimension,target.scope.member,' +
  'target.quantifier,target.mode,target.state,target.wording,target.version,target.effectiveFrom,direct.value,' +
  'direct.difference,accumulation.from,accumulation.to,freshness.ageDays,freshness.stale,provenance,counted,on,asOf'

const parse = (text: string, delimiter = ',') =>
  Papa.parse<Record<string, string>>(text, { header: true, delimiter, newline: '\r\n', skipEmptyLines: true }).data
const lines = (text: string): Body[] => text.trimEnd().split('\n').map(line => JSON.parse(line) as Body)

async function pushing (app: FastifyInstance) {
  const { headers } = await client(app)
  return async (rows: object[]) => {
    const pushed = await app.inject({
      method: 'POST', url: '/v1/submissions?mode=partial', headers: { ...headers, ...pushKey('/v1/submissions') }, payload: { rows }
    })
    return pushed.json<Body>()
  }
}

test('status, obligations and all that is computed, as tables', async t => {
  const app = await build(t, { seed: 'plan' })
  const push = await pushing(app)
  const kts = { indicator: 'KTS-05', agency: WHOLE, period: '2025' }
  await app.pool.query('insert into dimensions (code, name) values (\'kind\', \'{"vi":"loại"}\')')
  await app.pool.query('insert into dimension_members (dimension_code, code, name) values (\'kind\', \'a\', \'{"vi":"a"}\'), (\'kind\', \'b\', \'{"vi":"b"}\'), (\'kind\', \'c\', \'{"vi":"c"}\')')
  const pushed = await push([
    { indicator: 'CQS-02', agency: 'UBND-PHAN-THIET', period: '2025-Q1', numerator: '4512', denominator: '5210' },
    { indicator: 'CQS-02', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '1799', denominator: '2000' },
    { ...kts, value: '10.0', observedAt: '2026-01-05T08:30:00+07:00' },
    { ...kts, indicator: 'KTS-03', breakdown: { kind: 'a' }, value: '-0.50', note: '=HYPERLINK("http://x.vn";"bấm")', quality: 'provisional' },
    { ...kts, breakdown: { kind: 'b' }, value: '7', note: 'dòng một\r\nhai <b>&amp; _x000D_' },
    { indicator: 'XHS-07', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '123456789012345678', denominator: '200000000000000000' }
  ])
  t.match(pushed['counts'], { created: 6, rejected: 0 }, JSON.stringify(pushed['exceptions']))
  const get = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') => app.inject({ method, url, headers })
  const workbook = async (url: string) => {
    const response = await get(url)
    t.equal(response.statusCode, 200, response.statusCode === 200 ? url : response.body)
    return sheetsOf(response.rawPayload)
  }

  await t.test('a status as CSV and NDJSON', async t => {
    const url = '/v1/status?indicator=CQS-02&level=district&on=2025-03-20'
    const csv = await get(`${url}&format=csv`)
    t.match(csv.headers, {
      'content-type': 'text/csv; charset=utf-8; header=present', 'content-disposition': 'attachment; filename="status.csv"',
      'content-location': /^http:\/\/registry\.test\/v1\/status\?indicator=CQS-02&level=district&on=2025-03-20&format=csv&asOf=20/, etag: /^"[\w-]{22}"$/, vary: 'Accept, Accept-Language'
    })
    t.equal(csv.body.split('\r\n')[0], STATUS_HEADER)
    const [row, ...others] = parse(csv.body)
    t.same(others, [])
    const { 'explanation.text.vi': vi, 'explanation.text.en': en, asOf, ...cells } = row!
    t.match(vi, /Kết luận: đạt mục tiêu\./)
    t.match(en, /Conclusion: achieved\./)
    t.match(asOf, /^20\d\d-.*Z$/)
    t.same(cells, {
      'target.id': '4677-2025.CQS-02.H', 'indicator.code': 'CQS-02',
      'indicator.name.vi': (await get('/v1/indicators/CQS-02')).json().name.vi, 'indicator.name.en': (await get('/v1/indicators/CQS-02')).json().name.en,
      'target.operator': 'gte', 'target.value': '80', value: '87.53', 'indicator.unit': '%', period: '2025-Q1', performance: 'achieved',
      'reporting.state': 'overdue', 'target.dueDate': '2025-12-31', provisional: 'true', illustrative: 'false',
      'explanation.comparison': '6311 / 7210 × 100 ≈ 87.53; 87.53 ≥ 80: yes', numerator: '6311', denominator: '7210', gap: '-7.53',
      expectedValue: '', attainment: '', basis: 'measurement', 'reporting.period': '2025-Q1', 'reporting.deadline': '2025-03-18',
      'coverage.expected': '10', 'coverage.reported': '2', 'coverage.missing': '8', 'coverage.passed': '', 'coverage.failed': '',
      'coverage.notApplicable': '0', 'coverage.explained': '0', 'lead.code': '', 'lead.name.vi': '', 'lead.name.en': '', pillar: 'CQS',
      'target.plan': '4677-KH-UBND-2024', 'target.parent': '4677-2025.CQS-02', 'target.allocation': 'false', 'target.scope.level': 'district',
      'target.scope.agency': '', 'target.scope.dimension': '', 'target.scope.member': '', 'target.quantifier': 'aggregate', 'target.mode': 'reach',
      'target.state': 'active', 'target.wording': '80% hồ sơ công việc tại cấp huyện', 'target.version': '1', 'target.effectiveFrom': '2024-12-11',
      'direct.value': '', 'direct.difference': '', 'accumulation.from': '2024-12-15', 'accumulation.to': '2025-03-14',
      'freshness.ageDays': '6', 'freshness.stale': 'false', provenance: 'quoted', counted: 'accepted', on: '2025-03-20'
    })
    const commas = await get(`${url}&format=csv&bom=true&delimiter=%3B&decimalComma=true`)
    t.ok(commas.body.startsWith('\ufefftarget.id;indicator.code;'))
    t.match(parse(commas.body.slice(1), ';'), [{ value: '87,53', gap: '-7,53', 'explanation.comparison': /87\.53 ≥ 80/ }], 'figures have the comma, texts stay')
    const ndjson = await get(`${url}&format=ndjson`)
    t.equal(ndjson.headers['content-type'], 'application/x-ndjson')
    t.same(lines(ndjson.body), (await get(url)).json<Body>()['data'], 'NDJSON: as in the list')
    t.equal((await get('/v1/indicators/CQS-02/status?on=2025-03-20', { accept: 'text/csv' })).body.split('\r\n').length, 1 + 4 + 1)
  })

  await t.test('an export is the whole result, in the order of the list, whatever a page holds', async t => {
    const all = (await get('/v1/status?on=2025-03-20&limit=500')).json<Body>()['data'] as Body[]
    t.ok(all.length > 25)
    t.same(lines((await get('/v1/status?on=2025-03-20&format=ndjson')).body).map(row => row['target'].id), all.map(row => row['target'].id))
    const achieved = (await get('/v1/status?on=2025-03-20&performance=achieved&format=csv')).body
    t.same(parse(achieved).map(row => row['target.id']), all.filter(row => row['performance'] === 'achieved').map(row => row['target'].id))
    t.equal((await get('/v1/status?on=2025-03-20&pillar=CQS&reporting=excused&format=csv')).statusCode, 400, 'a filter is checked as ever')
  })

  await t.test('a workbook of a status', async t => {
    const [data, columns, source] = await workbook('/v1/status?indicator=CQS-02&level=district&on=2025-03-20&format=xlsx')
    t.same([data!.name, columns!.name, source!.name], ['Tình trạng - Status', 'Cột - Columns', 'Nguồn - Source'])
    t.same(data!.rows.slice(0, 2).map(row => row.slice(5, 7)), [
      ['Giá trị mục tiêu\nValue that the target demands', 'Giá trị hiện nay\nValue as it stands'],
      ['target.value', 'value']
    ])
    t.same(data!.rows[1], STATUS_HEADER.split(','))
    t.match(records(data!.rows, 1), [{
      'target.id': '4677-2025.CQS-02.H', 'target.value': 80, value: 87.53, period: '2025-Q1', performance: 'achieved',
      'target.dueDate': new Date('2025-12-31'), provisional: true, illustrative: false, numerator: 6311, denominator: 7210, gap: -7.53,
      expectedValue: null, 'coverage.expected': 10, 'reporting.deadline': new Date('2025-03-18'), 'target.version': 1, on: new Date('2025-03-20')
    }])
    t.same(columns!.rows.slice(0, 2), [
      ['Cột - Column', 'Ý nghĩa', 'Meaning'], ['target.id', 'Mã mục tiêu', 'Code of the target']
    ])
    t.equal(columns!.rows.length, 1 + STATUS_HEADER.split(',').length)
    const facts = new Map(source!.rows.map(row => [row[1], row[2]]))
    t.match(Object.fromEntries(facts), {
      Content: 'Tình trạng - Status', Registry: /^http:\/\/registry\.test \(/,
      Request: 'http://registry.test/v1/status?indicator=CQS-02&level=district&on=2025-03-20&format=xlsx',
      'To read the same again': /^http:\/\/registry\.test\/v1\/status\?indicator=CQS-02&level=district&on=2025-03-20&format=xlsx&asOf=20/,
      'On the day (on)': '2025-03-20', 'As known at (asOf)': /^20.*Z$/, 'Filter: indicator': 'CQS-02', 'Filter: level': 'district',
      Rows: '1', Illustrative: 'Không có dòng nào. - None of the rows.'
    })
    const parts = partsOf((await get('/v1/status?indicator=CQS-02&level=district&on=2025-03-20&format=xlsx')).rawPayload)
    const sheet = parts.get('xl/worksheets/sheet1.xml')!
    t.match(sheet, '<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>')
    t.match(sheet, '<autoFilter ref="A2:BG3"/>')
    const shown = /<c r="G3" s="(\d+)"><v>87\.53<\/v>/.exec(sheet)![1]!
    t.equal(formatOf(parts.get('xl/styles.xml')!, Number(shown)), '0.00')
    t.equal(formatOf(parts.get('xl/styles.xml')!, Number(/<c r="F3" s="(\d+)"><v>80<\/v>/.exec(sheet)![1])), '0.00', 'as many decimals as the indicator has')
    t.notMatch([...parts.values()].join(''), /<f>|mergeCell|<t[^>]*>=/, 'no formula')
  })

  await t.test('measurements: numbers where a double holds them, the header of a push', async t => {
    const url = '/v1/measurements?format=xlsx'
    const response = await get(url, (await client(app)).headers)
    t.equal(response.statusCode, 200, response.statusCode === 200 ? url : response.body)
    t.match(response.headers, { 'content-type': XLSX, 'content-disposition': 'attachment; filename="measurements.xlsx"' })
    const [{ rows } = { rows: [] }, , source] = await sheetsOf(response.rawPayload)
    t.equal(rows[0]!.join(','), 'id,indicator,#indicatorName.vi,#indicatorName.en,#unit,agency,#agencyName.vi,#agencyName.en,period,breakdown.kind,breakdown.sector,' +
      'value,numerator,denominator,quality,note,evidence,observedAt,state,revision,revisionReason,late,client,submission,externalId,recordedAt,warnings,provenance')
    const found = new Map(records(rows, 0).map(row => [`${row['indicator']} ${row['agency']} ${row['breakdown.kind'] ?? ''}`.trim(), row]))
    t.match(found.get('CQS-02 UBND-PHAN-THIET'), { value: 86.602687140115, numerator: 4512, denominator: 5210, period: '2025-Q1', quality: 'official', late: true, revision: 1, '#unit': '%' })
    t.match(found.get(`KTS-05 ${WHOLE}`), { value: 10, period: '2025', observedAt: '2026-01-05T01:30:00.000000Z' }, 'a period is text, so is an instant')
    t.match(found.get(`KTS-03 ${WHOLE} a`), { value: -0.5, note: '\'=HYPERLINK("http://x.vn";"bấm")' }, 'texts are guarded, numbers are not')
    t.match(found.get('XHS-07 UBND-LA-GI'), { value: 61.728394506173, numerator: '123456789012345678', denominator: '200000000000000000' }, 'what a double does not hold is text')
    t.match(Object.fromEntries(source!.rows.map(row => [row[1], row[2]])), { Rows: '6' })
    const sheet = partsOf(response.rawPayload).get('xl/worksheets/sheet1.xml')!
    t.match(sheet, 'dòng một_x000D_\nhai &lt;b&gt;&amp;amp; _x005F_x000D_</t>')
    t.match(sheet, '<v>-0.50</v>')
    t.equal(rows.length, 7)

    const csv = (await get('/v1/measurements?format=csv')).body
    t.notMatch(csv, '#', 'a CSV has the columns that it had')
  })

  await t.test('indicators, targets, obligations, completeness, scorecards, rankings, series', async t => {
    const indicators = parse((await get('/v1/indicators?pillar=KTS&format=csv')).body)
    t.same(indicators.map(({ code }) => code), ['KTS-01', 'KTS-02', 'KTS-03', 'KTS-04', 'KTS-05', 'KTS-06', 'KTS-07'])
    t.match(indicators.find(({ code }) => code === 'KTS-05'), { pillar: 'KTS', unit: '%', direction: 'higher_is_better', frequencies: 'yearly', calendar: 'statistical' })
    t.same(lines((await get('/v1/indicators?format=ndjson')).body), (await get('/v1/indicators?limit=500')).json<Body>()['data'])

    const targets = parse((await get('/v1/targets?indicator=CQS-02&format=csv')).body)
    t.match(targets.find(({ id }) => id === '4677-2025.CQS-02.H'), { plan: '4677-KH-UBND-2024', 'scope.level': 'district', value: '80', unit: '%', wording: '80% hồ sơ công việc tại cấp huyện', version: '1', state: 'active', parent: '4677-2025.CQS-02' })
    t.equal(targets.find(({ id }) => id === '4677-2025.CQS-02.H')!['indicatorName.vi'], (await get('/v1/indicators/CQS-02')).json().name.vi)
    t.equal(parse((await get('/v1/indicators/CQS-02/targets?format=csv')).body).length, targets.length)

    const owed = parse((await get('/v1/obligations?indicator=CQS-02&period=2025-Q1&on=2025-03-20&format=csv')).body)
    t.equal(owed.length, (await get('/v1/obligations?indicator=CQS-02&period=2025-Q1&on=2025-03-20&limit=500')).json<Body>()['data'].length)
    t.match(owed.find(row => row['agency.code'] === 'UBND-LA-GI'), {
      'agency.name.vi': /La Gi/, 'indicator.code': 'CQS-02', period: '2025-Q1', 'window.from': '2024-12-15', 'window.to': '2025-03-14', deadline: '2025-03-18',
      state: 'accepted', daysLate: '', 'measurement.revision': '1', 'measurement.counts': 'true', 'measurement.reportedLate': 'true'
    })
    t.match(owed.find(row => row['agency.code'] === 'UBND-TUY-PHONG'), { state: 'overdue', daysLate: '2', daysLeft: '', 'measurement.id': '' })
    const [sheet] = await workbook('/v1/obligations?indicator=CQS-02&period=2025-Q1&on=2025-03-20&format=xlsx')
    t.match(records(sheet!.rows, 1).find(row => row['agency.code'] === 'UBND-TUY-PHONG'), { deadline: new Date('2025-03-18'), daysLate: 2, period: '2025-Q1' })

    const groups = parse((await get('/v1/obligations/completeness?by=indicator&indicator=CQS-02&period=2025-Q1&on=2025-03-20&format=csv')).body)
    t.match(groups, [{ by: 'indicator', key: 'CQS-02', accepted: '2' }])

    const ranked = parse((await get('/v1/rankings?level=district&pillar=CQS&on=2025-03-20&format=csv')).body)
    const ranking = (await get('/v1/rankings?level=district&pillar=CQS&on=2025-03-20&limit=500')).json<Body>()
    t.same(ranked.map(row => [row['rank'], row['agency.code'], row['score']]), ranking['data'].map((row: Body) => [String(row['rank'] ?? ''), row['agency'].code, row['score'] ?? '']))
    t.match(ranked[0], { level: 'district', 'method.code': 'attainment', on: '2025-03-20', illustrative: 'false' })
    const items = parse((await get('/v1/rankings?level=district&pillar=CQS&on=2025-03-20&items=true&format=csv')).body)
    t.match(items.find(row => row['agency.code'] === 'UBND-LA-GI' && row['item.indicator'] === 'CQS-02'), { 'item.state': 'measured', 'item.value': '89.95', 'item.demanded': '80', 'item.met': 'true', 'item.period': '2025-Q1' })
    t.match(lines((await get('/v1/rankings?level=district&pillar=CQS&on=2025-03-20&items=true&format=ndjson')).body)[0], { items: [{}], level: 'district' })

    const card = (await get('/v1/agencies/UBND-LA-GI/scorecard?on=2025-03-20')).json<Body>()
    const measures = parse((await get('/v1/agencies/UBND-LA-GI/scorecard?on=2025-03-20&format=csv')).body)
    const value = (part: string, measure: string) => measures.find(row => row['part'] === part && row['measure'] === measure)?.['value']
    t.same([value('obligations', 'accepted'), value('obligations', 'overdue'), value('tasks', 'total')], [card['obligations'].accepted, card['obligations'].overdue, card['tasks'].total].map(String))
    t.equal(value('obligations', 'accepted'), '2')
    t.match(measures[0], { 'agency.code': 'UBND-LA-GI', view: 'as_reported', on: '2025-03-20' })
    t.same(lines((await get('/v1/agencies/UBND-LA-GI/scorecard?on=2025-03-20&format=ndjson')).body), [card])

    const series = parse((await get('/v1/indicators/CQS-02/series?agency=UBND-LA-GI&from=2025&to=2025&on=2025-03-20&format=csv')).body)
    t.match(series.find(row => row['line'] === 'figures'), { indicator: 'CQS-02', agency: 'UBND-LA-GI', period: '2025-Q1', from: '2024-12-15', to: '2025-03-14', value: '89.95', unit: '%', numerator: '1799', denominator: '2000', state: 'accepted', 'runningSum.value': '89.95' })
    t.match(series.find(row => row['target'] === '4677-2025.CQS-02.H' && row['period'] === '2025-Q4'), { line: 'target', demanded: '80', operator: 'gte', dueDate: '2025-12-31', value: '' })
    const [chart] = await workbook('/v1/indicators/CQS-02/series?agency=UBND-LA-GI&from=2025&to=2025&on=2025-03-20&format=xlsx')
    t.match(records(chart!.rows, 1)[0], { period: '2025-Q1', from: new Date('2024-12-15'), value: 89.95, numerator: 1799 })
    for (const path of ['/v1/indicators', '/v1/targets', '/v1/obligations/completeness', '/v1/rankings?level=district', '/v1/agencies/UBND-LA-GI/scorecard']) {
      t.equal((await workbook(`${path}${path.includes('?') ? '&' : '?'}format=xlsx`)).length, 3, path)
    }
  })

  await t.test('a template is what an agency owes, and goes back as it is', async t => {
    const url = '/v1/obligations?agency=UBND-LA-GI&period=2025-Q2&on=2025-05-01&template=true'
    const csv = await get(`${url}&format=csv`)
    t.match(csv.headers, { 'content-disposition': 'attachment; filename="template.csv"' })
    t.equal(csv.body.split('\r\n')[0], 'indicator,#indicatorName.vi,#indicatorName.en,agency,#agencyName.vi,#agencyName.en,period,#deadline,value,#unit,' +
      'numerator,denominator,#numerator,#denominator,#numeratorUnit,#denominatorUnit,#lastPeriod,#lastValue,#lastNumerator,#lastDenominator,' +
      'quality,note,evidence,reason,#state,#obligation')
    const owed = (await get('/v1/obligations?agency=UBND-LA-GI&period=2025-Q2&on=2025-05-01&limit=500')).json<Body>()['data'] as Body[]
    const rows = parse(csv.body)
    t.same(rows.map(row => row['#obligation']), owed.map(({ id }) => id), 'nothing of it was sent yet')
    const row = rows.find(({ indicator }) => indicator === 'CQS-02')!
    t.match(row, {
      agency: 'UBND-LA-GI', '#agencyName.vi': /La Gi/, period: '2025-Q2', value: '', numerator: '', denominator: '', quality: '', '#unit': '%',
      '#lastPeriod': '2025-Q1', '#lastValue': '89.95', '#lastNumerator': '1799', '#lastDenominator': '2000', '#state': 'not_due',
      '#obligation': 'UBND-LA-GI:CQS-02:UBND-LA-GI:2025-Q2'
    })
    const first = parse((await get('/v1/obligations?agency=UBND-LA-GI&period=2025-Q1&on=2025-05-01&template=true&format=csv')).body)
    t.notOk(first.some(({ indicator }) => indicator === 'CQS-02'), 'what was sent is not owed')
    t.match(parse((await get('/v1/obligations?agency=UBND-LA-GI&period=2025-Q1&state=accepted&on=2025-05-01&template=true&format=csv')).body).map(({ indicator }) => indicator).sort(), ['CQS-02', 'XHS-07'])

    const { headers } = await client(app)
    const push = async (type: string, payload: string | Buffer) => (await app.inject({
      method: 'POST', url: '/v1/submissions?mode=partial&dryRun=true', headers: { ...headers, ...pushKey('/v1/submissions'), 'content-type': type }, payload
    })).json<Body>()
    t.match((await push('text/csv', csv.body))['counts'], { received: 0, rejected: 0, leftEmpty: owed.length })
    const file = (await get(`${url}&format=xlsx`)).rawPayload
    t.match((await push(XLSX, file))['counts'], { received: 0, rejected: 0, leftEmpty: owed.length })
    const [sheet] = await sheetsOf(file)
    t.equal(sheet!.rows[0]!.join(','), csv.body.split('\r\n')[0])
    t.match(records(sheet!.rows, 0).find(({ indicator }) => indicator === 'CQS-02'), { '#lastValue': 89.95, '#deadline': new Date(row['#deadline']!), numerator: null })

    // as somebody fills it in: numbers into the cells that are there for them
    const parts = partsOf(file)
    const line = sheet!.rows.findIndex(row => row[0] === 'CQS-02') + 1
    const filled = parts.get('xl/worksheets/sheet1.xml')!
      .replace(new RegExp(`<c r="K${line}" s="(\\d+)"/><c r="L${line}" s="(\\d+)"/>`), `<c r="K${line}" s="$1"><v>1850</v></c><c r="L${line}" s="$2"><v>2000</v></c>`)
    t.not(filled, parts.get('xl/worksheets/sheet1.xml'), 'the cells are there, and empty')
    parts.set('xl/worksheets/sheet1.xml', filled)
    const counts = (await push(XLSX, await packed(parts)))
    t.match(counts['counts'], { received: 1, created: 1, rejected: 0, leftEmpty: owed.length - 1 }, JSON.stringify(counts))

    const refused: [string, [string, string][]][] = [
      ['agency=UBND-LA-GI&template=true', [['template', 'table_only']]],
      ['agency=UBND-LA-GI&template=true&format=ndjson', [['template', 'table_only']]],
      ['template=true&format=xlsx', [['agency', 'agency_required']]],
      ['template=true', [['template', 'table_only'], ['agency', 'agency_required']]],
      ['agency=NOBODY&template=true&format=xlsx', [['agency', 'unknown_code']]]
    ]
    for (const [query, expected] of refused) {
      const response = await get(`/v1/obligations?${query}`)
      t.same([response.statusCode, faults(response.json())], [400, expected], query)
    }
  })

  await t.test('which form: the parameter before the header, and what there is none of', async t => {
    const url = '/v1/status?on=2025-03-20&indicator=KTS-05'
    const types: [string, Record<string, string>, string][] = [
      [url, {}, 'application/json; charset=utf-8'],
      [`${url}&format=json`, { accept: 'text/csv' }, 'application/json; charset=utf-8'],
      [`${url}&format=csv`, { accept: 'image/png' }, 'text/csv; charset=utf-8; header=present'],
      [`${url}&format=ndjson`, { accept: '*/*;q=0' }, 'application/x-ndjson'],
      [url, { accept: XLSX }, XLSX],
      [url, { accept: 'text/csv;q=0.5, application/x-ndjson' }, 'application/x-ndjson']
    ]
    for (const [asked, headers, type] of types) t.equal((await get(asked, headers)).headers['content-type'], type, `${asked} ${JSON.stringify(headers)}`)
    const produces = ['application/json', 'text/csv', 'application/x-ndjson', XLSX]
    for (const accept of ['image/png', '*/*;q=0', 'text/html, text/csv;q=0']) {
      const refused = await get(url, { accept })
      t.match([refused.statusCode, refused.json<Body>()], [406, { code: 'not_acceptable', produces }], accept)
    }
    const refused: [string, [string, string][]][] = [
      [`${url}&format=pdf`, [['format', 'not_one_of']]],
      [`${url}&format=CSV`, [['format', 'not_one_of']]],
      [`${url}&format=`, [['format', 'not_one_of']]],
      [`${url}&format=csv&format=json`, [['format', 'repeated_parameter'], ['format', 'not_one_of']]],
      [`${url}&format=xlsx&limit=5`, [['limit', 'json_only']]],
      [`${url}&format=xlsx&bom=true&decimalComma=true`, [['bom', 'csv_only'], ['decimalComma', 'csv_only']]],
      [`${url}&format=json&delimiter=%3B`, [['delimiter', 'csv_only']]],
      ['/v1/agencies?format=csv', [['format', 'unknown_parameter']]]
    ]
    for (const [asked, expected] of refused) {
      const response = await get(asked)
      t.same([response.statusCode, faults(response.json())], [400, expected], asked)
    }
    t.match((await get(`${url}&format=pdf`)).json<Body>()['errors'][0].detail, /json, csv, ndjson, xlsx/, 'it says what there is')
  })

  await t.test('HEAD, 304, and the same again as of the instant', async t => {
    const url = '/v1/status?on=2026-02-01&indicator=KTS-05'
    const tags = new Set<string>()
    for (const format of ['csv', 'ndjson', 'xlsx']) {
      const got = await get(`${url}&format=${format}`)
      const etag = String(got.headers.etag)
      tags.add(etag)
      const head = await get(`${url}&format=${format}`, {}, 'HEAD')
      t.match([head.statusCode, head.body, head.headers.etag, head.headers['content-type']], [200, '', etag, got.headers['content-type']], format)
      const known = await get(`${url}&format=${format}`, { 'if-none-match': etag })
      t.match([known.statusCode, known.body, known.headers.etag], [304, '', etag], format)
    }
    t.equal(tags.size, 3, 'another form, another tag')
    const before = await get(`${url}&format=xlsx`)
    t.ok((await get(`${url}&format=xlsx`)).rawPayload.equals(before.rawPayload), 'the same bytes for the same tag')
    const csv = await get(`${url}&format=csv`)
    const corrected = await push([{ ...kts, value: '11', observedAt: '2026-01-06T08:30:00+07:00', reason: 'đếm lại' }])
    t.equal(corrected['counts'].revised, 1)
    const after = await get(`${url}&format=csv`, { 'if-none-match': String(csv.headers.etag) })
    t.match([after.statusCode, parse(after.body)[0]?.['value']], [200, '11.00'])
    t.equal((await get(`${url}&format=xlsx`, { 'if-none-match': String(before.headers.etag) })).statusCode, 200)
    const again = await get(String(csv.headers['content-location']).replace('http://registry.test', ''))
    t.equal(again.body, csv.body, 'as of its instant it is what it was')
    t.equal(again.headers.etag, csv.headers.etag)
  })
  t.equal(app.lanes.lane('dear').running, 0)
})

async function packed (parts: ReadonlyMap<string, string>): Promise<Buffer> {
  const { zip } = await import('../../src/http/workbook/write-zip.js')
  async function * entries () {
    for (const [name, content] of parts) yield { name, content: [content] }
  }
  const pieces: Buffer[] = []
  for await (const piece of zip(entries())) pieces.push(piece)
  return Buffer.concat(pieces)
}

function formatOf (styles: string, style: number): string | undefined {
  const looks = [.../<cellXfs.*?>(.*)<\/cellXfs>/.exec(styles)![1]!.matchAll(/<xf numFmtId="(\d+)"/g)]
  return new RegExp(`<numFmt numFmtId="${looks[style]![1]}" formatCode="([^"]*)"`).exec(styles)?.[1]
}
