import { STREAM_LIMITS } from '../limits.js'
import { plainly, visible } from '../misread.js'
import { bodyError, Problem, type FieldError } from '../problem.js'
import { pointerToken, textFault } from '../text.js'
import { columnName } from '../workbook/cell-names.js'
import { DELIMITERS, type Delimiter, type Records } from './csv-records.js'
import type { Column, Header, TableOptions } from './table.js'

const FORBIDDEN = new Set(['', '__proto__', 'constructor', 'prototype'])

function columnOf (name: string, { columns, ignored = [], passedOver, nested }: TableOptions): Column | undefined {
  if (Object.hasOwn(columns, name)) return { name, kind: columns[name]!, key: undefined }
  if (name.startsWith('#') || ignored.includes(name) || passedOver?.has(name) === true) {
    return { name, kind: 'ignored', key: undefined }
  }
  if (nested === undefined || !name.startsWith(`${nested.name}.`)) return undefined
  const key = name.slice(nested.name.length + 1)
  return FORBIDDEN.has(key) || textFault(key) !== undefined || !nested.accepts(key)
    ? undefined
    : { name: nested.name, kind: 'text', key }
}

/** What may have gone wrong with a name that is not known. */
function hintOf (
  name: string, alone: boolean, { columns }: TableOptions, delimiter: Delimiter | undefined
): { vi: string, en: string } {
  if (delimiter === undefined && alone && /[,;\t]/.test(name)) {
    return {
      vi: ' Cả dòng nằm trong một ô; hãy tách thành cột (Dữ liệu → Văn bản thành Cột).',
      en: ' The whole line stands in one cell: split it (Data → Text to Columns).'
    }
  }
  const other = DELIMITERS.find(one => one !== delimiter)!
  if (delimiter !== undefined && alone && name.includes(other)) {
    return {
      vi: ` Dấu phân cách ở đây là “${delimiter}”; “${other}” chỉ khi được yêu cầu.`,
      en: ` The delimiter here is "${delimiter}"; "${other}" only when asked for.`
    }
  }
  if (alone && name.includes('\t')) {
    return {
      vi: ' Tệp phân cách bằng dấu tab không được nhận; hãy lưu lại dạng CSV.',
      en: ' A file with tabs between its cells is not taken; save it as CSV.'
    }
  }
  const plain = plainly(name).toLowerCase()
  const meant = Object.keys(columns).find(known => known.toLowerCase() === plain)
  return meant === undefined
    ? {
        vi: ' Cột không phải của hệ thống: đặt “#” trước tên, hoặc nêu ở “ignoreColumns”.',
        en: ' A column of your own: begin its name with "#", or name it in `ignoreColumns`.'
      }
    : { vi: ` Có phải là “${meant}”?`, en: ` Did you mean "${meant}"?` }
}

function withoutName (index: number): FieldError {
  const at = `${index + 1} (${columnName(index)})`
  return bodyError('/', 'unknown_column',
    `Cột thứ ${at} không có tên ở dòng tiêu đề: hãy xóa cột ấy, hoặc đặt một tên bắt đầu bằng “#” để nó được bỏ qua.`,
    `Column ${at} has no name in the header: delete it, or give it a name that begins with "#", by which it is ` +
    'passed over.')
}

