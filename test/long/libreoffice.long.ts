import { test, type Test } from 'tap'
import { client, listen, pushKey } from '../helper.js'
import { SEMICOLONS, TO_XLSX, office, python, withOffice, withPython } from '../setup/office.js'
import type { Body } from '../features/registry.js'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const CSV = 'text/csv'

/** Served over HTTP to somebody who downloads and pushes. */
async function world (t: Test, seed: 'demo' | 'plan') {
  const { app, url } = await listen(t, { seed })
  const { headers } = await client(app)
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`, { headers })
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`)
    return Buffer.from(await response.arrayBuffer())
  }
  return {
    app,
    get,
    async push (type: string, body: Buffer, query = ''): Promise<Body> {
      const response = await fetch(`${url}/v1/submissions?mode=partial${query}`, {
        method: 'POST',
        headers: { ...headers, ...pushKey('/v1/submissions'), 'accept-language': 'en', 'content-type': type },
        body: new Uint8Array(body)
      })
      return await response.json() as Body
    }
  }
}

test('exports that LibreOffice opened and saved, with a Vietnamese locale, and pushed back', withOffice, async t => {
  const { get, push } = await world(t, 'demo')
  const saved = await office(t)
  const count = (await get('/v1/measurements?format=ndjson')).toString().trimEnd().split('\n').length
  t.ok(count > 500, `${count} figures`)
  const unchanged = (receipt: Body, what: string) => {
    t.same([receipt['counts']?.received, receipt['counts']?.unchanged], [count, count], `${what}: ${JSON.stringify(receipt['exceptions']?.slice(0, 3) ?? receipt)}`)
  }
  const workbook = await get('/v1/measurements?format=xlsx')
  const again = await saved('export.xlsx', workbook, { to: TO_XLSX })
  unchanged(await push(XLSX, again), 'the workbook, as a workbook')
  unchanged(await push(CSV, await saved('sheet.xlsx', workbook, { to: SEMICOLONS }), '&delimiter=%3B&decimalComma=true'), 'the workbook, as CSV with semicolons')
  unchanged(await push(XLSX, await saved('opened.xlsx', again, { to: TO_XLSX })), 'once more')

  // as its window for opening a CSV proposes it: the delimiter, quotation marks, UTF-8, from line 1; 1066 is vi-VN
  const opened = (delimiter: number, columns = '') => ({ from: `Text - txt - csv (StarCalc):${delimiter},34,76,1,${columns},1066,false,true`, to: TO_XLSX })
  const commas = '&decimalComma=true'
  const sheet = await get(`/v1/measurements?format=csv&bom=true&delimiter=%3B${commas}`)
  unchanged(await push(XLSX, await saved('semicolons.csv', sheet, opened(59)), commas), 'a CSV with semicolons and commas in its figures, as a workbook')
  unchanged(await push(XLSX, await saved('no-mark.csv', sheet.subarray(3), opened(59)), commas), 'the same without a byte order mark')
})

test('templates that are filled in by one program, saved by another, and pushed', { ...withOffice, ...withPython }, async t => {
  const { app, get, push } = await world(t, 'plan')
  const saved = await office(t)
  const files = await python(t)
  for (const [agency, period, count] of [['UBND-LA-GI', '2025-H1', 9], ['UBND-BINH-THUAN', '2025', 5]] as const) {
    const template = (format: string) => get(`/v1/obligations?agency=${agency}&period=${period}&format=${format}&template=true`)
    const file = await template('xlsx')
    for (const [what, type, bytes] of [
      ['the template as it was made', XLSX, file], ['saved', XLSX, await saved('template.xlsx', file, { to: TO_XLSX })],
      ['as CSV', CSV, await template('csv')]
    ] as const) {
      const receipt = await push(type, bytes)
      t.match(receipt['counts'], { received: 0, rejected: 0, leftEmpty: count }, `${what}: ${JSON.stringify(receipt['errors'] ?? receipt['exceptions']?.[0])}`)
    }

    await files.put('template.xlsx', file)
    const [head, ...rows] = JSON.parse(await files.run('read', 'template.xlsx')) as (string | number | null)[][]
    t.equal(rows.length, count)
    const typed = rows.map((row, i) => {
      const [indicator, unit] = ['indicator', '#numeratorUnit'].map(name => row[head!.indexOf(name)])
      const note = `${String(indicator)}: gõ tay`
      return { indicator, figure: unit === null ? { value: 6.25 + i } : { numerator: 40 + i, denominator: 60 + i }, note }
    })
    await files.run('fill', 'template.xlsx', 'filled.xlsx', JSON.stringify(Object.fromEntries(typed.map(({ figure, note }, i) => [i + 2, { ...figure, note }]))))
    const filled = await saved('filled.xlsx', await files.get('filled.xlsx'), { to: TO_XLSX })
    for (const outcome of ['created', 'unchanged']) {
      const receipt = await push(XLSX, filled)
      t.match(receipt['counts'], { received: count, [outcome]: count, leftEmpty: 0 }, JSON.stringify(receipt['exceptions'] ?? receipt))
    }
    const { rows: stored } = await app.pool.query(
      `select indicator_code as indicator, value::float, numerator::float, denominator::float, note from measurements
       where agency_code = $1 and period = $2`, [agency, period])
    t.same(new Map(stored.map(({ indicator, ...row }) => [indicator, row])), new Map(typed.map(({ indicator, figure, note }) =>
      [indicator, { value: null, numerator: null, denominator: null, ...figure, note }])))
  }
})
