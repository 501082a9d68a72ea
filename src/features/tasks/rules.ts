import { bodyError, type FaultCode, type FieldError } from '../../http/problem.js'

interface Facts {
  code: string
  plan: string
  provenance: string
  wording: string | null
  indicators: readonly { indicator: string }[]
}

export function checkTask (
  { code, plan, provenance, wording, indicators }: Facts,
  parent: { code: string, planCode: string, kind: string } | undefined
): FieldError[] {
  const errors: FieldError[] = []
  const refuse = (
    pointer: string, code: FaultCode, vi: string, en: string
  ) => errors.push(bodyError(pointer, code, vi, en))
  if (provenance === 'quoted' && wording === null) {
    refuse(
      '/wording', 'quote_required', 'Nguồn gốc “quoted” cần nguyên văn trong “wording”.',
      'The provenance "quoted" needs the words themselves in `wording`.'
    )
  }
  if (parent !== undefined && parent.planCode !== plan) {
    refuse(
      '/parent', 'other_plan', `“${parent.code}” thuộc kế hoạch khác (${parent.planCode}).`,
      `"${parent.code}" belongs to another plan (${parent.planCode}).`
    )
  }
  if (parent !== undefined && parent.kind !== 'group') {
    refuse('/parent', 'not_a_group', `“${parent.code}” không phải là một nhóm.`, `"${parent.code}" is not a group.`)
  }
  for (const [i, { indicator }] of indicators.entries()) {
    if (indicators.findIndex(other => other.indicator === indicator) < i) {
      refuse(
        `/indicators/${i}/indicator`, 'duplicate_indicator', 'Chỉ tiêu này đã nêu ở trên.',
        'This indicator stands above already.'
      )
    }
  }
  if (parent?.code === code) {
    refuse('/parent', 'circle', 'Nhiệm vụ không thể thuộc về chính nó.', 'A task cannot belong to itself.')
  }
  return errors
}

export function circle (): FieldError {
  return bodyError(
    '/parent', 'circle', 'Nhóm này nằm bên dưới chính nhiệm vụ đang sửa.', 'This group stands below the task itself.'
  )
}
