import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** Nothing leaves the machine: the pages load from here, and requests and tokens go where the page came from. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self' data:",
  "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"
].join('; ')

/** The dialog opens where a client's id goes; by itself it scrolls down to the last field it has. */
const FOCUS_CLIENT_ID = `new MutationObserver(records => {
  const opened = records.some(({ addedNodes }) => [...addedNodes].some(node => node instanceof Element && node.matches('.dialog-ux, :has(.dialog-ux)')))
  if (opened) document.getElementById('client_id_clientCredentials')?.focus()
}).observe(document.documentElement, { childList: true, subtree: true })
`

interface Specification {
  servers?: unknown
  components?: { securitySchemes?: Record<string, { flows?: { clientCredentials?: { tokenUrl: string } } }> }
}

/** The document as the page uses it: whatever address it was opened at, not PUBLIC_URL. */
function ofThisOrigin (specification: Specification, origin: string): Specification {
  specification.servers = [{ url: origin }]
  const { securitySchemes = {} } = specification.components ?? {}
  for (const { flows } of Object.values(securitySchemes)) {
    if (flows?.clientCredentials !== undefined) flows.clientCredentials.tokenUrl = `${origin}/oauth/token`
  }
  // In the dialog the way that most take comes first.
  const { oauth2, ...others } = securitySchemes
  if (oauth2 !== undefined) specification.components!.securitySchemes = { oauth2, ...others }
  return specification
}

async function docs (app: FastifyInstance, { publicUrl }: { publicUrl: string }): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: CONTENT_SECURITY_POLICY,
    uiConfig: {
      layout: 'BaseLayout', // without the bar that asks for the address of another document
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
    theme: {
      title: 'Hệ thống quản lý chỉ tiêu / Indicator registry',
      js: [{ filename: 'focus.js', content: FOCUS_CLIENT_ID }]
    }
  })
}

export default fp(docs, { fastify: '5.x', name: 'docs', dependencies: ['openapi'] })
