/**
 * Of indicators × agencies × periods a push is the whole truth: what it does not name is withdrawn. A list that is not
 * given is what the rows name.
 */
export interface Replacement {
  reason: string
  indicators?: readonly string[] | undefined
  /** Codes, or scheme:value. */
  agencies?: readonly string[] | undefined
  periods?: readonly string[] | undefined
}
