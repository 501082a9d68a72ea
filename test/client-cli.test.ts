import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { test, type Test } from 'tap'
import { runClientCommand } from '../src/process/client-command.js'
import { build, database } from './helper.js'
import { startProcess, temporaryDirectory } from './setup/processes.js'
import { token, up } from './setup/server.js'

/** As a process of its own, which takes seconds. */
async function run (t: Test, env: Record<string, string>, ...parameters: string[]) {
  const started = startProcess(t, 'src/client.cli.ts', env, parameters)
  const code = await started.ended
  return { code, out: started.stdout(), error: started.stderr() }
}

test('on a database of the operator\'s', async t => {
  const given = await database(t, { seed: 'plan' })
  const app = await build(t, { database: given })
  const env = { DATABASE_URL: given.connectionString }
  const client = (...parameters: string[]) => runClientCommand(parameters, env)
  const does = async (...parameters: string[]) => {
    const { code, out, error } = await client(...parameters)
    t.equal(code, 0, `${parameters.join(' ')}: ${error}`)
    return JSON.parse(out)
  }

  const help = await client('--help')
  t.equal(help.code, 0)
  for (const word of ['create', 'list', 'show', 'suspend', 'resume', 'end', 'secret create', 'secret revoke', 'DATABASE_URL']) t.ok(help.out.includes(word), word)

  const made = await does('create', '--id', 'quan-tri', '--name', 'Quản trị', '--scope', 'registry:admin', '--scope', 'measurements:write',
    '--agency', 'UBND-BINH-THUAN', '--with-subtree', '--indicator', 'KTS-05', '--indicator', 'KTS-03', '--contact-email', 'an@example.vn')
  t.match(made, {
    id: 'quan-tri',
    contact: { email: 'an@example.vn' },
    scopes: ['registry:admin', 'measurements:write'],
    grants: [{ agency: 'UBND-BINH-THUAN', withSubtree: true, indicator: 'KTS-05' }, { agency: 'UBND-BINH-THUAN', withSubtree: true, indicator: 'KTS-03' }],
    secret: /^[\w-]{43}$/
  })
  const authorization = `Basic ${Buffer.from(`quan-tri:${made.secret}`).toString('base64')}`
  const asked = await app.inject({
    method: 'POST', url: '/oauth/token', headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' }, payload: 'grant_type=client_credentials'
  })
  t.equal(asked.statusCode, 200, 'its secret opens')

  const { secret, ...shown } = made
  t.strictSame(await does('show', 'quan-tri'), shown)
  t.match(await does('list'), { data: [{ id: 'quan-tri' }] })
  t.same((await does('list', '--state', 'ended')).data, [])
  await does('create', '--id', 'hai', '--name', 'Hai', '--scope', 'registry:read', '--all-agencies')
  t.match(await does('suspend', 'hai', '--reason', 'Thử'), { sequence: 1, to: 'suspended', reason: 'Thử' })
  t.match(await does('resume', 'hai', '--reason', 'Thử'), { sequence: 2, to: 'active' })
  const another = await does('secret', 'create', 'hai', '--expires-at', '2099-01-01T00:00:00Z')
  t.match(another, { secret: /^[\w-]{43}$/, expiresAt: '2099-01-01T00:00:00.000000Z' })
  t.equal((await does('secret', 'list', 'hai')).data.length, 2)
  t.match(await does('secret', 'revoke', 'hai', another.id, '--reason', 'Thử'), { live: false })
  t.match(await does('end', 'hai', '--reason', 'Thử'), { to: 'ended' })

  const refused: [parameters: string[], code: number, error: RegExp][] = [
    [['destroy'], 2, /no command "destroy".*\n.*--help/],
    [['show'], 2, /takes <id>/],
    [['list', '--all'], 2, /--all/],
    [['show', 'nobody'], 1, /no client "nobody"/],
    [['create', '--name', 'x'], 1, /scopes/],
    [['create', '--name', 'x', '--scope', 'all'], 1, /scopes\/0: .*measurements:review/],
    [['create', '--id', 'me', '--name', 'x', '--scope', 'registry:read'], 1, /id: "me" is reserved/],
    [['create', '--id', 'hai', '--name', 'x', '--scope', 'registry:read'], 1, /This id is taken/],
    [['create', '--name', 'x', '--scope', 'measurements:write', '--agency', 'NONE'], 1, /grants\/0\/agency: There is no agency "NONE"/],
    [['suspend', 'quan-tri'], 1, /reason/],
    [['suspend', 'quan-tri', '--reason', 'Thử'], 1, /no active client with registry:admin/],
    [['resume', 'hai', '--reason', 'Thử'], 1, /ended for good/],
    [['secret', 'revoke', 'quan-tri', 'x', '--reason', 'Thử'], 1, /UUID/i]
  ]
  for (const [parameters, code, error] of refused) {
    const told = await client(...parameters)
    t.equal(told.code, code, parameters.join(' '))
    t.match(told.error, error)
    t.notMatch(told.error, /\n +at |select|insert/, 'nothing of the inside')
    t.equal(told.out, '')
  }

  for (const [parameters, code, out, error] of [
    [['show', 'hai'], 0, /^\{\n {2}"id": "hai",/, /^$/],
    [['show', 'nobody'], 1, /^$/, /^There is no client "nobody"/i],
    [['destroy'], 2, /^$/, /^There is no command "destroy"\.\n.*--help\n$/]
  ] as const) t.match(await run(t, env, ...parameters), { code, out, error }, 'the same as a process')
})

test('on the embedded database, while the registry runs and when it does not', async t => {
  const dataDir = join(await temporaryDirectory(t), 'data')
  const started = await up(t, { DATA_DIR: dataDir })
  const env = { DATA_DIR: dataDir }
  const first = await run(t, env, 'create', '--id', 'cuu-ho', '--name', 'Cứu hộ', '--scope', 'registry:admin')
  t.equal(first.code, 0, first.error)
  const { secret } = JSON.parse(first.out)
  t.ok(await token(started.url, 'cuu-ho', secret), 'the running registry knows it')
  started.child.kill('SIGTERM')
  await started.ended
  const second = await run(t, env, 'list')
  t.equal(second.code, 0, second.error)
  const { id } = JSON.parse(await readFile(join(dataDir, 'client.json'), 'utf8'))
  t.same(JSON.parse(second.out).data.map((one: { id: string }) => one.id), [id, 'cuu-ho'].sort())
})
