import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.js'

const ROOT = new URL('../../', import.meta.url)
const read = (file: string) => readFile(new URL(file, ROOT), 'utf8')

interface Service {
  image?: string
  build?: string
  environment: Record<string, string>
  ports?: string[]
  volumes: string[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
}

/** As compose puts it in where the variable is not set. */
const withDefaults = (_key: unknown, value: unknown) => typeof value === 'string' ? value.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1') : value

const compose: { services: { database: Service, api: Service }, volumes: Record<string, unknown> } = parse(await read('docker-compose.yml'), withDefaults)
const { database, api } = compose.services

/** Instructions of the Dockerfile, lines that go on put together. */
const instructions = (await read('Dockerfile')).replaceAll('\\\n', ' ').split('\n')
  .filter(line => /^[A-Z]+ /.test(line)).map(line => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const)
const all = (name: string) => instructions.filter(([instruction]) => instruction === name).map(([, rest]) => rest)
const imageEnv = Object.fromEntries(all('ENV').flatMap(rest => rest.split(' ').map(pair => pair.split('='))))

test('the settings that the containers get are settings the program takes', async t => {
  const config = readConfig({ ...imageEnv, ...api.environment })
  t.match(config, { host: '0.0.0.0', port: 3000, seed: 'demo', readAccess: 'public', publicUrl: 'http://localhost:3000', dataDir: '/data' })
  const url = new URL(config.databaseUrl!)
  t.match(url, { hostname: 'database', port: '5432', username: database.environment['POSTGRES_USER'], password: database.environment['POSTGRES_PASSWORD'], pathname: `/${database.environment['POSTGRES_DB']}` })
  const source = await read('src/config.ts')
  for (const name of Object.keys(api.environment)) t.ok(source.includes(`'${name}'`), `${name} is a setting`)
})

test('the api starts when the database is ready, and is reached from this machine only', async t => {
  t.same(api.depends_on, { database: { condition: 'service_healthy' } })
  t.match(database.healthcheck?.test.join(' '), /pg_isready -U registry -d registry/)
  t.same(api.ports, [`127.0.0.1:3000:${imageEnv['PORT']}`])
  t.notOk('ports' in database, 'the database by nobody')
})

test('what must last lies in volumes', async t => {
  // from version 18 on the image's data lies in a folder of its version below this one
  t.match(database.image, /^postgres:(1[89]|[2-9]\d)$/)
  t.same(database.volumes, ['database:/var/lib/postgresql'])
  t.same(api.volumes, [`data:${imageEnv['DATA_DIR']}`])
  t.same(Object.keys(compose.volumes).sort(), ['data', 'database'])
})

test('the image holds what runs, and runs it as an ordinary user', async t => {
  const { scripts, engines } = JSON.parse(await read('package.json'))
  const ignored = (await read('.dockerignore')).split('\n')
  for (const copy of all('COPY').filter(rest => !rest.startsWith('--from='))) {
    for (const source of copy.split(' ').slice(0, -1)) {
      t.ok(existsSync(new URL(source, ROOT)) && !ignored.includes(source), `${source} is there to be copied`)
    }
  }
  for (const name of ['node_modules', '.git', '.data']) t.ok(ignored.includes(name), `${name} stays out`)
  t.same(all('USER'), ['node'])
  t.equal(`exec ${JSON.parse(all('CMD').at(-1)!).join(' ')}`, scripts.start)
  for (const from of all('FROM')) t.ok(Number(/^node:(\d+)-/.exec(from)?.[1]) >= Number(/\d+/.exec(engines.node)?.[0]), from)
})

const tool = [['docker', 'compose'], ['docker-compose']].find(([command, ...rest]) => spawnSync(command!, [...rest, 'version']).status === 0)

test('compose takes the file', tool === undefined ? { skip: 'no docker compose here' } : {}, async t => {
  const [command, ...rest] = tool!
  const { status, stderr } = spawnSync(command!, [...rest, '-f', 'docker-compose.yml', 'config', '--quiet'], { cwd: ROOT, encoding: 'utf8' })
  t.equal(status, 0, stderr)
})
