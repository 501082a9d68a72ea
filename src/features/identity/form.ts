/** A form as WHATWG urlencoded, read strictly: undefined where it is anything but UTF-8 in pairs, each name once. */
export function parseForm (body: Uint8Array): Record<string, string> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    const pairs = text === '' ? [] : text.split('&').map(readPair)
    // RFC 6749 §3.2: a parameter must not be included more than once
    return new Set(pairs.map(([name]) => name)).size === pairs.length ? Object.fromEntries(pairs) : undefined
  } catch (error) {
    if (error instanceof URIError || error instanceof TypeError) return undefined
    throw error
  }
}

function readPair (pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at < 1) throw new URIError('a pair without a name or a value')
  return [decodeFormText(pair.slice(0, at)), decodeFormText(pair.slice(at + 1))]
}

/** Throws URIError on a broken percent-encoding, on invalid UTF-8 and on control characters. */
export function decodeFormText (text: string): string {
  const decoded = decodeURIComponent(text.replaceAll('+', ' '))
  if (/\p{Cc}/u.test(decoded)) throw new URIError('a control character')
  return decoded
}
