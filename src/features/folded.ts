import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'

/**
 * `fold()` of domain/fold in SQL, for lists of some hundred rows that keep no folded column. Marks are stripped before
 * `lower`, which in a database of the C locale knows ASCII alone.
 */
export function folded (...texts: SQLWrapper[]): SQL {
  return sql`regexp_replace(translate(lower(regexp_replace(normalize(concat_ws(' ', ${sql.join(texts, sql`,
    `)}), NFD), '[\u0300-\u036f]', '', 'g')), 'ĐÐƉđðɖy', 'ddddddi'), '[^[:alnum:]]+', ' ', 'g')`
}

/** Texts that hold all the folded words. */
export function holdsWords (words: readonly string[], ...texts: SQLWrapper[]): SQL | undefined {
  if (words.length === 0) return undefined
  return sql.join(words.map(word => sql`${folded(...texts)} like ${`%${word}%`}`), sql` and `)
}
