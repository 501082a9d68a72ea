import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { executePrepared, prepared } from '../../db/prepared.js'
import { instantFromDatabase } from '../../db/instant.js'
import { dayInProvince, type CivilDate } from '../../domain/date.js'
import { loadTimeline } from '../../world/agencies.js'
import { loadHeirs, loadLeads, loadLife, type Leads, type LifeRecords } from '../../world/period-life.js'
import { listHolidays } from '../../world/holidays.js'
import { listReporters, type Reporter } from '../../world/grants.js'
import { listActiveRules, type Rule } from './quality.js'
import { isTypedCode, plainly } from '../../http/misread.js'
import { listSuccessions } from '../../world/successions.js'
import { listTargetsInForce, type TargetInForce } from '../../world/figures.js'
import { findAgencies, findIndicators, findMembers } from './catalogue-queries.js'
import { usesIn, type Standing } from './count-rules.js'
import type { AgencyFacts, IndicatorFacts, PushFacts, PushRow } from './row.js'

/** What pushes are judged by, read by a transaction. */
export interface Reading {
  /** Everything that rows are judged against, whoever pushes them; what other rows need may be in it too. */
  facts (rows: readonly PushRow[]): Promise<PushFacts>
  /** By client: each of these is in it. */
  reporters (clientIds: readonly string[]): Promise<ReadonlyMap<string, Reporter>>
  /** The quality rules that are switched on for any of these indicators. */
  rules (indicators: readonly string[]): Promise<readonly Rule[]>
}

/**
 * Keeps what pushes are judged by, for the next push. Not a word of it is used after a change was committed, by
 * whatever process: each reading begins by asking the database, as its transaction sees it then, whether anything has
 * changed.
 */
export interface Catalogue {
  /**
   * In a READ COMMITTED transaction, before anything is written: waits until the indicators may be reported of, alone
   * or beside other pushes, and holds them; decisions about periods wait until the transaction ends. Then as of now,
   * at least: of a change that is committed while it is read, parts may be seen. `patienceMs`: it does not wait for
   * the indicators at all, and for whatever else it meets no longer than that.
   * @throws HeldUp for want of patience
   */
  hold (db: Queryable, indicators: readonly string[], alone: boolean, patienceMs?: number): Promise<Reading>
  /** As they were when somebody read them last, if they are kept: no more than a guess. */
  lastRules (indicators: readonly string[]): readonly Rule[]
}

/**
 * After a fail-over to a database that had lost its last transactions, what was read of them is forgotten after this.
 */
const MAX_AGE_MS = 10_000
/** Names of each kind that are kept. */
const MAX_NAMES = 100_000
/** As many communes as a province has, and more; to read them takes hundredths of a second. */
const MAX_EXPECTED = 1_000

export function createCatalogue (): Catalogue {
  let kept: Copy | undefined

  return {
    async hold (db, indicators, alone, patienceMs) {
      // the one that is asked about is the one that is used: while this waits, another push may keep another, of
      // another moment
      const asked = kept
      const { now, snapshot, changed, changing } = await holdPush(db, indicators, alone, asked?.snapshot, patienceMs)
      const day = dayInProvince(now)
      if (asked !== undefined && !changed && asked.day === day && !asked.isSpent()) return readingOf(db, asked, now)
      const copy = new Copy(snapshot, day, asked?.names())
      // what this transaction has changed itself nobody else may see
      if (!changing) kept = copy
      return readingOf(db, copy, now)
    },

    lastRules: indicators => kept?.rules.get(nameOf(indicators)) ?? []
  }
}

/** Somebody else has these indicators to himself: those who push figures of them wait, and nobody else. */
export class HeldUp extends Error {
  constructor (readonly indicators: ReadonlySet<string>) { super('an indicator is held') }
}

interface Held extends Record<string, unknown> {
  now: string
  /** What the transaction sees at this moment. */
  snapshot: string
  /** Since the snapshot that was given. */
  changed: boolean
  /** By this transaction itself. */
  changing: boolean
}

