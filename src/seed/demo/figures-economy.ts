import { districts, province, sectors, type DemoFigure } from './figure.js'

/** Enterprises, co-operatives and household businesses: 86,000. */
const BUSINESSES = [21300, 8700, 9400, 7900, 11200, 7300, 5600, 7800, 4900, 1900]
/** Enterprises: 7,620. */
const ENTERPRISES = [3120, 640, 710, 520, 830, 610, 290, 480, 350, 70]

const estimate = { quality: 'estimate' } as const

/** KTS-07 has none: its target is dropped. */
export const economyFigures: readonly DemoFigure[] = [
  ...province('KTS-01', { 2025: '14.2' }, estimate),
  // one sector has not reported: never a pass
  ...sectors('KTS-02', '2025', {
    'NONG-NGHIEP': '10.3', 'CONG-THUONG': '13.8', 'DU-LICH': '15.1', 'GIAO-DUC': '11.6', 'Y-TE': '10.9',
    'TAI-NGUYEN-MOI-TRUONG': '10.2', 'TAI-CHINH-NGAN-HANG': '24.7'
  }, estimate),
  ...province('KTS-03', { 2025: '6.7' }, estimate),
  // 57,600: 66.98 %; then 63,910: 74.31 %
  ...districts('KTS-04', {
    '2025-H1': { count: [15300, 5850, 6180, 5120, 7420, 4760, 3600, 5090, 3160, 1120], of: BUSINESSES },
    '2025-H2': { count: [16700, 6480, 6890, 5740, 8260, 5310, 4020, 5680, 3540, 1290], of: BUSINESSES }
  }),
  // exactly on the boundary of "trên 10%": not reached
  ...province('KTS-05', { 2025: '10' }, estimate),
  // 2,110: 27.69 %; then 3,110: 40.81 %
  ...districts('KTS-06', {
    '2025-H1': { count: [980, 170, 180, 130, 210, 160, 60, 120, 90, 10], of: ENTERPRISES },
    '2025-H2': { count: [1450, 250, 270, 190, 310, 230, 90, 170, 130, 20], of: ENTERPRISES }
  })
]
