import { execFile, execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { temporaryDirectory } from './processes.js'

const run = promisify(execFile)
/** Debian's, for which it has openpyxl and xlsxwriter. */
const PYTHON = '/usr/bin/python3'
const SCRIPT = fileURLToPath(new URL('office.py', import.meta.url))

function works (program: string, ...parameters: string[]): boolean {
  try {
    execFileSync(program, parameters, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const unlessMissing = (isHere: boolean, packages: string) =>
  isHere || process.env.CI !== undefined ? {} : { skip: `there is no ${packages}` }

/** Debian's libreoffice-calc-nogui, or libreoffice-calc: where the checks run, it must be there. */
export const withOffice = unlessMissing(works('soffice', '--version'), 'LibreOffice')
export const withPython = unlessMissing(works(PYTHON, '-c', 'import openpyxl, xlsxwriter'), 'python3-openpyxl and python3-xlsxwriter')

const VIETNAMESE = '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">' +
  '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop></item></oor:items>'

/** The filters of LibreOffice: `59,34,76` is semicolons, quotation marks and UTF-8. */
export const TO_XLSX = 'xlsx:Calc MS Excel 2007 XML'
export const SEMICOLONS = 'csv:Text - txt - csv (StarCalc):59,34,76'

export interface Opened {
  /** By which filter it is read; what LibreOffice takes it for by its name when absent. */
  from?: string
  to: string
}

/** What LibreOffice makes of a file that somebody opens and saves, with the settings of a Vietnamese office. */
export async function office (t: Test) {
  const folder = await temporaryDirectory(t)
  await mkdir(join(folder, 'profile/user'), { recursive: true })
  await writeFile(join(folder, 'profile/user/registrymodifications.xcu'), VIETNAMESE)
  return async (name: string, bytes: Buffer, { from, to }: Opened): Promise<Buffer> => {
    await writeFile(join(folder, name), bytes)
    await run('soffice', [
      `-env:UserInstallation=file://${folder}/profile`, '--headless', ...from === undefined ? [] : [`--infilter=${from}`],
      '--convert-to', to, '--outdir', join(folder, 'out'), join(folder, name)
    ], { timeout: 200_000 })
    return await readFile(join(folder, 'out', name.replace(/\.\w+$/, `.${to.split(':')[0]}`)))
  }
}

/** Runs a command of office.py, which has a folder of its own to read from and write to. */
export async function python (t: Test) {
  const folder = await temporaryDirectory(t)
  return {
    put: (name: string, bytes: Buffer | string) => writeFile(join(folder, name), bytes),
    get: (name: string) => readFile(join(folder, name)),
    run: async (...parameters: string[]): Promise<string> => (await run(PYTHON, [SCRIPT, ...parameters], { cwd: folder, maxBuffer: 64e6 })).stdout
  }
}
