import { decimalOfDouble, parseDouble, shortestDecimal } from '../../domain/double.js'
import { momentOfSerial, type Epoch } from '../../domain/serial-day.js'
import { visible } from '../misread.js'
import type { FaultCode } from '../fault-codes.js'
import { isFigure, type Column, type RowDraft } from '../stream/table.js'
import type { TextFault } from '../text.js'
import { cellName, columnName } from './cell-names.js'
import type { FormatKind } from './number-format.js'
import type { Cell } from './sheet.js'

/** What is said of a cell that holds something else than it shows, or than belongs there. `at`: which cell. */
const say = (code: FaultCode, vi: string, en: string): TextFault => ({ code, detail: { vi, en } })

const formula = (at: string) => say('formula_cell',
  `Ô ${at} là công thức; hãy chép rồi dán dạng giá trị (Dán đặc biệt → Giá trị).`,
  `Cell ${at} is a formula: copy it and paste it as a value (Paste Special → Values).`)

const error = (at: string, content: string) => say('error_cell',
  `Ô ${at} là lỗi ${visible(content)} của bảng tính; hãy nhập giá trị đúng, hoặc để trống.`,
  `Cell ${at} is the error ${visible(content)} of the spreadsheet: enter what is right, or leave it empty.`)

const logical = (at: string, content: string) => {
  const word = content === '1' ? 'TRUE' : 'FALSE'
  return say('boolean_cell',
    `Ô ${at} là giá trị lô-gic ${word}; ở cột này phải là số hay văn bản.`,
    `Cell ${at} is the logical value ${word}; this column takes numbers or texts.`)
}

const percentage = (at: string, double: number) => {
  const [held, shown] = [shortestDecimal(double), shortestDecimal(Number((double * 100).toPrecision(15)))]
  return say('percent_cell',
    `Ô ${at} chứa ${held} và hiện thành ${shown}%; hãy định dạng ô là số, rồi nhập ${shown}.`,
    `Cell ${at} holds ${held} and shows it as ${shown}%: format it as a number, then enter ${shown}.`)
}

const scaled = (at: string, double: number) => say('scaled_cell',
  `Ô ${at} chứa ${shortestDecimal(double)} nhưng định dạng của nó hiện theo nghìn hay triệu; hãy đổi sang định dạng ` +
  'số thường.',
  `Cell ${at} holds ${shortestDecimal(double)}, but its format shows thousands or millions: give it an ordinary ` +
  'format for numbers.')

const formatted = (at: string, double: number) => say('formatted_number',
  `Ô ${at} chứa số ${shortestDecimal(double)}, hiện theo một định dạng khác; hãy định dạng ô là văn bản rồi nhập lại.`,
  `Cell ${at} holds the number ${shortestDecimal(double)}, which its format shows otherwise: format it as text and ` +
  'type it again.')

const inexact = (at: string, double: number) => {
  const held = Number.isFinite(double) ? shortestDecimal(double).slice(0, 40) : '?'
  return say('inexact_number',
    `Ô ${at} chứa ${held}: nhiều hơn 15 chữ số mà bảng tính giữ được đúng; hãy làm tròn (ROUND, rồi dán dạng giá ` +
    'trị), hoặc nhập dạng văn bản.',
    `Cell ${at} holds ${held}: more than the 15 digits that a spreadsheet keeps exactly. Round it (ROUND, then paste ` +
    'as a value), or enter it as text.')
}

function date (
  at: string, { kind }: Column, moment: { day: string, time: string } | undefined, content: string
): TextFault {
  const { day, time } = moment ?? { day: '', time: '' }
  const shown = moment === undefined ? visible(content) : time === '00:00:00' ? day : `${day} ${time}`
  const [vi, en] = [`Ô ${at} là ngày tháng (${shown})`, `Cell ${at} is a date (${shown})`]
  const again = { vi: 'hãy định dạng ô là văn bản rồi nhập lại', en: 'format the cell as text, then type it again' }
  if (kind === 'period') {
    const [year = '2025', month = '09'] = day === '' ? [] : day.split('-')
    const periods = [`${year}-${month}`, `${year}-Q${Math.ceil(Number(month) / 3)}`, year]
    return say('date_cell',
      `${vi}; kỳ báo cáo là văn bản, như ${periods.slice(0, 2).join(', ')} hay ${periods[2]}: ${again.vi}.`,
      `${en}; a period is a text, such as ${periods.slice(0, 2).join(', ')} or ${periods[2]}: ${again.en}.`)
  }
  if (kind === 'instant') {
    const example = `${day === '' ? '2025-09-15' : day}T${time === '' ? '08:30:00' : time}+07:00`
    return say('date_cell',
      `${vi}, không có múi giờ; thời điểm là văn bản, như ${example}: ${again.vi}.`,
      `${en}, without an offset; an instant is a text, such as ${example}: ${again.en}.`)
  }
  return isFigure(kind)
    ? say(
      'date_cell', `${vi}; ở đây phải là số: hãy định dạng ô là số rồi nhập lại.`,
      `${en}; a number belongs here: format the cell as a number, then type it again.`
    )
    : say('date_cell', `${vi}; ở đây phải là văn bản: ${again.vi}.`, `${en}; a text belongs here: ${again.en}.`)
}

export interface CellContext { sheet: string, formats: readonly FormatKind[], epoch: Epoch, decimalComma: boolean }

/**
 * Puts what a cell says into its row, or what is wrong with it. `text`: of a cell of text. A number is taken for the
 * decimal it stands for, where the cell shows that decimal. @returns false where the cell cannot be read at all
 */
export function putCell (
  draft: RowDraft, column: Column, cell: Cell, text: string, row: number, context: CellContext
): boolean {
  const { sheet, formats, epoch, decimalComma } = context
  const { type, content } = cell
  const at = () => cellName(sheet, `${columnName(cell.column)}${row}`)
  const refuse = (fault: TextFault): true => {
    draft.fault(column, fault)
    return true
  }
  if (cell.isComputed) return refuse(formula(at()))
  if (type === 'text' || type === 'shared') {
    if (text !== '') draft.text(column, text, decimalComma, false)
    return true
  }
  if (type === 'error') return refuse(error(at(), content))
  if (type === 'boolean') return refuse(logical(at(), content))
  if (type === 'date') return refuse(date(at(), column, momentOfText(content), content))
  const double = parseDouble(content)
  if (double === undefined) return false
  const format = formats[cell.style] ?? 'general'
  if (format === 'date') return refuse(date(at(), column, momentOfSerial(double, epoch), content))
  if (format === 'percent') return refuse(percentage(at(), double))
  if (format === 'scaled') return refuse(scaled(at(), double))
  if (format === 'number' && !isFigure(column.kind)) return refuse(formatted(at(), double))
  const decimal = decimalOfDouble(double)
  if (decimal === undefined) return refuse(inexact(at(), double))
  draft.put(column, decimal)
  return true
}

/** Of a cell that has its date as ISO 8601 writes it. */
function momentOfText (content: string): { day: string, time: string } | undefined {
  const [, day, time = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}).*)?$/.exec(content) ?? []
  return day === undefined ? undefined : { day, time }
}
