import { visible } from '../misread.js'
import { bodyError, Problem, type FaultCode } from '../problem.js'

/** What a whole workbook is refused for. */
export function workbookFault (code: FaultCode, vi: string, en: string, cause?: unknown): Problem {
  return new Problem('invalid_request', { errors: [bodyError('', code, vi, en)], cause })
}

/** It cannot be read: cut short, altered, or made by a program that writes something else than workbooks. */
export function damaged (vi: string, en: string, cause?: unknown): Problem {
  return workbookFault('damaged_workbook',
    `Tệp .xlsx này hỏng: ${vi}. Hãy mở bằng Excel hay LibreOffice rồi lưu lại.`,
    `This .xlsx is damaged: ${en}. Open it in Excel or LibreOffice and save it again.`, cause)
}

export function damagedPart (part: string, cause?: unknown): Problem {
  const shown = visible(part)
  return damaged(`không đọc được phần “${shown}”`, `its part "${shown}" cannot be read`, cause)
}

export function tooMuch (limit: number, vi: string, en: string): Problem {
  return new Problem('content_too_large', {
    detail: { vi: `${vi} Chưa có gì được ghi.`, en: `${en} Nothing was done.` },
    extra: { limit }
  })
}
