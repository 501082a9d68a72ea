import { readFile } from 'node:fs/promises'
import t from 'tap'

type Json = Record<string, unknown>
interface Document { paths: Json, components: { schemas: Record<string, Json> } & Record<string, Json> }

const document = JSON.parse(await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')) as Document

/** Every object of the document that stands where a schema may, with its place; examples are data and are left out. */
function eachObject (at: unknown, look: (object: Json, place: string) => void, place = ''): void {
  if (typeof at !== 'object' || at === null) return
  if (!Array.isArray(at)) look(at as Json, place)
  for (const [key, value] of Object.entries(at)) {
    if (key !== 'example' && key !== 'examples') eachObject(value, look, `${place}/${key}`)
  }
}

t.test('every enumeration has a name and says what its values mean, in both languages', async t => {
  const inline: string[] = []
  const twice: string[] = []
  const untold: string[] = []
  const seen = new Map<string, string>()
  eachObject(document, ({ enum: values, description, 'x-enum-descriptions': texts }, place) => {
    if (!Array.isArray(values)) return
    if (!/^\/components\/schemas\/\w+$/.test(place)) return inline.push(`${place}: ${values.join(', ')}`)
    const key = [...values].sort().join()
    if (seen.has(key)) twice.push(`${place} has the values of ${seen.get(key)}`)
    seen.set(key, place)
    const halves = String(description).split(/ \/ |\n\n/)
    const told = Array.isArray(texts) && texts.length === values.length &&
      texts.every(text => /^(?:(?! \/ ).)+ \/ (?:(?! \/ ).)+$/.test(text)) &&
      halves.length === 2 && values.every(value => halves.every(half => half.includes(`\`${value}\``)))
    if (!told) untold.push(place)
  })
  t.same(inline, [], 'one that stands in its place: give it a name and texts in plugins/openapi-enum-texts.ts')
  t.same(twice, [])
  t.same(untold, [])
  t.not(seen.size, 0)
})
