import type { ConstraintProblem, ConstraintProblems } from '../../http/problem.js'
import type { ProblemDefinitions } from '../../http/problem-codes.js'

export const explanationProblems = {
  already_explained: {
    status: 409,
    title: { vi: 'Đã giải trình', en: 'Explained already' },
    about: {
      vi: 'Mỗi cơ quan có một giải trình còn hiệu lực cho một số liệu hoặc một mục tiêu. ' +
        'Muốn thay đổi thì sửa giải trình ấy (PATCH /v1/explanations/{id}: thêm phiên bản), hoặc rút rồi giải trình ' +
        'lại.',
      en: 'An agency has one standing explanation of a figure or of a target. ' +
        'To say something else change it (PATCH /v1/explanations/{id} adds a version), or withdraw it and explain anew.'
    }
  },
  explanation_withdrawn: {
    status: 409,
    title: { vi: 'Giải trình đã rút', en: 'The explanation was withdrawn' },
    about: {
      vi: 'Giải trình đã rút thì không sửa và không rút lần nữa. Cần lại thì giải trình mới (POST /v1/explanations).',
      en: 'A withdrawn explanation is neither changed nor withdrawn again. ' +
        'If one is needed again, explain anew (POST /v1/explanations).'
    }
  }
} satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { explanations: typeof explanationProblems }
}

const twice: ConstraintProblem = {
  code: 'already_explained',
  detail: { vi: 'Cơ quan này đã có giải trình còn hiệu lực ở đây.', en: 'This agency has a standing explanation here.' }
}

export const explanationConstraints: ConstraintProblems = {
  explanations_figure_key: twice,
  explanations_target_key: twice
}
