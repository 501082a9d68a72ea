import type { CivilDate } from '../date.js'
import type { Assessment } from './assess.js'
import type { Slot } from './figures.js'
import type { Judgement, Progress } from './performance.js'
import type { Figure, Member, Status, StatusInput } from './types.js'

/** All that is known when the status is settled. */
export interface Findings {
  readonly input: StatusInput
  readonly status: Omit<Status, 'explanation'>
  readonly assessment: Assessment | undefined
  /** The assessment, or, where nothing could be judged, the newest period in which somebody reported at all. */
  readonly seen: Assessment | undefined
  readonly judgement: Judgement
  readonly progress: Progress | undefined
  /** Those that went in. */
  readonly figures: readonly Figure[]
  /** The last period, when the due date is over and its figure may still come. */
  readonly lastPending: Slot | undefined
  /** A figure that awaits review went in. */
  readonly pending: boolean
  /** Members that ended within the period and have a figure of it that is not in the value. */
  readonly ended: readonly Member[]
  /** Reporters whose accepted figure cannot be counted, so that they still owe one. */
  readonly leftOut: readonly Member[]
  /** The target's first day, while only periods that were over before it have ended. */
  readonly begins: CivilDate | undefined
}
