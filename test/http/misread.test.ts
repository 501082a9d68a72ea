import t from 'tap'
import { isTypedCode, meantCode, meantDecimal, plainly, visible, visibleCode } from '../../src/http/misread.js'

t.test('what was read is shown with what cannot be seen', async t => {
  const shown: [read: string, expected: string][] = [
    ['CQS-02', 'CQS-02'],
    ['CQS\u201102', 'CQS<U+2011>02'],
    ['\u200bUBND', '<U+200B>UBND'],
    ['UBND\u00a0', 'UBND<U+00A0>'],
    ['UBND ', 'UBND<U+0020>'],
    ['  UBND', '<U+0020><U+0020>UBND'],
    ['a b', 'a b'],
    ['\ufeffa\tb\u0000', '<U+FEFF>a<U+0009>b<U+0000>'],
    ['\u22125', '<U+2212>5'],
    ['a\u00adb', 'a<U+00AD>b'],
    ['\ud800', '<U+D800>'],
    ['Thường Tín', 'Thường Tín'],
    ['x'.repeat(61), `${'x'.repeat(60)}…`],
    ['🙂'.repeat(61), `${'🙂'.repeat(60)}…`]
  ]
  for (const [read, expected] of shown) t.equal(visible(read), expected, JSON.stringify(read))
  t.equal(visibleCode('СQS-02'), 'С<U+0421>QS-02', 'a letter of another alphabet')
  t.equal(visibleCode('CQS\u201102'), 'CQS<U+2011>02')
  t.equal(plainly('\u200b CQS\u201102\u00a0'), 'CQS-02')
})

t.test('the code that was meant is one that there is', async t => {
  const exists = (code: string) => ['CQS-02', 'official'].includes(code)
  const cases: [read: string, expected: string | undefined][] = [
    ['CQS\u201102', 'CQS-02'], ['CQS–02', 'CQS-02'], ['CQS-02\u00a0', 'CQS-02'], ['CQS-\u200b02', 'CQS-02'], ['cqs-02', 'CQS-02'], ['Official ', 'official'],
    ['ＣＱＳ－０２', 'CQS-02'], ['CQS-2', undefined], ['CQS-02', undefined], ['', undefined]
  ]
  for (const [read, expected] of cases) t.equal(meantCode(read, exists), expected, JSON.stringify(read))
})

t.test('codes as they are written', async t => {
  t.same(['CQS-02', 'gso:593', 'UBND-TINH', 'qd20:H01.12', 'A_1~'].filter(code => !isTypedCode(code)), [])
  t.same(['cqs-02', 'CQS-02 ', 'CQS\u201102', '', 'Đ'].filter(isTypedCode), [])
})

t.test('the number that was meant, where only one can have been', async t => {
  const cases: [read: string, comma: string | undefined, point: string | undefined][] = [
    ['82,5', undefined, '82.5'],
    ['82.5', '82,5', undefined],
    ['1.234', undefined, undefined],
    ['1,234', undefined, undefined],
    ['1.234.567', '1234567', '1234567'],
    ['1,234,567', '1234567', '1234567'],
    ['1.234,5', '1234,5', '1234.5'],
    ['1,234.5', '1234,5', '1234.5'],
    ['1\u00a0234,5', '1234,5', '1234.5'],
    ['1 234', '1234', '1234'],
    ['82,5\u00a0', '82,5', '82.5'],
    ['\u22125', '-5', '-5'],
    ['82,5 %', '82,5', '82.5'],
    ["'5", '5', '5'],
    ['+5', '5', '5'],
    ['007', '7', '7'],
    ['0', undefined, undefined],
    ['000', '0', '0'],
    [',5', '0,5', '0.5'],
    ['5,', '5', '5'],
    ['8２', '82', '82'],
    ['1,2.3,4', undefined, undefined],
    ['1.23.4', undefined, undefined],
    ['1,23457E+11', undefined, undefined],
    ['-0,0', undefined, undefined],
    ['', undefined, undefined],
    ['n/a', undefined, undefined],
    ['-', undefined, undefined],
    ['1234567890123456789', undefined, undefined]
  ]
  for (const [read, comma, point] of cases) {
    t.equal(meantDecimal(read, ','), comma, `${read} with commas`)
    t.equal(meantDecimal(read, '.'), point, `${read} with points`)
  }
})
