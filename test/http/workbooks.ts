import { crc32, deflateRawSync } from 'node:zlib'

/** A part of a zip; `as` alters what its directory says of it, `packed`: the data is deflated already. */
export interface Part { name: string, data: Buffer, as?: { size?: number, crc?: number, flags?: number, method?: number, packed?: boolean } }

/** A zip, written by hand: local headers with the data, the directory, and its end. */
export function zip (parts: readonly Part[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, as = {} } of parts) {
    const method = as.method ?? 8
    const packed = method === 8 && as.packed !== true ? deflateRawSync(data) : data
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(as.flags ?? 0, 2)
    head.writeUInt16LE(method, 4)
    head.writeUInt32LE(as.crc ?? crc32(data), 10)
    head.writeUInt32LE(packed.length, 14)
    head.writeUInt32LE(as.size ?? data.length, 18)
    head.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), head, Buffer.from(name), packed])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), head, place, Buffer.from(name)]))
    bodies.push(local)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, listed, end])
}

const escape = (text: string) => text.replace(/[&<>"]/g, character => `&#${character.charCodeAt(0)};`)

/** What a cell is in the XML, but for its name: `{ n: '82.5', s: 2 }`. A text alone is an inline string. */
export type Held = string | null | { n?: string, s?: number, shared?: number, b?: '0' | '1', e?: string, d?: string, str?: string, f?: string, xml?: string }

const letters = (column: number): string => (column >= 26 ? letters(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + column % 26)

function cellXml (held: Held, at: string): string {
  if (held === null) return ''
  if (typeof held === 'string') return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escape(held)}</t></is></c>`
  const { n, s, shared, b, e, d, str, f, xml } = held
  if (xml !== undefined) return xml.replaceAll('{at}', at)
  const style = s === undefined ? '' : ` s="${s}"`
  const [type, value] = n !== undefined
    ? ['', n]
    : shared !== undefined ? [' t="s"', String(shared)] : b !== undefined ? [' t="b"', b] : e !== undefined ? [' t="e"', e] : d !== undefined ? [' t="d"', d] : [' t="str"', str]
  return `<c r="${at}"${style}${type}>${f === undefined ? '' : `<f>${escape(f)}</f>`}${value === undefined ? '' : `<v>${escape(value)}</v>`}</c>`
}

export interface SheetGiven {
  name?: string
  state?: 'hidden' | 'veryHidden'
  rows: Held[][]
  /** Numbers of rows, from 1, that are hidden. */
  hidden?: number[]
  /** Before and after the rows. */
  before?: string
  after?: string
  /** The whole part, where it is not to be made of the rows. */
  xml?: string
}

export function sheetXml ({ rows, hidden = [], before = '', after = '' }: SheetGiven): string {
  const written = rows.map((cells, i) => cells.length === 0
    ? ''
    : `<row r="${i + 1}"${hidden.includes(i + 1) ? ' hidden="1"' : ''}>${cells.map((held, column) => cellXml(held, `${letters(column)}${i + 1}`)).join('')}</row>`)
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${before}<sheetData>${written.join('')}</sheetData>${after}</worksheet>`
}

/** Styles that the cells of tests have, by their number: 0 General, then these. */
export const STYLES = {
  text: 1, percent: 2, date: 3, decimals: 4, months: 5, zeros: 6, thousands: 7, literal: 8
} as const
const STYLES_XML = '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="4">' +
  '<numFmt numFmtId="164" formatCode="mmm\\-yy"/><numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="#,##0,"/><numFmt numFmtId="167" formatCode="0.0&quot;%&quot;"/></numFmts>' +
  '<cellStyleXfs count="1"><xf numFmtId="10"/></cellStyleXfs><cellXfs count="9">' +
  [0, 49, 10, 14, 4, 164, 165, 166, 167].map(id => `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0"/>`).join('') + '</cellXfs></styleSheet>'

export interface BookGiven { sheets: SheetGiven[], strings?: string[], stringsXml?: string, date1904?: boolean, parts?: Part[], without?: string[] }

const RELATIONSHIPS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a workbook, written by hand as Excel lays them out. */
export function bookParts ({ sheets, strings, stringsXml, date1904 = false, parts = [], without = [] }: BookGiven): Part[] {
  const part = (name: string, text: string): Part => ({ name, data: Buffer.from(text) })
  const listed = sheets.map(({ name = '', state }, i) =>
    `<sheet name="${escape(name === '' ? `Sheet${i + 1}` : name)}" sheetId="${i + 1}"${state === undefined ? '' : ` state="${state}"`} r:id="rId${i + 1}"/>`)
  const shared = stringsXml ?? (strings && `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${strings.map(text => `<si><t xml:space="preserve">${escape(text)}</t></si>`).join('')}</sst>`)
  const made = [
    part('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'),
    part('_rels/.rels', `<Relationships ${RELATIONSHIPS}><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
    part('xl/workbook.xml', `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}">${date1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${listed.join('')}</sheets></workbook>`),
    part('xl/_rels/workbook.xml.rels', `<Relationships ${RELATIONSHIPS}>${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}` +
      `<Relationship Id="s" Type="${OFFICE}/styles" Target="/xl/styles.xml"/>${shared === undefined ? '' : `<Relationship Id="t" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/>`}</Relationships>`),
    part('xl/styles.xml', STYLES_XML),
    ...shared === undefined ? [] : [part('xl/sharedStrings.xml', shared)],
    ...sheets.map((sheet, i) => part(`xl/worksheets/sheet${i + 1}.xml`, sheet.xml ?? sheetXml(sheet)))
  ]
  const others = new Set([...without, ...parts.map(({ name }) => name)])
  return [...made.filter(({ name }) => !others.has(name)), ...parts]
}

export const book = (given: BookGiven | Held[][]): Buffer => zip(bookParts(Array.isArray(given) ? { sheets: [{ rows: given }] } : given))
