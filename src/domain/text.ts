/** The languages in which the registry speaks to people. */
export const LANGUAGES = ['vi', 'en'] as const
export type Language = typeof LANGUAGES[number]

/** A sentence made by the registry, always in both languages. */
export interface LocalText { readonly vi: string, readonly en: string }
/** A name somebody entered: the English one may be missing, and the Vietnamese one stands in. */
export interface NameText { readonly vi: string, readonly en?: string | undefined }
