import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { compare, parseDecimal } from '../../domain/decimal.js'
import { today } from '../../http/today.js'
import { mayReport, type Grant } from '../../world/grants.js'
import { findLocked } from '../../world/locks.js'
import type { Figure } from './figure.js'
import { isRoundedRatio } from './figure-rules.js'
import { listReaching } from './reach.js'
import type { NamedRevision } from './review-actions.js'
import { stateOf } from '../../world/revision-state.js'
import { problem } from './row-problem.js'
import type { PushRow, ResolvedRow } from './row.js'
import { figureOf, keysOf, underKey } from './store.js'
import type { RevisionState } from '../../domain/words.js'

/** Who withdraws: what its grants cover, and everything where it `reviews`. */
export interface Withdrawer { readonly grants: readonly Grant[], readonly reviews: boolean }

/** A row that withdraws, with the names that it goes by. */
export interface WithdrawingRow { row: PushRow, figure: ResolvedRow }

/** One of the revisions under a key, from the one that was accepted last on. */
export interface RevisionUnderKey extends Figure, NamedRevision {
  state: RevisionState
  /** It counts or did once. */
  decided: boolean
}

/** What a row withdraws, and what stands under its key afterwards: in the state of the registry, not of the push. */
export interface Withdrawal { revisions: readonly NamedRevision[], left: Figure | undefined }

export type WithdrawalDecision =
  | { outcome: 'withdrawn', withdrawal: Withdrawal }
  | { outcome: 'unchanged', id: string, revision: number }
  | { outcome: 'rejected', problems: StoredProblem[] }

/** What decides on a withdrawal beside what is stored under the key. */
interface Circumstances { decimals: number, isAllowed: boolean, locked: { vi: string, en: string } | undefined }

/**
 * What becomes of rows that withdraw, by two queries for what is stored and the rules that hold for
 * `POST /v1/measurements/{id}/withdrawal`. The indicators are held exclusively.
 */
export async function decideWithdrawals (
  db: Queryable, rows: readonly WithdrawingRow[], { grants, reviews }: Withdrawer
): Promise<WithdrawalDecision[]> {
  if (rows.length === 0) return []
  const figures = rows.map(({ figure }) => figure)
  const day = today()
  const stored = await listFromAccepted(db, figures)
  const reaching = await listReaching(db, figures, day)
  const locked = await findLocked(db, figures, day)
  return rows.map(({ row, figure: { key, agency, indicator, decimals } }, i) => {
    const isAllowed = reviews || mayReport({ grants }, { agency, ancestors: () => reaching[i]!, indicator }, day)
    return decideWithdrawal(row, stored.get(key) ?? [], { decimals: decimals!, isAllowed, locked: locked[i] })
  })
}

/**
 * A row names a figure and not a revision. Without a value it takes away all that stands: the figure that was accepted
 * and what was to correct it. With the value it takes away the revision that says so, and what is below it stands
 * again; another value than the one that stands is a misunderstanding. What is withdrawn already stays so: nothing is
 * written.
 *
 * @param revisions under its key, the newest first
 */
export function decideWithdrawal (
  row: PushRow, revisions: readonly RevisionUnderKey[], { decimals, isAllowed, locked }: Circumstances
): WithdrawalDecision {
  // whether there is anything to withdraw is not for everybody to know
  if (!isAllowed) return { outcome: 'rejected', problems: [notAssigned(row)] }
  const [newest] = revisions
  if (newest === undefined) return { outcome: 'rejected', problems: [nothingThere()] }
  const standing = revisions.filter(({ state }) => state !== 'withdrawn')
  const [top] = standing
  const isRetracted = newest.state === 'withdrawn' && !newest.decided
  if (top === undefined || (isRetracted && saysValue(row) && agrees(row, newest, decimals))) {
    return { outcome: 'unchanged', id: newest.id, revision: newest.revision }
  }
  const problems: StoredProblem[] = []
  if (locked !== undefined) problems.push(problem('/period', 'period_locked', locked.vi, locked.en))
  if (!agrees(row, top, decimals)) problems.push(figureChanged(top))
  if (row.reason === undefined) problems.push(reasonMissing())
  if (problems.length > 0) return { outcome: 'rejected', problems }
  if (!saysValue(row)) return { outcome: 'withdrawn', withdrawal: { revisions: standing, left: undefined } }
  const left = standing.slice(1).find(({ state, decided }) => state !== 'returned' || decided)
  return { outcome: 'withdrawn', withdrawal: { revisions: [top], left } }
}

