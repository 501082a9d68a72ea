import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** Nothing leaves the machine: the pages load from here, and requests and tokens go where the page came from. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self' data:",
  "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"
].join('; ')

interface Specification {
  servers?: unknown
  components?: { securitySchemes?: Record<string, { flows?: { clientCredentials?: { tokenUrl: string } } }> }
}

/** The document as the page uses it: whatever address it was opened at, not PUBLIC_URL. */
function ofThisOrigin (specification: Specification, origin: string): Specification {
  specification.servers = [{ url: origin }]
  for (const scheme of Object.values(specification.components?.securitySchemes ?? {})) {
    const flow = scheme.flows?.clientCredentials
    if (flow !== undefined) flow.tokenUrl = `${origin}/oauth/token`
  }
  return specification
}

async function docs (app: FastifyInstance, { publicUrl }: { publicUrl: string }): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    uiConfig: {
      docExpansion: 'none',
      deepLinking: true,
      filter: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      persistAuthorization: false
    },
    initOAuth: { appName: 'Indicator registry' },
    transformSpecificationClone: true,
    transformSpecification: (specification, request) => {
      const { host, protocol } = request
      const origin = host === '' ? publicUrl : `${protocol}://${host}${new URL(publicUrl).pathname.replace(/\/$/, '')}`
      return ofThisOrigin(specification as Specification, origin) as Record<string, unknown>
    },
    theme: { title: 'Hệ thống quản lý chỉ tiêu / Indicator registry' }
  })
}

export default fp(docs, { fastify: '5.x', name: 'docs', dependencies: ['openapi'] })
