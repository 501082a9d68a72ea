import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readConfig } from '../../src/config.js'
import { ruleFaults } from '../../src/features/fault-codes.js'
import { decide, type StoredRevision } from '../../src/features/pushes/outcome.js'
import {
  reviewFaults, reviewWarnings, ROW_FORM_FAULTS, rowFaults, rowNotices, rowWarnings, scopeFaults
} from '../../src/features/pushes/row-codes.js'
import type { PushRow, ResolvedRow } from '../../src/features/pushes/row.js'
import { ATOMIC_ROWS } from '../../src/features/pushes/chunks.js'
import { formFaults } from '../../src/http/fault-codes.js'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { build } from '../helper.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFile(resolve(ROOT, path), 'utf8')

/** The text under a heading, down to the next one of its rank or above. */
function section (text: string, heading: string): string {
  const rank = /^#+/.exec(heading)![0].length
  const [, below] = text.split(`\n${heading}\n`)
  if (below === undefined) throw new Error(`no heading "${heading}"`)
  return below.split(new RegExp(`\n#{1,${rank}} `))[0]!
}

/** The rows of the tables that begin with a code: their cells, the code without its marks. */
function rows (text: string): string[][] {
  return text.split('\n').flatMap(line => {
    const cells = /^\| `[^`]+` \|/.test(line) ? line.slice(1, -1).split('|').map(cell => cell.trim()) : []
    return cells.length === 0 ? [] : [[cells[0]!.replaceAll('`', ''), ...cells.slice(1)]]
  })
}

const english = (value: number) => value.toLocaleString('en')
const sorted = (values: Iterable<string>) => [...values].sort()

