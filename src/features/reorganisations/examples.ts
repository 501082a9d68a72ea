export const INPUT_EXAMPLE = {
  id: 'SX-2025-03-01-KHCN',
  kind: 'merge',
  effectiveOn: '2025-03-01',
  document: '4677-KH-UBND-2024',
  reason: { vi: 'Hợp nhất Sở Thông tin và Truyền thông với Sở Khoa học và Công nghệ' },
  from: ['SO-TTTT', 'SO-KHCN'],
  to: ['SO-KHCN', 'SO-CT'],
  mapping: [
    { from: 'SO-TTTT', to: 'SO-KHCN', share: 'part' },
    { from: 'SO-TTTT', to: 'SO-CT', share: 'part', functions: { targets: ['4677-2025.XHS-02'] } }
  ],
  provenance: 'illustrative'
}

export const REORGANISATION_EXAMPLE = {
  ...INPUT_EXAMPLE,
  dryRun: false,
  recordedAt: '2025-02-20T02:00:00.123456Z',
  changes: {
    agencies: [{ agency: 'SO-TTTT', change: 'ended', on: '2025-02-28' }],
    names: [
      {
        agency: 'SO-TTTT', change: 'ended', name: { vi: 'Sở Thông tin và Truyền thông' }, validFrom: '2024-12-11',
        validTo: '2025-02-28'
      }
    ],
    parents: [
      { agency: 'SO-TTTT', change: 'ended', parent: 'UBND-BINH-THUAN', validFrom: '2024-12-11', validTo: '2025-02-28' }
    ],
    identifiers: [],
    assignments: [
      {
        id: '4677-2025.CQS-01.lead', change: 'ended', agency: 'SO-TTTT', target: '4677-2025.CQS-01', role: 'lead',
        validFrom: '2024-12-16', validTo: '2025-02-28'
      },
      {
        id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', change: 'begun', agency: 'SO-KHCN', target: '4677-2025.CQS-01',
        role: 'lead', validFrom: '2025-03-01', succeeds: '4677-2025.CQS-01.lead'
      }
    ],
    grants: [
      {
        change: 'begun', client: 'baocao-tttt', agency: 'SO-KHCN', from: 'SO-TTTT', withSubtree: false,
        validFrom: '2025-03-01'
      }
    ],
    obligations: [],
    notApplicable: []
  }
}

export const GRAPH_EXAMPLE = {
  agency: 'SO-TTTT',
  direction: 'successors',
  on: '2025-03-01',
  asOf: '2025-03-01T02:00:00.123456Z',
  nodes: [
    {
      code: 'SO-KHCN', name: { vi: 'Sở Khoa học và Công nghệ' }, kind: 'department', level: 'province',
      validFrom: '2024-12-11', alive: true
    },
    {
      code: 'SO-TTTT', name: { vi: 'Sở Thông tin và Truyền thông' }, kind: 'department', level: 'province',
      validFrom: '2024-12-11', validTo: '2025-02-28', alive: false
    }
  ],
  edges: [
    {
      from: 'SO-TTTT', to: 'SO-KHCN', share: 'part', effectiveOn: '2025-03-01', reorganisation: 'SX-2025-03-01-KHCN',
      kind: 'merge'
    }
  ]
}
