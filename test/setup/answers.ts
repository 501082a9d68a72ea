import { appendFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { publishedAnswers } from '../../src/plugins/published-answers.js'

/** What was answered during a run, by all its processes: what the document promises and nothing has shown is listed at the end. */

const directory = new URL('../../.tap/', import.meta.url)
const prefix = (run: number) => `answers-${run}-`

const seenHere = new Set<string>()

/** For the option `validateResponses` of an app. */
export function seen (operation: string, status: number, headers: readonly string[]): void {
  if (seenHere.size === 0) {
    process.once('exit', () => {
      appendFileSync(new URL(`${prefix(process.ppid)}${process.pid}`, directory), [...seenHere, ''].join('\n'))
    })
  }
  seenHere.add(`${operation} ${status}`)
  for (const header of headers) seenHere.add(`${operation} ${status} ${header}`)
}

/** Problems that any request can meet, and that need no test at each operation. */
const ANYWHERE = new Set([400, 401, 403, 406, 408, 413, 414, 415, 429, 431, 500, 503])
/** On every answer, from one place. */
const ALWAYS = new Set(['api-version', 'x-request-id', 'cache-control', 'vary', 'content-language'])

/** What the document has and the run has not shown; undefined where it was only a part of the suite. */
export async function neverSeen (run: number): Promise<string[] | undefined> {
  const files = (await readdir(directory)).filter(name => name.startsWith(prefix(run)))
  const all = new Set<string>()
  for (const name of files) {
    const path = fileURLToPath(new URL(name, directory))
    for (const line of (await readFile(path, 'utf8')).split('\n')) all.add(line)
    await rm(path)
  }
  const answers = publishedAnswers(JSON.parse(await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')))
  const shown = [...answers.keys()].filter(operation => [...answers.get(operation)!.keys()].some(status => all.has(`${operation} ${status}`)))
  if (shown.length < answers.size * 0.9) return undefined
  const somewhere = new Set([...all].map(line => line.split(' ').slice(1).join(' ')))
  const missing: string[] = []
  for (const [operation, statuses] of answers) {
    for (const [status, { headers }] of statuses) {
      // of what is the same for all operations, one has to have shown it
      const has = (what: string) => ANYWHERE.has(status) ? somewhere.has(what) : all.has(`${operation} ${what}`)
      if (!has(`${status}`)) missing.push(ANYWHERE.has(status) ? `${status}` : `${operation} ${status}`)
      else for (const name of headers) if (!ALWAYS.has(name) && !has(`${status} ${name}`)) missing.push(ANYWHERE.has(status) ? `${status} ${name}` : `${operation} ${status} ${name}`)
    }
  }
  return [...new Set(missing)].sort()
}
