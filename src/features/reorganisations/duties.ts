import { addDays, type CivilDate } from '../../domain/date.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import type { Passage, Wanted } from './rules.js'
import type { Role } from '../../domain/words.js'

/** An assignment. */
export interface Duty {
  id: string
  agency: string
  target?: string | undefined
  task?: string | undefined
  /** Of the target. */
  indicator?: string | undefined
  role: Role
  validFrom: CivilDate
  validTo?: CivilDate | undefined
}

export type DutyChange =
  | { change: 'ended', duty: Duty, validTo: CivilDate }
  /** It would have begun on the day or later: it never does. */
  | { change: 'removed', duty: Duty }
  /** A copy of `duty` for another body, or for the days that are left of its own. */
  | { change: 'begun', duty: Duty, agency: string, validFrom: CivilDate, validTo?: CivilDate | undefined }

const END = '9999-12-31'
const STRENGTH: Readonly<Record<Role, number>> = { lead: 2, cooperate: 1, monitor: 0 }

/**
 * Who receives what of a body's functions. A whole, or the one passage that names no functions, takes whatever no
 * other names.
 */
function restOf (passages: readonly Passage[]): string | undefined {
  const rest = passages.filter(one => one.functions === undefined)
  return rest.length === 1 ? rest[0]!.to : undefined
}

/** Undefined: the duty stays where it is. Empty: nobody clearly takes over. */
function receiversOf (duty: Duty, { mapping, close }: Wanted): string[] | undefined {
  const passages = mapping.filter(one => one.from === duty.agency && one.to !== duty.agency)
  const byName = passages.filter(({ functions }) =>
    (duty.target !== undefined && functions?.targets?.includes(duty.target)) ||
      (duty.task !== undefined && functions?.tasks?.includes(duty.task)))
  const named = byName.length > 0
    ? byName
    : passages.filter(({ functions }) =>
      duty.indicator !== undefined && functions?.indicators?.includes(duty.indicator))
  if (named.length > 0) return named.map(one => one.to)
  if (!close.includes(duty.agency)) return undefined
  const rest = restOf(passages)
  return rest === undefined ? [] : [rest]
}

/**
 * What becomes of the assignments of those who pass functions on, on the day and after it. `duties`: those of the
 * bodies that pass on or end, and those that the receivers have already. Of several roles that come together in one
 * target or task the strongest is kept, once.
 */
export function planDuties (wanted: Wanted, duties: readonly Duty[]): { changes: DutyChange[], errors: FieldError[] } {
  const day = wanted.effectiveOn
  const open = duties.filter(duty => (duty.validTo ?? END) >= day)
  const errors: FieldError[] = []
  const moving = new Map<Duty, string[]>()
  for (const duty of open) {
    const receivers = receiversOf(duty, wanted)
    if (receivers === undefined) continue
    if (receivers.length === 0) errors.push(withoutSuccessor(duty))
    else if (receivers.length > 1 && duty.role === 'lead') errors.push(severalLeads(duty, receivers))
    moving.set(duty, receivers)
  }
  if (errors.length > 0) return { changes: [], errors }

  const changes: DutyChange[] = [...moving.keys()].map(duty => endedBefore(duty, day))
  const meeting = new Map<string, { agency: string, spans: Span[] }>()
  for (const [duty, receivers] of moving) {
    for (const agency of receivers) {
      const key = JSON.stringify([agency, duty.target ?? null, duty.task ?? null])
      const group = meeting.get(key) ??
        {
          agency,
          spans: open.filter(own =>
            own.agency === agency && sameObject(own, duty) && !moving.has(own)).map(own => spanOf(own, day, true))
        }
      group.spans.push(spanOf(duty, day, false))
      meeting.set(key, group)
    }
  }
  for (const { agency, spans } of meeting.values()) changes.push(...settle(spans, agency, day))
  return { changes, errors }
}

interface Span { duty: Duty, own: boolean, from: CivilDate, to: CivilDate }

function spanOf (duty: Duty, day: CivilDate, own: boolean): Span {
  return { duty, own, from: duty.validFrom < day ? day : duty.validFrom, to: duty.validTo ?? END }
}

/** One role on each day: the strongest; of equals the receiver's own, then the one that began first. */
function settle (spans: readonly Span[], agency: string, day: CivilDate): DutyChange[] {
  const ranked = spans.toSorted((a, b) =>
    STRENGTH[b.duty.role] - STRENGTH[a.duty.role] || Number(b.own) - Number(a.own) ||
    compare(a.duty.validFrom, b.duty.validFrom) || compare(a.duty.id, b.duty.id))
  const starts = [...new Set(spans.flatMap(({ from, to }) => to === END ? [from] : [from, addDays(to, 1)]))].sort()
  const runs: Span[] = []
  for (const [i, from] of starts.entries()) {
    const to = starts[i + 1] === undefined ? END : addDays(starts[i + 1]!, -1)
    const strongest = ranked.find(span => span.from <= from && from <= span.to)
    if (strongest === undefined) continue
    const last = runs.at(-1)
    if (last !== undefined && last.duty === strongest.duty && last.own === strongest.own &&
      addDays(last.to, 1) === from) last.to = to
    else runs.push({ ...strongest, from, to })
  }
  const begun = (run: Span): DutyChange =>
    ({ change: 'begun', duty: run.duty, agency, validFrom: run.from, validTo: run.to === END ? undefined : run.to })
  return spans.flatMap((span): DutyChange[] => {
    const [first, ...more] = runs.filter(run => run.duty === span.duty)
    if (!span.own) return first === undefined ? [] : [first, ...more].map(begun)
    if (first === undefined) return [endedBefore(span.duty, day)]
    if (first.from !== span.from) return [endedBefore(span.duty, day), ...[first, ...more].map(begun)]
    return [
      ...first.to === span.to ? [] : [{ change: 'ended', duty: span.duty, validTo: first.to } as const],
      ...more.map(begun)
    ]
  })
}

