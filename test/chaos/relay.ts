import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

/** What becomes of one COMMIT: it goes through, or the line is cut before or after the server has it. */
export type Fate = 'through' | 'unsent' | 'unanswered'

/** A simple query, as `client.query('COMMIT')` sends it: 'Q', the length, the text, a zero. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1')
const CANCEL_OR_SSL = [80_877_102, 80_877_103]

/** Between the registry and PostgreSQL. It reads what the registry says, message by message, and asks at each COMMIT what is to become of it. */
export async function relay (t: Test, to: { port: number }, fateOf: () => Fate): Promise<{ port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer(near => {
    const far = connect(to.port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', () => {}).on('close', () => { sockets.delete(socket) })
    }
    let cut = false
    far.on('data', data => { if (!cut) near.write(data) })
    far.on('close', () => { near.destroy() })
    near.on('close', () => { if (!cut) far.end() })
    /** The server has all that was written, and works on it; whatever it answers is heard by nobody. */
    function drop () {
      cut = true
      near.destroy()
      far.end()
    }
    let [rest, started] = [Buffer.alloc(0), false]
    near.on('data', data => {
      rest = rest.length === 0 ? data : Buffer.concat([rest, data])
      while (!cut) {
        const length = lengthOf(rest, started)
        if (length === undefined || rest.length < length) return
        const message = rest.subarray(0, length)
        rest = rest.subarray(length)
        started ||= !CANCEL_OR_SSL.includes(message.readInt32BE(4))
        const fate = message.equals(COMMIT) ? fateOf() : 'through'
        if (fate !== 'unsent') far.write(message)
        if (fate !== 'through') drop()
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port }
}

/** The first message of a connection has no type. */
function lengthOf (buffer: Buffer, started: boolean): number | undefined {
  if (!started) return buffer.length < 8 ? undefined : buffer.readInt32BE(0)
  return buffer.length < 5 ? undefined : 1 + buffer.readInt32BE(1)
}
