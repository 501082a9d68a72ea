import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Queryable } from '../db/client.js'
import {
  agencies, calendars, dimensions, documents, indicators, pillars, plans, targets, tasks
} from '../db/schema/index.js'
import type { FieldError } from '../http/problem.js'
import type { LocalText } from '../domain/text.js'

export const NOUNS = {
  agency: { vi: 'cơ quan', en: 'agency' },
  calendar: { vi: 'lịch báo cáo', en: 'calendar' },
  dimension: { vi: 'phân tổ', en: 'dimension' },
  document: { vi: 'văn bản', en: 'document' },
  indicator: { vi: 'chỉ tiêu', en: 'indicator' },
  pillar: { vi: 'nhóm chỉ tiêu', en: 'pillar' },
  plan: { vi: 'kế hoạch', en: 'plan' },
  target: { vi: 'mục tiêu', en: 'target' },
  task: { vi: 'nhiệm vụ', en: 'task' }
} satisfies Record<string, LocalText>

export type Noun = keyof typeof NOUNS

const KEYS: Record<Noun, PgColumn> = {
  agency: agencies.code,
  calendar: calendars.code,
  dimension: dimensions.code,
  document: documents.id,
  indicator: indicators.code,
  pillar: pillars.code,
  plan: plans.code,
  target: targets.id,
  task: tasks.code
}

/** A place of a request that names something by its code; without a value it names nothing. */
export type Reference = { noun: Noun, value: string | null | undefined } & ({ pointer: string } | { parameter: string })

/** In a filter the code is `unknown_code` (400); in a body it says what is unknown, e.g. `unknown_plan` (422). */
export function unknownReference (
  noun: Noun, value: string, at: { pointer: string } | { parameter: string }
): FieldError {
  const name = NOUNS[noun]
  return {
    ...('pointer' in at
      ? { pointer: at.pointer, code: `unknown_${noun}` }
      : { parameter: at.parameter, code: 'unknown_code' }),
    detail: { vi: `Không có ${name.vi} “${value}”.`, en: `There is no ${name.en} "${value}".` }
  }
}

/** The references that lead nowhere, found by one query, in the order given. */
export async function findUnknown (db: Queryable, references: readonly Reference[]): Promise<FieldError[]> {
  const named = references.filter((one): one is Reference & { value: string } => typeof one.value === 'string')
  if (named.length === 0) return []
  const { rows } = await db.execute<{ position: number }>(sql.join(named.map(({ noun, value }, position) => {
    const column = KEYS[noun]
    return sql`select ${sql.raw(String(position))} as position where not exists (select from ${column.table} where
      ${column} = ${value})`
  }), sql` union all `))
  return rows.map(row => row.position).sort((a, b) => a - b).map(position => {
    const one = named[position]!
    return unknownReference(one.noun, one.value, one)
  })
}