function endedBefore (duty: Duty, day: CivilDate): DutyChange {
  return duty.validFrom < day ? { change: 'ended', duty, validTo: addDays(day, -1) } : { change: 'removed', duty }
}

function sameObject (a: Duty, b: Duty): boolean {
  return a.target === b.target && a.task === b.task
}

const ROLES: Readonly<Record<Role, string>> = { lead: 'chủ trì', cooperate: 'phối hợp', monitor: 'theo dõi' }

function withoutSuccessor ({ agency, role, target, task }: Duty): FieldError {
  return bodyError('/mapping', 'open_duty_without_successor',
    `“${agency}” còn nhiệm vụ ${ROLES[role]} “${target ?? task}” mà “mapping” không cho biết rõ cơ quan nào tiếp nhận.`,
    `"${agency}" still has the duty "${target ?? task}" (${role}), and the mapping does not clearly say who takes it ` +
    'over.')
}

function severalLeads ({ agency, target, task }: Duty, receivers: readonly string[]): FieldError {
  const list = receivers.join(', ')
  return bodyError('/mapping', 'lead_to_several',
    `Việc chủ trì “${target ?? task}” của “${agency}” được chuyển cho nhiều cơ quan (${list}); chỉ một cơ quan chủ ` +
    'trì.',
    `The lead of "${target ?? task}" passes from "${agency}" to several (${list}); one leads.`)
}

/** What a client may report. */
export interface HeldGrant {
  id: string
  client: string
  agency: string
  withSubtree: boolean
  indicator?: string | undefined
  validFrom?: CivilDate | undefined
  validTo?: CivilDate | undefined
}

export type GrantChange =
  | {
    change: 'begun', grant: HeldGrant, agency: string, indicator?: string | undefined, validFrom: CivilDate,
    validTo?: CivilDate | undefined
  }
  /** Of a body that ends, and no successor is clear: an administrator decides. */
  | { change: 'not_followed', grant: HeldGrant }

/**
 * The grants that the successors get; the old ones stay, for the late figures of the old bodies. `grants`: of those who
 * pass on and of those who receive. `indicatorOf`: of a target.
 */
export function planGrants (
  wanted: Wanted, grants: readonly HeldGrant[], indicatorOf: ReadonlyMap<string, string>
): GrantChange[] {
  const { effectiveOn: day, mapping, close } = wanted
  const held = [...grants]
  const changes: GrantChange[] = []
  for (const grant of grants.filter(one => (one.validTo ?? END) >= day)) {
    const passages = mapping.filter(one => one.from === grant.agency && one.to !== grant.agency)
    const ends = close.includes(grant.agency)
    if (passages.length === 0 && !ends) continue
    const named = passages.flatMap(({ to, functions }) => functions === undefined
      ? []
      : [
          ...new Set([
            ...functions.indicators ?? [], ...(functions.targets ?? []).flatMap(target => indicatorOf.get(target) ?? [])
          ])
        ].sort().map(indicator => ({ agency: to, indicator })))
    const wants = grant.indicator === undefined ? named : named.filter(one => one.indicator === grant.indicator)
    const rest = ends ? restOf(passages) : undefined
    const received: { agency: string, indicator?: string | undefined }[] = [
      ...wants,
      ...rest !== undefined && (grant.indicator === undefined || wants.length === 0)
        ? [{ agency: rest, indicator: grant.indicator }]
        : []
    ]
    if (received.length === 0 && ends) changes.push({ change: 'not_followed', grant })
    const validFrom = grant.validFrom === undefined || grant.validFrom < day ? day : grant.validFrom
    for (const { agency, indicator } of received) {
      const next: HeldGrant = { ...grant, agency, indicator, validFrom }
      if (held.some(one => covers(one, next))) continue
      held.push(next)
      changes.push({ change: 'begun', grant, agency, indicator, validFrom, validTo: grant.validTo })
    }
  }
  return changes
}

function covers (one: HeldGrant, next: HeldGrant): boolean {
  return one.client === next.client && one.agency === next.agency && (one.withSubtree || !next.withSubtree) &&
    (one.indicator === undefined || one.indicator === next.indicator) &&
    (one.validFrom ?? '') <= next.validFrom! && (one.validTo ?? END) >= (next.validTo ?? END)
}

function compare (a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
