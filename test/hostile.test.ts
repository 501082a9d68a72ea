import { together } from './setup/together.js'

await together(['hostile'])
