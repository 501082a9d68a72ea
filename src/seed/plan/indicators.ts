import type { IndicatorSeed } from '../types.js'
import { economyIndicators } from './indicators-economy.js'
import { educationIndicators } from './indicators-education.js'
import { governmentIndicators } from './indicators-government.js'
import { societyIndicators } from './indicators-society.js'

export const indicators: readonly IndicatorSeed[] = [
  ...governmentIndicators, ...economyIndicators, ...societyIndicators, ...educationIndicators
]
