import { Problem } from '../../http/problem.js'

/** Of the four threads of libuv, two stay free for files, names and signatures. */
const RUNNING = 1
/** For one client from one address: a report system asks for one token at a time. */
const WAITING_EACH = 4
/** For all together, a few seconds of work. */
const WAITING = 64
/** Seconds. */
const RETRY = '5'

export interface Turns {
  /** Does the work when it is its turn. @throws Problem too_many_requests, unavailable */
  take<T> (who: string, work: () => Promise<T>): Promise<T>
}

/**
 * Dear work in turns: `running` at once, and whoever asks is served in a circle, so that many requests of one delay
 * another by one piece of work. What comes where `each` of the same wait is refused with 429, where `waiting` of all
 * wait with 503.
 */
export function createTurns ({ running = RUNNING, each = WAITING_EACH, waiting = WAITING } = {}): Turns {
  let free = running
  let waits = 0
  /** In the order in which they are served next; none of them is empty. */
  const queues = new Map<string, (() => void)[]>()

  function wait (who: string): Promise<void> {
    const queue = queues.get(who) ?? []
    if (queue.length >= each) throw new Problem('too_many_requests', { headers: { 'retry-after': RETRY } })
    if (waits >= waiting) throw new Problem('unavailable', { headers: { 'retry-after': RETRY } })
    queues.set(who, queue)
    waits++
    return new Promise(resolve => { queue.push(resolve) })
  }

  function next (): void {
    const [first] = queues
    if (first === undefined) {
      free++
      return
    }
    const [who, queue] = first
    waits--
    // to the end of the circle
    queues.delete(who)
    const go = queue.shift()!
    if (queue.length > 0) queues.set(who, queue)
    go()
  }

  return {
    async take (who, work) {
      if (free > 0) free--
      else await wait(who)
      try {
        return await work()
      } finally {
        next()
      }
    }
  }
}
