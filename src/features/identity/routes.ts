import type { FastifyInstance } from 'fastify'
import { discoveryRoutes, type DiscoveryOptions } from './discovery-routes.js'
import { keyRoutes, type KeyOptions } from './key-routes.js'
import { oauthRoutes, type OAuthOptions } from './oauth-routes.js'
import { schemas } from './schemas.js'

export async function identity (
  app: FastifyInstance, options: OAuthOptions & DiscoveryOptions & KeyOptions
): Promise<void> {
  for (const schema of schemas) app.addSchema(schema)
  await app.register(oauthRoutes, options)
  await app.register(discoveryRoutes, options)
  await app.register(keyRoutes, options)
}
