import { together } from './setup/together.js'

await together(['features'], 2, 6)
