import type { ConstraintProblems } from '../../http/problem.js'
import type { ProblemDefinitions } from '../../http/problem-codes.js'

export const clientProblems = {
  client_ended: {
    status: 409,
    title: { vi: 'Client đã kết thúc', en: 'The client has ended' },
    about: {
      vi: 'Client này đã kết thúc vĩnh viễn: không sửa, không cấp mã bí mật, không hoạt động lại. Cần lại thì tạo ' +
        'client mới với mã khác.',
      en: 'This client has ended for good: it is not changed, gets no secret and does not come back. If one is ' +
        'needed again, make another with an id of its own.'
    }
  },
  two_live_secrets: {
    status: 409,
    title: { vi: 'Đã có hai mã bí mật còn hiệu lực', en: 'Two secrets are live already' },
    about: {
      vi: 'Mỗi client có nhiều nhất hai mã bí mật còn hiệu lực cùng lúc, để thay mà không gián đoạn. Thu hồi một mã ' +
        'bí mật (POST …/secrets/{id}/revocation) rồi tạo cái mới.',
      en: 'A client has at most two live secrets, so that one can be replaced without an outage. Revoke one (POST ' +
        '…/secrets/{id}/revocation), then make the new one.'
    }
  },
  too_many_live_keys: {
    status: 409,
    title: { vi: 'Đã có bốn khóa còn hiệu lực', en: 'Four keys are live already' },
    about: {
      vi: 'Mỗi client có nhiều nhất bốn khóa công khai còn hiệu lực cùng lúc. Thu hồi một khóa (POST ' +
        '…/keys/{id}/revocation) rồi đăng ký khóa mới.',
      en: 'A client has at most four live public keys. Revoke one (POST …/keys/{id}/revocation), then register the ' +
        'new one.'
    }
  },
  secret_shown_once: {
    status: 409,
    title: { vi: 'Mã bí mật đã được tạo và hiển thị một lần', en: 'The secret was made and shown once' },
    about: {
      vi: 'Yêu cầu với Idempotency-Key này đã tạo một mã bí mật; mã bí mật chỉ được hiển thị trong phản hồi đầu và ' +
        'không được lưu. “location” là địa chỉ của nó. Nếu phản hồi đầu đã mất, hãy thu hồi mã bí mật ấy và tạo cái ' +
        'mới với khóa khác.',
      en: 'The request with this Idempotency-Key has made a secret; it is shown in the first answer alone and is not ' +
        'stored. `location` is its address. If that answer was lost, revoke that secret and make another under ' +
        'another key.'
    }
  },
  last_administrator: {
    status: 422,
    title: { vi: 'Quản trị viên cuối cùng', en: 'The last administrator' },
    about: {
      vi: 'Sau thay đổi này sẽ không còn client nào đang hoạt động có registry:admin và một mã bí mật hoặc khóa còn ' +
        'hiệu lực. Hãy tạo quản trị viên khác trước.',
      en: 'After this change no active client with registry:admin and a live secret or key would be left. Make ' +
        'another administrator first.'
    }
  }
} satisfies ProblemDefinitions

declare module '../../http/problem-codes.js' {
  interface ProblemCatalogues { clients: typeof clientProblems }
}

export const clientConstraints: ConstraintProblems = {
  client_keys_thumbprint_key: {
    code: 'already_exists',
    pointer: '/jwk',
    detail: {
      vi: 'Khóa này đã được đăng ký cho client; khóa đã thu hồi không đăng ký lại được.',
      en: 'This key is registered for the client already; one that was revoked is not registered again.'
    }
  },
  client_secrets_two_live: {
    code: 'two_live_secrets',
    detail: {
      vi: 'Client đã có hai mã bí mật còn hiệu lực; hãy thu hồi một mã trước.',
      en: 'The client has two live secrets: revoke one of them first.'
    }
  },
  clients_pkey: {
    code: 'already_exists',
    pointer: '/id',
    detail: {
      vi: 'Mã này đã được dùng; mã của client đã kết thúc cũng không cấp lại.',
      en: 'This id is taken; that of a client that has ended is not given again.'
    }
  }
}
