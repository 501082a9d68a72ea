/**
 * An array as PostgreSQL reads it (the manual's "Array Input and Output Syntax"). pg writes one too, but looks at every
 * element's type first, which for the thousands of rows of a push takes longer than the rest of their judging.
 */
export function arrayLiteral (values: Iterable<string | number | boolean | null | undefined>): string {
  let literal = '{'
  let separator = ''
  for (const value of values) {
    literal += separator
    separator = ','
    if (typeof value === 'string') literal += quoted(value)
    else literal += value === null || value === undefined ? 'NULL' : String(value)
  }
  return literal + '}'
}

const SPECIAL = /["\\]/

function quoted (text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}
