import type { Gap } from './assess.js'
import type { Findings } from './findings.js'
import type { Reason } from './performance.js'
import { day, list, periodName, QUALITIES } from './wording.js'
import { dimensionOf, worstQuality } from './figures.js'
import type { Performance } from './types.js'
import type { Language, LocalText } from '../text.js'

const PERFORMANCE_NAMES: Record<Performance, LocalText> = {
  achieved: { vi: 'đạt mục tiêu', en: 'achieved' },
  on_track: { vi: 'đúng tiến độ', en: 'on track' },
  at_risk: { vi: 'có nguy cơ chậm tiến độ', en: 'at risk' },
  off_track: { vi: 'chậm tiến độ', en: 'off track' },
  in_progress: { vi: 'đang thực hiện', en: 'in progress' },
  regressed: { vi: 'không còn đạt', en: 'regressed' },
  missed: { vi: 'không đạt đúng hạn', en: 'missed' },
  dropped: { vi: 'không thực hiện nữa', en: 'dropped' },
  no_data: { vi: 'chưa có số liệu', en: 'no data' },
  not_applicable: { vi: 'không áp dụng', en: 'not applicable' }
}

/** Reasons that the figures and the pace have not said already. */
function sayReason (reason: Reason, { input: { target, on }, judgement }: Findings, l: Language): string | undefined {
  const due = day(target.dueDate, l)
  const today = day(on, l)
  const isOver = on > target.dueDate
  const unit = dimensionOf(target) === undefined ? 'đơn vị' : 'thành phần'
  const texts: Partial<Record<Reason, LocalText>> = {
    dropped: {
      vi: 'Mục tiêu này đã được đưa ra khỏi kế hoạch nên không đánh giá; số liệu của các kỳ kết thúc trước đó vẫn ' +
        'phải báo cáo.',
      en: 'The target has been taken out of the plan and is not judged; figures of periods that ended before are ' +
        'still owed.'
    },
    nobody_left: {
      vi: `Đến ${today}, trong phạm vi của mục tiêu không còn đơn vị nào.`,
      en: `By ${today}, nobody is left in the scope of the target.`
    },
    nobody_registered: {
      vi: `Đến ${today}, chưa có đơn vị nào được ghi nhận trong phạm vi của mục tiêu, nên chưa có số liệu để đánh giá.`,
      en: `By ${today}, nobody is registered in the scope of the target, so there is no figure to judge by.`
    },
    no_figure: {
      vi: `Đến ${today}, chưa có số liệu để đánh giá.`,
      en: `By ${today}, there is no figure to judge by.`
    },
    claimed: {
      vi: 'Kế hoạch ghi “(đã đạt)”, chưa có số liệu kiểm chứng.',
      en: 'The plan says “(đã đạt)”, already achieved; no figure confirms it yet.'
    },
    claim_refuted: {
      vi: 'Kế hoạch ghi “(đã đạt)”, nhưng số liệu cho thấy không còn đạt.',
      en: 'The plan says “(đã đạt)”, already achieved, but the figure says otherwise.'
    },
    to_maintain: {
      vi: 'Đây là mục tiêu phải duy trì, và số liệu không giữ được mức yêu cầu.',
      en: 'This is a target to maintain, and the figure does not hold it.'
    },
    met_before: {
      vi: 'Mục tiêu đã đạt theo số liệu ' +
        `${judgement.before === undefined ? '' : periodName(judgement.before.slot.period).vi}, nay không còn đạt.`,
      en: 'The target was met by the figures of ' +
        `${judgement.before === undefined ? '' : periodName(judgement.before.slot.period).en}, and no longer is.`
    },
    denominator_zero: {
      vi: 'Không có gì để đo, nên chỉ tiêu không áp dụng trong kỳ này.',
      en: 'There is nothing to measure, so the indicator does not apply in this period.'
    },
    members_missing: {
      vi: `Các ${unit} đã có số liệu đều đạt, nhưng ${unit} còn thiếu số liệu không được coi là ` +
        `đạt${isOver ? `, và đã quá hạn ${due}` : ''}.`,
      en: 'All that have reported pass, but a missing one is never a ' +
        `pass${isOver ? `, and the due date, ${due}, is over` : ''}.`
    },
    last_missing: {
      vi: `Đến ${due} đã hết hạn mà chưa có số liệu của kỳ cuối, nên chưa thể kết luận là mức này được giữ vững đến ` +
        'hết thời hạn.',
      en: `The due date, ${due}, is over without a figure of the last period, so nobody can say that the bound was ` +
        'kept to the end.'
    },
    overdue: { vi: `Đã quá hạn ${due}.`, en: `The due date, ${due}, is over.` },
    no_trajectory: {
      vi: 'Không có mức xuất phát hay mốc trung gian nào để đánh giá tiến độ.',
      en: 'There is no baseline and no milestone to judge the pace by.'
    }
  }
  return texts[reason]?.[l]
}