const saysValue = ({ value, numerator, denominator }: Figure) =>
  value !== undefined || numerator !== undefined || denominator !== undefined

/** What the row says of the figure is what is stored; of a ratio the value may be rounded as beside its parts. */
function agrees (row: Figure, stored: Figure, decimals: number): boolean {
  return isSame(row.numerator, stored.numerator) && isSame(row.denominator, stored.denominator) &&
    (isSame(row.value, stored.value) || isRoundedRatio(row.value!, stored, decimals))
}

function isSame (said: string | undefined, stored: string | undefined): boolean {
  if (said === undefined || said === stored) return true
  const [a, b] = [parseDecimal(said), stored === undefined ? undefined : parseDecimal(stored)]
  return a !== undefined && b !== undefined && compare(a, b) === 0
}

function notAssigned ({ indicator, agency }: PushRow): StoredProblem {
  return problem('/agency', 'not_assigned',
    `Client này không được cấp quyền báo cáo ${indicator} cho ${agency}, nên không rút được.`,
    `This client may not report ${indicator} for ${agency}, and so cannot withdraw it.`)
}

function nothingThere (): StoredProblem {
  return problem('', 'unknown_measurement',
    'Không có số liệu nào của chỉ tiêu, cơ quan, kỳ và phân tổ này để rút.',
    'There is no figure of this indicator, agency, period and breakdown that could be withdrawn.')
}

function figureChanged (stored: Figure): StoredProblem {
  const text = stored.numerator === undefined ? stored.value : `${stored.numerator}/${stored.denominator}`
  return problem(stored.numerator === undefined ? '/value' : '/numerator', 'figure_changed',
    `Số liệu hiện hành là ${text}, không như dòng này nêu; hãy đọc lại, hoặc bỏ trống giá trị để rút tất cả.`,
    `The figure that stands is ${text}, not what this row says; read it again, or leave the value out to withdraw all.`)
}

function reasonMissing (): StoredProblem {
  return problem('/reason', 'reason_required',
    'Rút một số liệu phải nêu lý do (“reason”).', 'A figure is withdrawn only with a `reason`.')
}

interface RevisionRow extends Record<string, unknown>, Pick<RevisionUnderKey,
keyof NamedRevision | 'state' | 'decided'> {
  position: string
  value: string | null
  numerator: string | null
  denominator: string | null
}

/** Under each key the revisions from the one accepted last on, the newest first: a few index probes a key. */
async function listFromAccepted (
  db: Queryable, figures: readonly ResolvedRow[]
): Promise<Map<string, RevisionUnderKey[]>> {
  const [own, last] = [stateOf('m'), stateOf('o')]
  const { rows } = await db.execute<RevisionRow>(sql`
    select k.position, m.indicator_code as indicator, m.id, m.revision, m.state, m.decided, m.value, m.numerator,
      m.denominator
    from ${keysOf(figures)}
    left join lateral (
      select o.revision from measurements o ${last.events}
      where ${underKey('o')} and ${last.decided} order by o.revision desc limit 1
    ) accepted on true
    cross join lateral (
      select m.*, ${own.own} as state, ${own.decided} as decided from measurements m ${own.events}
      where ${underKey('m')} and m.revision >= coalesce(accepted.revision, 1)
    ) m`)
  const found = new Map<string, RevisionUnderKey[]>()
  for (const { position, value, numerator, denominator, ...revision } of rows) {
    const { key } = figures[Number(position) - 1]!
    const one = { ...revision, ...figureOf(value, numerator, denominator) }
    const others = found.get(key)
    if (others === undefined) found.set(key, [one])
    else others.push(one)
  }
  for (const revisions of found.values()) revisions.sort((a, b) => b.revision - a.revision)
  return found
}
