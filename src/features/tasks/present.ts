import { marked } from '../../http/sight.js'
import { stated } from '../stated.js'
import type { TaskLink, TaskNoteRow, TaskRow } from './queries.js'
import type { Task, TaskNote } from './schemas.js'

export function presentTask (row: TaskRow, indicators: TaskLink[]): Task {
  const { planCode, parentCode, rowVersion, recordedAt, knownFrom, ...rest } = row
  return { ...stated({ ...rest, parent: parentCode }), plan: planCode, indicators, recordedAt: knownFrom }
}

/** `reader`: the client that reads it. */
export const presentTaskNote = (reader: string | undefined) => (row: TaskNoteRow): TaskNote => {
  const { taskCode, agencyCode, notedOn, clientId, ...rest } = row
  const note = { ...stated({ ...rest, agency: agencyCode, client: clientId }), task: taskCode, date: notedOn }
  return marked(note, clientId !== null && clientId === reader)
}
