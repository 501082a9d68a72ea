import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Expected } from './addresses.js'

export interface HostileRequest {
  method: string
  target: string
  /** Beside Host, Connection, and Content-Length where nothing else frames the body. */
  headers: readonly string[]
  body?: string | Buffer
  expected: Expected
  /** No token is sent. */
  stranger?: true
}

const MALFORMED: Expected = [400, 'malformed_request']
const BAD_JSON: Expected = [400, 'malformed_json']
const INVALID: Expected = [400, 'invalid_request']
const MEDIA: Expected = [415, 'unsupported_media_type']
const REJECTED: Expected = [422, 'measurement_rejected', 'submission_rejected']
const JSON_TYPE = 'Content-Type: application/json'

const row = { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10' }
const single = (body: string | Buffer, expected: Expected, headers: readonly string[] = [JSON_TYPE]): HostileRequest =>
  ({ method: 'POST', target: '/v1/measurements', headers, body, expected })
const field = (more: object, expected: Expected = INVALID) => single(JSON.stringify({ ...row, ...more }), expected)
let keys = 0
const many = (type: string, body: string | Buffer, expected: Expected, headers: readonly string[] = [], query = '') => ({
  method: 'POST', target: `/v1/submissions${query}`, headers: [`Content-Type: ${type}`, `Idempotency-Key: hostile-${keys++}`, ...headers], body, expected
})
const form = (body: string | Buffer, expected: Expected, headers: readonly string[] = []): HostileRequest => ({
  method: 'POST', target: '/oauth/token', headers: ['Content-Type: application/x-www-form-urlencoded', ...headers], body, expected, stranger: true
})
const plain = (headers: readonly string[], expected: Expected, more: Partial<HostileRequest> = {}): HostileRequest =>
  ({ method: 'GET', target: '/v1/plans', headers, expected, ...more })
const CSV = 'text/csv'
const NDJSON = 'application/x-ndjson'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const HEAD = 'indicator,agency,period,value\n'
const LINE = 'KTS-05,UBND-BINH-THUAN,2025,10\n'

/** Whole requests, with what is documented of each. */
export const REQUESTS: Readonly<Record<string, HostileRequest>> = {
  // JSON that is none, or says one thing twice
  nothing: single('', [400, 'invalid_request', 'malformed_json']),
  'a space': single(' ', BAD_JSON),
  'half an object': single('{"indicator":', BAD_JSON),
  'two objects': single(`${JSON.stringify(row)}${JSON.stringify(row)}`, BAD_JSON),
  'a comma at the end': single('{"indicator":"KTS-05",}', BAD_JSON),
  'a comment': single('{/*x*/}', BAD_JSON),
  'single quotes': single("{'indicator':'KTS-05'}", BAD_JSON),
  NaN: single('{"value":NaN}', BAD_JSON),
  'a leading zero': single('{"value":010}', BAD_JSON),
  'a raw control': single('{"indicator":"KTS\u000705"}', BAD_JSON),
  'a raw line end in a text': single('{"indicator":"KTS\n05"}', BAD_JSON),
  'a wrong escape': single('{"indicator":"\\x41"}', BAD_JSON),
  'a key twice': single('{"indicator":"KTS-05","indicator":"KTS-06"}', [400, 'malformed_json', 'invalid_request']),
  'a key twice, escaped once': single('{"value":"1","\\u0076alue":"2"}', [400, 'malformed_json', 'invalid_request']),
  'a lone surrogate': single('{"note":"\\ud800"}', BAD_JSON),
  NUL: single('{"note":"\\u0000"}', BAD_JSON),
  'a control, escaped': single('{"note":"\\u0007"}', BAD_JSON),
  'a bidi control': single('{"note":"\\u202e"}', BAD_JSON),
  'a UTF-8 half': single(Buffer.from('{"note":"\xe1\xba"}', 'latin1'), [400, 'malformed_json', 'invalid_request']),
  'Latin-1': single(Buffer.from('{"note":"\xe9"}', 'latin1'), [400, 'malformed_json', 'invalid_request']),
  'UTF-16': single(Buffer.from('\ufeff{"value":"1"}', 'utf16le'), [400, 'malformed_json', 'invalid_request']),
  'base64 of it': single(Buffer.from(JSON.stringify(row)).toString('base64'), [400, 'malformed_json', 'invalid_request']),
  'a list': single('[]', BAD_JSON),
  'a text': single('"x"', BAD_JSON),
  null: single('null', BAD_JSON),
  'a number': single('1', BAD_JSON),
  'ten thousand levels': single('['.repeat(10_000) + ']'.repeat(10_000), [400, 'malformed_json', 'invalid_request']),
  'ten thousand levels of objects': single('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), [400, 'malformed_json', 'invalid_request']),
  'the prototype': single('{"__proto__":{"admin":true}}', [400, 'invalid_request', 'malformed_json']),
  'a constructor': single('{"constructor":{"prototype":{"admin":true}}}', BAD_JSON),
  'ten thousand fields': single(JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`f${i}`, 1]))), INVALID),
  // a figure that is none
  'a number for a decimal': field({ value: 10 }),
  'an exponent': field({ value: '1e3' }),
  infinity: field({ value: 'Infinity' }),
  'a plus': field({ value: '+1' }),
  'a comma': field({ value: '1,5' }),
  'a point alone': field({ value: '.' }),
  'a space before it': field({ value: ' 1' }),
  'a line end': field({ value: '1\n' }),
  'Arabic digits': field({ value: '١٠' }),
  'full-width digits': field({ value: '１０' }),
  'a thousand digits': field({ value: '9'.repeat(1_000) }),
  'an object for a value': field({ value: { $gt: '' } }),
  'a list for a code': field({ indicator: ['KTS-05'] }),
  'true for a text': field({ note: true }),
  'null for a value': field({ value: null }),
  'a field too many': field({ admin: true }),
  'a period that is none': field({ period: '2025-13' }, REJECTED),
  'a period of a million': field({ period: `2025${'0'.repeat(1_000_000)}` }, [400, 'invalid_request', 'measurement_rejected']),
  'a code of a million': field({ indicator: 'X'.repeat(1_000_000) }, [400, 'invalid_request', 'measurement_rejected']),
  'SQL in a code': field({ indicator: "KTS-05'; drop table measurements; --" }, [422, 'measurement_rejected', 'invalid_request']),
  'a path as evidence': field({ evidence: 'file:///etc/passwd' }),
  'a script as evidence': field({ evidence: 'javascript:alert(1)' }),
  'a host of ours as evidence': field({ evidence: 'http://user:password@127.0.0.1:1/' }),
  'a thousand break-downs': field({ breakdown: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`d${i}`, 'x'])) }),
  '__proto__ as a break-down': single('{"indicator":"KTS-05","agency":"UBND-BINH-THUAN","period":"2025","value":"1","breakdown":{"__proto__":"x"}}', [400, 'invalid_request', 'malformed_json', 'measurement_rejected']),
  'a day as an instant': field({ observedAt: '2025-01-01' }),
  'an unknown body': field({ agency: 'NOBODY' }, REJECTED),
  // what it says of itself
  'no type': single(JSON.stringify(row), MEDIA, []),
  text: single(JSON.stringify(row), MEDIA, ['Content-Type: text/plain']),
  XML: single('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', MEDIA, ['Content-Type: application/xml']),
  'a form': single('indicator=KTS-05', MEDIA, ['Content-Type: application/x-www-form-urlencoded']),
  parts: single('--x--', MEDIA, ['Content-Type: multipart/form-data; boundary=x']),
  'another charset': single(JSON.stringify(row), MEDIA, ['Content-Type: application/json; charset=utf-16']),
  'a type that is none': single(JSON.stringify(row), MEDIA, ['Content-Type: json']),
  'two types': single(JSON.stringify(row), [400, 'malformed_request', 'invalid_request'], [JSON_TYPE, 'Content-Type: text/plain']),
  'an unknown coding': single(JSON.stringify(row), MEDIA, [JSON_TYPE, 'Content-Encoding: compress']),
  'gzip that is none': many(CSV, HEAD + LINE, INVALID, ['Content-Encoding: gzip']),
  'gzip cut off': many(CSV, gzipSync(HEAD + LINE).subarray(0, 20), INVALID, ['Content-Encoding: gzip']),
  'gzip twice': many(CSV, gzipSync(gzipSync(HEAD + LINE)), INVALID, ['Content-Encoding: gzip']),
  'gzip where nothing is unpacked': single(gzipSync(JSON.stringify(row)), MEDIA, [JSON_TYPE, 'Content-Encoding: gzip']),
  'two codings': many(CSV, gzipSync(gzipSync(HEAD + LINE)), MEDIA, ['Content-Encoding: gzip, gzip']),
  deflate: many(CSV, deflateSync(HEAD + LINE), MEDIA, ['Content-Encoding: deflate']),
  'a bomb of gzip': many(CSV, gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')), [413, 'compression_ratio_exceeded'], ['Content-Encoding: gzip']),
  'a bomb of br': many(NDJSON, brotliCompressSync(Buffer.alloc(64 * 1024 * 1024, ' ')), [413, 'compression_ratio_exceeded'], ['Content-Encoding: br']),
  // the frame
  'a length and chunks': single('0\r\n\r\n', MALFORMED, [JSON_TYPE, 'Content-Length: 5', 'Transfer-Encoding: chunked']),
  'two lengths': single('{}', MALFORMED, [JSON_TYPE, 'Content-Length: 2', 'Content-Length: 3']),
  'a length below zero': single('{}', MALFORMED, [JSON_TYPE, 'Content-Length: -1']),
  'a length with a plus': single('{}', MALFORMED, [JSON_TYPE, 'Content-Length: +2']),
  'a chunk that is none': single('zz\r\n{}\r\n0\r\n\r\n', MALFORMED, [JSON_TYPE, 'Transfer-Encoding: chunked']),
  'a chunk beyond all numbers': single('fffffffffffffffff\r\n{}\r\n', MALFORMED, [JSON_TYPE, 'Transfer-Encoding: chunked']),
  'an encoding of the frame that there is not': single('{}', [400, 'malformed_request', 'invalid_request'], [JSON_TYPE, 'Transfer-Encoding: gzip, chunked']),
  'a body on GET': plain([JSON_TYPE], INVALID, { body: '{}' }),
  // headers
  'a header without a colon': plain(['Bad Header'], MALFORMED),
  'a header with a space before the colon': plain(['X-A : b'], MALFORMED),
  'a folded header': plain(['X-A: b', ' c'], MALFORMED),
  'NUL in a header': plain(['X-A: \0'], MALFORMED),
  'a header of 30,000': plain([`X-A: ${'x'.repeat(30_000)}`], [431, 'headers_too_large']),
  'two thousand headers': plain(Array.from({ length: 2_000 }, (_, i) => `X-${i}: ${'x'.repeat(20)}`), [431, 'headers_too_large']),
  'two hosts': plain(['Host: evil.example'], MALFORMED),
  'an Accept for nothing': plain(['Accept: image/png'], [406, 'not_acceptable']),
  'a token that is none': plain(['Authorization: Bearer ...'], [401, 'invalid_token'], { stranger: true }),
  'Basic on a read': plain(['Authorization: Basic YTpi'], [401, 'not_authenticated'], { stranger: true }),
  'two tokens': plain(['Authorization: Bearer a.b.c', 'Authorization: Bearer a.b.c'], [400, 'invalid_request'], { stranger: true }),
  TRACE: plain([], [405, 'method_not_allowed'], { method: 'TRACE' }),
  PROPFIND: plain([], [405, 'method_not_allowed'], { method: 'PROPFIND' }),
  'DELETE of a list': plain(['If-Match: *'], [405, 'method_not_allowed'], { method: 'DELETE' }),
  'a method that there is not': plain([], MALFORMED, { method: 'FROB' }),
  'a method in small letters': plain([], MALFORMED, { method: 'get' }),
  'an override of the method': { method: 'POST', target: '/v1/plans?_method=DELETE', headers: [JSON_TYPE, 'X-HTTP-Method-Override: DELETE'], body: '{}', expected: INVALID },
  'an expectation': single('{}', [417, 'expectation_failed'], [JSON_TYPE, 'Expect: a-miracle']),
  'If-Match on a POST': single(JSON.stringify(row), [412, 'precondition_failed'], [JSON_TYPE, 'If-Match: "1"']),
  'a PATCH without If-Match': { method: 'PATCH', target: '/v1/indicators/KTS-05', headers: ['Content-Type: application/merge-patch+json'], body: '{"definition":{"vi":"x"}}', expected: [428, 'precondition_required'] },
  'a list of tags': { method: 'PATCH', target: '/v1/indicators/KTS-05', headers: ['Content-Type: application/merge-patch+json', `If-Match: ${Array.from({ length: 100 }, (_, i) => `"${i}-AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAA"`).join(', ')}`], body: '{"definition":{"vi":"x"}}', expected: [412, 'precondition_failed'] },
  'an empty key': { method: 'POST', target: '/v1/submissions', headers: [JSON_TYPE, 'Idempotency-Key: '], body: '{"rows":[]}', expected: [400, 'invalid_request'] },
  'a key of a thousand': { method: 'POST', target: '/v1/submissions', headers: [JSON_TYPE, `Idempotency-Key: ${'k'.repeat(1_000)}`], body: '{"rows":[]}', expected: [400, 'invalid_request'] },
  // files
  'no rows': many('application/json', '{"mode":"atomic","rows":[]}', INVALID),
  'a mode that there is not': many('application/json', '{"mode":"all","rows":[{}]}', INVALID),
  'rows that are none': many('application/json', '{"mode":"atomic","rows":[1,null,"x",[]]}', INVALID),
  'an unknown column': many(CSV, 'indicator,agency,period,value,admin\nKTS-05,UBND-BINH-THUAN,2025,10,1\n', INVALID),
  'a column twice': many(CSV, `value,${HEAD}1,${LINE}`, INVALID),
  'no header': many(CSV, LINE, INVALID),
  'an empty file': many(CSV, '', INVALID),
  'a header alone': many(CSV, HEAD, INVALID),
  'a quote without an end': many(CSV, `${HEAD}"KTS-05,UBND-BINH-THUAN,2025,10\n`, INVALID),
  'UTF-16 CSV': many(CSV, Buffer.from(`\ufeff${HEAD}${LINE}`, 'utf16le'), INVALID),
  'a CSV of NULs': many(CSV, Buffer.alloc(10_000), [400, 'invalid_request', 'content_too_large']),
  'a formula as a code': many(CSV, `${HEAD}"=HYPERLINK(""http://evil.example"")",UBND-BINH-THUAN,2025,10\n`, REJECTED),
  'lines that are none': many(NDJSON, 'x\ny\n', REJECTED),
  'a workbook that is none': many(XLSX, 'PK\u0003\u0004', INVALID),
  'a workbook that is a text': many(XLSX, HEAD + LINE, INVALID),
  'a file of ones': many('application/octet-stream', HEAD + LINE, MEDIA),
  'a dry run of what is none': many('application/json', '{"rows":[]}', INVALID, [], '?dryRun=yes'),
  // tokens
  'no grant': form('', INVALID),
  'another grant': form('grant_type=password&username=a&password=b', [400, 'unsupported_grant_type']),
  'a grant twice': form('grant_type=client_credentials&grant_type=client_credentials', INVALID),
  nobody: form('grant_type=client_credentials', [401, 'invalid_client']),
  'a wrong secret': form('grant_type=client_credentials', [401, 'invalid_client'], [`Authorization: Basic ${Buffer.from('admin:wrong').toString('base64')}`]),
  'SQL as an id': form(`grant_type=client_credentials&client_id=${encodeURIComponent("admin' or '1'='1")}&client_secret=x`, [401, 'invalid_client']),
  'NUL as an id': form('grant_type=client_credentials&client_id=%00&client_secret=x', [400, 'invalid_request', 'invalid_client']),
  'a half escape': form('grant_type=client_credentials&client_id=%e1%ba&client_secret=x', [400, 'invalid_request', 'invalid_client']),
  'ten thousand parameters': form(`grant_type=client_credentials${'&a=b'.repeat(10_000)}`, [413, 'content_too_large']),
  'JSON for a token': { method: 'POST', target: '/oauth/token', headers: [JSON_TYPE], body: '{"grant_type":"client_credentials"}', expected: MEDIA, stranger: true },
  'an assertion that is none': form('grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c', [401, 'invalid_client'])
}
