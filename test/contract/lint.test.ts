import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { test } from 'tap'

const eslint = new ESLint({ cwd: fileURLToPath(new URL('../..', import.meta.url)) })

/** What the linter says of that import in that file; the files need not exist. */
async function complaints (file: string, module: string): Promise<string[]> {
  const [result] = await eslint.lintText(`import { x } from '${module}'\n\nexport const y = x\n`, { filePath: file })
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)
}

const DOMAIN = /the domain/
const HTTP = /knows no HTTP/
const DATABASE = /knows no database/
const OTHERS = /a feature may use another feature's queries, never its routes or schemas/
const UPWARDS = /the process and the app know their parts/

const forbidden: [file: string, module: string, why: RegExp][] = [
  ['src/app.ts', './server.js', /imported by nobody/],
  ['src/first-client.ts', './server.js', /imported by nobody/],
  ['src/seed/load.ts', '../server.js', /imported by nobody/],
  ['src/domain/period.ts', 'fastify', DOMAIN],
  ['src/domain/period.ts', 'drizzle-orm', DOMAIN],
  ['src/domain/period.ts', 'typebox', DOMAIN],
  ['src/domain/period.ts', 'node:fs', DOMAIN],
  ['src/domain/period.ts', 'fs', DOMAIN],
  ['src/domain/period.ts', '../config.js', DOMAIN],
  ['src/domain/period.ts', '../db/client.js', DOMAIN],
  ['src/domain/period.ts', '../http/problem.js', DOMAIN],
  ['src/domain/status/evaluate.ts', 'node:process', DOMAIN],
  ['src/domain/status/evaluate.ts', '../../http/problem.js', DOMAIN],
  ['src/domain/status/evaluate.ts', '../../features/status/queries.js', DOMAIN],
  ['src/db/client.ts', 'fastify', HTTP],
  ['src/db/client.ts', '@fastify/swagger', HTTP],
  ['src/db/client.ts', '../config.js', /nothing of ours/],
  ['src/db/client.ts', '../domain/period.js', /nothing of ours/],
  ['src/db/client.ts', '../http/problem.js', /nothing of ours/],
  ['src/db/schema/targets.ts', '../../http/schema.js', /words of the domain/],
  ['src/db/schema/targets.ts', '../../features/targets/rules.js', /words of the domain/],
  ['src/http/list.ts', '../features/targets/queries.js', /names no feature/],
  ['src/http/list.ts', '../plugins/auth.js', /names no feature/],
  ['src/http/list.ts', '../app.js', UPWARDS],
  ['src/plugins/auth.ts', '../app.js', UPWARDS],
  ['src/plugins/auth.ts', '../server.js', UPWARDS],
  ['src/plugins/auth.ts', '../seed/load.js', /knows no seed/],
  ['src/plugins/auth.ts', '../features/identity/routes.js', /knows no route/],
  ['src/plugins/auth.ts', '../features/identity/schemas.js', /knows no route/],
  ['src/features/targets/routes.ts', '../../app.js', UPWARDS],
  ['src/features/targets/routes.ts', '../../server.js', UPWARDS],
  ['src/features/targets/routes.ts', '../../plugins/auth.js', /neither plugins nor seeds/],
  ['src/features/targets/actions.ts', '../../seed/load.js', /neither plugins nor seeds/],
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
  ['src/features/targets/rules.ts', '../../db/client.js', /rules are pure/]
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
  ['src/db/schema/targets.ts', '../../domain/words.js'],
  ['src/http/list.ts', '../domain/date.js'],
  ['src/plugins/auth.ts', '../features/identity/tokens.js'],
  ['src/features/targets/routes.ts', 'fastify'],
  ['src/features/targets/routes.ts', './schemas.js'],
  ['src/features/targets/routes.ts', './queries.js'],
  ['src/features/targets/routes.ts', '../indicators/queries.js'],
  ['src/features/measurements/submission-routes.ts', './routes.js'],
  ['src/features/targets/queries.ts', 'drizzle-orm'],
  ['src/features/targets/actions.ts', './rules.js'],
  ['src/features/targets/rules.ts', '../../domain/decimal.js'],
  ['src/seed/load.ts', '../features/measurements/row.js'],
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
