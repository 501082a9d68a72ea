import { readFile } from 'node:fs/promises'
import { test } from 'tap'

interface Package { version?: string, integrity?: string, hasInstallScript?: boolean, engines?: { node?: string } }
const read = async (file: string) => JSON.parse(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8'))
const packages: Record<string, Package> = (await read('package-lock.json')).packages
const own = await read('package.json')

const numbers = (version: string) => version.split('-')[0]!.split('.').map(Number)
function isBelow (version: string, minimum: string): boolean {
  const [a, b] = [numbers(version), numbers(minimum)]
  const at = b.findIndex((part, index) => part !== (a[index] ?? 0))
  return at === -1 ? version.includes('-') : (a[at] ?? 0) < b[at]!
}

/** Older ones have holes that are published; `npm audit` is not to be had everywhere, this list is. */
const MINIMA: Record<string, string> = {
  'fast-jwt': '6.3.6',
  jose: '6.0.0',
  'drizzle-orm': '0.45.2',
  fastify: '5.12.6'
}

test('comparing versions', async t => {
  for (const [version, minimum, below] of [
    ['6.3.6', '6.3.6', false], ['6.3.5', '6.3.6', true], ['6.10.0', '6.3.6', false], ['10.0.0', '9.9.9', false],
    ['5.99.99', '6.0.0', true], ['6.3.6-rc.1', '6.3.6', true], ['6.4.0-rc.1', '6.3.6', false]
  ] as const) t.equal(isBelow(version, minimum), below, `${version} below ${minimum}`)
})

test('no package is older than it may be, wherever in the tree it lies', async t => {
  for (const [name, minimum] of Object.entries(MINIMA)) {
    const found = Object.entries(packages).filter(([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`))
    t.not(found.length, 0, `${name} is there`)
    for (const [path, { version }] of found) t.notOk(isBelow(version!, minimum), `${path} ${version} is at least ${minimum}`)
  }
})

test('the lock file names no host, and vouches for every package', async t => {
  // pages that ask for money are the only addresses there are
  const lines = JSON.stringify(packages, (key, value) => key === 'funding' ? undefined : value, 1).split('\n')
  t.same(lines.filter(line => line.includes('://') || line.includes('"resolved"')), [])
  t.same(Object.keys(packages).filter(path => path !== '' && packages[path]?.integrity?.startsWith('sha512-') !== true), [])
})

test('every package with a script at its installation is named, as allowed or not', async t => {
  const named: Record<string, boolean> = own.allowScripts
  const scripted = Object.keys(packages).filter(path => packages[path]?.hasInstallScript === true)
    .map(path => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
  t.same([...new Set(scripted)].sort(), Object.keys(named).sort())
  // what it would do is to tell somebody that we have installed it
  t.same(Object.keys(named).filter(name => named[name] !== true), ['@scarf/scarf'])
})

/** Whether a range as npm's `engines` have it holds that version. */
function admits (range: string, version: string): boolean {
  return range.split('||').some(part => part.trim().replaceAll(/([<>=^~]+)\s+/g, '$1').split(/\s+/).every(comparator => {
    const [, operator, bound] = /^(>=|<|\^|)v?(\d+(?:\.\d+){0,2})(?:\.[x*])?$/.exec(comparator) ?? []
    if (bound === undefined) return comparator === '*'
    const [major, minor] = numbers(bound)
    const under = isBelow(version, bound)
    if (operator === '>=') return !under
    if (operator === '<') return under
    const same = operator === '^' ? [major] : [major, minor].filter(part => part !== undefined)
    return !under && same.every((part, index) => numbers(version)[index] === part)
  }))
}

test('every package admits the oldest Node we admit, and those after it', async t => {
  t.ok(admits('^18.18.0 || ^20.9.0 || >=21.1.0', '20.19.0') && admits('18 || 20 || >=22', '20.19.0') && admits('>= 14.6', '20.19.0'))
  t.notOk(admits('>=22', '20.19.0') || admits('^20.20.0 || >=22', '20.19.0') || admits('>=6.0 <20', '20.19.0') || admits('20.18', '20.19.0'))
  const oldest = own.engines.node.replace(/^>=/, '')
  t.match(oldest, /^20\.\d+$/)
  for (const version of [`${oldest}.0`, '22.20.0', '24.11.0']) {
    const refusing = Object.entries(packages).filter(([path, { engines }]) => path !== '' && engines?.node !== undefined && !admits(engines.node, version))
    t.same(refusing.map(([path, { engines }]) => `${path}: ${engines!.node}`), [], version)
  }
})
