import { abandoned } from '../db/abandon.js'
import { Problem } from './problem.js'
import type { LocalText } from '../domain/text.js'

export interface LaneLimits {
  /** Requests that are worked on at once, in all and of one caller. */
  atOnce: number
  each: number
  /** Requests that wait for their turn, in all and of one caller. */
  waiting: number
  waitingEach: number
  /** Milliseconds after which one that still waits is sent away. */
  waitMs: number
}

/** Gives its place to the next; again does nothing. */
export type Leave = () => void

interface Waiting { caller: string, begin (leave: Leave): void }

/**
 * A share of the process for requests of one kind: some are worked on, some wait, and the rest is sent away before
 * anything was done for it. Of those who wait the caller with the fewest places is the next, so that whoever sends
 * a thousand requests delays others by those that are under way, and not by those that wait.
 */
export class Lane {
  #waiting: Waiting[] = []
  readonly #running = new Map<string, number>()
  #busy = 0

  constructor (readonly limits: LaneLimits, readonly busy: LocalText = BUSY, readonly retrySeconds = 5) {}

  get running (): number { return this.#busy }
  get waiting (): number { return this.#waiting.length }

  /** Other places than there were, such as threads that have started or ended. */
  setPlaces (atOnce: number, each: number): void {
    this.limits.atOnce = atOnce
    this.limits.each = each
    this.#next()
  }

  /**
   * Waits for a place. @throws Problem 503 where there is none in time; an error as of a lost connection at the signal
   */
  async enter (caller: string, signal?: AbortSignal): Promise<Leave> {
    if (signal?.aborted === true) throw abandoned()
    const leave = this.enterNow(caller)
    if (leave !== undefined) return leave
    const { waiting, waitingEach, waitMs } = this.limits
    const own = this.#waiting.filter(one => one.caller === caller).length
    if (this.#waiting.length >= waiting || own >= waitingEach) throw this.#refusal()
    return await new Promise((resolve, reject) => {
      const one: Waiting = { caller, begin: leave => { end(); resolve(leave) } }
      const giveUp = (error: Error) => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1)
        end()
        reject(error)
      }
      const onGone = () => { giveUp(abandoned()) }
      const timer = setTimeout(() => { giveUp(this.#refusal()) }, waitMs)
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onGone)
      }
      signal?.addEventListener('abort', onGone)
      this.#waiting.push(one)
    })
  }

  /** A place, where there is one now. */
  enterNow (caller: string): Leave | undefined {
    return this.#hasRoom(caller) ? this.#begin(caller) : undefined
  }

  #hasRoom (caller: string): boolean {
    return this.#busy < this.limits.atOnce && (this.#running.get(caller) ?? 0) < this.limits.each
  }

  #begin (caller: string): Leave {
    this.#busy++
    this.#running.set(caller, (this.#running.get(caller) ?? 0) + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#busy--
      const left = this.#running.get(caller)! - 1
      if (left === 0) this.#running.delete(caller)
      else this.#running.set(caller, left)
      this.#next()
    }
  }

  #next (): void {
    for (;;) {
      let best: Waiting | undefined
      for (const one of this.#waiting) {
        if (!this.#hasRoom(one.caller)) continue
        if (best === undefined || (this.#running.get(one.caller) ?? 0) < (this.#running.get(best.caller) ?? 0)) {
          best = one
        }
      }
      if (best === undefined) return
      this.#waiting.splice(this.#waiting.indexOf(best), 1)
      best.begin(this.#begin(best.caller))
    }
  }

  #refusal (): Problem {
    return new Problem('unavailable', { detail: this.busy, headers: { 'retry-after': String(this.retrySeconds) } })
  }
}

const BUSY: LocalText = {
  vi: 'Quá nhiều yêu cầu loại này đang chờ. Chưa có gì được thực hiện; hãy gửi lại sau.',
  en: 'Too many requests of this kind are waiting. Nothing was done; send it again later.'
}
