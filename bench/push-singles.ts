import { Agent, request } from 'node:http'
import { once } from 'node:events'
import pg from 'pg'
import { v7 as uuid } from 'uuid'
import { row } from './push-rows.js'

export const CLIENTS = 32

/** The least that a push of one figure writes, by the bare driver: its submission, its outcome, the figure; one COMMIT each. */
export async function bareSingles (connectionString: string, seconds: number, round: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CLIENTS }, async () => {
    const client = new pg.Client({ connectionString })
    await client.connect()
    return client
  }))
  let next = 0
  const end = performance.now() + seconds * 1000
  await Promise.all(clients.map(async client => {
    while (performance.now() < end) {
      const { agency, period, breakdown, value, quality, observedAt, itemId } = row(next++, { year: 1970 + round })
      const [id, submission] = [uuid(), uuid()]
      await client.query('BEGIN')
      await client.query('insert into bare_submissions (id, client_id, mode, state, received) values ($1, $2, $3, $4, 1)', [submission, 'bench', 'atomic', 'completed'])
      await client.query('insert into bare_chunks (submission_id, first_position, rows) values ($1, 0, $2)', [submission, JSON.stringify([['created', itemId, 'SINGLE', agency, period, id, 1]])])
      await client.query(`insert into bare (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality, initial_state, observed_at, external_id, late, warnings, submission_id)
        values ('SINGLE', $1, $2, $3, $4, $5, 1, $6, $7, 'accepted', $8, $9, false, '[]', $10)
        on conflict (indicator_code, period, agency_code, breakdown_key) do update set value = excluded.value`,
      [id, period, agency, `cell=${breakdown!.cell}`, JSON.stringify(breakdown), value, quality, observedAt, itemId, submission])
      await client.query('COMMIT')
    }
  }))
  await Promise.all(clients.map(client => client.end()))
  return next / seconds
}

/** Over HTTP, each client on a connection of its own. */
export async function pushedSingles (url: string, token: string, seconds: number, round: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  let next = 0
  let done = 0
  const end = performance.now() + seconds * 1000
  await Promise.all(Array.from({ length: CLIENTS }, async () => {
    while (performance.now() < end) {
      const body = JSON.stringify(row(next++, { year: 1980 + round }))
      const sent = request(`${url}/v1/measurements`, { method: 'POST', agent, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } })
      sent.end(body)
      const [answer] = await once(sent, 'response') as [import('node:http').IncomingMessage]
      if (answer.statusCode !== 201) throw new Error(`a single push was answered ${answer.statusCode}`)
      answer.resume()
      await once(answer, 'end')
      done++
    }
  }))
  agent.destroy()
  return done / seconds
}
