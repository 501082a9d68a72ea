import type { Faults } from '../http/fault-codes.js'
import type { ProblemCode } from '../http/problem-codes.js'

/** These say in `errors[]` too, under their own code, which place they speak of. */
export const PROBLEMS_WITH_A_PLACE = [
  'already_exists', 'conflict', 'unprocessable', 'second_lead', 'already_allocated', 'not_allowed', 'content_too_large'
] as const satisfies readonly ProblemCode[]
type ProblemWithAPlace = Readonly<Record<typeof PROBLEMS_WITH_A_PLACE[number], unknown>>

/** What the rules of the catalogue, the plan and the agencies find wrong with a request. */
export const ruleFaults = {
  // names
  unknown_code: ['bộ lọc nêu một mã không tồn tại', 'the filter names a code that does not exist'],
  unknown_calendar: ['không có lịch báo cáo này', 'there is no such calendar'],
  unknown_document: ['không có văn bản này', 'there is no such document'],
  unknown_pillar: ['không có nhóm chỉ tiêu này', 'there is no such pillar'],
  unknown_plan: ['không có kế hoạch này', 'there is no such plan'],
  unknown_rule: ['không có quy tắc này', 'there is no such rule'],
  unknown_target: ['không có mục tiêu này', 'there is no such target'],
  unknown_task: ['không có nhiệm vụ này', 'there is no such task'],
  reserved_code: ['mã được dành riêng', 'the code is reserved'],
  reserved_id: ['mã được dành riêng', 'the id is reserved'],
  id_required: ['không lập được id: hãy gửi id', 'no id can be derived: give one'],
  duplicate: ['đã nêu ở trên', 'named above already'],
  duplicate_agency: ['cơ quan đã nêu ở trên', 'the agency is named above'],
  duplicate_indicator: ['chỉ tiêu đã nêu ở trên', 'the indicator is named above'],
  duplicate_period: ['kỳ đã nêu ở trên', 'the period is named above'],
  duplicate_plan: ['kế hoạch đã nêu ở trên', 'the plan is named above'],
  duplicate_relation: ['quan hệ đã nêu ở trên', 'the relation is named above'],
  duplicate_tier: ['cấp đã nêu ở trên', 'the tier is named above'],
  not_unique: ['một giá trị được nêu hai lần', 'a value is named twice'],
  self_reference: ['quan hệ với chính nó', 'a relation to itself'],
  circle: ['thuộc về chính nó', 'belongs to itself'],
  // days and instants
  as_of_in_future: ['“asOf” chưa tới', '`asOf` has not come yet'],
  not_in_future: ['phải là một thời điểm chưa tới', 'must be an instant that has not come'],
  date_in_future: ['ngày chưa tới', 'the day has not come yet'],
  dates_reversed: ['ngày cuối trước ngày đầu', 'the last day is before the first'],
  ends_before_it_begins: ['hết hiệu lực trước ngày có hiệu lực', 'ends before it begins'],
  due_before_start: ['hạn trước ngày bắt đầu', 'due before it starts'],
  due_before_effective: ['hạn trước ngày mục tiêu có hiệu lực', 'due before the target is in force'],
  due_date_past: ['hạn khắc phục đã qua', 'the due date has passed'],
  effective_before_period: ['trước ngày kỳ bắt đầu', 'before the period begins'],
  effective_before_previous: ['trước phiên bản liền trước', 'before the version that precedes it'],
  effective_before_target: ['trước ngày mục tiêu có hiệu lực', 'before the target is in force'],
  not_a_weekend: ['không phải thứ Bảy hay Chủ nhật', 'neither a Saturday nor a Sunday'],
  // indicators, targets, rules
  administrator_required: ['chỉ quản trị viên đổi được', 'for an administrator alone'],
  quote_required: ['“quoted” cần nguyên văn', '`quoted` needs the words themselves'],
  not_the_finest: ['“frequency” không phải loại kỳ ngắn nhất', '`frequency` is not the finest of `frequencies`'],
  bounds_reversed: ['“maximum” nhỏ hơn “minimum”', '`maximum` is below `minimum`'],
  part_not_counted: ['chỉ tỷ lệ mới nhận tử số và mẫu số', 'only a ratio takes numerator and denominator'],
  aggregation_mismatch: ['cách tổng hợp không hợp với loại giá trị', 'the aggregation does not fit the kind of value'],
  time_basis_mismatch: ['“timeBasis” không hợp với loại giá trị', '`timeBasis` does not fit the kind of value'],
  count_with_decimals: ['số đếm không có phần thập phân', 'a count has no decimals'],
  indicator_in_use: ['chỉ tiêu đã có mục tiêu hoặc số liệu', 'the indicator has targets or figures'],
  calendar_in_use: ['lịch đã có chỉ tiêu', 'indicators follow the calendar'],
  level_or_agency: ['phạm vi là một cấp hoặc một cơ quan, không cả hai', 'the scope is a level or an agency, not both'],
  level_or_dimension: [
    'phạm vi là một cấp hoặc một phân tổ, không cả hai', 'the scope is a level or a dimension, not both'
  ],
  dimension_required: ['“member” cần “dimension”', '`member` needs `dimension`'],
  each_of_nothing: ['“each” cần các thành phần', '`each` needs members that must pass'],
  other_indicator: ['mục tiêu cấp trên của chỉ tiêu khác', 'the parent is a target of another indicator'],
  target_unreachable: ['không số liệu nào có thể đạt', 'no figure can meet it'],
  unit_mismatch: ['đơn vị khác với của chỉ tiêu', 'not the indicator\'s unit'],
  baseline_after_due: ['ngày của mức xuất phát sau hạn', 'the baseline is after the due date'],
  baseline_value_required: ['mức xuất phát cần giá trị', 'the baseline needs a value'],
  milestone_after_due: ['kỳ bắt đầu sau hạn', 'the period begins after the due date'],
  nothing_changed: ['điều chỉnh không đổi gì', 'the amendment changes nothing'],
  illustrative_stays: ['phần minh họa không thể thành chính thức', 'what is illustrative cannot become official'],
  value_not_allowed: ['“equal” tự tính giá trị', '`equal` works the values out itself'],
  agency_not_valid: ['cơ quan không tồn tại vào ngày có hiệu lực', 'the agency does not exist on the day of effect'],
  part_of_another: ['cơ quan cấp trên cũng có một phần', 'the agency above has a part too'],
  nobody_in_scope: ['phạm vi không gồm cơ quan nào', 'the scope is made of no agencies'],
  thresholds_reversed: ['“atRisk” lớn hơn “onTrack”', '`atRisk` exceeds `onTrack`'],
  param_required: ['loại quy tắc này cần tham số ấy', 'a rule of this kind needs the parameter'],
  param_not_allowed: ['loại quy tắc này không có tham số ấy', 'a rule of this kind does not take the parameter'],
  rule_or_code: ['cần đúng một trong “rule” và “code”', 'exactly one of `rule` and `code` is needed'],
  // tasks and assignments
  other_plan: ['thuộc kế hoạch khác', 'belongs to another plan'],
  not_a_group: ['không phải là một nhóm', 'not a group'],
  target_or_task: ['cần đúng một trong “target” và “task”', 'exactly one of `target` and `task` is needed'],
  position_required: ['cần chức vụ của người được giao', 'the position of the person is needed'],
  outlives_agency: ['dài hơn thời gian cơ quan tồn tại', 'goes on after the agency has ended'],
  // agencies and reorganisations
  agency_required: ['cần nêu cơ quan', 'an agency is needed'],
  agency_not_alive: ['cơ quan không tồn tại vào ngày ấy', 'the agency does not exist on that day'],
  overlapping_validity: ['trùng ngày với một mục khác', 'shares days with another entry'],
  outside_lifetime: ['ngoài thời gian cơ quan tồn tại', 'outside the life of the agency'],
  one_form_only: ['chỉ một trong hai cách viết', 'one of the two forms, not both'],
  cyclic_parents: ['quan hệ cấp trên tạo thành vòng', 'the parents lead in a circle'],
  required_for_kind: ['loại sắp xếp này cần phần ấy', 'this kind of reorganisation needs it'],
  not_for_kind: ['loại sắp xếp này không có phần ấy', 'this kind of reorganisation has no such part'],
  one_is_no_merger: ['sáp nhập cần ít nhất hai cơ quan', 'a merger needs two bodies at least'],
  one_is_no_split: ['chia, tách cần ít nhất hai cơ quan', 'a split leaves two bodies at least'],
  not_in_from: ['không có trong “from”', 'not in `from`'],
  not_in_to: ['không có trong “to”', 'not in `to`'],
  whole_has_functions: ['chuyển toàn bộ thì không nêu chức năng', 'what passes on as a whole names no functions'],
  whole_and_more: [
    'đã chuyển toàn bộ thì không còn gì cho cơ quan khác', 'after the whole nothing is left for another'
  ],
  whole_but_alive: ['cơ quan không kết thúc nên chỉ chuyển một phần', 'a body that does not end passes on a part'],
  functions_required: ['điều chuyển phải nêu chức năng', 'a transfer says which functions'],
  mapping_required: ['“mapping” không nêu cơ quan này chuyển hay nhận gì', 'the mapping says nothing of this body'],
  identifier_not_borne: ['cơ quan không mang mã ấy', 'the body does not bear the identifier'],
  already_ended: ['cơ quan đã kết thúc', 'the body has ended already'],
  not_alive: ['cơ quan không tồn tại vào ngày ấy', 'the body does not exist on that day'],
  successor_not_alive: ['cơ quan tiếp nhận không tồn tại vào ngày ấy', 'the successor does not exist on that day'],
  cyclic_successors: ['quan hệ kế thừa tạo thành vòng', 'the successors lead in a circle'],
  later_reorganisation: ['cơ quan còn trong một lần sắp xếp về sau', 'the body takes part in a later reorganisation'],
  orphaned_agency: ['cơ quan trực thuộc cần cấp trên mới', 'a body below it needs a new parent'],
  open_duty_without_successor: [
    'còn nhiệm vụ mà không rõ cơ quan nào tiếp nhận', 'an open duty that nobody clearly takes over'
  ],
  lead_to_several: ['việc chủ trì được chuyển cho nhiều cơ quan', 'the lead would pass to several'],
  same_agency: ['phải là một cơ quan khác', 'must be another agency'],
  not_alive_then: ['hai cơ quan không tồn tại cùng thời gian', 'the two did not exist on the same days'],
  identifiers_disagree: ['hai cơ quan mang mã khác nhau', 'the two bear different identifiers'],
  two_successors: ['hai cơ quan đã chuyển cho hai cơ quan khác nhau', 'the two passed on to different bodies'],
  figures_disagree: ['hai cơ quan có số liệu khác nhau', 'the figures of the two differ'],
  target_of_duplicate: ['một mục tiêu giao đích danh cơ quan bị ghi nhầm', 'a target names the duplicate'],
  plan_of_duplicate: ['một kế hoạch là của cơ quan bị ghi nhầm', 'a plan is the duplicate\'s'],
  // who owes what, and why not
  until_required: ['gia hạn phải nêu ngày cuối', 'an extension says until when'],
  until_not_allowed: ['miễn báo cáo không có ngày hết hạn', 'an excuse has no last day'],
  until_not_after_deadline: ['gia hạn phải đến sau hạn hiện tại', 'an extension goes beyond the deadline'],
  one_object: ['cần đúng một trong “obligation” và “target”', 'exactly one of `obligation` and `target` is needed'],
  kind_mismatch: ['loại giải trình không hợp với điều được giải trình', 'the kind does not explain this'],
  already_reported: ['số liệu đã gửi', 'the figure was reported'],
  not_late: ['số liệu đã gửi đúng hạn', 'the figure was reported in time'],
  subject_required: ['cần nêu số liệu của cơ quan nào', 'say whose figure it is'],
  nothing_owed: ['cơ quan không phải báo cáo số liệu này', 'the agency does not owe the figure'],
  not_the_lead: ['cơ quan không chịu trách nhiệm về mục tiêu', 'the agency does not answer for the target'],
  target_not_in_force: ['mục tiêu không có hiệu lực vào ngày ấy', 'the target is not in force on that day'],
  // pushes as a whole
  replace_scope_only: ['tham số chỉ đi cùng replaceScope=true', 'the parameter goes with replaceScope=true alone'],
  identifier_changed_hands: [
    'mã thuộc về nhiều cơ quan trong các kỳ ấy', 'several bore the identifier in these periods'
  ],
  // clients
  private_key: ['khóa riêng, không phải khóa công khai', 'the private part of a key'],
  not_a_key: ['không phải một khóa công khai', 'no public key'],
  duplicate_grant: ['trùng với một phạm vi khác', 'the same as another grant'],
  own_client: ['client không tự tạm dừng hay kết thúc', 'a client neither suspends nor ends itself']
} as const satisfies Faults

declare module '../http/fault-codes.js' {
  interface FaultCatalogues { rules: typeof ruleFaults, problems: ProblemWithAPlace }
}
