import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test, type Test } from 'tap'
import { freePort } from '../../src/embedded/free-port.js'
import { database } from '../helper.js'
import { book } from '../http/workbooks.js'
import { arguments_, batch } from '../setup/cmd.js'
import { Failure, powershell } from '../setup/powershell.js'
import { temporaryDirectory } from '../setup/processes.js'
import { relay } from '../setup/relay.js'
import { token, up } from '../setup/server.js'
import { send, type Answered, type Sent } from '../setup/wire.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const GUIDE = 'docs/integrating.md'
const CLIENT = { id: 'report-system', secret: 'a-secret-of-the-report-system' }
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const run = promisify(execFile)
type Json = Record<string, any>

const page = (file: string) => readFileSync(resolve(ROOT, file), 'utf8')
/** The blocks of one language on a page. */
const blocks = (file: string, language: string) =>
  [...page(file).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block]) => block!)
/** The code that a table or a list of the guide promises; the test sees what is answered. */
const promised = (code: string) =>
  page(GUIDE).split('\n## Recipes\n')[1]!.split('\n## ')[0]!.includes(`\`${code}\``)

/** A registry; `relayed` behind an address that can be busy. */
async function start (t: Test, { relayed = false, seed = 'demo' as 'demo' | 'plan' } = {}) {
  const { connectionString } = await database(t, { seed })
  const port = await freePort('127.0.0.1')
  const front = await relay(t, `http://127.0.0.1:${port}`)
  const url = relayed ? front.url : `http://127.0.0.1:${port}`
  await up(t, {
    DATABASE_URL: connectionString, SEED: seed, DATA_DIR: join(await temporaryDirectory(t), 'data'), LOG_LEVEL: 'warn',
    BOOTSTRAP_CLIENT_ID: CLIENT.id, BOOTSTRAP_CLIENT_SECRET: CLIENT.secret, PORT: String(port), PUBLIC_URL: url
  })
  const authorization = `Bearer ${await token(url, CLIENT.id, CLIENT.secret)}`
  const get = async (path: string): Promise<Json> => {
    const answer = await fetch(url + path, { headers: { authorization } })
    return await answer.json() as Json
  }
  return { front, url, authorization, get, here: (text: string) => text.replaceAll('http://127.0.0.1:3000', url) }
}
type Started = Awaited<ReturnType<typeof start>>

/** The two files of a recipe, each with a figure that no other has, and with one row that is wrong. */
async function files (directory: string, name: string, i: number) {
  await mkdir(directory, { recursive: true })
  const reason = `Bổ sung số liệu của hai phường (${name})`
  const csv = [
    'indicator,agency,period,numerator,denominator,reason',
    `XHS-07,UBND-PHAN-THIET,2025-Q3,${96_642 + i},165200,${reason}`,
    `XHS-07,UBND-NOWHERE,2025-Q3,1,2,${reason}`,
    ''
  ].join('\r\n')
  const sheet = book([
    ['indicator', 'agency', 'period', 'value', 'reason'],
    ['KTS-05', 'UBND-BINH-THUAN', '2025', `10.${i}`, reason]
  ])
  await writeFile(join(directory, 'figures.csv'), csv)
  await writeFile(join(directory, 'figures.xlsx'), sheet)
  return { directory, reason, csv, sheet, numerator: String(96_642 + i), value: `10.${i}` }
}
type Files = Awaited<ReturnType<typeof files>>

/** What the two files say is what the registry has, to the letter. */
async function arrived (t: Test, { get }: Started, { reason, numerator, value }: Files, { workbook = true } = {}) {
  const { data: [share] } = await get('/v1/measurements?indicator=XHS-07&agency=UBND-PHAN-THIET&period=2025-Q3')
  t.match(share, { numerator, reason }, 'the row of the CSV')
  if (!workbook) return
  const { data: [count] } = await get('/v1/measurements?indicator=KTS-05&agency=UBND-BINH-THUAN&period=2025')
  t.match(count, { value, reason }, 'the row of the workbook')
}

