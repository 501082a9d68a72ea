import { departments, districts, province, sectors, type DemoFigure } from './figure.js'

const NO_INSPECTIONS = 'Trong kỳ không có hoạt động kiểm tra nào: không áp dụng.'

export const governmentFigures: readonly DemoFigure[] = [
  ...province('CQS-01', {
    '2025-Q1': '1002/1140', '2025-Q2': '1057/1140', '2025-Q3': '1102/1140', '2025-Q4': '1140/1140'
  }),

  // 228,660 of 291,020 files up to the third quarter, 78.57 %; 316,180 of 393,490 in the year, 80.35 %
  ...districts('CQS-02', {
    '2025-Q1': {
      count: [14180, 6890, 7470, 7190, 9730, 6060, 5730, 6580, 4770, 1570],
      of: [18420, 9310, 10240, 9860, 13150, 8420, 7960, 8890, 6540, 2310]
    },
    '2025-Q2': {
      count: [15510, 7580, 8170, 7940, 10760, 6770, 6350, 7280, 5290, 1780],
      of: [19150, 9720, 10610, 10180, 13620, 8790, 8240, 9210, 6780, 2400]
    },
    '2025-Q3': {
      count: [16310, 8010, 8690, 8320, 11260, 7060, 6580, 7510, 5490, 1830],
      of: [18960, 9540, 10470, 10030, 13400, 8610, 8120, 9050, 6690, 2350]
    },
    '2025-Q4': {
      count: [17690, 8640, 9370, 8960, 12110, 7620, 7080, 8130, 5910, 2010],
      of: [20110, 10050, 11020, 10540, 14080, 9070, 8530, 9560, 7030, 2480]
    }
  }),
  // beside the districts', of whom one lacks in the third quarter: 75,900 of 91,600 up to then, 82.86 %; 106,010 of
  // 125,000 in the year
  ...departments('CQS-02', {
    '2025-Q1': {
      count: [3180, 1790, 2570, 3040, 3890, 2090, 2470, 2690, 2330],
      of: [3980, 2290, 3300, 3850, 5060, 2790, 3210, 3530, 2960]
    },
    '2025-Q2': {
      count: [3490, 1960, 2790, 3280, 4220, 2290, 2680, 2950, 2540],
      of: [4060, 2340, 3360, 3910, 5150, 2830, 3270, 3590, 3010]
    },
    '2025-Q3': {
      count: [3790, 2120, 2990, 3500, 4480, null, 2880, 3160, 2730],
      of: [4120, 2380, 3410, 3960, 5230, 2870, 3320, 3640, 3050]
    },
    '2025-Q4': {
      count: [4020, 2270, 3200, 3740, 4850, 2630, 3100, 3370, 2930],
      of: [4310, 2490, 3560, 4130, 5460, 2990, 3470, 3800, 3190]
    }
  }),
  // the headline, of provincial and district level together: 304,560 of 382,620 up to the third quarter, 422,190 of
  // 518,490 in the year
  ...province('CQS-02', {
    '2025-Q1': '94220/126070', '2025-Q2': '103630/130220', '2025-Q3': '106710/126330', '2025-Q4': '117630/135870'
  }),

  ...sectors('CQS-03', '2025-H1', {
    'NONG-NGHIEP': '42.5', 'CONG-THUONG': '71.2', 'DU-LICH': '66.8', 'GIAO-DUC': '78.4', 'Y-TE': '74.9',
    'TAI-NGUYEN-MOI-TRUONG': '63.7', 'GIAO-THONG-XAY-DUNG': '58.1', 'TAI-CHINH-NGAN-HANG': '88.6'
  }),
  ...sectors('CQS-03', '2025-H2', {
    'NONG-NGHIEP': '58.4', 'CONG-THUONG': '76.5', 'DU-LICH': '72.3', 'GIAO-DUC': '83.1', 'Y-TE': '80.2',
    'TAI-NGUYEN-MOI-TRUONG': '71.9', 'GIAO-THONG-XAY-DUNG': '68.7', 'TAI-CHINH-NGAN-HANG': '91.4'
  }),

  ...province('CQS-04', { '2025-Q1': '48/54', '2025-Q2': '52/54' }),
  // awaits review: counts only with `basis=submitted`
  ...province('CQS-04', { '2025-Q3': '54/54' }, { review: 'pending' }),

  // the year's inspections are all held in the fourth quarter: 55 of 103, 53.40 %
  ...districts('CQS-05', {
    '2025-Q1': { count: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], of: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], note: NO_INSPECTIONS },
    '2025-Q2': { count: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], of: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], note: NO_INSPECTIONS },
    '2025-Q3': { count: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], of: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], note: NO_INSPECTIONS },
    '2025-Q4': { count: [12, 5, 6, 6, 8, 4, 4, 5, 4, 1], of: [21, 9, 12, 11, 14, 9, 8, 10, 7, 2] }
  })
]
