/**
 * What the examples of the document name by an id that is nobody's choice: rows of the demonstration (SEED=demo), which
 * has them under these very ids, so that an example works as it stands.
 */
export const EXAMPLE_IDS = {
  secret: '0193b898-2900-775a-acfd-456825b0ea5c',
  extension: '019b0633-8b80-7bde-8932-d351236f20d7',
  explanation: '01995fea-1380-75e9-ad9e-4d126c570c12',
  note: '0197bec6-f780-71e0-abf6-c0afc1ed7f01'
} as const
