import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { built } from './built.js'

/** Not measured: what such a process runs is built.ts's, and most of them are killed before they could say what ran. */
export const UNMEASURED = { _TAPJS_PROCESSINFO_COVERAGE_: '0' }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A directory that goes when the test ends; as root the embedded server runs as another user, who must get in. */
export async function temporaryDirectory (t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-process-'))
  await chmod(directory, 0o711)
  t.teardown(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
  return directory
}

/** A data directory as one was left by a process that has ended in order: without the second that making a cluster takes. */
export async function copyOf (t: Test, dataDir: string): Promise<string> {
  const copy = join(await temporaryDirectory(t), 'data')
  execFileSync('cp', ['-a', dataDir, copy]) // with the owner, whom node's own cp forgets
  return copy
}

export interface Started {
  child: ChildProcess
  /** What it wrote so far. */
  stdout: () => string
  stderr: () => string
  /** Waits until it has written that; fails when it ends before. */
  says: (pattern: RegExp) => Promise<RegExpMatchArray>
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
}

/** Runs a file of the project as a process of its own, with these variables and hardly any other. It is killed when the test ends. */
export function startProcess (t: Test, file: string, env: Record<string, string>, parameters: string[] = []): Started {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  // tap puts its loader into the NODE_OPTIONS of every process, whatever its environment is said to be
  const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, built(file), ...parameters], {
    cwd: ROOT, env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', text => { stderr += text })
  const ended = new Promise<number | NodeJS.Signals>(resolve => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 0))
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    async says (pattern) {
      while (true) {
        const match = pattern.exec(stdout + stderr)
        if (match !== null) return match
        if (child.exitCode !== null || child.signalCode !== null) {
          await ended
          const last = pattern.exec(stdout + stderr)
          if (last !== null) return last
          throw new Error(`it ended without saying ${String(pattern)}:\n${stdout}${stderr}`)
        }
        await sleep(20)
      }
    }
  }
}

/** The processes that work on that directory: PostgreSQL's servers have it in their command line or work in it. */
export function processesOn (directory: string): number[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return command.includes(directory)
    } catch {
      return false
    }
  })
}

/** Waits, for at most that long, until it is so. */
export async function eventually (isSo: () => boolean | Promise<boolean>, seconds: number = 20): Promise<boolean> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(50)) {
    if (await isSo()) return true
  }
  return false
}
