import t from 'tap'
import fc from 'fast-check'
import { fold } from '../../src/domain/fold.js'

t.test('folding', async (t) => {
  const cases: [string, string][] = [
    ['', ''], ['   ', ''], ['Đạt tỷ lệ', 'dat ti le'], ['điện tử', 'dien tu'], ['ĐIỆN TỬ', 'dien tu'], ['quý', 'qui'], ['quí', 'qui'],
    ['Phú Quí', 'phu qui'], ['Phú Quý', 'phu qui'], ['hòa', 'hoa'], ['hoà', 'hoa'], ['Uỷ ban', 'ui ban'], ['Ủy ban', 'ui ban'], ['Thủy', 'thui'], ['Thuỷ', 'thui'],
    ['kỹ năng', 'ki nang'], ['kĩ năng', 'ki nang'], ['tỉ lệ', 'ti le'], ['tỷ lệ', 'ti le'], ['Nguyễn', 'nguien'], ['ươ ưởng ợ', 'uo uong o'], ['Ăn Âm Ê Ô Ơ Ư', 'an am e o o u'],
    ['Đ', 'd'], ['đ', 'd'], ['Ð', 'd'], ['ð', 'd'], ['Ɖ', 'd'], ['ɖ', 'd'],
    ['điện tử(hợp đồng lao động, hợp đồng)', 'dien tu hop dong lao dong hop dong'], ['dịch\tvụ\n công — trực tuyến', 'dich vu cong truc tuien'],
    ['  100% TTHC  ', '100 tthc'], ['4677/KH-UBND', '4677 kh ubnd'], ['4G/5G', '4g 5g'], ['“rõ người”', 'ro nguoi'], ['%_\\\'', ''],
    ['Digital economy', 'digital economi'], ['\u200Bzero\u00A0width', 'zero width'], ['\uD800x', 'x']
  ]
  for (const [text, folded] of cases) t.equal(fold(text), folded, JSON.stringify(text))
})

t.test('a search term finds its text', async (t) => {
  const finds: [string, string][] = [
    ['dien tu', 'hợp đồng điện tử(hợp đồng lao động)'], ['qui', 'Kết quả quý II'], ['dat', 'tỷ lệ đạt 70%'], ['Ủy ban', 'Uỷ ban nhân dân tỉnh'],
    ['tỉ trọng', 'Tỷ trọng kinh tế số'], ['Phu Quy', 'đặc khu Phú Quí'], ['hoà', 'Hòa Thắng'], ['Ðức Linh', 'huyện Đức Linh']
  ]
  for (const [term, text] of finds) t.ok(fold(text).includes(fold(term)), `${term} in ${text}`)
})

const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...'aàảãáạăằâầeêềiìyỳýoôồơờuưừdđĐÐ QUÝ,.()-'), { maxLength: 40 }).map((letters) => letters.join('')))

t.test('folding twice changes nothing more', async () => {
  fc.assert(fc.property(texts, (text) => fold(fold(text)) === fold(text)), { numRuns: 1000 })
})

t.test('the form of Unicode does not matter', async () => {
  fc.assert(fc.property(texts, (text) => fold(text.normalize('NFD')) === fold(text.normalize('NFC')) && fold(text.normalize('NFC')) === fold(text)), { numRuns: 1000 })
})

t.test('Vietnamese in any case folds to the same letters, digits and single spaces', async () => {
  const vietnamese = fc.array(fc.constantFrom(...'aàảãáạăằâầeêềiìyỳýoôồơờuưừbcdđghklmnpqrstvx0123456789 ,.()-'), { maxLength: 60 }).map((letters) => letters.join(''))
  fc.assert(fc.property(vietnamese, (text) => /^([a-z0-9]+( [a-z0-9]+)*)?$/.test(fold(text)) && fold(text.toUpperCase()) === fold(text)))
})
