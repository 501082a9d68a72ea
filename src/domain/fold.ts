const MARKS = /\p{M}+/gu
const D_WITH_STROKE = /[đðɖ]/g          // U+0111, and the look-alikes U+00F0 and U+0256 typed in its place
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/gu

/**
 * The form in which Vietnamese text is searched; both sides are folded. Without case, diacritics (and so wherever the
 * tone is placed: hòa, hoà), đ as d, y as i (quý, quí; tỷ, tỉ); whatever stands between words is one space.
 */
export function fold (text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(D_WITH_STROKE, 'd')
    .replaceAll('y', 'i')
    .replace(BETWEEN_WORDS, ' ')
    .trim()
}
