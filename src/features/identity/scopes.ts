import { SCOPES, type Scope } from '../../db/schema/clients.js'

/** RFC 6749 §3.3, one space between two. */
const SCOPE_LIST = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/

export const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text)

/** The words of a scope parameter or claim; undefined where it is not written as RFC 6749 §3.3 says. */
export function parseScopes (text: string): string[] | undefined {
  return SCOPE_LIST.test(text) ? [...new Set(text.split(' '))] : undefined
}
