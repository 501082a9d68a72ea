import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { nameOf, startPostgres, startRegistry } from './push-servers.js'

/**
 * What a first look at /docs costs, in Chromium with an empty cache: this build and another one in turns.
 * Usage: npm run bench:docs -- --other=<directory of another build, with its dist> [--rounds=4]
 * Prints, for two widths, the bytes over the wire, the time until the first tag is seen and until it is Swagger UI's own
 * (before that the page has a list of them; the median of the rounds, and the shortest and the longest), and the height of
 * the page with one operation opened. Times say something as a ratio alone.
 */
const option = (name: string) => process.argv.find(argument => argument.startsWith(`--${name}=`))?.slice(name.length + 3)
const OTHER = option('other')
const ROUNDS = Number(option('rounds') ?? 4)
const WIDTHS = [1440, 390]
const OPERATIONS = ['listStatus', 'pushSubmission']
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync'
]

interface Look { bytes: number, seen: number, own: number, opened: Record<string, { height: number, milliseconds: number }> }
interface Build { name: string, url: string }

/** `tags`: of the operations to open. */
async function look (browser: Browser, { url }: Build, width: number, tags: Record<string, string>): Promise<Look> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'vi-VN' })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    const network = await context.newCDPSession(page)
    await network.send('Network.enable')
    let bytes = 0
    network.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength })
    const begun = performance.now()
    await page.goto(`${url}/docs`, { waitUntil: 'commit' })
    await page.locator('.opblock-tag').first().waitFor()
    const seen = performance.now() - begun
    await page.locator('#swagger-ui .opblock-tag').first().waitFor()
    const own = performance.now() - begun
    await page.waitForLoadState('networkidle')
    const first = bytes
    const opened: Look['opened'] = {}
    for (const [operation, tag] of Object.entries(tags)) {
      const tab = await context.newPage()
      tab.setDefaultTimeout(120_000)
      const start = performance.now()
      await tab.goto(`${url}/docs#/${tag}/${operation}`)
      await tab.locator(`#operations-${tag}-${operation} .responses-inner`).waitFor()
      const milliseconds = performance.now() - start
      await tab.waitForTimeout(500)
      opened[operation] = { height: await tab.evaluate<number>('document.documentElement.scrollHeight'), milliseconds }
      await tab.close()
    }
    return { bytes: first, seen, own, opened }
  } finally {
    await context.close()
  }
}

async function tagsOf ({ url }: Build): Promise<Record<string, string>> {
  const { paths } = await (await fetch(`${url}/v1/openapi.json`)).json() as
    { paths: Record<string, Record<string, { operationId: string, tags: string[] }>> }
  const operations = Object.values(paths).flatMap(item => Object.values(item))
  return Object.fromEntries(operations.filter(one => OPERATIONS.includes(one.operationId))
    .map(one => [one.operationId, one.tags[0]!]))
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!

const span = (values: number[]) =>
  `${Math.round(median(values))} (${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))})`

const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-bench-'))
await chmod(directory, 0o711)
const ends: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })]
try {
  const postgres = await startPostgres(join(directory, 'postgres'))
  ends.push(() => postgres.stop())
  const roots = { this: fileURLToPath(new URL('..', import.meta.url)), ...(OTHER === undefined ? {} : { other: OTHER }) }
  const builds: Build[] = []
  for (const [database, root] of Object.entries(roots)) {
    const registry = await startRegistry(root, postgres.urlOf(database), join(directory, database))
    ends.push(() => registry.stop())
    builds.push({ name: `${database} ${nameOf(root)}`, url: registry.url })
  }
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS })
  ends.push(() => browser.close())

  for (const width of WIDTHS) {
    const looks = new Map<string, Look[]>(builds.map(({ name }) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      // each build is first as often
      for (const build of round % 2 === 0 ? builds : builds.toReversed()) {
        const tags = round === 0 ? await tagsOf(build) : {}
        looks.get(build.name)!.push(await look(browser, build, width, tags))
      }
    }
    for (const [name, all] of looks) {
      const heights = Object.entries(all[0]!.opened)
        .map(([operation, { height, milliseconds }]) => `${operation} ${height} px (${Math.round(milliseconds)} ms)`)
      console.log(`${width} px, ${name}: ${median(all.map(one => one.bytes))} bytes, first tag after ` +
        `${span(all.map(one => one.seen))} ms, Swagger UI's own after ${span(all.map(one => one.own))} ms; ${heights.join(', ')}`)
    }
    const [ours = [], other] = looks.values()
    if (other === undefined) continue
    for (const [what, key] of [['first tag', 'seen'], ["Swagger UI's own", 'own']] as const) {
      const [mine, theirs] = [ours, other].map(all => median(all.map(one => one[key])))
      console.log(`${width} px: ${what}, this : other = ${(mine! / theirs!).toFixed(3)}`)
    }
  }
} finally {
  for (const end of ends.toReversed()) await end()
}
