import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { test } from 'tap'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

type Graph = Map<string, Set<string>>

/** Which file imports which, types included, named from `src/`. */
async function importsOf (): Promise<Graph> {
  const files = (await readdir(SRC, { recursive: true })).filter(name => name.endsWith('.ts'))
  return new Map(await Promise.all(files.map(async (file): Promise<[string, Set<string>]> => {
    const { importedFiles } = ts.preProcessFile(await readFile(join(SRC, file), 'utf8'), true, true)
    return [file, new Set(importedFiles.map(({ fileName }) => fileName).filter(name => name.startsWith('.'))
      .map(name => relative(SRC, resolve(SRC, dirname(file), name)).replace(/\.js$/, '.ts')))]
  })))
}

/** A folder of `src/`, and each of `features/`; a file of `src/` or `features/` itself is one of its own. */
function roomOf (file: string): string {
  const [first = '', second, third] = file.split('/')
  return first === 'features' && third !== undefined ? `${first}/${second!}` : first
}

/** Those from which a way leads back to themselves. */
function inCircles (graph: Graph): string[] {
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of graph.get(from) ?? []) {
      if (!seen.has(next)) reached(next, seen.add(next))
    }
    return seen
  }
  return [...graph.keys()].filter(one => reached(one).has(one))
}

test('a circle is found', async t => {
  const graph = (edges: Record<string, string[]>): Graph => new Map(Object.entries(edges).map(([a, b]) => [a, new Set(b)]))
  t.same(inCircles(graph({ a: ['b'], b: ['c'], c: [] })), [])
  t.same(inCircles(graph({ a: ['b'], b: ['c', 'd'], c: ['b'], d: [] })), ['b', 'c'])
  t.same(inCircles(graph({ a: ['a'] })), ['a'])
})

test('no file and no room leads back to itself', async t => {
  const files = await importsOf()
  t.ok(files.get('app.ts')!.has('plugins/problems.ts'), 'imports are found')
  t.same(inCircles(files), [])

  const rooms: Graph = new Map()
  for (const [file, imported] of files) {
    const room = roomOf(file)
    const known = rooms.get(room) ?? new Set()
    for (const other of imported) if (roomOf(other) !== room) known.add(roomOf(other))
    rooms.set(room, known)
  }
  t.ok(rooms.get('features/status')!.has('world'), 'rooms are found')
  t.same(inCircles(rooms), [])
})
