import type { Column } from '../columns.js'
import { VERSION } from '../version.js'
import { MOST_CHARACTERS, escapeXml, lettersOf } from './write-cell.js'
import { dataSheet, noteSheet, SHEET_ROWS, type NoteRow } from './write-sheet.js'
import { STYLES_XML } from './write-styles.js'
import { zip, type ZipEntry } from './write-zip.js'
import type { LocalText } from '../../domain/text.js'

/** Where a workbook is from, for whoever gets it from somebody else. */
export interface WorkbookSource {
  readonly registry: string
  readonly address: string
  /** Where the same can be read again. */
  readonly again: string
  /** Where to read the texts that were too long for a cell. */
  readonly whole: string
  readonly on: string | undefined
  readonly asOf: string | undefined
  readonly filters: Readonly<Record<string, unknown>>
}

export interface Workbook<Row> {
  readonly title: LocalText
  readonly columns: readonly Column<Row>[]
  readonly batches: AsyncIterator<readonly Row[]>
  readonly source: WorkbookSource
  isIllustrative? (row: Row): boolean
  readonly isLabelled?: boolean
}

const headerRows = (isLabelled: boolean) => isLabelled ? 2 : 1
export const rowsOfASheet = (isLabelled: boolean): number => SHEET_ROWS - headerRows(isLabelled)

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const SHEETS = [1, 2, 3]

const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  `<Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/>` +
  SHEETS.map(n =>
    `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${SPREADSHEET}.worksheet+xml"/>`).join('') +
  '</Types>'

const relationship = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`
const ROOT_RELATIONSHIPS = `${XML}<Relationships ` +
  `xmlns="${PACKAGE}/relationships">${relationship('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`
const RELATIONSHIPS = `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
  SHEETS.map(n => relationship(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('') +
  `${relationship('rId4', 'styles', 'styles.xml')}</Relationships>`

/**
 * A workbook of three sheets: the data, what each column means, and where it is from. Piece by piece: nothing of it is
 * held but the row that is being written.
 */
export function writeWorkbook<Row> (workbook: Workbook<Row>): AsyncGenerator<Buffer, undefined> {
  return zip(partsOf(workbook, { rows: 0 }))
}

async function * partsOf<Row> (
  {
    title, columns, batches, source, isIllustrative = () => false, isLabelled = false
  }: Workbook<Row>, counted: { rows: number }
): AsyncGenerator<ZipEntry, undefined> {
  const header = headerRows(isLabelled)
  let illustrative = 0
  const cut: Cut = { cells: [], count: 0 }
  yield { name: '[Content_Types].xml', content: [CONTENT_TYPES] }
  yield { name: '_rels/.rels', content: [ROOT_RELATIONSHIPS] }
  yield { name: 'xl/_rels/workbook.xml.rels', content: [RELATIONSHIPS] }
  yield { name: 'xl/styles.xml', content: [STYLES_XML] }
  yield {
    name: 'xl/worksheets/sheet1.xml',
    content: dataSheet({ columns, headerRows: header }, batches, {
      row (row) {
        counted.rows++
        if (isIllustrative(row)) illustrative++
      },
      cut (place) {
        if (cut.count++ < NAMED) cut.cells.push(place)
      }
    })
  }
  yield { name: 'xl/worksheets/sheet2.xml', content: [explainColumns(columns)] }
  yield { name: 'xl/worksheets/sheet3.xml', content: [explainSource(title, source, counted.rows, illustrative, cut)] }
  yield { name: 'xl/workbook.xml', content: [workbookXml(title, columns, header, header + counted.rows)] }
}

function workbookXml<Row> (title: LocalText, columns: readonly Column<Row>[], header: number, rows: number): string {
  const name = `${title.vi} - ${title.en}`
  const sheet = `'${escapeXml(name).replaceAll("'", "''")}'`
  const last = lettersOf(columns.length - 1)
  const printed = columns.findLastIndex(({ isMain = false }) => isMain)
  const defined = (named: string, range: string, more = '') =>
    `<definedName name="${named}" localSheetId="0"${more}>${sheet}!${range}</definedName>`
  return `${XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
    `xmlns:r="${OFFICE}"><sheets>` +
    [name, 'Cột - Columns', 'Nguồn - Source'].map((one, i) =>
      `<sheet name="${escapeXml(one)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('') +
    '</sheets><definedNames>' +
    defined('_xlnm._FilterDatabase', `$A$${header}:$${last}$${rows}`, ' hidden="1"') +
    (printed === -1 ? '' : defined('_xlnm.Print_Area', `$A$1:$${lettersOf(printed)}$${rows}`)) +
    `${defined('_xlnm.Print_Titles', `$1:$${header}`)}</definedNames></workbook>`
}

function explainColumns<Row> (columns: readonly Column<Row>[]): string {
  return noteSheet(['Cột - Column', 'Ý nghĩa', 'Meaning'], [32, 70, 70],
    columns.map(({ name, label }) => ({ cells: [name, label.vi, label.en] })))
}

interface Cut { readonly cells: string[], count: number }
/** Cells that were cut and are named. */
const NAMED = 100

function tellCut ({ cells, count }: Cut, whole: string): string {
  const listed = `${cells.join(', ')}${count > cells.length ? ', …' : ''}`
  return `Một ô chứa nhiều nhất ${MOST_CHARACTERS} ký tự. ${count} ô của trang dữ liệu bị cắt bớt: ${listed}. Nguyên ` +
    `văn: ${whole}\n` +
    `A cell holds ${MOST_CHARACTERS} characters at most. ${count} cells of the sheet of data were cut: ${listed}. ` +
    `The whole: ${whole}`
}

function explainSource (
  title: LocalText, source: WorkbookSource, rows: number, illustrative: number, cut: Cut
): string {
  const { registry, address, again, whole, on, asOf, filters } = source
  const fact = (vi: string, en: string, value: string | undefined, isMarked = false): NoteRow[] =>
    value === undefined ? [] : [{ cells: [vi, en, value], isMarked }]
  return noteSheet(['Nguồn', 'Source', 'Giá trị - Value'], [34, 34, 110], [
    ...fact('Nội dung', 'Content', `${title.vi} - ${title.en}`),
    ...fact('Hệ thống', 'Registry', `${registry} (${VERSION})`),
    ...fact('Yêu cầu', 'Request', address),
    ...fact('Đọc lại đúng bản này', 'To read the same again', again),
    ...fact('Vào ngày (on)', 'On the day (on)', on),
    ...fact('Theo dữ liệu ghi nhận đến (asOf)', 'As known at (asOf)', asOf),
    ...Object.entries(filters).flatMap(([name, value]) => fact(`Bộ lọc: ${name}`, `Filter: ${name}`, String(value))),
    ...fact('Số dòng', 'Rows', String(rows)),
    ...fact('Văn bản bị cắt bớt', 'Texts that were cut', cut.count === 0 ? undefined : tellCut(cut, whole), true),
    illustrative === 0
      ? { cells: ['Số liệu minh họa', 'Illustrative', 'Không có dòng nào. - None of the rows.'] }
      : {
          cells: ['Số liệu minh họa', 'Illustrative', `KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC: ${illustrative}/${rows} dòng ` +
            'dựa trên số liệu minh họa.\n' +
            `NOT OFFICIAL: ${illustrative} of ${rows} rows rest on illustrative data.`],
          isMarked: true
        }
  ])
}
