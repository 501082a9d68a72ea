import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface Ran { arguments: string[], code: number, stdout: string }

/**
 * A batch file as cmd.exe runs it, as far as the guide uses that: lines go on after `^`; `%NAME%` is the variable's
 * value and `%%` a `%`; in quotes every other sign is itself, outside of them `^` takes the sense from the next; `||`
 * runs what follows when what precedes ended badly (cmd, set_1 and for of
 * https://learn.microsoft.com/windows-server/administration/windows-commands). What it does not know it refuses.
 * curl is run for real, with the arguments that it would get.
 */
export async function batch (
  source: string, directory: string, env: Record<string, string>
): Promise<{ runs: Ran[], code: number }> {
  const variables = new Map(Object.entries(env).map(([name, value]) => [name.toUpperCase(), value]))
  const runs: Ran[] = []
  const expand = (line: string) => line.replaceAll(/%%|%(\w+)%/g, (_, name?: string) =>
    name === undefined ? '%' : variables.get(name.toUpperCase()) ?? '')
  for (const line of source.replaceAll(/\^\n/g, '').split('\n')) {
    if (line.trim() === '' || /^(?:@echo off|rem\b)/i.test(line)) continue
    const [command = '', otherwise] = cut(expand(line).trim())
    let code = 0
    const set = /^set "(\w+)=(.*)"$/i.exec(command)
    const loop = /^for \/f (tokens\^=4\^ delims\^=\^"|"delims=") %(\w) in \((.*)\) do set "(\w+)=%\2"$/i
      .exec(command)
    if (set !== null) variables.set(set[1]!.toUpperCase(), set[2]!)
    else if (loop !== null) variables.set(loop[4]!.toUpperCase(), taken(loop[1]!, loop[3]!, directory))
    else if (/^del \w+\.\w+$/.test(command)) rmSync(join(directory, command.slice(4)))
    else if (command.startsWith('curl ')) {
      const ran = await curl(arguments_(command).slice(1), directory)
      runs.push(ran)
      code = ran.code
    } else throw new Error(`not understood: ${command}`)
    if (code === 0 || otherwise === undefined) continue
    const exit = /^exit \/b (\d+)$/.exec(otherwise)
    if (exit === null) throw new Error(`not understood: ${otherwise}`)
    return { runs, code: Number(exit[1]) }
  }
  return { runs, code: 0 }
}

/** At a `||` that stands outside of quotes. */
function cut (line: string): string[] {
  const at = /^(?:"[^"]*"|\^.|(?!\|\|)[^"])*/.exec(line)![0].length
  return at < line.length ? [line.slice(0, at).trim(), line.slice(at + 2).trim()] : [line]
}

/** What `for /f` takes: the fourth part of a file's line between quotation marks, or the line that a command prints. */
function taken (options: string, from: string, directory: string): string {
  if (options.startsWith('tokens')) {
    return readFileSync(join(directory, from), 'utf8').split('"').filter(part => part !== '')[3]!
  }
  const hashed = /^'certutil -hashfile (\S+) SHA256 \^\| find \/v ":"'$/.exec(from)
  if (hashed === null) throw new Error(`not understood: ${from}`)
  // certutil prints the hash between two lines with a colon
  return createHash('sha256').update(readFileSync(join(directory, hashed[1]!))).digest('hex')
}

/**
 * The arguments that a program of Windows gets, by the rules of Microsoft's C library
 * (https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments): spaces divide outside of quotation
 * marks; of 2n backslashes before a quotation mark n stay and it is one, of 2n + 1 n stay and it is a sign like others.
 */
export function arguments_ (line: string): string[] {
  const found: string[] = []
  let [text, quoted, begun] = ['', false, false]
  for (let at = 0; at < line.length;) {
    const [, slashes = '', mark] = /^(\\*)(")?/.exec(line.slice(at))!
    if (mark !== undefined) {
      text += '\\'.repeat(Math.floor(slashes.length / 2))
      if (slashes.length % 2 === 1) text += '"'
      else quoted = !quoted
      begun = true
      at += slashes.length + 1
    } else if (slashes !== '') {
      text += slashes
      begun = true
      at += slashes.length
    } else if (!quoted && /[ \t]/.test(line[at]!)) {
      if (begun) found.push(text)
      text = ''
      begun = false
      at++
    } else {
      text += line[at++]!
      begun = true
    }
  }
  return begun ? [...found, text] : found
}

/** Debian's curl in place of that of Windows, under its name. */
async function curl (given: string[], directory: string): Promise<Ran> {
  return await new Promise(resolve => {
    const { PATH = '' } = process.env
    execFile('curl', ['-A', 'curl/8.9.1', ...given], { cwd: directory, env: { PATH } }, (error, stdout) => {
      resolve({ arguments: given, code: error === null ? 0 : Number(error.code), stdout })
    })
  })
}
