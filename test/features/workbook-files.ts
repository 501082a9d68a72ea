import { inflateRawSync } from 'node:zlib'
import readExcelFile, { type CellValue } from 'read-excel-file/node'

export interface SheetOf { name: string, rows: CellValue[][] }

/** The sheets of a workbook, as another program reads them: numbers, dates, booleans and texts. */
export async function sheetsOf (file: Buffer): Promise<SheetOf[]> {
  const sheets = await readExcelFile(file)
  return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data as CellValue[][] }))
}

/** The rows below a header as objects. */
export function records (rows: CellValue[][], header: number): Record<string, CellValue | null>[] {
  const names = rows[header]!.map(String)
  return rows.slice(header + 1).map(row => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))
}

/** The files of an archive, found by its central directory. */
export function partsOf (file: Buffer): Map<string, string> {
  const end = file.length - 22
  let at = file.readUInt32LE(end + 16)
  return new Map(Array.from({ length: file.readUInt16LE(end + 10) }, (): [string, string] => {
    const [packed, name, extra, comment, local] = [
      file.readUInt32LE(at + 20), file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32), file.readUInt32LE(at + 42)
    ]
    const from = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28)
    const part: [string, string] = [
      file.toString('utf8', at + 46, at + 46 + name), inflateRawSync(file.subarray(from, from + packed)).toString()
    ]
    at += 46 + name + extra + comment
    return part
  }))
}
