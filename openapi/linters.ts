import { createConfig, lint as lintWithRedocly } from '@redocly/openapi-core'
import SwaggerParser from '@apidevtools/swagger-parser'
import spectral from '@stoplight/spectral-core'
import rulesets from '@stoplight/spectral-rulesets'

/** All that Spectral (`oas`), Redocly (`recommended-strict`) and swagger-parser find in a document, a line each. */
export async function lint (path: string, text: string): Promise<string[]> {
  return [...await withSpectral(text), ...await withRedocly(path), ...await withSwaggerParser(text)]
}

/** Compiling the whole document anew for each example takes Spectral four times as long as all the rest of its rules. */
const HELD_ELSEWHERE = 'test/contract/openapi.test.ts holds every example to its schema'
const SPECTRAL_EXCEPTIONS = {
  'oas3-valid-media-example': HELD_ELSEWHERE,
  'oas3-valid-schema-example': HELD_ELSEWHERE
}

async function withSpectral (text: string): Promise<string[]> {
  const linter = new spectral.Spectral()
  const rules = Object.fromEntries(Object.keys(SPECTRAL_EXCEPTIONS).map(rule => [rule, 'off' as const]))
  linter.setRuleset(new spectral.Ruleset({ extends: [[rulesets.oas, 'recommended']], rules }))
  const results = await linter.run(JSON.parse(text))
  return results.map(({ code, path, message }) => `spectral ${code} at ${path.join('/')}: ${message}`)
}

async function withRedocly (path: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] })
  const problems = await lintWithRedocly({ ref: path, config })
  return problems.map(({ ruleId, message, location: [place] }) =>
    `redocly ${ruleId} at ${place?.pointer ?? ''}: ${message}`)
}

async function withSwaggerParser (text: string): Promise<string[]> {
  try {
    await SwaggerParser.validate(JSON.parse(text))
    return []
  } catch (error) {
    return [`swagger-parser: ${(error as Error).message}`]
  }
}
