import type { CivilDate } from '../../domain/date.js'
import { bodyError, type FieldError } from '../../http/problem.js'

/** `/v1/clients/me` is the caller, however it is spelt. */
const RESERVED = /^me$/i

export function checkId (id: string | undefined): FieldError[] {
  return id === undefined || !RESERVED.test(id)
    ? []
    : [
        bodyError(
          '/id', 'reserved_id', '“me” được dành riêng: /v1/clients/me là client đang gọi.',
          '"me" is reserved: /v1/clients/me is the client that calls.'
        )
      ]
}

/** Names as given: null stands for all agencies, or all indicators. */
export interface GivenGrant {
  agency: string | null
  withSubtree: boolean
  indicator: string | null
  validFrom: CivilDate | null
  validTo: CivilDate | null
}

/** Two with one key give the same. */
export const grantKey = ({ agency, withSubtree, indicator, validFrom, validTo }: GivenGrant): string =>
  JSON.stringify([agency, withSubtree, indicator, validFrom, validTo])

/** By codes: what was named by an identifier may be the agency of another line. */
export function checkGrants (grants: readonly GivenGrant[]): FieldError[] {
  const first = new Map<string, number>()
  return grants.flatMap((grant, i) => {
    const { agency, withSubtree, validFrom, validTo } = grant
    const errors: FieldError[] = []
    if (withSubtree && agency === null) {
      errors.push(bodyError(
        `/grants/${i}/withSubtree`, 'agency_required', '“withSubtree” cần “agency”; không có “agency” là mọi cơ quan.',
        '`withSubtree` needs an `agency`; without one it is all agencies.'
      ))
    }
    if (validFrom !== null && validTo !== null && validTo < validFrom) {
      errors.push(bodyError(
        `/grants/${i}/validTo`, 'ends_before_it_begins', `Hết hiệu lực trước ngày có hiệu lực (${validFrom}).`,
        `Ends before it is in force (${validFrom}).`
      ))
    }
    const key = grantKey(grant)
    const same = first.get(key)
    if (same === undefined) first.set(key, i)
    else {
      errors.push(bodyError(
      `/grants/${i}`, 'duplicate_grant', `Trùng với /grants/${same}.`, `The same as /grants/${same}.`
      ))
    }
    return errors
  })
}

/** Whoever suspends or ends itself cannot undo it. */
export function checkOther (to: string, id: string, by: string | null): FieldError[] {
  return id !== by || to === 'active'
    ? []
    : [
        bodyError(
          '/to', 'own_client', 'Không tự tạm dừng hay kết thúc chính mình: cần một quản trị viên khác.',
          'A client neither suspends nor ends itself: another administrator does.'
        )
      ]
}
