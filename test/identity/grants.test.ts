import t from 'tap'
import { mayReport, type Grant } from '../../src/world/grants.js'

const everything: Grant = { agency: null, withSubtree: false, indicator: null }
const own: Grant = { agency: 'SO-A', withSubtree: false, indicator: null }
const subtree: Grant = { agency: 'SO-A', withSubtree: true, indicator: null }
const oneIndicator: Grant = { agency: null, withSubtree: false, indicator: 'CQS-01' }
const narrow: Grant = { agency: 'SO-A', withSubtree: true, indicator: 'CQS-01' }

const atA = { agency: 'SO-A', ancestors: () => ['TINH'], indicator: 'CQS-01' }
const belowA = { agency: 'PHONG-A1', ancestors: () => ['SO-A', 'TINH'], indicator: 'CQS-01' }
const atB = { agency: 'SO-B', ancestors: () => ['TINH'], indicator: 'CQS-01' }

const table: [string, Grant[], typeof atA, boolean][] = [
  ['no grant, nothing', [], atA, false],
  ['every agency and indicator', [everything], atB, true],
  ['the agency itself', [own], atA, true],
  ['the agency alone does not open what is below it', [own], belowA, false],
  ['the subtree holds the agency itself', [subtree], atA, true],
  ['the subtree holds what is below', [subtree], belowA, true],
  ['the subtree holds no neighbour', [subtree], atB, false],
  ['the subtree does not reach upwards', [{ ...subtree, agency: 'PHONG-A1' }], atA, false],
  ['one indicator, any agency', [oneIndicator], atB, true],
  ['another indicator', [oneIndicator], { ...atB, indicator: 'CQS-02' }, false],
  ['agency and indicator both fit', [narrow], belowA, true],
  ['agency fits, indicator does not', [narrow], { ...belowA, indicator: 'CQS-02' }, false],
  ['indicator fits, agency does not', [narrow], atB, false],
  ['two grants are not mixed', [{ ...own, indicator: 'CQS-02' }, { ...oneIndicator, agency: 'SO-B' }], atA, false],
  ['any one grant is enough', [{ ...own, agency: 'SO-C' }, narrow], atA, true],
  ['codes are compared whole', [{ ...own, agency: 'SO' }], atA, false],
  ['codes are compared by case', [{ ...own, agency: 'so-a' }], atA, false],
  ['from its first day', [{ ...own, validFrom: '2025-03-01' }], atA, true],
  ['not before it', [{ ...own, validFrom: '2025-03-02' }], atA, false],
  ['to its last day', [{ ...own, validTo: '2025-03-01' }], atA, true],
  ['not after it', [{ ...own, validTo: '2025-02-28' }], atA, false],
  ['every agency with subtree is every agency', [{ agency: null, withSubtree: true, indicator: null }], belowA, true]
]

for (const [name, grants, figure, expected] of table) {
  t.equal(mayReport({ grants }, figure, '2025-03-01'), expected, name)
}
t.equal(mayReport(undefined, atA, '2025-03-01'), false, 'nobody')
