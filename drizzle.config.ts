import { defineConfig } from 'drizzle-kit'

/** `npm run db:generate` compares the schema with migrations/meta and writes SQL; it never talks to a database. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/db/schema/index.ts',
  out: './migrations',
  breakpoints: true
})
