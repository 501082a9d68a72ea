import { apportion } from '../../domain/apportion.js'
import { decimalPlaces } from '../../domain/decimal.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { checkRange, type TargetDemand, type TargetIndicator } from './rules.js'

export interface AllocationInput {
  method: 'own' | 'equal'
  agencies: 'all_in_scope' | readonly { agency: string, value?: string | undefined }[]
}

/** One agency of an allocation, by its code, with its place in the body. */
export interface Recipient { agency: string, pointer: string, value?: string | undefined }

export interface Share { agency: string, value: string }
/** What a whole left over: one unit of the last decimal more for each of the first agencies. */
export interface Remainder { unit: string, agencies: string[] }

/** Own values are named for each agency; equal ones for none. */
export function checkMethod ({ method, agencies }: AllocationInput): FieldError[] {
  if (agencies === 'all_in_scope') {
    return method === 'equal'
      ? []
      : [
          bodyError(
            '/agencies', 'value_required', '“own” cần nêu từng cơ quan và giá trị được giao.',
            '`own` names each agency and its value.'
          )
        ]
  }
  return agencies.flatMap(({ value }, i) => {
    if (method === 'own' && value === undefined) {
      return [
        bodyError(
          `/agencies/${i}/value`, 'value_required', '“own” cần giá trị của từng cơ quan.',
          '`own` needs the value of each agency.'
        )
      ]
    }
    if (method === 'equal' && value !== undefined) {
      return [
        bodyError(
          `/agencies/${i}/value`, 'value_not_allowed', '“equal” tự tính giá trị.',
          '`equal` works out the values itself.'
        )
      ]
    }
    return []
  })
}

export interface Place { isAlive: boolean, inScope: boolean, ancestors: readonly string[] }

/** Alive on the day, in the scope and not the whole of it, named once, and no part of another part. */
export function checkRecipients (
  recipients: readonly Recipient[], placeOf: (agency: string) => Place, allocated: readonly string[]
): FieldError[] {
  const named = recipients.map(({ agency }) => agency)
  const parts = new Set([...named, ...allocated])
  return recipients.flatMap(({ agency, pointer }, i) => {
    const { isAlive, inScope, ancestors } = placeOf(agency)
    if (named.indexOf(agency) < i) {
      return [bodyError(pointer, 'duplicate_agency', 'Cơ quan này đã nêu ở trên.', 'This agency is named before.')]
    }
    if (!isAlive) {
      return [
        bodyError(
          pointer, 'agency_not_valid', `“${agency}” không tồn tại vào ngày có hiệu lực.`,
          `"${agency}" does not exist on the day of effect.`
        )
      ]
    }
    if (!inScope) {
      return [
        bodyError(
          pointer, 'outside_scope', `“${agency}” không thuộc phạm vi của mục tiêu, hoặc là toàn bộ phạm vi.`,
          `"${agency}" is not in the target's scope, or is all of it.`
        )
      ]
    }
    const above = ancestors.find(code => parts.has(code))
    return above === undefined
      ? []
      : [
          bodyError(
            pointer, 'part_of_another', `“${agency}” trực thuộc “${above}”, cơ quan cũng có một phần: sẽ tính hai lần.`,
          `"${agency}" stands below "${above}", which has a part too: it would count twice.`
          )
        ]
  })
}

/** In the order of their codes; what a sum leaves over goes to the first. */
export function shareOut (
  method: AllocationInput['method'], recipients: readonly Recipient[], whole: string, aggregation: string,
  decimals: number
): { shares: Share[], remainder: Remainder | undefined } {
  const inOrder = recipients.toSorted((a, b) => a.agency < b.agency ? -1 : 1)
  if (method === 'own') {
    return { shares: inOrder.map(({ agency, value }) => ({ agency, value: value! })), remainder: undefined }
  }
  if (aggregation !== 'sum') {
    return { shares: inOrder.map(({ agency }) => ({ agency, value: whole })), remainder: undefined }
  }
  // a target may keep a figure that was allowed before the indicator had fewer decimals
  const { values, raised, unit } = apportion(whole, inOrder.length, Math.max(decimals, decimalPlaces(whole)))
  return {
    shares: inOrder.map(({ agency }, i) => ({ agency, value: values[i]! })),
    remainder: raised === 0 ? undefined : { unit, agencies: inOrder.slice(0, raised).map(({ agency }) => agency) }
  }
}

export function checkShareDecimals (recipients: readonly Recipient[], { decimals }: TargetIndicator): FieldError[] {
  return recipients.filter(({ value }) => value !== undefined && decimalPlaces(value) > decimals)
    .map(({ pointer }) => bodyError(`${pointer}/value`, 'too_many_decimals',
    `Tối đa ${decimals} chữ số thập phân, theo quy định của chỉ ` +
    'tiêu.', `At most ${decimals} decimals, as the indicator says.`))
}

/** Each share within what the indicator can be; an equal one is said of the method. */
export function checkShares (
  method: AllocationInput['method'], recipients: readonly Recipient[], shares: readonly Share[], demand: TargetDemand,
  indicator: TargetIndicator
): FieldError[] {
  const faults = shares.flatMap(({ agency, value }) =>
    checkRange({ ...demand, value, milestones: [], baseline: undefined }, indicator).map(error => ({ error, agency })))
  if (method === 'equal') return faults.slice(0, 1).map(({ error }) => ({ ...error, pointer: '/method' }))
  const places = new Map(recipients.map(({ agency, pointer }) => [agency, `${pointer}/value`]))
  return faults.map(({ error, agency }) => ({ ...error, pointer: places.get(agency)! }))
}
