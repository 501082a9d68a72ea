export interface JobLog {
  warn (details: object, message: string): void
}

export interface Job {
  name: string
  everyMs: number
  /** Until its first run; a part of `everyMs`, so that instances that were started together do not run together. */
  firstMs?: number
  /** `go()` turns false when it is to stop. */
  run (go: () => boolean): Promise<unknown>
}

/**
 * Runs it again and again, never twice at once, until it is stopped; a run that fails is told, and the next one tries
 * again.
 */
export function startJob (
  { name, everyMs, firstMs = everyMs * Math.random(), run }: Job, log: JobLog
): { stop: () => Promise<void> } {
  let stopped = false
  let running = Promise.resolve()
  let timer: NodeJS.Timeout

  async function once (): Promise<void> {
    try {
      await run(() => !stopped)
    } catch (error) {
      log.warn({ err: error, job: name }, 'a job failed; its next run tries again')
    }
    if (!stopped) wait(everyMs)
  }
  function wait (ms: number): void {
    timer = setTimeout(() => { running = once() }, ms)
    // it alone does not keep the process
    timer.unref()
  }
  wait(firstMs)
  return {
    async stop () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
