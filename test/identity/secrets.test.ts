import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import {
  createSecretChecker, generateSecret, hashChosen, hashGenerated, isChosen, looksGenerated
} from '../../src/features/identity/secrets.js'
import { createTurns } from '../../src/features/identity/turns.js'
import { cheapHash } from './cheap-secret.js'

t.test('what is stored of a secret that was made here, and of one that a person chose', async t => {
  const secret = generateSecret()
  t.match(secret, /^[A-Za-z0-9_-]{43}$/)
  t.ok(looksGenerated(secret))
  // RFC 6234's example, by another implementation
  t.equal(hashGenerated('abc'), '$sha256$ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0')
  t.notOk(isChosen(hashGenerated(secret)))
  const [one, two] = await Promise.all([hashChosen(secret), hashChosen(secret)])
  t.match(one, /^\$scrypt\$ln=15,r=8,p=1\$/)
  t.ok(isChosen(one))
  t.notMatch(one, secret)
  t.not(one, two, 'no two are alike')
})

t.test('which of the stored ones it was', async t => {
  const checker = createSecretChecker()
  const [mine, other] = [generateSecret(), generateSecret()]
  const hashes = [hashGenerated(other), hashGenerated(mine), cheapHash('right')]
  t.equal(checker.recognise(mine, hashes), hashes[1])
  t.equal(checker.recognise(other, hashes), hashes[0])
  for (const wrong of ['', 'Right', 'right ', 'righ', 'right', generateSecret(), `${mine} `, mine.toLowerCase(), ...hashes]) {
    t.equal(checker.recognise(wrong, hashes), undefined, JSON.stringify(wrong))
    t.equal(await checker.derive(wrong, hashes, 'a'), wrong === 'right' ? hashes[2] : undefined, JSON.stringify(wrong))
  }
  t.equal(checker.recognise(mine, []), undefined)
  t.equal(await checker.derive('', [], 'a'), undefined)
  t.throws(() => checker.recognise('right', ['plain text']), /format/)
})

t.test('a chosen secret costs once, and one that was made here nothing', async t => {
  const hash = await hashChosen('a secret of the province')
  const calls = t.capture(crypto, 'scrypt', crypto.scrypt)
  syncBuiltinESMExports()
  t.teardown(() => {
    calls.restore()
    syncBuiltinESMExports()
  })
  const checker = createSecretChecker()
  const made = generateSecret()
  t.equal(checker.recognise('a secret of the province', [hash]), undefined, 'not known yet')
  t.equal(await checker.derive(made, [hashGenerated(made)], 'a'), undefined)
  t.equal(calls().length, 0)
  t.equal(await checker.derive('a secret of the province', [hash], 'a'), hash)
  t.match(calls().map(({ args: [, , length, cost] }: { args: unknown[] }) => [length, cost]), [[32, { N: 32_768, r: 8, p: 1 }]])
  t.equal(checker.recognise('a secret of the province', [hash]), hash, 'known again')
  t.equal(checker.recognise('a secret of the district', [hash]), undefined)
  t.equal(checker.recognise('a secret of the province', [await hashChosen('another')]), undefined, 'of that hash alone')
  t.equal(createSecretChecker().recognise('a secret of the province', [hash]), undefined, 'by this process')
})

t.test('work in turns', async t => {
  const turns = createTurns({ running: 1, each: 3, waiting: 5 })
  const done: string[] = []
  let running = 0
  let most = 0
  const work = (who: string, what = who) => turns.take(who, async () => {
    most = Math.max(most, ++running)
    await sleep(5)
    running--
    done.push(what)
  })
  const results = await Promise.allSettled([
    work('flood', 'f1'), work('flood', 'f2'), work('flood', 'f3'), work('flood', 'f4'), work('flood', 'f5'),
    work('right', 'r1'), work('other', 'o1'), work('third', 't1')
  ])
  t.equal(most, 1)
  t.strictSame(done, ['f1', 'f2', 'r1', 'o1', 'f3', 'f4'], 'in a circle: one of the flood, then one of the others')
  const refused = results.flatMap((result, i) => result.status === 'rejected' ? [[i, result.reason.code, result.reason.headers]] : [])
  t.strictSame(refused, [
    [4, 'too_many_requests', { 'retry-after': '5' }], [7, 'unavailable', { 'retry-after': '5' }]
  ], 'a fourth of the same, a sixth of all')
  await t.rejects(turns.take('a', async () => { throw new Error('inside') }), /inside/)
  await t.resolves(Promise.all([work('a'), work('a'), work('b')]), 'a failure gives its place back')
})
