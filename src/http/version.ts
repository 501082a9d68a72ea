import { readFileSync } from 'node:fs'

/** package.json stands above src/ and above dist/ alike. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
