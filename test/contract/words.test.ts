import { readFileSync, readdirSync } from 'node:fs'
import t from 'tap'
import * as words from '../../src/domain/words.js'

const SRC = new URL('../../src/', import.meta.url)
const HOME = 'domain/words.ts'

/** The words in the order in which they are declared, as a list, a union of types or words of SQL. */
const again = (list: readonly string[]) => new RegExp(list.map(word => `'${word}'`).join('\\s*[,|]\\s*'))

t.test('no list of the field\'s words is written down a second time', async t => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const texts = files.map(file => ({ file, text: readFileSync(new URL(file, SRC), 'utf8') }))
  const lists = Object.entries<readonly string[] | string>(words)
    .flatMap(([name, list]) => typeof list === 'string' ? [] : [{ name, list }])
  t.ok(lists.length > 25)
  for (const { name, list } of lists) {
    // two words may stand beside each other without meaning the list
    if (list.length < 3) continue
    const pattern = again(list)
    t.match(list.map(word => `'${word}'`).join(' | '), pattern)
    const elsewhere = texts.filter(({ file, text }) => file !== HOME && pattern.test(text)).map(({ file }) => file)
    t.same(elsewhere, [], `${name} is declared in ${HOME} alone`)
  }
})
