import type { Allocated } from './allocations.js'
import type { TargetAllocation } from './allocation-schemas.js'
import type { TargetRow, TargetVersionRow } from './queries.js'
import type { Target, TargetVersion } from './schemas.js'

function presentDemand (row: TargetVersionRow): Omit<TargetVersion, 'reason'> {
  return {
    operator: row.operator,
    value: row.value,
    unit: row.unit,
    dueDate: row.dueDate,
    mode: row.mode,
    ...(row.baselineDate === null
      ? {}
      : {
          baseline: {
            ...(row.baselineValue === null ? {} : { value: row.baselineValue }),
            date: row.baselineDate,
            claim: row.baselineClaim === true,
            ...(row.baselineSource === null ? {} : { source: row.baselineSource })
          }
        }),
    milestones: row.milestones,
    wording: row.wording,
    ...(row.interpretation === null ? {} : { interpretation: row.interpretation }),
    document: row.documentId,
    ...(row.clause === null ? {} : { clause: row.clause }),
    version: row.version,
    effectiveFrom: row.effectiveFrom,
    state: row.state,
    provenance: row.provenance,
    recordedAt: row.recordedAt
  }
}

export function presentTarget ({ target, version, pillar }: TargetRow): Target {
  const { scopeLevel, scopeAgency, scopeDimension, scopeMember } = target
  return {
    id: target.id,
    plan: target.planCode,
    indicator: target.indicatorCode,
    pillar,
    scope: {
      ...(scopeLevel === null ? {} : { level: scopeLevel }),
      ...(scopeAgency === null ? {} : { agency: scopeAgency }),
      ...(scopeDimension === null ? {} : { dimension: scopeDimension }),
      ...(scopeMember === null ? {} : { member: scopeMember })
    },
    quantifier: target.quantifier,
    ...(target.parentId === null ? {} : { parent: target.parentId }),
    allocation: target.allocation,
    position: target.position,
    ...presentDemand(version)
  }
}

export function presentVersion (row: TargetVersionRow): TargetVersion {
  return {
    ...presentDemand(row),
    ...(row.reason === null ? {} : { reason: row.reason })
  }
}

export function presentAllocation ({ rows, remainder }: Allocated): TargetAllocation {
  return {
    data: rows.map(presentTarget),
    ...(remainder === undefined
      ? {}
      : {
          remainder: {
            ...remainder,
            text: {
              vi: `Không chia hết: ${remainder.agencies.join(', ')} mỗi cơ quan nhận thêm ` +
                `${remainder.unit.replace('.', ',')}.`,
              en: `It cannot be shared equally: ${remainder.agencies.join(', ')} got ${remainder.unit} more each.`
            }
          }
        })
  }
}
