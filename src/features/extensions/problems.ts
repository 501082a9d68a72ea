import type { ConstraintProblems } from '../../http/problem.js'
import type { ProblemDefinitions } from '../../http/problem-codes.js'

export const extensionProblems = {
  already_revoked: {
    status: 409,
    title: { vi: 'Đã thu hồi', en: 'Already revoked' },
    about: {
      vi: 'Lần gia hạn hay miễn báo cáo này đã được thu hồi; mỗi lần chỉ thu hồi một lần. Cần lại thì ghi một lần mới.',
      en: 'This extension or excuse has been revoked, which is done once. If it is needed again, record another.'
    }
  }
} satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { extensions: typeof extensionProblems }
}

export const extensionConstraints: ConstraintProblems = {
  extension_revocations_pkey: {
    code: 'already_revoked', detail: { vi: 'Đã có lần thu hồi trước đó.', en: 'It was revoked before.' }
  }
}
