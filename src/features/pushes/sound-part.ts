import type { FieldError } from '../../http/problem.js'
import { pointerToken } from '../../http/text.js'
import type { PushRow, SoundPart } from './row.js'
import { RowInput } from './row-schema.js'

const FIELDS = Object.keys(RowInput.properties)

/** What is left of a row without the fields that have a fault, and of its break-down without such members. */
export function soundPart (value: Record<string, unknown>, faults: readonly FieldError[]): SoundPart {
  const faulty = new Set<string>()
  const members = new Set<string>()
  for (const { pointer = '' } of faults) {
    const [, field = '', member] = pointer.split('/')
    if (field === 'breakdown' && member !== undefined) members.add(`/${member}`)
    else faulty.add(field)
  }
  const row: PushRow & Record<string, unknown> = { indicator: '', agency: '', period: '' }
  for (const name of FIELDS) if (!faulty.has(name) && value[name] !== undefined) row[name] = value[name]
  if (row.breakdown !== undefined && members.size > 0) {
    row.breakdown = Object.fromEntries(Object.entries(row.breakdown)
      .filter(([dimension]) => !members.has(pointerToken(dimension))))
  }
  return { row, faulty }
}
