import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import type { Transactor } from '../../ledger/unit.js'
import { reorganisations } from '../../db/schema/index.js'
import { badRequest, bodyError, conflict, notFound, unprocessable, type FieldError } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { lockStructure } from '../agencies/actions.js'
import { findAgency, listHistories, listLinks, type StoredHistory } from '../agencies/queries.js'
import { resolveAgencies } from '../../world/agencies.js'
import { lifetimeOf, type Link } from '../agencies/rules.js'
import { holdPeriodLife } from '../../world/period-life.js'
import { insertWithdrawals } from '../pushes/review-actions.js'
import { NOUNS, unknownReference } from '../references.js'
import { attempt, writeDuties, writeStructure } from './actions.js'
import {
  copyExtensions, copyFigures, listMeetings, listOwn, listStandingRevisions, lockFigures, markDuplicate, moveGrants,
  type MeetingFigure
} from './duplicate-queries.js'
import { checkPair, checkPassages, disagreement, outcomeOf, type FigureOutcome, type Pair } from './duplicate-rules.js'
import type { DuplicateInput } from './duplicate-schemas.js'
import { planDuties } from './duties.js'
import { presentChanges } from './present.js'
import { lockDuties, lockGrants, type ReorganisationRow } from './queries.js'
import { listSuccessions } from '../../world/successions.js'
import type { Wanted } from './rules.js'
import type { StructureChanges } from './structure.js'

/** A day before all that is recorded: what holds from then on holds on all days. */
const EVER = '1900-01-01'
/** The most figures that an answer lists. What became of any other can be read in its own history. */
const LISTED = 1_000

/**
 * A body that was entered twice is one: the duplicate leaves every scope on all days, and whatever led to it leads to
 * the right one. A past `asOf` shows what was known before.
 */
export async function repairDuplicate (
  unit: Transactor, code: string, input: DuplicateInput, client: string, dryRun: boolean
): Promise<ReorganisationRow> {
  return attempt(unit, dryRun, tx => apply(tx, code, input, client))
}

async function apply (
  tx: Transaction, duplicate: string, input: DuplicateInput, client: string
): Promise<ReorganisationRow> {
  // as pushes and reviews lock: figures first, then periods, then the structure
  await lockFigures(tx)
  await holdPeriodLife(tx, 'exclusive')
  await lockStructure(tx, [])
  const pair = { duplicate, right: await findRight(tx, duplicate, input.duplicateOf) }
  await lockStructure(tx, [duplicate, pair.right])
  const histories = await listHistories(tx, [duplicate, pair.right])
  const [wrong, right] = [histories.get(duplicate)!, histories.get(pair.right)!]
  const links = await listLinks(tx)
  const meetings = (await listMeetings(tx, pair)).map(one => ({ ...one, outcome: outcomeOf(one) }))
  const disagreeing = meetings.filter(one => one.outcome === 'disagrees')
  const errors = [
    ...checkPair(pair, { duplicate: wrong, right }, links),
    ...checkPassages(pair, await listSuccessions(tx)),
    ...checkOwn(duplicate, await listOwn(tx, duplicate)),
    ...input.disagreements === 'keep_right' ? [] : disagreeing.map(one => disagreement(pair, one))
  ]
  if (errors.length > 0) throw unprocessable(errors)

  const id = input.id ?? randomUUID()
  const reason = `${duplicate} → ${pair.right}: ${input.reason.vi} (${id})`
  const wanted = everythingOf(pair, lifetimeOf(wrong.names).validFrom)
  const changes = structureOf(pair, wrong, links)
  await writeStructure(tx, [], changes)
  await markDuplicate(tx, pair)
  const duties = planDuties(
    { ...wanted, effectiveOn: EVER }, await lockDuties(tx, [duplicate, pair.right], EVER)
  ).changes
  const begun = duties.map(one => ({ ...one, newId: randomUUID() as string }))
  await writeDuties(tx, begun, { sameBody: true })
  const grants = (await lockGrants(tx, [duplicate])).map(grant => ({
    change: 'begun' as const, grant, agency: pair.right, indicator: grant.indicator,
    validFrom: grant.validFrom ?? wanted.effectiveOn, validTo: grant.validTo
  }))
  await moveGrants(tx, pair)
  const extensions = await copyExtensions(tx, pair)
  // figures pass on under the name of who pushed them, and whoever repairs reviews nothing (migrations/0030_walls.sql)
  await tx.execute(sql`select set_config('registry.own_work', 'on', true)`)
  const copies = await copyFigures(tx, pair, meetings.filter(one => one.outcome === 'moved').map(one => one.id), reason)
  const replaced = await listStandingRevisions(tx, meetings.filter(one => one.outcome !== 'none').map(one => one.id))
  await insertWithdrawals(tx, client, replaced.map(one => ({ ...one, reason })))
  const [row] = await tx.insert(reorganisations).values({
    id,
    kind: 'entered_in_error',
    effectiveOn: wanted.effectiveOn,
    reason: input.reason,
    request: {
      ...input.id === undefined ? {} : { id }, duplicate, duplicateOf: pair.right,
      disagreements: input.disagreements ?? 'refuse'
    },
    changes: {
      ...presentChanges(wanted, changes, begun, grants, [], []),
      agencies: [{ agency: duplicate, change: 'entered_in_error', on: wanted.effectiveOn }],
      extensions,
      figures: presentFigures(meetings, copies)
    },
    agencies: [duplicate, pair.right].sort(),
    provenance: 'operational',
    clientId: client
  }).returning()
  return row!
}

