import { together } from './setup/together.js'

await together(['features'], 5, 6)
