import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

type Fault = 'busy' | 'fast' | 'lost' | undefined

/** A stable address in front of a server: counts what passes, is busy, loses answers, and hands out stale tokens. */
export async function relay (t: Test, upstream: string, expired?: (answer: { access_token: string }) => Promise<string>) {
  const seen: string[] = []
  const faults: Fault[] = []
  const stale = { tokens: 0 }
  const server = http.createServer((request, response) => {
    const path = request.url!.split('?')[0]!
    if (path !== '/v1/submissions' || request.method === 'POST') seen.push(path)
    const fault = path === '/v1/submissions' && request.method === 'POST' ? faults.shift() : undefined
    if (fault === 'busy' || fault === 'fast') {
      request.resume()
      const [status, code] = fault === 'busy' ? [503, 'unavailable'] : [429, 'too_many_requests']
      response.writeHead(status, { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '1' }).end(JSON.stringify({ code }))
      return
    }
    const forwarded = http.request(upstream + request.url!, { method: request.method, headers: request.headers }, async answer => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      if (fault === 'lost') return request.socket.destroy()
      let body = Buffer.concat(chunks)
      if (path === '/oauth/token' && expired !== undefined && stale.tokens-- > 0) body = Buffer.from(await expired(JSON.parse(body.toString())))
      const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers
      response.writeHead(answer.statusCode!, headers).end(body)
    })
    forwarded.on('error', () => request.socket.destroy())
    request.pipe(forwarded)
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => new Promise(resolve => {
    server.close(resolve)
    server.closeAllConnections()
  }))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, faults, stale, reset () { seen.length = 0 } }
}
