import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { buildApp } from '../src/app.js'
import { readConfig } from '../src/config.js'
import { openDatabase } from '../src/db/client.js'
import { startEmbedded } from '../src/embedded/postgres.js'
import { migrate } from '../src/db/migrate.js'
import { loadSigningKeys } from '../src/features/identity/key-material.js'
import { loadSeed } from '../src/seed/load.js'

/**
 * A read of the past beside a read of the present, in one run: the plan's 29 targets, 131 committees of districts and
 * communes, every figure corrected four times over ten months, every indicator renamed ten times.
 * Usage: npm run bench -- [rounds]
 */
const ROUNDS = Number(process.argv[2] ?? 40)
const COMMUNES = 121
const REVISIONS = 5
const PATHS = ['/v1/status?on=2025-11-20&limit=500', '/v1/plans/4677-KH-UBND-2024/summary?on=2025-11-20', '/v1/indicators/CQS-02/series?on=2025-11-20']
/** When the first of the five revisions was recorded, and between the others. */
const MOMENTS = { present: undefined, 'asOf, newest revision': '2026-01-01T00:00:00Z', 'asOf, third revision': '2025-06-01T00:00:00Z', 'asOf, first revision': '2025-02-01T00:00:00Z' }

const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-bench-'))
await chmod(directory, 0o711)
const log = pino({ level: 'silent' })
const server = await startEmbedded({ dataDir: join(directory, 'data'), log, durable: false })
const { pool, db, close } = openDatabase({ connectionString: server.connectionString })

async function fill (): Promise<{ figures: number, former: number }> {
  await pool.query(`
    insert into agencies (code, kind, level) select 'XA-' || i, 'commune_committee', 'commune' from generate_series(1, ${COMMUNES}) i;
    insert into agency_names (agency_code, name_vi, search, valid_from) select 'XA-' || i, 'Xã ' || i, 'xa ' || i, '2022-01-01' from generate_series(1, ${COMMUNES}) i;
    insert into agency_parents (agency_code, parent_code, valid_from)
      select 'XA-' || i, (array(select code from agencies where kind = 'district_committee' order by code))[1 + i % 10], '2022-01-01' from generate_series(1, ${COMMUNES}) i;
    insert into clients (id, name, scopes) values ('bench', 'bench', '{}');
    insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
      values ('00000000-0000-7000-8000-000000000000', 'bench', 'partial', 'completed', 0, 0, 0, 0, 0, 0, now());
    insert into measurements (indicator_code, id, period, agency_code, revision, value, numerator, denominator, quality, initial_state, client_id, submission_id, reason, recorded_at)
      select i.code, md5(i.code || a.code || p.period)::uuid, p.period, a.code, r,
        case when i.value_kind = 'ratio' then null else 10 + r end,
        case when i.value_kind = 'ratio' then 800 + r end, case when i.value_kind = 'ratio' then 1000 end,
        'official', 'accepted', 'bench', '00000000-0000-7000-8000-000000000000', 'bench', timestamptz '2024-12-20Z' + r * interval '2 months' - interval '2 months'
      from indicators i
      cross join agencies a
      cross join generate_series(1, ${REVISIONS}) r
      cross join lateral (
        select '2025-' || lpad(n::text, 2, '0') as period from generate_series(1, 10) n where i.frequency = 'monthly'
        union all select '2025-Q' || n from generate_series(1, 3) n where i.frequency = 'quarterly'
        union all select '2025-H1' where i.frequency = 'half_yearly'
        union all select '2025' where i.frequency = 'yearly'
      ) p
      where a.kind in ('district_committee', 'commune_committee', 'provincial_committee')`)
  // the seed is written now; in the bench it was known before the year began
  await pool.query('set session_replication_role = replica; ' + ['agencies', 'calendars', 'public_holidays', 'indicators', 'pillars', 'plans', 'plan_pillars', 'assignments', 'dimension_members']
    .map(table => `update ${table} set known_from = '2024-12-01Z'`).join('; ') + `;
    update target_versions set recorded_at = '2024-12-01Z'; update targets set recorded_at = '2024-12-01Z'; update status_rules set recorded_at = '2024-12-01Z';
    update agency_names set recorded_at = '2024-12-01Z'; update agency_parents set recorded_at = '2024-12-01Z';
    insert into history.indicators select timestamptz '2024-12-01Z' + n * interval '1 month', i.* from indicators i, generate_series(1, 10) n;
    update history.indicators set known_from = known_to - interval '1 month';
    update indicators set known_from = '2025-10-01Z'; set session_replication_role = default`)
  await pool.query('vacuum analyze')
  const count = async (table: string) => Number((await pool.query(`select count(*) as n from ${table}`)).rows[0].n)
  return { figures: await count('measurements'), former: await count('history.indicators') }
}

const lines: string[] = []
const say = (line: string) => { lines.push(line); console.log(line) }
try {
  await migrate(pool)
  await loadSeed(pool, 'plan')
  const { figures, former } = await fill()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const app = await buildApp({
    config: readConfig({ PUBLIC_URL: 'http://registry.bench' }), pool, db, logger: log,
    signingKeys: await loadSigningKeys({ pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, dataDir: '' })
  })
  say(`${figures} revisions of figures, ${former} former states of indicators; median of ${ROUNDS} reads, taken in turns`)
  for (const path of PATHS) {
    const times = new Map(Object.keys(MOMENTS).map(name => [name, [] as number[]]))
    for (let round = -3; round < ROUNDS; round++) {
      for (const [name, asOf] of Object.entries(MOMENTS)) {
        const url = asOf === undefined ? path : `${path}&asOf=${asOf}`
        const start = performance.now()
        const { statusCode } = await app.inject(url)
        if (statusCode !== 200) throw new Error(`${url}: ${statusCode}`)
        if (round >= 0) times.get(name)!.push(performance.now() - start)
      }
    }
    const median = (name: string) => times.get(name)!.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!
    say(`\n${path}`)
    for (const name of Object.keys(MOMENTS)) say(`  ${name.padEnd(24)} ${median(name).toFixed(1).padStart(8)} ms   ${(median(name) / median('present')).toFixed(2)} of the present`)
  }
  await app.close()
  await writeFile(fileURLToPath(new URL('./as-of.txt', import.meta.url)), lines.join('\n') + '\n')
} finally {
  await close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
}
