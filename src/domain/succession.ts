import type { CivilDate } from './date.js'
import type { Share } from './words.js'

/** What of a body passed on to another on a day. */
export interface Succession {
  readonly from: string
  readonly to: string
  readonly share: Share
  readonly effectiveOn: CivilDate
  readonly reorganisation: string
  /**
   * The indicators it names, by themselves or by their targets; undefined: it names no functions at all, and takes the
   * rest.
   */
  readonly indicators?: readonly string[] | undefined
}

export type Side = 'successors' | 'predecessors'

/**
 * Every passage on the way from (or to) a body, each no earlier (no later) than the one before it: what B had passed on
 * before it took over from A does not come from A. `depth` counts passages.
 */
export function lineageOf<S extends Succession> (
  all: readonly S[], code: string, side: Side, { on, depth }: { on: CivilDate, depth: number }
): S[] {
  const forward = side === 'successors'
  const found = new Set<S>()
  // the day from which (to which) a body's passages belong to the line
  const bounds = new Map<string, CivilDate>([[code, forward ? '' : on]])
  let frontier = [code]
  for (let level = 0; level < depth && frontier.length > 0; level++) {
    const next = new Set<string>()
    for (const one of all) {
      const [near, far] = forward ? [one.from, one.to] : [one.to, one.from]
      if (!frontier.includes(near) || one.effectiveOn > on) continue
      const bound = bounds.get(near)!
      if (forward ? one.effectiveOn < bound : one.effectiveOn > bound) continue
      found.add(one)
      const known = bounds.get(far)
      if (known === undefined || (forward ? one.effectiveOn < known : one.effectiveOn > known)) {
        bounds.set(far, one.effectiveOn)
        next.add(far)
      }
    }
    frontier = [...next]
  }
  return [...found].sort((a, b) => order(a.effectiveOn, b.effectiveOn) || order(a.from, b.from) || order(a.to, b.to) ||
    order(a.reorganisation, b.reorganisation))
}

/** Whoever has taken over all of it by the day, through any number of reorganisations; undefined when nobody has. */
export function wholeSuccessor (all: readonly Succession[], code: string, on: CivilDate): string | undefined {
  const seen = new Set([code])
  let current = code
  for (;;) {
    const next = all.find(one => one.from === current && one.share === 'whole' && one.effectiveOn <= on)
    if (next === undefined || seen.has(next.to)) return current === code ? undefined : current
    seen.add(next.to)
    current = next.to
  }
}

/**
 * The bodies that were, on the first of the days, what a body is on the last: itself if it existed, and whoever it took
 * over as a whole in between, through any number of reorganisations.
 */
export function bodiesOn (
  all: readonly Succession[], code: string, indicator: string, days: { from: CivilDate, to: CivilDate },
  existed: (code: string) => boolean
): string[] {
  const found = new Set<string>()
  const pending: { code: string, until: CivilDate }[] = [{ code, until: days.to }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next.code)) continue
    found.add(next.code)
    for (const one of all) {
      if (one.to !== next.code || one.share !== 'whole' || one.effectiveOn <= days.from ||
        one.effectiveOn > next.until) {
        continue
      }
      if (carries(one, all, indicator)) pending.push({ code: one.from, until: one.effectiveOn })
    }
  }
  return [...found].filter(existed).sort()
}

/**
 * Who goes on with the indicator's figures of a body that ended, `day` being the first without it: whoever was named
 * for it on that day, else whoever took the rest, or all of it. Undefined when that is nobody, or several.
 */
export function heirOf (
  all: readonly Succession[], code: string, indicator: string, day: CivilDate
): string | undefined {
  const passages = all.filter(one => one.from === code && one.effectiveOn === day)
  const named = passages.filter(one => one.indicators?.includes(indicator) === true)
  const heirs = new Set((named.length > 0
    ? named
    : passages.filter(one => one.indicators === undefined)).map(one => one.to))
  return heirs.size === 1 ? [...heirs][0] : undefined
}

/**
 * Whether figures of the indicator go the way of this passage: it names it, or takes the rest and no other names it.
 */
export function carries (one: Succession, all: readonly Succession[], indicator: string): boolean {
  if (one.indicators !== undefined) return one.indicators.includes(indicator)
  return !all.some(other => other.reorganisation === one.reorganisation && other.from === one.from &&
    other.indicators?.includes(indicator) === true)
}

/** Bodies that lead back to themselves, e.g. [A, B, A]. */
export function findCircle (edges: readonly { from: string, to: string }[]): string[] | undefined {
  const done = new Set<string>()
  const climb = (code: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(code)
    if (at !== -1) return [...path.slice(at), code]
    if (done.has(code)) return undefined
    for (const edge of edges) {
      if (edge.from !== code) continue
      const found = climb(edge.to, [...path, code])
      if (found !== undefined) return found
    }
    done.add(code)
    return undefined
  }
  for (const { from } of edges) {
    const found = climb(from, [])
    if (found !== undefined) return found
  }
  return undefined
}

function order (a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** What is named, where it is less than everything. */
export interface Functions {
  targets?: readonly string[] | undefined, tasks?: readonly string[] | undefined,
  indicators?: readonly string[] | undefined
}
