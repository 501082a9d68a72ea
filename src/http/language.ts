import Negotiator from 'negotiator'

export const LANGUAGES = ['vi', 'en'] as const
export type Language = typeof LANGUAGES[number]

/** A text in both languages of the registry. */
export interface LocalText { readonly vi: string, readonly en: string }

export const DEFAULT_LANGUAGE: Language = 'vi'

/** Vietnamese unless Accept-Language prefers English. */
export function chooseLanguage (header: string | undefined): Language {
  if (header === undefined) return DEFAULT_LANGUAGE
  return (new Negotiator({ headers: { 'accept-language': header } }).language([...LANGUAGES]) ?? DEFAULT_LANGUAGE) as Language
}
