import { EXAMPLE_IDS } from '../features/example-ids.js'

/**
 * The examples of the parameters: each names something that the demonstration (SEED=demo) has, and those of one
 * operation go together where one row can answer to all. test/contract/examples.test.ts sends every one of them.
 */

/** What a parameter of this name is, where its route says nothing of it. */
export const MEANINGS: Readonly<Record<string, string>> = {
  agency: 'Mã cơ quan, hoặc scheme:value có hiệu lực hôm nay. / Code of an agency, or a scheme:value in force today.',
  calendar: 'Mã lịch báo cáo. / Code of a reporting calendar.',
  dimension: 'Mã phân tổ. / Code of a dimension.',
  document: 'Mã văn bản. / Id of a document.',
  indicator: 'Mã chỉ tiêu. / Code of an indicator.',
  period: 'Kỳ báo cáo: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06. / A reporting period.',
  pillar: 'Mã nhóm chỉ tiêu. / Code of a pillar.',
  plan: 'Mã kế hoạch. / Code of a plan.',
  provenance: 'Chỉ những gì có nguồn gốc này. / Only what is of this provenance.',
  on: 'Có hiệu lực vào ngày này. / In force on this day.',
  scope: 'Client có scope này. / Clients with this scope.',
  target: 'Mã mục tiêu. / Id of a target.',
  task: 'Mã nhiệm vụ, giải pháp. / Code of a task.'
}

/** What a path names, by the segment before the name. */
export const PLACES: Readonly<Record<string, { meaning: string, example: unknown }>> = {
  agencies: {
    meaning: 'Mã cơ quan, hoặc scheme:value. / Code of the agency, or scheme:value.', example: 'UBND-PHAN-THIET'
  },
  assignments: { meaning: 'Mã phân công. / Id of the assignment.', example: '4677-2025.XHS-07.lead' },
  calendars: { meaning: 'Mã lịch báo cáo. / Code of the calendar.', example: 'administrative' },
  clients: { meaning: 'Mã client. / Id of the client.', example: 'demo-seed' },
  dimensions: { meaning: 'Mã phân tổ. / Code of the dimension.', example: 'sector' },
  documents: { meaning: 'Mã văn bản. / Id of the document.', example: '4677-KH-UBND-2024' },
  explanations: { meaning: 'Mã giải trình. / Id of the explanation.', example: EXAMPLE_IDS.explanation },
  extensions: {
    meaning: 'Mã lần gia hạn, miễn báo cáo. / Id of the extension or excuse.', example: EXAMPLE_IDS.extension
  },
  holidays: { meaning: 'Ngày nghỉ, hoặc ngày làm bù. / The day off, or worked in exchange.', example: '2025-09-02' },
  indicators: { meaning: 'Mã chỉ tiêu. / Code of the indicator.', example: 'XHS-07' },
  keys: { meaning: 'Định danh của khóa. / Id of the key.', example: EXAMPLE_IDS.key },
  measurements: {
    meaning: 'Mã số liệu, như nhau cho mọi lần sửa. / Id of the figure, the same for all its revisions.',
    example: EXAMPLE_IDS.measurement
  },
  members: { meaning: 'Mã thành phần của phân tổ. / Code of the member.', example: 'Y-TE' },
  notes: { meaning: 'Mã ghi nhận tiến độ. / Id of the note.', example: EXAMPLE_IDS.note },
  periods: { meaning: 'Mã kỳ: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06. / Code of the period.', example: '2024-Q4' },
  pillars: { meaning: 'Mã nhóm chỉ tiêu. / Code of the pillar.', example: 'XHS' },
  plans: { meaning: 'Mã kế hoạch. / Code of the plan.', example: '4677-KH-UBND-2024' },
  problems: { meaning: 'Tên trong “type” của vấn đề. / The name in the `type` of the problem.', example: 'not-found' },
  'quality-rules': { meaning: 'Mã quy tắc. / Code of the rule.', example: 'XHS-09-BIEN-DONG' },
  reorganisations: { meaning: 'Mã lần sắp xếp. / Id of the reorganisation.', example: 'SX-2025-03-01-MINH-HOA' },
  secrets: {
    meaning: 'Định danh của mã bí mật, không phải chính mã ấy. / Id of the secret, not the secret itself.',
    example: EXAMPLE_IDS.secret
  },
  'signing-keys': {
    meaning: 'Dấu vân tay của khóa (RFC 7638). / Thumbprint of the key (RFC 7638).', example: EXAMPLE_IDS.signingKey
  },
  'status-rules': { meaning: 'Phiên bản của bộ quy tắc. / Version of the rule set.', example: 1 },
  submissions: { meaning: 'Mã lần gửi. / Id of the submission.', example: EXAMPLE_IDS.submission },
  targets: { meaning: 'Mã mục tiêu. / Id of the target.', example: '4677-2025.XHS-07' },
  tasks: { meaning: 'Mã nhiệm vụ, giải pháp. / Code of the task.', example: 'GP1.1' },
  transitions: { meaning: 'Thứ tự ghi nhận, từ 1. / The order of recording, from 1.', example: 1 },
  versions: { meaning: 'Phiên bản, từ 1. / The version, from 1.', example: 1 }
}

