import { readFileSync } from 'node:fs'
import t from 'tap'
import { deadlinesOf, windowOf, type Holidays } from '../../src/domain/calendar.js'
import { isCivilDate, weekday } from '../../src/domain/date.js'
import { parseDecimal } from '../../src/domain/decimal.js'
import { parsePeriod } from '../../src/domain/period.js'
import { planSeed } from '../../src/seed/plan/index.js'
import type { IndicatorField } from '../../src/seed/types.js'
import type { LocalText } from '../../src/domain/text.js'

const { documents, plan, pillars, dimensions, indicators, targets, tasks, agencies, assignments, calendars, holidays, statusRules, setAside } = planSeed

const fold = (text: string) => text.replace(/\s+/gu, ' ').trim()
const SOURCE = fold(readFileSync(new URL(`../../src/seed/source/${planSeed.source.file}`, import.meta.url), 'utf8'))

const present = (texts: ReadonlyArray<string | undefined>) => texts.filter(text => text !== undefined)
const HELD = present([
  plan.quote,
  ...documents.map(({ quote }) => quote),
  ...pillars.map(({ wording }) => wording),
  ...dimensions.map(({ quote }) => quote),
  ...indicators.map(({ quote }) => quote),
  ...targets.flatMap(({ wording, clause, baseline }) => [wording, clause, baseline?.source]),
  ...tasks.map(({ wording }) => wording),
  ...agencies.map(({ quote }) => quote),
  ...assignments.flatMap(({ quote, duty }) => [quote, duty])
])
const ASIDE = setAside.map(({ quote }) => quote)

/** Which characters of the source stand in one of the quotes. */
function covered (quotes: readonly string[]): boolean[] {
  const marks = Array.from(SOURCE, () => false)
  for (const quote of quotes) {
    for (let at = SOURCE.indexOf(quote); at !== -1; at = SOURCE.indexOf(quote, at + 1)) marks.fill(true, at, at + quote.length)
  }
  return marks
}

/** Every object within `value` that passes. */
function * within<T> (value: unknown, passes: (candidate: object) => candidate is T & object, path = ''): Generator<[string, T]> {
  if (typeof value !== 'object' || value === null) return
  if (passes(value)) yield [path, value]
  for (const [key, inner] of Object.entries(value)) yield * within(inner, passes, `${path}/${key}`)
}
const isText = (candidate: object): candidate is LocalText => 'vi' in candidate
const percentages = (text: string) => Array.from(text.matchAll(/(\d+)%/gu), ([, number]) => number ?? '')
const unique = (values: readonly string[]) => new Set(values).size === values.length

t.test('counts', async t => {
  t.equal(documents.length, 3)
  t.equal(pillars.length, 3)
  t.equal(indicators.length, 26)
  t.same(pillars.map(({ code }) => indicators.filter(({ pillar }) => pillar === code).length), [5, 7, 14])
  t.equal(targets.length, 29)
  t.same(['CQS', 'KTS', 'XHS'].map(code => targets.filter(({ indicator }) => indicator.startsWith(code)).length), [8, 7, 14])
  t.equal(targets.filter(({ operator }) => operator === 'gt').length, 8)
  t.equal(targets.filter(({ baseline }) => baseline?.claim).length, 4)
  t.equal(tasks.filter(({ kind }) => kind === 'group').length, 5)
  t.equal(tasks.filter(({ parent }) => parent !== undefined).length, 22)
  t.same(tasks.filter(({ kind, parent }) => kind === 'task' && parent === undefined).map(({ code }) => code), ['TD1'])
  t.equal(agencies.filter(({ kind }) => kind === 'district_committee').length, 10)
  t.equal(assignments.length, 1)
})

