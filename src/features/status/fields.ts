import { Type } from 'typebox'
import { CivilDate, ref } from '../../http/schema.js'

export const on = Type.Optional(ref(CivilDate, {
  description: 'Phiên bản mục tiêu, cơ cấu tổ chức và kỳ của ngày này; mặc định hôm nay (Asia/Ho_Chi_Minh). / Which ' +
    'target version, structure and periods apply; today in the province when absent.'
}))