/** The right body: another one, which is not a duplicate itself. */
async function findRight (tx: Transaction, duplicate: string, name: string): Promise<string> {
  const self = await findAgency(tx, duplicate)
  if (self === undefined) throw notFound(NOUNS.agency, duplicate)
  if (self.duplicateOf !== null) {
    throw conflict({
      vi: `“${duplicate}” đã được xác định là ghi nhầm; thực ra là “${self.duplicateOf}”.`,
      en: `"${duplicate}" was entered in error already; it is "${self.duplicateOf}".`
    })
  }
  const right = (await resolveAgencies(tx, [name], today())).get(name)
  if (right === undefined) throw unprocessable([unknownReference('agency', name, { pointer: '/duplicateOf' })])
  if (right !== duplicate) return right
  throw badRequest([bodyError('/duplicateOf', 'same_agency', 'Phải là một cơ quan khác.', 'Must be another agency.')])
}

function everythingOf ({ duplicate, right }: Pair, firstDay: string): Wanted {
  return {
    kind: 'merge', effectiveOn: firstDay, establish: [], rename: [], from: [duplicate], to: [right],
    mapping: [
      { from: duplicate, to: right, share: 'whole' }
    ], close: [duplicate], parents: [], identifiers: { close: [], open: [] }
  }
}

/**
 * The duplicate loses its names and parents; its identifiers, and the bodies below it, become those of the right body.
 */
function structureOf (
  { duplicate, right }: Pair, wrong: StoredHistory, links: readonly (Link & { id: number })[]
): StructureChanges {
  const children = links.filter(link => link.parent === duplicate && link.agency !== duplicate)
  return {
    established: [],
    ended: [],
    names: wrong.names.map(fact => ({ agency: duplicate, change: 'removed', fact })),
    parents: [
      ...wrong.parents.map(fact => ({ agency: duplicate, change: 'removed' as const, fact })),
      ...children.flatMap(({ agency, ...fact }) => {
        const { id, ...kept } = fact
        return [
          { agency, change: 'removed' as const, fact },
          { agency, change: 'begun' as const, fact: { ...kept, parent: right } }
        ]
      })
    ],
    identifiers: wrong.identifiers.flatMap(fact => {
      const { id, ...kept } = fact
      return [
        { agency: duplicate, change: 'removed' as const, fact }, { agency: right, change: 'begun' as const, fact: kept }
      ]
    })
  }
}

/** Targets and plans that name the duplicate, and whose agency cannot be changed any more. */
function checkOwn (
  duplicate: string, { targets, plans }: { targets: readonly string[], plans: readonly string[] }
): FieldError[] {
  return [
    ...targets.map(id => bodyError('/duplicateOf', 'target_of_duplicate',
      `Mục tiêu “${id}” giao đích danh “${duplicate}”: hãy bãi bỏ mục tiêu ấy từ ngày đầu bằng một lần điều chỉnh ` +
      '(state = dropped), rồi giao cho cơ quan đúng.',
      `The target "${id}" asks "${duplicate}" by name: drop it from its first day by an amendment (state = dropped), ` +
      'and give it to the right one.')),
    ...plans.map(code => bodyError('/duplicateOf', 'plan_of_duplicate',
      `Kế hoạch “${code}” là của “${duplicate}”.`, `The plan "${code}" is that of "${duplicate}".`))
  ]
}

function presentFigures (
  meetings: readonly (MeetingFigure & { outcome: FigureOutcome })[], copies: ReadonlyMap<string, string>
) {
  const standing = meetings.filter(one => one.outcome !== 'none')
  const count = (outcome: FigureOutcome) => standing.filter(one => one.outcome === outcome).length
  return {
    moved: count('moved'),
    same: count('same'),
    keptRight: count('disagrees'),
    list: standing.slice(0, LISTED).map(({ id, indicator, period, breakdownKey, outcome, figure, other, otherId }) => ({
      indicator,
      period,
      breakdown: breakdownKey,
      outcome: outcome === 'disagrees' ? 'kept_right' : outcome,
      from: { measurement: id, figure },
      to: { measurement: copies.get(id) ?? otherId!, figure: other?.figure ?? figure }
    })),
    truncated: standing.length > LISTED
  }
}
