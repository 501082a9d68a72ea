import type { FaultCode } from './fault-codes.js'
import type { LocalText } from './language.js'

export interface TextFault { code: FaultCode, detail: LocalText }

const FAULTS = {
  nul: { code: 'nul_character', detail: { vi: 'Không được chứa ký tự NUL (U+0000).', en: 'Must not contain the character NUL (U+0000).' } },
  surrogate: { code: 'lone_surrogate', detail: { vi: 'Chứa nửa cặp surrogate, không phải văn bản Unicode hợp lệ.', en: 'Contains a lone surrogate, which is no Unicode text.' } }
} satisfies Record<string, TextFault>

/** What PostgreSQL cannot store as text, or would store as something else. */
export function textFault (text: string): TextFault | undefined {
  if (text.includes('\0')) return FAULTS.nul
  if (/\p{Surrogate}/u.test(text)) return FAULTS.surrogate
  return undefined
}

/** The text with a mark for whatever textFault() finds in it: text that can be sent and stored. */
export function cleaned (text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd')
}

/** One token of a JSON pointer (RFC 6901), escaped; itself always text that can be sent and stored. */
export function pointerToken (key: string | number): string {
  return `/${cleaned(String(key)).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
