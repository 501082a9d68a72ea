import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'

/**
 * As much of PowerShell as the pages use, for a machine that has none: what it cannot read it refuses, so that a page
 * does not pass by being skipped. What Invoke-RestMethod sends is the caller's to say.
 */
export interface Host {
  directory: string
  env: Record<string, string>
  /** 5.1 writes a byte order mark where it is told `-Encoding utf8`. */
  bom: boolean
  /** Invoke-RestMethod with its parameters, in lower case; throws a `Failure` for an answer that is not 2xx. */
  invoke: (parameters: Record<string, unknown>) => Promise<unknown>
}

/** What `catch` finds in `$_`. */
export class Failure extends Error {
  constructor (readonly Exception: { Response?: unknown }, readonly ErrorDetails?: { Message: string }) {
    super(ErrorDetails?.Message)
  }
}

interface Scope { variables: Map<string, unknown>, functions: Map<string, Run>, out: unknown[] }
type Run = (scope: Scope, input?: unknown) => Promise<unknown>
type Hash = Record<string, unknown>
class Return extends Error {}

const isNothing = (value: unknown) => value === undefined || value === null
const list = (value: unknown): unknown[] => Array.isArray(value) ? value : isNothing(value) ? [] : [value]
/** What was put out, as PowerShell hands it on: nothing, the one, or all. */
const unrolled = (values: unknown[]): unknown => values.length > 1 ? values : values[0]
const isTrue = (value: unknown): boolean => Array.isArray(value) ? value.length > 1 || isTrue(value[0]) : Boolean(value)
const shown = (value: unknown): string =>
  Array.isArray(value) ? value.map(shown).join(' ') : isNothing(value) ? '' : String(value)
const copy = (scope: Scope): Scope => ({ ...scope, variables: new Map(scope.variables), out: [] })

function member (value: unknown, name: string): unknown {
  if (Array.isArray(value)) return unrolled(value.flatMap(one => list(member(one, name))))
  if (typeof value !== 'object' || value === null) return undefined
  const key = Object.keys(value).find(key => key.toLowerCase() === name.toLowerCase()) ?? name
  return (value as Hash)[key]
}

function plus (a: unknown, b: unknown): unknown {
  if (typeof a === 'string') return a + shown(b)
  if (typeof a === 'number') return a + Number(b)
  if (Array.isArray(a)) return [...a, ...list(b)]
  const twice = Object.keys(b as Hash).filter(key => member(a, key) !== undefined)
  if (twice.length > 0) throw new Error(`an item with the key ${twice.join()} is there already`)
  return { ...a as Hash, ...b as Hash }
}

/** Deeper than it is told to go, ConvertTo-Json writes the names of types. */
const cutAt = (value: unknown, depth: number): unknown => typeof value !== 'object' || value === null
  ? value
  : Array.isArray(value)
    ? depth < 0 ? value.map(shown).join(' ') : value.map(one => cutAt(one, depth - 1))
    : depth < 0
      ? 'System.Collections.Hashtable'
      : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cutAt(one, depth - 1)]))

const SWITCHES = new Set(['nonewline', 'usebasicparsing'])

