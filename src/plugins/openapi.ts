import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Type } from 'typebox'
import { stringify } from 'yaml'
import { BEARER_SCHEME, completeDocument, components, type Document } from './openapi-complete.js'
import { createSiblings } from './openapi-siblings.js'
import { DESCRIPTION, TAGS, TITLE } from './openapi-text.js'

export interface OpenapiOptions {
  version: string
  publicUrl: string
  securitySchemes: Record<string, object>
}

/** RFC 9512. */
const YAML_TYPE = 'application/yaml'

async function openapi (app: FastifyInstance, { version, publicUrl, securitySchemes }: OpenapiOptions): Promise<void> {
  const withSiblings = createSiblings(app)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: TITLE,
        description: DESCRIPTION,
        version,
        contact: { name: 'Đơn vị vận hành / The operator', url: publicUrl },
        license: { name: 'UNLICENSED' }
      },
      servers: [{ url: publicUrl }],
      tags: [...TAGS],
      components: {
        ...components,
        securitySchemes: {
          ...securitySchemes,
          clientSecretBasic: { type: 'http', scheme: 'basic', description: 'client id : client secret, chỉ ở/only at /oauth/token.' },
          [BEARER_SCHEME]: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt', description: 'Token đã có. / A token you have.' }
        }
      } as object
    },
    // a constant is a constant in 3.1
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, index) => typeof json.$id === 'string' ? json.$id : `def-${index}` },
    transformObject: written => {
      const document = 'openapiObject' in written ? written.openapiObject : written.swaggerObject
      return completeDocument(withSiblings(document as unknown as Document)) as never
    }
  })

  const document = Type.Object({ openapi: Type.String() }, { additionalProperties: true, description: 'OpenAPI 3.1', examples: [{ openapi: '3.1.0' }] })

  app.get('/v1/openapi.json', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getOpenapiJson',
      tags: ['operations'],
      summary: 'Tài liệu OpenAPI (JSON) / The OpenAPI document as JSON',
      description: 'Hợp đồng của API ở dạng máy đọc được. / The contract in its machine-readable form.',
      response: { 200: document }
    }
  }, async () => app.swagger())

  app.get('/v1/openapi.yaml', {
    config: { scope: 'public', produces: [YAML_TYPE] },
    schema: {
      operationId: 'getOpenapiYaml',
      tags: ['operations'],
      summary: 'Tài liệu OpenAPI (YAML) / The OpenAPI document as YAML',
      description: 'Như trên, ở dạng YAML. / The same as YAML.',
      response: { 200: { description: 'OpenAPI 3.1', content: { [YAML_TYPE]: { schema: { type: 'string' }, example: 'openapi: 3.1.0' } } } }
    }
  }, async (_request, reply) => reply.type(`${YAML_TYPE}; charset=utf-8`).send(toYaml(app.swagger())))
}

export function toYaml (document: unknown): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })
}

export default fp(openapi, { fastify: '5.x', name: 'openapi', dependencies: ['intake'] })
