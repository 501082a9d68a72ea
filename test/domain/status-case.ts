import type { CalendarRule } from '../../src/domain/calendar.js'
import {
  evaluateStatus, type Figure, type Member, type Status, type StatusIndicator, type StatusInput, type StatusScope, type StatusTarget
} from '../../src/domain/status/index.js'

/** The unit's deadline is two working days after the cut-off; 30/06/2025 is a Monday. */
function calendar (code: string, startDay: number, monthOffset: 0 | -1): CalendarRule {
  const tiers = [{ tier: 'unit', rule: { workingDays: 2 } }]
  return { code, startDay, monthOffset, deadlines: { monthly: tiers, quarterly: tiers, half_yearly: tiers, nine_months: tiers, yearly: tiers } }
}
export const statistical = calendar('statistical', 1, 0)
export const administrative = calendar('administrative', 15, -1)

export const WHOLE = 'BT'
export const agency = (code: string): Member => ({ code, name: { vi: `Xã ${code}`, en: `Commune ${code}` } })

/** `50` is a value, `1799/2000` a numerator over a denominator. */
export function figure (amount: string, more: Partial<Figure> = {}): Figure {
  const [first, denominator] = amount.split('/') as [string, string?]
  const parts = denominator === undefined ? { value: first } : { numerator: first, denominator }
  const { agency = WHOLE, period = '2025-Q2', revision = 1 } = more
  return {
    id: `${agency}:${period}:${JSON.stringify(more.breakdown ?? {})}`,
    revision,
    agency,
    period,
    breakdown: {},
    ...parts,
    quality: 'official',
    state: 'accepted',
    recordedAt: '2025-07-02T02:00:00.000000Z',
    provenance: 'operational',
    ...more
  }
}

export interface Case {
  target?: Partial<StatusTarget> | undefined
  indicator?: Partial<StatusIndicator> | undefined
  scope?: Partial<StatusScope> | undefined
  figures?: Figure[] | undefined
  on?: string | undefined
  basis?: 'accepted' | 'submitted' | undefined
  calendar?: CalendarRule | undefined
}

/** An even climb of 0.2 a day: 10 on 31/12/2024, 28 after Q1, 46.2 after Q2, 64.6 after Q3, 83 on 31/12/2025. */
export const CLIMB = { operator: 'gte', value: '83', baseline: { value: '10', date: '2024-12-31', claim: false } } as const
/** The same way down: 83, 65, 46.8, 28.4, 10. */
export const DESCENT = { operator: 'lte', value: '10', baseline: { value: '83', date: '2024-12-31', claim: false } } as const

/** A percentage, reported directly each quarter by the province, to be at 90 or more by the end of 2025; seen on 15/07/2025. */
export function inputOf ({ target, indicator, scope, figures = [], on = '2025-07-15', basis = 'accepted', calendar = statistical }: Case): StatusInput {
  return {
    target: {
      id: 'CQS-02.X',
      version: 1,
      plan: '4677/KH-UBND',
      planYear: 2025,
      indicator: 'CQS-02',
      pillar: 'CQS',
      scope: {},
      quantifier: 'aggregate',
      operator: 'gte',
      value: '90',
      unit: '%',
      dueDate: '2025-12-31',
      mode: 'reach',
      milestones: [],
      state: 'active',
      provenance: 'quoted',
      ...target
    },
    indicator: {
      code: 'CQS-02',
      name: { vi: 'Hồ sơ xử lý trên môi trường mạng', en: 'Work files processed online' },
      unit: '%',
      valueKind: 'ratio',
      decimals: 2,
      direction: target?.operator === 'lte' || target?.operator === 'lt' ? 'lower_is_better' : 'higher_is_better',
      aggregation: 'direct',
      frequencies: ['quarterly'],
      timeBasis: 'end_of_period',
      ...indicator
    },
    scope: {
      whole: { code: WHOLE, name: { vi: 'UBND tỉnh Bình Thuận', en: 'Binh Thuan People\'s Committee' } },
      members: [],
      hadMembers: false,
      reporters: [{ code: WHOLE, name: { vi: 'UBND tỉnh Bình Thuận' } }],
      ...scope
    },
    calendar,
    holidays: { off: new Set(), working: new Set() },
    figures,
    rules: { version: 1, pace: 'linear', onTrack: '0.95', atRisk: '0.80' },
    on,
    basis
  }
}

export const statusOf = (given: Case): Status => evaluateStatus(inputOf(given))

/** Communes A, B, C, … rolled up. */
export function communes (codes: string, more: Partial<StatusScope> = {}): Partial<StatusScope> {
  const members = [...codes].map(agency)
  return { members, hadMembers: true, reporters: members, ...more }
}
