import type { SetAsideSeed } from '../types.js'

const caption = {
  vi: 'Chú thích ảnh của bài viết, không thuộc kế hoạch.',
  en: 'A photograph\'s caption in the article, not part of the plan.'
}

/** With the quotes of the rows, these cover the source to the last word. */
export const setAside: readonly SetAsideSeed[] = [
  {
    quote: 'Uỷ ban nhân dân tỉnh Bình Thuận ban hành Kế hoạch chuyển đổi số năm 2025',
    reason: {
      vi: 'Tên bài viết; tên kế hoạch lấy ở câu đầu.',
      en: 'The article\'s headline; the plan\'s name is taken from its first sentence.'
    }
  },
  {
    quote: 'Hội nghị sơ kết 02 năm thực hiện Nghị quyết số 10-NQ/TU của Tỉnh ủy (khóa XIV) về chuyển đổi số',
    reason: caption
  },
  {
    quote: '(stttt.binhthuan.gov.vn)',
    reason: { vi: 'Trang đăng bài viết.', en: 'The site that published the article.' }
  },
  { quote: 'Ngày 4/8/2024 Chủ tịch UBND tỉnh Đoàn Anh Dũng làm việc với Sở TT&TT', reason: caption },
  {
    quote: 'Kế hoạch đề ra và phân công nhiệm vụ cụ thể cho các sở ngành và UBND các địa phương triển khai các mục ' +
      'tiêu đến năm 2025 như sau:',
    reason: {
      vi: 'Câu dẫn: thời hạn “đến năm 2025” nằm trong diễn giải của từng mục tiêu; “các sở ngành và UBND các địa ' +
        'phương” không chỉ đích danh cơ quan nào nên không thành phân công.',
      en: 'Introduces the targets: the time limit “đến năm 2025” (to 2025) stands in each target\'s interpretation; ' +
        '“các sở ngành và UBND các địa phương” (departments and local committees) names no agency, so no assignment ' +
        'was made of it.'
    }
  },
  {
    quote: 'Để đạt được các mục tiêu nói trên, Kế hoạch đề ra 5 giải pháp cơ bản gồm:',
    reason: { vi: 'Câu dẫn vào năm nhóm giải pháp.', en: 'Introduces the five groups of solutions.' }
  },
  {
    quote: 'Chính phủ, Thủ tướng Chính phủ, Ủy ban Quốc gia về chuyển đổi số và các bộ, ngành trung ương (nếu có)',
    reason: {
      vi: 'Các cơ quan trung ương ngoài tỉnh: giữ nguyên trong lời giao nhiệm vụ, không nhập thành cơ quan vì hệ ' +
        'thống chỉ quản lý cơ quan trên địa bàn tỉnh.',
      en: 'Central bodies outside the province: kept in the wording of the assignment, not entered as agencies, ' +
        'since the registry holds those of the province only.'
    }
  },
  {
    quote: 'ban chỉ đạo cải cách hành chính và chuyển đổi số các cấp; cơ quan chuyên trách và bộ phận tham mưu',
    reason: { vi: 'Gọi chung, không phải một cơ quan cụ thể.', en: 'Bodies named collectively, none in particular.' }
  },
  {
    quote: 'Tổ công nghệ số cộng đồng',
    reason: {
      vi: 'Tên chung của các tổ ở khu dân cư, không phải một cơ quan cụ thể.',
      en: 'The common name of teams in neighbourhoods, not one agency.'
    }
  }
]
