import { createServer, type AddressInfo } from 'node:net'

/** A port of the host on which nothing listens at this moment. */
export function freePort (host: string = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
