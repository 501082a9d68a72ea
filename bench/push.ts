import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { barChart, type Bar } from './chart.js'
import { BASELINE, MEMBERS, SHAPES, baseline, fill, prepare, rowsAsCsv, rowsAsNdjson, type Shape } from './push-rows.js'
import { memory, nameOf, startPostgres, startRegistry, type Postgres, type Registry } from './push-servers.js'
import { CLIENTS, bareSingles, pushedSingles } from './push-singles.js'

/**
 * Pushing beside the bare database, on the embedded PostgreSQL and on an older one in turns.
 * Usage: npm run bench:push -- [--rows=100000 of a file] [--rounds=4, even: each build is first as often] [--many=1000000 of the long file; 0: none]
 * [--seconds=5 of a round's single pushes; 0: none] [--older=/usr/lib/postgresql/15/bin; empty: the embedded one alone]
 * [--stored=10000000: so many figures before]
 * [--other=<directory of another build, with its dist>: new, corrected, unchanged and single figures in turns with ours]
 *
 * What is shown is the median of the rounds. Prints a table, and writes it as push.txt and as push.svg beside this file
 * (push-stored.* with --stored); --out=name: under another name.
 */
function option<Value extends string | number> (name: string, fallback: Value): Value {
  const given = process.argv.find(argument => argument.startsWith(`--${name}=`))?.slice(name.length + 3)
  return given === undefined ? fallback : (typeof fallback === 'number' ? Number(given) : given) as Value
}
const ROWS = option<number>('rows', 100_000)
const ROUNDS = option<number>('rounds', 4)
const MANY = option<number>('many', 1_000_000)
const SECONDS = option<number>('seconds', 5)
const STORED = option<number>('stored', 0)
const OLDER = option<string>('older', '/usr/lib/postgresql/15/bin')
const OTHER = option<string>('other', '')
const OUT = option<string>('out', STORED > 0 ? 'push-stored' : 'push')
const HERE = fileURLToPath(new URL('..', import.meta.url))
const LONG_FIRST = 100_000
const RUNNING = "select received from submissions where state = 'running' limit 1"

/** A database and the server of the registry on it. */
interface Build { name: string, registry: Registry, client: pg.Client }
interface Side { postgres: Postgres, ours: Build, other: Build | undefined }

const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-bench-'))
await chmod(directory, 0o711)
/** What is to be ended, the last first. */
const ends: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })]

async function startBuild (postgres: Postgres, root: string, database: string): Promise<Build> {
  const url = postgres.urlOf(database)
  const registry = await startRegistry(root, url, join(directory, `${postgres.version}-${database}`))
  ends.push(() => registry.stop())
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  ends.push(() => client.end())
  await prepare(client)
  if (STORED > 0) await fill(client, STORED)
  // what is new to a process and to a table is not what is measured
  await baseline(client, 5_000, 'warm')
  await registry.push('application/x-ndjson', rowsAsNdjson(5_000, { year: 1990 }))
  return { name: nameOf(root), registry, client }
}

async function startSide (bin?: string): Promise<Side> {
  const place = join(directory, bin === undefined ? 'embedded' : 'older')
  await mkdir(place, { mode: 0o711 })
  const postgres = await startPostgres(place, bin)
  ends.push(() => postgres.stop())
  const ours = await startBuild(postgres, HERE, 'this')
  return { postgres, ours, other: OTHER === '' ? undefined : await startBuild(postgres, OTHER, 'other') }
}

const lines: string[] = []
const say = (line: string) => { lines.push(line); console.log(line) }
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!
const perSecond = (rate: number) => `${Math.round(rate)} rows/s`
const inTurns = <T> (list: readonly T[], round: number) => round % 2 === 0 ? list : [...list].reverse()

/** Rows a second, and beside the baseline of its round and server; by server, build and case. */
interface Result { rates: number[], ratios: number[], rows: number, outcomes: string, written: string }
const results = new Map<string, Result>()
const keyOf = ({ postgres, other }: Side, build: Build, name: string) =>
  `${postgres.version} ${build === other ? 'other' : 'ours'} ${name}`
const resultOf = (side: Side, build: Build, name: string) => results.get(keyOf(side, build, name))!

/** Rows of figures and their events, and bytes of WAL. */
async function written (client: pg.Client): Promise<{ figures: number, wal: number }> {
  const { rows: [found] } = await client.query(`
    select ((select count(*) from measurements) + (select count(*) from measurement_events))::float8 as figures,
      pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal`)
  return found
}

interface Case { name: string, rows: number, type?: string, body: Iterable<string> }

