import { appendFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { publishedAnswers } from '../../src/plugins/published-answers.js'
import type { ValidateOptions } from '../../src/plugins/validate-responses.js'

/**
 * What was answered during a run, by all its processes. What the document does not have is told at the end of the run and
 * fails it; what it has and nothing has shown is listed. Between a test and its answer stand many: so both are collected.
 */

const directory = new URL('../../.tap/', import.meta.url)
const prefix = (run: number) => `answers-${run}-`
const UNDOCUMENTED = '! '

const noted = new Set<string>()
function note (line: string): void {
  if (noted.size === 0) {
    process.once('exit', () => {
      appendFileSync(new URL(`${prefix(process.ppid)}${process.pid}`, directory), [...noted, ''].join('\n'))
    })
  }
  noted.add(line)
}

/** For the option `validateResponses` of an app. */
export const collecting: ValidateOptions = {
  seen (operation, status, what) {
    note(`${operation} ${status}`)
    for (const one of what) note(`${operation} ${status} ${one}`)
  },
  onUndocumented (what) { note(`${UNDOCUMENTED}${what}`) }
}

async function collected (run: number): Promise<Set<string>> {
  const lines = new Set<string>()
  for (const name of (await readdir(directory)).filter(name => name.startsWith(prefix(run)))) {
    const path = fileURLToPath(new URL(name, directory))
    for (const line of (await readFile(path, 'utf8')).split('\n')) lines.add(line)
    await rm(path)
  }
  return lines
}

/** Problems that any request can meet, and that need no test at each operation. */
const ANYWHERE = new Set([400, 401, 403, 406, 408, 413, 414, 415, 429, 431, 500, 503])
/** Of these codes a status needs no test at each operation that takes an Idempotency-Key: one plugin gives them. */
const OF_KEYS = new Set(['idempotency_in_progress', 'idempotency_key_reused'])
/** Headers that one place sets. */
const FROM_ONE_PLACE = new Set(['idempotency-replayed', 'retry-after', 'link', 'content-location'])
/** On every answer, from one place. */
const ALWAYS = new Set(['api-version', 'x-request-id', 'cache-control', 'vary', 'content-language'])

/** `neverSeen`: of a run of nearly the whole suite alone. */
export async function review (run: number): Promise<{ undocumented: string[], neverSeen: string[] }> {
  const lines = await collected(run)
  const undocumented = [...lines].filter(line => line.startsWith(UNDOCUMENTED)).map(line => line.slice(UNDOCUMENTED.length)).sort()
  const answers = publishedAnswers(JSON.parse(await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')))
  const shown = [...answers].filter(([operation, statuses]) => [...statuses.keys()].some(status => lines.has(`${operation} ${status}`)))
  if (shown.length < answers.size * 0.9) return { undocumented, neverSeen: [] }
  const somewhere = new Set([...lines].map(line => line.split(' ').slice(1).join(' ')))
  const missing = new Set<string>()
  for (const [operation, statuses] of answers) {
    for (const [status, { headers, codes }] of statuses) {
      // of what is the same for all operations, one has to have shown it
      const everywhere = ANYWHERE.has(status) || (codes.size > 0 && [...codes].every(code => OF_KEYS.has(code)))
      const look = (what: string, alike = everywhere): boolean => {
        const found = alike ? somewhere.has(what) : lines.has(`${operation} ${what}`)
        if (!found) missing.add(alike ? what : `${operation} ${what}`)
        return found
      }
      if (!look(`${status}`)) continue
      for (const code of everywhere || status < 400 ? [] : codes) if (!OF_KEYS.has(code)) look(`${status} ${code}`)
      for (const name of headers) if (!ALWAYS.has(name)) look(`${status} ${name}`, everywhere || FROM_ONE_PLACE.has(name))
    }
  }
  return { undocumented, neverSeen: [...missing].sort() }
}
