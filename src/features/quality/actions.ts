import { eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { qualityRules } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable } from '../../http/problem.js'
import { requireAdministrator, type Asker } from '../identity/administrator.js'
import { findUnknown } from '../references.js'
import type { QualityRuleRow } from './queries.js'
import { checkCode, checkParams, checkSubject } from './rules.js'
import { dimensionOf } from '../../domain/quality.js'
import type { QualityRuleInput, QualityRulePatch } from './schemas.js'

const IN_FORCE = {
  vi: 'Quy tắc đang áp dụng quyết định số liệu nào được nhận hay phải chờ duyệt: chỉ client có scope registry:admin ' +
    'đặt hoặc sửa được.',
  en: 'A rule in force decides which figures are taken or await review: setting or changing it takes the scope ' +
    'registry:admin.'
}

type Whole = Omit<typeof qualityRules.$inferInsert, 'rowVersion' | 'recordedAt' | 'knownFrom'>

export async function createQualityRule (
  unit: Transactor, input: QualityRuleInput, asker: Asker
): Promise<QualityRuleRow> {
  const whole = toColumns(input)
  requireAdministrator(asker, input.state === 'active' ? ['/state'] : [], IN_FORCE)
  return withTransaction(unit, async tx => {
    await judgeRule(tx, whole)
    const [row] = await tx.insert(qualityRules).values(whole).returning()
    return row!
  })
}

/** Undefined when there is no such rule. A change is a new version; what an earlier one said stays said. */
export async function changeQualityRule (
  unit: Transactor, code: string, patch: QualityRulePatch, expected: Precondition, asker: Asker
): Promise<QualityRuleRow | undefined> {
  const { indicators, pillar, ...rest } = patch
  return withTransaction(unit, async tx => {
    const [row] = await tx.select().from(qualityRules).where(eq(qualityRules.code, code)).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const changes = {
      ...rest,
      ...indicators === undefined ? {} : { indicatorCodes: indicators },
      ...pillar === undefined ? {} : { pillarCode: pillar }
    }
    if (row.state === 'active') requireAdministrator(asker, Object.keys(patch).map(name => `/${name}`), IN_FORCE)
    else requireAdministrator(asker, patch.state === 'active' ? ['/state'] : [], IN_FORCE)
    await judgeRule(tx, { ...row, ...changes })
    const [changed] = await tx.update(qualityRules).set({ ...changes, rowVersion: sql`${qualityRules.rowVersion} + 1` })
      .where(eq(qualityRules.code, code)).returning()
    return changed
  })
}

export function toColumns (input: QualityRuleInput): Whole {
  const { indicators, pillar, ...rest } = input
  return { ...rest, indicatorCodes: indicators ?? null, pillarCode: pillar ?? null }
}

/** All that is wrong with a rule; `at` is where it stands in the body. */
export async function judgeRule (
  db: Queryable,
  { code, kind, params = {}, indicatorCodes, pillarCode }: Pick<Whole, 'code' | 'kind' | 'params' | 'indicatorCodes' |
    'pillarCode'>,
  at = ''
): Promise<void> {
  const errors = [
    ...checkCode(code),
    ...checkParams(kind, params),
    ...checkSubject({ indicators: indicatorCodes, pillar: pillarCode }),
    ...await findUnknown(db, [
      ...(indicatorCodes ?? []).map((value, i) => ({ noun: 'indicator' as const, value, pointer: `/indicators/${i}` })),
      { noun: 'pillar', value: pillarCode, pointer: '/pillar' },
      { noun: 'dimension', value: dimensionOf(params), pointer: '/params/of' }
    ])
  ]
  if (errors.length > 0) throw unprocessable(errors.map(error => ({ ...error, pointer: `${at}${error.pointer}` })))
}
