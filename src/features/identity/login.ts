import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { Queryable } from '../../db/client.js'
import { Lane } from '../../http/lane.js'
import type { LoginLimits } from '../../http/limits.js'
import { Problem } from '../../http/problem.js'
import { networkOf, Rate } from '../../http/rate.js'
import { algorithmsOf, publicKeyOf, readAssertion, WrongAssertion, type Assertion } from './assertions.js'
import {
  oauthProblem, readCredentials, type AssertionCredentials, type Form, type SecretCredentials
} from './credentials.js'
import { CLOCK_TOLERANCE, InvalidToken } from './jws.js'
import {
  findCredentials, findKeys, noteUse, replaceHash, takeAssertion, type ClientRecord, type LiveKey, type LiveSecret
} from './queries.js'
import { createSecretChecker, hashGenerated, isChosen, looksGenerated } from './secrets.js'
import { CLIENT_ID_PATTERN, verifySignature } from './tokens.js'
import type { LocalText } from '../../domain/text.js'

export interface LoginOptions {
  db: Queryable
  limits: LoginLimits
  /** The audience of assertions. */
  publicUrl: string
}

/**
 * The client that sends the request, proved and active. @throws Problem invalid_client, invalid_request,
 * too_many_requests
 */
export type Login = (request: FastifyRequest, form: Form) => Promise<ClientRecord>

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
/** How long a refusal is held back, as a multiple of `refusalMs`; a random time of up to the same length is added. */
const PAUSES: Readonly<Record<string, number>> = { invalid_client: 1, too_many_requests: 4 }
const MISMATCH: LocalText = {
  vi: 'Mã client và mã bí mật không khớp.', en: 'The client id and the secret do not belong together.'
}
const NO_KEY: LocalText = {
  vi: 'Không khóa nào đã đăng ký của client này khớp với chữ ký của client_assertion.',
  en: 'No registered key of this client fits the signature of client_assertion.'
}
const USED_BEFORE: LocalText = {
  vi: 'client_assertion này đã được dùng: mỗi lần lấy token cần một “jti” mới.',
  en: 'This client_assertion was used before: each request for a token needs a `jti` of its own.'
}
/**
 * Secrets that are looked up at once, one of a client from an address: many wrong ones delay a right one by a single
 * look.
 */
const LOOKUPS = { atOnce: 4, each: 1, waiting: 2_000, waitingEach: 500, waitMs: 10_000 }
const SUSPENDED: LocalText = { vi: 'Client này đang bị tạm dừng.', en: 'This client is suspended.' }

/** Refusals are counted by client and address and by address. What costs nothing to check is never refused for that. */
class Refusals {
  private readonly ofClient: Rate
  private readonly ofAddress: Rate

  constructor ({ refusalsOfClient, refusalsOfAddress, windowMs }: LoginLimits) {
    this.ofClient = new Rate({ limit: refusalsOfClient, windowMs })
    this.ofAddress = new Rate({ limit: refusalsOfAddress, windowMs })
  }

  check (address: string, who: string): void {
    const wait = Math.max(this.ofClient.wait(who), this.ofAddress.wait(address))
    if (wait === 0) return
    throw oauthProblem('invalid_request', {
      vi: `Quá nhiều lần xác thực sai từ địa chỉ này; hãy kiểm tra mã client và mã bí mật, rồi thử lại sau ${wait} ` +
        'giây.',
      en: `Too many wrong attempts from this address: check the client id and its secret, and try again in ${wait} s.`
    }, 'too_many_requests', { 'retry-after': String(wait) })
  }

  add (address: string, who: string): void {
    this.ofClient.add(who)
    this.ofAddress.add(address)
  }
}

