import { PROBLEMS_WITH_A_PLACE, ruleFaults } from './features/fault-codes.js'
import { assignmentProblems } from './features/assignments/problems.js'
import { clientProblems } from './features/clients/problems.js'
import { explanationProblems } from './features/explanations/problems.js'
import { extensionProblems } from './features/extensions/problems.js'
import { problems as identityProblems } from './features/identity/problems.js'
import { measurementProblems } from './features/measurements/problems.js'
import {
  reviewFaults, rowFaults, rowWarnings, ROW_FORM_FAULTS, scopeFaults
} from './features/pushes/row-codes.js'
import { targetProblems } from './features/targets/problems.js'
import { formFaults, type FaultCode, type Faults, type FaultTexts } from './http/fault-codes.js'
import { commonProblems, type ProblemCode, type ProblemDefinition } from './http/problem-codes.js'
import { oneOf, shared } from './http/schema.js'
import { named, type NamedEnum } from './plugins/openapi-enum-texts.js'

/** Every problem the API can answer with. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemDefinition>> = {
  ...commonProblems,
  ...identityProblems,
  ...clientProblems,
  ...measurementProblems,
  ...assignmentProblems,
  ...extensionProblems,
  ...explanationProblems,
  ...targetProblems
}

const titleOf = (code: ProblemCode) => [code, [PROBLEMS[code].title.vi, PROBLEMS[code].title.en]] as const
const titles = (codes: readonly ProblemCode[]): Faults => Object.fromEntries(codes.map(titleOf))

/** Where two catalogues have a code the first explains it. */
const FAULTS: Record<FaultCode, FaultTexts> = {
  ...titles(PROBLEMS_WITH_A_PLACE) as Record<typeof PROBLEMS_WITH_A_PLACE[number], FaultTexts>,
  ...reviewFaults,
  ...scopeFaults,
  ...rowFaults,
  ...ruleFaults,
  ...formFaults
}

const pick = (codes: readonly FaultCode[]): Faults => Object.fromEntries(codes.map(code => [code, FAULTS[code]]))

/** The codes of the contract, as the document lists them. More may be added to each of them in time. */
export const CODES: readonly NamedEnum[] = [
  named('ProblemCode', 'Mã của vấn đề; có thể có thêm mã mới', 'The code of a problem; new ones may be added',
    titles(Object.keys(PROBLEMS) as ProblemCode[])),
  named('FieldErrorCode', 'Mã của một lỗi trong “errors”; có thể có thêm mã mới',
    'The code of a fault in `errors`; new ones may be added', FAULTS),
  named('RowCode', 'Vì sao một dòng bị từ chối; có thể có thêm mã mới',
    'Why a row is rejected; new ones may be added',
    { ...rowFaults, ...scopeFaults, ...pick(ROW_FORM_FAULTS) }),
  named('RowWarningCode', 'Điều cần biết về một dòng được nhận; có thể có thêm mã mới',
    'What is said of a row that is let in; new ones may be added', rowWarnings),
  named('ReviewCode', 'Vì sao một quyết định bị từ chối; có thể có thêm mã mới',
    'Why a decision is refused; new ones may be added', reviewFaults)
]

export const codeSchemas = CODES.map(({ name, values }) => shared(name, oneOf(Object.keys(values))))
