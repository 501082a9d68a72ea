import { assignments } from './assignments.js'
import { client, reviewer } from './clients.js'
import { economyFigures } from './figures-economy.js'
import { governmentFigures } from './figures-government.js'
import { societyFigures } from './figures-society.js'
import { sectors } from './sectors.js'
import { versions } from './versions.js'

/**
 * Illustrative data on top of the plan: nothing of it is official, and every row says so. Its world is that of the
 * plan: the departments and districts of December 2024 report to the end of 2025, as if there had been no
 * reorganisation.
 *
 * The days to look at it (test/seed/demo.test.ts has every target's status on them):
 * - 2025-11-15, the year still open: achieved, on_track, at_risk, off_track, in_progress, regressed, dropped, no_data
 * and
 *   not_applicable; reporting not_due, submitted, accepted, returned and overdue.
 * - 2025-12-15, the day after the administrative year's cut-off: reporting due.
 * - 2026-01-15, past the due date: missed as well.
 *
 * KTS-05 ("trên 10%") stands exactly on its boundary: the province's figure for 2025 is 10.
 */
export const demoSeed = {
  client,
  reviewer,
  dimension: 'sector',
  sectors,
  versions,
  assignments,
  figures: [...governmentFigures, ...economyFigures, ...societyFigures]
} as const
