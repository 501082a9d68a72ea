export * from './types.js'
export { evaluateStatus } from './evaluate.js'
export { directionOf, gapOf, meets } from './assess.js'
export { breakdownOf, dimensionOf, eligibleSlots, indexFigures, isCounted, isLeftOut, isRolledUpByParts, type FigureIndex, type Slot } from './figures.js'
