import { isIP } from 'node:net'

export interface RateOptions {
  /** So many in a window are fine; `wait` says what is left of the window from then on. */
  limit: number
  windowMs: number
  /** Names that are remembered; of more the oldest is forgotten. */
  names?: number
}

/** Counts by name in windows of time, in this process alone. */
export class Rate {
  private readonly counts = new Map<string, { count: number, until: number }>()

  constructor (private readonly options: RateOptions, private readonly now: () => number = () => performance.now()) {}

  /** Seconds to wait, rounded up; 0 where the limit is not reached. */
  wait (name: string): number {
    const entry = this.counts.get(name)
    const left = entry === undefined ? 0 : entry.until - this.now()
    return entry !== undefined && left > 0 && entry.count >= this.options.limit ? Math.ceil(left / 1_000) : 0
  }

  /** How many there were in the window, and the seconds until its end, rounded up. */
  state (name: string): { count: number, seconds: number } {
    const entry = this.counts.get(name)
    const left = entry === undefined ? 0 : entry.until - this.now()
    return entry === undefined || left <= 0
      ? { count: 0, seconds: 0 }
      : { count: entry.count, seconds: Math.ceil(left / 1_000) }
  }

  add (name: string): void {
    const now = this.now()
    const entry = this.counts.get(name)
    if (entry !== undefined && entry.until > now) {
      entry.count++
      return
    }
    this.counts.delete(name)
    const [oldest] = this.counts.keys()
    if (this.counts.size >= (this.options.names ?? 10_000) && oldest !== undefined) this.counts.delete(oldest)
    this.counts.set(name, { count: 1, until: now + this.options.windowMs })
  }
}

/** Whom an address is counted as: itself, and with IPv6 its network of 64 bits, which is what one customer gets. */
export function networkOf (address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${all.slice(0, 4).map(group => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
