import type { Scope } from '../../db/schema/clients.js'
import type { Times } from './jws.js'

export interface AccessToken {
  readonly clientId: string
  readonly scopes: readonly Scope[]
  /** `jti`, which those of other issuers may lack. */
  readonly id: string | undefined
  readonly issuer: string
  readonly times: Times
}
