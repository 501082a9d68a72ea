/**
 * An array as PostgreSQL reads it (the manual's "Array Input and Output Syntax"). pg writes one too, but looks at every
 * element's type first, which for the thousands of rows of a push takes longer than the rest of their judging.
 */
export function arrayLiteral<T> (
  items: readonly T[], valueOf: (item: T) => string | number | boolean | null | undefined
): string {
  const elements = new Array<string>(items.length)
  for (let i = 0; i < items.length; i++) {
    const value = valueOf(items[i]!)
    elements[i] = typeof value === 'string'
      ? elementOf(value)
      : value === null || value === undefined ? 'NULL' : String(value)
  }
  return `{${elements.join(',')}}`
}

/** Codes, ids, numbers and instants stand as they are; the word NULL, in any case, would not be a text. */
const PLAIN = /^(?!null$)[\w.:+=;-]+$/i
const SPECIAL = /["\\]/

function elementOf (text: string): string {
  if (PLAIN.test(text)) return text
  return SPECIAL.test(text) ? `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` : `"${text}"`
}
