import { deepStrictEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { test, type Test } from 'tap'
import { build, client, pushKey } from '../helper.js'
import { commands, EVERYTHING, Life, Versions, type Command } from './life-cycle-model.js'
import { agency, indicator, target, type Body } from '../features/registry.js'

const PLAN = '4677-KH-UBND-2024'
const PROVINCE = 'UBND-BINH-THUAN'
/** Before, on and between the days on which something may begin. */
const DAYS = ['2025-03-31', '2025-04-01', '2025-05-01', '2025-06-30', '2025-07-01', '2026-01-15']
const observedAt = (n: number) => `2025-03-${String(9 + n).padStart(2, '0')}T08:00:00+07:00`

type Call = (method: 'GET' | 'POST', url: string, payload?: object) => Promise<{ status: number, body: Body, text: string }>

async function start (t: Test) {
  const app = await build(t, { seed: 'plan' })
  const speak = async (id: string): Promise<Call> => {
    const { headers } = await client(app, { id })
    return async (method, url, payload) => {
      const response = await app.inject({ method, url, headers: { ...headers, ...pushKey(method === 'POST' ? url : '') }, ...payload === undefined ? {} : { payload } })
      return { status: response.statusCode, text: response.body, body: response.body === '' ? {} : response.json<Body>() }
    }
  }
  const pusher = await speak('pusher')
  await pusher('POST', '/v1/documents', { id: 'QD-1', number: '1', type: 'Quyết định', issuer: 'UBND tỉnh', issuedOn: '2025-01-01', title: { vi: 'Quyết định' } })
  return { app, pusher, reviewer: await speak('reviewer'), now: async () => (await app.pool.query('select clock_timestamp() as at')).rows[0].at as string }
}

type Registry = Awaited<ReturnType<typeof start>>

/** A world of its own in the registry: a body with three committees below it, an indicator and a target of theirs. */
class World {
  readonly bodies: readonly string[]
  readonly figures: readonly Life[]
  readonly versions = new Versions()
  readonly reorganisations: string[] = []
  /** In the name of each of its agencies. */
  readonly mark: string

  private constructor (readonly run: number, policy: 'automatic' | 'manual', readonly registry: Registry) {
    this.bodies = ['A', 'B', 'C'].map(name => `${name}${run}`)
    this.mark = `z${run}z`
    this.figures = this.bodies.map(() => new Life(policy))
  }

  static async make (run: number, policy: 'automatic' | 'manual', registry: Registry): Promise<World> {
    const world = new World(run, policy, registry)
    const made = [
      ['/v1/agencies', agency(`R${run}`, `Cả vùng ${world.mark}`, { kind: 'other', parent: PROVINCE, validFrom: '2022-01-01' })],
      ...world.bodies.map(code => ['/v1/agencies', agency(code, `${code} ${world.mark}`, { kind: 'district_committee', level: 'district', parent: `R${run}`, validFrom: '2022-01-01' })] as const),
      ['/v1/indicators', indicator(`I${run}`, 'Chỉ tiêu', { reviewPolicy: policy })],
      ['/v1/targets', target(`T${run}`, { plan: PLAN, indicator: `I${run}`, scope: { agency: `R${run}` }, value: '50', unit: '%', effectiveFrom: '2024-12-11', document: PLAN })]
    ] as const
    for (const [url, payload] of made) {
      const { status, text } = await registry.pusher('POST', url, payload)
      if (status !== 201) throw new Error(`${url}: ${text}`)
    }
    return world
  }

  /** Does it, and says whether it was to be done: undefined where the model does not know. */
  async obey (command: Command): Promise<{ done: boolean, expected: boolean | undefined, text: string }> {
    const { run, bodies, registry: { pusher, reviewer } } = this
    switch (command.do) {
      case 'push': {
        const { body, value, reason, observed } = command
        const expected = this.figures[body]!.pushed({ value: String(value), reason, observed })
        const { body: receipt, text } = await pusher('POST', '/v1/submissions', {
          mode: 'partial', rows: [{
            indicator: `I${run}`, agency: bodies[body], period: '2025-Q1', numerator: String(value), denominator: '100', ...reason ? { reason: 'sửa' } : {}, ...observed === undefined ? {} : { observedAt: observedAt(observed) }
          }]
        })
        const { counts = {} } = receipt
        const outcome = ['created', 'revised', 'unchanged', 'rejected'].find(name => counts[name] === 1)
        if (outcome !== expected) throw new Error(`${JSON.stringify(command)}: ${outcome}, not ${expected}: ${text}`)
        return { done: outcome === 'created' || outcome === 'revised', expected: expected === 'created' || expected === 'revised', text }
      }
      case 'review': {
        const { body, decision, own, stale } = command
        const life = this.figures[body]!
        const id = await this.idOf(body)
        if (id === undefined) return { done: false, expected: false, text: '' }
        const standing = life.standing!.number
        const expected = own || stale ? false : life.happened(decision === 'accept' ? 'accepted' : 'returned')
        const { status, text } = await (own ? pusher : reviewer)('POST', `/v1/measurements/${id}/review`, { decision, comment: 'xem', revision: stale ? standing + 1 : standing })
        return { done: status === 200, expected, text }
      }
      case 'withdraw': {
        const id = await this.idOf(command.body)
        if (id === undefined) return { done: false, expected: false, text: '' }
        const revision = this.figures[command.body]!.standing!.number
        const expected = this.figures[command.body]!.happened('withdrawn')
        const { status, text } = await pusher('POST', `/v1/measurements/${id}/withdrawal`, { reason: 'nhầm', revision })
        return { done: status === 200, expected, text }
      }
      case 'amend': {
        const { value, day, drop } = command
        const supersedes = this.versions.superseded(day)
        const expected = this.versions.amended(value, day, drop)
        const { status, text } = await pusher('POST', `/v1/targets/T${run}/amendments`, { ...drop ? { state: 'dropped' } : { value: String(value) }, effectiveFrom: day, supersedes, reason: 'điều chỉnh', document: 'QD-1' })
        return { done: status === 201, expected, text }
      }
      case 'lead': {
        const { status, text } = await pusher('POST', '/v1/assignments', { target: `T${run}`, agency: bodies[command.body], role: 'lead', validFrom: command.day })
        return { done: status === 201, expected: undefined, text }
      }
      case 'merge': case 'rename': case 'split': return this.reorganise(command)
    }
  }

  private async reorganise (command: Extract<Command, { do: 'merge' | 'rename' | 'split' }>) {
    const { run, bodies, registry: { pusher } } = this
    const id = `X${run}-${this.reorganisations.length + 1}`
    const common = { id, kind: command.do, effectiveOn: command.day, document: 'QD-1' }
    const fresh = `N${run}-${this.reorganisations.length + 1}`
    const parts = command.do === 'merge'
      ? { from: [...new Set([bodies[command.from], bodies[command.to]])], to: [bodies[command.to]] }
      : command.do === 'rename'
        ? { rename: [{ agency: bodies[command.body], name: { vi: `Tên mới ${id} ${this.mark}` } }] }
        : {
            establish: [{ code: fresh, kind: 'district_committee', level: 'district', name: { vi: `${fresh} ${this.mark}` }, parent: `R${run}` }],
            from: [bodies[command.body]],
            to: [bodies[command.body], fresh],
            mapping: [{ from: bodies[command.body], to: fresh, share: 'part', functions: { targets: [`T${run}`] } }]
          }
    const trial = await pusher('POST', '/v1/reorganisations?dryRun=true', { ...common, ...parts })
    const { status, text } = await pusher('POST', '/v1/reorganisations', { ...common, ...parts })
    if ((trial.status === 200) !== (status === 201)) throw new Error(`the dry run said ${trial.status}, it was ${status}: ${text}`)
    const found = await pusher('GET', `/v1/reorganisations/${id}`)
    if ((found.status === 200) !== (status === 201)) throw new Error(`${status}, and it reads ${found.status}`)
    if (status === 201) this.reorganisations.push(id)
    return { done: status === 201, expected: command.do === 'merge' && command.from === command.to ? false : undefined, text }
  }

  async idOf (body: number): Promise<string | undefined> {
    const { body: { data } } = await this.registry.pusher('GET', `/v1/measurements?indicator=I${this.run}&agency=${this.bodies[body]}`)
    return data[0]?.id
  }

  /** Everything that can be asked of it, as it reads now. */
  async see (): Promise<Map<string, string>> {
    const { run } = this
    const paths = [
      `/v1/status?indicator=I${run}&on=2025-03-31`, `/v1/status?indicator=I${run}&on=2026-01-15`, `/v1/measurements?indicator=I${run}`,
      `/v1/targets/T${run}/versions`, `/v1/assignments?target=T${run}&on=2025-07-01`, `/v1/agencies?limit=500&q=${this.mark}&on=2025-07-01`
    ]
    return new Map(await Promise.all(paths.map(async path => [path, await this.read(path)] as const)))
  }

  async read (path: string): Promise<string> {
    const { status, text } = await this.registry.pusher('GET', path)
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`)
    return text
  }

  async listOf (path: string): Promise<Body[]> {
    return JSON.parse(await this.read(path))['data']
  }
}

/** What must hold whatever was done. */
async function check (world: World): Promise<void> {
  const { run, figures, bodies, versions } = world
  const current = await world.listOf(`/v1/measurements?indicator=I${run}&limit=500`)
  deepStrictEqual(current.length, figures.filter(({ revisions }) => revisions.length > 0).length, 'one current revision for a key')
  for (const [i, life] of figures.entries()) {
    const own = current.find(one => one['agency'] === bodies[i])
    if (own === undefined) continue
    const { number, state, value } = life.standing!
    deepStrictEqual([own['revision'], own['state'], own['numerator']], [number, state, value], 'what stands')
    const revisions = await world.listOf(`/v1/measurements/${own['id']}/revisions?sort=revision&limit=500`)
    deepStrictEqual(revisions.map(one => `${one['revision']} ${one['numerator']} ${one['state']}`), life.shown, 'revisions without a gap, one that stands')
    const history = await world.listOf(`/v1/measurements/${own['id']}/history?limit=500`)
    deepStrictEqual(history.map(one => `${one['revision']} ${one['step']} ${one['state']}`), life.steps, 'what was accepted is a step, what was refused is none')
  }

  const [march] = await world.listOf(`/v1/status?indicator=I${run}&on=2025-03-31`)
  deepStrictEqual((march!['members'] as Body[]).map(one => [one['code'], one['numerator']]), figures.map(({ value }, i) => [bodies[i], value]), 'whose figures the quarter is made of')
  deepStrictEqual([march!['target'].version, march!['target'].value], [1, '50'], 'by the version of March')
  for (const day of ['2025-04-30', '2026-01-15']) {
    const [then] = await world.listOf(`/v1/status?indicator=I${run}&on=${day}`)
    const version = versions.on(day)
    deepStrictEqual([then!['target'].version, then!['target'].value, then!['target'].state], [versions.all.indexOf(version) + 1, String(version.value), version.dropped ? 'dropped' : 'active'], `by the version of ${day}`)
  }
  const amended = await world.listOf(`/v1/targets/T${run}/versions?sort=version&limit=500`)
  deepStrictEqual(amended.map(one => [one['version'], one['effectiveFrom']]), versions.all.map(({ day }, i) => [i + 1, day]), 'versions without a gap')

  const held = await world.registry.app.pool.query(`
    select count(*)::int as n from assignments a join assignments b on a.target_id = b.target_id and a.id < b.id
    where a.target_id = $1 and a.role = 'lead' and b.role = 'lead' and a.removed_at is null and b.removed_at is null
      and daterange(a.valid_from, a.valid_to, '[]') && daterange(b.valid_from, b.valid_to, '[]')`, [`T${run}`])
  deepStrictEqual(held.rows[0].n, 0, 'two never lead on one day')
  for (const day of DAYS) {
    const alive = new Map((await world.listOf(`/v1/agencies?limit=500&q=${world.mark}&on=${day}`)).map(one => [one['code'] as string, one]))
    if (day < '2025-04-01') deepStrictEqual([...alive.keys()].sort(), [...bodies, `R${run}`].sort(), 'who was there at first')
    ok([...alive.values()].every(one => /\S/.test(one['name'].vi)), `who is alive on ${day} has a name`)
    const leads = await world.listOf(`/v1/assignments?target=T${run}&role=lead&on=${day}&limit=500`)
    ok(leads.length <= 1, `one leads on ${day}`)
    const [row] = await world.listOf(`/v1/status?indicator=I${run}&on=${day}`)
    deepStrictEqual(row!['lead']?.code, leads[0]?.['agency'], `and is there to lead on ${day}`)
  }
}

test('whatever happens, the invariants hold and the past stays as it was', { timeout: 290_000 }, async t => {
  const registry = await start(t)
  let run = 0
  const done: Record<string, number> = {}
  await fc.assert(fc.asyncProperty(commands, fc.constantFrom('manual' as const, 'manual' as const, 'automatic' as const), async (list, policy) => {
    const world = await World.make(++run, policy, registry)
    const moments: { at: string, seen: Map<string, string> }[] = []
    let seen = await world.see()
    moments.push({ at: await registry.now(), seen })
    for (const command of list) {
      const said = `${policy} ${run}: ${JSON.stringify(command)}`
      const { done: happened, expected, text } = await world.obey(command)
      if (expected !== undefined && expected !== happened) throw new Error(`${said}: ${happened ? 'done' : 'refused'}: ${text}`)
      const next = await world.see()
      if (!happened) for (const [path, before] of seen) if (next.get(path) !== before) throw new Error(`${said}: was refused, and changed ${path}`)
      if (happened) {
        moments.push({ at: await registry.now(), seen: next })
        done[command.do] = (done[command.do] ?? 0) + 1
      }
      seen = next
    }
    await check(world)
    for (const { at, seen } of moments) {
      await Promise.all([...seen].map(async ([path, text]) => {
        const again = await world.read(`${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(at)}`)
        if (again !== text) throw new Error(`${path} as of ${at} changed:\n${text}\n${again}`)
      }))
    }
  }), { numRuns: 30, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false, includeErrorInReport: true, examples: [[EVERYTHING, 'manual']] })
  t.comment(JSON.stringify(done))
  for (const kind of ['push', 'review', 'withdraw', 'amend', 'lead', 'merge', 'rename', 'split']) t.ok((done[kind] ?? 0) > 0, `${kind} was done at least once`)
})