/** `bare`: the rate of the round's baseline. */
async function measure (side: Side, build: Build, round: number, bare: number, one: Case): Promise<void> {
  const { name, rows, type = 'application/x-ndjson', body } = one
  const isCounted = round === ROUNDS - 1 && build === side.ours
  const before = isCounted ? await written(build.client) : undefined
  const begun = performance.now()
  const counts = await build.registry.push(type, body)
  const rate = rows / (performance.now() - begun) * 1000
  const key = keyOf(side, build, name)
  const result = results.get(key) ?? { rates: [], ratios: [], rows, outcomes: '', written: '' }
  result.rates.push(rate)
  result.ratios.push(rate / bare)
  const outcomes = Object.entries(counts).filter(([, count]) => count > 0)
  result.outcomes = outcomes.map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  if (before !== undefined) {
    const after = await written(build.client)
    const wal = Math.round((after.wal - before.wal) / rows)
    result.written = `; figures written ${after.figures - before.figures}, WAL ${wal} bytes a row`
  }
  results.set(key, result)
}

const UNCHANGED = 'members: NDJSON, unchanged'
const CORRECTIONS = 'members: NDJSON, corrections'
const SINGLES = `${CLIENTS} clients, one figure each`
const newOf = (shape: Shape) => `${shape.name}: NDJSON, new`

async function runRound (side: Side, round: number, bares: number[]): Promise<void> {
  const { ours, other } = side
  const begun = performance.now()
  await baseline(ours.client, ROWS, `round ${round}`)
  const bare = ROWS / (performance.now() - begun) * 1000
  bares.push(bare)
  const inEach = async (name: string, body: (rows: number) => Iterable<string>) => {
    for (const build of inTurns([ours, ...other === undefined ? [] : [other]], round)) {
      // a build that walks the index of an older PostgreSQL would take minutes
      const rows = build === other && side.postgres.version < 18 ? ROWS / 10 : ROWS
      await measure(side, build, round, bare, { name, rows, body: body(rows) })
    }
  }
  const year = 2001 + round
  for (const shape of SHAPES) await inEach(newOf(shape), rows => rowsAsNdjson(rows, { year }, shape))
  const csv = { name: 'members: CSV, new', type: 'text/csv', rows: ROWS, body: rowsAsCsv(ROWS, { year: 2011 + round }) }
  await measure(side, ours, round, bare, csv)
  await inEach(UNCHANGED, rows => rowsAsNdjson(rows, { year }))
  await inEach(CORRECTIONS, rows => rowsAsNdjson(rows, { year, plus: 1 }))
}

const bars: Bar[] = []
const show = (side: Side, { name, ratio, asked, note }: Bar) => {
  const whole = `${side.postgres.version}: ${name}`
  bars.push({ name: whole, ratio, asked, note: note.split(';')[0]! })
  const wanted = asked === undefined ? '' : ` (≥ ${asked.toFixed(2)})`
  say(`${whole.padEnd(44)} ${ratio.toFixed(2).padStart(5)}${wanted.padEnd(11)} ${note}`)
}

function showRounds (side: Side, bares: readonly number[]): void {
  const { ours, other } = side
  show(side, { name: 'baseline', ratio: 1, note: perSecond(median(bares)) })
  const fresh = median(resultOf(side, ours, newOf(MEMBERS)).ratios)
  const least: Record<string, number> = {
    'members: CSV, new': 0.85 * fresh, [UNCHANGED]: fresh, [CORRECTIONS]: 0.4
  }
  for (const build of [ours, ...other === undefined ? [] : [other]]) {
    for (const name of [...SHAPES.map(newOf), ...Object.keys(least)]) {
      const result = results.get(keyOf(side, build, name))
      if (result === undefined) continue
      const asked = build === other ? undefined : least[name] ?? 0.5
      show(side, {
        name: build === other ? `${build.name}, ${name}` : name,
        ratio: median(result.ratios),
        asked,
        note: `${perSecond(median(result.rates))}; ${result.outcomes}${result.written}`
      })
    }
  }
}

async function showSingles (side: Side): Promise<void> {
  const { postgres, ours, other } = side
  const bares: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await bareSingles(postgres.urlOf('this'), SECONDS, round)
    bares.push(bare)
    for (const build of inTurns([ours, ...other === undefined ? [] : [other]], round)) {
      const { registry: { url, token } } = build
      const rate = await pushedSingles(url, await token(), SECONDS, round)
      const key = keyOf(side, build, SINGLES)
      const { rates, ratios } = results.get(key) ?? { rates: [], ratios: [] }
      results.set(key, { rates: [...rates, rate], ratios: [...ratios, rate / bare], rows: 1, outcomes: '', written: '' })
    }
  }
  for (const build of [ours, ...other === undefined ? [] : [other]]) {
    const { rates, ratios } = resultOf(side, build, SINGLES)
    show(side, {
      name: build === other ? `${build.name}, ${SINGLES}` : SINGLES,
      ratio: median(ratios),
      asked: build === other ? undefined : 0.6,
      note: `${Math.round(median(rates))} a second; ${CLIENTS} bare connections: ${Math.round(median(bares))}`
    })
  }
}

