import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { test, type Test } from 'tap'
import type { Transaction } from '../../src/db/client.js'
import { holdTransaction } from '../../src/ledger/unit.js'
import { MAGNITUDE } from '../../src/domain/magnitude.js'
import { createCatalogue } from '../../src/features/pushes/facts.js'
import type { PushRow, ResolvedRow } from '../../src/features/pushes/row.js'
import { findLeaping, findNewestRevisions } from '../../src/features/pushes/store.js'
import { findStanding } from '../../src/features/pushes/evidence-queries.js'
import { pushRows, type Push } from '../../src/features/pushes/actions.js'
import { replaceRows } from '../../src/features/pushes/replace.js'
import { createSeenKeys } from '../../src/features/pushes/seen.js'
import { pushSingle } from '../../src/features/pushes/singles.js'
import { database, type TestDatabase } from '../helper.js'

/** Of the one indicator, a figure of each agency, of each month but the last, and of each member. */
const [MONTHS, AGENCIES, MEMBERS] = [12, 20, 45]

/** An indicator, agencies, members and a client of the test's own, and a table whose statistics nobody touches. */
async function lay (t: Test): Promise<TestDatabase> {
  const given = await database(t, { seed: 'plan', max: 1 })
  await given.pool.query(`
    alter table measurements set (autovacuum_enabled = false);
    insert into indicators select (jsonb_populate_record(i, '{"code":"PAGES","value_kind":"number","decimals":2,
      "minimum":null,"maximum":null,"aggregation":"mean","frequency":"monthly","review_policy":"automatic"}')).*
      from indicators i where code = 'KTS-05';
    insert into clients (id, name, scopes) values ('pages', 'pages', '{measurements:write}');
    insert into client_grants (client_id) values ('pages');
    insert into submissions
      (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
      values (md5('pages')::uuid, 'pages', 'atomic', 'completed', 0, 0, 0, 0, 0, 0, now());
    insert into dimensions (code, name) values ('cell', '{"vi":"ô"}');
    insert into dimension_members (dimension_code, code, name)
      select 'cell', 'c' || i, '{"vi":"ô"}' from generate_series(0, 1000) i;
    insert into agencies (code, kind, level)
      select 'P' || i, 'commune_committee', 'commune' from generate_series(1, ${AGENCIES}) i;
    insert into agency_names (agency_code, name_vi, search, valid_from)
      select 'P' || i, 'Xã', 'xa', '1950-01-01' from generate_series(1, ${AGENCIES}) i`)
  return given
}

/** The figures of agencies. */
const fill = ({ pool }: TestDatabase, from: number, to: number) => pool.query(`
  insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown,
    revision, value, quality, initial_state, client_id, submission_id)
  select 'PAGES', gen_random_uuid(), '2025-' || lpad(m::text, 2, '0'), 'P' || a, 'cell=c' || c,
    jsonb_build_object('cell', 'c' || c), 1, 1, 'official', 'accepted', 'pages', md5('pages')::uuid
  from generate_series(1, ${MEMBERS}) c, generate_series(1, ${MONTHS - 1}) m, generate_series(${from}, ${to}) a`)

const month = (i: number) => `2025-${String(1 + i % MONTHS).padStart(2, '0')}`
const agency = (i: number) => `P${1 + i % AGENCIES}`

interface Plan { 'Shared Hit Blocks': number, 'Shared Read Blocks': number }

/** As a push has it, a transaction; `pages`: how many the statements of `work` read, by EXPLAIN. */
async function explaining (t: Test, { connectionString }: TestDatabase) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  t.teardown(() => client.end())
  let read = 0
  const heard = new Proxy(client, {
    get (target, name) {
      if (name !== 'query') return Reflect.get(target, name)
      return async (query: pg.QueryConfig, values: unknown[] = query.values ?? []) => {
        const { rows: [found] } = await target.query(`explain (analyze, buffers, format json) ${query.text}`, values)
        const plan: Plan = found['QUERY PLAN'][0].Plan
        read += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
        return (target.query as (...args: unknown[]) => Promise<unknown>)(query, values)
      }
    }
  })
  await client.query('begin')
  await createCatalogue().hold(drizzle(client) as unknown as Transaction, ['PAGES'], false)
  return {
    async pages (work: (tx: Transaction) => Promise<unknown>): Promise<number> {
      read = 0
      await work(drizzle(heard) as unknown as Transaction)
      return read
    },
    end: () => client.query('rollback')
  }
}

