import type { CivilDate } from '../date.js'
import type { Assessment } from './assess.js'
import { comparisonOf } from './comparison.js'
import { sayVerdict, sayWhatRemainsOpen } from './conclusion.js'
import { referTo, worstQuality, type Slot } from './figures.js'
import type { Judgement, Progress } from './performance.js'
import { sayFigures, sayPace, sayTarget } from './sentences.js'
import { both } from './wording.js'
import type { Explanation, Figure, Member, Status, StatusInput } from './types.js'

const MEASUREMENTS_AT_MOST = 100

/** All that is known when the status is settled. */
export interface Findings {
  readonly input: StatusInput
  readonly status: Omit<Status, 'explanation'>
  readonly assessment: Assessment | undefined
  /** The assessment, or, where nothing could be judged, the newest period in which somebody reported at all. */
  readonly seen: Assessment | undefined
  readonly judgement: Judgement
  readonly progress: Progress | undefined
  /** Those that went in. */
  readonly figures: readonly Figure[]
  /** The last period, when the due date is over and its figure may still come. */
  readonly lastPending: Slot | undefined
  /** A figure that awaits review went in. */
  readonly pending: boolean
  /** Members that ended within the period and have a figure of it that is not in the value. */
  readonly ended: readonly Member[]
  /** Reporters whose accepted figure cannot be counted, so that they still owe one. */
  readonly leftOut: readonly Member[]
  /** The target's first day, while only periods that were over before it have ended. */
  readonly begins: CivilDate | undefined
}

/** What an official could read out: target, figure, comparison, verdict, and all that stands against relying on it. */
export function explain (findings: Findings): Explanation {
  const { input: { target, rules, basis } } = findings
  const figures = [...findings.figures].sort(byPeriodAndAgency)
  return {
    rule: 'status',
    ruleVersion: rules.version,
    basis,
    inputs: {
      target: { id: target.id, version: target.version },
      baseline: target.baseline ?? null,
      measurements: figures.slice(0, MEASUREMENTS_AT_MOST).map(referTo),
      more: Math.max(0, figures.length - MEASUREMENTS_AT_MOST),
      quality: worstQuality(figures)
    },
    comparison: comparisonOf(findings),
    text: both(language => [
      sayTarget(findings, language),
      ...sayFigures(findings, language),
      ...sayPace(findings, language),
      ...sayVerdict(findings, language),
      ...sayWhatRemainsOpen(findings, language)
    ].join(' '))
  }
}

/** The newest period first. */
function byPeriodAndAgency (a: Figure, b: Figure): number {
  return order(b.period, a.period) || order(a.agency, b.agency) || order(a.id, b.id)
}

function order (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
