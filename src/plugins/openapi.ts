import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Type } from 'typebox'
import { stringify } from 'yaml'
import { BEARER_SCHEME, completeDocument, components } from './openapi-complete.js'
import type { Document } from './openapi-document.js'
import { createSiblings } from './openapi-siblings.js'
import { DEPENDS } from './openapi-sight.js'
import type { Problems } from './openapi-problems.js'
import type { NamedEnum } from './openapi-enum-texts.js'
import { inLanguage } from './openapi-language.js'
import { GUIDE, inBoth, introduction, TAGS, TITLE } from './openapi-text.js'
import { createAsset, sendAsset, type Asset } from '../http/asset.js'
import { JSON_TYPE } from '../http/negotiation.js'
import { strict } from '../http/schema.js'
import { type Language, LANGUAGES } from '../domain/text.js'

export interface OpenapiOptions {
  version: string
  publicUrl: string
  readAccess: 'public' | 'token'
  securitySchemes: Record<string, object>
  /** The codes of the contract, and what each of them means. */
  codes: readonly NamedEnum[]
  problems: Problems
}

/** RFC 9512. */
const YAML_TYPE = 'application/yaml'

async function openapi (
  app: FastifyInstance, { version, publicUrl, readAccess, securitySchemes, codes, problems }: OpenapiOptions
): Promise<void> {
  const withSiblings = createSiblings(app)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: TITLE,
        description: inBoth(introduction({ origin: publicUrl, readAccess })),
        version,
        contact: { name: 'Đơn vị vận hành / The operator', url: publicUrl },
        // an SPDX expression for what package.json says: nobody else is given a licence
        license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' }
      },
      externalDocs: { description: GUIDE, url: `${publicUrl}/docs/guide` },
      servers: [{ url: publicUrl }],
      tags: [...TAGS],
      components: {
        ...components,
        securitySchemes: {
          ...securitySchemes,
          [BEARER_SCHEME]: {
            type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt', description: 'Token đã có. / A token you have.'
          }
        }
      } as object
    },
    // a constant is a constant in 3.1
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `def-${index}`
    },
    transform: ({ schema, url, route: { config } }) => ({
      url,
      schema: {
        ...schema,
        ...config?.problems === undefined ? {} : { 'x-problems': config.problems },
        ...config?.sighted === true ? { [DEPENDS]: true } : {}
      } as typeof schema
    }),
    transformObject: written => {
      const document = 'openapiObject' in written ? written.openapiObject : written.swaggerObject
      return completeDocument(withSiblings(document as unknown as Document), codes, problems) as never
    }
  })

  const assets = new Map<string, Asset>()
  /** The document as it is sent: made when it is first asked for, and the same as long as the process lives. */
  function assetOf (type: string, language: Language | undefined): Asset {
    const known = assets.get(`${type} ${language}`)
    if (known !== undefined) return known
    const document = language === undefined ? app.swagger() : inLanguage(app.swagger(), language)
    const made = type === JSON_TYPE
      ? createAsset(`${JSON_TYPE}; charset=utf-8`, JSON.stringify(document))
      : createAsset(`${YAML_TYPE}; charset=utf-8`, toYaml(document))
    assets.set(`${type} ${language}`, made)
    return made
  }
  const send = (type: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { lang } = request.query as { lang?: Language }
    reply.header('content-language', lang ?? LANGUAGES.join(', '))
    return await sendAsset(request, reply, assetOf(type, lang))
  }

  const document = Type.Object(
    { openapi: Type.String({ description: 'Phiên bản OpenAPI. / The version of OpenAPI.' }) },
    {
      additionalProperties: true, description: 'Tài liệu OpenAPI 3.1. / The OpenAPI document, 3.1.',
      examples: [{ openapi: '3.1.0' }]
    }
  )
  const querystring = strict({
    lang: Type.Optional(Type.Enum([...LANGUAGES], {
      description: 'Lời văn bằng một ngôn ngữ; không nêu thì cả hai. / The texts in one language; in both when absent.',
      examples: ['en']
    }))
  })

  app.get('/v1/openapi.json', {
    config: { scope: 'public' },
    schema: {
      operationId: 'getOpenapiJson',
      tags: ['operations'],
      summary: 'Tài liệu OpenAPI (JSON) / The OpenAPI document as JSON',
      description: 'Đặc tả của API ở dạng máy đọc được. / The contract in its machine-readable form.',
      querystring,
      response: { 200: document }
    }
  }, send(JSON_TYPE))

  app.get('/v1/openapi.yaml', {
    // more than a second where it is asked for first
    config: { scope: 'public', lane: 'dear', produces: [YAML_TYPE] },
    schema: {
      operationId: 'getOpenapiYaml',
      tags: ['operations'],
      summary: 'Tài liệu OpenAPI (YAML) / The OpenAPI document as YAML',
      description: 'Như /v1/openapi.json, ở dạng YAML. / As /v1/openapi.json, in YAML.',
      querystring,
      response: {
        200: {
          description: 'Tài liệu OpenAPI 3.1. / The OpenAPI document, 3.1.',
          content: { [YAML_TYPE]: { schema: { type: 'string' }, example: 'openapi: 3.1.0' } }
        }
      }
    }
  }, send(YAML_TYPE))
}

export function toYaml (document: unknown): string {
  return stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })
}

export default fp(openapi, { fastify: '5.x', name: 'openapi', dependencies: ['intake'] })
