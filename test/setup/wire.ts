import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

/** One request as a program sends it, to the byte. */
export interface Sent {
  url: string
  method: string
  /** In their order and spelling. */
  headers: readonly (readonly [name: string, value: string])[]
  body?: Buffer | undefined
  /** The body is sent once the server has said `100 Continue`. */
  waits?: boolean
  chunked?: boolean
}
export interface Answered { status: number, headers: Record<string, string>, text: string, json: any }

/** Sends it over a socket of its own. */
export async function send ({ url, method, headers, body, waits = false, chunked = false }: Sent): Promise<Answered> {
  const { hostname, port, pathname, search } = new URL(url)
  const lines = [`${method} ${pathname}${search} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const content = body === undefined || !chunked
    ? body
    : Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
  const socket = connect(Number(port), hostname)
  let [bytes, continued] = [Buffer.alloc(0), false]
  try {
    return await new Promise((resolve, reject) => {
      socket.setTimeout(60_000, () => { reject(new Error(`no answer to ${lines[0]}`)) })
      socket.on('error', reject)
      socket.on('close', () => { reject(new Error(`${lines[0]}: cut off`)) })
      socket.on('data', chunk => {
        bytes = Buffer.concat([bytes, chunk])
        if (waits && !continued && bytes.indexOf('\r\n\r\n') !== -1 && bytes.indexOf('HTTP/1.1 100 ') === 0) {
          continued = true
          bytes = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
          socket.write(content ?? '')
        }
        const answered = read(bytes)
        if (answered === undefined) return
        if (waits && !continued && answered.status < 400) reject(new Error('not a word of 100 Continue'))
        resolve(answered)
      })
      socket.write(`${lines.join('\r\n')}\r\n\r\n`)
      if (!waits && content !== undefined) socket.write(content)
    })
  } finally {
    socket.destroy()
  }
}

/** The answer, once it is there as a whole. */
function read (bytes: Buffer): Answered | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = Object.fromEntries(lines.map(line => {
    const at = line.indexOf(':')
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
  }))
  let body = bytes.subarray(end + 4)
  if (headers['transfer-encoding'] === 'chunked') {
    const parts: Buffer[] = []
    for (let at = 0; ;) {
      const line = body.indexOf('\r\n', at)
      if (line === -1) return undefined
      const size = parseInt(body.subarray(at, line).toString(), 16)
      if (line + 4 + size > body.length) return undefined
      if (size === 0) break
      parts.push(body.subarray(line + 2, line + 2 + size))
      at = line + 4 + size
    }
    body = Buffer.concat(parts)
  } else if (body.length < Number(headers['content-length'] ?? 0)) {
    return undefined
  }
  const coding = headers['content-encoding']
  const text = (coding === 'gzip' ? gunzipSync(body) : coding === 'br' ? brotliDecompressSync(body) : body).toString()
  const json = /json/.test(headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : undefined
  return { status: Number(first.split(' ')[1]), headers, text, json }
}
