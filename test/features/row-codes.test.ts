import { test, type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { ROW_FORM_FAULTS, rowFaults } from '../../src/features/pushes/row-codes.js'
import { build, client, pushKey } from '../helper.js'
import { agency, indicator, lay, target, writer, type Body } from './registry.js'

/** A line of a file, and what is wrong with it: "<pointer> <code>", in order. */
type Case = [line: object | string | Buffer, ...expected: string[]]

const row = { indicator: 'TY-LE', agency: 'H1', period: '2025-Q1', value: '50' }
const bare = { indicator: 'TY-LE', agency: 'H1', period: '2025-Q2' }

/** Rows that can be read: each code of contract §6 and of docs/integrating.md by itself, then several at once. */
const JUDGED: Case[] = [
  [{ ...row, indicator: 'NONE' }, '/indicator unknown_indicator'],
  [{ ...row, agency: 'NONE' }, '/agency unknown_agency'],
  [{ ...row, agency: 'gso:999' }, '/agency unknown_agency'],
  [{ ...row, period: '2025-Q5' }, '/period unknown_period'],
  [{ ...row, period: '2025-06' }, '/period period_mismatch'],
  [{ ...row, period: '2099-Q1' }, '/period period_not_open'],
  [{ ...row, period: '2024-Q4' }, '/period period_locked'],
  [{ ...row, agency: 'H-CU' }, '/agency agency_not_valid_in_period'],
  [{ ...row, agency: 'H1-NHAP-LAI' }, '/agency agency_entered_in_error'],
  [{ ...row, indicator: 'CAP-XA' }, '/agency agency_not_in_scope'],
  [{ ...row, indicator: 'CUA-NGUOI-KHAC' }, '/agency not_assigned'],
  [{ ...row, breakdown: { TUOI: '15-60' } }, '/breakdown/TUOI unknown_dimension'],
  [{ ...row, breakdown: { NGANH: 'A/B~C' } }, '/breakdown/NGANH unknown_member'],
  [bare, '/value value_required'],
  [{ ...bare, denominator: '2' }, '/numerator numerator_required'],
  [{ ...bare, numerator: '1' }, '/denominator denominator_required'],
  [{ ...bare, indicator: 'DEM', numerator: '1', denominator: '2' }, '/numerator numerator_not_allowed'],
  [{ ...row, value: '50.001' }, '/value too_many_decimals'],
  [{ ...row, value: '100.01' }, '/value value_out_of_range'],
  [{ ...bare, numerator: '1', denominator: '-2' }, '/denominator value_out_of_range'],
  [{ ...bare, numerator: '3', denominator: '2' }, '/numerator numerator_exceeds_denominator'],
  [{ ...bare, numerator: '88.450', denominator: '96.010' }, '/numerator too_many_decimals', '/denominator too_many_decimals'],
  [{ ...bare, value: '50.01', numerator: '1', denominator: '2' }, '/value ratio_mismatch'],
  [{ ...bare, value: '50', observedAt: '2099-01-01T00:00:00Z' }, '/observedAt observed_in_future'],
  [{ ...bare, value: '50', observedAt: '2025-03-14T23:59:59+07:00' }, '/observedAt observed_before_period'],
  // of TY-LE, H1, 2025-Q1 is stored 50, observed on 01/04/2025
  [{ ...row, observedAt: '2025-04-01T06:59:59.999999+07:00', value: '51', reason: 'đếm lại' }, '/observedAt stale_observation'],
  [{ ...row, period: '2025-Q3', value: '51' }, '/reason reason_required'],
  [{ ...row, period: '2025-Q3', value: '51', reason: 'dòng trước đã nói' }, ' duplicate_row'],
  [{ ...row, indicator: 'KHOANG', value: '91' }, '/value quality_rule'],
  [{ ...row, action: 'withdraw', indicator: 'DEM', period: '2025-Q3', value: '49', reason: 'nhầm' }, '/value figure_changed'],
  [{ ...bare, action: 'withdraw', period: '2023-Q1', reason: 'nhầm' }, ' unknown_measurement'],

  [{ indicator: 'NONE', agency: 'NONE', period: 'NONE', breakdown: { TUOI: 'x', NGANH: 'y' }, value: '1', observedAt: '2099-01-01T00:00:00Z' },
    '/indicator unknown_indicator', '/agency unknown_agency', '/period unknown_period', '/breakdown/TUOI unknown_dimension', '/breakdown/NGANH unknown_member', '/observedAt observed_in_future'],
  [{ ...row, period: '2025', value: '100.001' }, '/value too_many_decimals', '/value value_out_of_range', '/period period_mismatch'],
  [{ ...bare, indicator: 'CUA-NGUOI-KHAC', agency: 'H-CU', period: '2099-Q1' }, '/value value_required', '/period period_not_open', '/agency not_assigned', '/agency agency_not_valid_in_period'],
  [{ ...row, indicator: 'CAP-XA', agency: 'H-CU', value: '50.001' }, '/value too_many_decimals', '/agency agency_not_in_scope', '/agency agency_not_valid_in_period'],
  [{ ...row, period: '2025-Q4', value: '60', observedAt: '2025-12-09T00:00:00Z' }, '/observedAt stale_observation', '/reason reason_required']
]

/** Lines of NDJSON that cannot be read as a row. */
const NDJSON: Case[] = [
  ['{ "indicator": "TY-LE"', ' not_json'],
  ['50', ' not_an_object'],
  [`[${','.repeat(60_000)}]`, ' not_json'],
  ['{"indicator":"TY-LE","indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50"}', '/indicator duplicate_key'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","note":"\\u0000"}', '/note nul_character'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","note":"\\u0007"}', '/note control_character'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","note":"\x7f"}', '/note control_character'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","note":"105 \u202eđồng"}', '/note bidi_control'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","note":"\\u2066a"}', '/note bidi_control'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","note":"\\ud800"}', '/note lone_surrogate'],
  [Buffer.concat([Buffer.from('{"indicator":"TY-LE","note":"'), Buffer.from([0xc3]), Buffer.from('"}')]), ' invalid_utf8'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":"50","__proto__":{}}', '/__proto__ forbidden_key'],
  [`{"note":${'['.repeat(32)}${']'.repeat(32)}}`, ' too_deep'],
  ['{"indicator":"TY-LE","agency":"H1","period":"2025-Q1","value":9007199254740993}', '/value number_out_of_range'],
  [{ ...row, value: 50 }, '/value wrong_type'],
  [{ ...row, value: null }, '/value wrong_type'],
  [{ ...row, value: '5e1' }, '/value not_a_decimal'],
  [{ ...row, value: '50', valeu: '50' }, '/valeu unknown_field'],
  [{ agency: 'H1', value: '50' }, '/indicator required', '/period required'],
  [{ ...row, quality: 'final' }, '/quality not_one_of'],
  [{ ...row, reason: '' }, '/reason too_short'],
  [{ ...row, itemId: 'x'.repeat(129) }, '/itemId too_long'],
  [{ ...row, breakdown: { a: '1', b: '2', c: '3', d: '4' } }, '/breakdown too_many'],
  [{ ...row, observedAt: '2025-04-01' }, '/observedAt not_an_instant'],
  [{ ...row, evidence: 'ftp://x' }, '/evidence not_a_web_address'],
  [{ ...row, value: 50, quality: 'final', period: '' }, '/period too_short', '/value wrong_type', '/quality not_one_of']
]

