import type { Epoch } from '../../domain/serial-day.js'
import { damaged, damagedPart } from './faults.js'
import { notAWorkbook } from './kinds.js'
import { formatKind, type FormatKind } from './number-format.js'
import type { Package } from './package.js'
import { readWholeXml } from './xml.js'

export interface Sheet { name: string, part: string, isHidden: boolean }

export interface Book {
  /** In the order of their tabs, without charts and dialogues. */
  sheets: Sheet[]
  epoch: Epoch
  /** By the number of a cell's style. */
  formats: FormatKind[]
  /** The part with texts that cells refer to. */
  strings: string | undefined
}

/** More sheets than anybody turns over. */
const MOST_SHEETS = 1000
/** Excel has 65,490. */
const MOST_STYLES = 100_000

interface Relationship { type: string, target: string, isExternal: boolean }

/** Where a part says that others are, by the id it has for them. */
async function relationshipsOf (pack: Package, part: string): Promise<Map<string, Relationship>> {
  const cut = part.lastIndexOf('/') + 1
  const own = `${part.slice(0, cut)}_rels/${part.slice(cut)}.rels`
  const found = new Map<string, Relationship>()
  if (!pack.has(own)) return found
  await readWholeXml(pack, own, {
    open (name, { Id, Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship' || Id === undefined) return
      found.set(Id, {
        type: Type.slice(Type.lastIndexOf('/') + 1), target: resolve(
          part.slice(0, cut), Target
        ), isExternal: TargetMode === 'External'
      })
    }
  })
  return found
}

function resolve (folder: string, target: string): string {
  const path: string[] = []
  for (const step of (target.startsWith('/') ? target : `${folder}${target}`).split('/')) {
    if (step === '..') path.pop()
    else if (step !== '' && step !== '.') path.push(step)
  }
  return path.join('/')
}

/** @throws Problem where what there must be is not there */
export async function readBook (pack: Package): Promise<Book> {
  const roots = [...(await relationshipsOf(pack, '')).values()]
  const workbook = roots.find(({ type, isExternal }) => type === 'officeDocument' && !isExternal)?.target
  if (workbook === undefined || !pack.has(workbook)) {
    throw damaged('không có phần “workbook”', 'there is no part "workbook"')
  }
  if (!/\.xml$/i.test(workbook)) throw notAWorkbook('đây là .xlsb', 'it is .xlsb')
  const related = await relationshipsOf(pack, workbook)
  const partOf = (type: string) =>
    [...related.values()].find(one => one.type === type && !one.isExternal && pack.has(one.target))?.target
  const styles = partOf('styles')
  return {
    ...await readSheets(pack, workbook, related),
    formats: styles === undefined ? [] : await readFormats(pack, styles),
    strings: partOf('sharedStrings')
  }
}

async function readSheets (
  pack: Package, workbook: string, related: ReadonlyMap<string, Relationship>
): Promise<Pick<Book, 'sheets' | 'epoch'>> {
  const sheets: Sheet[] = []
  let epoch: Epoch = 1900
  let root = ''
  await readWholeXml(pack, workbook, {
    open (name, attributes, depth) {
      if (depth === 1) root = name
      if (name === 'workbookPr' && isTrue(attributes['date1904'])) epoch = 1904
      if (name !== 'sheet' || depth !== 3) return
      const [, id = ''] = Object.entries(attributes).find(([key]) => key.endsWith(':id')) ?? []
      const relationship = related.get(id)
      if (sheets.length === MOST_SHEETS || relationship === undefined) throw damagedPart(workbook)
      const { type, target, isExternal } = relationship
      if (type !== 'worksheet') return
      if (isExternal || !pack.has(target)) throw damagedPart(target)
      const { state } = attributes
      const isHidden = state === 'hidden' || state === 'veryHidden'
      sheets.push({ name: attributes['name'] ?? '', part: target, isHidden })
    }
  })
  if (root !== 'workbook') {
    throw notAWorkbook('tệp nén này không có sổ làm việc bên trong', 'there is no workbook in this zip')
  }
  return { sheets, epoch }
}

export const isTrue = (attribute: string | undefined): boolean => attribute === '1' || attribute === 'true'

/** What the format of each style shows. */
async function readFormats (pack: Package, part: string): Promise<FormatKind[]> {
  const codes = new Map<number, string>()
  const formats: FormatKind[] = []
  let section = ''
  await readWholeXml(pack, part, {
    open (name, { numFmtId = '0', formatCode }, depth) {
      if (depth === 2) section = name
      if (depth !== 3) return
      if (section === 'numFmts' && name === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '')
      if (section !== 'cellXfs' || name !== 'xf') return
      if (formats.length === MOST_STYLES || codes.size > MOST_STYLES) throw damagedPart(part)
      const id = Number(numFmtId)
      formats.push(formatKind(id, codes.get(id)))
    }
  })
  return formats
}
