import { EXTENSION } from '../http/sight.js'
import type { Audience } from '../domain/audience.js'
import { TEXT_SEPARATOR, splitText } from './openapi-language.js'
import type { Document, Operation } from './openapi-document.js'

type Json = Record<string, unknown>

/** Of an operation whose answer depends on who asks. */
export const DEPENDS = 'x-depends-on-reader'

const READERS: Record<Audience, readonly [vi: string, en: string]> = {
  own_agency: [
    'client được cấp quyền báo cáo cho cơ quan ấy (measurements:write)',
    'a client that may report for the agency (measurements:write)'
  ],
  reviewer: ['người duyệt (measurements:review)', 'reviewers (measurements:review)'],
  administrator: ['quản trị viên (registry:admin)', 'administrators (registry:admin)']
}

const OPERATION = {
  vi: 'Phản hồi tùy người đọc: không có token thì chỉ có những gì đã được chấp nhận; trường có x-visible-to chỉ có ' +
    'với ' +
    'người đọc mà trường ấy nêu.',
  en: 'The answer depends on who asks: without a token there is only what was accepted; a field with `x-visible-to` ' +
    'is ' +
    'there for the readers that it names alone.'
}

/** Adds a sentence to each half of a text. */
function add (text: string, { vi, en }: { vi: string, en: string }): string {
  const halves = splitText(text)
  if (halves === undefined) throw new Error(`not a text in both languages: ${text}`)
  const separator = [TEXT_SEPARATOR, '\n\n'].find(one => text.includes(one)) ?? ' / '
  return `${halves.vi} ${vi}${separator}${halves.en} ${en}`
}

function sentence (audiences: readonly Audience[]): { vi: string, en: string } {
  const list = (language: 0 | 1, last: string) =>
    audiences.map(one => READERS[one][language]).join(', ').replace(/, ([^,]*)$/, ` ${last} $1`)
  return { vi: `Chỉ có với ${list(0, 'và')}.`, en: `For ${list(1, 'and')} alone.` }
}

/** Of every field whom it concerns, and of every operation whether what it answers depends on who asks. */
export function tellSight (document: Document): void {
  const schemas = document.components['schemas'] as Record<string, Json>
  const told = new Set<unknown>()
  const veiled = new Map<string, boolean>()

  /** Whether there is such a field in it, of the shared schemas that it names too. */
  function tell (value: unknown): boolean {
    if (Array.isArray(value)) return value.map(tell).some(Boolean)
    if (typeof value !== 'object' || value === null) return false
    const one = value as Json
    const audiences = one[EXTENSION] as Audience[] | undefined
    if (audiences !== undefined && !told.has(one)) {
      told.add(one)
      one['description'] = add(String(one['description']), sentence(audiences))
    }
    const named = typeof one['$ref'] === 'string' ? isVeiled(one['$ref'].split('/').at(-1)!) : false
    const inner = Object.entries(one)
      .filter(([key]) => key !== 'examples' && key !== 'example').map(([, child]) => tell(child))
    return named || audiences !== undefined || inner.some(Boolean)
  }

  function isVeiled (name: string): boolean {
    const known = veiled.get(name)
    if (known !== undefined) return known
    veiled.set(name, false)
    const found = tell(schemas[name])
    veiled.set(name, found)
    return found
  }

  for (const name of Object.keys(schemas)) isVeiled(name)
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as (Operation & Json)[]) {
      const answers = Object.entries(operation.responses)
        .filter(([status]) => status < '300').map(([, answer]) => answer)
      if (!tell(answers) && operation[DEPENDS] !== true) continue
      operation[DEPENDS] = true
      operation['description'] = add(String(operation['description']), OPERATION)
    }
  }
}
