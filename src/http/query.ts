import { parameterError, type FieldError } from './problem.js'
import { cleaned, textFault } from './text.js'

/**
 * Faults of the query string, found where nothing can be thrown yet: the router calls the parser outside of any
 * handler.
 */
export const QUERY_FAULTS = Symbol('faults of the query string')

type Query = Record<string, string | string[]> & { [QUERY_FAULTS]?: FieldError[] }

function decode (text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** application/x-www-form-urlencoded; a repeated name becomes an array, which no single-valued schema takes. */
export function parseQuery (text: string): Query {
  const query = Object.create(null) as Query
  const faults: FieldError[] = []
  for (const piece of text.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const rawName = equals === -1 ? piece : piece.slice(0, equals)
    const name = decode(rawName)
    const value = decode(equals === -1 ? '' : piece.slice(equals + 1))
    if (name === undefined || value === undefined) {
      faults.push(parameterError(
        name ?? rawName, 'bad_percent_encoding', 'Mã hóa phần trăm (%XX) không phải UTF-8 hợp lệ.',
        'The percent-encoding (%XX) is not valid UTF-8.'
      ))
      continue
    }
    const fault = textFault(name) ?? textFault(value)
    if (fault !== undefined) faults.push({ parameter: cleaned(name), ...fault })
    const key = name.normalize('NFC')
    const known = query[key]
    const normal = value.normalize('NFC')
    query[key] = known === undefined ? normal : [known, normal].flat()
  }
  if (faults.length > 0) query[QUERY_FAULTS] = faults
  return query
}

/** Path parameters, already decoded by the router: what their text must not hold, and NFC in place. */
export function purifyParams (params: Record<string, string>): FieldError[] {
  const faults: FieldError[] = []
  for (const [name, value] of Object.entries(params)) {
    const fault = textFault(value)
    if (fault !== undefined) faults.push({ parameter: name, ...fault })
    params[name] = value.normalize('NFC')
  }
  return faults
}
