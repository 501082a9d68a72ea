'use strict'
// What TypeScript makes of a file is kept: tap's loader keeps nothing, and as every test file is a process of its
// own, each would transpile the whole of src again, for 3 to 4 s of the processor.
const { createHash, randomUUID } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { version } = require('typescript/package.json')

const DIRECTORY = join(__dirname, '../../.tap/transpiled')

/** A transpiler of ts-node, which is in tap's loader. It is for ES modules: the project has no others. */
exports.create = ({ service: { config } }) => {
  const compilerOptions = { ...config.options, noEmit: false, module: 99 /* ESNext */, moduleResolution: 100 /* Bundler */ }
  const circumstances = JSON.stringify([version, compilerOptions])
  mkdirSync(DIRECTORY, { recursive: true })

  function transpile (input, fileName) {
    const { transpileModule } = require('typescript') // 0.3 s: only for what is new
    return transpileModule(input, { fileName, compilerOptions, reportDiagnostics: true })
  }

  return {
    transpile (input, { fileName }) {
      const digest = createHash('sha256').update(circumstances).update(input).digest('hex')
      const path = join(DIRECTORY, createHash('sha256').update(fileName).digest('hex'))
      const kept = read(path)
      if (kept?.digest === digest) return kept
      const { outputText, sourceMapText, diagnostics } = transpile(input, fileName)
      if (diagnostics.length === 0) write(path, { digest, outputText, sourceMapText })
      return { outputText, sourceMapText, diagnostics }
    }
  }
}

function read (path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** As a whole or not at all: other processes read and write the same files. */
function write (path, content) {
  const whole = `${path}-${randomUUID()}`
  writeFileSync(whole, JSON.stringify(content))
  renameSync(whole, path)
}
