import type pg from 'pg'
import { v7 as uuid } from 'uuid'

export const AGENCIES = 400
const INDICATORS = 40
const BATCH = 5_000

export async function prepare (client: pg.Client): Promise<void> {
  await client.query(`
    insert into agencies (code, kind, level) select 'XA-' || i, 'commune_committee', 'commune' from generate_series(1, ${AGENCIES}) i;
    insert into agency_names (agency_code, name_vi, search, valid_from) select 'XA-' || i, 'Xã ' || i, 'xa ' || i, '1950-01-01' from generate_series(1, ${AGENCIES}) i;
    insert into dimensions (code, name) values ('cell', '{"vi":"ô"}');
    insert into dimension_members (dimension_code, code, name) select 'cell', 'm' || i, '{"vi":"ô"}' from generate_series(0, 4000) i;
    insert into indicators (code, pillar_code, name_vi, search, unit, value_kind, decimals, minimum, maximum, direction, aggregation, frequency, calendar_code, review_policy)
      select code, pillar_code, 'Số đo', 'so do', '%', 'number', 2, 0, 100000000, 'higher_is_better', 'mean', 'monthly', calendar_code, 'automatic'
      from (select pillar_code, calendar_code from indicators limit 1) one, (select 'BENCH' union all select 'PERIOD' union all select 'BENCH-' || i from generate_series(1, ${INDICATORS}) i) codes (code);
    create table bare (indicator_code text, id uuid, period text collate "C", agency_code text, breakdown_key text, breakdown jsonb, revision int, value numeric, numerator numeric, denominator numeric,
      quality text, initial_state text, note text, evidence text, observed_at timestamptz, reason text, external_id text, late boolean, warnings jsonb,
      client_id text default 'bench', submission_id uuid default gen_random_uuid(), provenance text default 'operational', recorded_at timestamptz default now(), recorded_xid bigint default 7);
    create unique index on bare (indicator_code, period, agency_code, breakdown_key);
    create table bare_submissions (id uuid primary key, client_id text, mode text, state text, received int, recorded_at timestamptz default now());
    create table bare_chunks (submission_id uuid, first_position int, rows jsonb, primary key (submission_id, first_position))`)
}

export interface Variant { year: number, plus?: number }
interface Row {
  itemId: string, indicator: string, agency: string, period: string, breakdown?: { cell: string }
  value: string, quality: string, observedAt: string, reason?: string
}

/** Files as report systems send them, by what their rows have in common. */
export interface Shape { name: string, says: string, place (i: number, year: number): Pick<Row, 'indicator' | 'agency' | 'period' | 'breakdown'> }

const agency = (i: number) => `XA-${1 + i % AGENCIES}`
const month = (i: number) => String(1 + i % 12).padStart(2, '0')

export const MEMBERS: Shape = {
  name: 'members',
  says: `one monthly indicator, ${AGENCIES} communes, 12 months, members of one dimension`,
  place: (i, year) => ({
    indicator: 'BENCH', agency: agency(Math.floor(i / 12)), period: `${year}-${month(i)}`, breakdown: { cell: `m${Math.floor(i / (12 * AGENCIES))}` }
  })
}

export const SHAPES: readonly Shape[] = [MEMBERS, {
  name: 'indicators',
  says: `${INDICATORS} monthly indicators, ${AGENCIES} communes, month after month, no break-down`,
  place (i, year) {
    const months = Math.floor(i / (INDICATORS * AGENCIES))
    return { indicator: `BENCH-${1 + i % INDICATORS}`, agency: agency(Math.floor(i / INDICATORS)), period: `${year + 20 * Math.floor(months / 12)}-${month(months)}` }
  }
}, {
  name: 'period',
  says: `one indicator, one month, all ${AGENCIES} communes, members of one dimension`,
  place: (i, year) => ({ indicator: 'PERIOD', agency: agency(i), period: `${year}-01`, breakdown: { cell: `m${Math.floor(i / AGENCIES)}` } })
}]

export function row (i: number, { year, plus = 0 }: Variant, shape = MEMBERS): Row {
  return {
    itemId: `row-${i}`,
    ...shape.place(i, year),
    value: `${i * 7 % 1000 + plus}.${String(i % 100).padStart(2, '0')}`,
    quality: 'official',
    observedAt: '2025-09-15T08:30:00+07:00',
    ...plus === 0 ? {} : { reason: 'đếm lại' }
  }
}

