import { execFile, execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test, type Test } from 'tap'
import { build, client, pushKey } from '../helper.js'
import { temporaryDirectory } from '../setup/processes.js'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const run = promisify(execFile)

/** Debian's libreoffice-calc-nogui, or libreoffice-calc. */
function isInstalled (): boolean {
  try {
    execFileSync('soffice', ['--version'])
    return true
  } catch {
    return false
  }
}

/** What LibreOffice makes of a file that somebody opens and saves, with the settings of a Vietnamese office. */
async function office (t: Test) {
  const folder = await temporaryDirectory(t)
  const settings = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop></item></oor:items>'
  await run('mkdir', ['-p', join(folder, 'profile/user')])
  await writeFile(join(folder, 'profile/user/registrymodifications.xcu'), settings)
  return async (name: string, bytes: Buffer, to: string, filter: string): Promise<Buffer> => {
    await writeFile(join(folder, name), bytes)
    await run('soffice', [`-env:UserInstallation=file://${folder}/profile`, '--headless', '--convert-to', filter, '--outdir', join(folder, 'out'), join(folder, name)], { timeout: 200_000 })
    return await readFile(join(folder, 'out', name.replace(/\.\w+$/, `.${to}`)))
  }
}

test('saved by LibreOffice with a Vietnamese locale, and pushed back', { skip: isInstalled() ? false : 'LibreOffice is not installed' }, async t => {
  const app = await build(t, { seed: 'demo' })
  const { headers } = await client(app)
  const saved = await office(t)
  const exported = async (query: string) => (await app.inject({ url: `/v1/measurements?${query}`, headers })).rawPayload
  const push = async (type: string, payload: Buffer, query = '') => (await app.inject({
    method: 'POST',
    url: `/v1/submissions?mode=partial${query}`,
    headers: { ...headers, 'accept-language': 'en', ...pushKey('/v1/submissions'), 'content-type': type },
    payload
  })).json()
  const count = (await exported('format=ndjson')).toString().trimEnd().split('\n').length
  const unchanged = (receipt: any, what: string) => {
    t.same([receipt.counts?.received, receipt.counts?.unchanged], [count, count], `${what}: ${JSON.stringify(receipt.exceptions?.slice(0, 3) ?? receipt)}`)
  }
  const workbook = await exported('format=xlsx')
  const again = await saved('export.xlsx', workbook, 'xlsx', 'xlsx:Calc MS Excel 2007 XML')
  unchanged(await push(XLSX, again), 'the workbook, as a workbook')
  unchanged(await push('text/csv', await saved('sheet.xlsx', workbook, 'csv', 'csv:Text - txt - csv (StarCalc):59,34,76'), '&delimiter=%3B&decimalComma=true'), 'the workbook, as CSV with semicolons')
  unchanged(await push(XLSX, await saved('opened.xlsx', again, 'xlsx', 'xlsx:Calc MS Excel 2007 XML')), 'once more')

  const { data: [owed] } = (await app.inject('/v1/obligations?state=overdue&limit=1')).json()
  const template = (format: string) => `/v1/obligations?agency=${owed.agency.code}&period=${owed.period}&format=${format}&template=true`
  const file = (await app.inject({ url: template('xlsx'), headers })).rawPayload
  const empty = (await app.inject({ url: template('csv'), headers })).body.trimEnd().split('\n').length - 1
  t.ok(empty > 0, `${empty} rows to fill in`)
  for (const [what, type, bytes] of [
    ['the template as it was made', XLSX, file], ['saved', XLSX, await saved('template.xlsx', file, 'xlsx', 'xlsx:Calc MS Excel 2007 XML')],
    ['as CSV', 'text/csv', Buffer.from((await app.inject({ url: template('csv'), headers })).body)]
  ] as const) {
    const receipt = await push(type, bytes)
    t.match(receipt.counts, { received: 0, rejected: 0, leftEmpty: empty }, `${what}: ${JSON.stringify(receipt.errors ?? receipt.exceptions?.[0])}`)
  }
})
