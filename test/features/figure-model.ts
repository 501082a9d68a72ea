/** The life of one figure as the contract tells it, by hand and without SQL: what the tests of reviews compare with. */

export type State = 'submitted' | 'accepted' | 'returned' | 'withdrawn'
interface Revision { number: number, value: string, state: State, accepted: boolean }

export class FigureModel {
  readonly revisions: Revision[] = []

  /** What stands: the newest revision that was not withdrawn before it was ever accepted; else the newest. */
  get standing (): Revision | undefined {
    return this.revisions.findLast(one => one.state !== 'withdrawn' || one.accepted) ?? this.revisions.at(-1)
  }

  /** The value of the status: of the revision accepted last, unless it was withdrawn. */
  get value (): string | null {
    const last = this.revisions.findLast(one => one.accepted)
    return last?.state === 'accepted' || last?.state === 'returned' ? last.value : null
  }

  push (value: string, state: 'submitted' | 'accepted'): number {
    const number = this.revisions.length + 1
    this.revisions.push({ number, value, state, accepted: state === 'accepted' })
    return number
  }

  /** False where it is not allowed, and nothing happens. */
  happen (step: 'accepted' | 'returned' | 'withdrawn', revision: number): boolean {
    const { standing } = this
    if (standing === undefined || standing.number !== revision) return false
    const from = { accepted: ['submitted'], returned: ['submitted', 'accepted'], withdrawn: ['submitted', 'accepted', 'returned'] }
    if (!from[step].includes(standing.state)) return false
    standing.state = step
    standing.accepted ||= step === 'accepted'
    return true
  }

  /** The states of the revisions as they are shown. */
  get shown (): string[] {
    return this.revisions.map(one => {
      const later = this.revisions.filter(({ number }) => number > one.number)
      const overtaken = one.state === 'accepted' || (one.state === 'returned' && one.accepted)
        ? later.some(({ accepted }) => accepted)
        : one.state === 'submitted' && later.some(({ state, accepted }) => state !== 'withdrawn' || accepted)
      return `${one.number} ${one.value} ${overtaken ? 'superseded' : one.state}`
    })
  }
}
