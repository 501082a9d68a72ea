import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { test } from 'tap'

const eslint = new ESLint({ cwd: fileURLToPath(new URL('../..', import.meta.url)) })

/** What the linter says of that import in that file; the files need not exist. */
async function complaints (file: string, module: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import { x } from '${module}'\n\nexport const y = x\n`, { filePath: file })
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

const PACKAGES = /the domain is pure/
const HTTP = /knows no HTTP/
const DATABASE = /knows no database/
const OTHERS = /a feature may use another feature's queries, never its routes or schemas/
const DOMAIN = /domain may know nothing of the rest/
const DB = /db may know domain/
const EMBEDDED = /embedded may know db/
const LEDGER = /ledger may know db, domain/
const WORLD = /world may know ledger, db, domain/
const SHARED = /http may know db, domain/
const FEATURE = /features may know world, ledger, http, db, domain/
const PLUGIN = /plugins may know features, world, ledger, http, db, domain/

const forbidden: [file: string, module: string, why: RegExp][] = [
  ['src/app.ts', './server.js', /imported by nobody/],
  ['src/domain/period.ts', 'fastify', PACKAGES],
  ['src/domain/period.ts', 'drizzle-orm', PACKAGES],
  ['src/domain/period.ts', 'typebox', PACKAGES],
  ['src/domain/period.ts', 'node:fs', PACKAGES],
  ['src/domain/period.ts', 'fs', PACKAGES],
  ['src/domain/period.ts', '../config.js', DOMAIN],
  ['src/domain/period.ts', '../db/client.js', DOMAIN],
  ['src/domain/period.ts', '../http/problem.js', DOMAIN],
  ['src/domain/status/evaluate.ts', 'node:process', PACKAGES],
  ['src/domain/status/evaluate.ts', '../../http/problem.js', DOMAIN],
  ['src/domain/status/evaluate.ts', '../../world/figures.js', DOMAIN],
  ['src/db/client.ts', 'fastify', HTTP],
  ['src/db/client.ts', '@fastify/swagger', HTTP],
  ['src/db/client.ts', '../config.js', DB],
  ['src/db/client.ts', '../ledger/unit.js', DB],
  ['src/db/schema/targets.ts', '../../http/schema.js', DB],
  ['src/db/schema/targets.ts', '../../features/targets/rules.js', DB],
  ['src/embedded/postgres.ts', '../config.js', EMBEDDED],
  ['src/embedded/postgres.ts', '../process/database.js', EMBEDDED],
  ['src/embedded/postgres.ts', '../ledger/unit.js', EMBEDDED],
  ['src/ledger/unit.ts', 'fastify', HTTP],
  ['src/ledger/unit.ts', '../http/problem.js', LEDGER],
  ['src/ledger/unit.ts', '../world/figures.js', LEDGER],
  ['src/ledger/unit.ts', '../features/targets/queries.js', LEDGER],
  ['src/world/figures.ts', 'fastify', HTTP],
  ['src/world/figures.ts', '../http/problem.js', WORLD],
  ['src/world/figures.ts', '../features/status/evaluate.js', WORLD],
  ['src/http/list.ts', '../features/targets/queries.js', SHARED],
  ['src/http/list.ts', '../plugins/auth.js', SHARED],
  ['src/http/list.ts', '../world/figures.js', SHARED],
  ['src/http/list.ts', '../ledger/unit.js', SHARED],
  ['src/http/list.ts', '../app.js', SHARED],
  ['src/http/stream/csv.ts', '../../features/targets/queries.js', SHARED],
  ['src/plugins/auth.ts', '../app.js', PLUGIN],
  ['src/plugins/auth.ts', '../server.js', PLUGIN],
  ['src/plugins/auth.ts', '../process/log.js', PLUGIN],
  ['src/plugins/auth.ts', '../seed/load.js', PLUGIN],
  ['src/plugins/auth.ts', '../features/identity/routes.js', /knows no route/],
  ['src/plugins/auth.ts', '../features/identity/schemas.js', /knows no route/],
  ['src/features/targets/routes.ts', '../../app.js', FEATURE],
  ['src/features/targets/routes.ts', '../../server.js', FEATURE],
  ['src/features/targets/routes.ts', '../../process/log.js', FEATURE],
  ['src/features/targets/routes.ts', '../../plugins/auth.js', FEATURE],
  ['src/features/targets/actions.ts', '../../seed/load.js', FEATURE],
  ['src/features/references.ts', '../plugins/auth.js', FEATURE],
  ...['routes', 'schemas', 'queries', 'actions', 'rules', 'present'].flatMap((room): [string, string, RegExp][] => [
    [`src/features/targets/${room}.ts`, '../indicators/routes.js', OTHERS],
    [`src/features/targets/${room}.ts`, '../indicators/schemas.js', OTHERS],
    [`src/features/targets/${room}.ts`, '../measurements/submission-routes.js', OTHERS]
  ]),
  ['src/features/references.ts', './targets/routes.js', OTHERS],
  ['src/features/targets/queries.ts', 'fastify', HTTP],
  ['src/features/targets/actions.ts', '@fastify/cors', HTTP],
  ['src/features/measurements/submission-queries.ts', 'fastify', HTTP],
  ['src/features/targets/rules.ts', 'fastify', HTTP],
  ['src/features/targets/rules.ts', 'drizzle-orm/pg-core', DATABASE],
  ['src/features/targets/rules.ts', 'pg', DATABASE],
  ['src/features/targets/rules.ts', '../../db/client.js', /rules are pure/],
  ['src/features/targets/rules.ts', '../../world/figures.js', /rules are pure/]
]

const allowed: [file: string, module: string][] = [
  ['src/server.ts', './app.js'],
  ['src/server.ts', './seed/load.js'],
  ['src/app.ts', './features/targets/routes.js'],
  ['src/app.ts', './plugins/auth.js'],
  ['src/domain/period.ts', './date.js'],
  ['src/domain/period.ts', './status/index.js'],
  ['src/domain/status/evaluate.ts', '../decimal.js'],
  ['src/db/client.ts', 'pg'],
  ['src/db/client.ts', './schema/index.js'],
  ['src/db/schema/targets.ts', '../instant.js'],
  ['src/embedded/postgres.ts', '../db/client.js'],
  ['src/db/schema/targets.ts', '../../domain/words.js'],
  ['src/ledger/unit.ts', '../db/client.js'],
  ['src/world/figures.ts', '../ledger/moment.js'],
  ['src/world/figures.ts', '../domain/period.js'],
  ['src/http/list.ts', '../domain/date.js'],
  ['src/http/stream/csv.ts', '../../domain/date.js'],
  ['src/features/targets/queries.ts', '../../world/figures.js'],
  ['src/features/references.ts', '../http/problem.js'],
  ['src/plugins/auth.ts', '../features/identity/tokens.js'],
  ['src/features/targets/routes.ts', 'fastify'],
  ['src/features/targets/routes.ts', './schemas.js'],
  ['src/features/targets/routes.ts', './queries.js'],
  ['src/features/targets/routes.ts', '../indicators/queries.js'],
  ['src/features/measurements/submission-routes.ts', './routes.js'],
  ['src/features/targets/queries.ts', 'drizzle-orm'],
  ['src/features/targets/actions.ts', './rules.js'],
  ['src/features/targets/rules.ts', '../../domain/decimal.js'],
  ['src/seed/load.ts', '../features/pushes/row.js'],
  ['test/server.test.ts', '../src/app.js']
]

test('an import against the direction of the house is an error', async t => {
  for (const [file, module, why] of forbidden) {
    const said = await complaints(file, module)
    t.match(said, [/^no-restricted-imports: /], `${file} imports ${module}`)
    t.match(said.join(), why, `${file} imports ${module}: why`)
  }
})

test('an import along it is none', async t => {
  for (const [file, module] of allowed) t.same(await complaints(file, module), [], `${file} imports ${module}`)
})

test('a type is an import too', async t => {
  const [result] = await eslint.lintText("import type { Config } from '../config.js'\n\nexport type C = Config\n", { filePath: 'src/domain/period.ts' })
  t.match(result!.messages, [{ ruleId: 'no-restricted-imports', severity: 2 }])
})
