/*
 * What the year must read like, worked out by hand from CONTRACT.md §4-5, DOMAIN.md §3 and the plan, before the first
 * run; the arithmetic stands beside each line.
 *
 * Calendar. Q1 15/12/2024–14/03/2025 (Fri), unit's deadline 2 working days later: Mon 17, Tue 18/03. Q2 15/03–14/06
 * (Sat): Mon 16, Tue 17/06; H1 likewise. Q3 15/06–14/09 (Sun): 15, 16/09. Q4 15/09–14/12 (Sun): 15, 16/12; H2 likewise.
 * The statistical year ends Wed 31/12/2025: 1 and 2/1 are off, 3 and 4 a weekend, so Mon 5, Tue 06/01/2026.
 *
 * Reporters. A figure is asked of those in scope on the period's last day, or today while it runs.
 *   quarterly: CQS-01, CQS-04 and the headline of CQS-02 one each; CQS-02.T the departments (9, 8 from 01/03); CQS-02.H
 *     the districts (10 until 30/06); CQS-02.X the communes (0, 2 from 01/07); CQS-05, XHS-03, 04, 07, 10, 12 those
 *     directly below the province (10 districts, then 2 communes)
 *   half-yearly: KTS-04, 06, XHS-01, 06, 08, 09, 11, 13, 14 those below the province; XHS-02 one
 *   yearly: KTS-01, 03, 05, 07, XHS-05 one each; nobody has named the sectors of CQS-03 and KTS-02
 * A figure that is in counts as such, also before the cut-off; what is not in is not due until then.
 * So with 10 districts and d departments a quarter is 1 + 1 + 1 + d + 10 + 6 × 10 = 73 + d, and with 2 communes
 * 1 + 1 + 1 + 8 + 2 + 6 × 2 = 25; a half-year 9 × 10 + 1 = 91, then 9 × 2 + 1 = 19; the year 5.
 */

/** id, value, period, performance, reporting, reported/expected, gap, lead. `-` is null or absent. */
type Line = readonly [id: string, value: string, period: string, performance: string, reporting: string, coverage: string, gap: string, lead: string]

export interface Moment {
  on: string
  what: string
  status: readonly Line[]
  /** More that a row must match. */
  also?: Readonly<Record<string, object>>
  /** Of the 29 targets; what is not named is 0. */
  performance: Readonly<Record<string, number>>
  reporting: Readonly<Record<string, number>>
  provisional: number
  /** By who answers: the lead, else the agency the target is set for. */
  answering: Readonly<Record<string, number>>
  /** By period, how many in which state. */
  obligations: Readonly<Record<string, Readonly<Record<string, number>>>>
  department: {
    agency: string
    /** lead, cooperate, monitor */
    roles: readonly [number, number, number]
    performance: Readonly<Record<string, number>>
    obligations: Readonly<Record<string, number>>
    completeness: string | null
  }
}

const CLAIMS = ['XHS-01', 'XHS-02', 'XHS-05']
// 24 targets have the province as their scope (29 less three by level and two by sector), of which 4 have a lead
const LED = { 'SO-CT': 1, 'UBND-BINH-THUAN': 20, none: 3 }

