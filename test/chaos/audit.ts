import type pg from 'pg'
import type { Test } from 'tap'
import { send, type Answer, type Done, type Meter, type Sender } from './pusher.js'
import { eventually } from '../setup/processes.js'
import type { Operation } from './operations.js'
import type { Random } from './random.js'

interface Stored { itemId: string, id: string, revision: number, value: string, submission: string }
interface Receipt { id: string, state: string, mode: string, counts: Record<string, number>, operation: string, measured: { created: number, revised: number } }

const COUNTS = ['received', 'created', 'revised', 'unchanged', 'rejected', 'warned'] as const

/** Receipts beside the chunks and the figures of their submission. */
const RECEIPTS = `
  SELECT s.id, s.state, s.mode, jsonb_build_object(${COUNTS.map(name => `'${name}', s.${name}`).join(', ')}) AS counts,
    split_part(coalesce(c.item, ''), '/', 1) AS operation,
    ${COUNTS.map(name => `s.${name} = c.${name}`).join(' AND ')} AS "summed",
    jsonb_build_object('created', coalesce(m.created, 0), 'revised', coalesce(m.revised, 0)) AS measured
  FROM submissions s
  LEFT JOIN (SELECT submission_id, ${COUNTS.map(name => `sum(${name})::int AS ${name}`).join(', ')}, min(rows->0->>1) AS item FROM submission_chunks GROUP BY 1) c ON c.submission_id = s.id
  LEFT JOIN (SELECT submission_id, count(*) FILTER (WHERE revision = 1) AS created, count(*) FILTER (WHERE revision > 1) AS revised FROM measurements GROUP BY 1) m ON m.submission_id = s.id`

/** Outcomes that say something was written which is not there, and figures of which no outcome tells. */
const UNTOLD = `
  WITH told AS (
    SELECT c.submission_id, row->>1 AS item, (row->>5)::uuid AS id, (row->>6)::int AS revision, row->>0 AS outcome
    FROM submission_chunks c, jsonb_array_elements(c.rows) row WHERE row->>0 IN ('created', 'revised')
  )
  SELECT t.item AS told, m.external_id AS stored FROM told t
  FULL JOIN measurements m ON m.submission_id = t.submission_id AND m.id = t.id AND m.revision = t.revision AND m.external_id = t.item AND (m.revision = 1) = (t.outcome = 'created')
  WHERE t.item IS NULL OR m.id IS NULL`

/** Figures whose revisions are not 1, 2, 3 … */
const GAPS = `
  SELECT indicator_code, period, agency_code, breakdown_key FROM measurements
  GROUP BY 1, 2, 3, 4 HAVING min(revision) <> 1 OR max(revision) <> count(*) OR count(DISTINCT id) <> 1`

export interface Audit {
  lost: string[]
  doubled: string[]
  /** Receipts that are not true. */
  untrue: string[]
  /** Submissions that still say `running`. */
  running: number
  interrupted: number
}

/** A submission that nobody works on any more is marked so, every quarter of a minute. */
const MARKED_SECONDS = 60

/** All that is stored beside all that was acknowledged. Whoever works on something has ended. */
export async function audit (db: pg.Pool, done: readonly Done[]): Promise<Audit> {
  await eventually(async () => (await db.query("SELECT FROM submissions WHERE state = 'running'")).rowCount === 0, MARKED_SECONDS)
  const { rows: figures } = await db.query<Stored>('SELECT external_id AS "itemId", id, revision, value::text, submission_id AS submission FROM measurements')
  const { rows: receipts } = await db.query<Receipt & { summed: boolean | null }>(RECEIPTS)
  const { rows: keys } = await db.query<{ key: string, status: number, body: string }>('SELECT key, status, body FROM idempotency_keys')
  const [lost, doubled, untrue] = [[] as string[], [] as string[], [] as string[]]

  const byItem = new Map<string, Stored>()
  for (const figure of figures) {
    if (byItem.has(figure.itemId)) doubled.push(`${figure.itemId} stands twice`)
    byItem.set(figure.itemId, figure)
  }
  for (const gap of (await db.query(GAPS)).rows) doubled.push(`revisions of ${JSON.stringify(gap)}`)
  const keyed = new Map(keys.map(key => [key.key, key]))
  const ended = new Map<string, Receipt[]>()
  for (const receipt of receipts) {
    if (receipt.state === 'completed' || receipt.state === 'rejected') ended.set(receipt.operation, [...ended.get(receipt.operation) ?? [], receipt])
    const { counts, measured, state } = receipt
    const told = state === 'rejected' ? { created: 0, revised: 0 } : { created: counts['created'], revised: counts['revised'] }
    if (receipt.summed !== true || told.created !== measured.created || told.revised !== measured.revised) untrue.push(JSON.stringify(receipt))
  }
  for (const { told, stored } of (await db.query<{ told: string | null, stored: string | null }>(UNTOLD)).rows) untrue.push(`told: ${told}, stored: ${stored}`)

  const expected = new Set<string>()
  for (const { operation, answer } of done) {
    for (const { itemId } of operation.rows) expected.add(itemId)
    const own = ended.get(operation.id) ?? []
    if (own.length > 1) doubled.push(`${operation.id} has ${own.length} receipts`)
    if (answer === undefined) {
      const stored = operation.rows.filter(({ itemId }) => byItem.has(itemId)).length
      if (operation.kind !== 'long' && stored > 0 && stored < operation.rows.length) untrue.push(`${operation.id}: ${stored} of ${operation.rows.length}`)
      continue
    }
    if (answer.status !== operation.status) {
      lost.push(`${operation.id} (${operation.kind}) was answered ${answer.status}: ${answer.text.slice(0, 300)}`)
      continue
    }
    for (const { itemId, value } of operation.rows) {
      if (byItem.get(itemId)?.value !== value) lost.push(`${itemId} = ${value} is not there`)
    }
    if (own.length === 0) lost.push(`${operation.id} has no receipt`)
    untrue.push(...receiptFaults(operation, JSON.parse(answer.text), own[0], byItem))
    const key = keyed.get(operation.id)
    if (key === undefined || key.status !== answer.status || withoutRequest(key.body) !== withoutRequest(answer.text)) lost.push(`${operation.id}: the answer under its key is another`)
  }
  for (const { itemId } of figures) if (!expected.has(itemId)) doubled.push(`${itemId} was never to be stored`)
  const inState = (state: string) => receipts.filter(receipt => receipt.state === state).length
  return { lost, doubled, untrue, running: inState('running'), interrupted: inState('interrupted') }
}