test('Python', { timeout: 250_000 }, async t => {
  const interpreter = ['/usr/bin/python3', 'python3'].find(name => {
    try { return execFileSync(name, ['-c', 'import requests'], { stdio: 'ignore' }) !== undefined } catch { return false }
  })
  if (interpreter === undefined) {
    // in CI it is a failure: .ci/install has installed it
    if (process.env['CI'] === 'true') t.fail('no python3 has requests')
    else t.pass('the recipe', { skip: 'no python3 has requests here' })
    return
  }
  const started = await start(t, { relayed: true })
  const given = await files(await temporaryDirectory(t), 'Python', 1)
  const [recipe = '', ...others] = blocks(GUIDE, 'python')
  t.same(others, [])
  await writeFile(join(given.directory, 'recipe.py'), started.here(recipe))
  const python = async () => await run(interpreter, ['recipe.py'], {
    cwd: given.directory,
    env: { PATH: process.env['PATH'], CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret, LC_ALL: 'C.UTF-8' }
  })
  started.front.faults.push('busy', 'fast', 'lost')
  const { stdout } = await python()
  const lines = stdout.trim().split('\n')
  const { count } = await started.get('/v1/status?limit=1&count=exact')
  t.equal(lines.length - 3, count, 'every target, over several pages')
  t.equal(started.front.seen.filter(path => path === '/v1/status').length, Math.ceil(count / 10) + 1)
  t.equal(started.front.seen.filter(path => path === '/v1/submissions').length, 4 + 3, 'and again after 503, 429 and a broken line')
  t.equal(lines.at(-3), "figures.csv line 3 ['unknown_agency']")
  t.match(lines.at(-2), "figures.csv {'received': 2, 'created': 0, 'revised': 1,")
  t.match(lines.at(-1), "figures.xlsx {'received': 1, 'created': 0, 'revised': 1,")
  await arrived(t, started, given)
  await writeFile(join(given.directory, 'figures.csv'), 'indicator,agency,period,wert\n')
  const refused = await python().catch(error => error as { code: number, stderr: string })
  t.match(refused, { code: 1, stderr: /^400 invalid_request: \[\{.*'\/wert'.*'unknown_column'/ })
})

/** How the versions of PowerShell send, and what they make of an answer. Where that is from stands beside each. */
interface Edition {
  name: string
  bom: boolean
  /** What a string becomes where the Content-Type names no charset. */
  encode: (text: string) => Buffer
  headers: (request: { host: string, given: [string, string][], type: string | undefined, length: number | undefined, first: boolean }) => [string, string][]
  /** The first POST of a process asks for `100 Continue`. */
  expects: boolean
  /** Of a header that is not there. */
  noHeader: () => unknown
}

/**
 * .NET's ISO-8859-1 takes the letter that looks most alike and else a question mark: EncoderLatin1BestFitFallback of
 * https://github.com/dotnet/runtime; the letters of Vietnamese of its table.
 */
const ALIKE: Record<string, string> = {
  Ă: 'A', ă: 'a', Đ: 'D', đ: 'd', Ĩ: 'I', ĩ: 'i', Ũ: 'U', ũ: 'u', Ơ: 'O', ơ: 'o', Ư: 'U', ư: 'u'
}
const latin1 = (text: string) =>
  Buffer.from([...text].map(letter => letter.charCodeAt(0) < 256 ? letter : ALIKE[letter] ?? '?').join(''), 'latin1')

const EDITIONS: Edition[] = [
  {
    // The headers of HttpWebRequest as captures have them. FullClr/WebRequestPSCmdlet.FullClr.cs of
    // https://github.com/PowerShell/PowerShell (before 6.0): the body of the first request is opened before Expect100Continue
    // is turned off (so says https://github.com/akamai/AkamaiOPEN-edgegrid-powershell/pull/3 too), and strings are encoded
    // by the charset alone.
    name: 'Windows PowerShell 5.1',
    bom: true,
    encode: latin1,
    headers: ({ host, given, type, length, first }) => [
      ...given, ['User-Agent', 'Mozilla/5.0 (Windows NT; Windows NT 10.0; vi-VN) WindowsPowerShell/5.1.19041.3031'],
      ...type === undefined ? [] : [['Content-Type', type] as [string, string]], ['Host', host],
      ...length === undefined ? [] : [['Content-Length', String(length)] as [string, string]],
      ...first ? [['Expect', '100-continue'] as [string, string]] : [], ['Connection', 'Keep-Alive']
    ],
    expects: true,
    noHeader: () => null
  },
  ...([['PowerShell 7.2', '7.2.24', latin1], ['PowerShell 7.4', '7.4.6', (text: string) => Buffer.from(text)]] as const).map(([name, version, encode]): Edition => ({
    // Common/WebRequestPSCmdlet.Common.cs and ContentHelper.Common.cs there: HttpClient with the headers of the request, then
    // those of the content; UTF-8 for strings since https://github.com/PowerShell/PowerShell/pull/18219 (7.4)
    name,
    bom: false,
    encode,
    headers: ({ host, given, type, length }) => [
      ['Host', host], ...given, ['User-Agent', `Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; vi-VN) PowerShell/${version}`],
      ['Accept-Encoding', 'gzip, deflate, br'],
      ...type === undefined ? [] : [['Content-Type', type] as [string, string]], ...length === undefined ? [] : [['Content-Length', String(length)] as [string, string]]
    ],
    expects: false,
    noHeader: () => { throw new Failure({}) }
  }))
]

/** Runs a page's lines as that edition does; every request with what it was answered. `faults`: of the first pushes. */
async function pasted (source: string, edition: Edition, directory: string, faults: (429 | 503 | 'lost')[] = []) {
  const exchanges: (Sent & { answer: Answered })[] = []
  const out = await powershell(source, {
    directory,
    env: { CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret },
    bom: edition.bom,
    async invoke ({ uri, method = 'Get', headers = {}, body, infile, contenttype, ...others }) {
      if (Object.keys(others).length > 0) throw new Error(`Invoke-RestMethod does not send ${Object.keys(others).join(', ')} here`)
      const given = Object.entries(headers as Json).map(([name, value]): [string, string] => [name, String(value)])
      // a hash table is sent as a form, and so is a POST that names no type
      const text = typeof body === 'object' ? new URLSearchParams(body as Record<string, string>).toString() : body as string | undefined
      const type = contenttype as string | undefined ?? (method === 'Post' ? 'application/x-www-form-urlencoded' : undefined)
      const content = infile !== undefined
        ? readFileSync(resolve(directory, String(infile)))
        : text === undefined ? undefined : /charset=utf-8/i.test(type ?? '') ? Buffer.from(text) : edition.encode(text)
      const first = edition.expects && content !== undefined && !exchanges.some(one => one.body !== undefined)
      const request: Sent = {
        url: String(uri), method: String(method).toUpperCase(), body: content, waits: first,
        headers: edition.headers({ host: new URL(String(uri)).host, given, type, length: content?.length, first })
      }
      const fault = infile === undefined ? undefined : faults.shift()
      const answer = typeof fault === 'number'
        ? { status: fault, headers: { 'retry-after': '1' } as Record<string, string>, text: '{}', json: {} }
        : await send(request)
      if (fault === 'lost') throw new Failure({})
      exchanges.push({ ...request, answer })
      if (answer.status < 400) return answer.json ?? answer.text
      throw new Failure({
        Response: {
          StatusCode: answer.status,
          Headers: { GetValues: (name: string) => answer.headers[name.toLowerCase()] === undefined ? edition.noHeader() : [answer.headers[name.toLowerCase()]] }
        }
      }, { Message: answer.text })
    }
  })
  return { out: out as any[], exchanges, statuses: exchanges.map(({ answer }) => answer.status) }
}

test('PowerShell', { timeout: 250_000 }, async t => {
  const started = await start(t)
  const { url, authorization } = started
  const recipe = started.here(blocks(GUIDE, 'powershell')[0]!)
  const { count } = await started.get('/v1/status?limit=1&count=exact')
  for (const [i, edition] of EDITIONS.entries()) {
    await t.test(edition.name, async t => {
      const given = await files(await temporaryDirectory(t), edition.name, i + 1)
      const { out, exchanges, statuses } = await pasted(recipe, edition, given.directory, [503, 429, 'lost'])
      t.same(statuses.filter(status => status >= 400), [503, 429], 'and the third was lost')
      t.equal(out.filter(one => typeof one === 'string' && /^\S+\t\S*\t\w+$/.test(one)).length, count, 'every target')
      t.ok(out.includes('figures.csv line 3: unknown_agency'))
      t.same(out.filter(one => one?.received !== undefined).map(one => [one.received, one.revised, one.rejected]), [[2, 1, 1], [1, 1, 0]])
      t.match(out.at(-1), { dryRun: true, reason: 'Bổ sung số liệu hai cửa hàng' }, 'letters of a string')
      await arrived(t, started, given)
      t.equal(exchanges[0]!.waits, edition.expects, 'the token after 100 Continue')

      const wrong = recipe.replace("'application/json; charset=utf-8'", "'application/json'").replace('Bổ sung số liệu hai cửa hàng', 'Bổ sung số liệu')
      t.equal(recipe.length - wrong.length, '; charset=utf-8 hai cửa hàng'.length)
      const last = async (source: string) =>
        await pasted(source, edition, given.directory).then(({ out }) => out.at(-1), error => JSON.parse(error.message))
      const answer = await last(wrong)
      const lost = { status: 400, errors: [{ code: 'letters_lost', detail: /charset=utf-8/ }] }
      if (edition.encode === latin1) t.match(answer, lost, answer.errors[0].detail)
      else t.match(answer, { reason: 'Bổ sung số liệu' })
      const single = await last(wrong.replace('Bổ sung số liệu', 'Báo cáo'))
      if (edition.encode === latin1) t.match(single, { status: 400, errors: [{ code: 'invalid_utf8', detail: /PowerShell/ }] })
      else t.match(single, { reason: 'Báo cáo' })
    })
  }

  await t.test('files and bodies as 5.1 writes them', async t => {
    const [edition] = EDITIONS
    const push = async (type: string, body: Buffer) => (await send({
      url: `${url}/v1/submissions?mode=partial&dryRun=true`, method: 'POST', body,
      headers: edition!.headers({ host: new URL(url).host, type, length: body.length, first: false, given: [['Authorization', authorization], ['Idempotency-Key', 'x'], ['Accept-Language', 'en']] })
    })).json as Json
    const row = { indicator: 'XHS-07', agency: 'UBND-PHAN-THIET', period: '2025-Q3', value: '58.5', note: 'đã kiểm tra' }
    const exported = [Object.keys(row), Object.values(row)].map(cells => `"${cells.join('","')}"\r\n`).join('')
    const cases: [what: string, type: string, body: Buffer, code: string][] = [
      ['Export-Csv, in ASCII', 'text/csv', Buffer.from(exported.replaceAll(/[^\x20-\x7e\r\n]/g, '?')), 'letters_lost'],
      ['Export-Csv, with the type above', 'text/csv', Buffer.from(`#TYPE System.Management.Automation.PSCustomObject\r\n${exported}`), 'header_not_first'],
      ['>', 'text/csv', Buffer.from(`\uFEFF${exported}`, 'utf16le'), 'utf_16'],
      ['Set-Content -Encoding utf8, of JSON', 'application/json', Buffer.from(`\uFEFF${JSON.stringify({ rows: [row] })}`), 'byte_order_mark'],
      ['ConvertTo-Json without -Depth', 'application/json', Buffer.from(JSON.stringify({ rows: [{ ...row, breakdown: 'System.Collections.Hashtable' }] })), 'wrong_type']
    ]
    for (const [what, type, body, code] of cases) {
      const problem = await push(type, body)
      t.match(problem, { status: 400, errors: [{ code }] }, `${what}: ${problem['errors']?.[0]?.detail}`)
      t.equal(problem['errors'].length, 1, 'and nothing beside it')
      t.ok(promised(code), code)
    }
    t.match(await push('text/csv', Buffer.from(`\uFEFF${exported}`)), { dryRun: true, counts: { received: 1 } }, 'a mark before a CSV belongs there')
  })
})

test('the lines for PowerShell of the other pages', { timeout: 250_000 }, async t => {
  // they say PowerShell 7
  const edition = EDITIONS[1]!
  const started = await start(t)
  const directory = await temporaryDirectory(t)
  await mkdir(join(directory, '.data'))
  await writeFile(join(directory, '.data/client.json'), JSON.stringify(CLIENT))

  const readme = await pasted(started.here(blocks('README.md', 'powershell').join('\n')), edition, directory)
  t.same(readme.statuses, [200, 200, 201])
  t.match(readme.out[0], /10,00 chưa đạt/)
  t.match(readme.out[1], { value: '10.5', revision: 2, reason: 'Two more shops reported' })
  t.equal((await started.get('/v1/status?indicator=KTS-05&on=2025-11-15')).data[0].performance, 'achieved', 'as README says')

  const puller = await pasted(started.here(blocks('docs/first-day/puller.md', 'powershell').join('\n')), edition, directory)
  t.equal(puller.out.filter(one => typeof one === 'string').length, 29, 'every target of the plan')
  t.same(new Set(puller.statuses), new Set([200]))

  const plan = await start(t, { seed: 'plan' })
  const system = await pasted(plan.here(blocks('docs/first-day/report-system.md', 'powershell').join('\n')), edition, directory)
  t.same(new Set(system.statuses), new Set([200]))
  t.match(system.out[0], { id: CLIENT.id, scopes: Array })
  t.ok(system.out.some(one => typeof one === 'string' && /^\w+\tCQS-02\tUBND-PHAN-THIET\t2025-Q1\t2025-/.test(one)), 'what the agency owes')
  t.match(system.out.slice(-2), [{ dryRun: true, counts: { received: 1, rejected: 0 } }, { dryRun: false, counts: { received: 1, rejected: 0 } }])
  const [dry, push] = system.exchanges.slice(-2)
  t.same(push!.body!.toString().split('\n')[1], 'CQS-02,UBND-PHAN-THIET,2025-Q1,4512,5210,2025-03-14T16:00:00+07:00')
  const keyOf = (one: Sent) => one.headers.find(([name]) => name === 'Idempotency-Key')![1]
  t.not(keyOf(dry!), keyOf(push!))
  t.equal(keyOf(push!), createHash('sha256').update(push!.body!).digest('hex').toUpperCase())
})

/**
 * The expressions of a workflow as far as the guide uses them: functions, quoted names and `?['name']`, which are
 * JavaScript but for the `?.` (https://learn.microsoft.com/azure/logic-apps/expression-functions-reference). A text that
 * is one expression keeps the type of its value; `@{…}` within a text makes a text of it.
 */
function evaluated (value: unknown, scope: Record<string, (...given: any[]) => unknown>): unknown {
  const one = (expression: string): unknown => {
    // eslint-disable-next-line no-new-func
    const work = new Function(...Object.keys(scope), `return ${expression.replaceAll('?[', '?.[')}`)
    return work(...Object.values(scope))
  }
  if (typeof value === 'string') return /^@(?!\{)/.test(value) ? one(value.slice(1)) : value.replaceAll(/@\{([^}]*)\}/g, (_, expression: string) => asText(one(expression)))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, evaluated(of, scope)]))
}
/** A file in a text is read as UTF-8, whatever it is: https://willpage.dev/2019/12/20/using-the-http-action-to-post-multipart-form-data-in-power-automate-logic-apps */
const asText = (value: any): string => typeof value === 'object' && value?.$content !== undefined ? Buffer.from(value.$content, 'base64').toString() : String(value)
const envelope = (content: Buffer) => ({ '$content-type': 'application/octet-stream', $content: content.toString('base64') })

