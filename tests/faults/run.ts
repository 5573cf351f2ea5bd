import { parseArgs } from 'node:util'
import type { Row } from './fault.ts'
import { faults } from './faults/index.ts'
import { runFault } from './run-fault.ts'
import { stores } from './stores.ts'
import { formatTable, judge } from './table.ts'

// npm run test:faults: whatever breaks, nobody is signed out, let in, or left half done. README.md tells how.

const { values } = parseArgs({
  options: {
    store: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    soak: { type: 'string', default: '300' },
    sessions: { type: 'string', default: '10000' },
    list: { type: 'boolean' },
  },
})
const options = { soakSeconds: Number(values.soak), sessions: Number(values.sessions) }
const wanted = values.only ?? []
const chosen = faults.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
const kinds = stores.filter((kind) => values.store === undefined || values.store.includes(kind))

if (values.list) {
  for (const { name, stores: on } of faults) console.log(`${name} (${on.join(', ')})`)
  process.exit()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const rows: Row[] = []
for (const fault of chosen) {
  for (const kind of kinds.filter((each) => fault.stores.includes(each))) {
    const row = await runFault(fault, kind, options)
    rows.push(row)
    console.log(`${judge(row)}  ${row.fault}, ${row.store}: ${row.injected} times, ${row.seconds.toFixed(0)} s`)
    if (row.notHere !== null) console.log(`    not run: ${row.notHere}`)
    for (const remark of row.remarks) console.log(`    ${remark}`)
    for (const problem of row.problems) console.error(`    ${problem}`)
  }
}
console.log(`\n${formatTable(rows)}\n`)
const count = (verdict: string) => rows.filter((row) => judge(row) === verdict).length
console.log(`${count('ok')} passed, ${count('FAILED')} failed, ${count('NOT RUN')} could not be run here`)
// PostgreSQL would go on.
process.exit(count('FAILED') === 0 && count('ok') > 0 ? 0 : 1)
