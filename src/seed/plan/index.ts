import type { PlanSeed } from '../types.js'
import { agencies } from './agencies.js'
import { calendars, statusRules } from './calendars.js'
import { dimensions } from './dimensions.js'
import { documents, pillars, plan } from './documents.js'
import { holidays } from './holidays.js'
import { indicators } from './indicators.js'
import { setAside } from './set-aside.js'
import { source } from './source.js'
import { targets } from './targets.js'
import { assignments, tasks } from './tasks.js'

/** Plan 4677/KH-UBND of 11/12/2024, as far as its announcement tells it, and what is needed to hold it. */
export const planSeed: PlanSeed = {
  source,
  documents,
  agencies,
  calendars,
  holidays,
  statusRules,
  plan,
  pillars,
  dimensions,
  indicators,
  targets,
  tasks,
  assignments,
  setAside
}
