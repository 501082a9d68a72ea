import { isDecimal } from '../domain/decimal.js'

/** Controls, format characters, spaces other than the blank, and dashes that look like the hyphen of ASCII. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u2212]|(?! )\p{Zs}|(?!-)\p{Pd}/gu
const BLANK_ENDS = /^ +| +$/g
const MOST_QUOTED = 60

function codePoint (character: string): string {
  return `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`
}

/**
 * What was read, for a message: invisible characters, and those that look like others, as their code points. Long texts
 * are cut.
 */
export function visible (text: string): string {
  const characters = [...text.slice(0, 2 * MOST_QUOTED + 2)]
  const shown = characters.slice(0, MOST_QUOTED).join('')
    .replace(BLANK_ENDS, blanks => codePoint(' ').repeat(blanks.length))
    .replace(UNSEEN, codePoint)
  return characters.length > MOST_QUOTED ? `${shown}…` : shown
}

/**
 * The same of a code, in which every character beyond ASCII is one that does not belong there: a letter is followed by
 * its code point.
 */
export function visibleCode (code: string): string {
  return visible(code).replace(/[^\x20-\x7e…]/gu, character => `${character}${codePoint(character)}`)
}

/**
 * The text as somebody would type it: without invisible characters and blanks at its ends, with the hyphen for any
 * dash.
 */
export function plainly (text: string): string {
  return text.normalize('NFKC').replace(/[\p{Pd}\u2212]/gu, '-').replace(/[\p{Cc}\p{Cf}]/gu, '').trim()
}

/**
 * Whether a code is written as codes are: by nothing but what can be seen of ASCII, and in capitals. `gso:593` is one,
 * too.
 */
export const isTypedCode = (code: string): boolean => /^(?:[a-z0-9]+:)?[!-`{-~]+$/.test(code)

/** The code that was meant, of those that there are; undefined where none of them is near. */
export function meantCode (read: string, exists: (code: string) => boolean): string | undefined {
  const plain = plainly(read)
  return [plain, plain.toUpperCase(), plain.toLowerCase()].find(code => code !== read && exists(code))
}

export type DecimalMark = '.' | ','

const THOUSANDS = /^-?\d{1,3}([.,])\d{3}(\1\d{3})*$/

/** The digits with a point for the decimal mark, where it is clear which mark is which. */
function withPoint (text: string, mark: DecimalMark): string | undefined {
  const marks = [...text.matchAll(/[.,]/g)]
  const last = marks.at(-1)
  if (last === undefined) return text
  const [whole, decimals] = [text.slice(0, last.index), text.slice(last.index + 1)]
  if (marks.length === 1) return last[0] !== mark && THOUSANDS.test(text) ? undefined : `${whole}.${decimals}`
  if (THOUSANDS.test(text)) return text.replaceAll(last[0], '')
  return !whole.includes(last[0]) && THOUSANDS.test(whole) ? `${whole.replace(/[.,]/g, '')}.${decimals}` : undefined
}

/** The number that was meant, where only one can have been: `1.234` may be a thousand or little more than one. */
export function meantDecimal (read: string, mark: DecimalMark): string | undefined {
  const text = withPoint(plainly(read).replace(/\s/g, '').replace(/^['+]+/, '').replace(/%$/, ''), mark)
  const [, sign, digits, decimals = ''] = /^(?=.*\d)(-?)0*(\d*)(?:\.(\d*))?$/.exec(text ?? '') ?? []
  if (sign === undefined) return undefined
  const exact = `${sign}${digits === '' ? '0' : digits}${decimals === '' ? '' : `.${decimals}`}`
  const meant = exact.replace('.', mark)
  return isDecimal(exact) && meant !== read ? meant : undefined
}
