import { createRequire, syncBuiltinESMExports } from 'node:module'
import type { WorkerOptions } from 'node:worker_threads'

/**
 * The whole process, each thread of which ends as by a fault of ours at a request that has the header `X-Fault`; where that
 * says `cut` the thread lives on, and the connection alone is gone.
 */
const FAULTY = `
import { Server } from 'node:http'
const { emit } = Server.prototype
Server.prototype.emit = function (name, request, ...rest) {
  const fault = request?.headers?.['x-fault']
  if (fault === 'cut') request.socket.destroy()
  else if (fault !== undefined) setTimeout(() => { throw new Error('a fault of ours') }, 0)
  return emit.call(this, name, request, ...rest)
}`

const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof import('node:worker_threads').Worker }
threads.Worker = class extends threads.Worker {
  constructor (url: URL, options: WorkerOptions) {
    super(url, { ...options, execArgv: ['--import', `data:text/javascript,${encodeURIComponent(FAULTY)}`] })
  }
}
syncBuiltinESMExports()
await import('../../src/server.js')
