import { MAX_DEPTH, readJsonText } from '../body.js'
import { bodyError, Problem } from '../problem.js'
import { partlyReadable, readable, unreadable, type Row } from './rows.js'

export const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Quotation marks that a value without escapes is written with: two a member and two a text. -1 where body.ts must
 * look closer.
 */
function quotesOf (value: unknown, depth: number): number {
  switch (typeof value) {
    case 'string': return 2
    case 'number': return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? 0 : -1
    case 'boolean': return 0
  }
  if (value === null) return 0
  if (depth === MAX_DEPTH) return -1
  let quotes = 0
  if (Array.isArray(value)) {
    for (const item of value) {
      const inside = quotesOf(item, depth + 1)
      if (inside === -1) return -1
      quotes += inside
    }
    return quotes
  }
  for (const key of Object.keys(value as object)) {
    const inside = key === '__proto__' || key === 'constructor'
      ? -1
      : quotesOf((value as Record<string, unknown>)[key], depth + 1)
    if (inside === -1) return -1
    quotes += 2 + inside
  }
  return quotes
}

function countQuotes (text: string): number {
  let quotes = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 0x22) quotes++
  return quotes
}

/**
 * One object as body.ts reads a body, at a fraction of the price: a sound text without escapes can hide no character
 * that body.ts refuses and no other normal form, and as many quotation marks as its value needs leave none for a
 * second key.
 */
export function readObject (text: string, isPlain: boolean, line: number | undefined): Row {
  if (isPlain && !text.includes('\\')) {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return readSlowly(text, line)
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const quotes = quotesOf(value, 0)
      if (quotes !== -1 && quotes === countQuotes(text)) return readable(line, value as Record<string, unknown>)
    }
  }
  return readSlowly(text, line)
}

function readSlowly (text: string, line: number | undefined): Row {
  try {
    const { value, errors } = readJsonText(text)
    return errors.length === 0 ? readable(line, value) : partlyReadable(line, value, errors)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // a line that has more commas than a body may have values is too short for that many values
    if (error.code === 'content_too_large') return unreadable(line, [NOT_JSON])
    return unreadable(line, error.errors.map(fault => fault.code === 'not_json' ? NOT_JSON : fault))
  }
}

// its own line and position would be taken for those of the file
const NOT_JSON = bodyError('', 'not_json', 'Không phải một đối tượng JSON trọn vẹn.', 'Not a whole JSON object.')
