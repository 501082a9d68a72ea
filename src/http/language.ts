import Negotiator from 'negotiator'
import { type Language, LANGUAGES } from '../domain/text.js'

export const DEFAULT_LANGUAGE: Language = 'vi'

/** Vietnamese unless Accept-Language prefers English. */
export function chooseLanguage (header: string | undefined): Language {
  if (header === undefined) return DEFAULT_LANGUAGE
  return (new Negotiator({
    headers: { 'accept-language': header }
  }).language([...LANGUAGES]) ?? DEFAULT_LANGUAGE) as Language
}
