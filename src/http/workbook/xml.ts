import { SaxesParser } from 'saxes'
import type { Problem } from '../problem.js'
import { damagedPart } from './faults.js'
import type { Package } from './package.js'

/** What is told of a part's elements. Names are without their prefix; `depth` of the outermost is 1. */
export interface XmlReader {
  open (name: string, attributes: Readonly<Record<string, string>>, depth: number): void
  text? (text: string): void
  close? (name: string, depth: number): void
}

/** Deeper than any part that is read. */
const MOST_DEEP = 100
/** Characters in which the next element or text must come to its end: until then they are kept. */
const LONGEST = 4 * 1024 * 1024

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/**
 * Reads a part, telling `reader`, which is handed out after each piece of it. @throws Problem where it is no XML, or
 * one with a DTD
 */
export async function * readXml<Reader extends XmlReader> (
  pack: Package, part: string, reader: Reader
): AsyncGenerator<Reader> {
  const parser = new SaxesParser({ xmlns: false, position: false })
  let fault: Problem | undefined
  let depth = 0
  let waiting = 0
  const refuse = (cause: unknown) => { fault ??= damagedPart(part, cause) }
  // with eight handlers V8 keeps the parser as a hash table, and it takes four times as long
  parser.on('error', refuse)
  parser.on('doctype', () => { refuse(new Error('a document type')) })
  parser.on('opentag', ({ name, attributes }) => {
    waiting = 0
    depth++
    if (depth > MOST_DEEP) refuse(new Error('nested too deep'))
    if (fault === undefined) reader.open(localName(name), attributes, depth)
  })
  parser.on('closetag', ({ name }) => {
    waiting = 0
    if (fault === undefined) reader.close?.(localName(name), depth)
    depth--
  })
  const onText = (text: string) => {
    waiting = 0
    if (fault === undefined) reader.text?.(text)
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  for await (const piece of pack.read(part)) {
    waiting += piece.length
    parser.write(piece)
    if (waiting > LONGEST) refuse(new Error('an element, a text or a comment without an end'))
    if (fault !== undefined) throw fault
    yield reader
  }
  parser.close()
  if (fault !== undefined) throw fault
}

/** The same of a small part, to its end. */
export async function readWholeXml (pack: Package, part: string, reader: XmlReader): Promise<void> {
  const pieces = readXml(pack, part, reader)
  while ((await pieces.next()).done !== true) continue
}
