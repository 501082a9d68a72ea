/** What a code of `errors[]` means: Vietnamese, then English. */
export type FaultTexts = readonly [vi: string, en: string]
export type Faults = Readonly<Record<string, FaultTexts>>

/** Faults of form: what any request can have before a rule of the domain is asked. */
export const formFaults = {
  // a value against its schema
  required: ['thiếu trường hoặc tham số bắt buộc', 'a field or parameter that is needed is missing'],
  unknown_field: ['không có trường này', 'there is no such field'],
  unknown_parameter: ['không có tham số này', 'there is no such parameter'],
  wrong_type: ['sai kiểu JSON', 'of another JSON type'],
  wrong_format: ['không khớp với mẫu', 'does not match the pattern'],
  not_one_of: ['không phải một trong các giá trị được nhận', 'none of the values that are taken'],
  no_form_fits: ['không khớp với dạng nào được phép', 'fits none of the forms that are allowed'],
  not_valid: ['không hợp lệ theo tài liệu OpenAPI', 'not valid after the OpenAPI document'],
  out_of_range: ['ngoài giới hạn', 'outside the bounds'],
  too_short: ['ngắn quá hoặc trống', 'too short, or empty'],
  too_long: ['dài quá', 'too long'],
  too_few: ['ít phần tử hoặc trường quá', 'too few items or fields'],
  too_many: ['nhiều phần tử hoặc trường quá', 'too many items or fields'],
  repeated_item: ['hai phần tử trùng nhau', 'two items are equal'],
  repeated_parameter: ['tham số nêu hơn một lần', 'the parameter is given more than once'],
  not_a_decimal: ['không phải số thập phân viết dạng chuỗi', 'not a decimal, written as a string'],
  not_a_date: ['không phải một ngày có thật', 'not a real day'],
  not_an_instant: ['không phải thời điểm RFC 3339 có múi giờ', 'not an RFC 3339 instant with an offset'],
  not_a_web_address: ['không phải địa chỉ http hoặc https đầy đủ', 'not an absolute http or https address'],
  not_an_address: ['không phải địa chỉ hoặc đường dẫn', 'neither an address nor a path'],
  not_a_uuid: ['không phải UUID chữ thường', 'not a UUID in lower case'],
  not_an_email: ['không phải địa chỉ thư điện tử', 'not an e-mail address'],
  // the text itself
  nul_character: ['chứa ký tự NUL (U+0000)', 'has the character NUL (U+0000)'],
  lone_surrogate: ['chứa nửa cặp surrogate', 'has half of a pair of surrogates'],
  invalid_utf8: ['không phải UTF-8', 'not UTF-8'],
  utf_16: ['tệp ở UTF-16: lưu lại ở UTF-8', 'the file is in UTF-16: save it in UTF-8'],
  bad_percent_encoding: ['mã hoá phần trăm sai', 'the percent-encoding is wrong'],
  damaged_coding: ['nội dung nén bị hỏng hoặc bị cắt', 'the compressed body is damaged or cut'],
  body_not_allowed: ['địa chỉ này không nhận nội dung', 'no body is taken here'],
  empty_body: ['nội dung rỗng', 'the body is empty'],
  byte_order_mark: ['có dấu BOM ở đầu', 'begins with a byte order mark'],
  // JSON
  not_json: ['không phải JSON chuẩn', 'not strict JSON'],
  json_string: ['toàn bộ nội dung là một chuỗi JSON', 'the whole body is one JSON string'],
  not_an_object: ['ngoài cùng không phải một đối tượng', 'no object at the top'],
  duplicate_key: ['một khoá xuất hiện hai lần', 'a key stands twice'],
  forbidden_key: ['khoá không được dùng', 'a key that is not allowed'],
  too_deep: ['lồng nhau quá sâu', 'nested too deep'],
  number_out_of_range: ['số nguyên ngoài ±(2^53 − 1)', 'a number outside ±(2^53 − 1)'],
  // CSV
  unknown_delimiter: ['dòng “sep=” nêu dấu không được nhận', 'the `sep=` line names a mark that is not taken'],
  unknown_column: ['không có cột này', 'there is no such column'],
  duplicate_column: ['một cột xuất hiện hai lần', 'a column stands twice'],
  missing_column: ['thiếu cột', 'a column is missing'],
  header_not_first: ['dòng tiêu đề không phải dòng đầu', 'the header is not the first line'],
  own_column: ['cột của số liệu, không bỏ qua được', 'a column of rows, which cannot be passed over'],
  wrong_cell_count: ['số ô khác với dòng tiêu đề', 'another number of cells than the header has'],
  stray_quote: ['dấu ngoặc kép trong ô không được bao', 'a quotation mark in a cell that is not quoted'],
  text_after_quote: ['có ký tự sau dấu ngoặc kép đóng ô', 'text after the closing quotation mark'],
  quote_not_closed: ['ô không có dấu ngoặc kép đóng', 'a cell that is never closed'],
  // workbooks
  not_a_workbook: ['không phải tệp .xlsx', 'the file is no .xlsx'],
  workbook_as_text: ['sổ làm việc gửi như tệp văn bản', 'a workbook that was sent as a text'],
  damaged_workbook: ['tệp .xlsx hỏng', 'the .xlsx is damaged'],
  encrypted_workbook: ['sổ làm việc có mật khẩu', 'the workbook is protected by a password'],
  macro_workbook: ['sổ làm việc có macro', 'the workbook has macros'],
  several_sheets: ['nhiều trang tính có các cột của số liệu', 'several sheets have the columns of figures'],
  hidden_sheet: ['trang tính có các cột ấy bị ẩn', 'a sheet with these columns is hidden'],
  hidden_column: ['cột bị ẩn', 'the column is hidden'],
  hidden_row: ['dòng bị ẩn', 'the row is hidden'],
  merged_cells: ['các ô được trộn', 'cells are merged'],
  formula_cell: ['ô là công thức', 'the cell is a formula'],
  error_cell: ['ô là lỗi của bảng tính', 'the cell is an error of the spreadsheet'],
  boolean_cell: ['ô là giá trị lô-gic', 'the cell is a logical value'],
  date_cell: ['ô là ngày tháng', 'the cell is a date'],
  percent_cell: ['ô hiện theo phần trăm', 'the cell is shown as a percentage'],
  scaled_cell: ['ô hiện theo nghìn hay triệu', 'the cell shows thousands or millions'],
  formatted_number: ['số hiện khác điều ô chứa', 'a number that is shown otherwise'],
  inexact_number: ['số có hơn 15 chữ số', 'a number of more than 15 digits'],
  no_rows: ['không có dòng nào', 'there is not a single row'],
  csv_only: ['tham số chỉ dành cho CSV', 'the parameter goes with CSV alone'],
  // lists
  invalid_cursor: ['con trỏ đã bị sửa, hoặc của danh sách khác', 'the cursor was altered, or belongs to another list'],
  contradicts_cursor: ['khác với câu hỏi mà con trỏ mang theo', 'differs from the question that the cursor carries'],
  unknown_sort_field: ['không sắp xếp được theo trường này', 'cannot be sorted by this field'],
  repeated_sort_field: ['trường sắp xếp nêu hai lần', 'a field to sort by is named twice'],
  json_only: ['tham số không dùng khi xuất tệp', 'the parameter does not go with an export'],
  table_only: ['tham số chỉ dành cho csv và xlsx', 'the parameter goes with csv and xlsx alone'],
  too_many_rows: ['nhiều dòng hơn một trang tính có thể có', 'more rows than a sheet can have'],
  nothing_to_search: ['từ khoá không có chữ cái hay chữ số', 'neither a letter nor a digit to search for'],
  bad_range: ['khoảng bị ngược hoặc quá dài', 'the span is reversed or too long'],
  recorded_to_in_future: ['“recordedTo” chưa tới', '`recordedTo` has not come yet'],
  contradiction: ['mâu thuẫn với điều đã nêu ở chỗ khác', 'contradicts what is said elsewhere'],
  repeated: ['tiêu đề gửi hơn một lần', 'the header was sent more than once']
} as const satisfies Faults

/** The codes that each part of the registry adds to `errors[]`, by `declare module`. */
export interface FaultCatalogues { form: typeof formFaults }
type CodesOf<T> = T extends unknown ? keyof T & string : never
export type FaultCode = CodesOf<FaultCatalogues[keyof FaultCatalogues]>