t.test('operations.md has every setting, with its default, and no other', async t => {
  const source = await read('src/config.ts')
  const names = new Map([...source.matchAll(/^ {2}(\w+):(?:.|\n {4})*?(?:setting|words|milliseconds)\(\s*'([A-Z_]+)'/gm)].map(([, name, variable]) => [variable!, name!]))
  t.equal(names.size, source.match(/\b(?:setting|words|milliseconds)\(\s*'[A-Z_]+'/g)?.length, 'each is found in the source')
  const documented = rows(section(await read('docs/operations.md'), '## Settings'))
  t.same(sorted(documented.map(([variable]) => variable!)), sorted(names.keys()))
  const defaults = readConfig({}) as unknown as Record<string, unknown>
  for (const [variable = '', , stated = ''] of documented) {
    const value = defaults[names.get(variable)!]
    if (value === undefined) t.equal(stated, '–', variable)
    else t.ok(stated.includes(`\`${String(value)}\``), `${variable}: ${stated} is ${String(value)}`)
  }
})

t.test('integrating.md lists every problem, with its status, and no other', async t => {
  const app = await build(t)
  const { data } = (await app.inject('/problems')).json() as { data: { code: string, status: number }[] }
  const documented = rows(section(await read('docs/integrating.md'), '### All problems'))
  t.same(sorted(documented.map(([code, status]) => `${status} ${code}`)), sorted(data.map(({ code, status }) => `${status} ${code}`)))
})

t.test('integrating.md lists every code of a row, and no other', async t => {
  const page = await read('docs/integrating.md')
  // what a quality rule says stands in a paragraph of its own
  const codes = Object.keys(rowFaults).filter(code => code !== 'quality_rule')
  t.same(sorted(rows(section(page, '### Row codes')).map(([code]) => code!)), sorted(codes))
  const lines = section(page, '### Lines that cannot be read')
  t.same([...ROW_FORM_FAULTS].filter(code => !lines.includes(`\`${code}\``)), [], 'those of form')
})

t.test('integrating.md has every warning of a row, says which await review, and no other', async t => {
  const page = await read('docs/integrating.md')
  const counted = [...section(page, '### Will it count?').matchAll(/^\|[^|]*\| `(\w+)`, `\/[^|]*\| ([^|]*)\|/gm)]
    .map(([, code = '', becomes = '']) => ({ code, becomes }))
  const notices = counted.filter(({ becomes }) => becomes.startsWith('a notice'))
  const waiting = counted.filter(({ becomes }) => becomes.startsWith('a warning: it awaits review'))
  const told = ['### Periods that contradict each other', '### Thousands marks and magnitude']
    .flatMap(heading => rows(section(page, heading)).map(([code]) => code!))
  t.same(sorted(notices.map(({ code }) => code)), sorted(Object.keys(rowNotices)))
  t.same(sorted([...waiting.map(({ code }) => code), ...told, 'quality_rule']), sorted(Object.keys(reviewWarnings)))
})

t.test('a code says one thing wherever it stands', async t => {
  // a quality rule that warns lets the row in
  const { quality_rule: _, ...warnings } = rowWarnings
  const texts = new Map<string, string>()
  for (const catalogue of [rowFaults, scopeFaults, warnings, reviewFaults, ruleFaults, formFaults]) {
    for (const [code, [vi, en]] of Object.entries(catalogue)) {
      t.equal(texts.get(code) ?? `${vi} / ${en}`, `${vi} / ${en}`, code)
      texts.set(code, `${vi} / ${en}`)
    }
  }
})

t.test('integrating.md says of every field of a row what it means beside each stored figure', async t => {
  const table = section(await read('docs/integrating.md'), '### What counts as new').split('\n').filter(line => line.startsWith('| ')).map(line => line.split('|').slice(1, -1).map(cell => cell.trim()))
  const [head = [], , ...lines] = table
  const seen = '2025-12-20T01:00:00.000000Z'
  const base = { indicator: 'I', agency: 'A', period: '2025', value: '50', quality: 'official', note: 'ghi chú', itemId: 'r1' } as const
  const resolved = { ...base, key: '', breakdown: {}, breakdownKey: '', late: false, initialState: 'accepted', warnings: [] } as const
  const figure = { value: '50', quality: 'official', note: 'ghi chú', evidence: undefined, reason: 'lý do cũ', observedAt: seen, id: 'm', revision: 1, newest: 1 } as const
  const gone = [{ value: '50', observedAt: seen }]
  const columns: Record<string, Partial<StoredRevision> & Pick<StoredRevision, 'state'>> = {
    '`submitted`': { state: 'submitted' },
    '`accepted`': { state: 'accepted', accepted: { value: '50' } },
    '`returned`': { state: 'returned' },
    '`returned`, once accepted': { state: 'returned', counts: true, accepted: { value: '50' } },
    'withdrawn, once accepted': { state: 'withdrawn', accepted: { value: '50' }, withdrawn: gone },
    'withdrawn, never accepted': { state: 'withdrawn', withdrawn: gone, observedAt: undefined }
  }
  const differences: Record<string, { row?: Partial<PushRow>, stored?: Partial<StoredRevision> }> = {
    nothing: {},
    'how its numbers are written': { row: { value: '50.00' } },
    '`value`': { row: { value: '51' } },
    '`numerator`, `denominator`': { row: { value: undefined, numerator: '1', denominator: '2' } },
    '`quality`': { row: { quality: 'estimate' } },
    '`evidence`, where none is stored': { row: { evidence: 'https://a.vn' } },
    '`evidence`, where another is stored': { row: { evidence: 'https://a.vn' }, stored: { evidence: 'https://b.vn' } },
    '`note`': { row: { note: 'chạy lúc 01:00' } },
    '`observedAt`, newer': { row: { observedAt: '2025-12-21T01:00:00Z' } },
    '`observedAt`, the same': { row: { observedAt: seen } },
    '`itemId`': { row: { itemId: 'r2' } }
  }
  /** Without a reason, with the stored one, and with another. */
  const meanings: Record<string, [string, string, string]> = {
    unchanged: ['unchanged', 'unchanged', 'unchanged'],
    revised: ['revised', 'revised', 'revised'],
    reason: ['reason_required', 'revised', 'revised'],
    'new reason': ['unchanged', 'unchanged', 'revised'],
    'new reason, for review': ['unchanged', 'unchanged', 'for review'],
    'for review': ['for review', 'for review', 'for review'],
    stale: ['stale_observation reason_required', 'stale_observation', 'stale_observation']
  }
  t.same(head.slice(1), Object.keys(columns))
  t.same(lines.map(([first]) => first), Object.keys(differences))
  for (const [difference = '', ...cells] of lines) {
    const { row, stored } = differences[difference]!
    for (const [i, cell] of cells.entries()) {
      const outcomes = [undefined, 'lý do cũ', 'lý do mới'].map(reason => {
        const before: StoredRevision = { accepted: undefined, ...figure, ...columns[head[i + 1]!]!, ...stored }
        const decision = decide({ ...base, ...row, reason }, { ...resolved, ...row } as ResolvedRow, before)
        if (decision.outcome === 'rejected') return decision.problems.map(({ code }) => code).join(' ')
        return decision.outcome === 'revised' && decision.forReview ? 'for review' : decision.outcome
      })
      t.same(outcomes, meanings[cell], `${difference}, ${head[i + 1]}: ${cell}`)
    }
  }
})

t.test('integrating.md says of every status that a push can meet whether to send again', async t => {
  const page = await read('docs/integrating.md')
  const table = section(page, '### When to send again').split('\n').filter(line => line.startsWith('| ')).map(line => line.split('|')[1]).join(' ')
  const told = new Set(table.match(/\b[1-5]\d\d\b/g))
  // a POST has no precondition
  const statuses = new Set(rows(section(page, '### All problems')).map(([, status]) => status!).filter(status => !['412', '428'].includes(status)))
  t.same(sorted([...statuses, '200', '201', '502', '504']), sorted(told))
})

t.test('integrating.md has the limits of a push', async t => {
  const page = await read('docs/integrating.md')
  const { bytes, lineBytes, rows: most, columns, idleMs } = STREAM_LIMITS
  const said = [`${bytes / 2 ** 30} GiB as it is sent`, `${lineBytes / 1024} KiB`, `${english(most)}; \`atomic\` ${english(ATOMIC_ROWS)}`, `columns of a CSV or workbook | ${columns}`, `${idleMs / 1000} s without a byte`]
  for (const text of said) t.ok(section(page, '## Push many').includes(text), text)
  t.ok(section(page, '### Modes and outcomes').includes(`one for every ${english(STREAM_LIMITS.chunkRows)} rows`), 'a chunk')
})

t.test('every link between the pages leads somewhere', async t => {
  const found = await readdir(resolve(ROOT, 'docs'), { recursive: true })
  const pages = [...['README.md', 'CHANGELOG.md'].filter(name => existsSync(resolve(ROOT, name))), ...found.filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
  const texts = new Map<string, string>()
  for (const page of pages) texts.set(page, (await read(page)).replaceAll(/^```.*?^```/gms, ''))
  /** As GitHub makes them of headings. */
  const anchors = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-'))
  for (const [page, text] of texts) {
    for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?|mailto):/.test(link)) continue
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path))
      t.ok(!target.startsWith('..') && existsSync(resolve(ROOT, target)), `${page}: ${link}`)
      if (anchor !== undefined) t.ok(anchors(texts.get(target) ?? '').includes(anchor), `${page}: ${link}`)
    }
  }
})

t.test('what the source says about the pages holds', async t => {
  const architecture = await read('docs/architecture.md')
  t.match(architecture, '\n## Who is in a scope\n', 'world/scope.ts names it')
  t.match(section(architecture, '## Habits'), /^4\. Guard and documentation /m, 'plugins/auth.ts names it')
  const files = [...architecture.matchAll(/`((?:src|domain|features|http|db|plugins|ledger|world|process|embedded)\/[\w./-]+\.ts)`/g)].map(([, path]) => path!)
  for (const path of files) t.ok(existsSync(resolve(ROOT, path.startsWith('src/') ? path : `src/${path}`)), path)
})
