import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'drizzle-orm'
import { integer, numeric, PgDialect, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import t from 'tap'
import { Type } from 'typebox'
import { openCursor, sealCursor } from '../../src/http/cursor.js'
import { defineList } from '../../src/http/list.js'
import { listOf, ref, shared, strict } from '../../src/http/schema.js'
import { after, compareText, orderBy, parseSort, sortExpression } from '../../src/http/sort.js'
import { PUBLIC_URL, startApp } from './harness.js'

interface Row { code: string, group: string, score: number | null }
const ROWS: Row[] = ['D', 'b', 'Đ', 'a', 'C', 'đ', '\u{1F600}', '\uffee'].map((code, i) => ({ code, group: i % 2 === 0 ? 'x' : 'y', score: i % 3 === 0 ? null : i % 3 }))

const Item = shared('Item', strict({ code: Type.String(), group: Type.String(), score: Type.Union([Type.Integer(), Type.Null()]) }))
const ItemList = listOf('ItemList', ref(Item))

const list = defineList<Row, 'code' | 'group' | 'score'>({
  sorts: { code: { of: row => row.code }, group: { of: row => row.group }, score: { of: row => row.score } },
  defaultSort: 'code',
  key: 'code'
})

const routes: FastifyPluginAsyncTypebox = async app => {
  app.addSchema(Item)
  app.addSchema(ItemList)
  for (const path of ['/v1/items', '/v1/others']) {
    app.get(path, {
      config: { scope: 'public' },
      schema: { querystring: list.query({ group: Type.Optional(Type.String()), on: Type.Optional(Type.String()) }), response: { 200: ref(ItemList) } }
    }, async (request, reply) => {
      const rows = ROWS.filter(row => request.query.group === undefined || row.group === request.query.group)
      const page = list.page(request)
      return page.send(reply, page.slice(rows), row => row, { count: page.counted ? rows.length : undefined, pin: { on: request.query.on ?? 'today' } })
    })
  }
}

interface Listing { data: Row[], next?: string, count?: number }

t.test('lists', async t => {
  const app = await startApp(t, { routes: routes as never })
  const read = async (url: string) => {
    const response = await app.inject({ url: url.replace(PUBLIC_URL, '') })
    return { status: response.statusCode, body: response.json<Listing & { code: string, errors: { code: string, parameter: string }[] }>(), link: response.headers.link }
  }
  const walk = async (url: string) => {
    const codes: string[] = []
    let pages = 0
    for (let next: string | undefined = url; next !== undefined; pages++) {
      const { status, body, link } = await read(next)
      t.equal(status, 200)
      codes.push(...body.data.map(row => row.code))
      t.equal(link, body.next === undefined ? undefined : `<${body.next}>; rel="next"`)
      next = body.next
    }
    return { codes, pages }
  }

  await t.test('pages hold every row once, in order', async t => {
    const inOrder = ['C', 'D', 'a', 'b', 'Đ', 'đ', '\uffee', '\u{1F600}']
    for (const limit of [1, 3, 7, 8, 500]) t.same((await walk(`/v1/items?limit=${limit}`)).codes, inOrder, `limit ${limit}`)
    t.equal((await walk('/v1/items?limit=8')).pages, 1, 'no empty last page')
    t.same((await walk('/v1/items?sort=-code&limit=3')).codes, inOrder.toReversed())
    t.same((await walk('/v1/items?sort=group,-code&limit=2')).codes, [...inOrder.toReversed().filter(c => 'DĐC\u{1F600}'.includes(c)), ...inOrder.toReversed().filter(c => !'DĐC\u{1F600}'.includes(c))])
    const up = (await walk('/v1/items?sort=score&limit=2')).codes
    const down = (await walk('/v1/items?sort=-score&limit=2')).codes
    const unscored = ROWS.filter(r => r.score === null).map(r => r.code)
    t.same(up.slice(-3).sort(), unscored.toSorted(), 'nulls come last')
    t.same(down.slice(-3).sort(), unscored.toSorted(), 'in both directions')
    t.same([up.length, new Set(up).size, new Set(down).size], [8, 8, 8])
  })

  await t.test('next is absolute and keeps the question', async t => {
    const { body } = await read('/v1/items?limit=2&group=x&sort=-code&count=exact')
    const next = new URL(body.next!)
    t.equal(next.origin, PUBLIC_URL)
    t.same([next.pathname, next.searchParams.get('limit'), next.searchParams.get('group'), next.searchParams.get('sort'), next.searchParams.get('on')], ['/v1/items', '2', 'x', '-code', 'today'])
    t.equal(body.count, 4)
    t.equal((await read('/v1/items')).body.count, undefined)
  })

  await t.test('a cursor is enough by itself, and belongs to its list, filters and sort', async t => {
    const { body } = await read('/v1/items?limit=2&group=x&sort=-code')
    const cursor = new URL(body.next!).searchParams.get('cursor')!
    const rest = (await read('/v1/items?group=x&sort=-code&on=today')).body.data.slice(2)
    for (const also of ['', '&group=x', '&on=today', '&sort=-code', '&limit=2', '&limit=500&group=x&on=today&sort=-code']) {
      const { status, body: { data } } = await read(`/v1/items?cursor=${cursor}${also}`)
      t.same([status, data], [200, rest], `cursor${also}`)
    }
    const { body: { next } } = await read(`/v1/items?limit=1&cursor=${cursor}`)
    t.same((await read(`/v1/items?cursor=${new URL(next!).searchParams.get('cursor')}`)).body.data, rest.slice(1), 'and so is the next one')

    const byDefault = new URL((await read('/v1/items?limit=2')).body.next!).searchParams.get('cursor')!
    t.equal((await read(`/v1/items?sort=code&cursor=${byDefault}`)).status, 200, 'the default sort said aloud')
    t.equal((await read(`/v1/items?sort=group,code&cursor=${cursor}`)).status, 400)

    const [payload, tag] = cursor.split('.') as [string, string]
    const forged = Buffer.from(JSON.stringify([['a'], '-code', { on: 'today' }, ''])).toString('base64url')
    for (const [what, [url, ...named]] of Object.entries({
      'another list': [`/v1/others?cursor=${cursor}`, 'cursor invalid_cursor'],
      'another filter': [`/v1/items?group=y&cursor=${cursor}`, 'group contradicts_cursor'],
      'another day': [`/v1/items?on=tomorrow&cursor=${cursor}`, 'on contradicts_cursor'],
      'both of them': [`/v1/items?on=tomorrow&group=y&cursor=${cursor}`, 'on contradicts_cursor', 'group contradicts_cursor'],
      'a filter more': [`/v1/items?group=x&cursor=${byDefault}`, 'group contradicts_cursor'],
      'another sort': [`/v1/items?sort=code&cursor=${cursor}`, 'sort contradicts_cursor'],
      'another value': [`/v1/items?cursor=${forged}.${tag}`, 'cursor invalid_cursor'],
      'no tag': [`/v1/items?cursor=${payload}`, 'cursor invalid_cursor'],
      'a longer tag': [`/v1/items?cursor=${cursor}AA`, 'cursor invalid_cursor'],
      'a padded tag': [`/v1/items?cursor=${cursor}%3D%3D`, 'cursor invalid_cursor'],
      nonsense: ['/v1/items?cursor=x', 'cursor invalid_cursor']
    })) {
      const answer = await read(url!)
      t.same([answer.status, answer.body.code], [400, 'invalid_cursor'], what)
      t.same(answer.body.errors.map(error => `${error.parameter} ${error.code}`), named, what)
    }
  })

  await t.test('what a list refuses', async t => {
    for (const [query, code] of [['sort=colour', 'unknown_sort_field'], ['sort=code,-code', 'repeated_sort_field'], ['sort=', 'too_short'], ['sort=--code', 'unknown_sort_field'], ['limit=0', 'out_of_range'], ['limit=501', 'out_of_range'], ['count=true', 'not_one_of'], ['cursor=', 'too_short']] as const) {
      const { status, body } = await read(`/v1/items?${query}`)
      t.same([status, body.errors[0]!.code], [400, code], query)
    }
  })
})

t.test('SQL', async t => {
  const things = pgTable('things', { code: text('code').notNull(), rank: integer('rank').notNull(), share: numeric('share'), id: uuid('id').notNull() })
  const columns = { code: things.code, rank: things.rank, share: things.share, id: things.id, sum: sql`a + b` }
  const write = (sort: string, values: (string | number | null)[]) => {
    const keys = parseSort(sort, Object.keys(columns), 'id')
    const expressions = keys.map(k => sortExpression(columns[k.name as keyof typeof columns]))
    const dialect = new PgDialect()
    const where = dialect.sqlToQuery(after(keys, expressions, values))
    return [dialect.sqlToQuery(sql.join(orderBy(keys, expressions), sql`, `)).sql, where.sql, where.params]
  }
  t.same(write('code', ['A', 'u']), ['"things"."code" collate "C" asc, "things"."id" asc', '("things"."code" collate "C", "things"."id") > ($1, $2)', ['A', 'u']])
  t.same(write('-rank', [3, 'u']), ['"things"."rank" desc, "things"."id" desc', '("things"."rank", "things"."id") < ($1, $2)', [3, 'u']])
  t.same(write('-rank,id', [3, 'u']), ['"things"."rank" desc, "things"."id" asc', '("things"."rank" < $1 or ("things"."rank" = $2 and "things"."id" > $3))', [3, 3, 'u']])
  t.same(write('share', ['1.50', 'u']), ['"things"."share" asc nulls last, "things"."id" asc', '(("things"."share" > $1 or "things"."share" is null) or ("things"."share" = $2 and "things"."id" > $3))', ['1.50', '1.50', 'u']])
  t.same(write('share', [null, 'u'])[1], '(false or ("things"."share" is null and "things"."id" > $1))')
  t.match(write('sum', ['9', 'u'])[1], /\(a \+ b, "things"."id"\) >/)
})

t.test('properties', async t => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
    return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))) === compareText(a, b)
  }))
  const key = Buffer.alloc(32, 7)
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const reached = fc.record({ values: fc.array(scalar), sort: fc.string(), filters: fc.dictionary(fc.string(), fc.string()), scope: fc.string() })
  fc.assert(fc.property(fc.string(), reached, (path, given) => {
    return JSON.stringify(openCursor(key, path, sealCursor(key, path, given))) === JSON.stringify({ ...given })
  }))
  t.throws(() => openCursor(Buffer.alloc(32, 8), '/v1/s', sealCursor(key, '/v1/s', { values: ['a'], sort: 'code', filters: {}, scope: '' })), { code: 'invalid_cursor' })
})
