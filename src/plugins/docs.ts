import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { createAsset, sendAsset, type Asset } from '../http/asset.js'
import { Problem } from '../http/problem.js'
import { GUIDE_LANGUAGE, guidePage, POLICY, swaggerPage, type AssetNames } from './docs-pages.js'
import { isLanguage } from './openapi-language.js'

const OURS = new URL('../../assets/docs/', import.meta.url)
const GUIDE = new URL('../../docs/integrating.md', import.meta.url)
const SWAGGER_UI = createRequire(import.meta.url)
/** A name of an asset has the hash of what is in it, so that it never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable'
const CSS = 'text/css; charset=utf-8'
const JAVASCRIPT = 'text/javascript; charset=utf-8'

export interface DocsOptions {
  publicUrl: string
  readAccess: 'public' | 'token'
}

/** Swagger UI as it is published, and what we add to it. */
async function loadAssets (): Promise<{ names: AssetNames, assets: Map<string, Asset> }> {
  const theirs = (name: string) => readFile(SWAGGER_UI.resolve(`swagger-ui-dist/${name}`))
  const ours = (name: string) => readFile(new URL(name, OURS))
  const sources = {
    bundle: ['swagger-ui', 'js', JAVASCRIPT, await theirs('swagger-ui-bundle.js')],
    words: ['words', 'js', JAVASCRIPT, await ours('words.js')],
    plugin: ['docs', 'js', JAVASCRIPT, await ours('docs.js')],
    style: ['swagger-ui', 'css', CSS, await theirs('swagger-ui.css')],
    ourStyle: ['docs', 'css', CSS, await ours('docs.css')],
    icon: ['icon', 'png', 'image/png', await theirs('favicon-32x32.png')]
  } as const
  const assets = new Map<string, Asset>()
  const names = Object.entries(sources).map(([key, [stem, extension, type, content]]) => {
    const asset = createAsset(type, content)
    const name = `${stem}.${asset.hash}.${extension}`
    assets.set(name, asset)
    return [key, name]
  })
  return { names: Object.fromEntries(names), assets }
}

/** Swagger UI, and the guide beside it: pages for people, which stand in no document. */
async function docs (app: FastifyInstance, { publicUrl, readAccess }: DocsOptions): Promise<void> {
  const { names, assets } = await loadAssets()
  const guide = createAsset('text/html; charset=utf-8', guidePage(await readFile(GUIDE, 'utf8'), names))
  const prefix = new URL(publicUrl).pathname.replace(/\/$/, '')

  /** The address under which the reader has opened the page, which need not be PUBLIC_URL. */
  const originOf = ({ host, protocol }: FastifyRequest) => host === '' ? publicUrl : `${protocol}://${host}${prefix}`

  app.get('/docs', { schema: { hide: true } }, async (request, reply) => {
    const { lang } = request.query as { lang?: unknown }
    const language = isLanguage(lang) ? lang : request.language
    return await reply.headers({
      'content-security-policy': POLICY, 'content-language': language
    }).type('text/html; charset=utf-8')
      .send(swaggerPage({ language, names, origin: originOf(request), readAccess }))
  })

  // relative, as this may be behind a proxy that puts a path before ours
  app.get('/docs/', { schema: { hide: true } }, async (_request, reply) =>
    await reply.code(308).header('location', '../docs').send())

  app.get('/docs/guide', { schema: { hide: true } }, async (request, reply) => {
    reply.headers({ 'content-security-policy': POLICY, 'content-language': GUIDE_LANGUAGE })
    return await sendAsset(request, reply, guide)
  })

  app.get('/docs/assets/:name', { schema: { hide: true } }, async (request: FastifyRequest, reply: FastifyReply) => {
    const asset = assets.get((request.params as { name: string }).name)
    if (asset === undefined) throw new Problem('not_found')
    reply.headers({ 'cache-control': FOR_EVER, vary: 'Accept-Encoding' })
    return await sendAsset(request, reply, asset)
  })
}

export default fp(docs, { fastify: '5.x', name: 'docs', dependencies: ['openapi', 'headers'] })
