import { Type } from 'typebox'
import { Instant, oneOf, Provenance, ref } from '../http/schema.js'
import { LEVELS } from '../domain/words.js'

/** Fields that mean the same in several features. */

export const quote = Type.String({
  pattern: '\\S', maxLength: 10_000, description: 'Nguyên văn. / The words as they stand in the source.'
})

export const newProvenance = Type.Optional(ref(Provenance, {
  description: 'Mặc định operational; quoted cần nguyên văn. / operational when absent; quoted needs the words ' +
    'themselves.'
}))

/** When a row that is changed in place was recorded as it is shown. */
export const recordedAt = ref(Instant, {
  description: 'Thời điểm ghi nội dung đang hiển thị; thay đổi sau mỗi lần sửa. / ' +
    'When what is shown was recorded: every change of the row moves it.'
})
export const RECORDED_AT = '2024-12-12T02:00:00.000000Z'

/** Of rows that keep no words of a source. */
export const unquotedProvenance = oneOf(['researched', 'illustrative', 'operational'], {
  description: 'Mặc định operational. / operational when absent.'
})

/** Bounded by PostgreSQL's integer. */
export const position = Type.Integer({
  minimum: 0, maximum: 2_147_483_647, description: 'Thứ tự, từ nhỏ đến lớn. / Order, smallest first.'
})

export const q = Type.Optional(Type.String({
  minLength: 1, maxLength: 200,
  description: 'Mọi từ phải có mặt; không phân biệt dấu, `đ` và `d`, `y` và `i`. / Every word must occur; ' +
    'diacritics, `đ` and `d`, `y` and `i` do not matter.',
  examples: ['chuyen doi so']
}))

/** The level in a target's scope; `whole` where there is none. */
export const TARGET_LEVELS = ['whole', ...LEVELS] as const
export type TargetLevel = typeof TARGET_LEVELS[number]
export const targetLevel = oneOf(TARGET_LEVELS, {
  description: '“level” của phạm vi: mọi cơ quan của cấp ấy; whole: phạm vi không nêu cấp, mục tiêu của cả địa bàn ' +
    'hoặc của một cơ quan. / ' +
    'The `level` of its scope: every agency of that level; whole: the scope names none, the target is of the whole ' +
    'or of one agency.'
})

export const reason = Type.String({ pattern: '\\S', maxLength: 2000, description: 'Lý do. / Why.' })
