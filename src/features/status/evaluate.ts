import type { Queryable } from '../../db/client.js'
import { windowOf } from '../../domain/calendar.js'
import { partsOf, type CivilDate } from '../../domain/date.js'
import { dutyIn, type DutyFacts } from '../../domain/owners.js'
import { findExcuse, findExtension, lifeOf, type DutyPeriod } from '../../domain/period-life.js'
import { parsePeriod } from '../../domain/period.js'
import { bodiesOn } from '../../domain/succession.js'
import { evaluateStatus, type Leave, type Status, type StatusScope } from '../../domain/status/index.js'
import { isHeadlineOn } from '../../domain/target-life.js'
import type { Structure, StructureAgency, Timeline } from '../../world/structure.js'
import { loadTimeline } from '../../world/agencies.js'
import { listHolidays } from '../../world/holidays.js'
import { dutyPeriodOf, heirsOf, loadLeads, loadLife } from '../../world/period-life.js'
import { loadStanding } from '../../world/explanations.js'
import { listSuccessions } from '../../world/successions.js'
import type { Sight } from '../../world/sight.js'
import { explainedOf, type Explained } from './explained.js'
import {
  findRules, lastKnown, listDimensionMembers, listFigures, listRoles, type Instant, type TargetInForce
} from '../../world/figures.js'
import { scopeOf } from '../../world/scope.js'
import type { Basis } from '../../domain/words.js'
import { breakdownKeysOf, runningPeriods, reported, type Dimensions } from '../../world/reporters.js'

/** `sight`: whose pending figures count too, where those are asked for. */
export interface Moment extends Instant { readonly basis: Basis, readonly sight: Sight }

export interface EvaluatedTarget extends TargetInForce {
  readonly status: Status
  readonly lead: StructureAgency | undefined
  readonly explained: Explained
  readonly on: CivilDate
  readonly asOf: string
  readonly counted: Basis
}

/** The agencies of a day and of the days before, and who has a role in which target on the day. */
export interface Setting {
  timeline: Timeline, structure: Structure, roles: readonly { target: string, agency: string, role: string }[]
}

export async function loadSetting (db: Queryable, instant: Instant): Promise<Setting> {
  const timeline = await loadTimeline(db, instant.at)
  return { timeline, structure: timeline.on(instant.on), roles: await listRoles(db, instant) }
}

/**
 * The status of each of the targets: a fixed number of queries however many targets, agencies and figures there are.
 * To be called within one snapshot (REPEATABLE READ), so that a push that commits meanwhile is in all of the answer or
 * in none of it.
 */
export async function evaluateTargets (
  db: Queryable, targets: readonly TargetInForce[], setting: Setting, moment: Moment
): Promise<EvaluatedTarget[]> {
  if (targets.length === 0) return []
  const { on, at, basis, sight } = moment
  const dimensions = await listDimensionMembers(
    db, [...new Set(targets.flatMap(({ target }) => target.scope.dimension ?? []))], at
  )
  const holidays = await listHolidays(db, at)
  const rules = await findRules(db, moment)
  if (rules === undefined) throw new Error('there is no status rule set: the seed was not loaded')
  const range = {
    at,
    indicators: [...new Set(targets.map(({ indicator }) => indicator.code))],
    fromYear: Math.min(...targets.map(({ target }) => target.planYear)),
    toYear: Math.max(...targets.map(({ target }) => partsOf(target.dueDate).year))
  }
  const { figures, knownAt = '' } = await listFigures(db, {
    ...range,
    sight,
    of: 'reporting',
    breakdownKeys: breakdownKeysOf(targets, dimensions),
    running: { on, periods: runningPeriods(targets, on) }
  })
  const life = await loadLife(db, { at })
  const known = await lastKnown(db, at)
  const asOf = known > knownAt ? known : knownAt
  const led = await loadLeads(db, targets.map(({ indicator }) => indicator.code), at)
  const successions = await listSuccessions(db, at)
  const heirs = heirsOf(code => setting.structure.former.get(code)?.until, successions)
  const standing = await loadStanding(db, range)
  const leads = new Map(setting.roles.filter(({ role }) => role === 'lead')
    .map(({ target, agency }) => [target, agency]))
  return targets.map(item => {
    const { target, indicator, calendar } = item
    const scopeIn = (structure: Structure) => scopeSeenOn(on, item, structure, dimensions)
    const scope = scopeIn(setting.structure)
    const scopeOn = (day: CivilDate) => scopeIn(setting.timeline.on(day))
    const lead = leads.get(target.id)
    const leaveOf = (reporter: string, period: string) =>
      leaveFrom(dutyPeriodOf(life, parsePeriod(period)!, calendar, holidays), {
        subject: reporter,
        indicator: indicator.code,
        on,
        leads: led(indicator.code, reporter).filter(one => one.target === target.id).map(({ leadOn }) => leadOn),
        aboveOn: day => setting.timeline.aboveOn(reporter, day),
        ...heirs
      })
    const madeOf = (member: string, day: CivilDate) =>
      bodiesOn(successions, member, indicator.code, {
        from: day, to: on
      }, code => setting.timeline.on(day).alive.has(code))
    const status = evaluateStatus({
      target, indicator, calendar, holidays, scope, scopeOn, leaveOf, madeOf, phases: item.life.phases,
      changesWithin: setting.timeline.changesWithin,
      figures: figures.get(indicator.code) ?? [], rules, on, basis
    })
    const explained = explainedOf(target, status, standing, period =>
      scopeOn(windowOf(parsePeriod(period)!, calendar).to).reporters.map(({ code }) => code))
    const leading = lead === undefined ? undefined : setting.structure.alive.get(lead)
    return { ...item, status, explained, lead: leading, on, asOf, counted: basis }
  })
}

/** What a body that ended owed by a later day is owed by nobody where nobody goes on with it. */
function leaveFrom (of: DutyPeriod, facts: DutyFacts): Leave | undefined {
  const { period, rule, holidays, transitions, extensions } = of
  const { ended, ...duty } = dutyIn(of, facts)
  if (extensions.length === 0 && transitions.length === 0 && !ended) return undefined
  const { state, by } = lifeOf(period, rule, holidays, transitions, facts.on)
  return {
    until: findExtension(extensions, duty)?.until,
    excused: ended || findExcuse(extensions, duty) !== undefined,
    closed: by === 'hand' && state !== 'open'
  }
}

/**
 * The scope on the day of the structure, as it is seen on `on`. A target that is the headline of several levels no
 * longer is rolled up for the periods before too; who owed their figures does not change by that.
 */
function scopeSeenOn (on: CivilDate, item: TargetInForce, structure: Structure, dimensions: Dimensions): StatusScope {
  const then = reported(item, scopeOf(item, structure, dimensions))
  if (!isHeadlineOn(item.life, structure.on) || isHeadlineOn(item.life, on)) return then
  const plain = { ...item, life: { ...item.life, levels: [] } }
  return { ...then, members: reported(plain, scopeOf(plain, structure, dimensions)).members }
}
