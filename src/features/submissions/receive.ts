import type { FastifyRequest } from 'fastify'
import type { StreamLimits } from '../../http/limits.js'
import { CSV_TYPE, NDJSON_TYPE } from '../../http/negotiation.js'
import { utf16Fault } from '../../http/encoding.js'
import { MAX_ERRORS, Problem, badRequest, parameterError, type FieldError } from '../../http/problem.js'
import type { RowChecker } from '../../http/row-checker.js'
import { contentCoding } from '../../http/stream/coding.js'
import { openCsv, type CellKind } from '../../http/stream/csv.js'
import { openJsonRows, type JsonRowFile } from '../../http/stream/json-rows.js'
import { openNdjson } from '../../http/stream/ndjson.js'
import type { Row, RowFile } from '../../http/stream/rows.js'
import { spool, type Spool } from '../../http/stream/spool.js'
import { cleaned } from '../../http/text.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { Candidate } from '../measurements/judge.js'
import { received, type PushRow } from '../measurements/row.js'
import { RowInput } from '../measurements/row-schema.js'
import { soundPart } from '../measurements/sound-part.js'
import { LineNumbers } from './line-numbers.js'

/** A push that has arrived whole, and in which only single rows can still be wrong. */
export interface ReceivedFile {
  /** What a JSON body says beside its rows. */
  members: Record<string, unknown>
  count: number
  /** Of the bytes as they were before they were compressed. */
  sha256: string
  /** From the first row, as often as wanted. */
  candidates (): AsyncIterable<Candidate[]>
  /** Of a row that has been read, in a file of lines. */
  lineOf: ((position: number) => number) | undefined
  close (): Promise<void>
}

export interface Checkers {
  row: RowChecker
  /** A JSON body without its rows. */
  members: RowChecker
}

/** What the query says of the file: `ignoreColumns` are columns of a CSV, and fields of the rows in the other formats. */
export interface Dialect { delimiter?: ',' | ';' | undefined, decimalComma?: boolean | undefined, ignoreColumns?: readonly string[] | undefined }

const COLUMNS: Record<string, CellKind> = {
  action: 'plain', itemId: 'text', indicator: 'plain', agency: 'plain', period: 'plain', value: 'shown', numerator: 'decimal', denominator: 'decimal',
  quality: 'plain', note: 'text', evidence: 'text', observedAt: 'plain', reason: 'text'
}
/** What GET /v1/measurements has beside it: an export can be pushed back. */
const EXPORTED = ['id', 'state', 'revision', 'revisionReason', 'late', 'client', 'submission', 'externalId', 'recordedAt', 'warnings', 'provenance']

/** @throws Problem for what is wrong with the whole, before anything is judged. */
export async function receive (request: FastifyRequest, check: Checkers, dialect: Dialect, limits: StreamLimits): Promise<ReceivedFile> {
  const passedOver = namesPassedOver(dialect)
  const { headers } = request
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
  const spooled = await spool(request.raw, { limits, announced, coding: contentCoding(headers['content-encoding']) })
  try {
    const type = mediaType(request)
    await refuseUtf16(spooled)
    const checkRow = passingOver(type === NDJSON_TYPE ? [...EXPORTED, ...passedOver] : [...passedOver], check.row)
    const { file, members, lined } = await open(spooled, type, { ...check, row: checkRow }, dialect, passedOver, limits)
    const lines = lined ? new LineNumbers(file.count) : undefined
    return {
      members,
      count: file.count,
      sha256: spooled.sha256,
      candidates: () => candidatesOf(file, checkRow, lines),
      lineOf: lines && (position => lines.of(position)),
      close: () => spooled.close()
    }
  } catch (error) {
    await spooled.close()
    throw error
  }
}

export function mediaType (request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
}

async function open (spooled: Spool, type: string, check: Checkers, dialect: Dialect, passedOver: ReadonlySet<string>, limits: StreamLimits): Promise<{ file: RowFile, members: Record<string, unknown>, lined: boolean }> {
  if (type !== CSV_TYPE && (dialect.delimiter !== undefined || dialect.decimalComma !== undefined)) {
    throw badRequest([{ parameter: dialect.delimiter === undefined ? 'decimalComma' : 'delimiter', code: 'csv_only', detail: { vi: 'Tham số này chỉ đi cùng text/csv.', en: 'This parameter goes with text/csv alone.' } }])
  }
  if (type === NDJSON_TYPE) return { file: await openNdjson(spooled, limits), members: {}, lined: true }
  if (type === CSV_TYPE) {
    const { delimiter, decimalComma = false } = dialect
    const file = await openCsv(spooled, {
      limits,
      delimiter,
      decimalComma,
      columns: COLUMNS,
      required: ['indicator', 'agency', 'period'],
      ignored: EXPORTED,
      passedOver,
      nested: { name: 'breakdown', accepts: key => key.length <= 64 }
    })
    return { file, members: {}, lined: true }
  }
  const file = await openJsonRows(spooled, limits, members => check.members(members) ?? [])
  await checkDocument(file, check.row)
  return { file, members: file.members, lined: false }
}

/** The names that are passed over. @throws Problem where one of them is ours: what a row says is never passed over */
function namesPassedOver ({ ignoreColumns = [] }: Dialect): ReadonlySet<string> {
  const faults = ignoreColumns.filter(isOwn).map(name => parameterError('ignoreColumns', 'own_column',
    `“${name}” là một trường của dòng số liệu, không bỏ qua được.`, `"${name}" is a field of a row, and cannot be passed over.`))
  if (faults.length > 0) throw badRequest(faults)
  return new Set(ignoreColumns)
}

const isOwn = (name: string) => Object.hasOwn(RowInput.properties, name) || name.startsWith('breakdown.')

/** @throws Problem that says so by its name */
async function refuseUtf16 (spooled: Spool): Promise<void> {
  const { value: first } = await spooled.chunks()[Symbol.asyncIterator]().next() as IteratorResult<Buffer, undefined>
  const fault = first && utf16Fault(first)
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

/** JSON is one document with a schema: where a member or a row breaks it, nothing of it is taken. Lines stand for themselves. */
async function checkDocument (file: JsonRowFile, check: RowChecker): Promise<void> {
  const faults = [...file.faults]
  let position = 0
  for await (const batch of file.batches()) {
    for (const row of batch) {
      for (const fault of faultsOf(row, check) ?? []) faults.push({ ...fault, pointer: `/rows/${position}${fault.pointer ?? ''}` })
      position++
    }
    if (faults.length > MAX_ERRORS) break
  }
  throwFaults(faults)
}

function throwFaults (faults: FieldError[]): void {
  if (faults.length > 0) throw new Problem('invalid_request', { errors: faults.slice(0, MAX_ERRORS), truncated: faults.length > MAX_ERRORS })
}

/** Of a place of which the text says that it cannot be read the schema has nothing to add. */
function faultsOf ({ value, problems }: Row, check: RowChecker): FieldError[] | undefined {
  if (problems === undefined) return check(value)
  if (value === undefined) return problems
  const others = (check(value) ?? []).filter(({ pointer = '' }) => !problems.some(known => `${pointer}/`.startsWith(`${known.pointer}/`)))
  return [...problems, ...others].slice(0, MAX_ERRORS)
}

async function * candidatesOf (file: RowFile, check: RowChecker, lines: LineNumbers | undefined): AsyncGenerator<Candidate[]> {
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
  return { itemId: text('itemId'), indicator: text('indicator') ?? '', agency: text('agency') ?? '', period: text('period') ?? '' }
}
