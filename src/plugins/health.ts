import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { LogLevel } from 'fastify'
import { Type } from 'typebox'
import { explainDatabaseError } from '../db/errors.js'
import { MIGRATIONS_FOLDER } from '../db/migrate.js'
import { Problem } from '../http/problem.js'
import { ref, shared, strict } from '../http/schema.js'
import type { LocalText } from '../domain/text.js'

const Health = shared('Health', strict({
  status: Type.Literal('ok'),
  version: Type.String()
}, { description: 'Tình trạng máy chủ. / The state of the server.', examples: [{ status: 'ok', version: '0.2.0' }] }))

const RETRY_AFTER = '5'

function notReady (detail: LocalText, cause?: unknown): Problem {
  return new Problem('unavailable', { detail, headers: { 'retry-after': RETRY_AFTER }, cause })
}

export const health: FastifyPluginAsyncTypebox<{ version: string }> = async (app, { version }) => {
  app.addSchema(Health)
  const newest = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).at(-1)?.folderMillis
  // a probe every few seconds is no news
  const logLevel = app.log.level === 'info' ? 'warn' : app.log.level as LogLevel
  const config = { scope: 'public' as const }

  async function isMigrated (): Promise<boolean> {
    try {
      const { rows } = await app.pool.query(
        'SELECT 1 FROM drizzle.__drizzle_migrations WHERE created_at = $1', [newest]
      )
      return rows.length > 0
    } catch (error) {
      if (explainDatabaseError(error) === undefined) return false // the table is not there yet
      throw notReady({ vi: 'Không kết nối được cơ sở dữ liệu.', en: 'The database cannot be reached.' }, error)
    }
  }

  app.get('/health/live', {
    config,
    logLevel,
    schema: {
      operationId: 'getLiveness',
      tags: ['operations'],
      summary: 'Tiến trình đang chạy / The process is alive',
      description: 'Không kiểm tra cơ sở dữ liệu. / Does not ask the database.',
      response: { 200: ref(Health) }
    }
  }, async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return { status: 'ok' as const, version }
  })

  app.get('/health/ready', {
    config,
    logLevel,
    schema: {
      operationId: 'getReadiness',
      tags: ['operations'],
      summary: 'Sẵn sàng phục vụ / Ready to serve',
      description: 'Cơ sở dữ liệu hoạt động và đã được cập nhật (migration) cho bản này; nếu không: 503. / The ' +
        'database answers and has the migrations of this release; else 503.',
      response: { 200: ref(Health) }
    }
  }, async (_request, reply) => {
    if (!await isMigrated()) {
      throw notReady({
        vi: 'Cơ sở dữ liệu chưa được cập nhật cho bản này.', en: 'The database has not been migrated to this release.'
      })
    }
    reply.header('cache-control', 'no-store')
    return { status: 'ok' as const, version }
  })
}