/** The long file: the rate of its first rows and of all, since it began to be judged; and the memory of the process. */
async function showMany (side: Side, bares: readonly number[], idle: number): Promise<void> {
  const { ours: { registry, client } } = side
  const pid = registry.child.pid!
  const before = await memory(pid, 'VmHWM')
  await writeFile(`/proc/${pid}/clear_refs`, '5') // its peak begins anew
  const seen: [rows: number, ms: number][] = []
  const begun = performance.now()
  const watching = setInterval(() => {
    client.query<{ received: number }>(RUNNING).then(({ rows: [{ received } = { received: 0 }] }) => {
      if (received > (seen.at(-1)?.[0] ?? 0)) seen.push([received, performance.now()])
    }, () => {})
  }, 20)
  await registry.push('application/x-ndjson', rowsAsNdjson(MANY, { year: 2021 }))
    .finally(() => { clearInterval(watching) })
  const seconds = (performance.now() - begun) / 1000
  const rate = ([from, since]: [number, number], [to, until]: [number, number]) => (to - from) / (until - since) * 1000
  const first = rate(seen[0]!, seen.find(([rows]) => rows >= LONG_FIRST) ?? seen.at(-1)!)
  const all = rate(seen[0]!, seen.at(-1)!)
  const most = await memory(pid, 'VmHWM')
  show(side, {
    name: `members: NDJSON, ${MANY} new`,
    ratio: MANY / seconds / median(bares),
    asked: 0.8 * median(resultOf(side, side.ours, newOf(MEMBERS)).ratios),
    note: [
      perSecond(MANY / seconds),
      `once begun, the first ${LONG_FIRST} ${perSecond(first)}, all ${perSecond(all)}`,
      `all beside the first ${(all / first).toFixed(2)} (≥ 0.90)`,
      `resident: idle ${idle.toFixed(0)} MiB, at most ${most.toFixed(0)}: ${(most - idle).toFixed(0)} more (≤ 96)`,
      `before it, from the start on, at most ${before.toFixed(0)}`
    ].join('; ')
  })
}

/** Rates of one beside those of the other in the same round. */
const beside = (one: Result, other: Result) =>
  median(one.rates.map((rate, round) => rate / other.rates[round]!)).toFixed(2)

try {
  const sides = [await startSide(), ...OLDER === '' ? [] : [await startSide(OLDER)]]
  const bares = sides.map(() => [] as number[])
  const idle = await Promise.all(sides.map(({ ours }) => memory(ours.registry.child.pid!, 'VmRSS')))
  const stored = STORED > 0 ? `, with ${STORED} figures stored` : ''
  const builds = [sides[0]!.ours.name, ...OTHER === '' ? [] : [nameOf(OTHER)]].join(', in turns with build ')
  const versions = sides.map(({ postgres }) => postgres.version).join(' and ')
  say(`build ${builds}; PostgreSQL ${versions}, durable; median of ${ROUNDS} rounds of ${ROWS} rows${stored}`)
  for (const { name, says } of SHAPES) say(`${name}: ${says}`)
  say(`baseline: ${BASELINE}`)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, side] of inTurns([...sides.entries()], round)) await runRound(side, round, bares[i]!)
  }
  for (const [i, side] of sides.entries()) {
    showRounds(side, bares[i]!)
    if (SECONDS > 0) await showSingles(side)
    if (MANY > 0) await showMany(side, bares[i]!, idle[i]!)
  }
  const [embedded, older] = sides
  for (const name of [...SHAPES.map(newOf), UNCHANGED, CORRECTIONS, ...SECONDS > 0 ? [SINGLES] : []]) {
    const { postgres: { version }, ours, other } = embedded!
    const result = resultOf(embedded!, ours, name)
    if (other !== undefined) {
      say(`${name}: on ${version} ${beside(result, resultOf(embedded!, other, name))} of build ${other.name} (≥ 0.97)`)
    }
    if (older !== undefined && SHAPES.some(shape => newOf(shape) === name)) {
      const ratio = beside(resultOf(older, older.ours, name), result)
      say(`${name}: on ${older.postgres.version} ${ratio} of ${version} (≥ 0.80)`)
    }
  }
  await writeFile(join(HERE, 'bench', `${OUT}.txt`), `${lines.join('\n')}\n`)
  await writeFile(join(HERE, 'bench', `${OUT}.svg`), barChart(`Rows a second, beside the bare database${stored}`, bars))
} finally {
  for (const end of ends.reverse()) await end().catch((error: unknown) => { console.error(error) })
}
