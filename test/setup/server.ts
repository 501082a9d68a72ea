import type { Test } from 'tap'
import { startProcess, type Started } from './processes.js'

/** The whole process, as `npm start` starts it, on a free port; with one thread for reads, for each costs a second to start. */
export const server = (t: Test, env: Record<string, string>, file = 'src/server.ts') => startProcess(t, file, { PORT: '0', METRICS_PORT: '0', SEED: 'none', READ_THREADS: '1', ...env })

/** The same, once it has said where it listens. */
export async function up (t: Test, env: Record<string, string>, file?: string): Promise<Started & { url: string }> {
  const started = server(t, env, file)
  const [, url] = await started.says(/Swagger UI +(http\S+)\/docs/)
  return { ...started, url: url! }
}

/** Holds a start to the one message with which it ends. */
export async function refuses (t: Test, env: Record<string, string>, message: RegExp): Promise<void> {
  const started = server(t, env)
  t.equal(await started.ended, 1, Object.keys(env).join(' '))
  t.match(started.stderr(), /^\nCannot start\. /)
  t.match(started.stderr(), message)
  t.notMatch(started.stderr(), /hunter2|\n +at /, 'no password and no stack')
}

/** What the readiness probe answers. */
export async function ready (url: string): Promise<number> {
  return (await fetch(`${url}/health/ready`)).status
}

export async function token (url: string, id: string, secret: string): Promise<string | undefined> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials'
  })
  return (await response.json() as { access_token?: string }).access_token
}