const PLAN = '4677-KH-UBND-2024'
const PROVINCE = 'UBND-BINH-THUAN'
const LEAD = 'SO-TTTT'

/** Of a query parameter, wherever its operation has none of its own below. */
const COMMON: Readonly<Record<string, unknown>> = {
  agency: PROVINCE,
  asOf: '2026-01-15T02:00:00Z',
  bom: true,
  calendar: 'administrative',
  count: 'exact',
  decimalComma: true,
  delimiter: ';',
  document: PLAN,
  format: 'csv',
  frequency: 'quarterly',
  indicator: 'XHS-07',
  lang: 'vi',
  limit: 20,
  on: '2026-01-15',
  period: '2025-Q3',
  pillar: 'XHS',
  plan: PLAN,
  provenance: 'illustrative',
  recordedFrom: '2024-12-12T00:00:00Z',
  recordedTo: '2026-02-01T00:00:00Z',
  template: true,
  year: 2025
}

const TARGET_FILTERS = {
  level: 'whole', allocation: false, quantifier: 'aggregate', operator: 'gt', mode: 'reach', state: 'active',
  dimension: 'sector', parent: '4677-2025.CQS-02', provenance: 'quoted'
}
const FIGURE = {
  indicator: 'XHS-09', agency: 'UBND-LA-GI', period: '2025-H2', submission: EXAMPLE_IDS.submissionOfH2,
  measurement: EXAMPLE_IDS.pending
}
const OBLIGATION = {
  agency: 'UBND-PHU-QUI', subject: 'UBND-PHU-QUI', indicator: 'XHS-12', period: '2025-Q3', state: 'overdue',
  explained: true
}
const STATUS = {
  agency: LEAD, performance: 'achieved', reporting: 'accepted', level: 'whole', allocation: false, basis: 'submitted'
}

