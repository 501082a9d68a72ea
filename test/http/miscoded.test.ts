import t from 'tap'
import { base64Fault, miscodedFault, wentThroughText } from '../../src/http/miscoded.js'

/** As the two PowerShells introduce themselves. */
const [FIVE, SEVEN] = [
  'Mozilla/5.0 (Windows NT; Windows NT 10.0; vi-VN) WindowsPowerShell/5.1.19041.3031',
  'Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; vi-VN) PowerShell/7.2.24'
]

t.test('question marks in place of Vietnamese letters, from PowerShell alone', async t => {
  const lost: [text: string, word: string][] = [
    ['{"reason":"B? sung s? li?u"}', 'li?u'],
    ['a,b\r\n1,Ph??ng Phú Th?y', 'Ph??ng'],
    ['{"cause":"xem https://a.vn/?q=x, s? li?u thi?u"}', 'li?u'],
    ['{"note":"?ã xác nh?n"}', 'nh?n']
  ]
  for (const [text, word] of lost) {
    for (const agent of [FIVE, SEVEN]) t.match(miscodedFault(text, 'application/json', agent), { code: 'letters_lost', detail: { en: `"${word}"` } }, text)
    t.equal(miscodedFault(text, 'application/json', 'curl/8.9.1'), undefined, 'of others nobody knows')
    t.equal(miscodedFault(text, 'application/json', undefined), undefined)
  }
  const meant = [
    '{"reason":"Bổ sung số liệu"}', '{"note":"Vì sao? Không rõ"}', '{"note":"a ? b, c?"}', '{"evidence":"https://a.vn?x=1"}',
    '{"evidence":"https://a.vn/bao-cao?nam=2025&q=x?y"}', '{"evidence":"https://a.vn/tệp_1?tải"}', '{"note":"???"}', 'gso:593,2025-Q1,1?2'
  ]
  for (const text of meant) t.equal(miscodedFault(text, 'application/json', FIVE), undefined, text)
})

t.test('texts made to be slow to look at are looked at once', async t => {
  const many = 1_000_000
  // a pattern that tries every beginning with every end would need hours for the first
  for (const text of [
    `${'a?'.repeat(many)}=`, `${'a?'.repeat(many)}1`, `1${'a?'.repeat(many)}`, `a${'?'.repeat(many)}`, 'a'.repeat(many), '?'.repeat(many),
    `"${'\\\\'.repeat(1000)}`, `${' '.repeat(many)}x`, `${'A'.repeat(many)}!`
  ]) {
    for (const type of ['application/json', 'text/csv']) t.equal(miscodedFault(text, type, FIVE)?.code === 'base64_body', false)
  }
})

t.test('a file in base64', async t => {
  const file = Buffer.from('indicator,agency,period,value\nKTS-05,UBND-BINH-THUAN,2025,10\n').toString('base64')
  for (const text of [
    file, `${file}\r\n`, Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000\u0008\u0000\u0000\u0000!\u0000[Content_Types].xml').toString('base64'), JSON.stringify({ '$content-type': 'text/csv', $content: file }), JSON.stringify({ $content: file }, null, 2)
  ]) t.equal(base64Fault(text)?.code, 'base64_body', text)
  for (const text of ['indicator\nKTS-05\n', 'indicator,agency,period', '{"rows":[]}', '{"content":"abc"}', '', 'abc=', 'x'.repeat(80), 'indicatoragencyperiodvalue']) {
    t.equal(base64Fault(text), undefined, text)
  }
})

t.test('bytes that were read as a text', async t => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  t.equal(wentThroughText(Buffer.from(bytes.toString())), true)
  t.equal(wentThroughText(bytes), false)
  t.equal(wentThroughText(Buffer.from('\uFFFD'.repeat(7))), false)
})
