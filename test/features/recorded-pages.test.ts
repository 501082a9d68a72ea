import { test } from 'tap'
import { build, client, database } from '../helper.js'

/** Lists in the order of recording, and what a submission wrote: a chunk of figures is looked at, and not the table. */

/** Figures of one chunk: all recorded at the same instant. */
const CHUNK = 500
/** A list of this many, each with its state and whether another revision follows. */
const LIMIT = 50

interface Plan { 'Shared Hit Blocks': number, 'Shared Read Blocks': number }

test('what was recorded last, in a span or by a submission is found by a few pages, whatever is stored', async t => {
  const given = await database(t, { seed: 'plan', max: 2 })
  const { pool } = given
  await pool.query(`
    alter table measurements set (autovacuum_enabled = false);
    insert into clients (id, name, scopes) values ('pages', 'pages', '{}');
    insert into dimensions (code, name) values ('cell', '{"vi":"ô"}')`)

  /** Chunks, a minute apart, each a submission with a figure of each member. */
  const fill = (from: number, to: number) => pool.query(`
    with chunks as (
      select i, md5('s' || i)::uuid as id, timestamptz '2026-01-01' + i * interval '1 minute' as at
      from generate_series(${from}, ${to}) i
    ), heads as (
      insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned,
        recorded_at, completed_at)
      select id, 'pages', 'atomic', 'completed', 0, 0, 0, 0, 0, 0, at, at from chunks
    ), receipts as (
      insert into submission_chunks (submission_id, first_position, received, created, revised, unchanged, rejected,
        not_written, warned, rows, recorded_at)
      select id, 0, 0, 0, 0, 0, 0, 0, 0, '[]', at from chunks
    )
    insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality,
      initial_state, client_id, submission_id, recorded_at)
    select 'KTS-05', md5(i || '-' || c)::uuid, '2025', 'UBND-TINH', 'cell=' || i || '-' || c,
      jsonb_build_object('cell', i || '-' || c), 1, 1, 'official', 'accepted', 'pages', id, at
    from chunks, generate_series(1, ${CHUNK}) c`)
  await pool.query('insert into agencies (code, kind, level) values (\'UBND-TINH\', \'other\', \'province\') on conflict do nothing')

  const app = await build(t, { database: given })
  const { headers } = await client(app)
  let [explaining, read] = [false, 0]
  const heard = new WeakSet<object>()
  pool.on('acquire', held => {
    if (heard.has(held)) return
    heard.add(held)
    const run = held.query.bind(held) as (...args: unknown[]) => Promise<{ rows: { 'QUERY PLAN': [{ Plan: Plan }] }[] }>
    const explained = (...args: unknown[]): unknown => {
      const [asked, given] = args as [{ text?: string, values?: unknown[] } | string, unknown]
      const [text, values] = typeof asked === 'string' ? [asked, given] : [asked.text!, asked.values ?? given]
      if (!explaining || !text.includes('from measurements m')) return run(...args)
      return run(`explain (analyze, buffers, format json) ${text}`, values).then(({ rows: [found] }) => {
        const plan = found!['QUERY PLAN'][0].Plan
        read += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
        return run(...args)
      })
    }
    Object.assign(held, { query: explained })
  })
  async function pages (asked: string): Promise<[pages: number, found: number]> {
    [explaining, read] = [true, 0]
    const response = await app.inject({ url: `/v1/measurements?limit=${LIMIT}&${asked}`, headers })
    explaining = false
    t.equal(response.statusCode, 200)
    return [read, response.json<{ data: unknown[] }>().data.length]
  }
  const { rows: [{ id: third }] } = await pool.query("select md5('s3')::uuid as id")
  const lists = [
    'sort=-recordedAt',
    'sort=recordedAt',
    `submission=${third}`,
    'recordedFrom=2026-01-01T00:03:00Z&recordedTo=2026-01-01T00:04:00Z&sort=recordedAt'
  ]
  const analyse = () => pool.query('analyze measurements')
  const STATES: [name: string, change: () => Promise<unknown>][] = [
    ['few chunks', async () => [await fill(1, 8), await analyse()]],
    ['many, with the statistics of few', () => fill(9, 120)],
    ['many', analyse]
  ]
  for (const [state, change] of STATES) {
    await change()
    for (const asked of lists) {
      const [read, found] = await pages(asked)
      t.equal(found, LIMIT, asked)
      // of each figure of one chunk: itself, whether another revision follows, and what happened to it
      t.ok(read > 0 && read <= 12 * CHUNK, `${state}: ${asked}: ${read} pages`)
    }
  }
})
