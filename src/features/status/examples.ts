import { PERFORMANCES, REPORTING_STATES } from '../../domain/status/index.js'

const MEASUREMENT = {
  id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', revision: 1, agency: 'UBND-BINH-THUAN', period: '2025-Q3'
}

export const STATUS_EXAMPLE = {
  target: {
    id: '4677-2025.XHS-07', version: 1, plan: '4677-KH-UBND-2024', scope: {
      agency: 'UBND-BINH-THUAN'
    }, quantifier: 'aggregate', operator: 'gt', value: '50', unit: '%',
    dueDate: '2025-12-31', mode: 'reach', state: 'active', effectiveFrom: '2024-12-11', allocation: false,
    wording: 'Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân đạt trên 50%'
  },
  indicator: {
    code: 'XHS-07',
    name: {
      vi: 'Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân',
      en: 'Adults with a personal digital or electronic signature'
    },
    unit: '%', direction: 'higher_is_better', frequency: 'quarterly', frequencies: ['quarterly'],
    timeBasis: 'end_of_period'
  },
  pillar: 'XHS',
  on: '2025-10-15',
  asOf: '2025-10-01T02:00:00.123456Z',
  counted: 'accepted',
  value: '50', numerator: '500000', denominator: '1000000', period: '2025-Q3',
  performance: 'in_progress', basis: 'measurement',
  reporting: {
    state: 'accepted', period: '2025-Q3', deadline: '2025-09-16',
    counts: { overdue: 0, returned: 0, due: 0, submitted: 0, accepted: 1, not_due: 0 }
  },
  coverage: { expected: 1, reported: 1, passed: null, failed: null, missing: 0, notApplicable: 0, explained: 0 },
  gap: '0', expectedValue: null, attainment: null,
  freshness: { period: '2025-Q3', periodEnd: '2025-09-14', ageDays: 31, stale: false },
  provisional: false, direct: null, members: null, accumulation: null, illustrative: false, provenance: 'quoted',
  explanationsGiven: [],
  explanation: {
    rule: 'status', ruleVersion: 1, basis: 'accepted',
    inputs: {
      target: { id: '4677-2025.XHS-07', version: 1 }, baseline: null, measurements: [MEASUREMENT], more: 0,
      quality: 'official'
    },
    comparison: '500000 / 1000000 × 100 = 50; 50 > 50: no',
    text: {
      vi: 'Kỳ 2025-Q3 đạt 50%. Mục tiêu là trên 50%, nghĩa là phải lớn hơn 50: đúng 50 chưa đạt.',
      en: 'In 2025-Q3 the figure was 50%. The target is above 50%, that is, greater than 50: exactly 50 does not ' +
        'reach it.'
    }
  }
}

const tallyOf = (targets: number, performance: string, reporting: string) => ({
  targets,
  performance: Object.fromEntries(PERFORMANCES.map(state => [state, state === performance ? targets : 0])),
  reporting: Object.fromEntries(REPORTING_STATES.map(state => [state, state === reporting ? targets : 0])),
  provisional: 0,
  illustrative: 0
})

export const SUMMARY_EXAMPLE = {
  plan: '4677-KH-UBND-2024', on: '2025-10-15', asOf: '2025-10-01T02:00:00.123456Z', counted: 'accepted',
  total: tallyOf(29, 'on_track', 'accepted'), allocated: tallyOf(0, 'on_track', 'accepted'),
  pillars: [
    {
      pillar: 'CQS', name: { vi: 'Chính quyền số', en: 'Digital government' }, tally: tallyOf(8, 'on_track', 'accepted')
    }
  ],
  levels: [{ level: 'district', tally: tallyOf(1, 'on_track', 'accepted') }],
  agencies: [
    { agency: 'STTTT', name: { vi: 'Sở Thông tin và Truyền thông' }, tally: tallyOf(9, 'on_track', 'accepted') }
  ],
  unassigned: tallyOf(20, 'on_track', 'accepted')
}

export const SERIES_EXAMPLE = {
  indicator: 'XHS-07', agency: 'UBND-BINH-THUAN', view: 'as_reported', unit: '%', frequency: 'quarterly',
  frequencies: ['quarterly'], timeBasis: 'end_of_period', calendar: 'administrative',
  series: [{
    breakdown: {},
    points: [{
      period: '2025-Q3', from: '2025-06-15', to: '2025-09-14', value: '50', numerator: '500000',
      denominator: '1000000', quality: 'official', state: 'accepted',
      measurement: { id: MEASUREMENT.id, revision: 1 }, provenance: 'operational'
    }]
  }],
  targets: [{
    target: '4677-2025.XHS-07', plan: '4677-KH-UBND-2024', operator: 'gt', value: '50', dueDate: '2025-12-31',
    points: [{ period: '2025-Q3', to: '2025-09-14', expectedValue: null }]
  }]
}