/**
 * What the HTTP action sends. A body that is an envelope is sent as the bytes in it, a text as UTF-8, any other object as
 * JSON (https://learn.microsoft.com/azure/logic-apps/logic-apps-content-type); headers named Accept-… are left out
 * (https://learn.microsoft.com/azure/connectors/connectors-native-http); the others as an API gateway received them
 * (Accept-Encoding, Accept-Language, `; charset=utf-8` behind the type of a text, User-Agent, x-ms-…). Whether the length
 * is said or the body chunked stands nowhere: both are sent.
 */
function action ({ method, uri, headers = {}, body, authentication }: Json, chunked: boolean): Sent {
  const binary = typeof body === 'object' && body?.$content !== undefined
  const content = body === undefined ? undefined : binary ? Buffer.from(body.$content, 'base64') : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const type = headers['Content-Type'] ?? (binary ? body['$content-type'] : 'application/json')
  const given = Object.entries<string>(headers).filter(([name]) => !/^Accept-/i.test(name) && name !== 'Content-Type')
  return {
    url: uri, method, body: content, chunked,
    headers: [
      ['x-ms-execution-location', 'southeastasia'], ['x-ms-workflow-id', 'fb6f6ffe7cf84df7beee4b7a9f9036ac'], ['x-ms-workflow-operation-name', 'HTTP'],
      ['x-ms-client-tracking-id', '08586595201664692963773773294CU53'], ['Accept-Encoding', 'gzip, deflate'], ['Accept-Language', 'en-US'],
      ['User-Agent', 'azure-logic-apps/1.0 (workflow fb6f6ffe7cf84df7beee4b7a9f9036ac; version 08586595368134558043) microsoft-flow/1.0'],
      ...given,
      ...authentication === undefined ? [] : [['Authorization', `Basic ${Buffer.from(`${authentication.username}:${authentication.password}`).toString('base64')}`] as const],
      ['Host', new URL(uri).host],
      ...content === undefined ? [] : [['Content-Type', binary ? type : `${type}; charset=utf-8`] as const, (chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(content.length)]) as [string, string]],
      ['Connection', 'Keep-Alive']
    ]
  }
}

