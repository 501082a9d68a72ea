import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { readConfig } from '../config.js'
import { openDatabase, type OpenDatabase } from '../db/client.js'
import { explainDatabaseError } from '../db/errors.js'
import { createClient, type ClientInput, type GrantInput } from '../features/clients/actions.js'
import { presentClient, presentSecret, presentTransition } from '../features/clients/present.js'
import { clientConstraints, clientProblems } from '../features/clients/problems.js'
import { findClientWithGrants, listEveryClient } from '../features/clients/queries.js'
import { schemas } from '../features/clients/schemas.js'
import { createSecret, revokeSecret } from '../features/clients/secret-actions.js'
import { listEverySecret } from '../features/clients/secret-queries.js'
import { createTransition } from '../features/clients/transition-actions.js'
import { toMicroseconds } from '../http/formats.js'
import { badRequest, notFound, Problem } from '../http/problem.js'
import { presentErrors } from '../http/schema-errors.js'
import { sharedSchemas } from '../http/schema.js'
import { createAjv } from '../http/validation.js'

/**
 * `npm run client -- …`: clients for when nobody can log in, by the rules of /v1/clients. On the database of
 * DATABASE_URL, else on the embedded one under DATA_DIR, whether the registry runs or not.
 */
const HELP = `Usage: npm run client -- <command>

  create --name <text> [--id <id>] --scope <scope> [--scope …]
         [--agency <code> …] [--with-subtree] [--all-agencies] [--indicator <code> …]
         [--contact-name <text>] [--contact-email <address>] [--contact-phone <number>]
                                          a client and its first secret, which is shown this once
  list [--state active|suspended|ended]   all clients
  show <id>                               one, with its grants
  suspend <id> --reason <text>            no token of it works until it is resumed
  resume <id> --reason <text>
  end <id> --reason <text>                for good: its id is never given again
  secret create <id> [--expires-at <instant>]
                                          another secret, shown this once; two are live at most
  secret list <id>
  secret revoke <id> <secret> --reason <text>

Scopes: registry:read registry:write registry:admin measurements:write measurements:review webhooks:write
Each --agency (or --all-agencies) with each --indicator (none: all indicators) is a grant to push figures.
An administrator when nobody can log in:
  npm run client -- create --name "Administrator" --scope registry:admin --scope registry:write

The database is that of DATABASE_URL, else the embedded one under DATA_DIR (./.data). Results are JSON on standard
output. A running registry judges pushes by a change at once, and everything else within 15 s.
`

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>
interface Command {
  /** What is named beside the command, in order. */
  names: readonly string[]
  options: NonNullable<ParseArgsConfig['options']>
  run (database: OpenDatabase, names: readonly string[], values: Values): Promise<unknown>
}

const CLIENT = { vi: 'client', en: 'client' }
const SECRET = { vi: 'mã bí mật', en: 'secret' }
const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const

const ajv = createAjv([...sharedSchemas, ...schemas])

/** As the body of the route would be checked. @throws Problem */
function checked<Body> (schema: string, body: object | string): Body {
  const validate = ajv.getSchema(schema)!
  // an option that was not given is no field
  const given: unknown = JSON.parse(JSON.stringify(body))
  if (!validate(given)) throw badRequest(presentErrors(validate.errors!, 'body', 100).errors)
  return given as Body
}

function grantsOf (values: Values): GrantInput[] {
  const named = (values['agency'] ?? []) as string[]
  const withSubtree = values['with-subtree'] === true ? { withSubtree: true } : {}
  const agencies = [
    ...named.map(agency => ({ agency, ...withSubtree })), ...values['all-agencies'] === true ? [{}] : []
  ]
  const indicators = (values['indicator'] ?? []) as string[]
  return agencies.flatMap(agency =>
    indicators.length === 0 ? [agency] : indicators.map(indicator => ({ ...agency, indicator })))
}

const found = <T>(what: T | undefined, noun: typeof CLIENT, id: string): T => {
  if (what === undefined) throw notFound(noun, id)
  return what
}

async function makeSecret ({ pool }: OpenDatabase, id: string, body: object) {
  const { expiresAt } = checked<{ expiresAt?: string }>('ClientSecretInput', body)
  const made = found(
    await createSecret(pool, id, expiresAt === undefined ? {} : { expiresAt: toMicroseconds(expiresAt) }), CLIENT, id
  )
  const { secret, ...row } = made
  return { ...presentSecret(row), secret }
}

const transition = (to: string): Command => ({
  names: ['id'],
  options: { reason: text },
  async run ({ pool }, [id], { reason }) {
    const made = await createTransition(pool, id!, checked('ClientTransitionInput', { to, reason }), null)
    return presentTransition(found(made, CLIENT, id!))
  }
})

