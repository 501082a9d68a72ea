'use strict'
// What TypeScript makes of a file is kept: as every test file is a process of its own, each would transpile the whole
// of src again, for 3 to 4 s of the processor.
const { createHash, randomUUID } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { version } = require('typescript/package.json')

const DIRECTORY = join(__dirname, '../../.tap/transpiled')
const settings = readFileSync(join(__dirname, '../../tsconfig.json'), 'utf8')
const hash = (...texts) => createHash('sha256').update(JSON.stringify(texts)).digest('hex')

/** The JavaScript of a file, with its source map. All of ours are ES modules. */
function transpile (input, fileName) {
  const digest = hash(version, settings, readFileSync(__filename, 'utf8'), input)
  const path = join(DIRECTORY, hash(fileName))
  const kept = read(path)
  if (kept?.digest === digest) return kept
  const ts = require('typescript') // 0.3 s: only for what is new
  const { options } = ts.convertCompilerOptionsFromJson(ts.parseConfigFileTextToJson('tsconfig.json', settings).config.compilerOptions)
  Object.assign(options, { noEmit: false, sourceMap: true, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler })
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(input, { fileName, compilerOptions: options, reportDiagnostics: true })
  if (diagnostics.length === 0) write(path, { digest, outputText, sourceMapText })
  return { outputText, sourceMapText, diagnostics }
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
  mkdirSync(DIRECTORY, { recursive: true })
  writeFileSync(whole, JSON.stringify(content))
  renameSync(whole, path)
}

exports.transpile = transpile