const OF: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  listClients: { state: 'suspended', scope: 'measurements:review', q: 'minh hoa' },
  listClientKeys: { live: true },
  listClientSecrets: { live: true },
  listPlans: { provenance: 'quoted' },
  listDocuments: {
    q: 'chuyen doi so', number: '4677/KH-UBND', type: 'Kế hoạch', issuer: 'Ủy ban nhân dân tỉnh Bình Thuận', year: 2024,
    validOn: '2025-06-30', relatedTo: '1282-KH-UBND-2022', provenance: 'quoted'
  },
  listPillars: { provenance: 'quoted' },
  listIndicators: {
    q: 'chu ky so', timeBasis: 'end_of_period', valueKind: 'ratio', direction: 'higher_is_better',
    aggregation: 'ratio_of_sums',
    reviewPolicy: 'automatic', provenance: 'quoted'
  },
  listTargets: TARGET_FILTERS,
  listIndicatorTargets: { ...TARGET_FILTERS, code: 'CQS-02', operator: 'gte' },
  listTargetAllocations: { state: 'active' },
  listDimensions: { provenance: 'quoted' },
  listTasks: {
    q: 'chi dao', parent: 'GP1', kind: 'task', state: 'in_progress', dueFrom: '2025-01-01', dueTo: '2025-12-31',
    provenance: 'quoted'
  },
  listTaskNotes: { agency: LEAD, from: '2025-01-01', to: '2025-12-31' },
  listCalendars: { provenance: 'researched' },
  listCalendarPeriods: { on: '2025-08-15', stateOn: '2025-12-31' },
  listHolidays: { kind: 'off', provenance: 'researched' },
  listExtensions: { kind: 'extension', indicator: 'KTS-05', period: '2025', revoked: false },
  listExplanations: {
    target: '4677-2025.KTS-01', indicator: 'KTS-01', agency: 'SO-KHDT', subject: 'UBND-PHU-QUI', kind: 'off_target',
    state: 'standing', dueFrom: '2025-10-01', dueTo: '2025-12-31'
  },
  listStatusRules: { provenance: 'operational' },
  listAgencies: {
    q: 'phan thiet', identifier: 'gso:593', kind: 'district_committee', level: 'district', parent: PROVINCE,
    provenance: 'researched'
  },
  listReorganisations: { kind: 'establish', agency: 'TO-CNS-MINH-HOA', from: '2025-01-01', to: '2025-12-31' },
  getAgencySuccessors: { depth: 3 },
  getAgencyPredecessors: { depth: 3 },
  listAssignments: { target: '4677-2025.XHS-07', task: 'TD1', agency: LEAD, role: 'lead', complete: true },
  listMeasurements: {
    agency: PROVINCE, withSubtree: true, state: 'accepted', quality: 'official', client: 'demo-seed',
    submission: EXAMPLE_IDS.submission
  },
  listSubmissions: { client: 'demo-seed', mode: 'partial', state: 'completed' },
  listSubmissionRows: { outcome: 'created', warned: false, standing: true },
  listQualityRules: { kind: 'change', severity: 'warn', state: 'active', indicator: 'XHS-09' },
  listQualityOutcomes: { rule: 'XHS-09-BIEN-DONG', severity: 'warn', ...FIGURE },
  tryQualityRule: { indicator: 'XHS-09', from: 2025, to: 2025 },
  listStatus: STATUS,
  listIndicatorStatus: STATUS,
  getPlanSummary: { basis: 'submitted' },
  getIndicatorSeries: { from: 2025, to: 2025, view: 'as_reported' },
  listObligations: OBLIGATION,
  listObligationCompleteness: { ...OBLIGATION, by: 'agency' },
  getRanking: { level: 'district', method: 'attainment', items: true },
  getScorecard: { view: 'as_reported' },
  createReorganisation: { dryRun: true },
  repairDuplicateAgency: { code: 'TO-CNS-MINH-HOA', dryRun: true },
  withdrawMeasurement: { id: EXAMPLE_IDS.withdrawable },
  reviewMeasurement: { id: EXAMPLE_IDS.pending },
  pushMeasurement: { dryRun: true },
  pushSubmission: {
    mode: 'partial', dryRun: true, replaceScope: false, reason: 'Gửi lại toàn bộ quý III/2025',
    scopeIndicator: ['XHS-07'],
    scopeAgency: ['UBND-PHAN-THIET'], scopePeriod: ['2025-Q3'], ignoreColumns: ['ghi_chu_noi_bo']
  }
}

/** Undefined for a cursor, which only an answer gives. `segment`: that of the path before the parameter. */
export function exampleOf (operationId: string, name: string, segment?: string): unknown {
  return OF[operationId]?.[name] ?? (segment === undefined ? COMMON[name] : PLACES[segment]?.example)
}

/** Bodies that have no schema of their own to show an example: files, and the form of the token. */
export const BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  issueToken: {
    'application/x-www-form-urlencoded': {
      grant_type: 'client_credentials', client_id: 'admin', client_secret: '<client secret>'
    }
  },
  revokeToken: {
    'application/x-www-form-urlencoded': {
      token: '<access token>', client_id: 'admin', client_secret: '<client secret>'
    }
  },
  pushSubmission: {
    'text/csv': [
      'itemId,indicator,agency,period,numerator,denominator,quality,observedAt,reason',
      'bc-0001,XHS-07,UBND-PHAN-THIET,2025-Q3,96642,165200,official,2025-09-16T08:30:00+07:00,Bổ sung số liệu của ' +
      'hai phường',
      'bc-0002,XHS-07,UBND-LA-GI,2025-Q3,39416,75800,official,2025-09-16T08:30:00+07:00,Bổ sung số liệu của một xã',
      ''
    ].join('\r\n'),
    'application/x-ndjson': [
      {
        itemId: 'bc-0001', indicator: 'XHS-07', agency: 'UBND-PHAN-THIET', period: '2025-Q3', numerator: '96642',
        denominator: '165200', quality: 'official', observedAt: '2025-09-16T08:30:00+07:00',
        reason: 'Bổ sung số liệu của hai phường'
      },
      {
        itemId: 'bc-0002', indicator: 'XHS-07', agency: 'UBND-LA-GI', period: '2025-Q3', numerator: '39416',
        denominator: '75800', quality: 'official', observedAt: '2025-09-16T08:30:00+07:00',
        reason: 'Bổ sung số liệu của một xã'
      }
    ].map(row => `${JSON.stringify(row)}\n`).join('')
  }
}
