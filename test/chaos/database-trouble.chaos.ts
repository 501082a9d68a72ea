import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { test, type Test } from 'tap'
import { eventually } from '../setup/processes.js'
import { audit, report } from './audit.js'
import { cluster, type Cluster } from './cluster.js'
import { operation, type Kind } from './operations.js'
import { Meter, push, send, type Answer, type Done } from './pusher.js'
import { random, seedOf } from './random.js'
import { healthy, registry } from './registry.js'

/** Of each kind at once. */
const POOL = 4
/** The fewest that there may be: three that answer, three that write, two that read. */
const CONNECTIONS = 8
const BOUND_MS = 120_000

/** Another session of the database, in the way. */
async function session (t: Test, { connectionString }: Cluster): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  t.teardown(() => client.end())
  // it is the registry that is to give way
  await client.query("SET deadlock_timeout = '1h'")
  return client
}

test('no connection, no time, deadlocks and serialization failures', async t => {
  const seed = seedOf(t)
  const database = await cluster(t)
  const { pool } = database
  await pool.query("ALTER DATABASE registry SET deadlock_timeout = '1s'")
  const server = await registry(t, database, { env: { DATABASE_POOL_MAX: String(CONNECTIONS), READ_THREADS: '1', STATEMENT_TIMEOUT_MS: '4000', CONNECTION_TIMEOUT_MS: '500', LOG_LEVEL: 'warn' } })
  const chance = random(seed, -1)
  const meter = new Meter()
  const done: Done[] = []
  const begun = Date.now()
  let [number, files] = [0, 0]
  const next = (kind: Kind) => operation(kind, `op-${seed}-${number}`, random(seed, number++), kind === 'long' ? ++files : undefined)
  const toTheEnd = async (...operations: ReturnType<typeof next>[]) => {
    const ended = await Promise.all(operations.map(one => push(server, one, { chance, until: begun + BOUND_MS, meter })))
    done.push(...ended)
    return ended
  }
  const waiting = async (count: number) => await eventually(async () => {
    const { rows: [found] } = await pool.query("SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND relation = 'measurements'::regclass")
    return found.count >= count
  })
  const outcome = ({ answer, resent }: Done) => [answer?.status, resent]
  const told = ({ status, headers }: Answer) => [status, Number(headers['retry-after']) >= 1]

  await t.test('the table is locked: no time for some, no place for the others', async t => {
    const holder = await session(t, database)
    await holder.query('BEGIN; LOCK TABLE measurements IN SHARE MODE')
    const operations = [...Array.from({ length: POOL }, () => next('single')), ...Array.from({ length: POOL }, () => next('atomic')), ...Array.from({ length: POOL }, () => next('partial'))]
    const answers = await Promise.all(operations.map(one => send(server, one)))
    t.same(answers.map(told), operations.map(() => [503, true]))
    const log = server.current().stderr()
    t.match(log, /canceling statement due to statement timeout/, 'some had a connection')
    t.notMatch(log, /timeout exceeded when trying to connect/, 'the others had no place, and asked for none')
    await holder.query('ROLLBACK')
    t.same(await healthy(server, database), [])
    t.same((await toTheEnd(...operations)).map(({ replayed }) => replayed), operations.map(() => false), 'nothing had been done')
  })

  for (const kind of ['single', 'atomic', 'long'] as const) {
    await t.test(`a deadlock: ${kind}`, async t => {
      const holder = await session(t, database)
      await holder.query('BEGIN; LOCK TABLE measurements IN SHARE MODE')
      const one = next(kind)
      const pushed = toTheEnd(one)
      t.ok(await waiting(1), 'it holds its indicator, and waits for the table')
      await holder.query("SELECT pg_advisory_xact_lock(hashtextextended('CHAOS', 4677))")
      await holder.query('COMMIT')
      t.same((await pushed).map(outcome), [[one.status, 0]], 'tried again inside')
    })
  }
  t.ok(Number((await pool.query("SELECT deadlocks FROM pg_stat_database WHERE datname = 'registry'")).rows[0].deadlocks) >= 3, 'there were deadlocks')

  await pool.query(`
    CREATE SEQUENCE trips;
    CREATE TABLE trip_limit AS SELECT 0::bigint AS last;
    CREATE FUNCTION trip () RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF nextval('trips') <= (SELECT last FROM trip_limit) THEN RAISE EXCEPTION 'made to fail' USING ERRCODE = '40001'; END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER trip BEFORE INSERT ON submission_chunks FOR EACH STATEMENT EXECUTE FUNCTION trip()`)
  const failNext = (times: number) => pool.query('UPDATE trip_limit SET last = $1 + (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM trips)', [times])

  await t.test('serialization failures', async t => {
    for (const [kind, times, resent] of [['atomic', 3, 0], ['partial', 3, 0], ['atomic', 4, 1], ['single', 1, 1], ['long', 1, 0]] as const) {
      await failNext(times)
      const one = next(kind)
      t.same((await toTheEnd(one)).map(outcome), [[one.status, resent]], `${kind}, failing ${times} times`)
    }
  })

  await t.test('more long pushes than there are connections', async t => {
    const ended = await toTheEnd(next('long'), next('single'), next('long'), next('single'), next('long'), next('atomic'), next('partial'))
    t.same(ended.map(({ answer, operation }) => answer?.status === operation.status), ended.map(() => true))
  })

  const cutAll = () => pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'indicator-registry'")

  await t.test('all its connections are cut, again and again', async t => {
    const before = meter.counts['answer 503'] ?? 0
    const operations = Array.from({ length: 120 }, (_, i) => next(i % 3 === 0 ? 'atomic' : 'single'))
    let writing = true
    const isWriting = () => writing
    async function cut () {
      for (let i = 0; isWriting() && i < 12; i++) {
        await sleep(50 + chance.below(150))
        await cutAll()
      }
    }
    await Promise.all([cut(), Promise.all([0, 1, 2, 3].map(async writer => {
      for (let i = writer; i < operations.length; i += 4) await toTheEnd(operations[i]!)
    })).finally(() => { writing = false })])
    t.ok(meter.counts['answer 503']! > before)
  })

  await t.test('a long push loses its connections between its chunks', async t => {
    for (let i = 0; i < 4; i++) {
      const one = next('long')
      const pushed = toTheEnd(one)
      const begun = () => pool.query("SELECT FROM submission_chunks c JOIN submissions s ON s.id = c.submission_id WHERE s.state = 'running' AND starts_with(c.rows->0->>1, $1)", [`${one.id}/`])
      t.ok(await eventually(async () => (await begun()).rowCount! > 0))
      await cutAll()
      t.same((await pushed).map(outcome), [[200, 1]])
    }
  })

  t.same(await healthy(server, database), [])
  report(t, done, await audit(pool, done), meter, { seconds: Math.round((Date.now() - begun) / 1_000) })
  t.same(Object.keys(meter.counts).filter(name => name.startsWith('no answer')), [], 'every request was answered')
  t.same(server.complaints(), [])
})
