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

/** Of a first look, over the wire. */
const MOST_BYTES = 650_000
/** Of the page with one operation opened. */
const HIGHEST = 4_000
/** Of each width those operations are opened that have the most to show; with ALL_OPERATIONS all, which takes minutes. */
const MOST = process.env['ALL_OPERATIONS'] === undefined ? 24 : Infinity

/** Sets the page's clock a little further on than a token lasts; playwright's own clock would stand still. */
const LATER = '{ const now = Date.now; Date.now = () => now() + 16 * 60_000 }'
/** Of Swagger UI, where an operation has been executed. */
const ENGLISH_WORDS = [
  'Authorize', 'Cancel', 'Try it out', 'Reset', 'Execute', 'Clear', 'Parameters', 'Name', 'Description', 'Request body', 'Edit Value', 'Schema',
  'Responses', 'Server response', 'Code', 'Details', 'Request URL', 'Response body', 'Response headers', 'Request duration', 'Download', 'Media type', 'Example Value'
]

interface Session {
  page: Page
  requests: string[]
  errors: string[]
  /** How often the browser would have opened its own window to sign in. */
  windows: () => number
  bytes: () => number
  picture: (name: string, of?: Page) => Promise<unknown>
}

async function openSession (t: Test, browser: Browser, width: number): Promise<Session> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' })
  t.teardown(() => context.close())
  const [requests, errors]: [string[], string[]] = [[], []]
  let [windows, bytes] = [0, 0]
  context.on('request', request => { requests.push(request.url()) })
  context.on('console', message => { if (['error', 'warning'].includes(message.type())) errors.push(message.text()) })
  context.on('weberror', error => { errors.push(error.error().message) })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('websocket', socket => { requests.push(socket.url()) })
  const protocol = await context.newCDPSession(page)
  await protocol.send('Network.enable')
  protocol.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength })
  await protocol.send('Fetch.enable', { handleAuthRequests: true })
  protocol.on('Fetch.requestPaused', ({ requestId }) => { protocol.send('Fetch.continueRequest', { requestId }).catch(() => {}) })
  protocol.on('Fetch.authRequired', ({ requestId }) => {
    windows++
    protocol.send('Fetch.continueWithAuth', { requestId, authChallengeResponse: { response: 'CancelAuth' } }).catch(() => {})
  })
  const directory = SCREENSHOTS ?? await temporaryDirectory(t)
  await mkdir(directory, { recursive: true })
  const picture = (name: string, of = page) => of.screenshot({ path: join(directory, `${name}-${width}.png`) })
  return { page, requests, errors, windows: () => windows, bytes: () => bytes, picture }
}

const widthOf = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth')

/** Presses Execute on what stands there. */
async function execute (at: Locator): Promise<{ status: string, body: Record<string, any> }> {
  const clear = at.locator('.btn-clear') // what was answered before
  if (await clear.count() > 0) await clear.click()
  await at.locator('button.execute').click()
  const live = at.locator('.live-responses-table')
  const status = await live.locator('tbody .response-col_status').first().innerText()
  const body = await live.locator('tbody .response-col_description pre').first().innerText()
  await live.scrollIntoViewIfNeeded()
  return { status: status.trim(), body: JSON.parse(body) }
}

interface Operation { operationId: string, tags: [string], parameters?: unknown[], responses: object, requestBody?: object }

const weight = ({ parameters = [], responses, requestBody }: Operation) =>
  parameters.length + Object.keys(responses).length + (requestBody === undefined ? 0 : 10)

/** All operations of the document, those with the most to show first. */
async function operationsOf (url: string, method?: string): Promise<Operation[]> {
  const { paths } = await (await fetch(`${url}/v1/openapi.json`)).json() as { paths: Record<string, Record<string, Operation>> }
  return Object.values(paths).flatMap(item => method === undefined ? Object.values(item) : item[method] ?? []).sort((a, b) => weight(b) - weight(a))
}

/** Opens and closes one operation after another, and the groups around them; gives the height and width of the page with it. */
const OPEN = `async groups => {
  const seen = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve, 20)))
  const until = async isSo => { while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5)) }
  const toggle = async (id, control, inside) => {
    const at = () => document.getElementById(id)
    const was = at().closest('.opblock-tag-section, .opblock').querySelector(inside) !== null
    at().querySelector(control).click()
    await until(() => (at().closest('.opblock-tag-section, .opblock').querySelector(inside) !== null) !== was)
  }
  const sizes = []
  for (const [tag, operations] of groups) {
    const group = () => toggle('operations-tag-' + tag, 'button', '.opblock')
    await group()
    for (const operation of operations) {
      const one = () => toggle('operations-' + tag + '-' + operation, '.opblock-summary-control', '.responses-inner')
      await one()
      await seen()
      sizes.push([operation, document.documentElement.scrollHeight, document.documentElement.scrollWidth])
      await one()
    }
    await group()
  }
  return sizes
}`

