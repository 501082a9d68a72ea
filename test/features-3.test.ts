import { together } from './setup/together.js'

await together(['features'], 3, 6)
