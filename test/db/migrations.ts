import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { MIGRATIONS_FOLDER } from '../../src/db/migrate.js'

export async function copyOfMigrations (t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true })
  return folder
}

export async function editJournal (folder: string, edit: (entries: { when: number, tag: string, idx: number }[]) => void): Promise<string[]> {
  const path = join(folder, 'meta', '_journal.json')
  const journal = JSON.parse(await readFile(path, 'utf8'))
  edit(journal.entries)
  await writeFile(path, JSON.stringify(journal))
  return journal.entries.map((entry: { tag: string }) => entry.tag)
}

/** One more, behind all others. */
export async function addMigration (folder: string, tag: string, ...statements: string[]): Promise<void> {
  await writeFile(join(folder, `${tag}.sql`), statements.join(';--> statement-breakpoint\n'))
  await editJournal(folder, entries => {
    const last = entries.at(-1)!
    entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag })
  })
}
