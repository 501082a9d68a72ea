export * from './types.js'
export { evaluateStatus } from './evaluate.js'
export { directionOf, gapOf, meets } from './assess.js'
export { breakdownOf, eligibleSlots, indexFigures, type Slot } from './figures.js'
