import { together } from './setup/together.js'

await together(['features'], 6, 6)
