import type { Document } from './openapi-document.js'

interface Reference { $ref?: string }
interface Response extends Reference {
  headers?: Record<string, unknown>
  content?: Record<string, { schema?: { allOf?: Reference[] } }>
  'x-problem-codes'?: readonly string[]
}

/** What the published document says of the answers of one operation with one status. */
export interface PublishedAnswer {
  /** In lower case. */
  readonly headers: ReadonlySet<string>
  readonly types: ReadonlySet<string>
  /** Of a problem: its members. Other bodies are strict by their schemas. */
  readonly members: ReadonlySet<string> | undefined
  /** Of a problem: the codes that the operation can give (`problems` of its route). */
  readonly codes: ReadonlySet<string>
}

/** By operation id and status. */
export type PublishedAnswers = ReadonlyMap<string, ReadonlyMap<number, PublishedAnswer>>

const PROBLEM = 'application/problem+json'

export function publishedAnswers (document: Document): PublishedAnswers {
  const resolve = <T extends Reference>(value: T): T => value.$ref === undefined
    ? value
    : value.$ref.slice(2).split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document) as T
  const known = new Map<string, PublishedAnswer>()
  const read = (response: Response): PublishedAnswer => {
    const found = response.$ref === undefined ? undefined : known.get(response.$ref)
    if (found !== undefined) return found
    const { headers = {}, content = {}, 'x-problem-codes': codes = [] } = resolve(response)
    // with the codes of this refusal beside what all have
    const problem = content[PROBLEM]?.schema?.allOf?.map(resolve) as { properties?: object }[] | undefined
    const answer = {
      headers: new Set(Object.keys(headers).map(name => name.toLowerCase())),
      types: new Set(Object.keys(content)),
      members: problem === undefined ? undefined : new Set(problem.flatMap(one => Object.keys(one.properties ?? {}))),
      codes: new Set(codes)
    }
    if (response.$ref !== undefined) known.set(response.$ref, answer)
    return answer
  }
  return new Map(Object.values(document.paths).flatMap(Object.values).map(operation => [
    operation.operationId as string,
    new Map(Object.entries(operation.responses as Record<string, Response>)
      .map(([status, response]) => [Number(status), read(response)]))
  ]))
}

/** Of the connection, of every answer alike, or of no use to a client: they are documented nowhere. */
const NOT_OURS = new Set([
  'access-control-allow-origin', 'access-control-expose-headers', 'connection', 'content-encoding', 'content-length',
  'content-type',
  'date', 'keep-alive', 'pragma', 'referrer-policy', 'strict-transport-security', 'transfer-encoding',
  'x-content-type-options',
  'x-frame-options'
])

export interface GivenAnswer { status: number, headers: readonly string[], type: string }

/** What an answer has that the document does not say. */
export function undocumented (
  answers: ReadonlyMap<number, PublishedAnswer>, { status, headers, type }: GivenAnswer
): string[] {
  const answer = answers.get(status)
  if (answer === undefined) return [`the status ${status}`]
  return [
    ...headers.filter(name => !NOT_OURS.has(name) && !answer.headers.has(name)).map(name => `the header ${name}`),
    ...type === '' || answer.types.has(type) ? [] : [`the type ${type}`]
  ]
}

export const isOurs = (header: string): boolean => !NOT_OURS.has(header)
