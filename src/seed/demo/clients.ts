/** The source of every figure; it cannot sign in. */
export const client = { id: 'demo-seed', name: 'Số liệu minh họa / Illustrative figures' } as const

/** Nobody reviews what they pushed themselves. */
export const reviewer = { id: 'demo-review', name: 'Duyệt số liệu minh họa / Review of illustrative figures' } as const
