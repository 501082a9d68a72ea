import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SignJWT, decodeJwt, decodeProtectedHeader } from 'jose'
import { test, type Test } from 'tap'
import { freePort } from '../../src/embedded/free-port.js'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { database, type TestDatabase } from '../helper.js'
import { book } from '../http/workbooks.js'
import { UNMEASURED, eventually, temporaryDirectory } from '../setup/processes.js'
import { relay } from '../setup/relay.js'
import { up } from '../setup/server.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PUSHERS = [
  { name: 'sh', command: ['sh', 'examples/push.sh'] },
  { name: 'ts', command: [process.execPath, '--import', 'tsx', 'examples/push.ts'] }
] as const
const CLIENT = { id: 'report-system', secret: 'a secret of the report system: %&+'.replaceAll(' ', '-') }
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const MANY = 30_000

interface Ended { code: number | null, stdout: string, stderr: string }

/** A pusher as a process of its own. */
function start (t: Test, command: readonly string[], parameters: string[], env: Record<string, string>) {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const child = spawn(command[0]!, [...command.slice(1), ...parameters], {
    cwd: ROOT,
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...UNMEASURED, CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret, PUSH_PATIENCE: '60', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', text => { stderr += text })
  const ended = new Promise<Ended>(resolve => { child.on('close', code => { resolve({ code, stdout, stderr }) }) })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return ended
}

/** Every pusher has figures of its own: a member of a break-down for each row. */
async function prepare (t: Test): Promise<TestDatabase> {
  const made = await database(t, { seed: 'plan' })
  await made.pool.query('insert into dimensions (code, name) values (\'cell\', \'{"vi":"ô"}\')')
  await made.pool.query('insert into dimension_members (dimension_code, code, name) select \'cell\', p || \'-\' || i, \'{"vi":"ô"}\' from unnest($1::text[]) p, generate_series(1, $2::int) i', [PUSHERS.map(({ name }) => name), MANY])
  return made
}

const environment = ({ connectionString }: TestDatabase, dataDir: string): Record<string, string> => ({
  DATABASE_URL: connectionString, DATA_DIR: dataDir, LOG_LEVEL: 'warn', BOOTSTRAP_CLIENT_ID: CLIENT.id, BOOTSTRAP_CLIENT_SECRET: CLIENT.secret,
  SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
})

const csv = (rows: string[]) => ['itemId,indicator,agency,period,breakdown.cell,value,note', ...rows, ''].join('\n')
const row = (name: string, i: number, more: { indicator?: string, agency?: string, value?: string, note?: string } = {}) =>
  `r${i},${more.indicator ?? 'KTS-05'},${more.agency ?? 'UBND-BINH-THUAN'},2025,${name}-${i},${more.value ?? '10.5'},${more.note ?? ''}`
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

async function stored ({ pool }: TestDatabase, name: string, indicator = 'KTS-05') {
  const { rows } = await pool.query<{ count: string, keys: string, newest: number }>(
    'select count(*), count(distinct (indicator_code, agency_code, period, breakdown_key)) as keys, max(revision) as newest from measurements where breakdown_key like $1 and indicator_code = $2', [`cell=${name}-%`, indicator])
  return { figures: Number(rows[0]!.count), keys: Number(rows[0]!.keys), newest: rows[0]!.newest }
}

/** A token of the server's own key whose time is over, though the answer says otherwise. */
async function expired (answer: { access_token: string }): Promise<string> {
  const claims = decodeJwt(answer.access_token)
  const token = await new SignJWT({ ...claims, iat: claims.iat! - 3600, exp: claims.exp! - 3600 }).setProtectedHeader(decodeProtectedHeader(answer.access_token) as { alg: string }).sign(privateKey)
  return JSON.stringify({ ...answer, access_token: token })
}

test('what a pusher meets', async t => {
  const outer = t
  const db = await prepare(t)
  const directory = await temporaryDirectory(t)
  const port = await freePort('127.0.0.1')
  const front = await relay(t, `http://127.0.0.1:${port}`, expired)
  const env = { ...environment(db, join(directory, 'data')), PORT: String(port), PUBLIC_URL: front.url }
  let server = await up(t, env)

  for (const { name, command } of PUSHERS) {
    const push = async (file: string, content: string | Buffer | undefined, options: string[] = [], env: Record<string, string> = {}) => {
      const path = join(directory, `${name}-${file}`)
      if (content !== undefined) await writeFile(path, content)
      front.reset()
      return { ...await start(t, command, [...options, path], { REGISTRY_URL: front.url, ...env }), path, requests: [...front.seen] }
    }
    const good = csv(range(1, 3).map(i => row(name, i)))

    await t.test(`${name}: a good file, first dry, and sent again`, async t => {
      const dry = await push('good.csv', good, ['--dry-run'])
      t.equal(dry.code, 0, dry.stderr)
      t.equal((await stored(db, name)).figures, 0)
      const { code, stdout, stderr, requests } = await push('good.csv', good)
      t.same([code, stdout], [0, ''], stderr)
      t.match(stderr, /^completed: 3 rows: 3 created, 0 revised, 0 unchanged, 0 rejected/m)
      t.same(requests, ['/oauth/token', '/v1/submissions'])
      const again = await push('good.csv', good)
      t.equal(again.code, 0)
      t.match(again.stderr, /^this file was sent before: .*\ncompleted: 3 rows: 3 created/m, 'a pusher that was started anew has the same key')
      const other = await push('good.csv', good, ['--again', 'tuesday'])
      t.match(other.stderr, /^completed: 3 rows: 0 created, 0 revised, 3 unchanged/m)
    })

    await t.test(`${name}: rows that no longer stand are told, and sent again when told to`, async t => {
      await db.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-07'")
      const file = csv(range(31, 32).map(i => row(name, i, { indicator: 'KTS-07' })))
      t.equal((await push('review.csv', file)).code, 0)
      const happens = async (kind: string, revision: number) => db.pool.query(`insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id)
        select indicator_code, id, revision, 1 + (select count(*) from measurement_events e where e.measurement_id = m.id and e.revision = m.revision), $2, client_id from measurements m where indicator_code = 'KTS-07' and breakdown_key = $1 and revision = $3`, [`cell=${name}-31`, kind, revision])
      await happens('returned', 1)
      const told = await push('review.csv', file)
      t.equal(told.code, 1, told.stderr)
      t.match(told.stdout, /^line 2 \(r31\): returned: see .*\/v1\/measurements\/.*\/history\n$/)
      t.match(told.stderr, /sent before(.|\n)*^1 rows no longer stand/m)
      const answered = await push('review.csv', file, ['--resend'])
      t.equal(answered.code, 0, answered.stderr)
      t.match(answered.stderr, /^completed: 2 rows: 0 created, 1 revised, 1 unchanged/m)
      t.equal((await push('review.csv', file)).code, 0, 'the answer answers it for the first push too')
      await happens('withdrawn', 2)
      await happens('withdrawn', 1)
      const gone = await push('review.csv', file, ['--resend'])
      t.equal(gone.code, 1, gone.stderr)
      t.match(gone.stdout, /^line 2 \(r31\): withdrawn: .*\nline 2 \(r31\): reason_required /)
    })

    await t.test(`${name}: bad lines, more than a receipt shows, corrected and sent`, async t => {
      const bad = range(101, 1300)
      const lines = [row(name, 4, { note: '"hai\r\ndòng, ""một"" ô"' }), ...bad.map(i => row(name, i, { agency: 'NOBODY', value: '10.123', note: '"một\nhai"' })), row(name, 5), `${row(name, 6)},`, row(name, 7, { note: 'a"b' })]
      const { code, stdout, stderr, path, requests } = await push('bad.csv', csv(lines))
      t.equal(code, 1, stderr)
      t.match(stderr, /^completed: 1204 rows: 2 created, 0 revised, 0 unchanged, 1202 rejected/m)
      const told = stdout.trim().split('\n')
      t.equal(told.length, 2 * 1200 + 2)
      t.match(told[0], /^line 4 \(r101\): unknown_agency \/agency: There is no agency "NOBODY"\.$/)
      t.match(told[1], /^line 4 \(r101\): too_many_decimals \/value: .+/)
      t.match(told.at(-2), /^line 2405: wrong_cell_count : .+/)
      t.match(told.at(-1), /^line 2406: stray_quote : .+/)
      t.equal(requests.filter(path => path.endsWith('/rows')).length, 3)
      const rest = await readFile(path.replace('.csv', '.rejected.csv'), 'utf8')
      t.equal(rest, csv([...lines.slice(1, 1201), ...lines.slice(-2)]), 'byte for byte')
      const corrected = rest.replaceAll('NOBODY', 'UBND-BINH-THUAN').replaceAll('10.123', '10.12').replace(',\n', '\n').replace('a"b', '"a""b"')
      const right = await push('bad.csv', corrected.replace(/,,$/m, ','))
      t.equal(right.code, 0, right.stderr)
      t.match(await stored(db, name), { figures: 3 + 2 + 1202, newest: 1 })
    })

    await t.test(`${name}: atomic, gzip, semicolons`, async t => {
      const whole = await push('atomic.csv', csv([row(name, 11), row(name, 12, { value: '10.123' })]), ['--atomic', '--gzip'])
      t.equal(whole.code, 1, whole.stderr)
      t.match(whole.stderr, /^rejected: 2 rows: 0 created, .* 1 rejected(.|\n)*^nothing was written: correct /m)
      t.match(whole.stdout, /^line 3 \(r12\): too_many_decimals /)
      t.equal((await push('atomic.csv', csv([row(name, 11), row(name, 12)]), ['--atomic', '--gzip'])).code, 0)
      const semicolons = await push('sheet.csv', `\uFEFF${csv([row(name, 13)]).replaceAll(',', ';').replace('10.5', '10,5').replaceAll('\n', '\r\n')}`, ['--semicolon'])
      t.equal(semicolons.code, 0, semicolons.stderr)
      t.match(semicolons.stderr, /^completed: 1 rows: 1 created/m)
    })

    await t.test(`${name}: a workbook and NDJSON, by the names of their files`, async t => {
      const sheet = (...rows: string[]) => book([['itemId', 'indicator', 'agency', 'period', 'breakdown.cell', 'value', 'note'], ...rows.map(line => line.split(','))])
      const some = await push('sheet.xlsx', sheet(row(name, 51), row(name, 52, { value: '10.123' })))
      t.equal(some.code, 1, some.stderr)
      t.match(some.stderr, /^completed: 2 rows: 1 created, .* 1 rejected(.|\n)*^correct these rows of the sheet in .*sheet\.xlsx and send it again/m)
      t.match(some.stdout, /^line 3 \(r52\): too_many_decimals /)
      const all = await push('sheet.xlsx', sheet(row(name, 51), row(name, 52, { value: '10.1' })), ['--gzip'])
      t.match([all.code, all.stderr], [0, /^completed: 2 rows: 1 created, 0 revised, 1 unchanged/m])
      const lines = (...rows: string[]) => rows.map(line => {
        const [itemId, indicator, agency, period, cell, value, note] = line.split(',')
        return `${JSON.stringify({ itemId, indicator, agency, period, breakdown: { cell }, value, ...note === '' ? {} : { note } })}\n`
      }).join('')
      const bad = row(name, 54, { value: '10.123', note: 'một "hai' })
      const part = await push('lines.ndjson', lines(row(name, 53), bad, row(name, 55)), ['--gzip'])
      t.match([part.code, part.stdout], [1, /^line 2 \(r54\): too_many_decimals \/value: .*\n$/], part.stderr)
      t.match(part.stderr, /^completed: 3 rows: 2 created, .* 1 rejected/m)
      t.equal(await readFile(part.path.replace('.ndjson', '.rejected.ndjson'), 'utf8'), lines(bad), 'the line by itself')
    })

    await t.test(`${name}: what the sender must mend is said once, and not sent again`, async t => {
      const header = await push('header.csv', good.replace('note', 'nota'))
      t.equal(header.code, 2)
      t.match(header.stderr, /refused: 400 invalid_request(.|\n)*\/nota +unknown_column: /)
      t.same(header.requests, ['/oauth/token', '/v1/submissions'])
      const secret = await push('good.csv', good, [], { CLIENT_SECRET: 'wrong' })
      t.equal(secret.code, 2)
      t.match(secret.stderr, /refused: 401 invalid_client/)
      t.same(secret.requests, ['/oauth/token'])
      const nothing = await push('missing.csv', undefined)
      t.same([nothing.code, nothing.requests], [2, []])
    })

    await t.test(`${name}: a token that has expired, a busy server, a lost answer`, async t => {
      front.stale.tokens = 1
      const renewed = await push('token.csv', csv([row(name, 21)]))
      t.equal(renewed.code, 0, renewed.stderr)
      t.same(renewed.requests, ['/oauth/token', '/v1/submissions', '/oauth/token', '/v1/submissions'])
      front.faults.push('busy', 'lost')
      const lost = await push('lost.csv', csv([row(name, 22)]))
      t.equal(lost.code, 0, lost.stderr)
      t.match(lost.stderr, /503 unavailable ?: again in (?:1\.\d|2\.0) s(.|\n)*connection lost.*: again in(.|\n)*sent before(.|\n)*completed: 1 rows: 1 created/, 'the first receipt')
      front.faults.push('busy')
      const given = await push('never.csv', csv([row(name, 23)]), [], { PUSH_PATIENCE: '-1' })
      t.equal(given.code, 2)
      t.match(given.stderr, /given up: 503/)
    })

    await t.test(`${name}: a server that is killed under it: all rows, once`, async t => {
      const path = join(directory, `${name}-many.csv`)
      await writeFile(path, csv(range(1, MANY).map(i => row(name, i, { indicator: 'KTS-03' }))))
      const pushing = start(t, command, [path], { REGISTRY_URL: `http://127.0.0.1:${port}` })
      t.ok(await eventually(async () => (await stored(db, name, 'KTS-03')).figures > 0, 60), 'something is in')
      server.child.kill('SIGKILL')
      await server.ended
      const before = (await stored(db, name, 'KTS-03')).figures
      t.ok(before < MANY, `killed after ${before} rows`)
      t.equal(before % STREAM_LIMITS.chunkRows, 0, 'whole chunks')
      server = await up(outer, env)
      const { code, stdout, stderr } = await pushing
      t.same([code, stdout], [0, ''], stderr)
      t.match(stderr, /connection lost.*: again in/)
      t.match(stderr, new RegExp(`^completed: ${MANY} rows: ${MANY - before} created, 0 revised, ${before} unchanged, 0 rejected`, 'm'))
      t.same(await stored(db, name, 'KTS-03'), { figures: MANY, keys: MANY, newest: 1 })
    })
  }
})
