import neostandard from 'neostandard'

/** The direction in which the parts of the house may know each other (docs/architecture.md). */
const forbid = (files, patterns) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', {
      patterns: patterns.map(([regex, message]) => ({ regex, message }))
    }]
  }
})

const FASTIFY = ['^(fastify|@fastify/.*)$', 'this part knows no HTTP']
const DATABASE = ['^(drizzle-orm|pg)(/.*)?$', 'this part knows no database']

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
  forbid(['src/domain/**'], [
    FASTIFY, DATABASE,
    ['^node:', 'the domain is pure: no clock, no environment, no files'],
    ['/(db|http|plugins|features|seed)/', 'the domain knows nothing of the rest']
  ]),
  forbid(['src/db/**'], [FASTIFY, ['/(http|plugins|features|seed)/', 'the database layer knows nothing of ours']]),
  forbid(['src/http/**'], [['/(features|plugins|seed)/', 'what every route shares names no feature']]),
  forbid(['src/features/*/queries.ts', 'src/features/*/actions.ts'], [FASTIFY]),
  forbid(['src/features/*/rules.ts'], [FASTIFY, DATABASE, ['/db/', 'rules are pure']]),
  forbid(['src/features/*/routes.ts', 'src/features/*/schemas.ts'], [
    ['^\\.\\./[^/]+/(routes|schemas)\\.js$', 'a feature may use another feature\'s queries, never its routes or schemas']
  ])
]
