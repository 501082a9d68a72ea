import type { FaultCode } from './fault-codes.js'
import type { LocalText } from '../domain/text.js'

export interface TextFault { code: FaultCode, detail: LocalText }

const SURROGATE = /\p{Surrogate}/u
/** C0 and C1 without tab and the ends of a line: nobody sees them, and terminals and spreadsheets act on them. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
/** The characters of Unicode's property Bidi_Control: they show a text in another order than it is stored in. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/
const UNWANTED = new RegExp(`\0|${CONTROL.source}|${BIDI.source}`)
const EACH_UNWANTED = new RegExp(`${UNWANTED.source}|${SURROGATE.source}`, 'gu')

const FAULTS = {
  nul: {
    code: 'nul_character',
    detail: { vi: 'Không được chứa ký tự NUL (U+0000).', en: 'Must not contain the character NUL (U+0000).' }
  },
  surrogate: {
    code: 'lone_surrogate',
    detail: {
      vi: 'Chứa nửa cặp surrogate, không phải văn bản Unicode hợp lệ.',
      en: 'Contains a lone surrogate, which is no Unicode text.'
    }
  }
} satisfies Record<string, TextFault>

function invisible (code: 'control_character' | 'bidi_control', character: string): TextFault {
  const name = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  return {
    code,
    detail: code === 'control_character'
      ? {
          vi: `Không được chứa ký tự điều khiển ${name}; trong văn bản chỉ nhận tab và dấu xuống dòng.`,
          en: `Must not contain the control character ${name}; of these a text may have tabs and line ends alone.`
        }
      : {
          vi: `Không được chứa ký tự đổi chiều chữ ${name}: nó làm văn bản hiện ra khác với khi lưu.`,
          en: `Must not contain ${name}, which changes the direction of writing: the text would show otherwise than ` +
            'it is.'
        }
  }
}

/** What PostgreSQL cannot store as text or would store as something else, and what nobody sees. */
export function textFault (text: string): TextFault | undefined {
  if (UNWANTED.test(text)) {
    if (text.includes('\0')) return FAULTS.nul
    const control = CONTROL.exec(text)
    return control === null
      ? invisible('bidi_control', BIDI.exec(text)![0])
      : invisible('control_character', control[0])
  }
  return SURROGATE.test(text) ? FAULTS.surrogate : undefined
}

/** Whether a text that was decoded from UTF-8 can be stored as it is, and each part of it too. */
export const isSound = (text: string): boolean => !UNWANTED.test(text) && text === text.normalize('NFC')

/** The text with a mark for whatever textFault() finds in it: text that can be sent and stored. */
export function cleaned (text: string): string {
  return text.replace(EACH_UNWANTED, '\ufffd')
}

/** One token of a JSON pointer (RFC 6901), escaped; itself always text that can be sent and stored. */
export function pointerToken (key: string | number): string {
  return `/${cleaned(String(key)).replaceAll('~', '~0').replaceAll('/', '~1')}`
}
