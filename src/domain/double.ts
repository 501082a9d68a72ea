/**
 * The significant digits that every decimal keeps in a double, and as many as spreadsheets show: two decimals of more
 * digits may be one double.
 */
const DOUBLE_DIGITS = 15

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/

/**
 * The double that a number of a workbook's XML says, which programs write with up to 17 digits (2.2999999999999998 is
 * 2.3); NaN where none is near. Undefined where the text is no number.
 */
export function parseDouble (text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined
  const double = Number(text)
  const isLost = !Number.isFinite(double) || (double === 0 && /^[^Ee]*[1-9]/.test(text))
  return isLost ? NaN : double
}

/** The decimal that the double stands for; undefined where it has more digits than every double keeps. */
export function decimalOfDouble (double: number): string | undefined {
  if (!Number.isFinite(double)) return undefined
  const text = String(double)
  if (text.length <= DOUBLE_DIGITS && !text.includes('e')) return text
  const { digits, point } = partsOf(double)
  return digits.length > DOUBLE_DIGITS ? undefined : write(double < 0, digits, point)
}

/** The shortest decimal that is this double and no other one, without an exponent. */
export function shortestDecimal (double: number): string {
  const { digits, point } = partsOf(double)
  return write(double < 0, digits, point)
}

/** `digits` without zeros at either end, and how many of them stand before the point. */
function partsOf (double: number): { digits: string, point: number } {
  const [mantissa = '', exponent = '0'] = String(Math.abs(double)).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const all = whole + fraction
  const significant = all.replace(/^0+/, '')
  const point = whole.length + Number(exponent) - (all.length - significant.length)
  return { digits: significant.replace(/0+$/, ''), point }
}

function write (isNegative: boolean, digits: string, point: number): string {
  if (digits === '') return '0'
  const sign = isNegative ? '-' : ''
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
