import type { Server } from 'node:http'
import fastifyJwt from '@fastify/jwt'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type pg from 'pg'
import { CODES, codeSchemas, PROBLEMS } from './codes.js'
import type { Config } from './config.js'
import type { Database } from './db/client.js'
import { agencyConstraints } from './features/agencies/problems.js'
import agencies from './features/agencies/routes.js'
import { assignmentConstraints } from './features/assignments/problems.js'
import assignments from './features/assignments/routes.js'
import { clientConstraints } from './features/clients/problems.js'
import clients from './features/clients/routes.js'
import { createClientDirectory } from './features/identity/directory.js'
import { findCaller } from './features/identity/queries.js'
import { createRemoteKeys } from './features/identity/remote-keys.js'
import { createKeyRing } from './features/identity/ring.js'
import { identity } from './features/identity/routes.js'
import { jwtOptions, Tokens } from './features/identity/tokens.js'
import { indicatorConstraints } from './features/indicators/problems.js'
import indicators from './features/indicators/routes.js'
import { targetConstraints } from './features/targets/problems.js'
import targets from './features/targets/routes.js'
import { createCatalogue } from './features/pushes/facts.js'
import { measurementConstraints } from './features/measurements/problems.js'
import measurements from './features/measurements/routes.js'
import rankings from './features/rankings/routes.js'
import scorecards from './features/scorecards/routes.js'
import status from './features/status/routes.js'
import { calendarConstraints } from './features/calendars/problems.js'
import calendars from './features/calendars/routes.js'
import obligations from './features/obligations/routes.js'
import { extensionConstraints } from './features/extensions/problems.js'
import extensions from './features/extensions/routes.js'
import { explanationConstraints } from './features/explanations/problems.js'
import explanations from './features/explanations/routes.js'
import { holidayConstraints } from './features/holidays/problems.js'
import holidays from './features/holidays/routes.js'
import { dimensionConstraints } from './features/dimensions/problems.js'
import dimensions from './features/dimensions/routes.js'
import { documentConstraints } from './features/documents/problems.js'
import documents from './features/documents/routes.js'
import { pillarConstraints } from './features/pillars/problems.js'
import pillars from './features/pillars/routes.js'
import { planConstraints } from './features/plans/problems.js'
import plans from './features/plans/routes.js'
import { qualityConstraints } from './features/quality/problems.js'
import quality from './features/quality/routes.js'
import { taskConstraints } from './features/tasks/problems.js'
import tasks from './features/tasks/routes.js'
import { reorganisationConstraints } from './features/reorganisations/problems.js'
import reorganisations from './features/reorganisations/routes.js'
import submissions from './features/submissions/routes.js'
import statusRules from './features/status-rules/routes.js'
import { clientErrorHandler, connectHandler, expectationHandler } from './http/client-errors.js'
import { LIMITS, type Limits } from './http/limits.js'
import type { ConstraintProblems } from './http/problem.js'
import { parseQuery } from './http/query.js'
import { requestId } from './http/render.js'
import { sharedSchemas } from './http/schema.js'
import { createSchemaControl } from './http/validation.js'
import type { SigningKeys } from './features/identity/key-material.js'
import { Metrics } from './plugins/metrics.js'
import auth, { securitySchemes } from './plugins/auth.js'
import conditional from './plugins/conditional.js'
import database from './plugins/database.js'
import docs from './plugins/docs.js'
import exporting from './plugins/exports.js'
import headers from './plugins/headers.js'
import { health } from './plugins/health.js'
import idempotency from './plugins/idempotency.js'
import intake from './plugins/intake.js'
import lanes, { OPEN_LANES, type LanesOptions, type Threads } from './plugins/lanes.js'
import { landing } from './plugins/landing.js'
import measuring from './plugins/measuring.js'
import methods from './plugins/methods.js'
import openapi from './plugins/openapi.js'
import paging from './plugins/paging.js'
import { problemPages } from './plugins/problem-pages.js'
import problems from './plugins/problems.js'
import rates from './plugins/rates.js'
import recorded from './plugins/recorded.js'
import sight from './plugins/sight.js'
import validateResponses, { type ValidateOptions } from './plugins/validate-responses.js'
import { VERSION } from './http/version.js'

export interface AppOptions {
  config: Pick<Config, 'publicUrl' | 'readAccess' | 'trustProxy' | 'rateLimitClient' | 'rateLimitAddress'> &
    Partial<Pick<Config, 'trustedIssuers'>>
  pool: pg.Pool
  db: Database
  signingKeys: SigningKeys
  logger: FastifyBaseLogger
  /** Where what it does is counted; its own when absent. */
  metrics?: Metrics | undefined
  /** Tests shorten the times. */
  limits?: Partial<Limits>
  /** Where dear reads are done, and what computes for long; absent: here. */
  threads?: Threads | undefined
  /** It is one of those threads itself: who comes in here has been let in already. */
  thread?: LanesOptions['watch']
  /** Tests hold every answer to its documented schema: `true`, or what to do with a mismatch. */
  validateResponses?: boolean | ((mismatch: Error) => void) | ValidateOptions
}

