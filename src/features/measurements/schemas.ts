import { Type, type Static } from 'typebox'
import type { MonthRule } from '../../domain/calendar.js'
import {
  Code, Decimal, Instant, PeriodCode, Provenance, ShownDecimal, Uuid, listOf, nullable, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import type { MeasurementRow } from '../../world/measurements.js'
import { Breakdown, MEASUREMENT_ID, MeasurementInput, RowWarning, SUBMISSION_ID } from '../pushes/row-schema.js'
import { FIGURE_STATES, QUALITIES } from '../../domain/words.js'

export const Measurement = shared('Measurement', strict({
  id: ref(Uuid, { description: 'Không đổi qua các lần sửa. / The same through all revisions.' }),
  indicator: ref(Code),
  agency: ref(Code),
  period: ref(PeriodCode),
  breakdown: Breakdown,
  value: nullable(ref(ShownDecimal, {
    description: 'Tỷ lệ được tính từ tử số và mẫu số: đúng, hoặc làm tròn tới 12 chữ số thập phân, nhiều hơn nếu ' +
      'không sẽ đọc thành một số ngắn hơn (89.9999999999999, không phải 90); null = không áp dụng. / ' +
      'A ratio is computed: exact, or rounded to 12 decimals, more where it would read as a shorter number ' +
      '(89.9999999999999, not 90); null = not applicable.'
  })),
  numerator: Type.Optional(ref(Decimal)),
  denominator: Type.Optional(ref(Decimal)),
  quality: oneOf(QUALITIES),
  note: Type.Optional(Type.String()),
  evidence: Type.Optional(Type.String()),
  observedAt: Type.Optional(ref(Instant)),
  state: oneOf(FIGURE_STATES),
  counts: Type.Boolean({
    description: 'Có được tính vào tình trạng của mục tiêu hay không: đã được chấp nhận và chưa bị thay hay rút, kể ' +
      'cả khi ' +
      'bị trả lại để sửa sau đó. / ' +
      'Whether it makes the value of a status: accepted and neither replaced nor withdrawn, also while it is ' +
      'returned for correction.'
  }),
  revision: Type.Integer({ minimum: 1 }),
  reason: Type.Optional(Type.String()),
  late: Type.Boolean({ description: 'Gửi sau hạn của đơn vị. / Pushed after the unit\'s deadline.' }),
  source: visible(
    'origin', strict({ client: Type.String(), submission: ref(Uuid), externalId: Type.Optional(Type.String()) })
  ),
  recordedAt: ref(Instant),
  warnings: visible('advice', Type.Array(ref(RowWarning))),
  provenance: ref(Provenance)
}, {
  description: 'Số liệu, ở một lần sửa. / A measurement, at one revision.',
  examples: [{
    id: MEASUREMENT_ID, indicator: 'XHS-07', agency: 'UBND-PHAN-THIET', period: '2025-Q3', breakdown: {},
    value: '58.5', numerator: '96642', denominator: '165200', quality: 'official',
    observedAt: '2025-09-15T01:30:00.000000Z', state: 'accepted', counts: true, revision: 2,
    reason: 'Bổ sung số liệu của hai huyện', late: false,
    source: {
      client: 'demo', submission: SUBMISSION_ID, externalId: 'bc-2025-q3-0007'
    }, recordedAt: '2025-09-15T02:00:00.123456Z', warnings: [], provenance: 'operational'
  }]
}))
export type Measurement = Static<typeof Measurement>
const MEASUREMENT_EXAMPLE = (Measurement as unknown as { examples: unknown[] }).examples[0]

/** What a push of one figure is answered with where nothing was written. */
export const PushedMeasurement = shared('PushedMeasurement', strict({
  ...Measurement.properties,
  dryRun: Type.Optional(Type.Boolean({
    description: 'Chỉ khi dryRun=true: không có gì được ghi; “id” của số liệu mới, “source.submission” và ' +
      '“recordedAt” chỉ có ở lần thử này. / ' +
      'With dryRun=true alone: nothing was written; the `id` of a new measurement, `source.submission` and ' +
      '`recordedAt` are of this trial only.'
  })),
  outcome: Type.Optional(oneOf(['created', 'revised', 'unchanged'], {
    description: 'Chỉ khi dryRun=true: kết quả mà lần gửi thật sẽ có. / With dryRun=true alone: what the push would ' +
      'come to.'
  }))
}, {
  description: 'Số liệu đã có sẵn như vậy, hoặc sẽ được ghi như vậy. / A measurement that stands like this already, ' +
    'or would be written like this.',
  examples: [{ ...MEASUREMENT_EXAMPLE as object, dryRun: true, outcome: 'revised' }]
}))
export type PushedMeasurement = Static<typeof PushedMeasurement>
export const MeasurementList = listOf('MeasurementList', ref(Measurement), [{ data: [MEASUREMENT_EXAMPLE] }])

/** A figure as the database has it, for the example of an export. */
export const EXPORT_ROW_EXAMPLE: MeasurementRow = {
  id: MEASUREMENT_ID, indicator: 'XHS-07', agency: 'UBND-PHAN-THIET', period: '2025-Q3', breakdown: {}, value: null,
  numerator: '96642', denominator: '165200', quality: 'official',
  note: null, evidence: null, observedAt: '2025-09-15T01:30:00.000000Z', state: 'accepted', revision: 2,
  reason: 'Bổ sung số liệu của hai huyện', late: false,
  client: 'demo', submission: SUBMISSION_ID, externalId: 'bc-2025-q3-0007', recordedAt: '2025-09-15T02:00:00.123456Z',
  warnings: [], provenance: 'operational'
}

/** The indicator and the calendar of EXPORT_ROW_EXAMPLE, from which SDMX-CSV takes units and days. */
export const EXPORT_ROW_MEANING = {
  unit: '%', decimals: 2, timeBasis: 'end_of_period', calendar: 'administrative'
} as const
export const EXPORT_ROW_CALENDAR: MonthRule = { code: 'administrative', startDay: 15, monthOffset: -1 }

const ORIGIN = {
  vi: 'Cần token có measurements:write (của cơ quan mình), measurements:review hoặc registry:admin.',
  en: 'Needs a token with measurements:write (figures of the own agency alone), measurements:review or registry:admin.'
}

export const measurementQuery = {
  indicator: Type.Optional(ref(Code, { description: 'Mã chỉ tiêu. / Code of the indicator.' })),
  agency: Type.Optional(Type.String({
    minLength: 1, maxLength: 200,
    description: 'Mã, hoặc scheme:value: mọi cơ quan mang mã ấy trong “period”, “year”, hoặc từ trước đến nay; không ' +
      'có thì cơ quan mang mã hôm nay. / ' +
      'Code, or scheme:value: everybody that bore it within `period` or `year`, or ever; else whoever bears it today.'
  })),
  withSubtree: Type.Optional(Type.Boolean({
    description: 'true: cả các cơ quan dưới “agency”, kể cả đã kết thúc. / true: also the agencies below `agency`, ' +
      'those that have ended too.'
  })),
  period: Type.Optional(ref(PeriodCode, { description: 'Đúng kỳ này. / Exactly this period.' })),
  year: Type.Optional(Type.Integer({
    minimum: 1900, maximum: 2199, description: 'Năm của kỳ. / The year of the period.'
  })),
  state: Type.Optional(oneOf(FIGURE_STATES, {
    description: 'Trạng thái của lần sửa đang có hiệu lực; submitted: hàng chờ duyệt. Trạng thái khác accepted và ' +
      'superseded cần token có measurements:write (của cơ quan mình) hoặc measurements:review. / State of the ' +
      'revision that stands; submitted: what awaits review. Other states than accepted and superseded need a token ' +
      'with measurements:write (figures of the own agency alone) or measurements:review.'
  })),
  quality: Type.Optional(oneOf(QUALITIES, { description: 'Chất lượng số liệu. / Quality of the figure.' })),
  provenance: Type.Optional(ref(Provenance, { description: 'Nguồn gốc. / Where it comes from.' })),
  client: Type.Optional(Type.String({
    minLength: 1, maxLength: 64, description: `Client đã gửi. ${ORIGIN.vi} / The client that pushed it. ${ORIGIN.en}`
  })),
  submission: Type.Optional(ref(Uuid, {
    description: `Lần gửi đã ghi số liệu. ${ORIGIN.vi} / The submission that wrote it. ${ORIGIN.en}`
  }))
}

export const measurementSchemas = [MeasurementInput, RowWarning, Measurement, PushedMeasurement, MeasurementList]
