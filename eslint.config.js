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
const SERVER = ['/server\\.js$', 'the process is imported by nobody']
const PROCESS = ['^(\\.\\./)+(app|banner|database|first-client|server)\\.js$', 'the process and the app know their parts, never the other way round']
const OTHERS = ['^(\\.\\.?|\\.\\./\\.\\./features)/[^./][^/]*/([^/]+-)?(routes|schemas)\\.js$', 'a feature may use another feature\'s queries, never its routes or schemas']
const OUTER = ['/(plugins|seed)/', 'a feature knows neither plugins nor seeds']

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
  forbid(['src/**'], SERVER),
  forbid(['src/domain/*'], PACKAGES, ['^\\.\\./', 'the domain knows nothing of the rest']),
  forbid(['src/domain/*/**'], PACKAGES, ['^\\.\\./\\.\\./', 'the domain knows nothing of the rest']),
  forbid(['src/db/*'], FASTIFY, ['^\\.\\./', 'the database layer knows nothing of ours']),
  forbid(['src/db/*/**'], FASTIFY,
    ['^\\.\\./\\.\\./(?!domain/)', 'tables know the words of the domain, and nothing else of ours']),
  forbid(['src/http/**'], PROCESS, ['/(features|plugins|seed)/', 'what every route shares names no feature']),
  forbid(['src/plugins/**'], PROCESS, ['/seed/', 'a plugin knows no seed'], ['/features/.*(routes|schemas)\\.js$', 'a plugin knows no route']),
  forbid(['src/features/**'], PROCESS, OTHERS, OUTER),
  forbid(['src/features/**/{queries,actions,*-queries,*-actions}.ts'], PROCESS, OTHERS, OUTER, FASTIFY),
  forbid(['src/features/**/rules.ts'], PROCESS, OTHERS, OUTER, FASTIFY, DATABASE, ['/db/', 'rules are pure'])
]
