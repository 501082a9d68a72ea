import { writeFile } from 'node:fs/promises'
import { buildDocument } from './build.js'

const { json, yaml } = await buildDocument()
await writeFile(new URL('openapi.json', import.meta.url), json)
await writeFile(new URL('openapi.yaml', import.meta.url), yaml)
