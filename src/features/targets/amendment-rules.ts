import type { CivilDate } from '../../domain/date.js'
import { compare, parseDecimal } from '../../domain/decimal.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { inOrder, type Milestone, type TargetDemand } from './rules.js'
import type { LocalText } from '../../domain/text.js'

/** What an amendment can change; what it does not name stays. */
export interface Amendment {
  value?: string | undefined
  operator?: TargetDemand['operator'] | undefined
  dueDate?: CivilDate | undefined
  milestones?: readonly Milestone[] | undefined
  state?: 'dropped' | undefined
  effectiveFrom: CivilDate
  provenance?: string | undefined
}

export interface AmendedVersion {
  version: number
  effectiveFrom: CivilDate
  operator: TargetDemand['operator']
  value: string
  dueDate: CivilDate
  milestones: readonly Milestone[]
  provenance: string
}

const sameNumber = (a: string, b: string) => compare(parseDecimal(a)!, parseDecimal(b)!) === 0

function sameMilestones (a: readonly Milestone[], b: readonly Milestone[]): boolean {
  return a.length === b.length && a.every((one, i) => one.period === b[i]!.period && sameNumber(one.value, b[i]!.value))
}

/** Whether anything is demanded otherwise than before: 80 and 80.0 are the same demand. */
export function changes ({ value, operator, dueDate, milestones, state }: Amendment, before: AmendedVersion): boolean {
  return state !== undefined ||
    (value !== undefined && !sameNumber(value, before.value)) ||
    (operator !== undefined && operator !== before.operator) ||
    (dueDate !== undefined && dueDate !== before.dueDate) ||
    (milestones !== undefined && !sameMilestones(inOrder(milestones), before.milestones))
}

/** The amendment beside the newest version and the first: the order of time, and that it says something. */
export function checkAmendment (amendment: Amendment, newest: AmendedVersion, first: AmendedVersion): FieldError[] {
  const errors: FieldError[] = []
  const { effectiveFrom, provenance } = amendment
  if (!changes(amendment, newest)) {
    errors.push(bodyError('', 'nothing_changed',
      'Điều chỉnh phải đổi ít nhất một điều: value, operator, dueDate, milestones hoặc state.',
      'An amendment changes at least one of value, operator, dueDate, milestones and state.'))
  }
  if (effectiveFrom < first.effectiveFrom) {
    errors.push(bodyError('/effectiveFrom', 'effective_before_target',
      `Mục tiêu có hiệu lực từ ${first.effectiveFrom}; điều chỉnh không thể có hiệu lực trước đó.`,
      `The target is in force from ${first.effectiveFrom}: an amendment cannot be in force before it.`))
  } else if (effectiveFrom < newest.effectiveFrom) {
    errors.push(bodyError('/effectiveFrom', 'effective_before_previous',
      `Phiên bản ${newest.version} có hiệu lực từ ${newest.effectiveFrom}; điều chỉnh sau không thể có hiệu lực sớm ` +
      'hơn.',
      `Version ${newest.version} is in force from ${newest.effectiveFrom}: a later amendment cannot be in force ` +
      'earlier.'))
  }
  if (newest.provenance === 'illustrative' && provenance !== undefined && provenance !== 'illustrative') {
    errors.push(bodyError('/provenance', 'illustrative_stays',
      'Phiên bản trước là minh họa; nội dung được giữ lại không thể thành chính thức.',
      'The version before is illustrative: what is kept of it cannot become official.'))
  }
  return errors
}

/**
 * Of two amendments for one day the later would hide the earlier, and who wrote it may never have seen that one. So the
 * second names the version that it takes the place of; undefined where it does, or where its day is still free.
 */
export function checkSupersedes (
  { effectiveFrom, supersedes }: { effectiveFrom: CivilDate, supersedes?: number | undefined }, newest: AmendedVersion
): LocalText | undefined {
  const rival = newest.version > 1 && newest.effectiveFrom === effectiveFrom ? newest.version : undefined
  if (supersedes === rival) return undefined
  if (rival === undefined) {
    return {
      vi: `Không có điều chỉnh nào có hiệu lực từ ${effectiveFrom} để thay: bỏ “supersedes”. Phiên bản mới nhất là ` +
        `${newest.version}, từ ${newest.effectiveFrom}.`,
      en: `There is no amendment from ${effectiveFrom} to take the place of: leave out \`supersedes\`. The newest ` +
        `version is ${newest.version}, from ${newest.effectiveFrom}.`
    }
  }
  return {
    vi: `Từ ${effectiveFrom} đã có điều chỉnh: phiên bản ${rival}. Hãy đọc phiên bản ấy; nếu điều chỉnh này thay nó, ` +
      `nêu “supersedes”: ${rival}.`,
    en: `There is an amendment from ${effectiveFrom}: version ${rival}. Read it; if this one takes its place, say ` +
      `\`supersedes\`: ${rival}.`
  }
}

/** An amendment that only drops the target is not held to the figures it leaves as they are. */
export function onlyDrops ({ value, operator, dueDate, milestones }: Amendment): boolean {
  return [value, operator, dueDate, milestones].every(one => one === undefined)
}