test('somebody who has just started the registry opens its pages', async t => {
  if (!existsSync(CHROMIUM)) throw new Error(`there is no ${CHROMIUM}: install Debian's package chromium, or set CHROMIUM`)
  const dataDir = join(await temporaryDirectory(t), 'data')
  const server = startProcess(t, 'src/server.ts', { PORT: '0', DATA_DIR: dataDir, SEED: 'demo', LOG_LEVEL: 'warn' })
  const [, url = ''] = await server.says(/Swagger UI +(http\S+)\/docs/)
  const client = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  const reviewer = JSON.parse(await readFile(join(dataDir, 'reviewer.json'), 'utf8'))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  t.teardown(() => browser.close())

  for (const width of [1440, 390]) {
    await t.test(`in a window of ${width} px`, async t => {
      const session = await openSession(t, browser, width)
      const { page, requests, errors, picture } = session
      const first = page.locator('#operations-status-listStatus')
      const push = page.locator('#operations-push-pushMeasurement')

      await t.test('the address of the service leads to Swagger UI, in the language of the reader', async t => {
        await page.goto(`${url}/`)
        await page.locator('#swagger-ui .opblock-tag').first().waitFor()
        await page.waitForLoadState('networkidle')
        t.equal(page.url(), `${url}/docs`)
        t.match(await page.title(), /^Hệ thống quản lý chỉ tiêu/)
        t.equal(await page.locator('h1').innerText(), 'Hệ thống quản lý chỉ tiêu chuyển đổi số cấp tỉnh')
        t.equal(await page.locator('.errors-wrapper').count(), 0, 'it finds no fault with the document')
        t.ok(session.bytes() < MOST_BYTES, `${session.bytes()} bytes`)
        t.equal(await widthOf(page), width, 'nothing is wider than the window')
        await picture('docs')
      })

      await t.test('the groups stand in the order of use', async t => {
        t.same(await page.locator('h2.heading').allInnerTexts(), ['Đọc', 'Gửi', 'Duyệt', 'Kế hoạch và danh mục', 'Quản trị'])
        t.equal(await page.locator('.opblock-tag').first().getAttribute('data-tag'), 'status')
        await page.locator('#operations-tag-status').click()
        t.equal(await page.locator('.opblock').first().getAttribute('id'), 'operations-status-listStatus')
        await page.locator('#operations-tag-status').click()
      })

      await t.test('the groups are there before Swagger UI is, and one that is chosen opens with it', async t => {
        const early = await page.context().newPage()
        let letGo = () => {}
        const held = new Promise<void>(resolve => { letGo = resolve })
        await early.route(/swagger-ui\.[^/]+\.js$/, async route => {
          await held
          await route.continue()
        })
        await early.goto(`${url}/docs?lang=vi`, { waitUntil: 'commit' })
        const names = (tags: Locator) => tags.evaluateAll(all => all.map(one => one.textContent.replace(/\s+/g, ' ').trim()))
        const outlined = await names(early.locator('#outline .opblock-tag'))
        await picture('early', early)
        await early.locator('#outline a', { hasText: 'Gửi số liệu' }).click()
        t.equal(await early.locator('#swagger-ui .opblock-tag').count(), 0)
        letGo()
        await early.locator('#operations-push-pushMeasurement').waitFor()
        t.equal(await early.locator('#outline').count(), 0, 'what stood in their place is gone')
        t.equal(outlined.length, 25)
        t.same(await names(early.locator('.opblock-tag')), outlined)
        await early.close()
      })

      await t.test('the first pull, by the link of the introduction', async t => {
        await page.locator('.introduction a', { hasText: 'GET /v1/status' }).click()
        await first.locator('.responses-inner').waitFor()
        await picture('pull')
        const { status, body } = await execute(first)
        t.equal(status, '200')
        t.ok(body['data'].length > 20)
        for (const row of body['data']) t.match(row, { target: { plan: '4677-KH-UBND-2024' }, performance: /^[a-z_]+$/, explanation: { text: { vi: /./, en: /./ } } })
        await picture('pulled')
        await first.locator('.opblock-summary-control').click()
      })

      await t.test('a wrong secret is an error in the form, and the browser asks for nothing', async t => {
        await page.locator('button.authorize').first().click()
        await page.locator('#clientId:focus').waitFor()
        await page.keyboard.type(client.id)
        await page.locator('#clientSecret').fill('wrong')
        await page.locator('.sign-in button.authorize').click()
        t.match(await page.locator('.sign-in .errors').innerText(), /Mã client và mã bí mật không khớp/)
        t.match(await page.locator('.sign-in .hint').innerText(), /Không đánh dấu gì/)
        t.equal(await page.locator('.sign-in .signed').count(), 0)
        t.equal(await widthOf(page), width)
        await picture('refused')
        t.equal(session.windows(), 0)
        await page.evaluate('fetch(\'/oauth/token\', { method: \'POST\', headers: { authorization: \'Basic \' + btoa(\'a:b\') }, body: new URLSearchParams({ grant_type: \'client_credentials\' }) }).catch(() => {})')
        t.equal(session.windows(), 1, 'this is how the window would be seen')
      })

      await t.test('with the right one the client is signed in', async t => {
        await page.locator('#clientSecret').fill(client.secret)
        await page.locator('.sign-in button.authorize').click()
        t.match(await page.locator('.sign-in .signed').innerText(), client.id)
        t.match(await page.locator('.sign-in code').innerText(), /measurements:write/)
        await picture('signed-in')
        await page.locator('.dialog-ux .btn-done').click()
        t.equal(await page.locator('.auth-wrapper button.authorize.locked').count(), 1)
        errors.splice(0, errors.length, ...errors.filter(text => !/status of 401/.test(text)))
      })

      await t.test('the first push, as a dry run', async t => {
        await page.locator('.introduction a', { hasText: 'POST /v1/measurements' }).click()
        await push.locator('.responses-inner').waitFor()
        const dryRun = push.locator('tr[data-param-name="dryRun"] select')
        await dryRun.selectOption('true')
        await picture('push')
        const { status, body } = await execute(push)
        t.equal(status, '200')
        const sent = JSON.parse(await push.locator('.body-param textarea').inputValue())
        t.match(body, { indicator: sent.indicator, agency: sent.agency, period: sent.period })
        t.match(await push.locator('.curl').innerText(), /dryRun=true[^]*Authorization: Bearer ey/)
        await picture('pushed')
        const lines = (await page.locator('#swagger-ui').innerText()).split('\n').map(line => line.trim())
        t.same(ENGLISH_WORDS.filter(word => lines.includes(word)), [], 'words that stayed English')
        t.ok(['Đăng nhập', 'Tham số', 'Thực hiện', 'Nội dung gửi', 'Phản hồi của máy chủ'].every(word => lines.includes(word)))
      })

      await t.test('a token that has run out is renewed', async t => {
        const before = requests.filter(address => address.endsWith('/oauth/token')).length
        await page.evaluate(LATER)
        t.equal((await execute(push)).status, '200')
        t.equal(requests.filter(address => address.endsWith('/oauth/token')).length, before + 1)
        t.equal((await execute(push)).status, '200')
        t.equal(requests.filter(address => address.endsWith('/oauth/token')).length, before + 1, 'and the new one is used')
        t.equal(await page.locator('.notice').count(), 0)
      })

      await t.test('one that the server does not take is replaced, and the reader is told', async t => {
        await page.route(/\/v1\/measurements/, route => route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer x.y.z' } }), { times: 1 })
        const { status, body } = await execute(push)
        t.match({ status, body }, { status: '401', body: { code: 'invalid_token', detail: /hãy lấy token mới/ } })
        t.match(await page.locator('.notice').innerText(), /đã lấy token mới\. Hãy bấm Thực hiện lần nữa/)
        t.equal(await widthOf(page), width)
        await picture('replaced')
        await page.locator('.notice button').click()
        t.equal((await execute(push)).status, '200')
        t.equal(await page.locator('.notice').count(), 0)
      })

      await t.test('a client that gets no token any more is signed out, and the reader is told why', async t => {
        const transition = async (to: string) => {
          const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret })
          const { access_token: token } = await (await fetch(`${url}/oauth/token`, { method: 'POST', body: form })).json() as { access_token: string }
          const { status } = await fetch(`${url}/v1/clients/${reviewer.id}/transitions`, {
            method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ to, reason: 'test' })
          })
          t.equal(status, 201)
        }
        await page.locator('.auth-wrapper button.authorize').click()
        await page.locator('.sign-in .sign-out').click()
        await page.locator('#clientId').fill(reviewer.id)
        await page.locator('#clientSecret').fill(reviewer.secret)
        await page.locator('.sign-in button.authorize').click()
        await page.locator('.sign-in .signed').waitFor()
        await page.locator('.dialog-ux .btn-done').click()
        await transition('suspended')
        await page.evaluate(LATER)
        const { status, body } = await execute(push)
        t.match({ status, body }, { status: '401', body: { detail: /./ } })
        t.match(await page.locator('.notice').innerText(), /Phiên đăng nhập đã hết: .+ Hãy đăng nhập lại\./)
        t.equal(await page.locator('.auth-wrapper button.authorize.unlocked').count(), 1)
        await picture('signed-out')
        await page.locator('.notice button').click()
        await transition('active')
        await push.locator('.opblock-summary-control').click()
        errors.splice(0, errors.length, ...errors.filter(text => !/status of 401/.test(text)))
      })

      await t.test('the filter finds by path, name and group, without case and diacritics', async t => {
        const search = async (phrase: string) => {
          await page.locator('.operation-filter-input').fill(phrase)
          await page.waitForTimeout(500)
          return await page.locator('.opblock').evaluateAll(all => all.map(one => one.id))
        }
        t.ok((await search('push')).includes('operations-push-pushSubmission'))
        await picture('filter')
        const figures = await search('số liệu')
        t.ok(figures.includes('operations-measurements-listMeasurements'))
        for (const phrase of ['SO LIEU', 'so lieu']) t.same(await search(phrase), figures)
        t.ok((await search('scorecard')).includes('operations-rankings-getScorecard'))
        for (const phrase of ['gửi', 'gui so lieu']) t.ok((await search(phrase)).includes('operations-push-pushMeasurement'), phrase)
        t.equal((await search('status'))[0], 'operations-status-listStatus')
        t.same(await search('correctAgency'), ['operations-agencies-correctAgency'])
        const posts = (await operationsOf(url, 'post')).map(({ tags: [tag], operationId }) => `operations-${tag}-${operationId}`)
        const found = await search('POST')
        t.same(posts.filter(id => !found.includes(id)), [])
        t.same(await search('no such thing'), [])
        t.match(await page.locator('.nothing').innerText(), /Không tìm thấy kết quả nào cho “no such thing”/)
        await picture('nothing')
        await search('')
        t.equal(await page.locator('.nothing').count(), 0)
      })

      await t.test('the other language, at the same place', async t => {
        await page.locator('.languages a').click()
        await page.waitForURL(/lang=en/)
        await page.locator('#swagger-ui .opblock-tag').first().waitFor()
        t.equal(await page.locator('h1').innerText(), 'Provincial Indicator Registry')
        t.equal(await page.locator('html').getAttribute('lang'), 'en')
        t.same(await page.locator('h2.heading').allInnerTexts(), ['Pull', 'Push', 'Review', 'Plan and catalogue', 'Administer'])
      })

      await t.test('the guide', async t => {
        await page.locator('.bar a', { hasText: 'Integration guide' }).click()
        t.equal(await page.locator('h1').innerText(), 'Integrating: the first hour')
        t.equal(await widthOf(page), width, 'wide tables are moved within themselves')
        await page.locator('nav a', { hasText: 'Push one figure' }).click()
        t.match(page.url(), /#push-one-figure$/)
        await picture('guide')
      })

      t.same(errors, [], 'the browser had nothing to complain of')

      await t.test('no operation makes the page endless', async t => {
        const opened = (await operationsOf(url)).slice(0, MOST)
        await page.goto(`${url}/docs?lang=vi`)
        await page.locator('#swagger-ui .opblock-tag').first().waitFor()
        const tags = [...new Set(opened.map(({ tags: [tag] }) => tag))]
        const groups = JSON.stringify(tags.map(tag => [tag, opened.filter(one => one.tags[0] === tag).map(one => one.operationId)]))
        const sizes = await page.evaluate<[string, height: number, width: number][]>(`(${OPEN})(${groups})`)
        t.equal(sizes.length, opened.length)
        t.comment(`highest at ${width} px: ${sizes.sort((a, b) => b[1] - a[1]).slice(0, 5).map(([id, height]) => `${id} ${height}`).join(', ')}`)
        t.same(sizes.filter(([, height]) => height > HIGHEST), [], 'higher')
        t.same(sizes.filter(([,, wide]) => wide > width), [], 'wider than the window')
      })

      await t.test('a fault has a page of its own', async t => {
        const fault = await (await fetch(`${url}/v1/indicators/none`)).json() as { type: string }
        await page.goto(new URL(fault.type, url).href)
        t.match(await page.locator('h1').innerText(), /./)
        await picture('problem')
      })

      t.same(errors, [], 'nor of that')
      t.ok(requests.length > 8)
      t.same(requests.filter(address => !address.startsWith('about:') && new URL(address).origin !== url), [], 'nothing was asked of anybody else')
    })
  }
})
