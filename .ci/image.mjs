// The steps of the Dockerfile without Docker, each stage in a directory: that what it copies is enough to build,
// that what it keeps is enough to run, and that its health check says so. The packages come from the registry.
// DATABASE_URL: a database for it.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const work = mkdtempSync(join(tmpdir(), 'image-'))
chmodSync(work, 0o755)
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

const ignored = new Set(readFileSync('.dockerignore', 'utf8').split('\n'))
const lines = readFileSync('Dockerfile', 'utf8').replaceAll(/\\\n\s*/g, '').split('\n').filter(line => /^[A-Z]+ /.test(line))

let stage
const stages = new Map()
const inStage = (path, { root, workdir } = stage) => join(root, path.startsWith('/') ? path : join(workdir, path))

const instructions = {
  FROM (rest) {
    const name = / AS (\w+)$/.exec(rest)?.[1] ?? 'last'
    stage = { root: join(work, name), workdir: '/', env: {} }
    stages.set(name, stage)
    mkdirSync(stage.root)
  },
  WORKDIR (path) { stage.workdir = path; mkdirSync(inStage('.'), { recursive: true }) },
  ENV (rest) { for (const pair of rest.split(' ')) stage.env[pair.split('=')[0]] = pair.split('=')[1] },
  COPY (rest) {
    const words = rest.split(' ')
    const from = words[0].startsWith('--from=') ? stages.get(words.shift().slice(7)) : undefined
    const to = words.pop()
    for (const source of words) {
      if (from === undefined && ignored.has(source)) throw new Error(`${source} is in .dockerignore`)
      cpSync(from === undefined ? source : inStage(source, from), to.endsWith('/') ? inStage(join(to, basename(source))) : inStage(to), { recursive: true })
    }
  },
  RUN (command) {
    if (!command.startsWith('npm ')) return console.log(`left out: ${command}`)
    execFileSync('sh', ['-c', command], { cwd: inStage('.'), stdio: 'inherit', env: { ...process.env, NODE_ENV: '', ...stage.env } })
  },
  HEALTHCHECK (rest) { stage.health = JSON.parse(rest.slice(rest.indexOf(' CMD ') + 5)) },
  CMD (rest) { stage.command = JSON.parse(rest) },
  USER () {},
  VOLUME () {},
  EXPOSE () {}
}
for (const line of lines) {
  console.log(line)
  instructions[line.slice(0, line.indexOf(' '))](line.slice(line.indexOf(' ') + 1))
}

const probe = createServer().listen(0, '127.0.0.1')
await new Promise(resolve => probe.on('listening', resolve))
const port = String(probe.address().port)
await new Promise(resolve => probe.close(resolve))

const id = option => Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
const user = process.getuid() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
const data = join(work, 'data')
mkdirSync(data)
if (user.uid !== undefined) chownSync(data, user.uid, user.gid)
const options = {
  cwd: inStage('.'),
  ...user,
  env: { PATH: process.env.PATH, ...stage.env, HOST: '127.0.0.1', PORT: port, DATA_DIR: data, SEED: 'demo', DATABASE_URL: process.env.DATABASE_URL }
}
const [program, ...parameters] = stage.command
const child = spawn(program, parameters, { ...options, stdio: 'inherit' })
process.on('exit', () => child.kill('SIGKILL'))
const ended = new Promise(resolve => child.on('exit', (code, signal) => resolve(code ?? signal)))
const healthy = () => spawnSync(stage.health[0], stage.health.slice(1), options).status === 0

const end = Date.now() + 120_000
let up = false
while (!(up = healthy()) && child.exitCode === null && Date.now() < end) await sleep(500)
console.log(up ? 'healthy' : 'never healthy')
child.kill('SIGTERM')
const code = await Promise.race([ended, sleep(20_000, 'no end')])
console.log(`SIGTERM: ${code}`)
process.exit(up && code === 0 ? 0 : 1)
