import type { Config } from '../config.js'
import type { FirstClient } from './first-client.js'
import { PROVINCE } from '../seed/plan/conventions.js'

/** What a person who has just started the registry needs next: an address, a client, and two lines to paste. */
export function banner (config: Config, client: FirstClient | undefined, reviewer?: FirstClient | undefined): string {
  const { publicUrl } = config
  const lines = [
    '',
    '  The registry of indicators is up. / Hệ thống chỉ tiêu đã sẵn sàng.',
    '',
    `  Swagger UI      ${publicUrl}/docs`,
    `  OpenAPI 3.1     ${publicUrl}/v1/openapi.json`,
    ...describeDatabase(config),
    ...describeClient(client),
    ...describeReviewer(reviewer),
    '',
    ...examples(config, client),
    ''
  ]
  return `${lines.join('\n')}\n`
}

function describeDatabase ({ databaseUrl, dataDir, seed }: Config): string[] {
  const seeded = { demo: 'the plan and illustrative figures', plan: 'the plan', none: 'nothing seeded' }[seed]
  return [
    `  Database        ${databaseUrl === undefined
      ? `embedded PostgreSQL under ${dataDir}`
      : 'that of DATABASE_URL'}, ${seeded}`
  ]
}

function describeClient (client: FirstClient | undefined): string[] {
  if (client === undefined) {
    return [
      '  First client    none made by this start: set BOOTSTRAP_CLIENT_ID and BOOTSTRAP_CLIENT_SECRET to make an ' +
      'administrator'
    ]
  }
  return [
    `  Client id       ${client.id}`,
    `  Client secret   ${client.file === undefined
      ? 'the one of BOOTSTRAP_CLIENT_SECRET'
      : `${client.secret}   (kept in ${client.file})`}`
  ]
}

function describeReviewer (reviewer: FirstClient | undefined): string[] {
  return reviewer === undefined
    ? []
    : [
        `  Reviewer id     ${reviewer.id}   (reviews what the first client pushes)`,
        `  Its secret      ${reviewer.secret}   (kept in ${reviewer.file})`
      ]
}

/** On one line each, to be pasted; they name what the plan's seed has. */
function examples ({ publicUrl, readAccess, seed }: Config, client: FirstClient | undefined): string[] {
  const read = `curl '${publicUrl}/v1/status${seed === 'none' ? '' : `?indicator=${FIGURE.indicator}`}'`
  if (client === undefined) return readAccess === 'public' ? ['  Read where a target stands:', `    ${read}`] : []
  const id = client.file === undefined
    ? '"$BOOTSTRAP_CLIENT_ID:$BOOTSTRAP_CLIENT_SECRET"'
    : `'${client.id}:${client.secret}'`
  const token = `TOKEN=$(curl -s -u ${id} -d grant_type=client_credentials '${publicUrl}/oauth/token' | sed ` +
    '\'s/.*"access_token":"\\([^"]*\\)".*/\\1/\')'
  const bearer = '-H "Authorization: Bearer $TOKEN"'
  const push = `curl ${bearer} -H 'Content-Type: application/json' -d '${JSON.stringify(FIGURE)}' ` +
    `'${publicUrl}/v1/measurements'`
  return [
    ...(seed === 'none'
      ? ['  Get a token:', `    ${token}`]
      : ['  Get a token and push a figure:', `    ${token}; ${push}`]),
    '  Read where a target stands:',
    `    ${readAccess === 'token' ? read.replace('curl', `curl ${bearer}`) : read}`
  ]
}

/** Takes a target across its boundary in the demo, "trên 10%"; pasted twice, the second is `unchanged`. */
const FIGURE = { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10.5', reason: 'recount' }
