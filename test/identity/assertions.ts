import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import { ASSERTION_TYPE } from '../../src/features/identity/assertions.js'

/** The issuer of the apps of helper.ts. */
export const ISSUER = 'http://registry.test'

export const pairs: Readonly<Record<string, () => { privateKey: KeyObject, publicKey: KeyObject }>> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 })
}

export interface AssertionOptions { alg?: string, header?: object, claims?: Record<string, unknown> }

/** A right one, but for what is said. */
export async function assertionOf (id: string, key: KeyObject, { alg = 'ES256', header = {}, claims = {} }: AssertionOptions = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const all = { iss: id, sub: id, aud: ISSUER, jti: randomUUID(), iat: now, exp: now + 60, ...claims }
  return await new SignJWT(JSON.parse(JSON.stringify(all))).setProtectedHeader({ alg, ...header }).sign(key)
}

export async function post (app: FastifyInstance, url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en', ...headers },
    payload: new URLSearchParams(fields).toString()
  })
  return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? {} : answer.json<Record<string, any>>() }
}

export const byAssertion = (assertion: string) => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: assertion })
export const ask = (app: FastifyInstance, assertion: string, more: Record<string, string> = {}) =>
  post(app, '/oauth/token', { grant_type: 'client_credentials', ...byAssertion(assertion), ...more })
