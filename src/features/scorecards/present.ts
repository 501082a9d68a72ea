import { ONE, rational, ZERO } from '../../domain/decimal.js'
import { showAmong } from '../../domain/status/show.js'
import type { TrendPoint } from '../../domain/trend.js'
import { CLEARS, evaluateCompleteness } from '../assignments/rules.js'
import { tally } from '../status/present.js'
import { TASK_STATES } from '../tasks/state.js'
import type { Scorecard as Loaded } from './load.js'
import type { Duty } from './queries.js'
import type { Scorecard } from './schemas.js'

const MAX_ITEMS = 100
const PLACES = 4

export function presentScorecard (
  card: Loaded, { on, view, plan }: { on: string, view: Scorecard['view'], plan: string | undefined }
): Scorecard {
  const { asked, agency, asOf, duties, targets, obligations, trend, restatement } = card
  const { targets: total, ...counts } = tally(targets.map(({ item }) => item))
  return {
    agency: {
      code: agency.code, name: agency.name, kind: agency.kind, level: agency.level,
      ...'until' in agency ? { validTo: agency.until } : {}
    },
    ...asked === undefined ? {} : { asked: { code: asked.code, name: asked.name } },
    view,
    on,
    asOf,
    ...plan === undefined ? {} : { plan },
    assignments: presentAssignments(duties),
    targets: {
      total,
      ...counts as Omit<Scorecard['targets'], 'total' | 'items' | 'more'>,
      items: targets.slice(0, MAX_ITEMS).map(({ role, item: { target, status } }) => ({
        target: target.id, indicator: target.indicator, role, performance: status.performance,
        reporting: status.reporting.state,
        value: status.value, period: status.period, dueDate: target.dueDate, illustrative: status.illustrative
      })),
      more: Math.max(targets.length - MAX_ITEMS, 0)
    },
    obligations,
    tasks: presentTasks(duties),
    trend: trend.map(presentPoint),
    ...restatement === undefined ? {} : { restatement: { ...restatement, agencies: [...restatement.agencies] } }
  }
}

function presentAssignments (duties: readonly Duty[]): Scorecard['assignments'] {
  const clear = duties.map((
    { targetId: target, taskCode: task, personPosition: position, ...rest }
  ) => evaluateCompleteness({ ...rest, target, task, position }))
  const ofRole = (role: Duty['role']) => duties.filter(duty => duty.role === role).length
  const complete = clear.filter(({ missing }) => missing.length === 0).length
  return {
    total: duties.length,
    lead: ofRole('lead'),
    cooperate: ofRole('cooperate'),
    monitor: ofRole('monitor'),
    complete,
    clears: Object.fromEntries(CLEARS.map(name =>
      [name, clear.filter(one => one.clear[name]).length])) as Scorecard['assignments']['clears'],
    completeness: duties.length === 0
      ? null
      : showAmong(rational(BigInt(complete), BigInt(duties.length)), PLACES, [ZERO, ONE]),
    illustrative: duties.some(({ provenance }) => provenance === 'illustrative')
  }
}

function presentTasks (duties: readonly Duty[]): Scorecard['tasks'] {
  const led = duties.filter(({ taskCode, role }) => taskCode !== null && role === 'lead')
  const states = Object.fromEntries(TASK_STATES.map(state =>
    [state, led.filter(({ taskState }) => taskState === state).length]))
  return { total: led.length, ...states } as Scorecard['tasks']
}

function presentPoint ({ agency, calendar, period, window, counts }: TrendPoint): Scorecard['trend'][number] {
  const { expected, notDue, accepted, overdue, excused, onTime, late, completeness } = counts
  return {
    agency, period: period.code, frequency: period.frequency, calendar, ...window, expected, notDue, accepted, overdue,
    excused, onTime, late, completeness
  }
}
