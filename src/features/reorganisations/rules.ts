import type { CivilDate } from '../../domain/date.js'
import { bodyError, type FaultCode, type FieldError } from '../../http/problem.js'
import type { LegalKind, Share } from '../../domain/words.js'
import type { Functions } from '../../domain/succession.js'

/** What a reorganisation asks for; agencies by their codes. */
export interface Request {
  kind: LegalKind
  effectiveOn: CivilDate
  establish?: readonly Established[] | undefined
  rename?: readonly { agency: string, name: Name }[] | undefined
  from?: readonly string[] | undefined
  to?: readonly string[] | undefined
  mapping?: readonly Passage[] | undefined
  close?: readonly string[] | undefined
  parents?: readonly { agency: string, parent: string }[] | undefined
  identifiers?: { close?: readonly Identifier[] | undefined, open?: readonly Identifier[] | undefined } | undefined
}

export interface Name { vi: string, en?: string | undefined }
export interface Identifier { agency: string, scheme: string, value: string }
export interface Established<Kind = string, Level = string> {
  code: string, kind: Kind, level: Level, name: Name, parent?: string | undefined
  identifiers?: readonly { scheme: string, value: string }[] | undefined
}
export interface Passage { from: string, to: string, share: Share, functions?: Functions | undefined }

/** A request with everything that it left to be understood. */
export interface Wanted extends Required<Omit<Request, 'identifiers'>> {
  identifiers: { close: readonly Identifier[], open: readonly Identifier[] }
  establish: readonly Established[]
  rename: readonly { agency: string, name: Name }[]
  from: readonly string[]
  to: readonly string[]
  mapping: readonly Passage[]
  close: readonly string[]
  parents: readonly { agency: string, parent: string }[]
}

const ENDING = new Set<Request['kind']>(['merge', 'split', 'dissolve'])

/**
 * `from` and `to` are read from the mapping where they are absent; a merger into one body without a mapping passes
 * everything on; those who pass on and do not receive end.
 */
export function complete (request: Request): Wanted {
  const { kind, effectiveOn, establish = [], rename = [], parents = [], identifiers } = request
  const given = request.mapping
  const from = request.from ??
    (given === undefined ? (kind === 'dissolve' ? request.close : undefined) : distinct(given.map(one => one.from))) ??
    []
  const to = request.to ?? distinct((given ?? []).map(one => one.to))
  const [sole] = to
  const mapping = given ?? (kind === 'merge' && to.length === 1
    ? from.filter(code => code !== sole).map((code): Passage => ({ from: code, to: sole!, share: 'whole' }))
    : [])
  const close = request.close ?? (ENDING.has(kind) ? from.filter(code => !to.includes(code)) : [])
  return {
    kind, effectiveOn, establish, rename, from, to, mapping, close, parents,
    identifiers: { close: identifiers?.close ?? [], open: identifiers?.open ?? [] }
  }
}

type Part = 'establish' | 'rename' | 'from' | 'to' | 'mapping' | 'close'
const KINDS: Readonly<Record<Request['kind'], { needs: readonly Part[], refuses: readonly Part[] }>> = {
  rename: { needs: ['rename'], refuses: ['establish', 'from', 'to', 'mapping', 'close'] },
  establish: { needs: ['establish'], refuses: ['from', 'to', 'mapping', 'close'] },
  merge: { needs: ['from', 'to'], refuses: [] },
  split: { needs: ['from', 'to'], refuses: [] },
  transfer: { needs: ['mapping'], refuses: ['close'] },
  dissolve: { needs: ['from'], refuses: [] }
}

/** Before it nothing is recorded, and after it no period begins. */
const EARLIEST: CivilDate = '1900-01-01'
const LATEST: CivilDate = '2199-12-31'

/**
 * What the kind of reorganisation asks for and does not allow, and what the parts say of each other. No database is
 * needed.
 */