const given = sql`${sql.placeholder('codes')}::text[], ${sql.placeholder('alone')}::boolean,
  ${sql.placeholder('since')}::pg_snapshot`
const HOLD = prepared('hold_push', () => sql`
  select now::text, snapshot::text, changed, changing from hold_push(${given})`)
const TRY = prepared('try_push', () => sql`
  select held, now::text, snapshot::text, changed, changing from try_push(${given},
    ${sql.placeholder('patience')}::text)`)

async function holdPush (
  db: Queryable, indicators: readonly string[], alone: boolean, since: string | undefined,
  patienceMs: number | undefined
): Promise<Held> {
  const values = { codes: [...new Set(indicators)], alone, since: since ?? null }
  const [held] = patienceMs === undefined
    ? await executePrepared<Held & { held?: string[] }>(db, HOLD, values)
    : await executePrepared<Held & { held?: string[] }>(db, TRY, { ...values, patience: `${patienceMs}ms` })
  if (held!.held !== undefined && held!.held.length > 0) throw new HeldUp(new Set(held!.held))
  return { ...held!, now: instantFromDatabase(held!.now) }
}

/** Of a set of codes. */
const nameOf = (codes: readonly string[]) => JSON.stringify([...new Set(codes)].sort())

/** What was read since the snapshot; only added to. Two that read the same at once write the same. */
class Copy {
  readonly indicators = new Map<string, IndicatorFacts>()
  readonly agencies = new Map<string, AgencyFacts>()
  readonly members = new Map<string, ReadonlySet<string>>()
  readonly life = new Map<string, LifeRecords>()
  readonly leads = new Map<string, Leads>()
  readonly targets = new Map<string, readonly TargetInForce[]>()
  readonly reporters = new Map<string, Reporter>()
  readonly rules = new Map<string, readonly Rule[]>()
  holidays: PushFacts['holidays'] | undefined
  heirs: PushFacts['heirs'] | undefined
  /** Read only where there is a target for which a figure could count. */
  structure: Omit<Standing, 'targets'> | undefined
  private readonly since = performance.now()

  /** `expected`: names of agencies that will be asked for one after the other, and are read with the first that is. */
  constructor (readonly snapshot: string, readonly day: CivilDate, private expected: readonly string[] = []) {}

  /** Of the agencies that are known, or were before this one: a copy that follows is asked for the same. */
  names (): string[] {
    return [...this.agencies.keys(), ...this.expected].slice(0, MAX_EXPECTED)
  }

  takeExpected (): readonly string[] {
    const { expected } = this
    this.expected = []
    return expected
  }

  isSpent (): boolean {
    const { indicators, agencies, members, life, leads, targets, reporters, rules } = this
    const maps = [indicators, agencies, members, life, leads, targets, reporters, rules]
    return performance.now() - this.since > MAX_AGE_MS || maps.some(({ size }) => size > MAX_NAMES)
  }
}

/** Adds a code, and the code that may have been meant by it, so that a message can name that one. */
function addWithMeant (codes: Set<string>, code: string): void {
  codes.add(code)
  if (isTypedCode(code)) return
  const plain = plainly(code)
  if (plain !== '') codes.add(plain).add(plain.toUpperCase())
}

/** What does not exist is asked for again each time. */
async function complete<V> (
  map: Map<string, V>, missing: ReadonlySet<string>, load: (keys: string[]) => Promise<ReadonlyMap<string, V>>
): Promise<void> {
  if (missing.size > 0) for (const [key, value] of await load([...missing])) map.set(key, value)
}

const without = (
  map: ReadonlyMap<string, unknown>, keys: readonly string[]
) => new Set(keys.filter(key => !map.has(key)))

/** One value for all of them. */
const each = <V>(keys: readonly string[], value: V) => new Map(keys.map(key => [key, value]))

