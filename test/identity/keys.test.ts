import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, importJWK } from 'jose'
import t from 'tap'
import { loadSigningKeys, SIGNING_KEY_FILE } from '../../src/features/identity/key-material.js'

t.test('made once, for its owner alone, and found again', async t => {
  const dataDir = join(t.testdir(), 'data')
  const first = await loadSigningKeys({ dataDir })
  const second = await loadSigningKeys({ dataDir })
  t.equal(first.kid, second.kid)
  t.equal((await stat(join(dataDir, SIGNING_KEY_FILE))).mode & 0o777, 0o600)
  t.strictSame(await readdir(dataDir), [SIGNING_KEY_FILE], 'no draft is left')
})

t.test('eight that start at once agree on one key', async t => {
  const dataDir = join(t.testdir(), 'data')
  const keys = await Promise.all(Array.from({ length: 8 }, () => loadSigningKeys({ dataDir })))
  t.equal(new Set(keys.map(key => key.kid)).size, 1)
  t.strictSame(await readdir(dataDir), [SIGNING_KEY_FILE])
})

t.test('the id is the RFC 7638 thumbprint, and the JWK holds nothing private', async t => {
  const { kid, publicJwk } = await loadSigningKeys({ dataDir: t.testdir() })
  t.equal(kid, await calculateJwkThumbprint(publicJwk))
  t.notOk('d' in publicJwk)
  t.ok(await importJWK(publicJwk, 'ES256'))
})

t.test('a key given as PEM wins, in both notations', async t => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const dataDir = t.testdir()
  const pkcs8 = await loadSigningKeys({ dataDir, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string })
  const sec1 = await loadSigningKeys({ dataDir, pem: (privateKey.export({ type: 'sec1', format: 'pem' }) as string).replaceAll('\n', '\\n') })
  t.equal(pkcs8.kid, sec1.kid)
  t.match(sec1.privatePem, /^-----BEGIN PRIVATE KEY-----/)
  t.strictSame(await readdir(dataDir), [], 'nothing is written')
})

t.test('another kind of key is refused by name', async t => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const dataDir = t.testdir()
  await t.rejects(loadSigningKeys({ dataDir, pem: rsa }), /P-256/)
  await t.rejects(loadSigningKeys({ dataDir, pem: p384 }), /P-256/)
  await t.rejects(loadSigningKeys({ dataDir, pem: 'nonsense' }), /PEM/)
  await mkdir(join(dataDir, 'cut'))
  await writeFile(join(dataDir, 'cut', SIGNING_KEY_FILE), '-----BEGIN PRIVATE KEY-----\nMIG')
  await t.rejects(loadSigningKeys({ dataDir: join(dataDir, 'cut') }), new RegExp(SIGNING_KEY_FILE), 'a broken file is not replaced')
})

t.test('derived keys: one for each purpose and signing key', async t => {
  const one = await loadSigningKeys({ dataDir: join(t.testdir(), 'one') })
  const same = await loadSigningKeys({ dataDir: '-', pem: one.privatePem })
  const other = await loadSigningKeys({ dataDir: join(t.testdirName, 'other') })
  t.equal(one.deriveKey('cursor').length, 32)
  t.strictSame(one.deriveKey('cursor'), same.deriveKey('cursor'))
  t.notSame(one.deriveKey('cursor'), one.deriveKey('webhook'))
  t.notSame(one.deriveKey('cursor'), other.deriveKey('cursor'))
})
