/**
 * What the examples of the document name by an id that is nobody's choice: rows of the demonstration (SEED=demo), which
 * has them under these very ids, so that an example works as it stands.
 */
export const EXAMPLE_IDS = {
  secret: '0193b898-2900-775a-acfd-456825b0ea5c',
  key: '0193b898-2900-7d21-9a3e-5c1f0e7b2d64',
  /** Its private part was thrown away when it was made. */
  signingKey: 'boK08O3jctP7Juq8L7yZe8Itfd9D3-VsdujsV0hUZJ8',
  extension: '019b0633-8b80-7bde-8932-d351236f20d7',
  explanation: '01995fea-1380-75e9-ad9e-4d126c570c12',
  explanationOfTarget: '019a04b5-9380-7738-b431-2843eb293ede',
  note: '0197bec6-f780-71e0-abf6-c0afc1ed7f01',
  /** Accepted: XHS-07 of UBND-PHAN-THIET in 2025-Q3, and the submission that wrote it. */
  measurement: '01994b19-b500-7152-b432-1aa63989e501',
  /** An accepted figure of UBND-TUY-PHONG, which the example of a withdrawal takes back. */
  withdrawable: '01994b19-b500-70e1-a5b7-829ac72cdbeb',
  submission: '01994b19-b500-7d9c-afaf-9b764a26ea45',
  /** Awaiting review, and the submission that wrote it: XHS-09 of UBND-LA-GI in 2025-H2; of two others too. */
  pending: '019b1fbc-6900-70b4-9823-1a77982b70e7',
  alsoPending: ['019b1fbc-6900-7238-908b-f7f17014556d', '019b1fbc-6900-7e9a-a2d3-8da1e83b0c02'],
  submissionOfH2: '019b1fbc-6900-7d9c-afaf-9b764a26ea45'
} as const
