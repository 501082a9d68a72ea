type Json = Record<string, unknown>

const YEAR = '(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])'
const DAY = `${YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])`
const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
const OFFSET = '(?:[Zz]|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])'
const instant = (digits: number) => `^${DAY}[Tt]${TIME}(?:\\.[0-9]{1,${digits}})?${OFFSET}$`
const decimal = (places: number) => `^(?!-0(?:\\.0+)?$)-?(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]{1,${places}})?$`

/**
 * What the registry holds a text of the format to, beyond what the format means to a validator (src/http/formats.ts):
 * no year 0, no 24:00 and no leap second, no negative zero, http and https alone. Anchored, and each character decides
 * by itself what follows, so that no text is slow to match.
 */
const BY_FORMAT: Readonly<Record<string, string>> = {
  date: `^${DAY}$`,
  'date-time': instant(30),
  uuid: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  uri: '^https?:\\/\\/(?:[!#$&\'()*+,./0-9:;=?@A-Z_a-z~[\\]\\-]|%[0-9A-Fa-f]{2})+$',
  decimal: decimal(12),
  'shown-decimal': decimal(64)
}

/** Of an instant that says what the registry knew. */
const KNOWN = instant(6)
/** Characters that no text may have (src/http/text.ts), for a class. */
const UNWANTED = '\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F-\\x9F\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069'
/** Text is taken without them; where a pattern asks for something visible, also not of spaces alone. */
const TEXT = `^[^${UNWANTED}]*$`
const VISIBLE = '\\S'
const VISIBLE_TEXT = `^(?=\\s*\\S)[^${UNWANTED}]*$`

function patternOf ({ format, pattern, enum: values, const: constant, maxLength }: Json): string | undefined {
  if (values !== undefined || constant !== undefined) return undefined
  if (format === 'date-time' && pattern !== undefined) return KNOWN
  if (typeof format === 'string') return BY_FORMAT[format]
  if (pattern === VISIBLE) return VISIBLE_TEXT
  return pattern === undefined && maxLength !== undefined ? TEXT : undefined
}

/** Says in the document, by `pattern`, what the registry takes of a single text. */
export function tellPatterns (at: unknown): void {
  if (typeof at !== 'object' || at === null) return
  if ('type' in at && at.type === 'string') {
    const pattern = patternOf(at as Json)
    if (pattern !== undefined) Object.assign(at, { pattern })
  }
  for (const [key, value] of Object.entries(at)) if (key !== 'example' && key !== 'examples') tellPatterns(value)
}
