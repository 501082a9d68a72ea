export * from './types.js'
export { evaluateStatus } from './evaluate.js'
export { directionOf, gapOf, meets } from './assess.js'
export { eligibleSlots, type Slot } from './figures.js'