t.test('every quote stands in the source', async t => {
  for (const quote of [...HELD, ...ASIDE]) t.ok(SOURCE.includes(quote), quote)
  for (const typo of ['chuyển đối số', 'Ban Ban Chỉ đạo', 'hình hình', 'điện tử(hợp đồng']) {
    t.ok(HELD.some(quote => quote.includes(typo)), `kept as written: ${typo}`)
  }
})

t.test('nothing of the source is left out', async t => {
  const all = covered([...HELD, ...ASIDE])
  const left = Array.from(SOURCE, (character, at) => all[at] ? ' ' : character).join('')
  t.notMatch(left, /[\p{L}\p{N}%]/u, 'no word and no number outside a quote')

  const held = covered(HELD)
  const outsideRows = Array.from(SOURCE.matchAll(/\d+(?:\/\d+)*/gu)).filter(({ index }) => !held[index]).map(([number]) => number)
  // headline 2025 · caption "02 năm", 10-NQ/TU · caption 4/8/2024 · "đến năm 2025 như sau" · "5 giải pháp"
  t.same(outsideRows, ['2025', '02', '10', '4/8/2024', '2025', '5'], 'numbers that no row holds')
})

t.test('percentages', async t => {
  t.equal(percentages(SOURCE).length, 29)
  t.same(targets.map(({ value }) => value).sort(), percentages(SOURCE).sort(), 'each number of the source in one target')
  for (const target of targets) {
    t.same(percentages(target.wording), [target.value], target.id)
    t.equal(target.unit, '%')
    t.ok(parseDecimal(target.value), 'an exact decimal')
    t.equal(target.operator, /trên \d+%/u.test(target.wording) ? 'gt' : 'gte', `${target.id}: strict only where it says "trên"`)
    t.equal(target.quantifier, target.wording.includes('từng ngành, lĩnh vực') ? 'each' : 'aggregate')
  }
})

t.test('what "(đã đạt)" means', async t => {
  const claimed = targets.filter(({ wording }) => wording.includes('(đã đạt)'))
  t.same(claimed.map(({ indicator }) => indicator), ['XHS-01', 'XHS-02', 'XHS-03', 'XHS-05'])
  for (const target of targets) {
    const isClaimed = claimed.includes(target)
    t.equal(target.mode, isClaimed ? 'maintain' : 'reach', target.id)
    t.equal(target.baseline !== undefined, isClaimed)
    if (!isClaimed) continue
    t.match(target.baseline, { claim: true, date: '2024-12-11' })
    t.equal(target.baseline?.value, undefined, 'the text gives no figure')
    t.ok(target.baseline?.source.includes('(đã đạt)') && target.wording.includes(target.baseline.source))
  }
})

t.test('CQS-02: a headline and its levels', async t => {
  const parts = targets.filter(({ parent }) => parent === '4677-2025.CQS-02')
  t.same(parts.map(({ id, value, scope }) => [id, value, scope]), [
    ['4677-2025.CQS-02.T', '90', { level: 'province' }],
    ['4677-2025.CQS-02.H', '80', { level: 'district' }],
    ['4677-2025.CQS-02.X', '60', { level: 'commune' }]
  ])
  t.match(targets.find(({ id }) => id === '4677-2025.CQS-02'), { value: '100', scope: { agency: 'UBND-BINH-THUAN' } })
})

t.test('documents: numbers, dates and relations', async t => {
  const asWritten = (date: string) => date.split('-').map(Number).reverse().join('/')
  for (const { number, issuedOn, quote = '' } of documents) {
    t.ok(quote.includes(number), number)
    t.ok(quote.includes(asWritten(issuedOn)), issuedOn)
  }
  t.ok(plan.quote.includes(asWritten(plan.issuedOn)) && plan.quote.includes(`năm ${plan.year}`))
  t.same(documents.find(({ number }) => number === '1282/KH-UBND')?.relations, [{ kind: 'implements', to: '10-NQ-TU-2022' }])
})

