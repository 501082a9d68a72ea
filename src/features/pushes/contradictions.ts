import type { Queryable } from '../../db/client.js'
import { contradictionsOf, hangsTogether, piecesOf, wholesOf, type Contradiction } from '../../domain/agreement.js'
import { parsePeriod, type Period } from '../../domain/period.js'
import type { RawFigure } from '../../domain/rollup.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { findSeen } from './evidence-queries.js'
import type { Pusher, PusherOf } from './pusher.js'
import type { FigureKey } from './quality-rules.js'
import { writtenFigure, type JudgedRow, type Unstored } from './judged-row.js'
import { problem, warn } from './row-problem.js'
import { keyOf, type IndicatorFacts, type PushFacts, type ResolvedRow } from './row.js'

interface Subject { row: JudgedRow, figure: ResolvedRow, period: Period, indicator: IndicatorFacts, pusher: Pusher }

/**
 * Warns of figures that contradict those of longer or shorter periods, stored or in the same push, so that they await
 * review (domain/agreement.ts). Of a push's own figures the longer one answers. At most two statements, and none where
 * each indicator has one frequency: first the longer periods are looked for, then the parts of those that there are.
 * Nobody is told of what another client has pushed for an agency that he may not report, as long as it is not accepted.
 */
export async function heedContradictions (
  db: Queryable, rows: readonly JudgedRow[], facts: PushFacts, pusherOf: PusherOf, { left, beside }: Unstored
): Promise<void> {
  const subjects: Subject[] = []
  for (const row of rows) {
    const figure = writtenFigure(row)
    if (figure === undefined) continue
    const indicator = facts.indicators.get(figure.indicator)!
    if (!hangsTogether(indicator)) continue
    subjects.push({ row, figure, period: parsePeriod(figure.period)!, indicator, pusher: pusherOf(row.row) })
  }
  if (subjects.length === 0) return
  const pushed = new Set(subjects.map(({ figure }) => figure.key))
  /** What each knows; of the rows that are written with its own, others' are as good as not there yet. */
  const known = new Map<Pusher, Map<string, RawFigure>>(subjects.map(({ pusher }) => [pusher, new Map()]))
  for (const row of [...beside, ...rows]) {
    const figure = writtenFigure(row)
    if (figure !== undefined) known.get(pusherOf(row.row))?.set(figure.key, figure)
  }
  for (const own of known.values()) for (const [key, figure] of left) if (figure !== undefined) own.set(key, figure)
  const figureOf = (subject: Subject, period: Period) => known.get(subject.pusher)!.get(keyFor(subject, period).key)
  const look = async (periodsOf: (subject: Subject) => readonly Period[]) => {
    const asked = subjects.flatMap(subject => periodsOf(subject).flatMap(period => {
      const key = keyFor(subject, period)
      return known.get(subject.pusher)!.has(key.key) || left.has(key.key) ? [] : [{ pusher: subject.pusher, key }]
    }))
    for (const [pusher, found] of await findSeen(db, asked)) {
      for (const [key, figure] of found) known.get(pusher)!.set(key, figure)
    }
  }
  await look(({ period, indicator }) => wholesOf(period, indicator))
  await look(subject => {
    const { period, indicator } = subject
    const held = wholesOf(period, indicator).filter(whole => figureOf(subject, whole) !== undefined)
    const wholes = indicator.timeBasis === 'during_period' ? [period, ...held] : [period]
    return wholes.flatMap(whole => piecesOf(whole, indicator))
  })
  for (const subject of subjects) {
    const { row, period, indicator, figure } = subject
    const isPushed = (whole: Period) => pushed.has(keyFor(subject, whole).key)
    const found = contradictionsOf(period, indicator, other => figureOf(subject, other), isPushed)
    if (found.length === 0) continue
    warn(row, found.map(one => toProblem(one, figure, indicator)))
  }
}

function keyFor ({ figure: { indicator, agency, breakdownKey } }: Subject, { code }: Period): FigureKey {
  const named = { indicator, agency, breakdownKey, period: code }
  return { ...named, key: keyOf(named) }
}

function toProblem (
  { whole, stated, parts, made }: Contradiction, figure: ResolvedRow, { code }: IndicatorFacts
): StoredProblem {
  const terms = parts.map(part => part.code).join(' + ')
  const [vi, en] = parts.length === 1
    ? [`${terms}, cùng tính đến một ngày, là ${made}`, `that of ${terms}, which ends on the same day, is ${made}`]
    : [`${terms} cộng lại là ${made}`, `${terms} add up to ${made}`]
  return problem(figure.numerator === undefined ? '/value' : '/numerator', 'period_contradiction',
    `${code}: số liệu ${whole.code} là ${stated}, nhưng ${vi}. Hãy kiểm tra và gửi lại số sai; số liệu chờ duyệt.`,
    `${code}: the figure of ${whole.code} is ${stated}, but ${en}. Check which is wrong and send it again; the ` +
    'figure awaits review.')
}
