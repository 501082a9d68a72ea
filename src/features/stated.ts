type Nullable<T> = { [K in keyof T]: null extends T[K] ? K : never }[keyof T]

export type Stated<T> = Omit<T, Nullable<T>> & { [K in Nullable<T>]?: Exclude<T[K], null> }

/** What is null in a row is left out of an answer. */
export function stated<T extends object> (row: T): Stated<T> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Stated<T>
}
