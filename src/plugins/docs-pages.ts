import GithubSlugger from 'github-slugger'
import { Marked, Renderer, type RendererObject } from 'marked'
import { escapeHtml } from '../http/html.js'
import { inLanguage, splitText } from './openapi-language.js'
import { introduction, tagGroups, TAGS, TITLE, type Surroundings } from './openapi-text.js'
import { type Language, LANGUAGES } from '../domain/text.js'

/** Nothing leaves the machine: the pages load from here, and requests and tokens go where the page came from. */
export const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self' data:",
  "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"
].join('; ')

/** The guide is written in one language. */
export const GUIDE_LANGUAGE: Language = 'en'

export interface AssetNames {
  bundle: string, words: string, plugin: string, style: string, ourStyle: string, icon: string
}

const NATIVE: Record<Language, string> = { vi: 'Tiếng Việt', en: 'English' }
const TEXTS = {
  vi: {
    guide: 'Hướng dẫn tích hợp (tiếng Anh)', document: 'Tài liệu OpenAPI', languages: 'Ngôn ngữ', more: 'Cần biết thêm',
    script: 'Trang này cần JavaScript; không có nó thì đọc tài liệu OpenAPI hoặc hướng dẫn.', wait: 'Đang tải…'
  },
  en: {
    guide: 'Integration guide', document: 'The OpenAPI document', languages: 'Language', more: 'Good to know',
    script: 'This page needs JavaScript; without it, read the OpenAPI document or the guide.', wait: 'Loading…'
  }
}

/** What stands in a page of HTML whatever it is about; `root` leads from the page to what lies beside /docs. */
function head (title: string, root: string, { icon, ourStyle }: AssetNames): string {
  return `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${root}docs/assets/${icon}">
<link rel="stylesheet" href="${root}docs/assets/${ourStyle}">`
}

export function swaggerPage (
  { language, names, ...surroundings }: Surroundings & { language: Language, names: AssetNames }
): string {
  const texts = TEXTS[language]
  const title = splitText(TITLE)![language]
  const document = `v1/openapi.json?lang=${language}`
  // the rules of the interface are folded: first comes what to do
  const markdown = introduction(surroundings)[language]
  const rules = markdown.indexOf('\n- **')
  const first = toHtml(markdown.slice(0, rules))
  const more = toHtml(markdown.slice(rules))
  const switches = LANGUAGES.map(one => one === language
    ? `<span lang="${one}" aria-current="true">${NATIVE[one]}</span>`
    : `<a lang="${one}" hreflang="${one}" href="?lang=${one}">${NATIVE[one]}</a>`)
  return `<!doctype html>
<html lang="${language}">
<head>
<link rel="stylesheet" href="docs/assets/${names.style}">
${head(title, '', names)}
<link rel="preload" as="fetch" crossorigin href="${document}">
<script defer src="docs/assets/${names.bundle}"></script>
<script defer src="docs/assets/${names.words}"></script>
<script defer src="docs/assets/${names.plugin}"></script>
</head>
<body>
<header class="bar">
<nav aria-label="${texts.languages}" class="languages">${switches.join(' ')}</nav>
<a href="docs/guide">${texts.guide}</a>
<a href="${document}">${texts.document}</a>
</header>
<main>
<section class="introduction">
<h1>${escapeHtml(title)}</h1>
${first}
<details><summary>${texts.more}</summary>
${more}
</details>
</section>
<noscript><p>${texts.script}</p><style>.wait { visibility: hidden; }</style></noscript>
<div id="outline" class="swagger-ui"><div class="wrapper">
<p class="wait">${texts.wait}</p>
${outline(language)}
</div></div>
<div id="swagger-ui" data-document="${document}"></div>
</main>
</body>
</html>
`
}

/**
 * The groups as Swagger UI will show them, until it does: a reader sees at once what there is, and may choose a group.
 */
function outline (language: Language): string {
  const used = new Set(TAGS.map(({ name }) => name))
  const { tags, 'x-tagGroups': groups } = inLanguage({ tags: TAGS, 'x-tagGroups': tagGroups(used) }, language)
  const line = (name: string) => {
    const { 'x-displayName': displayName, description } = tags.find(tag => tag.name === name)!
    return `<h3 class="opblock-tag"><a class="nostyle" href="#/${name}"><span>${escapeHtml(displayName)}</span></a>` +
      `<small><p>${escapeHtml(description)}</p></small></h3>`
  }
  return groups.map(({ name, tags }) =>
    `<h2 class="heading">${escapeHtml(name)}</h2>\n${tags.map(line).join('\n')}`).join('\n')
}

const marked = new Marked()
const toHtml = (markdown: string) => marked.parse(markdown, { async: false })

/** A page that is read in a wide and in a narrow window. Links to files that are not served are text. */
export function guidePage (markdown: string, names: AssetNames): string {
  const slugger = new GithubSlugger()
  const contents: string[] = []
  const renderer: RendererObject = {
    heading ({ tokens, depth, text }) {
      const id = slugger.slug(text.replaceAll('`', ''))
      const html = this.parser.parseInline(tokens)
      if (depth === 2) contents.push(`<li><a href="#${id}">${html}</a></li>`)
      return `<h${depth} id="${id}"><a class="anchor" href="#${id}">${html}</a></h${depth}>\n`
    },
    table (token) {
      return `<div class="table" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>\n`
    },
    link ({ href, tokens }) {
      const html = this.parser.parseInline(tokens)
      return /^(https?:|#)/.test(href) ? `<a href="${escapeHtml(href)}">${html}</a>` : html
    }
  }
  const body = new Marked({ renderer }).parse(markdown, { async: false })
  const begin = body.indexOf('<h2')
  return `<!doctype html>
<html lang="${GUIDE_LANGUAGE}">
<head>
${head('Integrating: the first hour', '../', names)}
</head>
<body>
<header class="bar">
<a href="../docs?lang=en">API</a>
<a lang="vi" href="../docs?lang=vi">API (tiếng Việt)</a>
</header>
<main class="guide">
${body.slice(0, begin)}
<nav aria-label="Contents"><ol>
${contents.join('\n')}
</ol></nav>
${body.slice(begin)}
</main>
</body>
</html>
`
}
