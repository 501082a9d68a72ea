import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { Queryable } from '../../db/client.js'
import type { LocalText } from '../../http/language.js'
import type { LoginLimits } from '../../http/limits.js'
import { Problem } from '../../http/problem.js'
import { networkOf, Rate } from '../../http/rate.js'
import { oauthProblem, readCredentials, type Form, type SecretCredentials } from './credentials.js'
import { findCredentials, noteUse, replaceHash, type ClientRecord, type LiveSecret } from './queries.js'
import { createSecretChecker, hashGenerated, isChosen, looksGenerated } from './secrets.js'
import { CLIENT_ID_PATTERN } from './tokens.js'

export interface LoginOptions {
  db: Queryable
  limits: LoginLimits
}

/** The client that sends the request, proved and active. @throws Problem invalid_client, invalid_request, too_many_requests */
export type Login = (request: FastifyRequest, form: Form) => Promise<ClientRecord>

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
const MISMATCH: LocalText = {
  vi: 'Mã client và mã bí mật không khớp.', en: 'The client id and the secret do not belong together.'
}
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
      vi: `Quá nhiều lần xác thực sai từ địa chỉ này; hãy kiểm tra mã client và mã bí mật, rồi thử lại sau ${wait} giây.`,
      en: `Too many wrong attempts from this address: check the client id and its secret, and try again in ${wait} s.`
    }, 'too_many_requests', { 'retry-after': String(wait) })
  }

  add (address: string, who: string): void {
    this.ofClient.add(who)
    this.ofAddress.add(address)
  }
}

/** Of a process: it counts, and knows chosen secrets again. */
export function createLogin ({ db, limits }: LoginOptions): Login {
  const checker = createSecretChecker()
  const refusals = new Refusals(limits)

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
    const found = CLIENT_ID.test(id) ? await findCredentials(db, id) : undefined
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

  return async (request, form) => {
    const credentials = readCredentials(request, form)
    const began = performance.now()
    try {
      return await bySecret(request, credentials)
    } catch (error) {
      if (error instanceof Problem && ['invalid_client', 'too_many_requests'].includes(error.code)) {
        await sleep(began + limits.refusalMs - performance.now())
      }
      throw error
    }
  }
}
