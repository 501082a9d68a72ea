import { bodyError, type FieldError } from './problem.js'

/** Bytes looked at: a byte order mark, or the first two letters. */
const LOOKED_AT = 4

/**
 * UTF-16 by its byte order mark, or by the zero beside each of its first letters, which are of ASCII in every file we
 * take.
 */
function isUtf16 (bytes: Uint8Array): boolean {
  const [a, b, c, d] = [bytes[0], bytes[1], bytes[2], bytes[3]]
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true
  if (bytes.length < LOOKED_AT) return false
  return (a !== 0 && b === 0 && c !== 0 && d === 0) || (a === 0 && b !== 0 && c === 0 && d !== 0)
}

/** What is said of a body in UTF-16, by its name; undefined of any other. */
export function utf16Fault (bytes: Uint8Array): FieldError | undefined {
  if (!isUtf16(bytes)) return undefined
  return bodyError('', 'utf_16',
    'Tệp ở bảng mã UTF-16 (“Unicode Text” của Excel, tệp do PowerShell ghi); hãy lưu lại ở UTF-8: trong Excel chọn ' +
      '“CSV UTF-8 (Comma delimited)”, trong Notepad chọn mã hóa UTF-8, trong PowerShell thêm “-Encoding utf8”.',
    'The file is in UTF-16 (Excel\'s "Unicode Text", a file written by PowerShell); save it in UTF-8: in Excel as ' +
      '"CSV UTF-8 (Comma delimited)", in Notepad with the encoding UTF-8, in PowerShell with `-Encoding utf8`.')
}

/**
 * Combining marks of Windows-1258, which follow their vowels: the grave, the hook, the tilde, the acute and the dot
 * below.
 */
const TONES = new Set([0xcc, 0xd2, 0xde, 0xec, 0xf2])
/** Letters that Windows-1252 has for those of Vietnamese: Ă ă Đ đ Ơ ơ Ư ư. */
const LETTERS = new Set([0xc3, 0xe3, 0xd0, 0xf0, 0xd5, 0xf5, 0xdd, 0xfd])
/** The vowels of ASCII, with Â â Ê ê Ô ô and the vowels among LETTERS. */
const VOWELS = new Set([
  ...Buffer.from('aeiouyAEIOUY'), 0xc2, 0xe2, 0xca, 0xea, 0xd4, 0xf4, 0xc3, 0xe3, 0xd5, 0xf5, 0xdd, 0xfd
])

/**
 * The encoding that bytes which are no UTF-8 seem to have. A tone behind a vowel, and the letters of Vietnamese, are
 * rare in any other language.
 */
export function eightBitName (bytes: Uint8Array): 'Windows-1258' | 'Windows-1252' {
  const isVietnamese = bytes.some((byte, i) => LETTERS.has(byte) ||
    (TONES.has(byte) && i > 0 && VOWELS.has(bytes[i - 1]!)))
  return isVietnamese ? 'Windows-1258' : 'Windows-1252'
}

/** What is said of bytes that are not UTF-8. */
export function invalidUtf8 (bytes: Uint8Array): FieldError {
  const name = eightBitName(bytes)
  return bodyError('', 'invalid_utf8',
    `Không phải UTF-8 hợp lệ; có vẻ là ${name}. Hãy lưu lại ở UTF-8: trong Excel chọn “CSV UTF-8 (Comma delimited)”.`,
    `Not valid UTF-8; it seems to be ${name}. Save it in UTF-8: in Excel as "CSV UTF-8 (Comma delimited)".`)
}
