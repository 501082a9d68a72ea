import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from '../config.js'

/**
 * Names under which a secret is sent; it belongs in none of our addresses, and somebody will put it there all the same.
 */
const SECRET_NAMES = new Set([
  'access_token', 'assertion', 'authorization', 'client_assertion', 'client_secret', 'code', 'id_token', 'password',
  'refresh_token', 'secret', 'token'
])

function nameOf (pair: string): string {
  const name = pair.split('=', 1)[0]!
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim().toLowerCase()
  } catch {
    return name.toLowerCase()
  }
}

/** The address of a request as it may stand in a log. */
export function withoutSecrets (url: string): string {
  const at = url.indexOf('?')
  if (at === -1) return url
  const query = url.slice(at + 1).split('&').map(pair => SECRET_NAMES.has(nameOf(pair)) ? `${nameOf(pair)}=…` : pair)
  return `${url.slice(0, at)}?${query.join('&')}`
}

interface LoggedRequest {
  readonly method: string
  readonly url: string
  readonly host?: string | undefined
  readonly ip?: string | undefined
  readonly socket?: { remotePort?: number | undefined } | undefined
}

/** The log of the process: neither bodies nor headers are in it, and no secret that an address has. */
export function createLogger (level: Config['logLevel'], destination: DestinationStream): Logger {
  return pino({
    level,
    serializers: {
      req: ({ method, url, host, ip, socket }: LoggedRequest) => ({
        method, url: withoutSecrets(url), host, remoteAddress: ip, remotePort: socket?.remotePort
      })
    }
  }, destination)
}
