import type { FastifyPluginAsync } from 'fastify'
import measurementRoutes from './measurement-routes.js'
import { measurementSchemas } from './schemas.js'
import submissionRoutes from './submission-routes.js'

/** Measurements and submissions share the schemas of a row. */
const routes: FastifyPluginAsync = async app => {
  for (const schema of measurementSchemas) app.addSchema(schema)
  await app.register(submissionRoutes)
  await app.register(measurementRoutes)
}

export default routes
