import { together } from './setup/together.js'

await together(['features'], 1, 6)