export const MOMENTS: readonly Moment[] = [
  {
    on: '2024-12-11',
    what: 'the plan is issued',
    status: [
      ['CQS-01', '-', '-', 'no_data', 'not_due', '0/1', '-', '-'],
      ['CQS-02.T', '-', '-', 'no_data', 'not_due', '0/9', '-', '-'],
      ['CQS-02.H', '-', '-', 'no_data', 'not_due', '0/10', '-', '-'],
      ['CQS-02.X', '-', '-', 'no_data', 'not_due', '0/0', '-', '-'],
      ['CQS-04', '-', '-', 'no_data', 'not_due', '0/1', '-', '-'],
      ['KTS-05', '-', '-', 'no_data', 'not_due', '0/1', '-', '-'],
      ['XHS-03', '-', '-', 'achieved', 'not_due', '0/10', '-', '-'],
      ['XHS-11', '-', '-', 'no_data', 'not_due', '0/10', '-', '-'],
      ['XHS-12', '-', '-', 'no_data', 'not_due', '0/10', '-', '-']
    ],
    also: { 'XHS-03': { basis: 'claim' }, 'CQS-01': { target: { version: 1 }, reporting: { period: '2025-Q1', deadline: '2025-03-18' } } },
    performance: { achieved: 4, no_data: 25 }, // XHS-01, 02, 03, 05 say "(đã đạt)"
    reporting: { not_due: 29 },
    provisional: 0,
    answering: { 'UBND-BINH-THUAN': 24, none: 5 },
    obligations: {}, // the first window opens on 15/12
    department: { agency: 'SO-TTTT', roles: [0, 0, 1], performance: {}, obligations: { expected: 0 }, completeness: null }
  },
  {
    on: '2025-02-28',
    what: 'duties are assigned, the first quarter runs, the last day of Sở TT&TT',
    status: [
      ['CQS-01', '85.00', '2025-Q1', 'in_progress', 'not_due', '1/1', '15', 'SO-TTTT'], // 1615/1900, observed on 20/02
      ['CQS-02.T', '-', '-', 'no_data', 'not_due', '0/9', '-', 'SO-TTTT'],
      ['CQS-02.H', '-', '-', 'no_data', 'not_due', '0/10', '-', 'SO-TTTT'],
      ['CQS-02.X', '-', '-', 'no_data', 'not_due', '0/0', '-', '-'],
      ['CQS-04', '-', '-', 'no_data', 'not_due', '0/1', '-', 'SO-TTTT'],
      ['KTS-05', '-', '-', 'no_data', 'not_due', '0/1', '-', 'SO-CT'],
      ['XHS-03', '-', '-', 'achieved', 'not_due', '0/10', '-', 'SO-KHCN'],
      ['XHS-11', '-', '-', 'no_data', 'not_due', '0/10', '-', '-'],
      ['XHS-12', '-', '-', 'no_data', 'not_due', '0/10', '-', '-']
    ],
    performance: { achieved: 4, in_progress: 1, no_data: 24 },
    reporting: { not_due: 29 },
    provisional: 0,
    answering: { ...LED, 'SO-TTTT': 4, 'SO-KHCN': 1 },
    obligations: { '2025-Q1': { accepted: 1, not_due: 81 }, '2025-H1': { not_due: 91 }, 2025: { not_due: 5 } }, // 73 + 9; CQS-01 is in before the cut-off
    // leads CQS-01, CQS-02.T, CQS-02.H, CQS-04 and monitors the plan (TD1); owes CQS-01 and CQS-04 for the province, CQS-02 for itself
    department: { agency: 'SO-TTTT', roles: [4, 0, 1], performance: { in_progress: 1, no_data: 3 }, obligations: { expected: 3, accepted: 1, notDue: 2 }, completeness: '1.0000' }
  },
  {
    on: '2025-03-01',
    what: 'Sở TT&TT has merged into Sở KH&CN',
    status: [
      ['CQS-01', '85.00', '2025-Q1', 'in_progress', 'not_due', '1/1', '15', 'SO-KHCN'],
      ['CQS-02.T', '-', '-', 'no_data', 'not_due', '0/8', '-', 'SO-KHCN'],
      ['CQS-02.H', '-', '-', 'no_data', 'not_due', '0/10', '-', 'SO-KHCN'],
      ['CQS-02.X', '-', '-', 'no_data', 'not_due', '0/0', '-', '-'],
      ['CQS-04', '-', '-', 'no_data', 'not_due', '0/1', '-', 'SO-KHCN'],
      ['KTS-05', '-', '-', 'no_data', 'not_due', '0/1', '-', 'SO-CT'],
      ['XHS-03', '-', '-', 'achieved', 'not_due', '0/10', '-', 'SO-KHCN'],
      ['XHS-11', '-', '-', 'no_data', 'not_due', '0/10', '-', '-'],
      ['XHS-12', '-', '-', 'no_data', 'not_due', '0/10', '-', '-']
    ],
    performance: { achieved: 4, in_progress: 1, no_data: 24 },
    reporting: { not_due: 29 },
    provisional: 0,
    answering: { ...LED, 'SO-KHCN': 5 },
    obligations: { '2025-Q1': { accepted: 1, not_due: 80 }, '2025-H1': { not_due: 91 }, 2025: { not_due: 5 } }, // 73 + 8
    // its own XHS-03 and the four; it cooperated in CQS-04, which it now leads: the stronger role, once
    department: { agency: 'SO-KHCN', roles: [5, 0, 1], performance: { achieved: 1, in_progress: 1, no_data: 3 }, obligations: { expected: 3, accepted: 1, notDue: 2 }, completeness: '1.0000' }
  },
  {
    on: '2025-03-31',
    what: 'the first quarter is reported, one figure returned, one late, one wrong',
    status: [
      ['CQS-01', '88.00', '2025-Q1', 'in_progress', 'accepted', '1/1', '12', 'SO-KHCN'], // 1672/1900
      // 92 + 88 + 190 + 90 + 85 + 95 + 80 = 720 of 6 × 100 + 200 = 800, SO-XD missing: exactly 90
      ['CQS-02.T', '90.00', '2025-Q1', 'achieved', 'overdue', '7/8', '0', 'SO-KHCN'],
      // La Gi 380: 780 + 790 + 800 + 810 + 820 + 380 + 900 + 760 + 770 + 350 = 7160 of 9500 = 75.3684…, 80 less it 4.6315…
      ['CQS-02.H', '75.37', '2025-Q1', 'in_progress', 'accepted', '10/10', '4.63', 'SO-KHCN'],
      ['CQS-02.X', '-', '-', 'no_data', 'not_due', '0/0', '-', '-'],
      ['CQS-04', '-', '-', 'no_data', 'returned', '0/1', '-', 'SO-KHCN'],
      ['KTS-05', '-', '-', 'no_data', 'not_due', '0/1', '-', 'SO-CT'],
      // 9 × 790 + 400 = 7510 of 9500 = 79.0526…: claimed and to be maintained at 80
      ['XHS-03', '79.05', '2025-Q1', 'regressed', 'accepted', '10/10', '0.95', 'SO-KHCN'],
      ['XHS-11', '-', '-', 'no_data', 'not_due', '0/10', '-', '-'],
      // 9 × 880 + 450 = 8370 of 9500 = 88.1052…, 90 less it 1.8947…
      ['XHS-12', '88.11', '2025-Q1', 'in_progress', 'accepted', '10/10', '1.89', '-']
    ],
    also: {
      'CQS-02.T': { provisional: true, numerator: '720', denominator: '800', reporting: { period: '2025-Q1', deadline: '2025-03-18', counts: { overdue: 1, accepted: 7 } } },
      'CQS-04': { reporting: { counts: { returned: 1 } } },
      'XHS-03': { basis: 'measurement' }
    },
    // achieved: the three claims and CQS-02.T; regressed XHS-03; in progress CQS-01, CQS-02.H, XHS-12
    performance: { achieved: CLAIMS.length + 1, regressed: 1, in_progress: 3, no_data: 21 },
    // quarterly: CQS-01, CQS-02.H, XHS-03, XHS-12 accepted; CQS-02, CQS-02.T, CQS-05, XHS-04, 07, 10 overdue
    reporting: { accepted: 4, returned: 1, overdue: 6, not_due: 18 },
    provisional: 1,
    answering: { ...LED, 'SO-KHCN': 5 },
    obligations: {
      // accepted CQS-01, 7 departments, 10 + 10 + 10 districts (CQS-02, XHS-03, XHS-12); returned CQS-04;
      // overdue the headline of CQS-02, SO-XD, CQS-05 10, XHS-04, 07, 10 30
      '2025-Q1': { accepted: 38, returned: 1, overdue: 42 },
      '2025-Q2': { not_due: 81 },
      '2025-H1': { not_due: 91 },
      2025: { not_due: 5 }
    },
    // Q1: CQS-01 and its own CQS-02 accepted, CQS-04 returned: 2 of 3; Q2 not due
    department: {
      agency: 'SO-KHCN', roles: [5, 0, 1],
      performance: { achieved: 1, in_progress: 2, regressed: 1, no_data: 1 },
      obligations: { expected: 6, accepted: 2, returned: 1, notDue: 3 }, completeness: '0.6667'
    }
  },
  {
    on: '2025-06-30',
    what: 'the half-year: the returned figure answered, a figure corrected, a target with milestones, the last day of the districts',
    status: [
      // 1710/1900 beside the milestone of 95 for Q2: 90/95 = 0.94736…, below 0.95
      ['CQS-01', '90.00', '2025-Q2', 'at_risk', 'accepted', '1/1', '10', 'SO-KHCN'],
      // 93 + 89 + 192 + 91 + 88 + 96 + 84 + 81 = 814 of 900, with the first quarter's 798 of 900: 89.5555…
      ['CQS-02.T', '89.56', '2025-Q2', 'in_progress', 'accepted', '8/8', '0.44', 'SO-KHCN'], // 798 + 814 = 1612 of 1800
      // without Tuy Phong: 790 + 800 + 810 + 820 + 830 + 840 + 910 + 770 + 360 = 6930 of 8 × 1000 + 500 = 81.5294…
      ['CQS-02.H', '80.78', '2025-Q2', 'achieved', 'overdue', '9/10', '-0.78', 'SO-KHCN'], // 7610 + 6930 = 14540 of 18000
      ['CQS-02.X', '-', '-', 'no_data', 'not_due', '0/0', '-', '-'],
      // 60/60 of the first quarter; the second awaits review
      ['CQS-04', '100.00', '2025-Q1', 'achieved', 'submitted', '1/1', '0', 'SO-KHCN'],
      ['KTS-05', '8.50', '2025', 'in_progress', 'not_due', '1/1', '1.5', 'SO-CT'], // observed on 20/06, the year runs
      ['XHS-03', '81.05', '2025-Q2', 'achieved', 'accepted', '10/10', '-1.05', 'SO-KHCN'], // 9 × 810 + 410 = 7700 of 9500 = 81.0526…
      ['XHS-11', '-', '-', 'no_data', 'overdue', '0/10', '-', '-'],
      ['XHS-12', '91.05', '2025-Q2', 'achieved', 'accepted', '10/10', '-1.05', '-'] // 9 × 910 + 460 = 8650 of 9500 = 91.0526…
    ],
    also: {
      'CQS-01': { target: { version: 2, effectiveFrom: '2025-04-01' }, expectedValue: '95.00', attainment: '0.9474' },
      'CQS-02.H': { provisional: true, reporting: { counts: { overdue: 1, accepted: 9 } } },
      'CQS-04': { freshness: { stale: true }, reporting: { period: '2025-Q2' } },
      'XHS-03': { basis: 'measurement' }
    },
    // achieved: the claims, CQS-02.H, CQS-04, XHS-03, XHS-12; in progress CQS-02.T and KTS-05
    performance: { achieved: CLAIMS.length + 4, at_risk: 1, in_progress: 2, no_data: 19 },
    // accepted CQS-01, CQS-02.T, XHS-03, XHS-12; overdue CQS-02, CQS-02.H, CQS-05, XHS-04, 07, 10 and all ten half-yearly
    reporting: { accepted: 4, submitted: 1, overdue: 16, not_due: 8 },
    provisional: 1,
    answering: { ...LED, 'SO-KHCN': 5 },
    obligations: {
      '2025-Q1': { accepted: 40, overdue: 41 }, // SO-XD and CQS-04 have come in
      // accepted CQS-01, 8, 9, XHS-03 10, XHS-12 10; submitted CQS-04; excused XHS-04 of Phú Quí; due, since extended,
      // XHS-07 of Tuy Phong; overdue the headline, Tuy Phong's CQS-02, CQS-05 10, XHS-04, 07, 10 28
      '2025-Q2': { accepted: 38, submitted: 1, excused: 1, due: 1, overdue: 40 },
      '2025-H1': { overdue: 91 },
      '2025-Q3': { not_due: 81 },
      '2025-H2': { not_due: 91 },
      2025: { accepted: 1, not_due: 4 } // KTS-05, as of June
    },
    // Q1 3, Q2 CQS-01 and CQS-02 accepted, CQS-04 submitted: 5 of 6; Q3 not due
    department: {
      agency: 'SO-KHCN', roles: [5, 0, 1],
      performance: { achieved: 3, at_risk: 1, in_progress: 1 },
      obligations: { expected: 9, accepted: 5, submitted: 1, notDue: 3 }, completeness: '0.8333'
    }
  },
  {
    on: '2025-07-01',
    what: 'the district level has ended; the province itself goes on in this world',
    status: [
      ['CQS-01', '90.00', '2025-Q2', 'at_risk', 'accepted', '1/1', '10', 'SO-KHCN'],
      ['CQS-02.T', '89.56', '2025-Q2', 'in_progress', 'accepted', '8/8', '0.44', 'SO-KHCN'], // 798 + 814 = 1612 of 1800
      ['CQS-02.H', '-', '-', 'not_applicable', 'overdue', '0/0', '-', 'SO-KHCN'], // Tuy Phong's second quarter
      ['CQS-02.X', '-', '-', 'no_data', 'not_due', '0/2', '-', '-'],
      ['CQS-04', '100.00', '2025-Q2', 'achieved', 'accepted', '1/1', '0', 'SO-KHCN'], // 60/60, accepted meanwhile
      ['KTS-05', '8.50', '2025', 'in_progress', 'not_due', '1/1', '1.5', 'SO-CT'],
      ['XHS-03', '81.05', '2025-Q2', 'achieved', 'accepted', '10/10', '-1.05', 'SO-KHCN'], // Q2 is that of the ten districts of 14/06
      ['XHS-11', '-', '-', 'no_data', 'overdue', '0/2', '-', '-'], // the half-year of ten is overdue, two are in scope today
      ['XHS-12', '91.05', '2025-Q2', 'achieved', 'accepted', '10/10', '-1.05', '-']
    ],
    also: { 'XHS-11': { reporting: { period: '2025-H1', counts: { overdue: 10 } } } },
    performance: { achieved: CLAIMS.length + 3, at_risk: 1, in_progress: 2, not_applicable: 1, no_data: 19 },
    // CQS-04 is accepted; of CQS-02.H, with nobody left in its scope, a second quarter is still owed
    reporting: { accepted: 5, overdue: 16, not_due: 8 },
    provisional: 0,
    answering: { ...LED, 'SO-KHCN': 5 },
    obligations: {
      '2025-Q1': { accepted: 40, overdue: 41 },
      '2025-Q2': { accepted: 39, excused: 1, due: 1, overdue: 40 },
      '2025-H1': { overdue: 91 },
      '2025-Q3': { not_due: 25 },
      '2025-H2': { not_due: 19 },
      2025: { accepted: 1, not_due: 4 } // KTS-05, as of June
    },
    department: {
      agency: 'SO-KHCN', roles: [5, 0, 1],
      performance: { achieved: 2, at_risk: 1, in_progress: 1, not_applicable: 1 },
      obligations: { expected: 9, accepted: 6, notDue: 3 }, completeness: '1.0000'
    }
  },
  {
    on: '2025-10-01',
    what: 'the third quarter; one target raised, one dropped, one figure withdrawn',
    status: [
      ['CQS-01', '98.00', '2025-Q3', 'on_track', 'accepted', '1/1', '2', 'SO-KHCN'], // 1862/1900, as the milestone says
      // 93 + 89 + 192 + 91 + 88 + 96 + 80 + 71 = 800 of 900
      ['CQS-02.T', '89.33', '2025-Q3', 'in_progress', 'accepted', '8/8', '0.67', 'SO-KHCN'], // 1612 + 800 = 2412 of 2700
      ['CQS-02.H', '-', '-', 'not_applicable', 'overdue', '0/0', '-', 'SO-KHCN'], // Tuy Phong's second quarter
      ['CQS-02.X', '57.50', '2025-Q3', 'in_progress', 'accepted', '2/2', '2.5', '-'], // 65 + 50 = 115 of 200
      ['CQS-04', '100.00', '2025-Q2', 'achieved', 'overdue', '1/1', '0', 'SO-KHCN'], // that of Q3 was withdrawn
      ['KTS-05', '8.50', '2025', 'in_progress', 'not_due', '1/1', '1.5', 'SO-CT'],
      ['XHS-03', '81.05', '2025-Q2', 'achieved', 'overdue', '10/10', '-1.05', 'SO-KHCN'], // no commune has reported Q3
      ['XHS-11', '-', '-', 'dropped', 'overdue', '0/2', '-', '-'], // its first half-year was owed before it was dropped
      // 480 + 930 = 1410 of 1500 = 94: enough for 90, not for the 95 in force since 01/09
      ['XHS-12', '94.00', '2025-Q3', 'in_progress', 'accepted', '2/2', '1', '-']
    ],
    also: {
      'CQS-01': { expectedValue: '98.00', attainment: '1.0000' },
      'XHS-03': { freshness: { stale: true }, reporting: { period: '2025-Q3', counts: { overdue: 2 } } },
      'XHS-11': { target: { version: 2, state: 'dropped' } },
      'XHS-12': { target: { version: 2, value: '95' }, direct: { value: '92.5', difference: '-1.5' } } // 92.5 − 94
    },
    performance: { achieved: CLAIMS.length + 2, on_track: 1, in_progress: 4, not_applicable: 1, dropped: 1, no_data: 17 },
    // accepted CQS-01, CQS-02.T, CQS-02.X, XHS-12; overdue CQS-02, CQS-02.H of Q2, CQS-04, CQS-05, XHS-03, 04, 07, 10, and ten half-yearly (XHS-11 of H1)
    reporting: { accepted: 4, overdue: 18, not_due: 7 },
    provisional: 0,
    answering: { ...LED, 'SO-KHCN': 5 },
    obligations: {
      '2025-Q1': { accepted: 40, overdue: 41 },
      '2025-Q2': { accepted: 39, excused: 1, overdue: 41 }, // the extension has run out
      '2025-H1': { overdue: 91 }, // XHS-11 is asked no more, but its first half-year was owed before it was dropped
      // accepted CQS-01, 8, CQS-02.X 2, XHS-12 2; overdue the headline, CQS-04, CQS-05 2, XHS-03 2, XHS-04, 07, 10 6
      '2025-Q3': { accepted: 13, overdue: 12 },
      '2025-Q4': { not_due: 25 },
      '2025-H2': { not_due: 17 },
      2025: { accepted: 1, not_due: 4 } // KTS-05, as of June
    },
    // Q1 3, Q2 3, Q3 CQS-01 and CQS-02: 8 of 9
    department: {
      agency: 'SO-KHCN', roles: [5, 0, 1],
      performance: { achieved: 2, on_track: 1, in_progress: 1, not_applicable: 1 },
      obligations: { expected: 12, accepted: 8, overdue: 1, notDue: 3 }, completeness: '0.8889'
    }
  },
  {
    on: '2026-01-15',
    what: 'the year is over',
    status: [
      ['CQS-01', '100.00', '2025-Q4', 'achieved', 'accepted', '1/1', '0', 'SO-KHCN'], // 1900/1900
      ['CQS-02.T', '89.78', '2025-Q4', 'missed', 'accepted', '8/8', '0.22', 'SO-KHCN'], // 93 + 89 + 196 + 91 + 90 + 96 + 85 + 80 = 820; 2412 + 820 = 3232 of 3600
      ['CQS-02.H', '-', '-', 'not_applicable', 'overdue', '0/0', '-', 'SO-KHCN'], // never missed
      ['CQS-02.X', '60.00', '2025-Q4', 'achieved', 'accepted', '2/2', '0', '-'], // 115 + 70 + 55 = 240 of 400
      ['CQS-04', '100.00', '2025-Q4', 'achieved', 'accepted', '1/1', '0', 'SO-KHCN'], // 61/61
      ['KTS-05', '10.00', '2025', 'missed', 'accepted', '1/1', '0', 'SO-CT'], // "trên 10%": 10 is not above 10
      ['XHS-03', '81.05', '2025-Q2', 'achieved', 'overdue', '10/10', '-1.05', 'SO-KHCN'],
      ['XHS-11', '-', '-', 'dropped', 'overdue', '0/2', '-', '-'], // its first half-year was owed before it was dropped
      ['XHS-12', '96.67', '2025-Q4', 'achieved', 'accepted', '2/2', '-1.67', '-'] // 490 + 960 = 1450 of 1500 = 96.6666…
    ],
    also: { 'KTS-05': { reporting: { period: '2025', deadline: '2026-01-06' }, explanation: { comparison: '10.00 > 10: no' } } },
    performance: { achieved: CLAIMS.length + 5, missed: 2, not_applicable: 1, dropped: 1, no_data: 17 },
    // accepted CQS-01, CQS-02.T, CQS-02.X, CQS-04, XHS-12, KTS-05; overdue six quarterly and CQS-02.H of Q2, ten half-yearly, four yearly
    reporting: { accepted: 6, overdue: 21, not_due: 2 },
    provisional: 0,
    answering: { ...LED, 'SO-KHCN': 5 },
    obligations: {
      '2025-Q1': { accepted: 40, overdue: 41 },
      '2025-Q2': { accepted: 39, excused: 1, overdue: 41 },
      '2025-H1': { overdue: 91 },
      '2025-Q3': { accepted: 13, overdue: 12 },
      // accepted CQS-01, 8, CQS-02.X 2, CQS-04, XHS-12 2; overdue the headline, CQS-05 2, XHS-03 2, XHS-04, 07, 10 6
      '2025-Q4': { accepted: 14, overdue: 11 },
      '2025-H2': { overdue: 17 },
      2025: { accepted: 1, overdue: 4 }
    },
    // Q1 3, Q2 3, Q3 2, Q4 3: 11 of 12
    department: {
      agency: 'SO-KHCN', roles: [5, 0, 1],
      performance: { achieved: 3, missed: 1, not_applicable: 1 },
      obligations: { expected: 12, accepted: 11, overdue: 1 }, completeness: '0.9167'
    }
  }
]

/** The 31st of March asked again in July, after the answer, the late figure, the correction and the amendment. */
export const MARCH_AS_KNOWN_IN_JUNE: readonly Line[] = [
  ['CQS-01', '88.00', '2025-Q1', 'in_progress', 'accepted', '1/1', '12', 'SO-KHCN'], // the milestones are in force from 01/04 only
  // with SO-XD 78: 798 of 900 = 88.6666…
  ['CQS-02.T', '88.67', '2025-Q1', 'in_progress', 'accepted', '8/8', '1.33', 'SO-KHCN'],
  // La Gi 830: 7160 − 380 + 830 = 7610 of 9500 = 80.1052…
  ['CQS-02.H', '80.11', '2025-Q1', 'achieved', 'accepted', '10/10', '-0.11', 'SO-KHCN'],
  ['CQS-04', '100.00', '2025-Q1', 'achieved', 'accepted', '1/1', '0', 'SO-KHCN'], // 60/60
  ['KTS-05', '-', '-', 'no_data', 'not_due', '0/1', '-', 'SO-CT'], // observed in June: not yet in March
  ['XHS-03', '79.05', '2025-Q1', 'regressed', 'accepted', '10/10', '0.95', 'SO-KHCN']
]
