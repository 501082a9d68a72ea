import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createLogger } from '../../src/process/log.js'

/**
 * The logs of all apps of a run, searched for every secret and token that was sent to them or got from them: by word, when
 * the process ends, so that it does not matter which came first. One that is found fails the run.
 */

const directory = new URL('../../.tap/', import.meta.url)
const prefix = (run: number) => `leaks-${run}-`
/** Shorter ones are words that stand in logs for other reasons. */
const SHORTEST = 24
const WORD = new RegExp(`[A-Za-z0-9_.-]{${SHORTEST},}`, 'g')
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const logged = new Set<string>()
const secrets = new Set<string>()

/** A token counts whole and by each of its parts that nobody could guess. */
const parts = (text: string) => [text, ...text.split('.')].filter(part => part.length >= SHORTEST && !UUID.test(part))

/** What may stand in no log. */
export function keepSecret (text: unknown): void {
  if (typeof text !== 'string') return
  for (const word of text.match(WORD) ?? []) {
    const [header, payload, signature] = word.split('.')
    // the header of all tokens is alike, and so may a payload be
    if (payload === undefined) secrets.add(word)
    else if (signature !== undefined && signature.length >= SHORTEST) secrets.add(signature)
    else if (header !== undefined && header.length >= SHORTEST) secrets.add(header)
  }
}

function read (line: string): void {
  for (const word of line.match(WORD) ?? []) for (const part of parts(word)) logged.add(part)
}

/** At `debug`: more than a process logs unless it is asked to. */
export function searchedLogger (also?: (line: string) => void): Logger {
  return createLogger('debug', { write (line) { read(line); also?.(line) } })
}

const SENT = ['client_secret', 'client_assertion', 'token', 'password', 'refresh_token'] as const

function watch (app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers: { authorization } }) => {
    keepSecret(authorization)
    const [, pair] = /^Basic (.+)$/i.exec(authorization ?? '') ?? []
    if (pair !== undefined) keepSecret(Buffer.from(pair, 'base64').toString().split(':').slice(1).join(':'))
  })
  app.addHook('preHandler', async ({ body, routeOptions: { url = '' } }) => {
    if (url.startsWith('/oauth/')) for (const name of SENT) keepSecret((body as Record<string, unknown> | undefined)?.[name])
  })
  app.addHook('onSend', async ({ routeOptions: { url = '' }, method }, { statusCode }, payload) => {
    if (method === 'POST' && statusCode < 300 && (url === '/oauth/token' || url.endsWith('/secrets'))) {
      const { access_token: token, secret } = JSON.parse(String(payload)) as Record<string, unknown>
      keepSecret(token)
      keepSecret(secret)
    }
    return payload
  })
}

subscribe('fastify.initialization', message => { watch((message as { fastify: FastifyInstance }).fastify) })

/** Those that have been logged so far. */
export const leaks = (): string[] => [...secrets].filter(secret => logged.has(secret))
export const kept = (): number => secrets.size

process.once('exit', () => {
  const found = leaks()
  if (found.length > 0) writeFileSync(new URL(`${prefix(process.ppid)}${process.pid}`, directory), found.join('\n'))
})

/** Of all processes of the run. */
export async function collectLeaks (run: number): Promise<string[]> {
  const names = (await readdir(directory)).filter(name => name.startsWith(prefix(run)))
  const found = await Promise.all(names.map(async name => {
    const text = await readFile(new URL(name, directory), 'utf8')
    await rm(new URL(name, directory))
    return text.split('\n')
  }))
  return found.flat()
}
