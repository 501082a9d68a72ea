import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** What the tests of one run know of their database server. */
export interface ServerState {
  /** Of the server's own database, with the right to make others. */
  connectionString: string
  /** Every database of this run begins with it. */
  prefix: string
  /** The process that keeps the server, and puts everything away when it gets SIGTERM or the run is no more. */
  keeper: number
}

/** `before`, `after` and every test file are children of one process, the run: several may go on in one checkout. */
export function stateFile (run: number = process.ppid): string {
  return fileURLToPath(new URL(`../../.tap/database-${run}.json`, import.meta.url))
}

export async function readState (run?: number): Promise<ServerState | undefined> {
  try {
    return JSON.parse(await readFile(stateFile(run), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
