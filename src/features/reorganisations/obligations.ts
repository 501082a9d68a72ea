import type { Queryable } from '../../db/client.js'
import { addDays, type CivilDate } from '../../domain/date.js'
import { heirOf, type Succession } from '../../domain/succession.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { listObligations, type NamedObligation } from '../obligations/load.js'
import type { Wanted } from './rules.js'
import type { Changes } from './schemas.js'

/** All that has been recorded, by this transaction too. */
const EVERYTHING = 'infinity'
const REPORTED: ReadonlySet<NamedObligation['state']> = new Set(['submitted', 'accepted', 'excused'])

/** What is owed of periods that are over on the day, and was not reported. To be read before anything is written. */
export async function listUnreported (db: Queryable, on: CivilDate): Promise<NamedObligation[]> {
  return (await listObligations(db, EVERYTHING, { on })).filter(one => !REPORTED.has(one.state) && one.window.to <= on)
}

/** The passages of the reorganisation as they will be stored. `indicatorOf`: of a target. */
export function passagesOf ({ mapping, effectiveOn }: Wanted, indicatorOf: ReadonlyMap<string, string>): Succession[] {
  return mapping.map(({ from, to, share, functions }) => ({
    from,
    to,
    share,
    effectiveOn,
    reorganisation: '',
    ...functions === undefined ? {} : { indicators: [...functions.indicators ?? [], ...(functions.targets ?? []).flatMap(target => indicatorOf.get(target) ?? [])] }
  }))
}

export interface Reach {
  /** The bodies that end. */
  ended: readonly string[]
  effectiveOn: CivilDate
  today: CivilDate
  /** Before the reorganisation. */
  known: readonly Succession[]
  passages: readonly Succession[]
}

/**
 * What the bodies that end leave unreported, and nobody goes on with: their own figures, and those of bodies that they took
 * over. The figure that a lead owes for a whole goes the way of its assignment. What a period that still runs will bring
 * nobody knows: it can be reported until the day.
 */
export function findLeft (unreported: readonly NamedObligation[], { ended, effectiveOn, today, known, passages }: Reach): FieldError[] {
  const ending = new Set(ended)
  const all = [...known, ...passages]
  return unreported.flatMap(one => {
    const own = one.subject === one.agency || one.takenOverFrom !== undefined || ending.has(one.subject)
    const body = lineEnd(known, one.agency, one.indicator, addDays(effectiveOn, -1))
    if (!own || one.window.to > today || !ending.has(body) || heirOf(all, body, one.indicator, effectiveOn) !== undefined) return []
    return [withoutHeir(one, body)]
  })
}

/** Who answers for its figures by the day, through any number of reorganisations. */
function lineEnd (all: readonly Succession[], code: string, indicator: string, on: CivilDate): string {
  const seen = new Set<string>()
  let current = code
  for (let next: string | undefined = current; next !== undefined && !seen.has(next); next = heirOf(all, next, indicator, on)) {
    seen.add(next)
    current = next
  }
  return current
}

function withoutHeir ({ agency, subject, indicator, period: { code }, state }: NamedObligation, body: string): FieldError {
  const [whose, of] = subject === body ? ['', ''] : [` của “${subject}”`, ` of "${subject}"`]
  const [since, before] = agency === body || subject === agency ? ['', ''] : [` (“${agency}” còn nợ)`, ` (owed by "${agency}")`]
  return bodyError('/mapping', 'open_duty_without_successor',
    `“${body}” còn nợ số liệu ${indicator} kỳ ${code}${whose}${since}, trạng thái “${state}”, mà “mapping” không cho biết rõ cơ quan nào tiếp nhận. Hãy gửi số liệu, nêu cơ quan tiếp nhận, hoặc miễn báo cáo (POST /v1/extensions, kind “excuse”).`,
    `"${body}" still owes ${indicator} for ${code}${of}${before} (${state}), and the mapping does not clearly say who goes on with it. Report the figure, name a successor, or excuse it (POST /v1/extensions, kind \`excuse\`).`)
}

/** What others owe from the day on, as things stand: that whose deadline the bodies do not live to see. To be read when the structure and the assignments are written. */
export async function listMoved (db: Queryable, unreported: readonly NamedObligation[], { ended, effectiveOn, passages }: Reach): Promise<NonNullable<Changes['obligations']>> {
  const leaving = new Map(unreported.filter(one => ended.includes(one.agency) && one.deadline >= effectiveOn).map(one => [keyOf(one), one]))
  if (leaving.size === 0) return []
  return (await listObligations(db, EVERYTHING, { on: effectiveOn }, passages)).flatMap(one => {
    const before = leaving.get(keyOf(one))
    if (before === undefined || before.agency === one.agency) return []
    const { agency, subject, indicator, period: { code: period }, deadline } = one
    return [{ agency, from: before.agency, subject, indicator, period, deadline }]
  })
}

function keyOf ({ indicator, subject, period }: NamedObligation): string {
  return `${indicator} ${subject} ${period.code}`
}
