import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { StreamLimits } from '../../http/limits.js'
import { CSV_TYPE, NDJSON_TYPE, XLSX_TYPE } from '../../http/negotiation.js'
import { utf16Fault } from '../../http/encoding.js'
import { base64Fault, miscodedFault } from '../../http/miscoded.js'
import { MAX_ERRORS, Problem, badRequest, parameterError, type FieldError } from '../../http/problem.js'
import type { RowChecker } from '../../http/row-checker.js'
import { contentCoding } from '../../http/stream/coding.js'
import { openCsv } from '../../http/stream/csv.js'
import { openJsonRows, type JsonRowFile } from '../../http/stream/json-rows.js'
import { openNdjson } from '../../http/stream/ndjson.js'
import type { Row, RowFile } from '../../http/stream/rows.js'
import { spool, type Spool, type SpoolOptions } from '../../http/stream/spool.js'
import type { CellKind, TableOptions } from '../../http/stream/table.js'
import { workbookAsText } from '../../http/workbook/kinds.js'
import { openXlsx } from '../../http/stream/xlsx.js'
import { cleaned } from '../../http/text.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { Candidate } from './judge.js'
import { received, type PushRow } from './row.js'
import { RowInput } from './row-schema.js'
import { soundPart } from './sound-part.js'
import { LineNumbers } from './line-numbers.js'

/** A push that has arrived whole, and in which only single rows can still be wrong. */
export interface ReceivedFile {
  /** What a JSON body says beside its rows. */
  members: Record<string, unknown>
  /** As many candidates as there are, and those of a template that are left out. */
  count: number
  /** Of the bytes as they were before they were compressed. */
  sha256: string
  /** From the first row, as often as wanted. */
  candidates (): AsyncIterable<Candidate[]>
  /** Rows of a template into which nothing was filled, of those that have been read: no candidates. */
  leftEmpty (): number
  /** Of a row that has been read, in a file of lines. */
  lineOf: ((position: number) => number) | undefined
  close (): Promise<void>
}

export interface Checkers {
  row: RowChecker
  /** A JSON body without its rows. */
  members: RowChecker
}

/** How the cells of the file are written, as the query parameters say. */
export interface Dialect {
  delimiter?: ',' | ';' | undefined
  decimalComma?: boolean | undefined
  /** Columns of a CSV or a workbook, and fields of the rows in the other formats. */
  ignoreColumns?: readonly string[] | undefined
  /** The file is the whole truth for a scope: then a row of a template that says nothing is a fault. */
  replaceScope?: boolean | undefined
}

const COLUMNS: Record<string, CellKind> = {
  action: 'plain', itemId: 'text', indicator: 'plain', agency: 'plain', period: 'period', value: 'shown',
  numerator: 'decimal', denominator: 'decimal',
  quality: 'plain', note: 'text', evidence: 'text', observedAt: 'instant', reason: 'text'
}
/** What GET /v1/measurements has beside it: an export can be pushed back. */
const EXPORTED = [
  'id', 'state', 'revision', 'revisionReason', 'late', 'client', 'submission', 'externalId', 'recordedAt', 'warnings',
  'provenance'
]

/**
 * A template has the id of an obligation in each row, and what the row is about; what was chosen of `quality` says
 * nothing.
 */
const TEMPLATE: TableOptions['template'] = {
  marker: '#obligation', prefilled: new Set(['itemId', 'indicator', 'agency', 'period', 'breakdown', 'quality'])
}

/** Whoever is refused is told so after a moment: who asks again at once would do so a thousand times a second. */
const REFUSAL_MS = 250

/** The body, as far as it costs no more than the disk. @throws Problem where that cannot be */
export async function receiveBody (
  request: FastifyRequest, dialect: Dialect, limits: StreamLimits, turn: SpoolOptions['turn']
): Promise<Spool> {
  namesPassedOver(dialect)
  const { headers, raw } = request
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  // once it is read to its end a message says nothing of its connection
  const isGone = () => raw.socket?.destroyed === true
  try {
    return await spool(raw, { limits, announced, coding: contentCoding(headers['content-encoding']), isGone, turn })
  } catch (error) {
    // whoever sends one after the other is not to have the next one unpacked at once
    if (error instanceof Problem && error.code === 'compression_ratio_exceeded') await sleep(REFUSAL_MS)
    throw error
  }
}