export async function powershell (source: string, host: Host): Promise<unknown[]> {
  const path = (name: unknown) => resolve(host.directory, shown(name))
  const cmdlets: Record<string, (parameters: Hash, positional: unknown[], input: unknown) => unknown> = {
    'invoke-restmethod': (parameters, [uri]) =>
      host.invoke({ ...uri === undefined ? {} : { uri }, ...parameters }),
    'convertfrom-json': (_, __, input) => JSON.parse(list(input).map(shown).join('\n')),
    'convertto-json': ({ depth = 2 }, _, input) =>
      JSON.stringify(cutAt(input, Number(depth)), null, 2).replaceAll('\n', '\r\n'),
    'get-content': (_, [name]) => readFileSync(path(name), 'utf8'),
    'set-content': ({ encoding }, [name], input) => {
      if (encoding !== 'utf8') throw new Error('Set-Content without -Encoding utf8: the code page of the system')
      writeFileSync(path(name), `${host.bom ? '\uFEFF' : ''}${shown(input)}`)
    },
    'get-filehash': (_, [name]) => ({
      Hash: createHash('sha256').update(readFileSync(path(name))).digest('hex').toUpperCase()
    }),
    'get-random': () => 0,
    'start-sleep': ({ seconds }) => new Promise(resolve => { setTimeout(resolve, Number(seconds) * 1_000) }),
    'new-guid': () => randomUUID(),
    'format-table': (_, __, input) => input
  }
  const statics: Record<string, (...parameters: any[]) => unknown> = { 'io.path::getextension': extname }

  let at = 0
  const fail = (): never => { throw new Error(`not understood: ${source.slice(at, at + 60)}`) }
  const space = (lines = false) => {
    at += (lines ? /^(?:\s|;|#[^\n]*|`\r?\n)*/ : /^(?:[ \t]|#[^\n]*|`\r?\n)*/).exec(source.slice(at))![0].length
  }
  /** Goes over what stands here, if it does; its groups. */
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = new RegExp(`^(?:${pattern.source})`, 'i').exec(source.slice(at))
    if (found !== null) at += found[0].length
    return found ?? undefined
  }
  const need = (pattern: RegExp) => take(pattern) ?? fail()

  function block (): Run {
    space(true)
    need(/\{/)
    const run = statements()
    need(/\}/)
    return run
  }

  function statements (): Run {
    const runs: Run[] = []
    for (space(true); at < source.length && source[at] !== '}'; space(true)) runs.push(statement())
    return async scope => { for (const run of runs) scope.out.push(...list(await run(scope))) }
  }

  /** Runs it, and gives what it has put out. */
  const outputOf = async (run: Run, scope: Scope): Promise<unknown> => {
    const inner = { ...scope, out: [] as unknown[] }
    await run(inner)
    return unrolled(inner.out)
  }

  function statement (): Run {
    if (take(/function\s+([\w-]+)\s*\(\s*\$(\w+)\s*\)/) !== undefined) {
      const [, name, parameter] = /function\s+([\w-]+)\s*\(\s*\$(\w+)\s*\)\s*$/i.exec(source.slice(0, at))!
      const body = block()
      return async scope => {
        scope.functions.set(name!.toLowerCase(), async (caller, value) => {
          const inner = copy(caller)
          inner.variables.set(parameter!.toLowerCase(), value)
          try { await body(inner) } catch (error) { if (!(error instanceof Return)) throw error }
          return unrolled(inner.out)
        })
      }
    }
    const each = take(/foreach\s*\(\s*\$(\w+)\s+in\s+/)
    if (each !== undefined) {
      const values = expression()
      need(/\s*\)/)
      const body = block()
      return async scope => {
        for (const value of list(await values(scope))) {
          scope.variables.set(each[1]!.toLowerCase(), value)
          await body(scope)
        }
      }
    }
    if (take(/for\s*\(\s*/) !== undefined) {
      const [first, test, next] = [statement(), (need(/\s*;\s*/), expression()), (need(/\s*;\s*/), statement())]
      need(/\s*\)/)
      const body = block()
      return async scope => { for (await first(scope); isTrue(await test(scope)); await next(scope)) await body(scope) }
    }
    if (take(/if\s*\(\s*/) !== undefined) {
      const test = expression()
      need(/\s*\)/)
      const body = block()
      return async scope => { if (isTrue(await test(scope))) await body(scope) }
    }
    if (take(/try\b/) !== undefined) {
      const body = block()
      space(true)
      need(/catch\b/)
      const handler = block()
      return async scope => {
        try {
          await body(scope)
        } catch (error) {
          if (error instanceof Return) throw error
          scope.variables.set('_', error)
          await handler(scope)
        }
      }
    }
    const leaves = take(/(return|throw)\b[ \t]*/)
    if (leaves !== undefined) {
      const value = pipeline()
      return async scope => {
        const found = await value(scope)
        if (leaves[1]!.toLowerCase() === 'throw') throw found instanceof Error ? found : new Error(shown(found))
        scope.out.push(...list(found))
        throw new Return()
      }
    }
    if (take(/\[Net\.ServicePointManager\]::SecurityProtocol\s*=\s*'Tls12'/) !== undefined) return async () => undefined
    const set = take(/\$(\w+)(?:\.(\w+))?\s*=(?!=)\s*/)
    if (set === undefined) return pipeline()
    const value = statement()
    return async scope => {
      const found = await outputOf(async inner => { inner.out.push(...list(await value(inner))) }, scope)
      const name = set[1]!.toLowerCase()
      if (set[2] === undefined) scope.variables.set(name, found)
      else (scope.variables.get(name) as Hash)[set[2]] = found
    }
  }

  function pipeline (): Run {
    const stages: Run[] = [/[a-z]/i.test(source[at] ?? '') ? command() : expression()]
    for (space(); source[at] === '|'; space()) {
      at++
      space(true)
      stages.push(command())
    }
    return async scope => {
      let value: unknown
      for (const stage of stages) value = await stage(scope, value)
      return value
    }
  }

  function command (): Run {
    const name = need(/[a-z]+-[a-z]+/)[0].toLowerCase()
    const parameters: [string, Run][] = []
    const positional: Run[] = []
    const splatted: string[] = []
    if (name === 'foreach-object') {
      space()
      const body = block()
      return async (scope, input) => {
        const out: unknown[] = []
        for (const value of list(input)) {
          scope.variables.set('_', value)
          out.push(...list(await outputOf(body, scope)))
        }
        return unrolled(out)
      }
    }
    for (space(); at < source.length && !/[|;)}\r\n]/.test(source[at]!); space()) {
      const option = take(/-([a-z]\w*)[ \t]*/)
      if (option !== undefined) {
        const key = option[1]!.toLowerCase()
        parameters.push([key, SWITCHES.has(key) ? async () => true : argument()])
        continue
      }
      const splat = take(/@([a-z]\w*)/)
      if (splat !== undefined) splatted.push(splat[1]!.toLowerCase())
      else positional.push(argument())
      take(/[ \t]*,[ \t]*/)
    }
    return async (scope, input) => {
      const given: Hash = {}
      for (const name of splatted) {
        for (const [key, value] of Object.entries(scope.variables.get(name) as Hash)) given[key.toLowerCase()] = value
      }
      for (const [key, run] of parameters) given[key] = await run(scope)
      const values: unknown[] = []
      for (const run of positional) values.push(await run(scope))
      const own = scope.functions.get(name)
      if (own !== undefined) return own(scope, values[0])
      const cmdlet = cmdlets[name]
      if (cmdlet === undefined) throw new Error(`${name}: not one of those that the pages use`)
      return cmdlet(given, values, input)
    }
  }

  /** Of a command: a value without operators, or a word without quotes. */
  function argument (): Run {
    if (/[$'"(@{[]/.test(source[at]!)) return postfix()
    const word = need(/[^\s|;)}]+/)[0]
    return async () => word
  }

  /** From the loosest to the tightest. */
  const expression = (): Run =>
    binary([['-and', (a, b) => isTrue(a) && isTrue(b)], ['-or', (a, b) => isTrue(a) || isTrue(b)]], compared)
  const compared = (): Run => binary([
    ['-notin', (a, b) => !list(b).includes(a)],
    ['-join', (a, b) => list(a).map(shown).join(shown(b))]
  ], sum)
  const sum = (): Run => binary([['+', plus], ['*', (a, b) => Number(a) * Number(b)]], range)
  const range = (): Run => binary([
    ['..', (a, b) => Array.from({ length: Number(b) - Number(a) + 1 }, (_, i) => Number(a) + i)]
  ], unary)

  function binary (operators: [sign: string, work: (a: unknown, b: unknown) => unknown][], next: () => Run): Run {
    let left = next()
    while (true) {
      const before = at
      space()
      const found = operators.find(([sign]) => source.startsWith(sign, at) &&
        !(sign.startsWith('-') && /\w/.test(source[at + sign.length] ?? '')))
      if (found === undefined) {
        at = before
        return left
      }
      at += found[0].length
      space(true)
      const [a, b] = [left, next()]
      left = async scope => {
        const first = await a(scope)
        if (found[0] === '-and' && !isTrue(first)) return false
        return found[1](first, await b(scope))
      }
    }
  }

  function unary (): Run {
    if (take(/-not\s+/) !== undefined) {
      const value = unary()
      return async scope => !isTrue(await value(scope))
    }
    const values = [postfix()]
    while (take(/[ \t]*,[ \t\r\n]*/) !== undefined) values.push(postfix())
    if (values.length === 1) return values[0]!
    return async scope => {
      const all: unknown[] = []
      for (const value of values) all.push(await value(scope))
      return all
    }
  }

  function postfix (): Run {
    const cast = take(/\[(int|string)\]/)
    if (cast !== undefined) {
      const value = postfix()
      return async scope => {
        const found = await value(scope)
        return cast[1] === 'int' ? Number(found ?? 0) : shown(found)
      }
    }
    let value = primary()
    while (true) {
      const of = value
      if (source[at] === '[') {
        at++
        const index = expression()
        need(/\]/)
        value = async scope => {
          const [found, key] = [await of(scope), await index(scope)]
          return typeof key === 'number' ? list(found)[key] : member(found, shown(key))
        }
        continue
      }
      const name = take(/\.([a-z]\w*)/)?.[1]
      if (name === undefined) return value
      if (source[at] !== '(') {
        value = async scope => member(await of(scope), name)
        continue
      }
      const parameters = parenthesised()
      value = async scope => {
        const found = await of(scope) as Hash | undefined
        if (found === undefined || found === null) throw new Failure({})
        return (found[name] as (...given: unknown[]) => unknown)(...list(await parameters(scope)))
      }
    }
  }

  function parenthesised (): Run {
    need(/\(/)
    space(true)
    const value = pipeline()
    space(true)
    need(/\)/)
    return value
  }

  function primary (): Run {
    if (source[at] === '(') return parenthesised()
    if (take(/@(?=\()/) !== undefined) {
      const value = parenthesised()
      return async scope => list(await value(scope))
    }
    if (take(/@\{/) !== undefined) return hash()
    const number = take(/\d+(?!\w)/)
    if (number !== undefined) return async () => Number(number[0])
    const variable = take(/\$(env:)?(\w+)/)
    if (variable !== undefined) {
      const [, isEnv, name = ''] = variable
      return async scope => isEnv === undefined ? scope.variables.get(name.toLowerCase()) : host.env[name]
    }
    const plain = take(/'((?:[^']|'')*)'/)
    if (plain !== undefined) return async () => plain[1]!.replaceAll("''", "'")
    if (source[at] === '"') return text()
    const called = take(/\[([\w.]+)\]::(\w+)/)
    const work = called === undefined ? undefined : statics[`${called[1]}::${called[2]}`.toLowerCase()]
    if (work === undefined) return fail()
    const parameters = parenthesised()
    return async scope => work(...list(await parameters(scope)))
  }

  function hash (): Run {
    const entries: [string, Run][] = []
    for (space(true); source[at] !== '}'; space(true)) {
      const [, quoted, bare] = need(/(?:'([^']*)'|(\w+))\s*=\s*/)
      entries.push([quoted ?? bare!, source[at] === '{' ? block() : statement()])
    }
    at++
    return async scope => {
      const made: Hash = {}
      for (const [key, run] of entries) made[key] = await run(scope)
      return made
    }
  }

  function text (): Run {
    const parts: Run[] = []
    const ESCAPED: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
    for (at++; source[at] !== '"';) {
      const escaped = take(/`(.)/)?.[1]
      if (escaped !== undefined) parts.push(async () => ESCAPED[escaped] ?? escaped)
      else if (take(/\$(?=\()/) !== undefined) parts.push(parenthesised())
      else if (/^\$(?:env:)?\w/.test(source.slice(at))) parts.push(primary())
      else {
        const plain = need(/[^`$"]+|\$/)[0]
        parts.push(async () => plain)
      }
    }
    at++
    return async scope => {
      let made = ''
      for (const part of parts) made += shown(await part(scope))
      return made
    }
  }

  const program = statements()
  if (at < source.length) fail()
  const scope: Scope = { variables: new Map(), functions: new Map(), out: [] }
  await program(scope)
  return scope.out
}
