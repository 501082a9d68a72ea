import { createAjv } from './validation.js'
import { MAX_ERRORS, type FieldError } from './problem.js'
import { presentErrors } from './schema-errors.js'

/**
 * Everything that is wrong with a row by its schema, in the words in which a body's faults are told; undefined where
 * nothing is.
 */
export type RowChecker = (row: unknown) => FieldError[] | undefined

/**
 * `shared`: the schemas that `schema` refers to, and those they refer to. Compiled once; make one when the app starts.
 */
export function createRowChecker (schema: object, shared: Iterable<unknown>): RowChecker {
  const validate = createAjv(shared).compile(schema)
  return row => validate(row) ? undefined : presentErrors(validate.errors ?? [], 'body', MAX_ERRORS).errors
}
