import type { CivilDate } from '../../domain/date.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { CODE_PATTERN } from '../../domain/words.js'

const CODE = new RegExp(CODE_PATTERN)

/** 4677/KH-UBND of 2024 → 4677-KH-UBND-2024; a number that holds its year keeps it: 09/2019/NĐ-CP → 09-2019-ND-CP. */
export function documentIdOf (number: string, issuedOn: CivilDate): string | undefined {
  const plain = number.normalize('NFD').replace(/\p{M}+/gu, '').replace(/[đð]/g, 'd').replace(/[ĐÐ]/g, 'D')
  const words = plain.split(/[^A-Za-z0-9]+/).filter(word => word !== '')
  const year = issuedOn.slice(0, 4)
  const id = [...words, ...(words.includes(year) ? [] : [year])].join('-')
  return words.length > 0 && CODE.test(id) ? id : undefined
}

interface Facts {
  id: string
  validFrom: CivilDate | null
  validTo: CivilDate | null
  relations: readonly { kind: string, document: string }[]
}

export function checkDocument ({ id, validFrom, validTo, relations }: Facts): FieldError[] {
  const errors: FieldError[] = []
  if (validFrom !== null && validTo !== null && validTo < validFrom) {
    errors.push(bodyError(
      '/validTo', 'dates_reversed', `Ngày hết hiệu lực trước ngày có hiệu lực (${validFrom}).`,
      `Ends before it begins (${validFrom}).`
    ))
  }
  const seen = new Set<string>()
  for (const [i, relation] of relations.entries()) {
    const key = `${relation.kind} ${relation.document}`
    if (relation.document === id) {
      errors.push(bodyError(
        `/relations/${i}/document`, 'self_reference', 'Văn bản không thể có quan hệ với chính nó.',
        'A document has no relation to itself.'
      ))
    }
    if (seen.has(key)) {
      errors.push(bodyError(
        `/relations/${i}`, 'duplicate_relation', 'Quan hệ này đã nêu ở trên.', 'This relation stands above already.'
      ))
    }
    seen.add(key)
  }
  return errors
}
