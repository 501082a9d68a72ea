import { wentThroughText } from '../miscoded.js'
import { XLSX_TYPE } from '../negotiation.js'
import { bodyError, type FieldError, type Problem } from '../problem.js'
import type { Spool } from '../stream/spool.js'
import { workbookFault } from './faults.js'

const ZIP = Buffer.from('PK')
/** Compound files: workbooks of Excel 97, and those that are protected by a password. */
const COMPOUND = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')
const LONGEST_SECTOR = 4096
/** So many bytes at its start tell what a file is. */
const LOOKED_AT = 4096

export const encrypted = (): Problem => workbookFault('encrypted_workbook',
  'Tệp được bảo vệ bằng mật khẩu mở; hãy bỏ mật khẩu (Tệp → Thông tin → Bảo vệ sổ làm việc) rồi lưu lại.',
  'The workbook is protected by a password: take it off (File → Info → Protect Workbook) and save it again.')

export function notAWorkbook (vi: string, en: string): Problem {
  return workbookFault('not_a_workbook',
    `Tệp không phải là sổ làm việc .xlsx: ${vi}. Hãy lưu lại ở dạng “Excel Workbook (*.xlsx)”.`,
    `The file is not a workbook in .xlsx: ${en}. Save it as "Excel Workbook (*.xlsx)".`)
}

/** @throws Problem that says what the file is, where its first bytes are not those of a zip */
export async function refuseOtherKinds (spool: Spool): Promise<void> {
  const start = await spool.read(0, Math.min(spool.bytes, LOOKED_AT))
  if (start.subarray(0, ZIP.length).equals(ZIP)) {
    if (!wentThroughText(start)) return
    throw workbookFault('damaged_workbook',
      'Tệp .xlsx này hỏng: các byte của nó đã bị đọc như văn bản rồi ghi lại. Hãy gửi chính các byte của tệp (Power ' +
      'Automate: biểu thức base64ToBinary(…), không đặt trong @{…}).',
      'This .xlsx is damaged: its bytes were read as a text and written again. Send the bytes of the file themselves ' +
      '(Power Automate: the expression base64ToBinary(…), without @{…} around it).')
  }
  if (start.subarray(0, COMPOUND.length).equals(COMPOUND)) throw await compoundFile(spool, start)
  const text = start.toString('latin1', 0, 64).trimStart()
  if (start.length === 0) throw notAWorkbook('tệp rỗng', 'it is empty')
  if (text.startsWith('%PDF')) throw notAWorkbook('đây là PDF', 'it is a PDF')
  if (text.startsWith('<')) throw notAWorkbook('đây là HTML hay XML', 'it is HTML or XML')
  if (/[^\t\r\n\x20-\x7e\x80-\xff]/.test(text)) throw notAWorkbook('không nhận ra dạng tệp', 'its form is not known')
  throw notAWorkbook('đây là tệp văn bản; CSV thì gửi với Content-Type text/csv',
    'it is a text; a CSV is sent with the Content-Type text/csv')
}

/** What is said of a workbook that was sent as a text; undefined of any other bytes. */
export function workbookAsText (start: Buffer): FieldError | undefined {
  if (start.subarray(0, COMPOUND.length).equals(COMPOUND)) {
    return bodyError('', 'workbook_as_text', 'Đây là tệp .xls; hãy lưu lại ở dạng .xlsx hay “CSV UTF-8”.',
      'This is an .xls: save it as .xlsx or as "CSV UTF-8".')
  }
  if (!start.subarray(0, ZIP.length).equals(ZIP) || start[2] !== 3 || start[3] !== 4) return undefined
  return bodyError('', 'workbook_as_text', `Đây là sổ làm việc .xlsx (tệp zip); hãy gửi với Content-Type ${XLSX_TYPE}.`,
    `This is a workbook in .xlsx (a zip): send it with the Content-Type ${XLSX_TYPE}.`)
}

/** The names of what is in it stand in the sector that its header names. */
async function compoundFile (spool: Spool, start: Buffer): Promise<Problem> {
  const shift = start.readUInt16LE(30)
  const at = (start.readUInt32LE(48) + 1) * 2 ** shift
  const names = at < spool.bytes ? await spool.read(at, Math.min(LONGEST_SECTOR, spool.bytes - at)) : Buffer.alloc(0)
  if (names.includes(ENCRYPTED)) return encrypted()
  return notAWorkbook('đây là dạng .xls của Excel 97–2003', 'it is .xls, of Excel 97 to 2003')
}

/** Parts by which other files are known that are zips too. */
const OTHERS: [part: RegExp, vi: string, en: string][] = [
  [/^xl\/workbook\.bin$/, 'đây là .xlsb', 'it is .xlsb'],
  [/^word\//, 'đây là tài liệu Word', 'it is a document of Word'],
  [/^ppt\//, 'đây là bài trình chiếu', 'it is a presentation'],
  [/^index\/.*\.iwa$/, 'đây là tệp Numbers của Apple', 'it is a file of Apple\'s Numbers'],
  [/\.xlsx$/, 'đây là tệp nén .zip có tệp .xlsx bên trong', 'it is a .zip with an .xlsx in it'],
  [/^(?:content\.xml|mimetype)$/, 'đây là OpenDocument (.ods)', 'it is an OpenDocument (.ods)']
]

/** Of a zip without the parts of a workbook. */
export function otherZip (parts: Iterable<string>): Problem {
  const names = [...parts]
  const [, vi, en] = OTHERS.find(([part]) => names.some(name => part.test(name))) ??
    [undefined, 'tệp nén này không có sổ làm việc bên trong', 'there is no workbook in this zip']
  return notAWorkbook(vi, en)
}