/** A problem names the request that it answered. */
const withoutRequest = (text: string) => text.replace(/"instance":"[^"]*"/, '')

/** What the answer said beside what is stored. */
function receiptFaults (operation: Operation, body: Record<string, any>, stored: Receipt | undefined, byItem: ReadonlyMap<string, Stored>): string[] {
  const fault = (what: string) => [`${operation.id} (${operation.kind}): ${what}: ${JSON.stringify(body).slice(0, 400)}`]
  const { id, kind, rows, rejected } = operation
  if (kind === 'single') {
    const figure = byItem.get(`${id}/0`)
    return figure?.id === body['id'] && figure?.revision === body['revision'] && figure?.value === body['value'] && figure?.submission === body['source'].submission ? [] : fault('not as stored')
  }
  const receipt = kind === 'refused' ? body['receipt'] : body
  if (receipt.id !== stored?.id || receipt.state !== stored?.state) return fault('another receipt than what is stored')
  if (COUNTS.some(name => receipt.counts[name] !== stored?.counts[name])) return fault('other counts than what is stored')
  if (receipt.counts.rejected !== rejected) return fault('rejected')
  if (kind === 'refused') return []
  const { created, revised, unchanged } = receipt.counts
  // of a long one, chunks of it may have been written before it was interrupted
  return created + revised + unchanged === rows.length && (kind === 'long' || unchanged === 0) ? [] : fault('rows')
}

/** Some of what was answered, asked for once more: the same answer, and it says that it is a replay. Before the audit: nothing may come of it. */
export async function replayOnceMore (to: Sender, done: readonly Done[], chance: Random, count = 40): Promise<string[]> {
  const faults: string[] = []
  const answered = done.flatMap(({ operation, answer }) => answer === undefined ? [] : [{ operation, answer }])
  if (answered.length === 0) return faults
  for (let i = 0; i < count; i++) {
    const { operation, answer } = answered[chance.below(answered.length)]!
    const again = await send(to, operation).catch((error: Error): Answer => ({ status: 0, headers: {}, text: error.message }))
    if (again.headers['idempotency-replayed'] !== 'true' || again.status !== answer.status || withoutRequest(again.text) !== withoutRequest(answer.text)) {
      faults.push(`${operation.id}: ${again.status} ${again.text.slice(0, 300)}`)
    }
  }
  return faults
}

/** Problems that say what is stored of a push that did not come to its end. */
export async function untrueReceipts (db: pg.Pool, answers: readonly Answer[]): Promise<string[]> {
  const faults: string[] = []
  for (const { text } of answers) {
    const { receipt } = JSON.parse(text) as { receipt?: { id: string, state: string, counts: Record<string, number> } }
    if (receipt === undefined) continue
    const { rows: [stored] } = await db.query<Receipt>(`${RECEIPTS} WHERE s.id = $1`, [receipt.id])
    if (COUNTS.some(name => stored?.counts[name] !== receipt.counts[name]) || (stored?.state !== receipt.state && stored?.state !== 'running')) faults.push(`said ${JSON.stringify(receipt).slice(0, 300)}, stored ${JSON.stringify(stored)}`)
  }
  return faults
}

/** Counts for those who read the log, and what must be so. */
export function report (t: Test, done: readonly Done[], { lost, doubled, untrue, running, interrupted }: Audit, meter: Meter, more: Record<string, unknown> = {}): void {
  const acknowledged = done.filter(({ answer }) => answer !== undefined)
  const kinds = Object.fromEntries(['single', 'atomic', 'refused', 'partial', 'long'].map(kind => [kind, acknowledged.filter(({ operation }) => operation.kind === kind).length]))
  const counts = {
    acknowledged: acknowledged.length,
    retried: done.filter(({ resent }) => resent > 0).length,
    resent: done.reduce((sum, { resent }) => sum + resent, 0),
    replayed: done.filter(({ replayed }) => replayed).length,
    lost: lost.length,
    doubled: doubled.length,
    untrue: untrue.length,
    running,
    interrupted,
    ...more
  }
  t.comment(Object.entries(counts).map(([name, count]) => `${name} ${String(count)}`).join(', '))
  t.comment(`${JSON.stringify(kinds)} ${JSON.stringify(meter.counts)}`)
  t.equal(acknowledged.length, done.length, 'every operation was acknowledged')
  t.same(lost.slice(0, 10), [], '0 lost')
  t.same(doubled.slice(0, 10), [], '0 doubled')
  t.same(untrue.slice(0, 10), [], 'every receipt is true')
  t.equal(running, 0, 'no receipt says `running` for ever')
  t.notOk(meter.counts['answer 500'], 'no 500')
  t.same(Object.keys(meter.counts).filter(name => name.includes('without')), [], 'Retry-After says when')
}
