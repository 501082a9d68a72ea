import type { Scope } from '../../db/schema/clients.js'
import { stated } from '../stated.js'
import type { KeyRow } from './key-queries.js'
import type { ClientWithGrants } from './queries.js'
import type { GrantRow } from '../../world/grants.js'
import type { Client, ClientKey, ClientSecret, ClientSelf, ClientTransition } from './schemas.js'
import type { SecretRow } from './secret-queries.js'
import type { TransitionRow } from './transition-queries.js'

export function presentClient ({ client, grants }: ClientWithGrants): Client {
  const { id, name, contactName, contactEmail, contactPhone, scopes, state, changedAt } = client
  const contact = stated({ name: contactName, email: contactEmail, phone: contactPhone })
  return {
    id,
    name,
    ...Object.keys(contact).length === 0 ? {} : { contact },
    scopes,
    grants: grants.map(presentGrant),
    state,
    recordedAt: changedAt
  }
}

export function presentSelf (
  found: ClientWithGrants, { scopes: tokenScopes, expires }: { scopes: readonly Scope[], expires: number }
): ClientSelf {
  const { state, recordedAt, ...self } = presentClient(found)
  const tokenExpiresAt = new Date(expires * 1_000).toISOString().replace('Z', '000Z')
  return { ...self, tokenScopes: [...tokenScopes], tokenExpiresAt }
}

export function presentTransition (row: TransitionRow): ClientTransition {
  const { sequence, to, reason, byClientId: client, recordedAt } = row
  return stated({ sequence, to, reason, client, recordedAt })
}

function presentGrant (
  {
    agencyCode: agency, withSubtree, indicatorCode: indicator, validFrom, validTo, reorganisationId, recordedAt
  }: GrantRow
): Client['grants'][number] {
  return {
    ...stated({ agency, withSubtree, indicator, validFrom, validTo }),
    source: reorganisationId === null
      ? { kind: 'given' }
      : { kind: 'reorganisation', reorganisation: reorganisationId },
    recordedAt
  }
}

export function presentSecret (
  { id, expiresAt, recordedAt, lastUsedAt, revokedAt, revokedReason, live }: SecretRow
): ClientSecret {
  return stated({ id, expiresAt, recordedAt, lastUsedAt, revokedAt, revokedReason, live })
}

export function presentKey ({ clientId: _client, thumbprint: _thumbprint, ...row }: KeyRow): ClientKey {
  return stated(row) as ClientKey
}
