import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { withTransaction } from '../../src/ledger/transaction.js'
import { holdTransaction } from '../../src/ledger/unit.js'
import { database } from '../helper.js'

const setup = 'CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL); INSERT INTO counter VALUES (1, 0), (2, 0)'

test('commits what it did, and nothing of what failed', async t => {
  const { pool } = await database(t)
  await pool.query(setup)
  t.equal(await withTransaction(pool, async tx => {
    await tx.execute(sql`UPDATE counter SET n = 1 WHERE id = 1`)
    return 'done'
  }), 'done')
  await t.rejects(withTransaction(pool, async tx => {
    await tx.execute(sql`UPDATE counter SET n = 9`)
    throw new Error('no')
  }), { message: 'no' })
  t.same((await pool.query('SELECT n FROM counter ORDER BY id')).rows, [{ n: 1 }, { n: 0 }])
  t.equal(pool.totalCount, pool.idleCount, 'every connection is back')
})

test('serialization failures and deadlocks are tried again', async t => {
  const { pool } = await database(t, { max: 5 })
  await pool.query(setup)
  let runs = 0
  let read = 0
  let go = () => {}
  const allHaveRead = new Promise<void>(resolve => { go = resolve })
  await Promise.all([1, 2, 3].map(() => withTransaction(pool, async tx => {
    runs++
    const { rows } = await tx.execute<{ n: number }>(sql`SELECT n FROM counter WHERE id = 1`)
    if (++read === 3) go()
    await allHaveRead
    await tx.execute(sql`UPDATE counter SET n = ${rows[0]!.n + 1} WHERE id = 1`)
  }, { isolation: 'serializable', attempts: 20 })))
  t.same((await pool.query('SELECT n FROM counter WHERE id = 1')).rows, [{ n: 3 }])
  t.ok(runs > 3, `${runs} runs`)
  await Promise.all([[1, 2], [2, 1]].map(([first, second]) => withTransaction(pool, async tx => {
    await tx.execute(sql`UPDATE counter SET n = n + 10 WHERE id = ${first}`)
    await tx.execute(sql`SELECT pg_sleep(0.1)`)
    await tx.execute(sql`UPDATE counter SET n = n + 10 WHERE id = ${second}`)
  })))
  t.same((await pool.query('SELECT n FROM counter ORDER BY id')).rows, [{ n: 23 }, { n: 20 }])
})

test('a rule that fails is not tried again', async t => {
  const { pool } = await database(t)
  await pool.query(setup)
  let runs = 0
  await t.rejects(withTransaction(pool, async tx => {
    runs++
    await tx.execute(sql`INSERT INTO counter VALUES (1, 0)`)
  }))
  t.equal(runs, 1)
})

test('an error swallowed inside is not taken for a commit', async t => {
  const { pool } = await database(t)
  await pool.query(setup)
  await t.rejects(withTransaction(pool, async tx => {
    await tx.execute(sql`UPDATE counter SET n = 5`)
    await tx.execute(sql`SELECT nonsense`).catch(() => {})
  }), { message: /rolled back/ })
  t.same((await pool.query('SELECT n FROM counter WHERE id = 1')).rows, [{ n: 0 }])
})

test('a backend killed in the middle leaves the process and the pool whole', async t => {
  const { pool } = await database(t, { max: 2 })
  for (let round = 0; round < 5; round++) {
    await t.rejects(withTransaction(pool, async tx => {
      await tx.execute(sql`SELECT pg_terminate_backend(pg_backend_pid())`)
    }))
  }
  t.equal(pool.totalCount, pool.idleCount)
  t.equal(await withTransaction(pool, async () => 'works'), 'works')
})

test('read only and isolation are the transaction’s', async t => {
  const { pool } = await database(t)
  const settings = await withTransaction(pool, async tx => (await tx.execute(
    sql`SELECT current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS read_only`)).rows[0],
  { isolation: 'repeatable read', readOnly: true })
  t.same(settings, { isolation: 'repeatable read', read_only: 'on' })
})

test('fifty at once on two connections', async t => {
  const { pool } = await database(t, { max: 2 })
  await pool.query(setup)
  await Promise.all(Array.from({ length: 50 }, () => withTransaction(pool, tx => tx.execute(sql`UPDATE counter SET n = n + 1 WHERE id = 1`))))
  t.same((await pool.query('SELECT n FROM counter WHERE id = 1')).rows, [{ n: 50 }])
})

test('a held transaction: what its owner forgets goes back, and nothing can be done on it afterwards', async t => {
  const { pool } = await database(t, { max: 1 })
  await pool.query(setup)
  const held = await holdTransaction(pool)
  await held.db.execute(sql`UPDATE counter SET n = 7 WHERE id = 1`)
  await held.db.execute(sql`SET LOCAL idle_in_transaction_session_timeout = 1`)
  t.same((await pool.query('SELECT n FROM counter WHERE id = 1')).rows, [{ n: 0 }], 'the server has ended it, the pool has another')
  await t.rejects(held.db.execute(sql`UPDATE counter SET n = 8`), { cause: { message: 'the transaction has ended' } })
  await t.rejects(held.within(async () => {}), { message: 'the transaction has ended' })
  await held.rollback()
  await t.rejects(held.commit(), { message: 'the transaction has ended' })
  t.equal(pool.totalCount, pool.idleCount)
})

test('a part of a held transaction leaves nothing when it fails', async t => {
  const { pool } = await database(t, { max: 1 })
  await pool.query(setup)
  const held = await holdTransaction(pool, { isolation: 'repeatable read' })
  await withTransaction(held, async tx => { await tx.execute(sql`UPDATE counter SET n = 1 WHERE id = 1`) })
  await t.rejects(withTransaction(held, async tx => {
    await tx.execute(sql`UPDATE counter SET n = 2`)
    throw new Error('no')
  }), { message: 'no' })
  await t.rejects(withTransaction(held, async tx => {
    await tx.execute(sql`UPDATE counter SET n = 3`)
    await tx.execute(sql`SELECT nonsense`).catch(() => {})
  }), { code: '25P02' }, 'an error swallowed inside')
  await withTransaction(held, async () => {}, { isolation: 'repeatable read', readOnly: true })
  await t.rejects(withTransaction(held, async () => {}, { isolation: 'serializable' }), { message: /begin it so/ })
  t.same((await held.db.execute(sql`SELECT n FROM counter ORDER BY id`)).rows, [{ n: 1 }, { n: 0 }])
  await held.commit()
  await held.rollback()
  t.same((await pool.query('SELECT n FROM counter ORDER BY id')).rows, [{ n: 1 }, { n: 0 }])
})

test('one that does not begin gives its connection back', async t => {
  const { pool } = await database(t, { max: 1 })
  await t.rejects(holdTransaction(pool, { isolation: 'no such level' as 'serializable' }), { code: '42601' })
  await t.rejects(withTransaction(pool, async () => t.fail('it runs'), { isolation: 'no such level' as 'serializable' }))
  t.same([pool.totalCount, pool.idleCount, pool.waitingCount], [1, 1, 0])
  t.equal(await withTransaction(pool, async () => 'done'), 'done')
})
