import { bodyError, type FieldError } from '../http/problem.js'

/** Nothing can be said any more of one that was entered by mistake: what is meant is the one that it is. */
export function enteredInError (code: string, duplicateOf: string, pointer: string): FieldError {
  return bodyError(pointer, 'agency_entered_in_error',
    `“${code}” do ghi nhầm mà có, thực ra là “${duplicateOf}”: hãy dùng “${duplicateOf}”.`,
    `"${code}" was entered by mistake and is "${duplicateOf}": use "${duplicateOf}".`)
}