/**
 * Closes the body where there is no file in it. @throws Problem for what is wrong with the whole, before anything is
 * judged.
 */
export async function openFile (
  spooled: Spool, request: FastifyRequest, check: Checkers, dialect: Dialect, limits: StreamLimits
): Promise<ReceivedFile> {
  const passedOver = namesPassedOver(dialect)
  const { headers } = request
  try {
    const type = mediaType(request)
    await refuseMiscoded(spooled, type, headers['user-agent'])
    const checkRow = passingOver(type === NDJSON_TYPE ? [...EXPORTED, ...passedOver] : [...passedOver], check.row)
    const { file, members, lined, close } = await open(
      spooled, type, { ...check, row: checkRow }, dialect, passedOver, limits
    )
    const lines = lined ? new LineNumbers(file.count) : undefined
    return {
      members,
      count: file.count,
      sha256: spooled.sha256,
      candidates: () => candidatesOf(file, checkRow, lines),
      leftEmpty: () => file.leftEmpty?.() ?? 0,
      lineOf: lines && (position => lines.of(position)),
      close: async () => {
        await close?.()
        await spooled.close()
      }
    }
  } catch (error) {
    await spooled.close()
    throw error
  }
}

/** So many bytes at the start of a body are looked at to tell its format. */
const LOOKED_AT = 16 * 1024

export function mediaType (request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
}

interface Opened { file: RowFile, members: Record<string, unknown>, lined: boolean, close?: () => Promise<void> }

async function open (
  spooled: Spool, type: string, check: Checkers, dialect: Dialect, passedOver: ReadonlySet<string>, limits: StreamLimits
): Promise<Opened> {
  const { delimiter, decimalComma = false, replaceScope = false } = dialect
  refuseDialect(type, dialect)
  if (type === NDJSON_TYPE) return { file: await openNdjson(spooled, limits), members: {}, lined: true }
  const table: TableOptions = {
    limits,
    decimalComma,
    columns: COLUMNS,
    required: ['indicator', 'agency', 'period'],
    ignored: EXPORTED,
    passedOver,
    nested: { name: 'breakdown', accepts: key => key.length <= 64 },
    template: replaceScope ? undefined : TEMPLATE
  }
  if (type === CSV_TYPE) return { file: await openCsv(spooled, { ...table, delimiter }), members: {}, lined: true }
  if (type === XLSX_TYPE) {
    const file = await openXlsx(spooled, table)
    return { file, members: {}, lined: true, close: () => file.close() }
  }
  const file = await openJsonRows(spooled, limits, members => check.members(members) ?? [])
  await checkDocument(file, check.row)
  return { file, members: file.members, lined: false }
}

/** @throws Problem where a parameter does not go with the file */
function refuseDialect (type: string, { delimiter, decimalComma }: Dialect): void {
  if (delimiter !== undefined && type !== CSV_TYPE) {
    throw badRequest([parameterError('delimiter', 'csv_only',
      'Tham số này chỉ đi cùng text/csv.', 'This parameter goes with text/csv alone.')])
  }
  if (decimalComma !== undefined && type !== CSV_TYPE && type !== XLSX_TYPE) {
    throw badRequest([parameterError('decimalComma', 'csv_only',
      'Tham số này chỉ đi cùng text/csv và sổ làm việc .xlsx.', 'This parameter goes with text/csv and workbooks ' +
        '(.xlsx) alone.')])
  }
}

