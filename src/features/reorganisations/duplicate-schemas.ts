import { Type, type Static } from 'typebox'
import {
  Code, CodeOrIdentifier, LocalizedText, PeriodCode, Uuid, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'

const example = {
  duplicateOf: 'BCD-CCHC-CDS-DA06',
  reason: { vi: 'Một tổ được nhập hai lần từ hai nguồn', en: 'One body was entered twice, from two sources' }
}

export const DuplicateInput = shared('DuplicateInput', strict({
  id: Type.Optional(ref(Code, { description: 'Không nêu: hệ thống tự đặt. / Made by the registry when absent.' })),
  duplicateOf: ref(CodeOrIdentifier, { description: 'Cơ quan đúng. / The agency that it is.' }),
  reason: ref(LocalizedText, { description: 'Vì sao. / Why.' }),
  disagreements: Type.Optional(oneOf(['refuse', 'keep_right'], {
    description: 'Khi hai bên có số liệu khác nhau cho cùng một khóa: refuse (mặc định): từ chối và liệt kê · ' +
      'keep_right: giữ số liệu của cơ quan đúng. / ' +
      'Where both have a figure for one key and they differ: refuse and list them (when absent), or keep that of the ' +
      'right agency.'
  }))
}, {
  description: 'Cơ quan bị ghi nhầm là cơ quan nào. / Which agency one that was entered in error is.',
  examples: [example]
}))
export type DuplicateInput = Static<typeof DuplicateInput>

const place = (description: string) => strict({
  measurement: ref(Uuid),
  figure: Type.String({ description: 'Giá trị, hoặc tử số/mẫu số. / The value, or numerator/denominator.' })
}, { description })

/** What became of the figures of a body that was entered in error. */
export const figures = strict({
  moved: Type.Integer({
    description: 'Chỉ cơ quan bị ghi nhầm có: nay là của cơ quan đúng, với mọi lần sửa. / ' +
    'Only the duplicate had them: now those of the right agency, with all revisions.'
  }),
  same: Type.Integer({ description: 'Số liệu hai bên giống nhau. / Both had the same.' }),
  keptRight: Type.Integer({
    description: 'Khác nhau; giữ của cơ quan đúng. / They differed, and that of the right agency stands.'
  }),
  list: visible('figures', Type.Array(strict({
    indicator: ref(Code), period: ref(PeriodCode),
    breakdown: Type.String({ description: 'phân tổ=thành phần;… / dimension=member;…' }),
    outcome: oneOf(['moved', 'same', 'kept_right']),
    from: place('Của cơ quan bị ghi nhầm: đã rút. / Of the duplicate: withdrawn.'),
    to: place('Của cơ quan đúng. / Of the right agency.')
  }), { description: 'Tới 1.000 số liệu đầu. / The first 1,000.' })),
  truncated: Type.Boolean({ description: 'Còn nữa. / There are more.' })
}, {
  description: 'Chỉ ở entered_in_error: mọi số liệu còn hiệu lực của cơ quan bị ghi nhầm đã được rút. / ' +
  'Of entered_in_error alone: all standing figures of the duplicate were withdrawn.'
})
