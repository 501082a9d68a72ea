import type { Transaction } from '../../db/client.js'
import {
  clientKeys, clientSecrets, clientTransitions, explanations, explanationVersions, extensions, periodTransitions,
  qualityRules,
  signingKeys, taskIndicators, taskNotes
} from '../../db/schema/index.js'
import { EXAMPLE_IDS } from '../../features/example-ids.js'
import { generateSecret, hashGenerated } from '../../features/identity/secrets.js'
import { reorganise } from '../../features/reorganisations/actions.js'
import { PLAN, PROVINCE } from '../plan/conventions.js'
import { client, reviewer } from './clients.js'

/**
 * One of everything that happens in a registry's life, so that each resource can be looked at; all of it illustrative.
 */

const provenance = 'illustrative' as const
const TARGETS = '4677-2025'

/** What stands from the first day on. */
export async function loadBeginnings (tx: Transaction): Promise<void> {
  await tx.insert(clientTransitions).values({
    clientId: client.id, sequence: 1, to: 'suspended', byClientId: null,
    reason: 'Chỉ là nguồn của số liệu minh họa. / It is only what illustrative figures come from.'
  })
  // nobody knows this secret, and no secret of a suspended client is good for a token
  await tx.insert(clientSecrets)
    .values({ id: EXAMPLE_IDS.secret, clientId: client.id, hash: hashGenerated(generateSecret()) })
  // the private parts of both were thrown away
  await tx.insert(clientKeys).values({
    id: EXAMPLE_IDS.key,
    clientId: client.id,
    kid: 'bc-2024',
    thumbprint: 'R-Eg4xVTDADSSAGzniy5wFnmXebNtkkX3gSXMV-INmg',
    jwk: {
      kty: 'EC', crv: 'P-256', x: '7vJsXggXjDAlwur00vEm4lKTIdXL4V0c23PhSlaSCV4',
      y: 'K-Pmarasy3Hfg3WBIg8pBFBum-f9Py3LiGELY1m3jh0', kid: 'bc-2024'
    }
  })
  await tx.insert(signingKeys).values({
    kid: EXAMPLE_IDS.signingKey,
    publicJwk: {
      kty: 'EC', crv: 'P-256', x: 'pEZWOnAfiw69vzboaWYvG33olxPFoDQ52utTenlSZ6I',
      y: 'N4WntFwFAnVSda9QAOINvP-aCqaqjVxyrU7ELwnZE8U', use: 'sig', alg: 'ES256', kid: EXAMPLE_IDS.signingKey
    },
    signsFrom: '2024-12-11T00:00:00.000000Z',
    revokedAt: '2024-12-11T00:00:00.000000Z',
    reason: 'Khóa minh họa, chưa bao giờ ký. / An illustrative key that never signed.'
  })
  await tx.insert(qualityRules).values([
    {
      code: 'XHS-09-BIEN-DONG',
      name: { vi: 'Biến động so với kỳ trước', en: 'Change against the previous period' },
      kind: 'change',
      params: { against: 'previous_period', absolute: '10' },
      indicatorCodes: ['XHS-09'],
      severity: 'warn',
      state: 'active',
      provenance
    },
    {
      code: 'XHS-KHOANG',
      name: { vi: 'Từ 0 đến 100', en: 'From 0 to 100' },
      kind: 'range',
      params: { minimum: '0', maximum: '100' },
      pillarCode: 'XHS',
      severity: 'warn',
      state: 'draft',
      provenance
    }
  ])
}

/** What happened in the course of the year. */
export async function loadEvents (tx: Transaction, record: (instant: string) => Promise<void>): Promise<void> {
  await record('2025-01-31T02:00:00Z')
  await tx.insert(periodTransitions).values({
    calendarCode: 'administrative', period: '2024-Q4', sequence: 1, to: 'locked', effectiveOn: '2025-01-31',
    clientId: reviewer.id,
    reason: 'Minh họa: đã tổng hợp báo cáo năm 2024. / Illustrative: the report of 2024 is made.'
  })
  await record('2025-02-25T02:00:00Z')
  await reorganise({ db: tx, within: work => work(tx) }, {
    id: 'SX-2025-03-01-MINH-HOA',
    kind: 'establish',
    effectiveOn: '2025-03-01',
    document: PLAN,
    reason: { vi: 'Minh họa: lập một tổ giúp việc', en: 'Illustrative: a working group is set up' },
    establish: [{
      code: 'TO-CNS-MINH-HOA',
      name: {
        vi: 'Tổ giúp việc chuyển đổi số (minh họa)', en: 'Working group on digital transformation (illustrative)'
      },
      kind: 'other',
      level: 'province',
      parent: PROVINCE,
      provenance
    }],
    provenance
  }, client.id, false)
  await record('2025-06-30T03:00:00Z')
  await tx.insert(taskNotes).values({
    id: EXAMPLE_IDS.note, taskCode: 'GP1.1', agencyCode: 'SO-TTTT', notedOn: '2025-06-30', progress: '45', provenance,
    clientId: client.id,
    text: 'Minh họa: đã giao chỉ tiêu cho các sở, ngành; mười huyện đã ban hành kế hoạch.'
  })
  await tx.insert(taskIndicators).values({ taskCode: 'GP1.1', indicatorCode: 'XHS-07', provenance })
  await record('2025-09-19T03:00:00Z')
  await tx.insert(explanations).values({
    id: EXAMPLE_IDS.explanation, indicatorCode: 'XHS-12', period: '2025-Q3', subjectAgency: 'UBND-PHU-QUI',
    agencyCode: 'UBND-PHU-QUI', series: 1
  })
  await tx.insert(explanationVersions).values({
    explanationId: EXAMPLE_IDS.explanation, version: 1, kind: 'not_collected', provenance, clientId: client.id,
    dueDate: '2025-10-15',
    cause: 'Minh họa: trạm y tế trên đảo chưa kết nối hệ thống hồ sơ sức khỏe điện tử.',
    remedy: 'Kết nối và gửi bổ sung trong tháng 10/2025.'
  })
  await record('2025-10-21T03:00:00Z')
  await tx.insert(explanations).values({
    id: EXAMPLE_IDS.explanationOfTarget, indicatorCode: 'KTS-01',
    targetId: `${TARGETS}.KTS-01`, agencyCode: 'SO-KHDT', series: 1
  })
  await tx.insert(explanationVersions).values({
    explanationId: EXAMPLE_IDS.explanationOfTarget, version: 1, kind: 'off_target', provenance, clientId: client.id,
    dueDate: '2025-12-31',
    cause: 'Minh họa: doanh nghiệp công nghệ số mới chiếm tỷ trọng nhỏ.',
    remedy: 'Hỗ trợ doanh nghiệp nhỏ và vừa chuyển đổi số trong quý IV.'
  })
  await record('2025-12-10T03:00:00Z')
  await tx.insert(extensions).values({
    id: EXAMPLE_IDS.extension, kind: 'extension', agencyCode: PROVINCE, indicatorCode: 'KTS-05', period: '2025',
    until: '2026-01-15',
    reason: 'Minh họa: chờ số liệu thương mại điện tử cả năm.', grantedBy: 'Chủ tịch Ủy ban nhân dân tỉnh',
    clientId: reviewer.id
  })
}