/** Given to queries that ask for an instant: they then find all that the transaction sees, whenever it was recorded. */
const NOW = 'infinity'

/** The targets in force on the day, by indicator; an indicator without targets is not in the map. */
async function findTargets (
  db: Queryable, indicators: readonly string[], day: CivilDate
): Promise<Map<string, readonly TargetInForce[]>> {
  const found = await listTargetsInForce(db, { indicators }, { on: day, at: NOW })
  return new Map(indicators.map(code => [code, found.filter(({ indicator }) => indicator.code === code)]))
}

const NOTHING_DECIDED: LifeRecords = { transitionsOf: () => [], extensionsOf: () => [] }
const NO_LEADS: Leads = () => []
const NOBODY: Reporter = { isActive: false, scopes: [], grants: [] }

function readingOf (db: Queryable, copy: Copy, now: string): Reading {
  return {
    async facts (rows) {
      const { indicators, agencies, members, life, leads, targets } = copy
      const missing = {
        indicators: new Set<string>(), agencies: new Set<string>(), members: new Set<string>(), life: new Set<string>(),
        leads: new Set<string>(), targets: new Set<string>()
      }
      for (const { indicator, agency, period, breakdown } of rows) {
        if (!indicators.has(indicator)) addWithMeant(missing.indicators, indicator)
        if (!agencies.has(agency)) addWithMeant(missing.agencies, agency)
        if (!life.has(period)) missing.life.add(period)
        if (!leads.has(indicator)) missing.leads.add(indicator)
        if (!targets.has(indicator)) missing.targets.add(indicator)
        for (const dimension in breakdown) if (!members.has(dimension)) missing.members.add(dimension)
      }
      await complete(indicators, missing.indicators, codes => findIndicators(db, codes))
      // single pushes of a whole province would else ask for one or two agencies each time
      if (missing.agencies.size > 0) for (const name of copy.takeExpected()) missing.agencies.add(name)
      await complete(agencies, missing.agencies, names => findAgencies(db, names, copy.day))
      await complete(members, missing.members, codes => findMembers(db, codes))
      await complete(life, missing.life, async periods => each(periods, await loadLife(db, { periods })))
      await complete(leads, missing.leads, async codes => each(codes, await loadLeads(db, codes)))
      await complete(targets, missing.targets, codes => findTargets(db, codes, copy.day))
      if (copy.structure === undefined && rows.some(({ indicator }) => targets.get(indicator)!.length > 0)) {
        copy.structure = { timeline: await loadTimeline(db, NOW), successions: await listSuccessions(db) }
      }
      copy.holidays ??= await listHolidays(db)
      copy.heirs ??= await loadHeirs(db, copy.day)
      return {
        now,
        indicators: copy.indicators,
        agencies: copy.agencies,
        members: copy.members,
        holidays: copy.holidays,
        heirs: copy.heirs,
        life: {
          transitionsOf: (calendar, period) =>
            (copy.life.get(period) ?? NOTHING_DECIDED).transitionsOf(calendar, period),
          extensionsOf: period => (copy.life.get(period) ?? NOTHING_DECIDED).extensionsOf(period)
        },
        leads: (indicator, whole) => (copy.leads.get(indicator) ?? NO_LEADS)(indicator, whole),
        usesIn: (indicator, period, window, today) => copy.structure === undefined
          ? undefined
          : usesIn(period, window, today, { ...copy.structure, targets: copy.targets.get(indicator) ?? [] })
      }
    },

    async reporters (clientIds) {
      await complete(copy.reporters, without(copy.reporters, clientIds), async missing => {
        const found = await listReporters(db, missing)
        return new Map(missing.map(id => [id, found.get(id) ?? NOBODY]))
      })
      return copy.reporters
    },

    async rules (indicators) {
      const key = nameOf(indicators)
      await complete(copy.rules, without(copy.rules, [key]), async () =>
        each([key], await listActiveRules(db, indicators)))
      return copy.rules.get(key)!
    }
  }
}
