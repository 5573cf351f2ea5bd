import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { most } from './engine/figures.ts'
import { findGenerator } from './engine/generator.ts'
import { measureMemory } from './measures/running.ts'
import { keepLongMemory } from './report/keep.ts'
import { peersFolder, root, workFolder } from './stage/folders.ts'
import { createSite, removeSite } from './stage/house.ts'
import { addSessions, openStore } from './stage/store-seeds.ts'

// npm run bench:memory: ten minutes of load at full throughput, too long for `npm run bench`; the last report is written
// anew with what came of it.

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const seconds = Math.round(Number(values.minutes) * 60)

mkdirSync(workFolder, { recursive: true })
const generator = await findGenerator(workFolder, peersFolder)
const site = await createSite({}, root)
const store = openStore(site.dataDir)
addSessions(store, 1_000)
store.close()
const samples = await measureMemory(site, generator, seconds)
removeSite(site)
// A sample every ten seconds draws the same line.
const kept = samples.filter(
  (_, index) => index % Math.max(1, Math.round(seconds / 120)) === 0 || index > samples.length - 30,
)
keepLongMemory({ made: new Date().toISOString().slice(0, 16).replace('T', ' '), seconds, samples: kept })
const last = most(samples.slice(-60).map(({ mebibytes }) => mebibytes)) * 1.048576
console.log(`${last.toFixed(0)} MB resident in the last minute of ${seconds} s`)