test('Power Automate', { timeout: 250_000 }, async t => {
  const started = await start(t)
  const [recipe = ''] = blocks(GUIDE, 'json').filter(block => block.includes('"type": "Http"'))
  const actions = JSON.parse(started.here(recipe)) as Record<string, { type: string, inputs: Json }>
  t.same(Object.entries(actions).map(([name, { type }]) => [name, type]), [['Token', 'Http'], ['Page', 'Http'], ['Set_next', 'SetVariable'], ['Push', 'Http']])
  for (const [i, chunked] of [false, true].entries()) {
    const given = await files(await temporaryDirectory(t), `Power Automate ${i}`, i + 5)
    const bodies: Json = { Get_file_metadata: { ETag: `"{7F1D6C7A-0000-4A53-9D6B-4F2C1B0A9E0${i}},4"` }, Get_file_content: envelope(Buffer.from(given.csv)) }
    const variables: Json = { Next: `${started.url}/v1/status?limit=10` }
    const scope = {
      body: (name: string) => bodies[name],
      variables: (name: string) => variables[name],
      parameters: (name: string) => ({ CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret })[name],
      coalesce: (...values: unknown[]) => values.find(value => value !== undefined && value !== null),
      base64ToBinary: ($content: string) => ({ '$content-type': 'application/octet-stream', $content })
    }
    const http = async (name: string, change: (inputs: Json) => Json = inputs => inputs): Promise<Answered> => {
      const answer = await send(action(evaluated(change(actions[name]!.inputs), scope) as Json, chunked))
      bodies[name] = answer.json
      return answer
    }
    t.equal((await http('Token')).status, 200)

    const targets: unknown[] = []
    while (variables['Next'] !== '') {
      t.equal((await http('Page', inputs => ({ ...inputs, uri: '@variables(\'Next\')' }))).status, 200)
      targets.push(...bodies['Page'].data)
      const { name, value } = actions['Set_next']!.inputs as { name: string, value: string }
      variables[name] = evaluated(value, scope)
    }
    t.equal(targets.length, (await started.get('/v1/status?limit=1&count=exact'))['count'])

    const inEarnest = (inputs: Json) => ({ ...inputs, uri: inputs['uri'].replace('&dryRun=true', '') })
    t.match((await http('Push')).json, { dryRun: true, counts: { revised: 1, rejected: 1 } })
    t.match((await http('Push', inEarnest)).json, { dryRun: false, counts: { revised: 1, rejected: 1 }, exceptions: [{ problems: [{ code: 'unknown_agency', detail: /^There is no/ }] }] })
    t.equal((await http('Push', inEarnest)).headers['idempotency-replayed'], 'true', 'the ETag of the file is the key')
    bodies['Get_file_content'] = envelope(given.sheet)
    bodies['Get_file_metadata'] = { ETag: `"{0B1D6C7A-0000-4A53-9D6B-4F2C1B0A9E0${i}},1"` }
    const asWorkbook = (inputs: Json) => ({ ...inputs, headers: { ...inputs['headers'], 'Content-Type': XLSX } })
    t.match((await http('Push', inputs => asWorkbook(inEarnest(inputs)))).json, { counts: { received: 1, revised: 1 } })
    await arrived(t, started, given)

    const content = "body('Get_file_content')"
    const wrong: [what: string, body: unknown, type: string, status: number, code: string, says: RegExp][] = [
      ['a workbook as a text', `@{base64ToBinary(${content}?['$content'])}`, XLSX, 400, 'damaged_workbook', /without @\{…\}/],
      ['a workbook in its envelope', JSON.stringify(envelope(given.sheet)), XLSX, 400, 'base64_body', /base64ToBinary/],
      ['a workbook in base64', `@${content}?['$content']`, XLSX, 400, 'base64_body', /base64ToBinary/],
      ['a CSV in its envelope', JSON.stringify(envelope(Buffer.from(given.csv))), 'text/csv', 400, 'base64_body', /base64ToBinary/],
      ['a CSV in its envelope, as JSON', JSON.stringify(envelope(Buffer.from(given.csv))), 'application/json', 400, 'base64_body', /base64ToBinary/],
      ['a CSV in base64', Buffer.from(given.csv).toString('base64'), 'text/csv', 400, 'base64_body', /base64ToBinary/]
    ]
    for (const [what, body, type, status, code, says] of wrong) {
      const { json } = await http('Push', inputs => ({ ...inputs, body, headers: { ...inputs['headers'], 'Content-Type': type } }))
      t.match(json, { status, errors: [{ code, detail: says }] }, `${what}: ${json.errors?.[0].detail}`)
      t.equal(json.errors.length, 1)
      t.ok(promised(code), code)
    }
    const { 'Content-Type': _, ...untyped } = actions['Push']!.inputs['headers']
    t.match((await http('Push', inputs => ({ ...inputs, headers: untyped }))).json, { status: 415, consumes: ['application/json', 'application/x-ndjson', 'text/csv', XLSX] }, 'without a type')
    t.match((await http('Push', inputs => ({ ...inputs, headers: { ...inputs['headers'], 'Content-Type': 'multipart/form-data; boundary=x' } }))).json, { status: 415 })
  }
  t.match(actions['Push']!.inputs['retryPolicy'], { type: 'exponential', count: 8 })
})

