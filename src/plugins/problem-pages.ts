import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { escapeHtml, HTML_TYPE, page, PAGE_SECURITY_POLICY } from '../http/html.js'
import { JSON_TYPE } from '../http/negotiation.js'
import { notFound } from '../http/problem.js'
import { problemType, type ProblemDefinition, type ProblemDefinitions } from '../http/problem-codes.js'
import { listOf, LocalizedText, ref, shared, strict } from '../http/schema.js'
import { type Language, LANGUAGES } from '../domain/text.js'

const EXAMPLE = {
  type: '/problems/not-found',
  code: 'not_found',
  status: 404,
  title: { vi: 'Không tìm thấy', en: 'Not found' },
  about: { vi: 'Không có tài nguyên nào ở địa chỉ này.', en: 'There is nothing at this address.' }
}

const ProblemType = shared('ProblemType', strict({
  type: Type.String({ format: 'uri-reference' }),
  code: Type.String(),
  status: Type.Integer(),
  title: ref(LocalizedText),
  about: ref(LocalizedText, { description: 'Ý nghĩa và cách xử lý. / What it means and what to do.' })
}, { description: 'Một loại vấn đề. / A kind of problem.', examples: [EXAMPLE] }))

const ProblemTypeList = listOf('ProblemTypeList', ref(ProblemType), [{ data: [EXAMPLE] }])

const present = (code: string, { status, title, about }: ProblemDefinition) =>
  ({ type: problemType(code), code, status, title, about })

function pageOf (code: string, definition: ProblemDefinition, first: Language): string {
  const sections = [first, ...LANGUAGES.filter(l => l !== first)].map((language, index) => {
    const heading = index === 0 ? 'h1' : 'h2'
    return `<section lang="${language}"><${heading}>${escapeHtml(
      definition.title[language]
    )}</${heading}><p>${escapeHtml(definition.about[language])}</p></section>`
  })
  return page(
    first, definition.title[first],
    `<p><code>${definition.status} ${code}</code></p>\n${sections.join('\n')}\n<p><a href="/docs">API</a> · <a ` +
    'href="/problems">/problems</a></p>'
  )
}

function indexPage (definitions: ProblemDefinitions, language: Language): string {
  const rows = Object.entries(definitions).map(([code, { status, title }]) =>
    `<li><code>${status}</code> <a href="${problemType(code)}">${escapeHtml(title[language])}</a></li>`)
  const title = language === 'vi' ? 'Các loại vấn đề' : 'Kinds of problems'
  return page(language, title, `<h1>${title}</h1>\n<ul>\n${rows.join('\n')}\n</ul>`)
}

/** What the `type` of a problem leads to. */
export const problemPages: FastifyPluginAsyncTypebox<{
  definitions: ProblemDefinitions
}> = async (app, { definitions }) => {
  app.addSchema(ProblemType)
  app.addSchema(ProblemTypeList)
  const config = { scope: 'public' as const, produces: [JSON_TYPE, HTML_TYPE] }

  app.get('/problems', {
    config,
    schema: {
      operationId: 'listProblemTypes',
      tags: ['operations'],
      summary: 'Các loại vấn đề / The kinds of problems',
      description: 'Mọi giá trị của `type` trong application/problem+json. / Every `type` an ' +
        'application/problem+json may have.',
      response: { 200: ref(ProblemTypeList) }
    }
  }, async (request, reply) => {
    if (request.responseType === HTML_TYPE) {
      return reply.type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': PAGE_SECURITY_POLICY, 'content-language': request.language })
        .send(indexPage(definitions, request.language) as never)
    }
    return { data: Object.entries(definitions).map(([code, definition]) => present(code, definition)) }
  })

  app.get('/problems/:type', {
    config,
    schema: {
      operationId: 'getProblemType',
      tags: ['operations'],
      summary: 'Giải thích một loại vấn đề / What a kind of problem means',
      description: 'Trang mà `type` trỏ đến: HTML cho trình duyệt, JSON cho máy. / Where `type` leads: HTML for ' +
        'browsers, JSON for machines.',
      params: strict({ type: Type.String({ pattern: '^[a-z0-9-]{1,64}$', examples: ['not-found'] }) }),
      response: { 200: ref(ProblemType) }
    }
  }, async (request, reply) => {
    const code = request.params.type.replaceAll('-', '_')
    const definition = Object.hasOwn(definitions, code) ? definitions[code] : undefined
    if (definition === undefined) throw notFound({ vi: 'loại vấn đề', en: 'kind of problem' }, request.params.type)
    if (request.responseType === HTML_TYPE) {
      return reply.type('text/html; charset=utf-8')
        .headers({ 'content-security-policy': PAGE_SECURITY_POLICY, 'content-language': request.language })
        .send(pageOf(code, definition, request.language) as never)
    }
    return present(code, definition)
  })
}