test('what stands under a key is found by a few pages, whatever the indicator has and the statistics say', async t => {
  const given = await lay(t)
  /** An index is three pages deep at most; then the figure, and whether anything happened to it. */
  const PAGES = 8
  const analyse = (more = '') => given.pool.query(`${more} analyze measurements`)
  const STATES: [name: string, change: () => Promise<unknown>][] = [
    ['never analysed', () => fill(given, 1, AGENCIES / 2)],
    ['analysed before the last agencies had a figure', async () => {
      await analyse()
      await fill(given, AGENCIES / 2 + 1, AGENCIES)
    }],
    ['analysed as if each agency had one figure',
      () => analyse('alter table measurements alter agency_code set (n_distinct = -1);')]
  ]
  for (const [state, change] of STATES) {
    await change()
    const { pages, end } = await explaining(t, given)
    // few are asked for by a statement that is prepared; what all of them have in common is a constant in that of many
    for (const [count, agencyOf] of [[40, agency], [120, () => `P${AGENCIES}`]] as const) {
      for (const [name, member] of [
        ['stored', (i: number) => `c${1 + i % MEMBERS}`],
        ['new', (i: number) => `c${i}-new`]
      ] as const) {
        const keys = Array.from({ length: count }, (_, i) => ({
          indicator: 'PAGES', period: month(i), agency: agencyOf(i), breakdownKey: `cell=${member(i)}`, key: String(i)
        }) as ResolvedRow)
        const newest = await pages(tx => findNewestRevisions(tx, keys))
        t.ok(newest <= PAGES * count, `${state}, ${count} ${name}: the newest revision by ${newest} pages`)
        const held = keys.map(key => ({ key, figure: { value: '5000' } }))
        const leaping = await pages(tx => findLeaping(tx, held, MAGNITUDE))
        t.ok(leaping <= PAGES * count, `${state}, ${count} ${name}: what leaps by ${leaping} pages`)
        const standing = await pages(tx => findStanding(tx, keys))
        t.ok(standing <= PAGES * count, `${state}, ${count} ${name}: the figure that stands by ${standing} pages`)
      }
    }
    await end()
  }
})

test('pushes touch as many pages of every table beside many figures as beside few, with the plans of then', async t => {
  const given = await lay(t)
  await given.pool.query(`insert into quality_rules (code, name, kind, params, severity, state, indicator_codes)
    values ('PAGES', '{"vi":"nhảy"}', 'change', '{"relative":"0.5"}', 'warn', 'active', '{PAGES}')`)
  const push: Push = { clientId: 'pages', mode: 'atomic', dryRun: false, reviews: false, catalogue: createCatalogue() }
  const rows = (value: number, count: number) => Array.from({ length: count }, (_, i): PushRow => ({
    indicator: 'PAGES',
    agency: agency(i),
    period: month(i),
    breakdown: { cell: `c${500 + i}` },
    value: String(value),
    reason: 'đếm lại'
  }))
  const numbered = (list: readonly PushRow[]) => list.map((row, position) => ({ position, row }))

  /** By table and index: by new figures, corrections, single ones, a scope replaced, what it withdrew reported anew, and withdrawn. */
  async function touched (): Promise<Map<string, number>> {
    const unit = await holdTransaction(given.pool)
    const count = async () => {
      const { rows: found } = await unit.db.$client.query<{ name: string, pages: number }>(
        `select relname as name, pg_stat_get_xact_blocks_fetched(oid)::integer as pages
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`)
      return new Map(found.map(({ name, pages }) => [name, pages]))
    }
    const before = await count()
    const receipts = []
    for (const list of [rows(1, 40), rows(9, 200)]) receipts.push(await pushRows(unit, push, numbered(list)))
    for (const row of rows(3, 10)) await pushSingle(unit, push.catalogue, { clientId: 'pages', row })
    const scope = { reason: 'thay', periods: [month(11)], agencies: [agency(11)] }
    receipts.push(await replaceRows(unit, push, scope, numbered(rows(4, 72).slice(71)), createSeenKeys(1)))
    receipts.push(await pushRows(unit, push, numbered(rows(5, 12))))
    const withdrawing = rows(5, 12).map(({ value: _, ...row }) => ({ ...row, action: 'withdraw' as const }))
    receipts.push(await pushRows(unit, push, numbered(withdrawing)))
    const after = await count()
    await unit.rollback()
    t.same(receipts.map(({ counts: { created, revised, withdrawn } }) => [created, revised, withdrawn]),
      [[40, 0, 0], [160, 40, 0], [0, 1, 3], [0, 12, 0], [0, 0, 12]])
    return new Map([...after].map(([name, pages]) => [name, pages - before.get(name)!]))
  }
  await touched()
  const few = await touched()
  await fill(given, 1, AGENCIES)
  const many = await touched()
  // indexes are deeper then
  const grown = [...many].filter(([name, pages]) => pages > 3 * few.get(name)! + 50)
  t.same(grown.map(([name, pages]) => `${name}: ${few.get(name)} pages, then ${pages}`), [])
})