t.test('what was read in never passes for official', async t => {
  const TEXTS = ['definition', 'numerator', 'denominator', 'population', 'exclusions', 'conditions'] as const
  const source = SOURCE.toLowerCase()
  for (const indicator of indicators) {
    t.equal(indicator.provenance, 'quoted')
    t.ok(unique(indicator.researched))
    const read = new Set<IndicatorField>(indicator.researched)
    for (const field of ['name', ...TEXTS] as const) {
      const text = indicator[field]
      if (text === null) t.notOk(read.has(field), `${indicator.code}: ${field} is empty`)
      else if (!source.includes(text.vi.toLowerCase())) t.ok(read.has(field), `${indicator.code}: ${field} is not in the text`)
    }
    for (const field of ['valueKind', 'decimals', 'direction', 'aggregation', 'calendar', 'reviewPolicy'] as const) t.ok(read.has(field))
    t.ok(read.has('frequency') || indicator.quote.includes('hàng năm'))
    t.notMatch(indicator.population?.vi ?? '', /trưởng thành.*\d/u, 'no age that the text does not give')
    t.match(indicator.interpretation.vi, 'không phải thông tin chính thức')
  }
  for (const target of targets) {
    t.match(target.interpretation.vi, '31/12/2025', `${target.id}: the due date is said to be read in`)
    if (target.operator === 'gte' && !target.wording.includes('tối thiểu')) t.match(target.interpretation.vi, 'cách hiểu của hệ thống')
  }
  for (const { quote, provenance, code } of agencies) t.equal(provenance, quote === undefined ? 'researched' : 'quoted', code)
  t.equal(Array.from(within(planSeed, (c): c is { provenance: string } => 'provenance' in c)).filter(([, { provenance }]) => provenance === 'illustrative').length, 0)
})

t.test('bounds follow the kind of value', async t => {
  for (const { code, valueKind, minimum, maximum, decimals, unit, calendar, aggregation } of indicators) {
    t.same([minimum, maximum], valueKind === 'growth' ? [null, null] : ['0', '100'], code)
    t.equal(decimals, 2)
    t.equal(unit, '%')
    t.ok(calendars.some(({ code }) => code === calendar))
    if (aggregation === 'ratio_of_sums') t.equal(valueKind, 'ratio')
  }
  t.same(indicators.filter(({ valueKind }) => valueKind === 'growth').map(({ code }) => code), ['KTS-03'])
  t.same(indicators.filter(({ calendar }) => calendar === 'statistical').map(({ code }) => code), ['KTS-01', 'KTS-02', 'KTS-03', 'KTS-05', 'KTS-07', 'XHS-05'])
})

t.test('codes are unique and safe in a URL; what they name exists, parents first', async t => {
  const sets = {
    documents: documents.map(({ id }) => id),
    pillars: pillars.map(({ code }) => code),
    agencies: agencies.map(({ code }) => code),
    dimensions: dimensions.map(({ code }) => code),
    indicators: indicators.map(({ code }) => code),
    targets: targets.map(({ id }) => id),
    tasks: tasks.map(({ code }) => code),
    assignments: assignments.map(({ id }) => id),
    holidays: holidays.map(({ day }) => day),
    identifiers: agencies.flatMap(({ identifiers }) => identifiers.map(({ scheme, value }) => `${scheme}-${value}`))
  }
  for (const [name, codes] of Object.entries(sets)) {
    t.ok(unique(codes), name)
    for (const code of codes) t.match(code, /^[A-Za-z0-9][A-Za-z0-9.-]*$/u)
  }
  for (const code of sets.agencies) t.match(code, /^[A-Z0-9-]+$/u)
  const before = (codes: readonly string[], parent: string | undefined, child: string) =>
    t.ok(parent === undefined || (codes.includes(parent) && codes.indexOf(parent) < codes.indexOf(child)), `${child} after ${parent}`)
  for (const { code, parent } of agencies) before(sets.agencies, parent, code)
  for (const { code, parent } of tasks) before(sets.tasks, parent, code)
  for (const { id, parent } of targets) before(sets.targets, parent, id)
  for (const { id, relations } of documents) for (const { to } of relations) before(sets.documents, to, id)
  for (const { pillar, code } of indicators) t.ok(sets.pillars.includes(pillar) && code.startsWith(pillar))
  for (const { indicator, scope, document, plan: planCode } of targets) {
    t.ok(sets.indicators.includes(indicator))
    t.ok(scope.agency === undefined || sets.agencies.includes(scope.agency))
    t.ok(scope.dimension === undefined || sets.dimensions.includes(scope.dimension))
    t.ok(sets.documents.includes(document))
    t.equal(planCode, plan.code)
  }
  t.ok(sets.documents.includes(plan.document) && sets.agencies.includes(plan.ownerAgency))
  for (const { agency, task = '', document } of assignments) t.ok(sets.agencies.includes(agency) && sets.tasks.includes(task) && sets.documents.includes(document))
})

