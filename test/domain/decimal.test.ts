import t from 'tap'
import fc from 'fast-check'
import {
  absolute, add, compare, decimalPlaces, divide, HUNDRED, isZero, multiply, negate, ONE, parseDecimal, rational, subtract,
  toDecimal, toExactDecimal, ZERO, type Rational
} from '../../src/domain/decimal.js'
import { readShown, showFull } from '../../src/domain/status/show.js'

function decimal (text: string): Rational {
  const parsed = parseDecimal(text)
  if (parsed === undefined) throw new Error(`not a decimal: ${text}`)
  return parsed
}

const rationals = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 20n }))
  .map(([n, d]) => rational(n, d))
const nonZero = rationals.filter((r) => !isZero(r))
const decimalTexts = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), fc.stringMatching(/^(\.[0-9]{1,12})?$/))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}${fraction}`)
  .filter((text) => !/^-0(\.0+)?$/.test(text))

t.test('what is a decimal', async (t) => {
  const good: [string, bigint, bigint][] = [
    ['0', 0n, 1n], ['0.00', 0n, 1n], ['90', 90n, 1n], ['82.50', 165n, 2n], ['-7', -7n, 1n], ['-0.5', -1n, 2n],
    ['0.000000000001', 1n, 1000000000000n], ['999999999999999999', 999999999999999999n, 1n],
    ['-999999999999999999.999999999999', -999999999999999999999999999999n, 1000000000000n], ['9007199254740993', 9007199254740993n, 1n]
  ]
  for (const [text, n, d] of good) t.same(parseDecimal(text), { n, d }, text)
  const bad = ['', ' ', 'NaN', 'Infinity', '-Infinity', '1e1', '1E-2', '+1', '01', '00', '-', '.', '.5', '5.', '1.2.3', '1,5', '1_000',
    '0x10', ' 1', '1 ', '1\n', '--1', '-0', '-0.0', '-0.000000000000', '1000000000000000000', '0.0000000000001', '١٢', '\uFF11', 'null']
  for (const text of bad) t.equal(parseDecimal(text), undefined, JSON.stringify(text))
})

t.test('rational numbers are reduced, the denominator positive', async (t) => {
  t.same(rational(6n, -4n), { n: -3n, d: 2n })
  t.same(rational(-6n, -4n), { n: 3n, d: 2n })
  t.same(rational(0n, -4n), ZERO)
  t.same(rational(5n), { n: 5n, d: 1n })
  t.throws(() => rational(1n, 0n), RangeError)
  t.throws(() => divide(ONE, ZERO), RangeError)
})

t.test('comparison is exact', async (t) => {
  const share = multiply(divide(rational(1799n), rational(2000n)), HUNDRED)
  t.same(share, decimal('89.95'))
  const cases: [Rational, Rational, -1 | 0 | 1][] = [
    [share, decimal('90'), -1], [decimal('89.999'), decimal('90'), -1], [decimal('50'), decimal('50.00'), 0],
    [decimal('50.000000000001'), decimal('50'), 1], [decimal('-1'), decimal('0.5'), -1], [decimal('0.5'), decimal('-1'), 1],
    [decimal('-0.5'), decimal('-0.25'), -1], [decimal('-0.5'), ZERO, -1], [ZERO, decimal('-0.5'), 1], [ZERO, decimal('0.1'), -1],
    [rational(1n, 3n), decimal('0.333333333333'), 1], [decimal('9007199254740993'), decimal('9007199254740992.5'), 1]
  ]
  for (const [a, b, expected] of cases) t.equal(compare(a, b), expected, `${a.n}/${a.d} and ${b.n}/${b.d}`)
})

t.test('writing', async (t) => {
  const rounded: [string, number, string][] = [
    ['0', 0, '0'], ['0', 2, '0.00'], ['82.5', 2, '82.50'], ['0.5', 0, '1'], ['-0.5', 0, '-1'], ['1.5', 0, '2'], ['2.5', 0, '3'],
    ['-2.5', 0, '-3'], ['0.49', 0, '0'], ['-0.49', 0, '0'], ['-0.004', 2, '0.00'], ['-0.005', 2, '-0.01'], ['1.005', 2, '1.01'],
    ['89.95', 1, '90.0'], ['89.95', 2, '89.95'], ['99.999', 2, '100.00'], ['-12.345', 1, '-12.3'], ['0.001', 3, '0.001'], ['7', 40, `7.${'0'.repeat(40)}`]
  ]
  for (const [text, places, expected] of rounded) t.equal(toDecimal(decimal(text), places), expected, `${text} to ${places}`)
  t.equal(toDecimal(rational(200n, 3n), 2), '66.67')
  t.equal(toDecimal(rational(-200n, 3n), 2), '-66.67')
  t.throws(() => toDecimal(ONE, -1), RangeError)

  const exact: [Rational, string | undefined][] = [
    [ZERO, '0'], [decimal('82.50'), '82.5'], [decimal('100.000'), '100'], [decimal('-0.05'), '-0.05'], [rational(1n, 8n), '0.125'],
    [rational(1n, 125n), '0.008'], [rational(7n, 20n), '0.35'], [rational(1n, 3n), undefined], [rational(1n, 6n), undefined], [rational(-22n, 7n), undefined]
  ]
  for (const [r, expected] of exact) t.equal(toExactDecimal(r), expected, `${r.n}/${r.d}`)

  for (const [text, places] of [['82.50', 2], ['82', 0], ['-0.125', 3], ['0.0', 1]] as const) t.equal(decimalPlaces(text), places, text)
})

t.test('signs', async (t) => {
  t.same(negate(decimal('-2.5')), decimal('2.5'))
  t.same(negate(ZERO), ZERO)
  t.same(absolute(decimal('-2.5')), decimal('2.5'))
  t.same(absolute(decimal('2.5')), decimal('2.5'))
  t.ok(isZero(ZERO))
  t.notOk(isZero(rational(1n, 10n ** 30n)))
})

t.test('the laws of a field hold', async () => {
  fc.assert(fc.property(rationals, rationals, rationals, nonZero, (a, b, c, unit) => {
    same(add(a, b), add(b, a))
    same(add(add(a, b), c), add(a, add(b, c)))
    same(add(a, ZERO), a)
    same(add(a, negate(a)), ZERO)
    same(subtract(a, b), add(a, negate(b)))
    same(multiply(a, b), multiply(b, a))
    same(multiply(multiply(a, b), c), multiply(a, multiply(b, c)))
    same(multiply(a, ONE), a)
    same(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))
    same(multiply(divide(a, unit), unit), a)
    same(multiply(absolute(a), absolute(b)), absolute(multiply(a, b)))
  }))
})

t.test('the order is total, and agrees with subtraction', async () => {
  fc.assert(fc.property(rationals, rationals, rationals, (a, b, c) => {
    const difference = subtract(a, b).n
    if (compare(a, b) !== (difference === 0n ? 0 : difference < 0n ? -1 : 1)) return false
    if (compare(a, b) + compare(b, a) !== 0 || compare(a, a) !== 0) return false
    if (compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0) return false
    return compare(add(a, c), add(b, c)) === compare(a, b)
  }))
})

t.test('every result is reduced', async () => {
  fc.assert(fc.property(rationals, nonZero, (a, b) =>
    [add(a, b), subtract(a, b), multiply(a, b), divide(a, b), negate(a), absolute(a)].every((r) => {
      let [x, y] = [r.n < 0n ? -r.n : r.n, r.d]
      while (y !== 0n) [x, y] = [y, x % y]
      return r.d > 0n && x === 1n
    })))
})

t.test('a decimal comes back as written', async () => {
  fc.assert(fc.property(decimalTexts, (text) => toDecimal(decimal(text), decimalPlaces(text)) === text))
  fc.assert(fc.property(decimalTexts, (text) => {
    const exact = toExactDecimal(decimal(text))
    return exact !== undefined && !/\.\d*0$/.test(exact) && compare(decimal(exact), decimal(text)) === 0
  }))
})

t.test('rounding is off by half a last digit at most, and symmetric', async () => {
  fc.assert(fc.property(rationals, fc.integer({ min: 0, max: 20 }), (r, places) => {
    const text = toDecimal(r, places)
    const scale = 10n ** BigInt(places)
    const shown = rational(BigInt(text.replace('.', '')), scale)
    if (compare(absolute(subtract(shown, r)), rational(1n, 2n * scale)) > 0) return false
    return decimalPlaces(text) === places && toDecimal(negate(r), places) === (isZero(shown) || text.startsWith('-') ? text.replace('-', '') : `-${text}`)
  }))
})

t.test('a number shown by itself: exact, or so long that it is taken for no shorter decimal', async t => {
  for (const [n, d, shown] of [
    [1799n, 20n, '89.95'], [50n, 1n, '50'], [100n, 3n, '33.333333333333'], [200n, 3n, '66.666666666667'], [0n, 1n, '0'],
    [899999999999999n, 10n ** 13n, '89.9999999999999'], [-899999999999999n, 10n ** 13n, '-89.9999999999999'],
    [900000000000001n, 10n ** 13n, '90.0000000000001'], [894999999999999n, 10n ** 13n, '89.4999999999999'],
    // 90 less a third of 10⁻¹⁴
    [27n * 10n ** 15n - 1n, 3n * 10n ** 14n, '89.999999999999997'],
    [1n, 10n ** 20n, '0.00000000000000000001'], [123456789012345n, 10n ** 14n, '1.234567890123']
  ] as const) t.equal(showFull(rational(n, d)), shown)
})

const near = fc.tuple(decimalTexts.map(decimal), fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.integer({ min: 0, max: 20 }), fc.boolean())
  .map(([base, n, zeros, up]) => up ? add(base, rational(n, 7n * 10n ** BigInt(12 + zeros))) : subtract(base, rational(n, 10n ** BigInt(12 + zeros))))

t.test('shown by itself, a number lies where it does, seen from every decimal of up to eleven places', async () => {
  fc.assert(fc.property(fc.oneof(rationals, near), fc.integer({ min: 0, max: 11 }), (exact, places) => {
    const mark = readShown(toDecimal(exact, places))
    return compare(readShown(showFull(exact)), mark) === compare(exact, mark)
  }))
})

function same (a: Rational, b: Rational): void {
  if (a.n !== b.n || a.d !== b.d) throw new Error(`${a.n}/${a.d} is not ${b.n}/${b.d}`)
}
