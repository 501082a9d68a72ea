import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { TITLE } from './openapi-text.js'
import { JSON_TYPE, prefersHtml } from '../http/negotiation.js'
import { ref, shared, strict } from '../http/schema.js'

const LINKS = {
  status: '/v1/status',
  openapi: '/v1/openapi.json',
  documentation: '/docs',
  problems: '/problems',
  token: '/oauth/token',
  health: '/health/ready'
}

/** What a system reads first, and where it pushes. */
const READS = {
  status: '/v1/status',
  obligations: '/v1/obligations',
  measurements: '/v1/measurements',
  plans: '/v1/plans',
  targets: '/v1/targets',
  indicators: '/v1/indicators',
  agencies: '/v1/agencies',
  submissions: '/v1/submissions',
  self: '/v1/clients/me',
  openapi: '/v1/openapi.json',
  documentation: '/docs',
  token: '/oauth/token'
}

const ApiIndex = shared('ApiIndex', strict({
  name: Type.String(),
  version: Type.String(),
  links: Type.Record(Type.String(), Type.String(), { description: 'Địa chỉ đầy đủ. / Absolute addresses.' })
}, {
  description: 'Các địa chỉ chính của hệ thống. / The ways in.',
  examples: [{ name: TITLE, version: '0.2.0', links: { status: 'https://example.org/v1/status' } }]
}))

/** A person is sent to the documentation, a machine gets the ways in. */
export const landing: FastifyPluginAsyncTypebox<{
  version: string, publicUrl: string
}> = async (app, { version, publicUrl }) => {
  app.addSchema(ApiIndex)
  const absolute = (links: Record<string, string>) =>
    Object.fromEntries(Object.entries(links).map(([name, path]) => [name, `${publicUrl}${path}`]))
  const [links, reads] = [absolute(LINKS), absolute(READS)]

  app.get('/', {
    config: { scope: 'public', produces: [JSON_TYPE, 'text/html'] },
    schema: {
      operationId: 'getApiIndex',
      tags: ['operations'],
      summary: 'Các địa chỉ chính / The ways in',
      description: 'Trình duyệt được chuyển đến /docs. / A browser is sent to /docs.',
      response: { 200: ref(ApiIndex), 303: Type.Null({ description: 'Đến /docs. / To /docs.' }) }
    }
  }, async (request, reply) => {
    if (prefersHtml(request.headers.accept)) {
      return reply.code(303).header('location', '/docs').send(undefined as never)
    }
    return { name: TITLE, version, links }
  })

  app.get('/v1', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getV1',
      tags: ['operations'],
      summary: 'Các tài nguyên chính / The main resources',
      description: 'Địa chỉ của các danh sách thường đọc, nơi gửi số liệu, tài liệu và nơi lấy token. / Where the ' +
        'lists that are read most are, where figures are pushed, the document, and where to get a token.',
      response: { 200: ref(ApiIndex) }
    }
  }, async () => ({ name: TITLE, version, links: reads }))
}
