import type { Queryable } from '../../db/client.js'
import { addDays, type CivilDate } from '../../domain/date.js'
import { heirOf, type Succession } from '../../domain/succession.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { listObligations, type NamedObligation } from '../obligations/load.js'
import { WHOLE } from '../../world/sight.js'
import type { Wanted } from './rules.js'
import type { Changes } from './schemas.js'

/** All that has been recorded, by this transaction too. */
export const EVERYTHING = 'infinity'
const REPORTED: ReadonlySet<NamedObligation['state']> = new Set(['submitted', 'accepted', 'excused'])

/** What is owed of periods that are over on the day, and was not reported. To be read before anything is written. */
export async function listUnreported (db: Queryable, on: CivilDate): Promise<NamedObligation[]> {
  return (await listObligations(db, EVERYTHING, { on }, WHOLE)).filter(one =>
    !REPORTED.has(one.state) && one.window.to <= on)
}

/** The passages of the reorganisation as they will be stored. `indicatorOf`: of a target. */
export function passagesOf ({ mapping, effectiveOn }: Wanted, indicatorOf: ReadonlyMap<string, string>): Succession[] {
  return mapping.map(({ from, to, share, functions }) => ({
    from,
    to,
    share,
    effectiveOn,
    reorganisation: '',
    ...functions === undefined
      ? {}
      : {
          indicators: [
            ...functions.indicators ?? [], ...(functions.targets ?? []).flatMap(target => indicatorOf.get(target) ?? [])
          ]
        }
  }))
}

export interface Reach {
  /** The bodies that end. */
  ended: readonly string[]
  effectiveOn: CivilDate
  today: CivilDate
  /** Its last day, of one that has ended before. */
  endOf (code: string): CivilDate | undefined
  /** Before the reorganisation. */
  known: readonly Succession[]
  passages: readonly Succession[]
}

/**
 * What the bodies that end leave unreported, and nobody goes on with: their own figures, and those of bodies that they
 * took over. The figure that a lead owes for a whole goes the way of its assignment. What a period that still runs
 * will bring nobody knows: it can be reported until the day.
 */
export function findLeft (unreported: readonly NamedObligation[], reach: Reach): FieldError[] {
  const { ended, effectiveOn, today, passages } = reach
  const ending = new Set(ended)
  return unreported.flatMap(one => {
    const own = one.subject === one.agency || one.takenOverFrom !== undefined || ending.has(one.subject)
    const body = answering(one, reach)
    if (!own || one.window.to > today || !ending.has(body) ||
      heirOf(passages, body, one.indicator, effectiveOn) !== undefined) {
      return []
    }
    return [withoutHeir(one, body)]
  })
}

/**
 * Whoever owes it, or goes on with it, through any number of reorganisations: what is overdue stays in the name of a
 * body that has ended.
 */
function answering ({ agency, indicator }: NamedObligation, { endOf, known }: Reach): string {
  const seen = new Set<string>()
  let current = agency
  for (let next: string | undefined = current; next !== undefined && !seen.has(next);) {
    seen.add(next)
    current = next
    const end = endOf(next)
    next = end === undefined ? undefined : heirOf(known, next, indicator, addDays(end, 1))
  }
  return current
}

function withoutHeir ({ subject, indicator, period: { code }, state }: NamedObligation, body: string): FieldError {
  const [whose, of] = subject === body ? ['', ''] : [` của “${subject}”`, ` of "${subject}"`]
  return bodyError('/mapping', 'open_duty_without_successor',
    `“${body}” còn phải báo cáo số liệu ${indicator} kỳ ${code}${whose}, trạng thái “${state}”, mà “mapping” không ` +
    'cho biết rõ cơ quan nào tiếp nhận. Hãy gửi số liệu, nêu cơ quan tiếp nhận, hoặc miễn báo cáo (POST ' +
    '/v1/extensions, kind “excuse”).',
    `"${body}" still owes ${indicator} for ${code}${of} (${state}), and the mapping does not clearly say who goes on ` +
    'with it. Report the figure, name a successor, or excuse it (POST /v1/extensions, kind `excuse`).')
}

/**
 * What others owe from the day on, as things stand: that whose deadline the bodies do not live to see. To be read when
 * the structure and the assignments are written.
 */
export async function listMoved (
  db: Queryable, unreported: readonly NamedObligation[], { ended, effectiveOn, passages }: Reach
): Promise<NonNullable<Changes['obligations']>> {
  const leaving = new Map(unreported.filter(one =>
    ended.includes(one.agency) && one.deadline >= effectiveOn).map(one => [keyOf(one), one]))
  if (leaving.size === 0) return []
  return (await listObligations(db, EVERYTHING, { on: effectiveOn }, WHOLE, passages)).flatMap(one => {
    const before = leaving.get(keyOf(one))
    if (before === undefined || before.agency === one.agency) return []
    const { agency, subject, indicator, period: { code: period }, deadline } = one
    return [{ agency, from: before.agency, subject, indicator, period, deadline }]
  })
}

function keyOf ({ indicator, subject, period }: NamedObligation): string {
  return `${indicator} ${subject} ${period.code}`
}
