import type { View, ViewObstacleCode } from '../domain/body-view.js'
import type { ObligationState } from '../domain/obligations.js'
import type { Verdict } from '../domain/reconcile.js'
import type { ObstacleCode } from '../domain/restate.js'
import type { MemberOutcome, Performance, PerformanceBasis, ReportingState } from '../domain/status/types.js'
import type { Language } from '../domain/text.js'
import type {
  AgencyKind, Aggregation, Basis, Direction, ExplanationKind, ExtensionKind, FigurePart, FigureState, Frequency,
  HolidayKind, LegalKind, Level, Operator, PeriodState, Provenance, PushOutcome, Quality, Quantifier, RelationKind,
  ReorganisationKind, ReviewPolicy, RevisionState, Role, RuleKind, RuleSeverity, RuleState, Share, StandingState,
  SubmissionMode, SubmissionState, TargetMode, TargetState, TaskKind, TimeBasis, TransitionState, ValueKind
} from '../domain/words.js'

type Texts = readonly [vi: string, en: string]

export interface NamedEnum {
  readonly name: string
  readonly about: Texts
  /** What each value means, in the order in which they are published. */
  readonly values: Readonly<Record<string, Texts>>
}

/** Of words that are declared elsewhere each needs its texts, and no other may have them. */
export const named = <Word extends string>(
  name: string, vi: string, en: string, values: Readonly<Record<Word, Texts>>
): NamedEnum => ({ name, about: [vi, en], values })

/**
 * Every enumeration of the document, by its values: where a schema lists exactly these it refers to the name instead.
 * A value that no text explains here is found by test/contract/openapi-schemas.test.ts.
 */