t.test('both languages everywhere, in NFC', async t => {
  const texts = Array.from(within(planSeed, isText))
  t.ok(texts.length > 250)
  for (const [path, { vi, en }] of texts) {
    t.ok(vi.trim() === vi && vi !== '', path)
    t.ok(en.trim() === en && en !== '' && en !== vi, path)
  }
  const everything = JSON.stringify(planSeed)
  t.equal(everything.normalize('NFC'), everything)
  t.notMatch(everything, /[Ðð]/u, 'đ is U+0111')
})

t.test('dates are real, agencies stand on the day of the plan', async t => {
  const dates = JSON.stringify(planSeed).match(/"\d{4}-\d{2}-\d{2}"/gu) ?? []
  for (const date of new Set(dates)) t.ok(isCivilDate(date.slice(1, -1)), date)
  for (const { validFrom, validTo, code } of agencies) t.ok(validFrom <= plan.issuedOn && validTo === undefined, code)
  t.same(statusRules.map(({ version, onTrack, atRisk }) => [version, onTrack, atRisk]), [[1, '0.95', '0.80']])
})

t.test('calendars and holidays', async t => {
  for (const { day, kind } of holidays) t.equal([0, 6].includes(weekday(day)), kind === 'working', `${day}: days off are weekdays, days worked are not`)
  const days: Holidays = {
    off: new Set(holidays.filter(({ kind }) => kind === 'off').map(({ day }) => day)),
    working: new Set(holidays.filter(({ kind }) => kind === 'working').map(({ day }) => day))
  }
  const expected = [
    // calendar, period, window, the unit's deadline, the Government's
    ['administrative', '2025-01', '2024-12-15', '2025-01-14', '2025-01-16', '2025-01-25'],
    ['administrative', '2025-Q1', '2024-12-15', '2025-03-14', '2025-03-18', '2025-03-25'],
    ['administrative', '2025-H1', '2024-12-15', '2025-06-14', '2025-06-17', '2025-06-25'],
    ['administrative', '2025-9M', '2024-12-15', '2025-09-14', '2025-09-16', '2025-09-25'],
    ['administrative', '2025', '2024-12-15', '2025-12-14', '2025-12-16', '2025-12-25'],
    ['statistical', '2025-04', '2025-04-01', '2025-04-30', '2025-05-06'],
    ['statistical', '2025', '2025-01-01', '2025-12-31', '2026-01-06']
  ] as const
  for (const [code, periodCode, from, to, ...deadlines] of expected) {
    const calendar = calendars.find(calendar => calendar.code === code)
    const period = parsePeriod(periodCode)
    if (calendar === undefined || period === undefined) return t.fail(`${code} ${periodCode}`)
    t.same(windowOf(period, calendar), { from, to }, `${code} ${periodCode}`)
    t.same(deadlinesOf(period, calendar, days).map(({ date }) => date), deadlines, `${code} ${periodCode}`)
  }
})