export function checkRequest (request: Request, wanted: Wanted): FieldError[] {
  const { kind, effectiveOn } = request
  const { needs, refuses } = KINDS[kind]
  return [
    ...effectiveOn < EARLIEST || effectiveOn > LATEST
      ? [
          bodyError(
            '/effectiveOn', 'out_of_range', `Ngày hiệu lực phải trong khoảng ${EARLIEST} … ${LATEST}.`,
          `The effective date lies within ${EARLIEST} … ${LATEST}.`
          )
        ]
      : [],
    ...needs.filter(part => wanted[part].length === 0)
      .map(part =>
        bodyError(`/${part}`, 'required_for_kind', `“${kind}” cần “${part}”.`, `A ${kind} needs \`${part}\`.`)),
    ...refuses.filter(part => (request[part]?.length ?? 0) > 0)
      .map(part =>
        bodyError(`/${part}`, 'not_for_kind', `“${kind}” không có “${part}”.`, `A ${kind} has no \`${part}\`.`)),
    ...checkNumbers(wanted),
    ...checkDuplicates(request),
    ...checkMapping(request, wanted)
  ]
}

function checkNumbers ({ kind, from, to, establish, close }: Wanted): FieldError[] {
  if (from.length === 0 || to.length === 0) return []
  const founded = new Set(establish.map(one => one.code))
  const before = new Set([...from, ...to.filter(code => !founded.has(code))])
  const after = new Set([...to, ...from.filter(code => !close.includes(code))])
  if (kind === 'merge' && before.size < 2) {
    return [
      bodyError(
        '/from', 'one_is_no_merger',
        'Sáp nhập, hợp nhất cần ít nhất hai cơ quan; một cơ quan đổi thành cơ quan khác là “dissolve” có “mapping”.',
        'A merger needs two bodies at least; one that becomes another is a `dissolve` with a `mapping`.'
      )
    ]
  }
  if (kind === 'split' && after.size < 2) {
    return [
      bodyError(
        '/to', 'one_is_no_split', 'Chia, tách cần ít nhất hai cơ quan sau sắp xếp.',
        'A split leaves two bodies at least.'
      )
    ]
  }
  return []
}

function checkDuplicates (request: Request): FieldError[] {
  const {
    establish = [], rename = [], from = [], to = [], close = [], mapping = [], parents = [], identifiers = {}
  } = request
  const identifier = (one: Identifier) => `${one.agency} ${one.scheme}:${one.value}`
  const lists: [string, string[]][] = [
    ['/establish', establish.map(one => one.code)],
    ['/rename', rename.map(one => one.agency)],
    ['/from', [...from]],
    ['/to', [...to]],
    ['/close', [...close]],
    ['/mapping', mapping.map(one => `${one.from} → ${one.to}`)],
    ['/parents', parents.map(one => one.agency)],
    ['/identifiers/close', (identifiers.close ?? []).map(identifier)],
    ['/identifiers/open', (identifiers.open ?? []).map(identifier)]
  ]
  return lists.flatMap(([at, values]) => values.flatMap((value, i) => values.indexOf(value) === i
    ? []
    : [
        bodyError(
        `${at}/${i}`, 'duplicate', `“${value}” đã có ở mục ${values.indexOf(value)}.`,
        `"${value}" stands at entry ${values.indexOf(value)} already.`
        )
      ]))
}

function checkMapping (request: Request, wanted: Wanted): FieldError[] {
  const { kind, from, to, mapping, close } = wanted
  const errors: FieldError[] = []
  for (const [i, one] of mapping.entries()) {
    const at = `/mapping/${i}`
    const say = (
      pointer: string, code: FaultCode, vi: string, en: string
    ) => errors.push(bodyError(pointer, code, vi, en))
    if (one.from === one.to) {
      say(
        `${at}/to`, 'same_agency', 'Cơ quan tiếp tục hoạt động thì không cần “mapping” về chính nó.',
        'A body that goes on needs no mapping to itself.'
      )
    }
    if (!from.includes(one.from)) {
      say(`${at}/from`, 'not_in_from', `“${one.from}” không có trong “from”.`, `"${one.from}" is not in \`from\`.`)
    }
    if (!to.includes(one.to)) {
      say(`${at}/to`, 'not_in_to', `“${one.to}” không có trong “to”.`, `"${one.to}" is not in \`to\`.`)
    }
    if (one.share === 'whole') {
      if (one.functions !== undefined) {
        say(
          `${at}/functions`, 'whole_has_functions',
          'Chuyển toàn bộ thì không nêu chức năng; chỉ một phần thì “share” là “part”.',
          'Whoever passes on everything names no functions; where it is less, `share` is `part`.'
        )
      }
      if (mapping.some((other, j) => j !== i && other.from === one.from)) {
        say(
          `${at}/share`, 'whole_and_more',
          `“${one.from}” chuyển toàn bộ cho “${one.to}” thì không còn gì chuyển cho cơ quan khác.`,
          `"${one.from}" passes everything on to "${one.to}": nothing is left for another.`
        )
      }
      if (!close.includes(one.from)) {
        say(
          `${at}/share`, 'whole_but_alive', `“${one.from}” không kết thúc hoạt động nên chỉ chuyển một phần.`,
          `"${one.from}" does not end, so it passes on a part.`
        )
      }
    } else if (kind === 'transfer' && one.functions === undefined) {
      say(
        `${at}/functions`, 'functions_required', 'Điều chuyển chức năng phải nêu chức năng nào.',
        'A transfer says which functions.'
      )
    }
  }
  if (kind !== 'merge' && kind !== 'split') return errors
  for (const [i, code] of from.entries()) {
    if (!to.includes(code) && !mapping.some(one => one.from === code)) {
      errors.push(mappingRequired(request.from === undefined ? '/mapping' : `/from/${i}`, code))
    }
  }
  for (const [i, code] of to.entries()) {
    if (!from.includes(code) && !mapping.some(one => one.to === code)) {
      errors.push(mappingRequired(request.to === undefined ? '/mapping' : `/to/${i}`, code))
    }
  }
  return errors
}