export function * rowsAsNdjson (count: number, variant: Variant, shape = MEMBERS): Generator<string> {
  for (let from = 0; from < count; from += 500) {
    let text = ''
    for (let i = from; i < Math.min(from + 500, count); i++) text += JSON.stringify(row(i, variant, shape)) + '\n'
    yield text
  }
}

export function * rowsAsCsv (count: number, variant: Variant): Generator<string> {
  yield 'itemId,indicator,agency,period,breakdown.cell,value,quality,observedAt\r\n'
  for (let from = 0; from < count; from += 500) {
    let text = ''
    for (let i = from; i < Math.min(from + 500, count); i++) {
      const { itemId, indicator, agency, period, breakdown, value, quality, observedAt } = row(i, variant)
      text += `${itemId},${indicator},${agency},${period},${breakdown!.cell},${value},${quality},${observedAt}\r\n`
    }
    yield text
  }
}

const COLUMNS = ['text', 'uuid', 'text', 'text', 'text', 'jsonb', 'int', 'numeric', 'numeric', 'numeric', 'text', 'text', 'text', 'text', 'timestamptz', 'text', 'text', 'bool', 'jsonb']
const NAMES = 'indicator_code,id,period,agency_code,breakdown_key,breakdown,revision,value,numerator,denominator,quality,initial_state,note,evidence,observed_at,reason,external_id,late,warnings'
const CHANGED = 'revision,value,numerator,denominator,quality,initial_state,note,evidence,observed_at,reason,external_id,late,warnings'.split(',').map(name => `${name} = excluded.${name}`).join(', ')
const UPSERT = `insert into bare (${NAMES}) select * from unnest(${COLUMNS.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
  on conflict (indicator_code, period, agency_code, breakdown_key) do update set ${CHANGED}`

/** What is written of a row, and how. */
export const BASELINE = `unnest upsert of ${BATCH} rows a statement, one table with one unique index (indicator_code, period, agency_code, breakdown_key); columns: ${NAMES.replaceAll(',', ', ')}`

/** The same rows, as arrays, by the bare driver. */
export async function baseline (client: pg.Client, count: number, indicator: string): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const columns: (string | number | boolean | null)[][] = COLUMNS.map(() => [])
    for (let i = from; i < Math.min(from + BATCH, count); i++) {
      const { itemId, agency, period, breakdown, value, quality, observedAt } = row(i, { year: 2001 })
      const values = [indicator, uuid(), period, agency, `cell=${breakdown!.cell}`, JSON.stringify(breakdown), 1, value, null, null, quality, 'accepted', null, null, observedAt, null, itemId, false, '[]']
      values.forEach((one, c) => columns[c]!.push(one))
    }
    await client.query(UPSERT, columns)
  }
}

/** So many figures of another indicator, of all agencies and of many years, each with a submission: as a registry has them after years. */
export async function fill (client: pg.Client, count: number): Promise<void> {
  const [step, perSubmission] = [500_000, 2_500]
  await client.query("insert into indicators select (jsonb_populate_record(i, '{\"code\":\"STORED\"}')).* from indicators i where code = 'BENCH'")
  await client.query('set statement_timeout = 0')
  for (let from = 0; from < count; from += step) {
    await client.query(`
      with heads as (
        insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
        select md5('s' || (n / ${perSubmission}))::uuid, 'bench', 'partial', 'completed', ${perSubmission}, ${perSubmission}, 0, 0, 0, 0, now()
        from generate_series($1::int, $2::int - 1, ${perSubmission}) n on conflict do nothing
      )
      insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality, initial_state, client_id, submission_id)
      select 'STORED', md5('m' || n)::uuid, (1950 + n / 12 / ${AGENCIES} % 75) || '-' || lpad((1 + n % 12)::text, 2, '0'), 'XA-' || (1 + n / 12 % ${AGENCIES}), 'cell=m' || n / 12 / ${AGENCIES} / 75,
        jsonb_build_object('cell', 'm' || n / 12 / ${AGENCIES} / 75), 1, n % 1000, 'official', 'accepted', 'bench', md5('s' || (n / ${perSubmission}))::uuid
      from generate_series($1::int, $2::int - 1) n`, [from, Math.min(from + step, count)])
  }
  await client.query('analyze measurements')
}
