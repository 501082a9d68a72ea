import type { AgencyKind, Level } from '../domain/words.js'

/** Whom a target asks for figures. */
export interface TargetScope { level: Level | null, agency: string | null, planAgency: string }

export interface PlacedAgency { code: string, kind: AgencyKind, level: Level, ancestors: ReadonlySet<string> }

/**
 * The kinds whose figures a level's target is made of: the bodies that do the level's work, not the committee's own
 * staff bodies.
 */
const LEVEL_KINDS: Readonly<Record<Level, AgencyKind>> = {
  province: 'department', district: 'district_committee', commune: 'commune_committee'
}

/** Whether an agency of this kind and level is a member of the scope `{ level }`. */
export function isMemberOfLevel (agency: { kind: AgencyKind, level: Level }, level: Level): boolean {
  return agency.level === level && agency.kind === LEVEL_KINDS[level]
}

/**
 * Whether a figure for the agency can count for a target of this scope: it is the whole, or part of it. A target
 * without level or agency is the plan's own agency's.
 */
export function inScope (scope: TargetScope, agency: PlacedAgency): boolean {
  const whole = scope.agency ?? scope.planAgency
  if (agency.code === whole || agency.ancestors.has(whole)) {
    return scope.level === null || agency.code === whole || isMemberOfLevel(agency, scope.level)
  }
  return false
}