const TOO_LONG = 'x'.repeat(2001)
/** Rows with faults of form are judged as far as the rest of them goes, and nothing is said that a fault may have caused. */
const PARTLY: Case[] = [
  [{ ...row, indicator: 'NONE', x: 1 }, '/x unknown_field', '/indicator unknown_indicator'],
  [{ ...row, indicator: 'CUA-NGUOI-KHAC', note: TOO_LONG }, '/note too_long', '/agency not_assigned'],
  [{ ...row, value: '50.001', note: 'a\0' }, '/note nul_character', '/value too_many_decimals'],
  [{ ...row, value: '101', itemId: '\ud800', reason: 5 }, '/itemId lone_surrogate', '/reason wrong_type', '/value value_out_of_range'],
  [{ ...row, indicator: 'CAP-XA', agency: 'H-CU', period: '2099-Q1', evidence: 'x' }, '/evidence not_a_web_address', '/period period_not_open', '/agency agency_not_in_scope', '/agency agency_not_valid_in_period'],
  [{ ...row, period: '2025-06', observedAt: 'today' }, '/observedAt not_an_instant', '/period period_mismatch'],
  [{ ...row, observedAt: '2099-01-01T00:00:00Z', quality: 'final' }, '/quality not_one_of', '/observedAt observed_in_future'],
  // by a name that cannot be read nothing is judged
  [{ ...row, indicator: 5, agency: 'NONE', period: '2025-Q9', value: '1.23456' }, '/indicator wrong_type', '/agency unknown_agency', '/period unknown_period'],
  [{ agency: 'H-CU', period: '2099-Q1', value: '1' }, '/indicator required'],
  [{ ...row, indicator: 'CUA-NGUOI-KHAC', agency: 'x'.repeat(201), value: '101' }, '/agency too_long', '/value value_out_of_range'],
  [{ ...row, indicator: 'CAP-XA', period: '' }, '/period too_short', '/agency agency_not_in_scope'],
  // of a figure: what holds whatever the fault was to be
  [{ ...bare, value: 50 }, '/value wrong_type'],
  [{ ...bare, value: 50, numerator: '3', denominator: '2' }, '/value wrong_type', '/numerator numerator_exceeds_denominator'],
  [{ ...bare, value: '5e1', numerator: '1' }, '/value not_a_decimal', '/denominator denominator_required'],
  [{ ...bare, value: '33.333333333333', numerator: 1, denominator: '3' }, '/numerator wrong_type'],
  [{ ...bare, numerator: '1', denominator: 2 }, '/denominator wrong_type'],
  [{ ...bare, numerator: '88.450', denominator: 96 }, '/denominator wrong_type', '/numerator too_many_decimals'],
  [{ ...bare, numerator: 88, denominator: '96.010' }, '/numerator wrong_type', '/denominator too_many_decimals'],
  [{ ...bare, numerator: null, denominator: '-2' }, '/numerator wrong_type', '/denominator value_out_of_range'],
  [{ ...bare, indicator: 'DEM', value: '5.5', numerator: 1 }, '/numerator wrong_type', '/value too_many_decimals'],
  [{ ...bare, indicator: 'DEM', denominator: 1 }, '/denominator wrong_type'],
  [{ ...row, breakdown: { NGANH: 5, TUOI: 'x' } }, '/breakdown/NGANH wrong_type', '/breakdown/TUOI unknown_dimension'],
  [{ ...row, breakdown: { NGANH: 'a\0', 'TU\0OI': 'x', '\ud800': 'x', TUOI: 'x' } }, '/breakdown/NGANH nul_character', '/breakdown/TU\ufffdOI nul_character', '/breakdown/\ufffd lone_surrogate', '/breakdown too_many'],
  [{ ...row, breakdown: { 'TU\0OI': 'x', '\ud800': 'x', TUOI: 'x' } }, '/breakdown/TU\ufffdOI nul_character', '/breakdown/\ufffd lone_surrogate', '/breakdown/TUOI unknown_dimension'],
  [{ ...row, breakdown: [] }, '/breakdown wrong_type'],
  ['{"indicator":"TY-LE","indicator":"NONE","agency":"NONE","period":"2025-Q1","value":"50","x\\u0000":1}', '/indicator duplicate_key', '/x\ufffd nul_character', '/agency unknown_agency'],
  // neither what is stored, nor a rule, nor another row is compared with it
  [{ ...row, value: '99', x: 1 }, '/x unknown_field'],
  [{ ...row, indicator: 'KHOANG', value: '91', x: 1 }, '/x unknown_field'],
  [{ ...row, period: '2024-Q4', x: 1 }, '/x unknown_field'],
  [{ ...row, indicator: 'DEM', x: 1 }, '/x unknown_field'],
  // cut between the halves of a character
  [{ ...row, agency: `${'x'.repeat(199)}😀${'x'.repeat(9)}` }, '/agency too_long'],
  [{ ...row, itemId: 'x\0y', agency: 'NONE' }, '/itemId nul_character', '/agency unknown_agency']
]

