import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createGate, generateSecret, hashSecret, matchSecret } from '../../src/features/identity/secrets.js'
import { cheapHash } from './cheap-secret.js'

t.test('a hash holds no secret, and no two are alike', async t => {
  const secret = generateSecret()
  const [one, two] = await Promise.all([hashSecret(secret), hashSecret(secret)])
  t.match(secret, /^[A-Za-z0-9_-]{43}$/)
  t.notMatch(one, secret)
  t.not(one, two)
  t.ok(await matchSecret(secret, [one]))
  t.equal(await matchSecret(secret, [await hashSecret('another'), two]), two, 'two live side by side: which of them it was')
})

t.test('what does not fit', async t => {
  const hash = await hashSecret('right')
  t.notOk(await matchSecret('Right', [hash]))
  const cheap = [cheapHash('right'), cheapHash('another')]
  t.ok(await matchSecret('right', cheap), 'its cost is the one that stands in it')
  for (const wrong of ['', 'Right', 'right ', 'righ', ...cheap]) t.notOk(await matchSecret(wrong, cheap), JSON.stringify(wrong))
  t.notOk(await matchSecret('right', []))
  t.notOk(await matchSecret('', []))
  t.notOk(await matchSecret('right', [cheapHash('a'), cheapHash('b'), cheapHash('right')]), 'a third is not looked at')
  await t.rejects(matchSecret('right', ['plain text', cheapHash('a')]), /format/)
})

t.test('an unknown client costs what a known one does', async t => {
  const hashes = [await hashSecret('a'), await hashSecret('b')]
  const results = t.capture(crypto, 'scrypt', crypto.scrypt)
  syncBuiltinESMExports()
  t.teardown(() => {
    results.restore()
    syncBuiltinESMExports()
  })
  const costs = async (secret: string, given: string[]) => {
    await matchSecret(secret, given)
    return results().map(({ args: [, , length, cost] }: { args: unknown[] }) => [length, cost])
  }
  const known = await costs('a', hashes)
  t.match(known, [[32, { N: 32_768, r: 8, p: 1 }], [32, { N: 32_768, r: 8, p: 1 }]])
  t.same(await costs('wrong', []), known, 'none')
  t.same(await costs('wrong', hashes.slice(1)), known, 'one')
  t.same(await costs('wrong', hashes), known, 'two')
})

t.test('the gate runs so many, lets so many wait, and refuses the rest', async t => {
  const gate = createGate(2, 3)
  let running = 0
  let most = 0
  const work = () => gate(async () => {
    most = Math.max(most, ++running)
    await sleep(20)
    running--
  })
  const results = await Promise.allSettled(Array.from({ length: 7 }, work))
  t.equal(most, 2)
  t.strictSame(results.map(result => result.status), [...Array(5).fill('fulfilled'), 'rejected', 'rejected'])
  t.match(results[6], { reason: { code: 'unavailable', headers: { 'retry-after': String } } })
  await t.rejects(gate(async () => { throw new Error('inside') }), /inside/)
  await t.resolves(Promise.all([work(), work(), work()]), 'a failure gives its place back')
})
