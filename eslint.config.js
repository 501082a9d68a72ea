import neostandard from 'neostandard'

/**
 * The direction in which the parts of the house may know each other (docs/architecture.md);
 * test/contract/lint.test.ts sees each of these fail. Of two entries for one file the later one counts.
 */
const forbid = (files, ...patterns) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', {
      patterns: patterns.map(([regex, message]) => ({ regex, message }))
    }]
  }
})

const FASTIFY = ['^(fastify|@fastify/.*)$', 'this part knows no HTTP']
const DATABASE = ['^(drizzle-orm|pg)(/.*)?$', 'this part knows no database']
const PACKAGES = ['^[^.]', 'the domain is pure: no package, no clock, no environment, no files']
const OTHERS = ['^(\\.\\.?|\\.\\./\\.\\./features)/[^./][^/]*/([^/]+-)?(routes|schemas)\\.js$', 'a feature may use another feature\'s queries, never its routes or schemas']
const ROUTES = ['/features/.*(routes|schemas)\\.js$', 'a plugin knows no route']
const PURE = ['/(db|ledger|world)/', 'rules are pure']

const BELOW_FEATURES = ['world', 'ledger', 'http', 'db', 'domain']

/** What lies outside `src/<name>`, `depth` folders above the file, but for these rooms. */
const outside = (name, known, depth) => [
  `^${'\\.\\./'.repeat(depth)}(?!(${[name, ...known].join('|')})/)`,
  `${name} may know ${known.length === 0 ? 'nothing of the rest' : known.join(', ')}`
]

/** A room may know of `src/` these rooms alone. */
const room = (name, known, ...more) => [
  forbid([`src/${name}/*`], ...more, outside(name, known, 1)),
  forbid([`src/${name}/*/**`], ...more, outside(name, known, 2))
]

export default [
  ...neostandard({ ts: true, ignores: ['dist/', '.tap/', '.data/', 'node_modules/', 'coverage/'] }),
  {
    rules: {
      // a TypeBox const and its Static type stand side by side under one name
      '@typescript-eslint/no-redeclare': 'off',
      // rows of short properties read better in groups
      '@stylistic/object-property-newline': 'off'
    }
  },
  {
    files: ['src/**'],
    rules: { '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true, ignoreRegExpLiterals: true }] }
  },
  // a paragraph of Markdown is a line
  { files: ['src/plugins/openapi-text.ts'], rules: { '@stylistic/max-len': 'off' } },
  // the text of a CHECK is compared with the snapshot of the migrations, letter by letter
  { files: ['src/db/schema/**'], rules: { '@stylistic/max-len': ['error', { code: 120, ignoreTemplateLiterals: true }] } },
  forbid(['src/*'], ['/server\\.js$', 'the process is imported by nobody']),
  ...room('domain', [], PACKAGES),
  ...room('db', ['domain'], FASTIFY),
  ...room('embedded', ['db'], FASTIFY),
  ...room('ledger', ['db', 'domain'], FASTIFY),
  ...room('world', ['ledger', 'db', 'domain'], FASTIFY),
  ...room('http', ['db', 'domain']),
  ...room('features', BELOW_FEATURES, OTHERS),
  ...room('plugins', ['features', ...BELOW_FEATURES], ROUTES),
  forbid(['src/features/**/{queries,actions,*-queries,*-actions}.ts'], outside('features', BELOW_FEATURES, 2), OTHERS, FASTIFY),
  forbid(['src/features/**/rules.ts'], outside('features', BELOW_FEATURES, 2), OTHERS, FASTIFY, DATABASE, PURE)
]
