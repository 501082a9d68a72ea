export * from './types.js'
export { evaluateStatus } from './evaluate.js'
export { directionOf, gapOf, meets, slotOf } from './assess.js'
export {
  addsPeriodsByParts, breakdownOf, dimensionOf, eligibleSlots, findIn, indexFigures, isCounted, isLeftOut,
  isRolledUpByParts, pointsOf, type FigureIndex, type Point, type Slot
} from './figures.js'
export { runningTotal } from './flow.js'