/** One for each process: it counts refusals, and remembers chosen secrets that were right, in memory. */
export function createLogin ({ db, limits, publicUrl }: LoginOptions): Login {
  const checker = createSecretChecker()
  const refusals = new Refusals(limits)
  const lookups = new Lane({ ...LOOKUPS })

  async function findFor (who: string, id: string): ReturnType<typeof findCredentials> {
    if (!CLIENT_ID.test(id)) return undefined
    const leave = await lookups.enter(who)
    try {
      return await findCredentials(db, id)
    } finally {
      leave()
    }
  }

  async function noteSecret (used: LiveSecret, secret: string, { log }: FastifyRequest): Promise<void> {
    try {
      await noteUse(db, used)
      if (isChosen(used.hash) && looksGenerated(secret)) await replaceHash(db, used, hashGenerated(secret))
    } catch (error) {
      log.warn({ err: error }, 'the use of a secret was not noted')
    }
  }

  async function bySecret (request: FastifyRequest, { id, secret }: SecretCredentials): Promise<ClientRecord> {
    const address = networkOf(request.ip)
    const who = `${address} ${id}`
    const found = await findFor(who, id)
    const { client, secrets = [] } = found ?? {}
    const hashes = secrets.map(({ hash }) => hash)
    let fitting = checker.recognise(secret, hashes)
    if (fitting === undefined) {
      refusals.check(address, who)
      fitting = await checker.derive(secret, hashes, who)
    }
    const used = secrets.find(({ hash }) => hash === fitting)
    // whoever has ended has no secret
    if (client === undefined || used === undefined || client.state !== 'active') {
      refusals.add(address, who)
      throw oauthProblem('invalid_client', client === undefined || used === undefined ? MISMATCH : SUSPENDED)
    }
    await noteSecret(used, secret, request)
    return client
  }

  /** The registered key that has signed it. */
  async function signerOf (assertion: Assertion, keys: readonly LiveKey[]): Promise<LiveKey | undefined> {
    for (const key of keys) {
      if (assertion.kid !== undefined && assertion.kid !== key.kid) continue
      try {
        await verifySignature(assertion.text, [publicKeyOf(key.jwk)], algorithmsOf(key.jwk))
        return key
      } catch (error) {
        if (!(error instanceof InvalidToken)) throw error
      }
    }
    return undefined
  }

  /** @throws WrongAssertion */
  async function readFor ({ id, assertion }: AssertionCredentials): Promise<Assertion> {
    const read = readAssertion(assertion, publicUrl)
    if (id !== undefined && id !== read.clientId) {
      throw new WrongAssertion({
        vi: 'client_id khác với “sub” của client_assertion.',
        en: 'client_id is another than the `sub` of client_assertion.'
      })
    }
    return read
  }

  async function byAssertion (request: FastifyRequest, credentials: AssertionCredentials): Promise<ClientRecord> {
    const address = networkOf(request.ip)
    let who = `${address} `
    try {
      const assertion = await readFor(credentials)
      who += assertion.clientId
      const found = await findKeys(db, assertion.clientId)
      const used = await signerOf(assertion, found?.keys ?? [])
      if (found === undefined || used === undefined) throw new WrongAssertion(NO_KEY)
      if (!await takeAssertion(db, found.client.id, assertion.jti, assertion.expires + CLOCK_TOLERANCE)) {
        throw new WrongAssertion(USED_BEFORE)
      }
      if (found.client.state !== 'active') throw new WrongAssertion(SUSPENDED)
      await noteUse(db, used, 'client_keys')
        .catch((error: unknown) => { request.log.warn({ err: error }, 'the use of a key was not noted') })
      return found.client
    } catch (error) {
      if (!(error instanceof WrongAssertion)) throw error
      refusals.check(address, who)
      refusals.add(address, who)
      throw oauthProblem('invalid_client', error.detail)
    }
  }

  return async (request, form) => {
    const credentials = readCredentials(request, form)
    const began = performance.now()
    try {
      return await ('assertion' in credentials ? byAssertion(request, credentials) : bySecret(request, credentials))
    } catch (error) {
      const pause = error instanceof Problem ? PAUSES[error.code] ?? 0 : 0
      // not all at one moment: those who were refused together come again together
      if (pause > 0) await sleep(began + limits.refusalMs * pause * (1 + Math.random()) - performance.now())
      throw error
    }
  }
}