test('curl in cmd', { timeout: 250_000 }, async t => {
  const started = await start(t, { relayed: true })
  const given = await files(await temporaryDirectory(t), 'cmd', 8)
  const [recipe = ''] = blocks(GUIDE, 'bat')
  started.front.faults.push('busy', 'fast')
  const { runs, code } = await batch(started.here(recipe), given.directory, { CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret })
  t.equal(code, 0)
  t.equal(runs.length, 5)
  const answers = runs.slice(2).map(({ stdout }) => JSON.parse(stdout.slice(stdout.indexOf('{"id"') === -1 ? stdout.lastIndexOf('{"client"') : stdout.indexOf('{"id"'))) as Json)
  t.same(answers.map(({ dryRun, counts }) => [dryRun, counts.received, counts.revised]), [[true, 2, 1], [false, 2, 1], [false, 1, 1]])
  await arrived(t, started, given)
  const pulled = await readFile(join(given.directory, 'status.csv'), 'utf8')
  t.match(pulled, /^\uFEFFtarget\.id;/, 'the decimal comma and the semicolon came through')
  t.match(pulled, /;\d+,\d\d;/)

  const failing = await batch(started.here(recipe).replaceAll('text/csv', 'text/plain'), given.directory, { CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret })
  t.equal(failing.code, 1, 'a refusal ends it')
  t.match(failing.runs.at(-1), { code: 22, stdout: /"code":"unsupported_media_type"/ })
  const oneLine = await batch(started.here(recipe).replaceAll('--data-binary', '-d'), given.directory, { CLIENT_ID: CLIENT.id, CLIENT_SECRET: CLIENT.secret })
  t.match(oneLine.runs.at(-1), { code: 22, stdout: /"code":"invalid_request"/ }, 'without line ends')
})

test('what cmd and the C library make of a line', async t => {
  // https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments has these
  t.same(arguments_(String.raw`"a b c" d e`), ['a b c', 'd', 'e'])
  t.same(arguments_(String.raw`"ab\"c" "\\" d`), ['ab"c', '\\', 'd'])
  t.same(arguments_(String.raw`a\\\b d"e f"g h`), ['a\\\\\\b', 'de fg', 'h'])
  t.same(arguments_(String.raw`a\\\"b c d`), ['a\\"b', 'c', 'd'])
  t.same(arguments_(String.raw`a\\\\"b c" d e`), ['a\\\\b c', 'd', 'e'])
  t.same(arguments_('\'a b\' ""'), ["'a", "b'", ''], "' quotes nothing")
})
