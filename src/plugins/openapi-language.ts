import { type Language, LANGUAGES, type LocalText } from '../domain/text.js'

type Json = Record<string, unknown>

const LINE_SEPARATOR = ' / '
const PARAGRAPH_SEPARATOR = '\n\n'
/** Between the languages of a text that has paragraphs of its own in an uneven number, as a rule in Markdown. */
export const TEXT_SEPARATOR = '\n\n---\n\n'

/** Where a text of the document stands, by the key. */
const TEXT_KEYS = new Set(['description', 'summary', 'title', 'name', 'x-displayName'])
/** The names of these objects are texts; all other names (of parameters, of tags) are the same in both languages. */
const NAMED = /^\/(info\/contact|x-tagGroups\/\d+)$/
/** What is data, whatever its keys are. */
const DATA_KEYS = new Set(['example', 'examples', 'default', 'enum', 'const'])
/** In these the keys are names that somebody chose, not words of OpenAPI. */
const MAPS = new Set([
  'properties', 'patternProperties', '$defs', 'schemas', 'responses', 'parameters', 'headers', 'securitySchemes',
  'paths', 'content', 'scopes'
])

/**
 * The two halves of a text: the Vietnamese, then one ` / `, then the English; or as many paragraphs of the one as of
 * the other. Undefined where a text is not made of exactly these two.
 */
export function splitText (text: string): LocalText | undefined {
  const byText = text.split(TEXT_SEPARATOR)
  const parts = byText.length > 1 ? byText : halves(text)
  const [vi = '', en = ''] = parts.map(part => part.trim())
  return parts.length === 2 && vi !== '' && en !== '' ? { vi, en } : undefined
}

function halves (text: string): string[] {
  const paragraphs = text.split(PARAGRAPH_SEPARATOR)
  if (paragraphs.length === 1) return text.split(LINE_SEPARATOR)
  if (paragraphs.length % 2 === 1) return paragraphs
  const middle = paragraphs.length / 2
  return [paragraphs.slice(0, middle), paragraphs.slice(middle)].map(half => half.join(PARAGRAPH_SEPARATOR))
}

/**
 * Copies the document and puts in place of each of its texts what `change` makes of it; `path` says where it stands.
 */
export function mapTexts<Value> (document: Value, change: (text: string, path: string) => string): Value {
  function copy (value: unknown, path: string, isMap: boolean): unknown {
    if (Array.isArray(value)) return value.map((item, index) => copy(item, `${path}/${index}`, false))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value as Json).map(([key, child]) => {
      const at = `${path}/${key}`
      if (isMap) return [key, typeof child === 'string' ? change(child, at) : copy(child, at, false)]
      if (DATA_KEYS.has(key)) return [key, child]
      if (key === 'x-enum-descriptions') {
        return [key, (child as string[]).map((text, index) => change(text, `${at}/${index}`))]
      }
      if (typeof child === 'string') return [key, isText(key, path) ? change(child, at) : child]
      return [key, copy(child, at, MAPS.has(key))]
    }))
  }
  const isText = (key: string, path: string) => TEXT_KEYS.has(key) && (key !== 'name' || NAMED.test(path))
  return copy(document, '', false) as Value
}

/** The document in one language. A text that cannot be split (a test knows none) stays as it is. */
export function inLanguage<Value> (document: Value, language: Language): Value {
  return mapTexts(document, text => splitText(text)?.[language] ?? text)
}

export const isLanguage = (text: unknown): text is Language => LANGUAGES.includes(text as Language)
