import { Type, type Static, type TObject } from 'typebox'
import { badRequest, parameterError, type FieldError } from '../../http/problem.js'
import { Code, PeriodCode, ref } from '../../http/schema.js'
import type { Push } from './actions.js'
import type { Replacement } from './replacement.js'

const MAX_NAMES = 500
const names = { minItems: 1, maxItems: MAX_NAMES, uniqueItems: true }

/** Query parameters of a push that replaces. */
export const replaceQuery = {
  replaceScope: Type.Optional(Type.Boolean({
    description: 'true: tệp là dữ liệu đầy đủ của phạm vi (chỉ tiêu × cơ quan × kỳ, mọi phân tổ); số liệu đang có mà ' +
      'tệp không nêu thì bị rút. Chỉ với atomic. / true: the file is the whole truth for its scope (indicators × ' +
      'agencies × periods, all break-downs); figures that stand there and that it does not name are withdrawn. Only ' +
      'with atomic.'
  })),
  reason: Type.Optional(Type.String({
    minLength: 1, maxLength: 2000, pattern: '\\S',
    description: 'Vì sao rút; bắt buộc với replaceScope. / Why they are withdrawn; required with replaceScope.'
  })),
  scopeIndicator: Type.Optional(Type.Array(ref(Code), {
    ...names,
    description: 'Lặp lại được. Chỉ tiêu của phạm vi; không nêu: các chỉ tiêu mà tệp nêu. / Repeatable. Indicators ' +
      'of the scope; absent: those that the file names.'
  })),
  scopeAgency: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
    ...names,
    description: 'Lặp lại được. Cơ quan của phạm vi, mã hoặc scheme:value; không nêu: các cơ quan mà tệp nêu. / ' +
      'Repeatable. Agencies of the scope, code or scheme:value; absent: those that the file names.'
  })),
  scopePeriod: Type.Optional(Type.Array(ref(PeriodCode), {
    ...names,
    description: 'Lặp lại được. Kỳ của phạm vi; không nêu: các kỳ mà tệp nêu. / Repeatable. Periods of the scope; ' +
      'absent: those that the file names.'
  }))
}

/** @throws Problem where the parameters do not go together */
export function replacementOf (
  query: Static<TObject<typeof replaceQuery>>, mode: Push['mode']
): Replacement | undefined {
  const {
    replaceScope = false, reason, scopeIndicator: indicators, scopeAgency: agencies, scopePeriod: periods
  } = query
  const faults: FieldError[] = []
  if (replaceScope && reason === undefined) {
    faults.push(parameterError(
      'reason', 'required', '“replaceScope” cần lý do rút (“reason”).',
      '`replaceScope` needs the `reason` of the withdrawals.'
    ))
  }
  if (replaceScope && mode !== 'atomic') {
    faults.push(parameterError(
      'replaceScope', 'contradiction', '“replaceScope” cần cả tệp: chỉ đi cùng mode=atomic.',
      '`replaceScope` needs the whole file: it goes with mode=atomic alone.'
    ))
  }
  if (!replaceScope) {
    for (const [name, value] of Object.entries({
      reason, scopeIndicator: indicators, scopeAgency: agencies, scopePeriod: periods
    })) {
      if (value !== undefined) {
        faults.push(parameterError(
          name, 'replace_scope_only', `“${name}” chỉ đi cùng replaceScope=true.`,
          `\`${name}\` goes with replaceScope=true alone.`
        ))
      }
    }
  }
  if (faults.length > 0) throw badRequest(faults)
  return replaceScope ? { reason: reason!, indicators, agencies, periods } : undefined
}
