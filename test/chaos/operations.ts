import { random, type Random } from './random.js'

export const AGENCIES = 1_000
const MONTHS = 12
/** Members of the dimension; the first is everybody's, each of the others belongs to the long pushes that share a file. */
export const CELLS = 40
/** Five chunks of 2,500. */
export const LONG = 12_000
/** Figures that everybody corrects: few, so that pushes meet. */
const CONTENDED = 1_000

/** A figure that is pushed; `itemId` and `value` are of this row alone, wherever they are met again. */
export interface Row { itemId: string, indicator: string, agency: string, period: string, breakdown: { cell: string }, value: string, reason: string }

export type Kind = 'single' | 'atomic' | 'refused' | 'partial' | 'long'

/** What a report system wants done once, however often it has to say so. */
export interface Operation {
  /** Its Idempotency-Key too. */
  id: string
  kind: Kind
  path: string
  type: string
  body: string
  /** Those that are to be stored: none of what is refused as a whole. */
  rows: readonly Row[]
  /** That are not to be. */
  rejected: number
  status: number
  /** Long pushes of the same file come one after the other. */
  file?: number
}

const KINDS: Record<Kind, { path: string, type: string, status: number }> = {
  single: { path: '/v1/measurements', type: 'application/json', status: 201 },
  atomic: { path: '/v1/submissions', type: 'application/json', status: 201 },
  refused: { path: '/v1/submissions', type: 'application/json', status: 422 },
  partial: { path: '/v1/submissions?mode=partial', type: 'application/x-ndjson', status: 200 },
  long: { path: '/v1/submissions?mode=partial', type: 'application/x-ndjson', status: 200 }
}

/** Values from here on; never one twice. */
let values = 0

function row (itemId: string, place: number, cell: number): Row {
  return {
    itemId,
    indicator: 'CHAOS',
    agency: `XA-${1 + place % AGENCIES}`,
    period: `2024-${String(1 + Math.floor(place / AGENCIES) % MONTHS).padStart(2, '0')}`,
    breakdown: { cell: `m${cell}` },
    value: String(++values),
    reason: 'đếm lại'
  }
}

function placesOf (kind: Kind, chance: Random): number[] {
  switch (kind) {
    case 'single': return [chance.below(CONTENDED)]
    case 'atomic': return chance.some(10, CONTENDED)
    case 'refused': return chance.some(6, CONTENDED)
    case 'partial': return chance.some(16, CONTENDED)
    case 'long': return Array.from({ length: LONG }, (_, i) => i)
  }
}

export function operation (kind: Kind, id: string, chance: Random, file?: number): Operation {
  const rows = placesOf(kind, chance).map((place, i) => row(`${id}/${i}`, place, file ?? 0))
  const bad = { ...row(`${id}/bad`, 0, 0), agency: 'NOBODY' }
  const lines = (all: readonly object[]) => all.map(one => `${JSON.stringify(one)}\n`).join('')
  const body = kind === 'single'
    ? JSON.stringify(rows[0])
    : kind === 'atomic'
      ? JSON.stringify({ mode: 'atomic', rows })
      : kind === 'refused'
        ? JSON.stringify({ rows: [...rows, bad] })
        : kind === 'partial'
          ? `${lines(rows.slice(0, 9))}{"itemId":"${id}/broken\n${lines([bad, ...rows.slice(9)])}`
          : lines(rows)
  return {
    id,
    kind,
    ...KINDS[kind],
    body,
    rows: kind === 'refused' ? [] : rows,
    rejected: kind === 'partial' ? 2 : kind === 'refused' ? 1 : 0,
    ...file === undefined ? {} : { file }
  }
}

/** A mixture of small operations, with a long one at every `longEvery`-th place. Each follows from the seed and its number alone. */
export function mixture (seed: number, longEvery: number, files: number): (number: number) => Operation {
  return number => {
    const chance = random(seed, number)
    const id = `op-${seed}-${number}`
    if (number % longEvery === Math.floor(longEvery / 2)) return operation('long', id, chance, 1 + Math.floor(number / longEvery) % files)
    const dice = chance.next()
    return operation(dice < 0.7 ? 'single' : dice < 0.82 ? 'atomic' : dice < 0.88 ? 'refused' : 'partial', id, chance)
  }
}
