import type { Params } from '../../domain/quality.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { compare, parseDecimal } from '../../domain/decimal.js'
import type { RuleKind } from '../../domain/words.js'

/** Which parameters a kind takes, and of which it needs at least one of each group. */
const KINDS: Readonly<Record<RuleKind, {
  takes: readonly (keyof Params)[], needs: readonly (readonly (keyof Params)[])[]
}>> = {
  range: { takes: ['part', 'minimum', 'maximum'], needs: [['minimum', 'maximum']] },
  change: { takes: ['part', 'against', 'absolute', 'relative'], needs: [['absolute', 'relative']] },
  parts: { takes: ['of', 'tolerance'], needs: [['of'], ['tolerance']] },
  monotone: { takes: ['part', 'within'], needs: [] },
  ratio: { takes: [], needs: [] }
}

const NOT_NEGATIVE = ['absolute', 'relative', 'tolerance'] as const

export function checkParams (kind: RuleKind, params: Params): FieldError[] {
  const { takes, needs } = KINDS[kind]
  const given = Object.keys(params) as (keyof Params)[]
  const strange = given.filter(name => !takes.includes(name))
    .map(name => bodyError(`/params/${name}`, 'param_not_allowed',
    `Quy tắc “${kind}” không có tham số này; các tham số: ${takes.join(', ') || 'không có'}.`,
    `A rule of the kind "${kind}" does not take this; it takes: ${takes.join(', ') || 'none'}.`))
  const missing = needs.filter(group => !group.some(name => given.includes(name)))
    .map(group => bodyError(`/params/${group[0]}`, 'param_required',
    `Quy tắc “${kind}” cần ${group.join(' hoặc ')}.`,
    `A rule of the kind "${kind}" needs ${group.join(' or ')}.`))
  const negative = NOT_NEGATIVE.filter(name => params[name]?.startsWith('-'))
    .map(name => bodyError(`/params/${name}`, 'out_of_range', 'Không được âm.', 'Must not be negative.'))
  return [...strange, ...missing, ...negative, ...checkBounds(params)]
}

function checkBounds ({ minimum, maximum }: Params): FieldError[] {
  if (minimum === undefined || maximum === undefined || compare(parseDecimal(minimum)!, parseDecimal(maximum)!) <= 0) {
    return []
  }
  return [
    bodyError(
      '/params/maximum', 'out_of_range', '“maximum” không được nhỏ hơn “minimum”.',
      '`maximum` must not be below `minimum`.'
    )
  ]
}

/** Where rules are tried: no rule of that name could be read. */
export function checkCode (code: string): FieldError[] {
  return code === 'trial'
    ? [
        bodyError(
          '/code', 'reserved_code', '“trial” là địa chỉ để thử quy tắc: hãy chọn mã khác.',
          '"trial" is where rules are tried: choose another code.'
        )
      ]
    : []
}

export function checkSubject (
  { indicators, pillar }: { indicators?: readonly string[] | null | undefined, pillar?: string | null | undefined }
): FieldError[] {
  const both = indicators != null && pillar != null
    ? [
        bodyError(
          '/pillar', 'contradiction', 'Chỉ nêu “indicators” hoặc “pillar”, không nêu cả hai.',
          'Give `indicators` or `pillar`, not both.'
        )
      ]
    : []
  const twice = (indicators ?? []).flatMap((code, i, all) => all.indexOf(code) === i
    ? []
    : [
        bodyError(
        `/indicators/${i}`, 'duplicate_indicator', 'Chỉ tiêu này đã nêu ở trên.', 'This indicator stands above already.'
        )
      ])
  return [...both, ...twice]
}
