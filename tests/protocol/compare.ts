import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { signOutsAndDetection, survival } from './comparison/plots.ts'
import { compare } from './comparison/results.ts'
import { resultTable } from './comparison/table.ts'

// `npm run protocol:compare`: the table on the screen and, with the plots, in `.pictures`. `--seed`, `--sessions` and
// `--thefts` (of each kind) choose another world or a larger one.

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    sessions: { type: 'string', default: '1000' },
    thefts: { type: 'string', default: '300' },
  },
})
const results = compare(Number(values.seed), Number(values.sessions), Number(values.thefts))
const folder = resolve(import.meta.dirname, '../../.pictures')
const table = resultTable(results)
mkdirSync(folder, { recursive: true })
writeFileSync(
  join(folder, 'protocol-comparison.md'),
  `Seed ${values.seed}, ${values.sessions} sessions of three days, ${values.thefts} thefts of each kind.\n\n${table}`,
)
writeFileSync(join(folder, 'protocol-comparison.svg'), signOutsAndDetection(results))
for (const kind of ['polling', 'shadow'] as const)
  writeFileSync(join(folder, `protocol-${kind}-thief.svg`), survival(results, kind))
console.log(table)