function mappingRequired (pointer: string, code: string): FieldError {
  return bodyError(
    pointer, 'mapping_required', `“mapping” không nêu “${code}” chuyển hay nhận gì.`,
    `The mapping does not say what "${code}" passes on or receives.`
  )
}

/**
 * Every agency that must be there already, with the place where it is named. Those that are established here are not
 * among them.
 */
export function agenciesNamed (request: Request): { pointer: string, name: string }[] {
  const {
    establish = [], rename = [], from = [], to = [], close = [], mapping = [], parents = [], identifiers = {}
  } = request
  const founded = new Set(establish.map(one => one.code))
  return [
    ...establish.flatMap((one, i) =>
      one.parent === undefined ? [] : [{ pointer: `/establish/${i}/parent`, name: one.parent }]),
    ...rename.map((one, i) => ({ pointer: `/rename/${i}/agency`, name: one.agency })),
    ...from.map((name, i) => ({ pointer: `/from/${i}`, name })),
    ...to.map((name, i) => ({ pointer: `/to/${i}`, name })),
    ...close.map((name, i) => ({ pointer: `/close/${i}`, name })),
    ...mapping.flatMap((one, i) =>
      [{ pointer: `/mapping/${i}/from`, name: one.from }, { pointer: `/mapping/${i}/to`, name: one.to }]),
    ...parents.flatMap((one, i) =>
      [{ pointer: `/parents/${i}/agency`, name: one.agency }, { pointer: `/parents/${i}/parent`, name: one.parent }]),
    ...(identifiers.close ?? []).map((one, i) => ({ pointer: `/identifiers/close/${i}/agency`, name: one.agency })),
    ...(identifiers.open ?? []).map((one, i) => ({ pointer: `/identifiers/open/${i}/agency`, name: one.agency }))
  ].filter(({ name }) => !founded.has(name))
}

/** The request with codes in place of what agencies were called by. */
export function withCodes<R extends Request> (request: R, codes: ReadonlyMap<string, string>): R {
  const code = (name: string) => codes.get(name) ?? name
  const coded = <T extends { agency: string }>(one: T): T => ({ ...one, agency: code(one.agency) })
  const { establish, rename, from, to, close, mapping, parents, identifiers } = request
  return {
    ...request,
    ...establish &&
      { establish: establish.map(one => one.parent === undefined ? one : { ...one, parent: code(one.parent) }) },
    ...rename && { rename: rename.map(coded) },
    ...from && { from: from.map(code) },
    ...to && { to: to.map(code) },
    ...close && { close: close.map(code) },
    ...mapping && { mapping: mapping.map(one => ({ ...one, from: code(one.from), to: code(one.to) })) },
    ...parents && { parents: parents.map(one => ({ agency: code(one.agency), parent: code(one.parent) })) },
    ...identifiers && {
      identifiers: {
        ...identifiers.close && { close: identifiers.close.map(coded) },
        ...identifiers.open && { open: identifiers.open.map(coded) }
      }
    }
  }
}

function distinct (values: readonly string[]): string[] {
  return [...new Set(values)]
}
