import { bodyError, type FieldError } from '../http/problem.js'

/** `quoted` means that the words stand in a document, so the words belong to it. */
export function checkQuote (
  row: { provenance?: string | null | undefined, quote?: string | null | undefined }
): FieldError[] {
  if (row.provenance !== 'quoted' || (row.quote !== null && row.quote !== undefined)) return []
  return [bodyError('/quote', 'quote_required',
    'Nguồn gốc “quoted” cần nguyên văn trong “quote”.',
    'The provenance "quoted" needs the words themselves in `quote`.')]
}
