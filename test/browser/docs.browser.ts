import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { test, type Test } from 'tap'
import { startProcess, temporaryDirectory } from '../setup/processes.js'

/** The browser of the system (Debian: the package `chromium`); CHROMIUM names another. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
/** Where pictures of the pages go, to be looked at; they are lost with the test when it is not set. */
const SCREENSHOTS = process.env['SCREENSHOTS']

/** Of its own accord the browser would look for updates, and for much else. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

interface Session { page: Page, requests: string[], errors: string[], picture: (name: string) => Promise<unknown> }

async function openPage (t: Test, browser: Browser, origin: string): Promise<Session> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' })
  t.teardown(() => context.close())
  const [requests, errors]: [string[], string[]] = [[], []]
  await context.route('**/*', route => new URL(route.request().url()).origin === origin ? route.continue() : route.abort())
  context.on('request', request => { requests.push(request.url()) })
  context.on('console', message => { if (['error', 'warning'].includes(message.type())) errors.push(message.text()) })
  context.on('weberror', error => { errors.push(error.error().message) })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('websocket', socket => { requests.push(socket.url()) })
  const directory = SCREENSHOTS ?? await temporaryDirectory(t)
  await mkdir(directory, { recursive: true })
  return { page, requests, errors, picture: name => page.screenshot({ path: join(directory, `${name}.png`) }) }
}

/** Opens an operation, and presses Execute on what stands there. */
async function execute (page: Page, tag: string, operation: string): Promise<{ status: string, body: Record<string, any>, at: Locator }> {
  const section = page.locator(`#operations-tag-${tag}`)
  if (await section.getAttribute('data-is-open') !== 'true') await section.click()
  const at = page.locator(`#operations-${tag}-${operation}`)
  await at.locator('.opblock-summary-control').click()
  await at.locator('button.execute').click()
  const live = at.locator('.live-responses-table')
  const status = await live.locator('tbody .response-col_status').first().innerText()
  const body = await live.locator('tbody .response-col_description pre').first().innerText()
  await live.scrollIntoViewIfNeeded()
  return { status: status.trim(), body: JSON.parse(body), at }
}

test('somebody who has just started the registry opens its pages', async t => {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no ${CHROMIUM}: install Debian's package chromium, or set CHROMIUM`)
  const dataDir = join(await temporaryDirectory(t), 'data')
  const server = startProcess(t, 'src/server.ts', { PORT: '0', DATA_DIR: dataDir, SEED: 'demo', LOG_LEVEL: 'warn' })
  const [, url] = await server.says(/Swagger UI +(http\S+)\/docs/)
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  t.teardown(() => browser.close())
  const { page, requests, errors, picture } = await openPage(t, browser, url!)

  await t.test('the address of the service leads to Swagger UI', async t => {
    await page.goto(`${url!}/`)
    await page.locator('.opblock-tag').first().waitFor()
    t.equal(page.url(), `${url!}/docs`)
    t.match(await page.title(), /Hệ thống quản lý chỉ tiêu/)
    t.match(await page.locator('.info h1, .info h2').first().innerText(), /Hệ thống quản lý chỉ tiêu .*OAS 3\.1/s)
    t.equal(await page.locator('.errors-wrapper').count(), 0, 'it finds no fault with the document')
    await picture('docs')
  })

  await t.test('a client signs in with its id and secret', async t => {
    await page.locator('button.authorize').click()
    const form = page.locator('.auth-container', { has: page.locator('#client_id_clientCredentials') })
    await page.locator('#client_id_clientCredentials:focus').waitFor()
    await picture('authorize')
    await page.keyboard.type(client.id)
    await page.locator('#client_secret_clientCredentials').fill(client.secret)
    await form.locator('button.authorize').click()
    await page.getByRole('button', { name: 'Remove authorization' }).waitFor()
    t.ok(requests.includes(`${url!}/oauth/token`))
    await page.locator('.dialog-ux .btn-done').first().click()
    t.equal(await page.locator('button.authorize.locked').count(), 1)
  })

  await t.test('the example of a push, as it stands there, goes in', async t => {
    const { status, body, at } = await execute(page, 'measurements', 'pushMeasurement')
    await picture('push')
    t.match(status, /^20[01]$/)
    const sent = JSON.parse(await at.locator('.body-param textarea').inputValue())
    t.match(body, { indicator: sent.indicator, agency: sent.agency, period: sent.period, state: /accepted|submitted/, source: { client: client.id } })
    t.match(await at.locator('.curl').innerText(), /Authorization: Bearer ey/)
  })

  await t.test('the status of every target', async t => {
    const { status, body } = await execute(page, 'status', 'listStatus')
    await picture('status')
    t.equal(status, '200')
    t.ok(body['data'].length > 20)
    for (const row of body['data']) t.match(row, { target: { plan: '4677-KH-UBND-2024' }, performance: /^[a-z_]+$/, explanation: { text: { vi: /./, en: /./ } } })
  })

  t.same(errors, [], 'the browser had nothing to complain of')

  await t.test('a fault has a page of its own', async t => {
    const fault = await (await fetch(`${url!}/v1/indicators/none`)).json() as { type: string }
    await page.goto(new URL(fault.type, url).href)
    t.match(await page.locator('h1').innerText(), /./)
    await picture('problem')
  })

  t.same(errors, [], 'nor of that')
  t.ok(requests.length > 8)
  t.same(requests.filter(address => new URL(address).origin !== url), [], 'nothing was asked of anybody else')
})
