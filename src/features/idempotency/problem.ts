import { Problem } from '../../http/problem.js'
import { KeyTaken } from '../../ledger/idempotency-keys.js'

/** Seconds. Most writes take hundredths. */
const RETRY_RUNNING = '1'

/** As the client is told of a key that is taken; any other error as it is. */
export function keyProblem (error: unknown): unknown {
  if (!(error instanceof KeyTaken)) return error
  return error.by === 'reused'
    ? new Problem('idempotency_key_reused')
    : new Problem('idempotency_in_progress', { headers: { 'retry-after': RETRY_RUNNING } })
}
