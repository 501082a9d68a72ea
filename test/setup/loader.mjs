import { readFileSync } from 'node:fs'
import { createRequire, register } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

/*
 * Loads our TypeScript for tap, whose own loader is ts-node. That one loads the compiler twice in the process of every
 * test file and looks on the disk for what an import says already: 3.0 s of the processor until the app is there. Here 1.7 s.
 */
if (isMainThread) register(import.meta.url)

const ROOT = new URL('../..', import.meta.url).href
const { transpile } = createRequire(import.meta.url)('./transpiler.cjs')

const isInstalled = url => url.startsWith('file:') && url.includes('/node_modules/')
const isOurs = url => url.startsWith(ROOT) && url.endsWith('.ts') && !isInstalled(url)

/** A relative import names its file: ours the .js that TypeScript would make of it, an installed one the file itself. */
export async function resolve (specifier, context, next) {
  const { parentURL } = context
  if (parentURL !== undefined && /^\.\.?\/.*\.m?js$/.test(specifier)) {
    const url = new URL(specifier, parentURL).href
    if (isOurs(parentURL)) return { url: url.replace(/\.js$/, '.ts'), shortCircuit: true }
    if (isInstalled(url)) return { url, shortCircuit: true }
  }
  return next(specifier, context)
}

/** Ours pass through tap's other loaders, which note what is measured; installed modules are nobody's business. */
export async function load (url, context, next) {
  if (isOurs(url)) {
    const fileName = fileURLToPath(url)
    return next(url, { ...context, format: 'module', source: withMap(transpile(readFileSync(fileName, 'utf8'), fileName)) })
  }
  if (isInstalled(url) && /\.m?js$/.test(url)) {
    const fileName = fileURLToPath(url)
    if (fileName.endsWith('.mjs') || typeOf(dirname(fileName)) === 'module') return { format: 'module', source: readFileSync(fileName), shortCircuit: true }
  }
  return next(url, context)
}

function withMap ({ outputText, sourceMapText }) {
  const map = `data:application/json;base64,${Buffer.from(sourceMapText).toString('base64')}`
  return outputText.replace(/(?<=^\/\/# sourceMappingURL=).*$/m, map)
}

const types = new Map()

/** What the nearest package.json says. */
function typeOf (directory) {
  if (types.has(directory)) return types.get(directory)
  let type
  try {
    ({ type = 'commonjs' } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')))
  } catch {
    type = typeOf(dirname(directory))
  }
  types.set(directory, type)
  return type
}