const HEADER = 'itemId,indicator,agency,period,value,note,breakdown.NGANH'
/** The same of CSV, under that header. */
const CSV: Case[] = [
  ['c,TY-LE,H1,2025-Q1', ' wrong_cell_count'],
  ['c,TY-LE,H1,2025-Q1,50,a"b,', ' stray_quote'],
  ['c,TY-LE,H1,2025-Q1,50,"a"b,', ' text_after_quote'],
  ['c,TY-LE,H1,2025-Q1,50,\0,', '/note nul_character'],
  ['c,NONE,H1,2025-Q1,50,\0,', '/note nul_character', '/indicator unknown_indicator'],
  [`c,CUA-NGUOI-KHAC,H1,2025-06,50.001,${TOO_LONG},MOT\0`, '/breakdown/NGANH nul_character', '/note too_long', '/value too_many_decimals', '/period period_mismatch', '/agency not_assigned'],
  ['c,,H-CU,2099-Q1,101,,MOT', '/indicator required', '/breakdown/NGANH unknown_member'],
  ['c,CAP-XA,H-CU,,"50,5",,', '/period required', '/value not_a_decimal', '/agency agency_not_in_scope'],
  [Buffer.concat([Buffer.from('c,TY-LE,H1,2025-Q1,50,'), Buffer.from([0xc3]), Buffer.from(',')]), ' invalid_utf8'],
  ['c,,H1,2025-Q1,"50,5",,', '/indicator required', '/value not_a_decimal'],
  // half of a pair of surrogates, as some write it
  [Buffer.concat([Buffer.from('c,TY-LE,H1,2025-Q1,50,'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(',')]), ' invalid_utf8'],
  ['c,TY-LE,H1,2025-Q1,1.000.000,,', '/value not_a_decimal'],
  ['c,TY-LE,NONE,2025-Q9,50.001,,MOT', '/agency unknown_agency', '/period unknown_period', '/breakdown/NGANH unknown_member', '/value too_many_decimals']
]

/** The same line as a record under FIELDS; undefined where it says what no record can. */
const FIELDS = ['action', 'itemId', 'indicator', 'agency', 'period', ...['TUOI', 'NGANH', 'a', 'b', 'c', 'd'].map(key => `breakdown.${key}`), 'value', 'numerator', 'denominator', 'quality', 'note', 'evidence', 'observedAt', 'reason']
function recordOf (line: Case[0]): string | undefined {
  if (typeof line === 'string' || Buffer.isBuffer(line)) return undefined
  const { breakdown = {}, ...fields } = line as Body
  const cells: Record<string, unknown> = { ...fields, ...Object.fromEntries(Object.entries(breakdown).map(([key, value]) => [`breakdown.${key}`, value])) }
  const fits = Object.entries(cells).every(([name, value]) => FIELDS.includes(name) && typeof value === 'string' && value !== '' && !/\p{Surrogate}/u.test(value))
  return fits && !Array.isArray(breakdown) ? FIELDS.map(name => cells[name] ?? '').join(',') : undefined
}

/** A registry in which all of that can go wrong, and one client that may push everything but CUA-NGUOI-KHAC. */
async function registry (t: Test) {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  const made = [
    await api.post('/v1/agencies', agency('H1', 'Huyện Một', { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' })),
    await api.post('/v1/agencies', agency('H-CU', 'Huyện Cũ', { kind: 'district_committee', level: 'district', parent: 'UBND-TINH', validTo: '2024-06-30' })),
    await api.post('/v1/agencies', agency('H1-NHAP-LAI', 'Huyện Một', { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' })),
    await api.post('/v1/agencies/H1-NHAP-LAI/entered-in-error', { duplicateOf: 'H1', reason: { vi: 'Nhập hai lần' } }),
    await api.post('/v1/indicators', indicator('TY-LE', 'Tỷ lệ')),
    await api.post('/v1/indicators', indicator('KHOANG', 'Có quy tắc')),
    await api.post('/v1/indicators', indicator('CUA-NGUOI-KHAC', 'Của người khác')),
    await api.post('/v1/indicators', indicator('CAP-XA', 'Cấp xã')),
    await api.post('/v1/indicators', indicator('DEM', 'Đếm', { unit: 'cái', valueKind: 'count', decimals: 0, maximum: undefined, aggregation: 'sum' })),
    await api.post('/v1/targets', target('T', { indicator: 'CAP-XA', scope: { level: 'commune' } })),
    await api.post('/v1/quality-rules', { code: 'CAO', name: { vi: 'Cao' }, indicators: ['KHOANG'], kind: 'range', params: { maximum: '90' }, severity: 'block', state: 'active' })
  ]
  for (const { status, body } of made) t.equal(status, 201, JSON.stringify(body['errors'] ?? ''))
  const { headers } = await client(app, { grants: ['TY-LE', 'KHOANG', 'CAP-XA', 'DEM'].map(code => ({ indicator: code })) })
  const stored = await push(app, headers, [
    { ...row, observedAt: '2025-04-01T00:00:00Z' }, { ...row, period: '2025-Q3' }, { ...row, period: '2025-Q4', observedAt: '2025-12-10T00:00:00Z' },
    { ...row, indicator: 'DEM', period: '2025-Q3' }
  ].map(one => JSON.stringify(one)))
  t.equal(stored.body['counts'].created, 4, JSON.stringify(stored.body))
  t.equal((await api.post('/v1/calendars/administrative/periods/2024-Q4/transitions', { to: 'locked', reason: 'Đã chốt' })).status, 201)
  return { app, headers }
}

async function push (app: FastifyInstance, headers: Record<string, string>, lines: (string | Buffer)[], type = 'application/x-ndjson') {
  const payload = Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\n')]))
  const response = await app.inject({ method: 'POST', url: '/v1/submissions?mode=partial', headers: { ...headers, ...pushKey('/v1/submissions'), 'content-type': type, 'accept-language': 'en' }, payload })
  return { status: response.statusCode, body: response.json<Body>() }
}

const raw = (line: Case[0]) => typeof line === 'string' || Buffer.isBuffer(line) ? line : JSON.stringify(line)
/** [line, outcome, …what is wrong], of every row of the receipt. */
const told = ({ exceptions }: Body) => exceptions.map(({ line, outcome, problems }: Body) => [line, outcome, ...problems.map(({ pointer, code }: Body) => `${pointer} ${code}`)])

test('every code of a row, in one file of NDJSON: at its line, with its pointer, all of a row together', async t => {
  const { app, headers } = await registry(t)
  const cases = [...JUDGED, ...NDJSON, ...PARTLY]
  // empty lines are counted as lines and are no rows
  const lines = [...cases.flatMap(([line]) => [raw(line), '']), JSON.stringify({ ...row, indicator: 'DEM' })]
  const { status, body } = await push(app, headers, lines)
  t.equal(status, 200)
  t.same(told(body), cases.map(([, ...expected], i) => [2 * i + 1, 'rejected', ...expected]))
  t.same(body['counts'], { received: cases.length + 1, created: 1, revised: 0, unchanged: 0, rejected: cases.length, warned: 0, withdrawn: 0, leftEmpty: 0 })
  for (const { problems } of body['exceptions']) for (const { detail } of problems) t.match(detail, /^[A-Z`"\d−].*[.)]$/s, detail)

  const rows: Body[] = []
  for (let url = `/v1/submissions/${body['id']}/rows?outcome=rejected&limit=7`; url !== '';) {
    const page = (await app.inject({ url, headers: { ...headers, 'accept-language': 'en' } })).json<Body>()
    rows.push(...page['data'])
    url = (page['next'] ?? '').replace('http://registry.test', '')
  }
  t.same(rows, body['exceptions'], 'as pages too')
})

test('the same of CSV', async t => {
  const { app, headers } = await registry(t)
  const { status, body } = await push(app, headers, [HEADER, ...CSV.map(([line]) => raw(line)), 'g,DEM,H1,2025-Q1,5,"hai\ndòng",Y-TE', 'b,DEM,H1,2025-Q1,5.5,,'], 'text/csv')
  t.equal(status, 200, JSON.stringify(body))
  t.same(told(body), [...CSV.map(([, ...expected], i) => [i + 2, 'rejected', ...expected]), [CSV.length + 4, 'rejected', '/value too_many_decimals']])
  t.match(body['counts'], { received: CSV.length + 2, created: 1 })
})

test('every code of a row that a record can have, in one file of CSV', async t => {
  const { app, headers } = await registry(t)
  const cases = [...JUDGED, ...NDJSON, ...PARTLY].flatMap(([line, ...expected]) => {
    const record = recordOf(line)
    return record === undefined ? [] : [{ record, expected }]
  })
  t.ok(JUDGED.every(([line]) => recordOf(line) !== undefined), 'all that is judged')
  const { status, body } = await push(app, headers, [FIELDS.join(','), ...cases.map(({ record }) => record)], 'text/csv')
  t.equal(status, 200, JSON.stringify(body))
  t.same(told(body), cases.map(({ expected }, i) => [i + 2, 'rejected', ...expected]))
})

test('each code of the registry of row codes is met here, and no other', async t => {
  const codesOf = (cases: Case[]) => [...new Set(cases.flatMap(([, ...expected]) => expected.map(one => one.split(' ')[1]!)))].sort()
  // said of a row of replaceScope alone: replace-scope.test.ts
  t.same(codesOf(JUDGED), Object.keys(rowFaults).filter(code => code !== 'outside_scope').sort())
  // what a row of a workbook alone can have: push-workbooks.test.ts
  const ofText = ROW_FORM_FAULTS.filter(code => !/_(row|cell|number)$/.test(code))
  t.same(codesOf([...NDJSON, ...CSV.slice(0, 3)]), ofText.sort())
})
