import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { lint } from './linters.js'

const path = fileURLToPath(new URL('openapi.json', import.meta.url))
const findings = await lint(path, await readFile(path, 'utf8'))
for (const finding of findings) console.error(finding)
console.log(`openapi/openapi.json: ${findings.length} findings of Spectral, Redocly and swagger-parser`)
if (findings.length > 0) process.exitCode = 1
