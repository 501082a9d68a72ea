import { statSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { columnsOf } from '../src/features/measurements/export-columns.js'
import { EXPORT_ROW_EXAMPLE } from '../src/features/measurements/schemas.js'
import { writeWorkbook } from '../src/http/workbook/write.js'

/** Writes a workbook of a million figures, and says every hundred thousand rows how much memory that takes. */
const ROWS = Number(process.argv[2] ?? 1_000_000)
const BATCH = 1_000

async function * figures () {
  for (let from = 0; from < ROWS; from += BATCH) {
    written = Math.min(from + BATCH, ROWS)
    yield Array.from({ length: Math.min(BATCH, ROWS - from) }, (_, i) => ({
      ...EXPORT_ROW_EXAMPLE, numerator: String(from + i), note: `Ghi chú của ô số ${from + i}, để một dòng dài như ngoài đời thật`
    }))
  }
}

const path = join(tmpdir(), `workbook-${process.pid}.xlsx`)
const file = await open(path, 'w')
let written = 0
const began = performance.now()
let next = 0
const source = { registry: '-', address: '-', again: '-', whole: '-', on: undefined, asOf: undefined, filters: {} }
try {
  const pieces = writeWorkbook({ title: { vi: 'Số liệu', en: 'Measurements' }, columns: columnsOf(['sector']), batches: figures(), source })
  for await (const piece of pieces) {
    await file.write(piece)
    if (written < next) continue
    console.log(`${String(written).padStart(9)} rows  ${(process.memoryUsage().rss / 2 ** 20).toFixed(0).padStart(5)} MiB  ${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s`)
    next += 100_000
  }
  console.log(`${written} rows, a file of ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB, the process at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`)
} finally {
  await file.close()
  await rm(path)
}