/** What the violation of a constraint means to the client, by the constraint's name. */
const CONSTRAINTS: ConstraintProblems = {
  ...agencyConstraints,
  ...clientConstraints,
  ...reorganisationConstraints,
  ...calendarConstraints,
  ...holidayConstraints,
  ...extensionConstraints,
  ...explanationConstraints,
  ...dimensionConstraints,
  ...documentConstraints,
  ...pillarConstraints,
  ...planConstraints,
  ...qualityConstraints,
  ...taskConstraints,
  ...assignmentConstraints,
  ...indicatorConstraints,
  ...measurementConstraints,
  ...targetConstraints
}

function createServer ({ logger, config, thread }: AppOptions, limits: Limits): FastifyInstance {
  const { trustProxy } = config
  const { schemaController, compileSchemas } = createSchemaControl()
  const app: FastifyInstance = Fastify<Server>({
    loggerInstance: logger,
    // whoever sent it here has logged it
    logController: new LogController({ disableRequestLogging: thread !== undefined }),
    // Fastify takes no count: it trusts that many hops from us outwards
    trustProxy: thread !== undefined ||
      (typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy),
    genReqId: request => requestId(request.headers),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    return503OnClosing: false, // headers.ts says it as a problem
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.connectionsCheckMs,
      maxHeaderSize: limits.headerBytes,
      requireHostHeader: false // headers.ts says it as a problem
    },
    routerOptions: {
      ignoreTrailingSlash: false,
      caseSensitive: true,
      maxParamLength: 512,
      querystringParser: parseQuery
    },
    schemaController,
    frameworkErrors: (error, request, reply) => { app.answerProblem(error, request, reply) },
    clientErrorHandler: clientErrorHandler(VERSION)
  })
  app.decorate('compileSchemas', compileSchemas)
  app.server.on('connect', connectHandler(VERSION))
  app.server.on('checkExpectation', expectationHandler(VERSION))
  return app
}

/** The whole API, not listening. It neither opens nor closes the database. */
export async function buildApp (options: AppOptions): Promise<FastifyInstance> {
  const { config, pool, db, signingKeys } = options
  const { publicUrl, readAccess, trustedIssuers = [] } = config
  const limits = { ...LIMITS, ...options.limits }
  const app = createServer(options, limits)

  for (const schema of [...sharedSchemas, ...codeSchemas]) app.addSchema(schema)

  // In the order in which a request meets them
  await app.register(problems, { definitions: PROBLEMS, constraints: CONSTRAINTS, version: VERSION, publicUrl })
  await app.register(headers, { version: VERSION, urlBytes: limits.urlBytes, publicUrl })
  await app.register(methods)
  await app.register(intake, { limits })
  if (options.validateResponses !== undefined && options.validateResponses !== false) {
    const { validateResponses: how } = options
    await app.register(validateResponses, typeof how === 'function' ? { onMismatch: how } : how === true ? {} : how)
  }
  await app.register(conditional, { key: signingKeys.deriveKey('etag') })
  await app.register(database, { pool, db })
  const directory = createClientDirectory(id => findCaller(db, id), { ttlMs: limits.knownMs })
  const { log } = app
  const ring = createKeyRing({ db, pool, keys: signingKeys, log, knownMs: limits.knownMs })
  const trusted = trustedIssuers.map(issuer => ({ issuer, keys: createRemoteKeys(issuer, { log }) }))
  await app.register(fastifyJwt, jwtOptions(signingKeys, publicUrl))
  await app.register(auth, {
    tokens: new Tokens({ jwt: app.jwt, ring, publicUrl, trusted }), publicUrl, readAccess, directory
  })
  if (options.thread === undefined) {
    await app.register(rates, { client: config.rateLimitClient, address: config.rateLimitAddress })
  }
  await app.register(lanes, options.thread !== undefined
    ? { ...OPEN_LANES, connections: pool.options.max, watch: options.thread }
    : {
        connections: pool.options.max, threads: options.threads, limits: limits.lanes, sending: limits.exports.sending,
        bombs: limits.stream.bombs
      })
  await app.register(measuring, { metrics: options.metrics ?? new Metrics() })
  await app.register(sight)
  await app.register(paging, { key: signingKeys.deriveKey('cursor'), publicUrl })
  await app.register(recorded, { pool })
  await app.register(idempotency)
  await app.register(exporting, { limits: limits.exports })
  await app.register(openapi, {
    version: VERSION, publicUrl, readAccess, securitySchemes: securitySchemes(publicUrl), codes: CODES,
    problems: PROBLEMS
  })

  // The table of contents
  await app.register(docs, { publicUrl, readAccess })
  await app.register(landing, { version: VERSION, publicUrl })
  await app.register(health, { version: VERSION })
  await app.register(problemPages, { definitions: PROBLEMS })
  await app.register(identity, {
    db, keys: signingKeys, ring, publicUrl, trustedIssuers, directory, limits: limits.login, keyLeadMs: limits.keyLeadMs
  })
  await app.register(clients, { directory })
  await app.register(plans)
  await app.register(documents)
  await app.register(pillars)
  await app.register(indicators)
  await app.register(targets)
  await app.register(dimensions)
  await app.register(tasks)
  await app.register(calendars)
  await app.register(holidays)
  await app.register(extensions)
  await app.register(explanations)
  await app.register(statusRules)
  await app.register(agencies)
  await app.register(reorganisations)
  await app.register(assignments)
  const catalogue = createCatalogue()
  await app.register(measurements, { catalogue })
  await app.register(submissions, { catalogue })
  await app.register(quality)
  await app.register(status)
  await app.register(obligations)
  await app.register(rankings)
  await app.register(scorecards)

  return app
}
