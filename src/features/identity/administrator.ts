import type { Scope } from '../../db/schema/clients.js'
import { bodyError, Problem } from '../../http/problem.js'
import type { LocalText } from '../../domain/text.js'

/** Who asks, as far as the rule of a feature has to know. */
export interface Asker { readonly clientId: string, readonly scopes: readonly Scope[] }

/** The token lacks each of these scopes, one of which the operation needs (RFC 6750 section 3.1). */
export function insufficientScope (
  required: readonly Scope[], detail?: LocalText, pointers: readonly string[] = []
): Problem {
  const told = detail ?? {
    vi: `Thao tác này cần scope ${required.join(' hoặc ')}.`, en: 'This operation needs the scope ' +
      `${required.join(' or ')}.`
  }
  return new Problem('insufficient_scope', {
    detail: told,
    errors: pointers.map(pointer => bodyError(pointer, 'administrator_required', told.vi, told.en!)),
    challenge: {
      error: 'insufficient_scope',
      description: 'The token lacks the scope this operation needs',
      scope: required.join(' ')
    },
    extra: { requiredScopes: required }
  })
}

/**
 * What decides whether figures are taken, count or await a second look is changed by an administrator: a client that
 * writes the catalogue and pushes figures cannot be its own judge.
 *
 * @param pointers the fields of the body that need it; without any, nobody does
 * @throws Problem insufficient_scope
 */
export function requireAdministrator ({ scopes }: Asker, pointers: readonly string[], why: LocalText): void {
  if (pointers.length > 0 && !scopes.includes('registry:admin')) {
    throw insufficientScope(['registry:admin'], why, pointers)
  }
}
