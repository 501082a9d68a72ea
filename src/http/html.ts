import { createHash } from 'node:crypto'
import type { Language } from '../domain/text.js'

const STYLE = [
  'body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 ' +
  '1rem;color:#1a1a1a;background:#fff}',
  'h1{font-size:1.5rem;line-height:1.3}',
  'code{font-family:ui-monospace,monospace}',
  'section{margin-top:2rem}',
  'a{color:#0b5394}'
].join('')

/** These pages are text: nothing runs in them, nothing is loaded, and they have no style but this one. */
export const PAGE_SECURITY_POLICY = [
  "default-src 'none'", `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`, "base-uri 'none'",
  "form-action 'none'", "frame-ancestors 'none'"
].join('; ')

export const HTML_TYPE = 'text/html'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, character => ENTITIES[character]!)
}

/** `body` is HTML already; `title` is text. */
export function page (language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`
}