export const NAMED_ENUMS: readonly NamedEnum[] = [
  // What is measured, and against what
  named<Frequency>('Frequency', 'Loại kỳ báo cáo', 'How long a reporting period is', {
    monthly: ['tháng, như 2025-06', 'a month, as 2025-06'],
    quarterly: ['quý, như 2025-Q3', 'a quarter, as 2025-Q3'],
    half_yearly: ['sáu tháng, như 2025-H1', 'half a year, as 2025-H1'],
    nine_months: ['chín tháng đầu năm, như 2025-9M', 'the first nine months, as 2025-9M'],
    yearly: ['năm, như 2025', 'a year, as 2025']
  }),
  named<TimeBasis>('TimeBasis', 'Số liệu phản ánh khoảng thời gian nào của kỳ',
    'Which time of its period a figure speaks of', {
      end_of_period: ['thời điểm cuối kỳ', 'the state at the end of the period'],
      during_period: ['trong kỳ: cộng được các kỳ trong năm', 'what happened in the period: those of a year add up'],
      year_to_date: ['lũy kế từ đầu năm', 'since the beginning of the year']
    }),
  named<ValueKind>('ValueKind', 'Loại giá trị', 'What the value is', {
    ratio: ['tử số trên mẫu số, tính bằng phần trăm', 'a numerator over a denominator, as a percentage'],
    number: ['một con số', 'a number'],
    count: ['một số đếm', 'a count'],
    growth: ['tốc độ tăng', 'a rate of growth']
  }),
  named<Direction>('Direction', 'Chiều hướng tốt', 'Which way is better', {
    higher_is_better: ['càng cao càng tốt', 'the more the better'],
    lower_is_better: ['càng thấp càng tốt', 'the less the better']
  }),
  named<Aggregation>('Aggregation', 'Cách tổng hợp số của các cơ quan', 'How the figures of agencies roll up', {
    direct: [
      'không tổng hợp: số liệu chung được báo cáo trực tiếp', 'not at all: the figure of the whole is reported itself'
    ],
    sum: ['cộng các giá trị', 'the values are added'],
    ratio_of_sums: ['tổng tử số trên tổng mẫu số', 'the numerators added, over the denominators added'],
    mean: ['trung bình cộng, mọi cơ quan có trọng số như nhau', 'the mean, each agency weighing the same'],
    none: ['không có số liệu chung', 'there is no figure of the whole']
  }),
  named<ReviewPolicy>('ReviewPolicy', 'Cách chấp nhận số liệu gửi lên', 'How pushed figures are accepted', {
    automatic: ['chấp nhận ngay', 'as they come'],
    manual: ['chờ duyệt', 'after a review']
  }),
  named('TimePerCollect', 'Mã SDMX TIME_PER_COLLECT', 'Code of SDMX TIME_PER_COLLECT', {
    E: ['cuối kỳ', 'end of the period'],
    S: ['cộng trong kỳ', 'summed through the period']
  }),
  named<Quantifier>('TargetQuantifier', 'Mục tiêu đặt ra cho ai', 'Of whom the target demands it', {
    aggregate: ['số tổng hợp của cả phạm vi', 'of the figure of the whole scope'],
    each: ['từng thành phần của phạm vi phải đạt', 'of every member of the scope']
  }),
  named<Operator>('Operator', 'Quan hệ giữa giá trị và mục tiêu', 'How the value must compare with the target', {
    gt: ['lớn hơn hẳn (“trên”)', 'strictly above'],
    gte: ['lớn hơn hoặc bằng', 'at least'],
    eq: ['bằng', 'equal'],
    lte: ['nhỏ hơn hoặc bằng', 'at most'],
    lt: ['nhỏ hơn hẳn (“dưới”)', 'strictly below']
  }),
  named<TargetMode>('TargetMode', 'Đạt tới hay giữ vững', 'To reach or to maintain', {
    reach: ['phấn đấu đạt đến hạn', 'to be reached by the due date'],
    maintain: ['đã đạt, phải giữ vững', 'was reached, and is to be kept']
  }),
  named<TargetState>('TargetState', 'Mục tiêu còn thực hiện hay không', 'Whether the target is pursued', {
    active: ['đang thực hiện', 'pursued'],
    dropped: ['không thực hiện nữa', 'no longer pursued']
  }),
  named('AllocationMethod', 'Giao mục tiêu theo cách nào', 'How a target is handed down', {
    own: ['mỗi cơ quan một giá trị riêng', 'a value for each agency'],
    equal: [
      'giá trị của mục tiêu chung, hoặc chia đều nếu chỉ tiêu cộng lại (sum)',
      'the value of the whole, or equal shares of it where the indicator sums up'
    ]
  }),
  named<Verdict>('ReconciliationVerdict', 'Các phần đã giao so với mục tiêu chung', 'The parts against the whole', {
    met: ['mọi phần đạt thì mục tiêu chung đạt', 'if all parts are reached, so is the whole'],
    short: ['mọi phần đạt mà mục tiêu chung vẫn thiếu', 'all parts reached, the whole would still fall short'],
    undetermined: ['chưa kết luận được', 'cannot be said'],
    not_comparable: ['mục tiêu chung không tổng hợp từ các phần', 'the whole is not made of parts']
  }),
  named<RelationKind>('RelationKind', 'Quan hệ với văn bản được dẫn', 'What a document does to the other', {
    basis: ['lấy làm căn cứ', 'rests on it'],
    implements: ['thực hiện', 'implements it'],
    amends: ['sửa đổi, bổ sung', 'amends it'],
    replaces: ['thay thế', 'replaces it'],
    repeals: ['bãi bỏ', 'repeals it']
  }),

  // Who
  named<AgencyKind>('AgencyKind', 'Loại cơ quan', 'The kind of agency', {
    provincial_committee: ['Ủy ban nhân dân tỉnh', 'people\'s committee of the province'],
    department: ['sở, ban, ngành của tỉnh', 'department of the province'],
    district_committee: ['Ủy ban nhân dân cấp huyện', 'people\'s committee of a district'],
    commune_committee: ['Ủy ban nhân dân cấp xã', 'people\'s committee of a commune'],
    central_body: ['cơ quan trung ương tại tỉnh', 'central body in the province'],
    steering_body: ['ban chỉ đạo', 'steering body'],
    other: ['khác', 'other']
  }),
  named<Level>('AgencyLevel', 'Cấp hành chính', 'The administrative level', {
    province: ['cấp tỉnh', 'province'],
    district: ['cấp huyện', 'district'],
    commune: ['cấp xã', 'commune']
  }),
  named('ScopeLevel', 'Phạm vi của mục tiêu', 'The scope of the target', {
    whole: ['toàn tỉnh: không nêu cấp và cơ quan', 'all of the province: neither level nor agency named'],
    province: ['các cơ quan cấp tỉnh', 'the agencies of the province'],
    district: ['các cơ quan cấp huyện', 'the agencies of districts'],
    commune: ['các cơ quan cấp xã', 'the agencies of communes']
  }),
  named<Role>('AssignmentRole', 'Vai trò của cơ quan', 'What the agency does', {
    lead: ['chủ trì', 'leads'],
    cooperate: ['phối hợp', 'cooperates'],
    monitor: ['theo dõi', 'monitors']
  }),
  named('Clear', 'Một trong “sáu rõ” của phân công', 'One of the six clears of an assignment', {
    objective: ['rõ mục tiêu', 'the objective'],
    person: ['rõ người', 'the person'],
    task: ['rõ việc', 'the task'],
    responsibility: ['rõ trách nhiệm', 'the responsibility'],
    time: ['rõ thời gian', 'the time'],
    result: ['rõ kết quả', 'the result']
  }),
  named<TaskKind>('TaskKind', 'Nhóm hay nhiệm vụ', 'A group or a duty', {
    group: ['nhóm giải pháp', 'a group of duties'],
    task: ['nhiệm vụ', 'a duty']
  }),
  named('TaskState', 'Tiến độ của nhiệm vụ', 'How far a duty is', {
    not_started: ['chưa có ghi nhận tiến độ', 'no progress was noted'],
    in_progress: ['đang thực hiện', 'under way'],
    done: ['xong: tỷ lệ ghi gần nhất là 100', 'done: the percentage last stated is 100'],
    overdue: ['quá hạn mà chưa xong', 'past its due date, and not done']
  }),
  named<ReorganisationKind>('ReorganisationKind', 'Loại sắp xếp', 'What happens', {
    rename: ['đổi tên', 'a new name'],
    merge: ['sáp nhập, hợp nhất', 'several become one'],
    split: ['chia, tách', 'one becomes several'],
    transfer: ['điều chuyển chức năng', 'duties pass on'],
    establish: ['thành lập', 'a new body'],
    dissolve: ['giải thể, kết thúc', 'a body ends'],
    entered_in_error: ['cơ quan bị ghi hai lần, không phải sắp xếp tổ chức', 'an agency had been entered twice']
  }),
  named<LegalKind>('LegalReorganisationKind', 'Loại sắp xếp, theo NQ 190/2025/QH15',
    'What happens, after NQ 190/2025/QH15', {
      rename: ['đổi tên', 'a new name'],
      merge: ['sáp nhập, hợp nhất', 'several become one'],
      split: ['chia, tách', 'one becomes several'],
      transfer: ['điều chuyển chức năng', 'duties pass on'],
      establish: ['thành lập', 'a new body'],
      dissolve: ['giải thể, kết thúc', 'a body ends']
    }),
  named<Share>('SuccessionShare', 'Phần được tiếp nhận', 'How much passes on', {
    whole: ['toàn bộ', 'everything'],
    part: ['một phần', 'a part']
  }),
  named('SuccessionDirection', 'Chiều của quan hệ kế thừa', 'Which way the succession is followed', {
    successors: ['các cơ quan tiếp nhận', 'those who went on'],
    predecessors: ['các cơ quan tiền thân', 'those who were before']
  }),
  named('FactChange', 'Thay đổi đối với mục này', 'What becomes of the entry', {
    ended: ['hết hiệu lực ngày “validTo”', 'ends on `validTo`'],
    removed: ['không bao giờ có hiệu lực', 'never comes into force'],
    begun: ['có hiệu lực từ “validFrom”', 'begins on `validFrom`']
  }),
  named('AgencyChange', 'Thay đổi đối với cơ quan', 'What becomes of the agency', {
    ended: ['kết thúc', 'ends'],
    established: ['được thành lập', 'is established'],
    entered_in_error: ['bị ghi nhầm, không phải một cơ quan riêng', 'was entered in error, and is no agency of its own']
  }),
  named('GrantChange', 'Thay đổi đối với phạm vi được cấp', 'What becomes of the grant', {
    begun: ['cơ quan tiếp nhận có phạm vi ấy', 'the successor has it'],
    not_followed: [
      'không rõ cơ quan tiếp nhận: quản trị viên quyết định', 'no successor is clear: an administrator decides'
    ]
  }),
  named('Disagreement', 'Khi hai bên có số liệu khác nhau', 'Where the figures of the two differ', {
    refuse: ['từ chối và liệt kê', 'refuse, and list them'],
    keep_right: ['giữ số liệu của cơ quan đúng', 'keep that of the right agency']
  }),
  named('MovedFigure', 'Số liệu của cơ quan bị ghi nhầm nay ra sao', 'What became of a figure of the duplicate', {
    moved: ['nay là của cơ quan đúng', 'now that of the right agency'],
    same: ['số liệu hai bên giống nhau', 'both had the same'],
    kept_right: ['khác nhau: giữ của cơ quan đúng', 'they differed: that of the right agency stands']
  }),

  // Figures and pushes
  named<Quality>('Quality', 'Chất lượng số liệu', 'The quality of a figure', {
    estimate: ['ước tính', 'estimated'],
    provisional: ['sơ bộ', 'provisional'],
    official: ['chính thức', 'official']
  }),
  named<FigureState>('MeasurementState', 'Trạng thái của lần sửa', 'The state of a revision', {
    submitted: ['chờ duyệt', 'awaits review'],
    accepted: ['đã chấp nhận', 'accepted'],
    returned: ['bị trả lại để sửa', 'sent back to be corrected'],
    superseded: ['đã có lần sửa mới hơn', 'a newer revision stands'],
    withdrawn: ['đã rút', 'withdrawn']
  }),
  named<StandingState>('FigureState', 'Trạng thái của số liệu hiện có', 'The state of the figure that stands', {
    submitted: ['chờ duyệt', 'awaits review'],
    accepted: ['đã chấp nhận', 'accepted'],
    returned: ['bị trả lại để sửa', 'sent back to be corrected']
  }),
  named<RevisionState>('StepState', 'Trạng thái của lần sửa sau bước này', 'The state of the revision after the step', {
    submitted: ['chờ duyệt', 'awaits review'],
    accepted: ['đã chấp nhận', 'accepted'],
    returned: ['bị trả lại để sửa', 'sent back to be corrected'],
    withdrawn: ['đã rút', 'withdrawn']
  }),
  named('Step', 'Việc đã xảy ra', 'What happened', {
    pushed: ['gửi', 'it was pushed'],
    accepted: ['chấp nhận', 'it was accepted'],
    returned: ['trả lại', 'it was sent back'],
    withdrawn: ['rút', 'it was withdrawn']
  }),
  named('Decision', 'Quyết định của người duyệt', 'What the reviewer decides', {
    accept: ['chấp nhận', 'the figure is accepted'],
    return: ['trả lại để sửa', 'it is sent back to be corrected']
  }),
  named<SubmissionMode>('WriteMode', 'Khi có mục sai', 'Where some items are at fault', {
    atomic: ['một mục sai thì không ghi gì', 'nothing is written'],
    partial: ['ghi các mục đúng', 'those without fault are written']
  }),
  named<SubmissionState>('SubmissionState', 'Trạng thái xử lý của lần gửi', 'How far a submission is', {
    running: ['còn đang xử lý', 'being worked on'],
    completed: ['đã xong', 'done'],
    rejected: ['atomic và có dòng bị từ chối: không ghi gì', 'atomic, with a rejected row: nothing was written'],
    interrupted: [
      'dừng giữa chừng: phần đã ghi đúng như counts và rows nêu',
      'ended before its last row: what is written is what counts and rows say'
    ]
  }),
  named('SubmissionFault', 'Vì sao lần gửi dừng trước dòng cuối', 'Why a push ended before its last row', {
    interrupted: ['tiến trình xử lý đã dừng', 'the process that worked on it is gone'],
    unavailable: ['hệ thống bị gián đoạn', 'the registry was interrupted'],
    internal_error: ['lỗi của hệ thống', 'a fault of the registry'],
    invalid_token: ['client bị tạm dừng giữa chừng', 'the client was suspended meanwhile'],
    insufficient_scope: ['client mất scope giữa chừng', 'the client lost the scope meanwhile']
  }),
  named<PushOutcome>('RowOutcome', 'Kết quả của dòng', 'What became of the row', {
    created: ['số liệu mới', 'a new figure'],
    revised: ['lần sửa mới của số liệu đã có', 'a new revision of a figure'],
    withdrawn: ['dòng đã rút số liệu', 'the row has withdrawn its figure'],
    unchanged: ['không có gì mới, không ghi gì', 'nothing new, nothing written'],
    rejected: ['bị từ chối; xem “problems”', 'refused; see `problems`'],
    not_written: [
      'dòng đúng, không ghi vì lần gửi atomic có dòng khác bị từ chối', 'without fault, in an atomic push that ' +
        'another row stopped'
    ]
  }),
  named('PushOutcome', 'Kết quả của số liệu vừa gửi', 'What became of the figure that was pushed', {
    created: ['số liệu mới', 'a new figure'],
    revised: ['lần sửa mới của số liệu đã có', 'a new revision of a figure'],
    unchanged: ['không có gì mới, không ghi gì', 'nothing new, nothing written']
  }),
  named('RowAction', 'Việc của dòng, nếu không phải báo cáo số liệu', 'What the row does, if not report a figure', {
    withdraw: ['rút số liệu', 'withdraws the figure']
  }),
  named('Standing', 'Số liệu của dòng hiện nay ra sao', 'How the figure of the row stands now', {
    stands: ['còn nguyên như dòng đã nêu', 'as the row said'],
    returned: ['bị trả lại để sửa', 'sent back to be corrected'],
    withdrawn: ['đã bị rút', 'withdrawn'],
    replaced: ['đã có số khác', 'another figure stands']
  }),
  named('ReviewItemOutcome', 'Kết quả của mục', 'What became of the item', {
    accepted: ['số liệu được chấp nhận', 'the figure was accepted'],
    returned: ['số liệu bị trả lại', 'the figure was sent back'],
    rejected: ['mục bị từ chối; xem “problems”', 'refused; see `problems`'],
    not_written: [
      'mục đúng, không ghi vì đợt atomic có mục khác bị từ chối', 'without fault, in an atomic list that another ' +
        'item stopped'
    ]
  }),
  named('ReviewsState', 'Kết quả của cả đợt', 'What became of the list', {
    completed: ['đã ghi các mục đúng', 'the items without fault were recorded'],
    rejected: ['atomic và có mục bị từ chối: không ghi gì', 'atomic, with a rejected item: nothing was recorded']
  }),
  named<FigurePart>('FigurePart', 'Phần nào của tỷ lệ', 'Which part of a ratio', {
    numerator: ['tử số', 'the numerator'],
    denominator: ['mẫu số', 'the denominator']
  }),
  named<RuleKind>('QualityRuleKind', 'Loại quy tắc', 'The kind of rule', {
    range: ['trong khoảng', 'within a range'],
    change: ['biến động so với kỳ trước', 'how much it differs from the period before'],
    parts: ['tổng so với các phần', 'a total against its parts'],
    monotone: [
      'số lũy kế không giảm trong năm; số trong kỳ không âm',
      'running totals do not fall within the year; figures of a period are not negative'
    ],
    ratio: ['tử số không lớn hơn mẫu số', 'the numerator is not above the denominator']
  }),
  named<RuleSeverity>('Severity', 'Xử lý số liệu trái quy tắc', 'What becomes of a figure against the rule', {
    warn: ['được nhận nhưng phải chờ duyệt', 'it is let in, and awaits review'],
    block: ['dòng bị từ chối', 'its row is rejected']
  }),
  named<RuleState>('QualityRuleState', 'Quy tắc có được chạy hay không', 'Whether the rule is run', {
    draft: ['bản thảo: chưa chạy', 'a draft: not run yet'],
    active: ['chạy khi gửi số liệu', 'run in every push'],
    retired: ['không dùng nữa', 'no longer run']
  }),
  named('ChangeReference', 'So với số liệu nào', 'Which figure it is held against', {
    previous_period: ['kỳ liền trước cùng loại', 'that of the period before, of the same frequency']
  }),
  named('MonotoneSpan', 'Trong khoảng thời gian nào', 'Within which time', {
    year: ['trong cùng một năm', 'within a year']
  }),

  // How things stand
  named<Performance>('Performance', 'Tình trạng thực hiện mục tiêu', 'How a target stands', {
    achieved: ['đã đạt', 'met'],
    on_track: ['đúng tiến độ', 'at the pace it needs'],
    at_risk: ['có nguy cơ: chậm hơn tiến độ cần có', 'somewhat behind that pace'],
    off_track: ['chậm: kém xa tiến độ cần có', 'far behind that pace'],
    in_progress: [
      'đang thực hiện, không có mốc nào để xét tiến độ', 'open, with no baseline or milestone to judge the pace by'
    ],
    regressed: ['từng đạt hoặc phải giữ vững, nay không còn đạt', 'once met or to be kept, and now below'],
    missed: ['đã quá hạn mà không đạt', 'past its due date, and not met'],
    dropped: ['không thực hiện nữa', 'no longer pursued'],
    no_data: ['chưa có số liệu', 'no figure yet'],
    not_applicable: ['không áp dụng: phạm vi trống hoặc mẫu số 0', 'nobody in the scope, or a denominator of 0']
  }),
  named<ReportingState>('ReportingState', 'Tình trạng báo cáo của kỳ gần nhất',
    'How reporting of the newest period stands', {
      overdue: ['quá hạn', 'past the deadline'],
      returned: ['bị trả lại để sửa', 'sent back to be corrected'],
      due: ['phải gửi, chưa hết hạn', 'owed, before the deadline'],
      submitted: ['chờ duyệt', 'awaits review'],
      accepted: ['đã chấp nhận', 'accepted'],
      not_due: ['chưa chốt kỳ', 'before the cut-off']
    }),
  named<ObligationState>('ObligationState', 'Tình trạng của nghĩa vụ báo cáo', 'How an obligation stands', {
    not_due: ['chưa chốt kỳ', 'before the cut-off'],
    due: ['phải gửi, đến hết hạn', 'owed, up to the deadline'],
    submitted: ['chờ duyệt', 'awaits review'],
    returned: ['bị trả lại để sửa; số đã chấp nhận vẫn được tính', 'sent back; what was accepted goes on counting'],
    accepted: ['đã chấp nhận', 'accepted'],
    overdue: ['quá hạn', 'past the deadline'],
    excused: ['được miễn, hoặc cơ quan kết thúc trước hạn', 'excused, or the agency ended before the deadline']
  }),
  named<Basis>('FigureBasis', 'Số liệu nào được tính', 'Which figures count', {
    accepted: ['chỉ tính số liệu đã chấp nhận', 'accepted ones alone'],
    submitted: ['tính cả số liệu đang chờ duyệt', 'those that await review too']
  }),
  named<PerformanceBasis>('StatusBasis', 'Căn cứ của tình trạng', 'What the status rests on', {
    measurement: ['số liệu', 'a measurement'],
    claim: ['chỉ khẳng định “(đã đạt)” của kế hoạch', 'the plan\'s own claim alone'],
    none: ['không có gì', 'nothing']
  }),
  named<MemberOutcome>('MemberOutcome', 'Kết quả của một thành phần trong phạm vi', 'How a member of the scope does', {
    passed: ['đạt', 'it passes'],
    failed: ['không đạt', 'it does not'],
    reported: ['đã báo cáo, được cộng vào số chung', 'reported, and part of the whole'],
    missing: ['chưa có số liệu', 'no figure'],
    not_applicable: ['không áp dụng: mẫu số 0', 'a denominator of 0'],
    without_parts: ['chỉ có tỷ lệ, không cộng được', 'a bare share, which cannot be added up']
  }),
  named<View>('View', 'Xem theo cơ cấu tổ chức nào', 'By which structure', {
    as_reported: ['số liệu của chính cơ quan', 'the agency\'s own figures'],
    current: [
      'cơ quan hiện nay, các kỳ trước đó là của cơ quan tiền thân',
      'today\'s body, its predecessors\' before it existed'
    ],
    restated: [
      'gộp theo cơ cấu hiện nay, hoặc nêu vì sao không gộp được',
      'rolled up as if today\'s body had existed, or why that cannot be done'
    ]
  }),
  named<ObstacleCode>('SeriesObstacle', 'Vì sao kỳ này không gộp được', 'Why the period cannot be restated', {
    merged_within_period: ['sắp xếp diễn ra trong kỳ', 'the reorganisation fell within the period'],
    not_additive: ['chỉ tiêu không cộng được', 'the indicator does not add up'],
    passed_on_in_part: ['một cơ quan tiền thân chỉ chuyển một phần', 'a predecessor passed on a part alone'],
    gave_away_part: ['cơ quan đã chuyển một phần đi', 'the body gave a part away'],
    predecessor_without_figure: ['một cơ quan tiền thân không có số liệu', 'a predecessor has no figure'],
    without_parts: ['chỉ có tỷ lệ, thiếu tử số và mẫu số', 'a bare share, without numerator and denominator']
  }),
  named<ViewObstacleCode>('ViewObstacle', 'Vì sao không xem được theo cơ cấu hiện nay',
    'Why today\'s structure cannot be applied', {
      no_whole_successor: ['không có cơ quan nào tiếp nhận toàn bộ', 'nobody took over the whole'],
      passed_on_in_part: ['một cơ quan tiền thân chỉ chuyển một phần', 'a predecessor passed on a part alone'],
      gave_away_part: ['cơ quan đã chuyển một phần đi', 'the body gave a part away']
    }),
  named('NotCounted', 'Vì sao số liệu không được tính', 'Why the figure does not count', {
    without_parts: [
      'chỉ gửi tỷ lệ, trong khi chỉ tiêu cộng tử số và mẫu số',
      'a share alone, of an indicator that adds numerators and denominators'
    ]
  }),
  named('RankingCode', 'Cách xếp hạng', 'How agencies are ranked', {
    attainment: ['theo mức đạt mục tiêu', 'by how far targets are attained']
  }),
  named('RankingItemState', 'Chỉ tiêu được xét thế nào', 'How an indicator enters the ranking', {
    measured: ['có số liệu', 'by its figure'],
    missing: ['quá hạn mà không có số liệu: tính 0', 'overdue and without a figure: counted as 0'],
    not_applicable: ['không áp dụng: không tính', 'not applicable: left out'],
    excused: ['được miễn báo cáo: không tính', 'excused: left out'],
    not_due: ['chưa đến hạn: không tính', 'not due: left out'],
    not_comparable: ['không so sánh được: không tính', 'cannot be compared: left out']
  }),
  named('ScorecardRole', 'Vì sao mục tiêu có trong phiếu điểm', 'Why the target stands on the scorecard', {
    lead: ['cơ quan chủ trì', 'the agency leads it'],
    whole: ['phạm vi của mục tiêu là chính cơ quan', 'the agency is the scope of the target'],
    allocated: ['mục tiêu được giao cho cơ quan', 'it was handed down to the agency']
  }),
  named('CompletenessGroup', 'Nhóm theo', 'Grouped by', {
    agency: ['cơ quan', 'agency'],
    period: ['kỳ', 'period'],
    indicator: ['chỉ tiêu', 'indicator'],
    pillar: ['nhóm chỉ tiêu', 'pillar']
  }),
  named('Pace', 'Cách tính tiến độ kỳ vọng', 'How the pace is expected', {
    linear: ['thay đổi đều từ mức xuất phát đến hạn', 'evenly from the baseline to the due date']
  }),
  named<ExplanationKind>('ExplanationKind', 'Giải trình điều gì', 'What is explained', {
    not_collected: [
      'của nghĩa vụ báo cáo: có số liệu mà chưa thu thập được', 'of an obligation: it exists and was not collected'
    ],
    not_available: [
      'của nghĩa vụ báo cáo: chưa có số liệu để thu thập', 'of an obligation: there is nothing to collect yet'
    ],
    late: [
      'của nghĩa vụ báo cáo: sẽ gửi, hoặc đã gửi, sau hạn', 'of an obligation: it comes, or came, after the deadline'
    ],
    off_target: ['của mục tiêu: không đạt hoặc khó đạt', 'of a target: missed, or to be'],
    other: ['khác', 'something else']
  }),
  named('ExplanationState', 'Giải trình còn hiệu lực hay không', 'Whether the explanation stands', {
    standing: ['còn hiệu lực', 'it stands'],
    withdrawn: ['đã rút', 'it was withdrawn']
  }),

  // Time
  named<PeriodState>('PeriodState', 'Kỳ có nhận số liệu hay không', 'Whether the period takes figures', {
    not_open: ['chưa mở', 'not open yet'],
    open: ['đang mở, đến hạn của đơn vị', 'open, up to the unit\'s deadline'],
    closed: ['đã qua hạn: còn nhận và ghi là muộn', 'past the deadline: taken, and marked late'],
    locked: ['khóa: không thay đổi gì nữa', 'locked: nothing changes any more']
  }),
  named<TransitionState>('PeriodTurn', 'Kỳ chuyển sang', 'What the period turns to', {
    open: ['mở (lại)', 'it is (re)opened'],
    closed: ['đóng: còn nhận và ghi là muộn', 'closed: late figures are taken and marked'],
    locked: ['khóa', 'locked']
  }),
  named('PeriodStateSource', 'Trạng thái của kỳ theo lịch hay đặt thủ công', 'What set the state of the period', {
    calendar: ['theo lịch', 'the calendar'],
    hand: ['đặt thủ công (/transitions)', 'somebody, by /transitions']
  }),
  named<ExtensionKind>('ExtensionKind', 'Gia hạn hay miễn', 'More time, or nothing owed', {
    extension: ['gia hạn đến “until”', 'more time, up to `until`'],
    excuse: ['miễn báo cáo', 'nothing is owed']
  }),
  named<HolidayKind>('HolidayKind', 'Nghỉ hay làm bù', 'Off, or made up for', {
    off: ['ngày nghỉ, không tính vào hạn', 'a day that deadlines count out'],
    working: ['thứ Bảy hoặc Chủ nhật làm bù', 'a Saturday or Sunday that is worked']
  }),

  // The rest
  named<Provenance>('Provenance', 'Nguồn gốc của số liệu hay bản ghi', 'Where a row comes from', {
    quoted: ['có nguyên văn trong kế hoạch', 'stands in the plan'],
    researched: ['tra cứu', 'looked up elsewhere'],
    illustrative: ['minh họa, không bao giờ là chính thức', 'illustrative, never official'],
    operational: ['sử dụng thực tế', 'normal use']
  }),
  named('UnquotedProvenance', 'Nguồn gốc của bản ghi', 'Where a row comes from', {
    researched: ['tra cứu', 'looked up elsewhere'],
    illustrative: ['minh họa, không bao giờ là chính thức', 'illustrative, never official'],
    operational: ['sử dụng thực tế', 'normal use']
  }),
  named('Scope', 'Quyền của token', 'What a token may do', {
    'registry:read': ['đọc, khi cần token', 'reading, where a token is needed'],
    'registry:write': ['danh mục, kế hoạch, phân công', 'catalogue, plans, assignments'],
    'registry:admin': ['quản trị', 'administration'],
    'measurements:write': ['gửi số liệu trong phạm vi được cấp', 'pushing within the grants'],
    'measurements:review': ['duyệt, trả lại mọi số liệu', 'reviewing all figures'],
    'webhooks:write': ['chưa dùng', 'not used yet']
  }),
  named('ClientState', 'Trạng thái của client', 'Whether the client works', {
    active: ['hoạt động', 'it does'],
    suspended: ['tạm dừng: không token nào dùng được', 'suspended: no token of it works'],
    ended: ['kết thúc vĩnh viễn', 'ended for good']
  }),
  named('KeyKind', 'Loại khóa', 'The kind of a key', {
    EC: ['đường cong P-256 hoặc P-384', 'on the curve P-256 or P-384'],
    OKP: ['Ed25519', 'Ed25519'],
    RSA: ['từ 2048 đến 8192 bit', 'of 2048 to 8192 bits']
  }),
  named('KeyCurve', 'Đường cong của khóa', 'The curve of a key', {
    'P-256': ['ký bằng ES256', 'signs by ES256'],
    'P-384': ['ký bằng ES384', 'signs by ES384'],
    Ed25519: ['ký bằng EdDSA', 'signs by EdDSA']
  }),
  named('SignatureAlgorithm', 'Thuật toán ký', 'How something is signed', {
    ES256: ['ECDSA, P-256', 'ECDSA, P-256'],
    ES384: ['ECDSA, P-384', 'ECDSA, P-384'],
    RS256: ['RSA, PKCS #1', 'RSA, PKCS #1'],
    PS256: ['RSA, PSS', 'RSA, PSS'],
    EdDSA: ['Ed25519', 'Ed25519']
  }),
  named('KeyUse', 'Khóa dùng để làm gì', 'What a key is for', { sig: ['ký', 'signatures'] }),
  named('KeyOperation', 'Khóa công khai dùng để làm gì', 'What a public key does', {
    verify: ['kiểm tra chữ ký', 'it verifies']
  }),
  named('SigningKeyState', 'Trạng thái của khóa ký', 'What a signing key does', {
    upcoming: ['đã công bố, chưa ký', 'published, does not sign yet'],
    signing: ['đang ký', 'it signs'],
    verifying: ['thôi ký, token đã ký vẫn dùng được', 'signs no more; its tokens are good'],
    retired: ['hết dùng', 'of no use any more'],
    revoked: ['bị lộ: không token nào của khóa này dùng được', 'known to others: none of its tokens is good']
  }),
  named('GrantSource', 'Nguồn gốc của phạm vi được cấp', 'Where the grant comes from', {
    given: ['quản trị viên cấp', 'an administrator gave it'],
    reorganisation: ['sinh ra khi sắp xếp tổ chức', 'a reorganisation made it']
  }),
  named('GrantType', 'Cách xin token', 'How a token is asked for', {
    client_credentials: ['bằng mã client và mã bí mật, cách duy nhất', 'by the client\'s own credentials, the only way']
  }),
  named<Language>('Language', 'Ngôn ngữ', 'The language', {
    vi: ['tiếng Việt', 'Vietnamese'],
    en: ['tiếng Anh', 'English']
  }),
  named('Counting', 'Có đếm hay không', 'Whether to count', {
    exact: ['kèm tổng số', 'adds the exact total']
  }),
  named('Format', 'Định dạng', 'The form', {
    json: ['một trang, hoặc một đối tượng', 'a page, or an object'],
    csv: ['tệp CSV, toàn bộ kết quả', 'a CSV file, the whole result'],
    ndjson: ['mỗi dòng một đối tượng JSON, toàn bộ kết quả', 'a JSON object a line, the whole result'],
    xlsx: ['sổ làm việc Excel, toàn bộ kết quả', 'an Excel workbook, the whole result']
  }),
  named('MeasurementFormat', 'Định dạng của số liệu', 'The form of measurements', {
    json: ['một trang', 'a page'],
    csv: ['tệp CSV, toàn bộ kết quả', 'a CSV file, the whole result'],
    ndjson: ['mỗi dòng một đối tượng JSON, toàn bộ kết quả', 'a JSON object a line, the whole result'],
    xlsx: ['sổ làm việc Excel, toàn bộ kết quả', 'an Excel workbook, the whole result'],
    'sdmx-csv': ['SDMX-CSV 2.0, toàn bộ kết quả', 'SDMX-CSV 2.0, the whole result']
  }),
  named('Delimiter', 'Dấu ngăn cách của CSV', 'What separates the cells of a CSV', {
    ',': ['dấu phẩy', 'a comma'],
    ';': ['dấu chấm phẩy', 'a semicolon']
  })
]