export function sayVerdict (findings: Findings, l: Language): string[] {
  const { judgement, status: { performance } } = findings
  const reason = sayReason(judgement.reason, findings, l)
  const name = PERFORMANCE_NAMES[performance][l]
  const onClaim = judgement.basis === 'claim'
    ? { vi: ' theo khẳng định của kế hoạch', en: ' as claimed by the plan' }[l]
    : ''
  const conclusion = l === 'vi' ? `Kết luận: ${name}${onClaim}.` : `Conclusion: ${name}${onClaim}.`
  return reason === undefined ? [conclusion] : [reason, conclusion]
}

function sayGap ({ slot, members, isBare }: Gap, l: Language): string {
  const period = periodName(slot.period)[l]
  const names = list(members.map(({ name }) => name), l)
  if (isBare) {
    return l === 'vi'
      ? `số liệu ${period} của ${names} không kèm tử số và mẫu số nên không cộng được`
      : `the figure for ${period} of ${names} has no numerator and denominator that could be added`
  }
  return l === 'vi' ? `số liệu ${period} còn thiếu của ${names}` : `no figure for ${period} of ${names}`
}

/** Whatever stands against relying on the verdict. */
export function sayWhatRemainsOpen (findings: Findings, l: Language): string[] {
  const { input: { basis }, status, figures, assessment, lastPending, pending, ended, leftOut, begins } = findings
  const sentences: string[] = []
  if (begins !== undefined) {
    sentences.push(l === 'vi'
      ? `Mục tiêu có hiệu lực từ ${day(begins, l)}: không đơn vị nào phải báo cáo số liệu của kỳ kết thúc trước ngày ` +
        'đó.'
      : `The target is in force from ${day(begins, l)}: nobody owes a figure of a period that ended before.`)
  }
  if (basis === 'submitted') {
    sentences.push(l === 'vi'
      ? 'Cách tính này gồm cả số liệu đã gửi, đang chờ duyệt.'
      : 'Figures that await review are counted too.')
  }
  if (status.provisional) {
    const gaps = assessment?.sum?.gaps ?? []
    const partial = status.members !== null && status.coverage.missing > 0
    const reasons = [
      partial ? { vi: 'còn thiếu số liệu', en: 'figures are missing' }[l] : undefined,
      lastPending === undefined
        ? undefined
        : l === 'vi'
          ? `số liệu ${periodName(lastPending.period).vi} chưa hết hạn gửi`
          : `the figures of ${periodName(lastPending.period).en} are not due yet`,
      ...gaps.map(gap => sayGap(gap, l)),
      pending ? { vi: 'có số liệu chưa được duyệt', en: 'a figure awaits review' }[l] : undefined,
      ended.length === 0
        ? undefined
        : l === 'vi'
          ? 'số liệu riêng của đơn vị kết thúc hoạt động trong kỳ không được cộng vào: ' +
            `${list(ended.map(({ name }) => name), l)}`
          : 'the own figure of a body that ended within the period is not in it: ' +
            `${list(ended.map(({ name }) => name), l)}`
    ].filter(reason => reason !== undefined)
    sentences.push(l === 'vi'
      ? `Kết quả còn tạm tính vì ${reasons.join('; ')}.`
      : `The result is provisional: ${reasons.join('; ')}.`)
  }
  if (figures.some(({ state }) => state === 'returned')) {
    sentences.push(l === 'vi'
      ? 'Có số liệu đã được chấp nhận nay bị trả lại để sửa; số đó vẫn được tính cho đến khi được sửa.'
      : 'A figure that was accepted was returned for correction; it counts until it is corrected.')
  }
  if (leftOut.length > 0) {
    sentences.push(l === 'vi'
      ? 'Còn phải báo cáo tử số và mẫu số, vì chỉ gửi tỷ lệ thì không cộng được: ' +
        `${list(leftOut.map(({ name }) => name), l)}.`
      : 'Numerator and denominator are still owed, since a share alone cannot be added, by: ' +
        `${list(leftOut.map(({ name }) => name), l)}.`)
  }
  if (status.freshness?.stale === true) {
    sentences.push(l === 'vi'
      ? 'Số liệu đã cũ: lẽ ra đã có số liệu được chấp nhận của kỳ sau.'
      : 'The figure is stale: an accepted one of a later period should be in by now.')
  }
  const quality = worstQuality(figures)
  if (quality !== null && quality !== 'official') sentences.push(QUALITIES[quality][l])
  if (status.illustrative) {
    sentences.push(l === 'vi'
      ? 'Có dữ liệu minh họa: kết quả này không phải số liệu chính thức.'
      : 'Some of the data is illustrative: this is not an official result.')
  }
  return sentences
}
