import { fold } from '../domain/fold.js'
import { badRequest, parameterError } from './problem.js'

/** The folded words of `?q=`; text of nothing but punctuation is refused rather than matched with everything. */
export function searchWords (q: string | undefined): string[] {
  if (q === undefined) return []
  const words = fold(q).split(' ').filter(word => word !== '')
  if (words.length > 0) return words
  throw badRequest([
    parameterError('q', 'nothing_to_search', 'Cần ít nhất một chữ cái hoặc chữ số.', 'Needs a letter or a digit.')
  ])
}