/** The names that are passed over. @throws Problem where one of them is ours: what a row says is never passed over */
function namesPassedOver ({ ignoreColumns = [] }: Dialect): ReadonlySet<string> {
  const faults = ignoreColumns.filter(isOwn).map(name => parameterError('ignoreColumns', 'own_column',
    `“${name}” là một trường của dòng số liệu, không bỏ qua ` +
    'được.', `"${name}" is a field of a row, and cannot be passed over.`))
  if (faults.length > 0) throw badRequest(faults)
  return new Set(ignoreColumns)
}

const isOwn = (name: string) => Object.hasOwn(RowInput.properties, name) || name.startsWith('breakdown.')

/** @throws Problem that says by its name what the file is, where a program has made something else of it */
async function refuseMiscoded (spooled: Spool, type: string, userAgent: string | undefined): Promise<void> {
  const first = await spooled.read(0, Math.min(spooled.bytes, LOOKED_AT))
  const text = first.toString()
  const fault = type === XLSX_TYPE
    ? base64Fault(text)
    : workbookAsText(first) ?? utf16Fault(first) ?? miscodedFault(text, type, userAgent)
  if (fault !== undefined) throw badRequest([fault])
}

/** A row is checked without them where it would be refused for them. */
function passingOver (names: readonly string[], check: RowChecker): RowChecker {
  if (names.length === 0) return check
  return row => {
    const faults = check(row)
    return faults !== undefined && drop(names, row) ? check(row) : faults
  }
}

/** @returns whether there were any. */
function drop (names: readonly string[], row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return false
  const found = names.filter(name => Object.hasOwn(row, name))
  for (const name of found) delete (row as Record<string, unknown>)[name]
  return found.length > 0
}

/**
 * JSON is one document with a schema: where a member or a row breaks it, nothing of it is taken. Lines stand for
 * themselves.
 */
async function checkDocument (file: JsonRowFile, check: RowChecker): Promise<void> {
  const faults = [...file.faults]
  let position = 0
  for await (const batch of file.batches()) {
    for (const row of batch) {
      for (const fault of faultsOf(row, check) ?? []) {
        faults.push({
          ...fault, pointer: `/rows/${position}${fault.pointer ?? ''}`
        })
      }
      position++
    }
    if (faults.length > MAX_ERRORS) break
  }
  throwFaults(faults)
}

function throwFaults (faults: FieldError[]): void {
  if (faults.length > 0) {
    throw new Problem('invalid_request', { errors: faults.slice(0, MAX_ERRORS), truncated: faults.length > MAX_ERRORS })
  }
}

/** Of a place of which the text says that it cannot be read the schema has nothing to add. */
function faultsOf ({ value, problems }: Row, check: RowChecker): FieldError[] | undefined {
  if (problems === undefined) return check(value)
  if (value === undefined) return problems
  const others = (check(value) ?? []).filter(({ pointer = '' }) =>
    !problems.some(known => `${pointer}/`.startsWith(`${known.pointer}/`)))
  return [...problems, ...others].slice(0, MAX_ERRORS)
}

async function * candidatesOf (
  file: RowFile, check: RowChecker, lines: LineNumbers | undefined
): AsyncGenerator<Candidate[]> {
  let position = 0
  for await (const batch of file.batches()) {
    yield batch.map(row => {
      const faults = faultsOf(row, check)
      lines?.note(position, row.line!)
      return {
        position: position++,
        line: lines === undefined ? undefined : row.line,
        row: faults === undefined ? received(row.value as unknown as PushRow) : namesOf(row.value ?? {}),
        faults: faults?.map(({ pointer = '', code, detail }): StoredProblem => ({ pointer, code, detail })),
        sound: faults === undefined || row.value === undefined ? undefined : soundPart(row.value, faults)
      }
    })
  }
}

/** What a row that cannot be read says it is about. */
function namesOf (value: Record<string, unknown>): PushRow {
  const text = (name: string) => {
    const found = value[name]
    return typeof found === 'string' ? cleaned(found.slice(0, 200)) : undefined
  }
  return {
    itemId: text('itemId'), indicator: text('indicator') ?? '', agency: text('agency') ?? '',
    period: text('period') ?? ''
  }
}
