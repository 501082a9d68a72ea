import { readdir } from 'node:fs/promises'

/*
 * All of domain/ in one process: it is pure, and a process of its own for each of these files would take longer to
 * start than the tests take. By itself: npx tap run --disable-coverage test/domain/<name>.test.ts
 */
const directory = new URL('domain/', import.meta.url)
for (const file of (await readdir(directory)).filter(name => name.endsWith('.test.ts')).sort()) {
  await import(`./domain/${file.replace(/ts$/, 'js')}`)
}
