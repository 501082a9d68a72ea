import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { indicators } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { inOrder } from '../../domain/time-basis.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { badRequest, unprocessable, type FieldError } from '../../http/problem.js'
import { requireAdministrator, type Asker } from '../identity/administrator.js'
import { checkQuote } from '../provenance.js'
import { findUnknown } from '../references.js'
import { findUse, type IndicatorRow } from './queries.js'
import { checkDecimals, checkFrequencies, checkInUse, checkIndicator, decidingChanges, searchTextOf } from './rules.js'
import type { IndicatorInput, IndicatorPatch } from './schemas.js'

const UNREVIEWED = {
  vi: 'Số liệu được chấp nhận mà không ai xem: chỉ client có scope registry:admin đặt được “automatic”; hãy dùng ' +
    '“manual”.',
  en: 'Figures are accepted with nobody looking at them: `automatic` takes the scope registry:admin; say `manual`.'
}
const DECIDES = {
  vi: 'Điều này quyết định số liệu nào được nhận, được tính hay phải chờ duyệt: chỉ client có scope registry:admin ' +
    'đổi được.',
  en: 'This decides which figures are taken, count or await review: changing it takes the scope registry:admin.'
}

type Whole = Omit<typeof indicators.$inferInsert, 'code'>

export async function createIndicator (unit: Transactor, input: IndicatorInput, asker: Asker): Promise<IndicatorRow> {
  const { code, provenance = 'operational', ...rest } = input
  requireAdministrator(asker, input.reviewPolicy === 'automatic' ? ['/reviewPolicy'] : [], UNREVIEWED)
  return withTransaction(unit, async tx => {
    const malformed = checkFrequencies(rest)
    if (malformed.length > 0) throw badRequest(malformed)
    const whole = toColumns({ ...rest, provenance })
    await judge(tx, whole)
    const [row] = await tx.insert(indicators).values({ ...whole, code }).returning()
    return row!
  })
}

/** Undefined when there is no such indicator. */
export async function changeIndicator (
  unit: Transactor, code: string, patch: IndicatorPatch, expected: Precondition, asker: Asker
): Promise<IndicatorRow | undefined> {
  return withTransaction(unit, async tx => {
    // This lock waits for figures and targets that are just being written, so that "in use" cannot be missed.
    const [row] = await tx.select().from(indicators).where(eq(indicators.code, code)).for('update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const malformed = patch.frequency === undefined && patch.frequencies === undefined ? [] : checkFrequencies(patch)
    if (malformed.length > 0) throw badRequest(malformed)
    const whole = toColumns({
      ...fromColumns(row), ...patch.frequency === undefined ? {} : { frequencies: [patch.frequency] }, ...patch
    })
    requireAdministrator(asker, decidingChanges(row, whole), DECIDES)
    const errors = checkInUse(await findUse(tx, code), factsOf(row), factsOf({ ...row, ...whole } as IndicatorRow))
    await judge(tx, whole, errors)
    const [changed] = await tx.update(indicators).set({ ...whole, rowVersion: sql`${indicators.rowVersion} + 1` })
      .where(eq(indicators.code, code)).returning()
    return changed
  })
}

async function judge (tx: Transaction, whole: Whole, errors: FieldError[] = []): Promise<void> {
  const malformed = checkDecimals(whole)
  const all = [
    ...malformed, ...errors, ...checkIndicator(whole), ...checkQuote(whole),
    ...await findUnknown(tx, [
      { noun: 'pillar', value: whole.pillarCode, pointer: '/pillar' },
      { noun: 'calendar', value: whole.calendarCode, pointer: '/calendar' }
    ])
  ]
  if (malformed.length > 0) throw badRequest(all)
  if (all.length > 0) throw unprocessable(all)
}

function factsOf (row: IndicatorRow) {
  return { ...row, calendar: row.calendarCode, frequencies: [row.frequency, ...row.coarserFrequencies] }
}

type Wire = { [K in keyof Required<IndicatorPatch>]?: IndicatorPatch[K] | undefined } &
  Pick<IndicatorInput, 'pillar' | 'name' | 'unit' | 'valueKind' | 'decimals' | 'direction' | 'aggregation' |
    'calendar' | 'reviewPolicy'>

function toColumns (wire: Wire): Whole {
  const { pillar, calendar, name, definition, frequency, frequencies = [frequency!], ...rest } = wire
  const [finest, ...coarser] = inOrder(frequencies)
  const {
    minimum = null, maximum = null, numerator = null, denominator = null, population = null, exclusions = null,
    conditions = null, interpretation = null, quote = null, provenance = 'operational'
  } = rest
  return {
    ...rest,
    frequency: finest!,
    coarserFrequencies: coarser,
    pillarCode: pillar,
    calendarCode: calendar,
    nameVi: name.vi,
    nameEn: name.en ?? null,
    definition: definition ?? null,
    search: searchTextOf(name, definition),
    ...{
      minimum, maximum, numerator, denominator, population, exclusions, conditions, interpretation, quote, provenance
    }
  }
}

function fromColumns (row: IndicatorRow): Wire {
  const {
    code, pillarCode, calendarCode, nameVi, nameEn, frequency, coarserFrequencies, search, rowVersion, recordedAt,
    knownFrom, ...rest
  } = row
  return {
    ...rest, frequencies: [frequency, ...coarserFrequencies], pillar: pillarCode, calendar: calendarCode,
    name: nameEn === null ? { vi: nameVi } : { vi: nameVi, en: nameEn }
  } as Wire
}
