import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { scriptWeightOf } from '../support/page-scripts.ts'
import type { Figures } from './engine/figures.ts'
import { findGenerator } from './engine/generator.ts'
import { busySeconds, describeMachine, loadNow } from './engine/machine.ts'
import { postJson } from './engine/web-request.ts'
import { measureEmptyStarts, measureSignatures } from './measures/floors.ts'
import { measureChecks } from './measures/in-process.ts'
import { measureLookups } from './measures/lookup.ts'
import { measurePostgres } from './measures/postgres.ts'
import { measureRotation, measureStampede } from './measures/rotation.ts'
import { hasWorkers, measureMemory, measureStarts, measureWorkers } from './measures/running.ts'
import { measureFlood, measureSignIns } from './measures/sign-in.ts'
import { measureThroughput } from './measures/throughput.ts'
import { countWrites } from './measures/writes.ts'
import { person } from './peers/auth/person.ts'
import { takeProfiles } from './profile/take.ts'
import { keepReport, readLongMemory } from './report/keep.ts'
import type { Report } from './report/report.ts'
import { buildPeers, buildSite, versionsOf } from './stage/builds.ts'
import { peersFolder, root, workFolder } from './stage/folders.ts'
import { createSite, removeSite, startPeers, startSite, writeSamePage } from './stage/house.ts'
import { mainScenarios, startProxies } from './stage/scenarios.ts'
import { addSessions, openStore } from './stage/store-seeds.ts'

// npm run bench: every figure of the goals' table beside the peers, in one run. `--quick` takes five minutes instead of
// fifteen and leaves the README alone; `--profile` only takes the profiles and prints them; `--generator autocannon`
// does without wrk.

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    generator: { type: 'string' },
  },
})
const isQuick = options.quick
const rounds = isQuick ? 2 : 5
const seconds = { throughput: isQuick ? 1 : 2, signIns: isQuick ? 1 : 2, memory: isQuick ? 10 : 20 }
const lookupSizes = isQuick ? [10_000, 300_000] : [10_000, 300_000, 3_000_000]

/** The goals ask for ten connections, one of them for fifty as well. What no goal names is asked at ten, or the whole would take longer than it may. */
const connectionsOf = (id: string) => {
  if (isQuick) return /^(json-token|better-auth)$/.test(id) ? [10, 50] : [10]
  return /^(page|json)-|^better-auth$|proxy/.test(id) ? [10, 1, 50] : [10]
}

const begin = performance.now()
const figures: Figures = {}
const left: string[] = []

/** Says what is being measured and for how long the whole has run. A part that fails is left out, and the rest goes on. */
async function part<T>(title: string, work: () => Promise<T>): Promise<T | null> {
  const at = ((performance.now() - begin) / 60_000).toFixed(1)
  console.log(`${at.padStart(5)} min  ${title}`)
  try {
    return await work()
  } catch (error) {
    console.error(error)
    left.push(`${title}: ${(error as Error).message.split('\n')[0]?.replaceAll(root, '.')}`)
    process.exitCode = 1
    return null
  }
}

/** The share of all cores that others use while we do nothing. */
async function othersShare(): Promise<number> {
  const [before, start] = [busySeconds(), performance.now()]
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  return (busySeconds() - before) / ((performance.now() - start) / 1_000) / describeMachine().cores
}

function commitNow(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const isChanged = git('status', '--porcelain', '--', 'app', 'db', 'migrations', 'package-lock.json') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`
  } catch {
    return 'an unknown version'
  }
}

rmSync(workFolder, { recursive: true, force: true })
mkdirSync(workFolder, { recursive: true })
const commit = commitNow()
const load = { before: loadNow(), after: 0, othersBefore: await othersShare(), othersAfter: 0 }
console.log('           building')
await Promise.all([buildPeers(), buildSite()])
const generator = await findGenerator(workFolder, peersFolder, options.generator)
const site = await createSite()
const store = openStore(site.dataDir)
addSessions(store, 20_000)
store.close()

if (options.profile) {
  const profiles = await takeProfiles(site, generator, 10)
  for (const [name, { modules, functions }] of Object.entries(profiles)) {
    console.log(`\n${name}`)
    for (const { module, share } of [...modules, ...functions])
      console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${module}`)
  }
} else {
  await measureAll()
}
removeSite(site)

async function measureAll(): Promise<void> {
  const how = { rounds, seconds: seconds.throughput }
  await part('session checks in process', () => measureChecks(rounds, figures))
  const writes = await part('writes of a session', countWrites)
  await part('signatures alone', () => measureSignatures(rounds, figures))
  await part('starts', async () => {
    await measureStarts(site, rounds, figures)
    await measureEmptyStarts(rounds, figures)
  })
  await part('throughput beside the peers', throughput)
  await part('sign-ins, and pages meanwhile', signIns)
  await part('rotation', async () => {
    const program = await startSite(site)
    await measureRotation(site, program, generator, how, figures).finally(() => program.stop())
    const free = await startSite(site, { cores: null })
    await measureStampede(site, free, rounds, figures).finally(() => free.stop())
  })
  if (hasWorkers())
    await part('workers', () => measureWorkers(site, generator, { ...how, rounds: isQuick ? 2 : 5 }, figures))
  else left.push('several workers: this version has none')
  const samples = await part('memory', () => measureMemory(site, generator, seconds.memory))
  await part('lookups', () => measureLookups(lookupSizes, generator, how, figures))
  await part('PostgreSQL', () => measurePostgres(lookupSizes, how, figures, left))
  const profiles = await part('profiles', () => takeProfiles(site, generator, isQuick ? 1 : 2))
  load.after = loadNow()
  load.othersAfter = await othersShare()
  const report: Report = {
    ...{ made: new Date().toISOString().slice(0, 16).replace('T', ' '), commit, isQuick },
    ...{ minutes: (performance.now() - begin) / 60_000, rounds, seconds, generator: generator.name },
    ...{ machine: describeMachine(), versions: versionsOf(), load, figures, lookupSizes, left },
    ...{ writes: writes ?? {}, profiles: profiles ?? {} },
    ...{ signInScripts: scriptWeightOf('routes/login') },
    memory: { seconds: seconds.memory, samples: samples ?? [] },
    longMemory: readLongMemory(),
  }
  keepReport(report)
}

async function throughput(): Promise<void> {
  const program = await startSite(site)
  const page = await writeSamePage(site)
  const peers = await startPeers(page)
  const proxySite = await createSite()
  const proxies = await startProxies(proxySite)
  const secondsAt = (connections: number) => (connections === 10 ? seconds.throughput : 1)
  try {
    const scenarios = [...mainScenarios(site, program, peers), ...proxies.scenarios]
    await measureThroughput(scenarios, generator, { rounds, connectionsOf, secondsAt }, figures)
  } finally {
    await Promise.all([program.stop(), peers.peers.stop(), peers.express.stop(), proxies.stop()])
    removeSite(proxySite)
  }
}

async function signIns(): Promise<void> {
  const program = await startSite(site, { cores: null })
  const page = await writeSamePage(site)
  const { peers, express } = await startPeers(page, null)
  await express.stop()
  const { email, password } = person
  const request = postJson('/api/auth/sign-in/email', { email, password }, { Origin: `http://localhost:${peers.port}` })
  const how = { rounds, seconds: seconds.signIns }
  try {
    await measureSignIns(site, program, { program: peers, request }, generator, how, figures)
    await measureFlood(site, program, generator, how, figures)
  } finally {
    await Promise.all([program.stop(), peers.stop()])
  }
}
