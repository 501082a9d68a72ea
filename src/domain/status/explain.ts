import { comparisonOf } from './comparison.js'
import { sayVerdict, sayWhatRemainsOpen } from './conclusion.js'
import { referTo, worstQuality } from './figures.js'
import { sayFigures, sayPace, sayTarget } from './sentences.js'
import { both } from './wording.js'
import type { Explanation, Figure } from './types.js'
import type { Findings } from './findings.js'

const MEASUREMENTS_AT_MOST = 100

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
