export const LANGUAGES = ['vi', 'en'] as const
export type Language = typeof LANGUAGES[number]

/** A text in both languages of the registry. */
export interface LocalText { readonly vi: string, readonly en: string }

export const DEFAULT_LANGUAGE: Language = 'vi'

function qualityOf (parameters: string[]): number {
  const q = parameters.map(p => /^\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i.exec(p)?.[1]).find(v => v !== undefined)
  return q === undefined ? 1 : Number(q)
}

/** RFC 4647 lookup of an Accept-Language header among vi and en; Vietnamese when nothing fits. */
export function chooseLanguage (header: string | undefined): Language {
  if (header === undefined || header.length > 1000) return DEFAULT_LANGUAGE
  let best = DEFAULT_LANGUAGE
  let bestQuality = 0
  for (const part of header.split(',')) {
    const [range = '', ...parameters] = part.split(';')
    const primary = range.trim().toLowerCase().split('-')[0]
    const language = primary === '*' ? DEFAULT_LANGUAGE : LANGUAGES.find(l => l === primary)
    const quality = qualityOf(parameters)
    if (language !== undefined && quality > bestQuality) {
      best = language
      bestQuality = quality
    }
  }
  return best
}
