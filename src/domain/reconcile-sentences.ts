import { compare, isZero, ZERO } from './decimal.js'
import type { Reconciliation, Whole } from './reconcile.js'
import { amount, both, difference, list, SYMBOLS } from './status/wording.js'
import type { Language, LocalText, NameText } from './text.js'

export interface Named {
  readonly unit: string
  /** As shown. */
  readonly combined: string | null
  readonly gap: string | null
  /** In scope, and without a part. */
  readonly missing: readonly NameText[]
  /** Whose part is due later than the whole. */
  readonly late: readonly NameText[]
  /** Of whom no denominator is known. */
  readonly unweighted: readonly NameText[]
}

/** Why a reconciliation ended as it did, and who has no part. */
export function explainReconciliation (whole: Whole, result: Reconciliation, named: Named): LocalText {
  return both(language => {
    const main = sentence(whole, result, named, language)
    if (named.missing.length === 0 || ['not_rolled_up', 'dropped', 'no_parts'].includes(result.cause)) return main
    return `${main} ${language === 'vi' ? 'Chưa có phần' : 'Without a part'}: ${list(named.missing, language)}.`
  })
}

function sentence (whole: Whole, result: Reconciliation, named: Named, language: Language): string {
  const say = (vi: string, en: string) => language === 'vi' ? vi : en
  const demanded = `${SYMBOLS[whole.operator]} ${amount(whole.value, named.unit, language)}`
  const sum = result.combined === undefined
    ? ''
    : `${combination(whole, amount(named.combined!, named.unit, language), language)}; ` +
      `${say('mục tiêu chung yêu cầu', 'the whole demands')} ${demanded}`
  switch (result.cause) {
    case 'meets': return `${sum}: ${say('đủ.', 'enough.')}`
    case 'each_meets': return say(
      `Riêng mỗi phần đã đủ cho mục tiêu chung (${demanded}).`, `Every part by itself meets the whole (${demanded}).`
    )
    case 'short': return `${sum}: ${shortBy(result, named, language)}`
    case 'each_short': return `${sum}: ${say('có phần chưa đủ.', 'not every part is enough.')}`
    case 'none_meets': return say(
      `Không riêng phần nào đủ cho mục tiêu chung (${demanded}): dù mẫu số ra sao, gộp lại cũng không đủ.`,
      `No part by itself meets the whole (${demanded}): whatever the denominators, together they do not.`)
    case 'no_parts': return say('Chưa giao phần nào có hiệu lực.', 'No part that counts has been handed down.')
    case 'not_rolled_up': return say(
      'Số liệu của mục tiêu chung không được tổng hợp từ các phần.',
      'The figure of the whole is not made of those of the parts.'
    )
    case 'dropped': return say('Mục tiêu chung không được thực hiện nữa.', 'The whole is no longer pursued.')
    case 'other_direction': return say(
      `Có phần yêu cầu theo chiều khác nên không bảo đảm được gì cho mục tiêu chung (${demanded}).`,
      `A part demands something of another direction, and so ensures nothing of the whole (${demanded}).`)
    case 'weights_unknown': return named.unweighted.length === 0
      ? say(
        'Mọi mẫu số được chấp nhận đều bằng 0: không gộp được.',
        'All accepted denominators are 0: the parts cannot be weighted.'
      )
      : say(
        `Chưa gộp được: chưa có mẫu số được chấp nhận của ${list(named.unweighted, language)}.`,
        `The parts cannot be weighted: no denominator is accepted of ${list(named.unweighted, language)}.`
      )
    case 'members_without': return `${sum === ''
      ? say('Các phần đã giao thì đủ', 'The parts that were handed down are enough')
      : sum}: ${say(
      'nhưng chưa phải mọi cơ quan thuộc phạm vi đều có phần.', 'but not everybody in the scope has a part.'
    )}`
    case 'late_parts': return `${sum === '' ? say('Các phần thì đủ', 'The parts are enough') : sum}: ` +
      `${say(
        `nhưng có phần đến hạn sau mục tiêu chung (${list(named.late, language)}).`,
        `but a part is due later than the whole (${list(named.late, language)}).`
      )}`
  }
}

function combination ({ aggregation, each }: Whole, combined: string, language: Language): string {
  if (each) {
    return language === 'vi'
      ? `Phần xa mục tiêu nhất là ${combined}`
      : `The part farthest from the target is ${combined}`
  }
  switch (aggregation) {
    case 'sum': return language === 'vi' ? `Cộng lại, các phần là ${combined}` : `The parts add up to ${combined}`
    case 'mean': return language === 'vi' ? `Bình quân các phần là ${combined}` : `The mean of the parts is ${combined}`
    default: return language === 'vi'
      ? `Gộp theo mẫu số, các phần là ${combined}`
      : `Weighted by their denominators, the parts come to ${combined}`
  }
}

function shortBy ({ gap }: Reconciliation, named: Named, language: Language): string {
  const much = difference(named.gap!, named.unit, language)
  if (gap !== undefined && isZero(gap)) {
    return language === 'vi' ? 'đúng bằng mức ấy, mà phải vượt hẳn.' : 'exactly that, and it has to be beyond it.'
  }
  if (gap !== undefined && compare(gap, ZERO) < 0) {
    return language === 'vi' ? `vượt ${much}, mà phải đúng bằng.` : `${much} beyond, and it has to be exact.`
  }
  return language === 'vi' ? `còn thiếu ${much}.` : `${much} short.`
}