const COMMANDS: Record<string, Command> = {
  create: {
    names: [],
    options: {
      id: text, name: text, scope: texts, agency: texts, 'with-subtree': flag, 'all-agencies': flag, indicator: texts,
      'contact-name': text, 'contact-email': text, 'contact-phone': text
    },
    async run (database, _names, values) {
      const contact = { name: values['contact-name'], email: values['contact-email'], phone: values['contact-phone'] }
      const input = checked<ClientInput>('ClientInput', {
        id: values['id'],
        name: values['name'],
        scopes: values['scope'],
        grants: grantsOf(values),
        ...Object.values(contact).some(value => value !== undefined) ? { contact } : {}
      })
      const made = await createClient(database.pool, input)
      const { secret } = await makeSecret(database, made.client.id, {})
      return { ...presentClient(made), secret }
    }
  },
  list: {
    names: [],
    options: { state: text },
    async run ({ db }, _names, { state }) {
      const all = (await listEveryClient(db)).map(presentClient)
      return { data: state === undefined ? all : all.filter(one => one.state === state) }
    }
  },
  show: {
    names: ['id'],
    options: {},
    run: async ({ db }, [id]) => presentClient(found(await findClientWithGrants(db, id!), CLIENT, id!))
  },
  suspend: transition('suspended'),
  resume: transition('active'),
  end: transition('ended'),
  'secret create': {
    names: ['id'],
    options: { 'expires-at': text },
    run: (database, [id], values) => makeSecret(database, id!, { expiresAt: values['expires-at'] })
  },
  'secret list': {
    names: ['id'],
    options: {},
    async run ({ db }, [id]) {
      found(await findClientWithGrants(db, id!), CLIENT, id!)
      return { data: (await listEverySecret(db, id!)).map(presentSecret) }
    }
  },
  'secret revoke': {
    names: ['id', 'secret'],
    options: { reason: text },
    async run ({ pool }, [id, secret], values) {
      checked('Uuid', secret!)
      const { reason } = checked<{ reason: string }>('SecretRevocationInput', { reason: values['reason'] })
      return presentSecret(found(await revokeSecret(pool, id!, secret!, reason), SECRET, secret!))
    }
  }
}

class UsageError extends Error {}

/** Standard output is for the result. */
const tell = (details: object, message: string) => { process.stderr.write(`${message} ${JSON.stringify(details)}\n`) }
const log = { debug () {}, info: tell, warn: tell }

/** A registry that runs on the embedded database holds its directory: then its server is used, and left running. */
async function findServer (env: NodeJS.ProcessEnv): Promise<{ connectionString: string, stop: () => Promise<void> }> {
  const { databaseUrl, dataDir } = readConfig(env)
  if (databaseUrl !== undefined) return { connectionString: databaseUrl, stop: async () => {} }
  // loaded only where it is needed: a command on a database of the operator's does without
  const [{ findEmbedded, startEmbedded }, { DirectoryInUse }] = await Promise.all([
    import('../embedded/postgres.js'), import('../embedded/lock.js')
  ])
  try {
    return await startEmbedded({ dataDir, log })
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error
    const connectionString = await findEmbedded(dataDir)
    if (connectionString === undefined) throw error
    return { connectionString, stop: async () => {} }
  }
}

function commandOf (args: readonly string[]): { command: Command, names: string[], values: Values } {
  const words = args[0] === 'secret' ? 2 : 1
  const name = args.slice(0, words).join(' ')
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined
  if (command === undefined) throw new UsageError(name === '' ? 'Which command?' : `There is no command "${name}".`)
  try {
    const { values, positionals } = parseArgs({
      args: args.slice(words), options: command.options, allowPositionals: true
    })
    if (positionals.length !== command.names.length) {
      throw new UsageError(`"${name}" takes ` +
        `${command.names.length === 0 ? 'no name' : command.names.map(one => `<${one}>`).join(' ')}.`)
    }
    return { command, names: positionals, values: values as Values }
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}

/** For a person; nothing of the inside. */
function explain (error: unknown): string {
  if (error instanceof Problem) {
    const { code, detail, errors } = error
    const about = (clientProblems as Record<string, { about: { en: string } } | undefined>)[code]?.about
    const lines = errors.map(({ pointer = '', detail }) => `  ${pointer.slice(1)}: ${detail.en}`)
    return [
      ...lines.length > 0 && detail === undefined ? ['Not done:'] : [detail?.en ?? about?.en ?? code], ...lines
    ].join('\n')
  }
  const failure = explainDatabaseError(error)
  const known = failure?.constraint === undefined ? undefined : clientConstraints[failure.constraint]
  if (known !== undefined) return known.detail.en
  if (['42P01', '42703'].includes(failure?.code ?? '')) {
    return 'The database is not up to this release: npm run db:migrate.'
  }
  return failure === undefined ? (error as Error).message : `The database refused it (${failure.code}).`
}

async function resultOf (args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return HELP
  const { command, names, values } = commandOf(args)
  const server = await findServer(env)
  try {
    const database = openDatabase({ connectionString: server.connectionString, max: 1 })
    try {
      return `${JSON.stringify(await command.run(database, names, values), null, 2)}\n`
    } finally {
      await Promise.race([database.close(), sleep(1_000)])
    }
  } finally {
    await server.stop()
  }
}

/** The exit code: 0 done, 1 refused, 2 not understood; and what belongs on standard output or standard error. */
export interface Outcome { code: 0 | 1 | 2, out: string, error: string }

export async function runClientCommand (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  try {
    return { code: 0, out: await resultOf(args, env), error: '' }
  } catch (error) {
    return error instanceof UsageError
      ? { code: 2, out: '', error: `${error.message}\nSee: npm run client -- --help\n` }
      : { code: 1, out: '', error: `${explain(error)}\n` }
  }
}
