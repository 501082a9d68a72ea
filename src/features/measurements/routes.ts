import type { FastifyPluginAsync } from 'fastify'
import type { Catalogue } from '../pushes/facts.js'
import measurementRoutes from './measurement-routes.js'
import reviewRoutes from './review-routes.js'
import { reviewSchemas } from './review-schemas.js'
import { measurementSchemas } from './schemas.js'

/** Measurements and reviews share the schemas of a row. */
const routes: FastifyPluginAsync<{ catalogue: Catalogue }> = async (app, { catalogue }) => {
  for (const schema of [...measurementSchemas, ...reviewSchemas]) app.addSchema(schema)
  await app.register(measurementRoutes, { catalogue })
  await app.register(reviewRoutes)
}

export default routes
