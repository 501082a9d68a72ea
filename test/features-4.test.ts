import { together } from './setup/together.js'

await together(['features'], 4, 6)
