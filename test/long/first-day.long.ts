import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { test, type Test } from 'tap'
import { freePort } from '../../src/embedded/free-port.js'
import { database } from '../helper.js'
import { built } from '../setup/built.js'
import { temporaryDirectory } from '../setup/processes.js'
import { up } from '../setup/server.js'
import { readState } from '../setup/state.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const first = { BOOTSTRAP_CLIENT_ID: 'first', BOOTSTRAP_CLIENT_SECRET: 'a-secret-of-the-first-one' }
const PATIENCE_MS = 200_000

/** What a person pastes from the page, in one shell; a start of the registry goes on in the background. */
function pasted (page: string): string {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!)
  return blocks.map((block, i) => {
    if (!/^(?:.* )?npm start$/m.test(block)) return `echo "== block ${i + 1}" >&2\n${block}`
    const log = `start-${i}.log`
    return [
      `(\n${block}) > ${log} 2>&1 &`,
      `for _ in $(seq 600); do grep -q 'Swagger UI' ${log} && break; sleep 0.1; done`,
      `grep -q 'Swagger UI' ${log} || { cat ${log} >&2; exit 1; }`
    ].join('\n')
  }).join('\n')
}

/** `npm` as the pages use it, without compiling. */
const NPM = `#!/bin/bash
case "$*" in
  start) exec node "${built('src/server.ts')}" ;;
  'run --silent client -- '*) shift 4; exec node "${built('src/client.cli.ts')}" "$@" ;;
  'run --silent db:migrate') exec node "${built('src/migrate.cli.ts')}" ;;
  *) echo "npm $*: not one of those that the pages use" >&2; exit 1 ;;
esac
`

/** Runs the commands of the page as they stand, but for the ports; its standard output. */
async function paste (
  t: Test, file: string,
  { ports, env, work: given }: { ports: Record<string, number | string>, env: Record<string, string>, work?: string }
) {
  const directory = await temporaryDirectory(t)
  const work = given ?? join(directory, 'work')
  await mkdir(work, { recursive: true })
  await writeFile(join(directory, 'npm'), NPM)
  await chmod(join(directory, 'npm'), 0o755)
  let page = await readFile(resolve(ROOT, file), 'utf8')
  for (const [port, ours] of Object.entries(ports)) page = page.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${ours}`)
  // of the README what comes after installing and testing
  page = page.slice(Math.max(0, page.indexOf('\n## A pull and a push')))
  if (ports['3001'] !== undefined) page = page.replaceAll('PORT=3001', `PORT=${ports['3001']}`)
  const script = `set -euo pipefail\ntrap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT\ncd ${work}\n${pasted(page)}`
  const { PATH = '', HOME = '', TMPDIR } = process.env
  return await new Promise<string>((resolve, reject) => {
    execFile('env', ['-u', 'NODE_OPTIONS', 'bash', '-c', script], {
      cwd: work,
      env: { PATH: `${directory}:${PATH}`, HOME, LC_ALL: 'C.UTF-8', LOG_LEVEL: 'warn', ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env },
      timeout: PATIENCE_MS
    }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${file}, after this it ended:\n${stderr.slice(-3_000)}\n${stdout.slice(-1_000)}`))
    })
  })
}

const lines = (text: string, ...wanted: string[]) => wanted.filter(line => !text.split('\n').includes(line))

/** pg_dump refuses a server that is newer than itself. */
const dumps = Number(/(\d+)\./.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1])

test('an operator pastes docs/first-day/operator.md', async t => {
  const { connectionString } = (await readState())!
  const server = new URL(connectionString)
  const administrator = new pg.Client({ connectionString })
  await administrator.connect()
  t.teardown(() => administrator.end())
  const { rows: [{ major }] } = await administrator.query("SELECT current_setting('server_version_num')::int / 10000 AS major")
  if (major > dumps) {
    t.pass('pasted', { skip: `pg_dump ${dumps} does not dump PostgreSQL ${major}: run on 15 by .ci/run` })
    return
  }
  t.teardown(async () => {
    for (const name of ['indicators', 'restored']) await administrator.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await administrator.query('DROP ROLE IF EXISTS indicators')
  })
  const [port, second] = [await freePort(), await freePort()]
  const said = await paste(t, 'docs/first-day/operator.md', {
    ports: { 3000: port, 3001: second, 5432: server.port },
    env: {
      PORT: String(port), PGHOST: server.hostname, PGPORT: server.port, PGUSER: decodeURIComponent(server.username),
      PGPASSWORD: decodeURIComponent(server.password)
    }
  })
  t.same(lines(said, '"bc-phan-thiet"', '"so-cong-thuong"', '"tham-dinh"', '1', '["not_assigned"]', '"suspended"', '2027-01-01'), [])
  // by hand: NĐ 09/2019 ends the first quarter on 14/3, a Sunday in 2027; two working days later is the 16th
  t.match(said, 'administrative\t2027-Q1\t2027-03-14\t2027-03-16\n')
  t.match(said, 'statistical\t2027-Q1\t2027-03-31\t')
})

test('somebody who has just started it pastes the lines of README.md', async t => {
  const { connectionString } = await database(t, { seed: 'demo' })
  const work = await temporaryDirectory(t)
  const { url } = await up(t, { DATABASE_URL: connectionString, SEED: 'demo', DATA_DIR: join(work, '.data') })
  const said = await paste(t, 'README.md', { ports: { 3000: new URL(url).port }, env: {}, work })
  t.match(said, '"performance":"in_progress"')
  t.match(said, /"value":"10\.5".*"revision":2.*"reason":"Two more shops reported"/)
  t.match(said, /"received":2,"created":0,"revised":0,"unchanged":1.*"rejected":1.*"unknown_agency".*"period_mismatch"/)
})

test('a developer pastes the other two', async t => {
  const { connectionString } = await database(t, { seed: 'demo' })
  const { url } = await up(t, { DATABASE_URL: connectionString, SEED: 'demo', ...first })
  const ports = { 3000: new URL(url).port }
  const env = { CLIENT_ID: first.BOOTSTRAP_CLIENT_ID, CLIENT_SECRET: first.BOOTSTRAP_CLIENT_SECRET }

  const pulled = await paste(t, 'docs/first-day/puller.md', { ports, env })
  t.same(lines(pulled, '29', '304', 'the same to the byte'), [])
  t.match(pulled, '"comparison": "10.00 > 10: no"')

  const { connectionString: plan } = await database(t, { seed: 'plan' })
  const other = await up(t, { DATABASE_URL: plan, SEED: 'plan', ...first })
  const pushed = await paste(t, 'docs/first-day/report-system.md', { ports: { 3000: new URL(other.url).port }, env })
  t.same(pushed.match(/"created": 1/g)?.length, 3, 'the dry run, the push, and the push again')
  t.same(lines(pushed, '{"revised":1,"rejected":0}'), [])
})
