import { readdirSync, statSync } from 'node:fs'

const TESTS = new URL('../', import.meta.url)

/**
 * Runs the tests of these folders in this one process, in `parts` such processes a part each, about equally large.
 * Starting a process with the whole app takes longer than most files need for their tests. A file is run by itself
 * with `npx tap run --disable-coverage test/<folder>/<name>.test.ts`.
 */
export async function together (folders: readonly string[], part = 1, parts = 1): Promise<void> {
  const files = folders.flatMap(folder => readdirSync(new URL(`${folder}/`, TESTS))
    .filter(name => name.endsWith('.test.ts')).map(name => `${folder}/${name}`))
  const size = (file: string) => statSync(new URL(file, TESTS)).size
  const bySize = files.sort((a, b) => size(b) - size(a) || (a < b ? -1 : 1))
  // dealt there and back, so that no part has the larger one of every pair
  const mine = bySize.filter((_, i) => {
    const place = i % (2 * parts)
    return Math.min(place, 2 * parts - 1 - place) === part - 1
  })
  for (const file of mine) await import(new URL(file, TESTS).href)
}