/** @throws Problem with all that is wrong with it. `line`: where it stands; `delimiter`: of a CSV. */
export function readHeader (
  cells: readonly string[], delimiter: Delimiter | undefined, line: number, options: TableOptions
): Header {
  const { columns, required = [], nested, limits = STREAM_LIMITS } = options
  const names = cells.slice(0, cells.findLastIndex(name => name !== '') + 1)
  const faults: FieldError[] = []
  const isNested = (name: string) => nested !== undefined && name.startsWith(`${nested.name}.`)
  const count = names.reduce((sum, name) => isNested(name) ? sum : sum + 1, 0)
  if (count > limits.columns) {
    const beside = nested === undefined
      ? { vi: '', en: '' }
      : { vi: ` ngoài các cột ${nested.name}.…`, en: ` beside those of ${nested.name}.…` }
    throw new Problem('content_too_large', {
      detail: {
        vi: `Dòng tiêu đề có ${count} cột${beside.vi}; không quá ${limits.columns}.`,
        en: `The header has ${count} columns${beside.en}; there may be ${limits.columns}.`
      },
      extra: { limit: limits.columns, line }
    })
  }
  const known = [...Object.keys(columns), ...(nested === undefined ? [] : [`${nested.name}.…`])].join(', ')
  const found = names.map((name, i) => {
    const column = columnOf(name, options)
    if (name === '') faults.push(withoutName(i))
    else if (column === undefined) {
      const hint = hintOf(name, names.length === 1, options, delimiter)
      faults.push(bodyError(pointerToken(name), 'unknown_column',
        `Không có cột “${visible(name)}”. Các cột có: ${known}.${hint.vi}`, 'There is no ' +
          `column "${visible(name)}". The columns are: ${known}.${hint.en}`))
    }
    return column
  })
  const seen = new Set<string>()
  // what is passed over may stand there twice, unless it is a column of an export
  const counted = names.filter((name, i) =>
    (name !== '' && found[i]?.kind !== 'ignored') || options.ignored?.includes(name) === true)
  for (const name of new Set(counted.filter(name => seen.size === seen.add(name).size))) {
    faults.push(bodyError(pointerToken(name), 'duplicate_column',
      `Cột “${name}” xuất hiện hai lần.`,
      `The column "${name}" stands twice.`))
  }
  for (const name of required) {
    if (!names.includes(name)) {
      faults.push(bodyError(pointerToken(name), 'missing_column',
        `Thiếu cột “${name}”.`,
        `The column "${name}" is missing.`))
    }
  }
  if (faults.length > 0) throw new Problem('invalid_request', { errors: faults, extra: { line } })
  return { names, columns: found as Column[], width: cells.length }
}

/** Records among which a header is looked for that is not the first. */
export const LOOKED_AT = 50
const UNREADABLE = new Set(['stray_quote', 'text_after_quote', 'invalid_utf8'])

/** Looks for the header below a first record that cannot be one: none of the columns there must be is in it. */
export class TitleSearch {
  #looked = 0
  readonly #isOn: boolean

  constructor (readonly refusal: Problem, readonly required: readonly string[]) {
    const missing = refusal.errors.filter(({ code }) => code === 'missing_column').length
    this.#isOn = required.length > 0 &&
      (missing === required.length || refusal.errors.some(({ code }) => UNREADABLE.has(code)))
  }

  get isOver (): boolean { return !this.#isOn || this.#looked >= LOOKED_AT }

  /** @throws Problem of one sentence, where it is here */
  look ({ text, starts, ends, lines }: Records): void {
    for (let i = 0; i < starts.length && !this.isOver; i++) {
      // the first of all is the one that cannot be it
      if (this.#looked++ === 0) continue
      const record = text.slice(starts[i]!, ends[i]!)
      const found = DELIMITERS.some(delimiter => {
        const names = new Set(record.split(delimiter).map(name => name.replaceAll('"', '').trim()))
        return this.required.every(name => names.has(name))
      })
      if (found) throw headerNotFirst(lines[i]!)
    }
  }
}

export function headerNotFirst (line: number): Problem {
  return new Problem('invalid_request', {
    errors: [bodyError('', 'header_not_first',
      `Dòng tiêu đề (tên các cột) phải là dòng 1; ở tệp này có vẻ là dòng ${line}: hãy xóa các dòng ở trên nó.`,
      'The header (the names of the columns) must be line 1; here it seems to ' +
        `be line ${line}: delete the lines above it.`)],
    extra: { line }
  })
}
